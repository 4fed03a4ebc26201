//! `queue!` and `execute!` take the same programs as upstream's: what they borrow, what they move.

use std::cell::RefCell;
use std::io::{self, Write};

struct Rows {
    changed: Vec<u16>,
    width: usize,
    drawn: Vec<u16>,
    label: String,
    output: RefCell<Vec<u8>>,
}

fn rows() -> Rows {
    Rows {
        changed: vec![3, 1],
        width: 2,
        drawn: Vec::new(),
        label: "rows".into(),
        output: RefCell::default(),
    }
}

/// A function that draws with the macros of either crate.
macro_rules! draws {
    ($name:ident, $crossterm:ident) => {
        fn $name(rows: &mut Rows, writer: &mut impl Write) -> io::Result<()> {
            use $crossterm::{cursor::MoveTo, execute, queue, style::Print};

            // Fields are used in commands while another field is borrowed, and afterwards.
            for row in rows.changed.drain(..) {
                queue!(writer, MoveTo(0, row), Print(" ".repeat(rows.width)))?;
                rows.drawn.push(row);
            }
            // What a command takes is moved into it; what it borrows is not.
            let owned = String::from("owned");
            queue!(writer, Print(owned), Print(&rows.label), Print(&rows.label))?;
            // Each command is made after the one before it was written.
            queue!(writer, Print(rows.label.remove(0)), Print(rows.label.len()))?;
            // A command may fail before it is one.
            let number = |text: &str| text.parse::<u16>().map_err(io::Error::other);
            let failed: io::Result<()> = queue!(writer, Print("before"), MoveTo(number("x")?, 0));
            queue!(writer, Print(failed.is_err()))?;
            // The writer may be a temporary that borrows.
            queue!(rows.output.borrow_mut(), Print(&rows.label))?;
            queue!(&mut *writer, Print(1),)?;
            execute!(writer, Print(rows.output.borrow().len()), MoveTo(1, 1))
        }
    };
}

draws!(ours, ttyring_crossterm);
draws!(theirs, crossterm_upstream);

#[test]
fn macros_borrow_and_move_the_same() {
    let written = [ours, theirs].map(|draw: fn(&mut Rows, &mut Vec<u8>) -> io::Result<()>| {
        let (mut rows, mut output) = (rows(), Vec::new());
        draw(&mut rows, &mut output).expect("a vector takes everything");
        assert_eq!(rows.drawn, [3, 1]);
        String::from_utf8(output).expect("text")
    });
    assert_eq!(written[0], written[1]);
}

//! What ratatui calls.

use std::io;

use ratatui_core::backend::{Backend, ClearType, WindowSize};
use ratatui_core::buffer::{Buffer, Cell};
use ratatui_core::layout::{Position, Size};

use super::{Place, TtyBackend};

impl Backend for TtyBackend {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.frame.synchronize();
        if let Place::Shared(_) = self.place {
            let width = self.size()?.width;
            self.frame.cells(content, width);
            return Ok(());
        }
        let content: Vec<_> = content.collect();
        for (x, y, cell) in &content {
            self.remember(*x, *y, cell)?;
        }
        let width = self.drawn.area.width;
        self.look_for_return();
        if std::mem::take(&mut self.is_gone) {
            self.draw_from_scratch(width);
        } else {
            self.frame.cells(content.into_iter(), width);
        }
        Ok(())
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        if let Place::Relative(rows) = &mut self.place {
            rows.append(&mut self.frame, lines);
            return Ok(());
        }
        self.frame.put("\n".repeat(lines.into()).as_bytes());
        let last = self.size()?.height.saturating_sub(1);
        self.frame.at.y = self.frame.at.y.saturating_add(lines).min(last);
        self.settle()
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.end_frame();
        if self.is_cursor_hidden {
            return Ok(());
        }
        self.note_cursor(true)?;
        self.is_cursor_hidden = true;
        self.frame.put(b"\x1b[?25l");
        self.settle()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.end_frame();
        if !self.is_cursor_hidden {
            return Ok(());
        }
        self.is_cursor_hidden = false;
        self.frame.put(b"\x1b[?25h");
        self.settle()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        if let Place::Relative(_) = self.place {
            self.look_for_return();
        }
        let size = self.size()?;
        if let Place::Relative(rows) = &mut self.place {
            rows.place(&mut self.frame, size);
            return Ok(self.frame.at);
        }
        self.write_out()?;
        if let Place::Shared(handle) = &self.place {
            self.frame.at = Self::ask(handle)?;
        }
        Ok(self.frame.at)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let mut position = position.into();
        match &mut self.place {
            Place::Relative(rows) => position.y = rows.nearest(position.y),
            Place::Owned(_) if self.frame.is_empty() && position == self.frame.at => return Ok(()),
            _ => {}
        }
        self.frame.go(position);
        self.settle()
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    /// Of a relative backend, what is above its rows is not erased, because it is not ours.
    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        let is_relative = matches!(self.place, Place::Relative(_));
        let bytes: &[u8] = match region {
            ClearType::All if is_relative => {
                self.frame.go(Position::ORIGIN);
                b"\x1b[J"
            }
            ClearType::BeforeCursor if is_relative => return Err(io::ErrorKind::Unsupported.into()),
            ClearType::All => b"\x1b[2J",
            ClearType::AfterCursor => b"\x1b[J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[K",
        };
        // ratatui draws again whatever was there.
        self.drawn = Buffer::default();
        self.frame.put(bytes);
        self.settle()
    }

    /// The part of the terminal that is drawn on.
    fn size(&self) -> io::Result<Size> {
        let size = self.whole()?;
        let size = Size::new(size.columns, size.rows);
        Ok(match &self.place {
            Place::Relative(rows) => rows.part_of(size),
            _ => size,
        })
    }

    /// The whole terminal, also for a relative backend.
    fn window_size(&mut self) -> io::Result<WindowSize> {
        let size = self.whole()?;
        Ok(WindowSize {
            columns_rows: Size::new(size.columns, size.rows),
            pixels: Size::new(size.width, size.height),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Place::Relative(rows) = &mut self.place {
            // The other flushes are in the middle of what is shown at once.
            if !std::mem::take(&mut rows.is_whole) {
                return Ok(());
            }
            if self.is_cursor_hidden {
                self.frame.go(Position::ORIGIN);
            }
        }
        self.frame.finish();
        self.write_out()
    }

    #[cfg(feature = "scrolling-regions")]
    fn scroll_region_up(&mut self, region: std::ops::Range<u16>, lines: u16) -> io::Result<()> {
        self.scroll(region, lines, 'S')
    }

    #[cfg(feature = "scrolling-regions")]
    fn scroll_region_down(&mut self, region: std::ops::Range<u16>, lines: u16) -> io::Result<()> {
        self.scroll(region, lines, 'T')
    }
}

#[cfg(feature = "scrolling-regions")]
impl TtyBackend {
    fn scroll(&mut self, rows: std::ops::Range<u16>, lines: u16, way: char) -> io::Result<()> {
        if rows.is_empty() || lines == 0 {
            return Ok(());
        }
        if let Place::Relative(relative) = &mut self.place {
            let first = self.drawn.area.width.into();
            self.drawn
                .content
                .iter_mut()
                .take(first)
                .for_each(Cell::reset);
            return relative.scroll(&mut self.frame, rows, lines, way);
        }
        self.drawn = Buffer::default();
        let (first, last) = (u32::from(rows.start) + 1, rows.end);
        let text = format!("\x1b[{first};{last}r\x1b[{lines}{way}\x1b[r");
        self.frame.put(text.as_bytes());
        self.settle()
    }
}

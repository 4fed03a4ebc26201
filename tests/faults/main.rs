//! Faults of every system call that the library makes while it reads a terminal.
//!
//! `seam` puts them between the library and a real kernel.
#![cfg(target_os = "linux")]

mod seam;

use std::os::fd::AsRawFd;

use seam::{Answer, Call, under};

#[test]
fn the_seam_answers_for_the_kernel_and_only_in_its_thread() {
    let file = std::fs::File::open("/dev/null").expect("open");
    let descriptor = file.as_raw_fd();
    let mut asked = Vec::new();
    let decide = |call: &Call| {
        asked.push(call.args[0]);
        match asked.len() {
            1 => Answer::Fail(libc::EIO),
            2 => Answer::Return(7),
            _ => Answer::Continue,
        }
    };
    let read = move || {
        let answers: Vec<_> = (0..3)
            .map(|_| rustix::io::read(&file, &mut [0; 9]).map_err(|error| error.raw_os_error()))
            .collect();
        answers
    };
    match under(&[libc::SYS_read], decide, read) {
        Err(error) => println!("SKIPPED: no notification here: {error}"),
        Ok(answers) => {
            assert_eq!(answers, [Err(libc::EIO), Ok(7), Ok(0)]);
            assert_eq!(asked, [descriptor as u64; 3]);
        }
    }
}

//! What the terminal and its user still send while a program is on its way to a stop.

use crate::cycles::Job;
use crate::program;

/// What the terminal still sends when its modes go off belongs to the program.
pub(crate) fn reports(_: usize) {
    let mut job = Job::start("alone");
    job.stage.answers = false;
    let asked = job.stage.model.questions();
    job.stage.pty.type_bytes(b"z");
    assert!(job.stage.wait(|stage| stage.model.questions() > asked));
    assert!(job.stage.model.modes().are_off(), "first the modes");
    let late = b"k\x1b[<0;1;1M";
    let answer = b"\x1b[?62;22c";
    job.stage.pty.type_bytes(&[&late[..], answer].concat());
    assert_eq!(job.tell("wait"), format!("stopped {}", libc::SIGTSTP));
    let left = rustix::io::ioctl_fionread(job.stage.pty.slave()).expect("FIONREAD");
    assert_eq!(left, 0, "the shell would read it");
    job.assert_given_back("with reports on the way");
    assert_eq!(job.tell("fg"), "done");
    job.assert_taken("after late reports");
    job.stage.pty.type_bytes(b"r");
    let length = i32::try_from(late.len()).expect("short");
    assert_eq!(job.stage.number_after::<i32>(program::LATE), length);
    job.end();
}

/// What is typed while late replies are awaited is read before what comes after the stop.
pub(crate) fn typed(how: &str) {
    let mut job = Job::start(how);
    job.stage.answers = false;
    let asked = job.stage.model.questions();
    job.stage.pty.type_bytes(b"z");
    assert!(job.stage.wait(|stage| stage.model.questions() > asked));
    job.stage.pty.type_bytes(b"k\x1b[?62;22c");
    assert_eq!(job.tell("wait"), format!("stopped {}", libc::SIGTSTP));
    job.assert_given_back("with a key typed meanwhile");
    job.stage.model.forget();
    assert_eq!(job.tell("fg"), "done");
    job.stage
        .expect(&format!("{}{}k.", program::BACK, program::KEY));
    job.assert_taken("after the stop");
    job.stage.answers = true;
    job.end();
}

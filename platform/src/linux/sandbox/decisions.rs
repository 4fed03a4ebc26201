//! What the compiled filter decides, asked call by call: the program is run here as the kernel runs
//! it (linux/filter.h), so that it can be asked where no kernel filters, as under an emulator of
//! another processor. That the kernel installs it and obeys is shown by `tests/sandbox.rs`.

use libc::c_long;
use seccompiler::BpfProgram;

use super::{calls, filter};
use crate::sandbox::Policy;

/// linux/seccomp.h: SECCOMP_RET_ALLOW, and SECCOMP_RET_ERRNO with EPERM.
const ALLOWED: u32 = 0x7fff_0000;
const REFUSED: u32 = 0x0005_0000 | libc::EPERM as u32;

/// linux/audit.h: the processor that a call is made for.
#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xc000_00b7;

/// No call of any architecture has a number as high.
const NUMBERS: c_long = 1024;

/// Answers for a call with its first two arguments; the others are zero.
fn decide(program: &BpfProgram, call: c_long, arguments: [u64; 2]) -> u32 {
    let call = u32::try_from(call).expect("a number of a call");
    let [first, second] = arguments.map(|argument| [argument as u32, (argument >> 32) as u32]);
    // struct seccomp_data in 32-bit words, with the low half of each argument first.
    let mut data = [0; 16];
    data[..2].copy_from_slice(&[call, ARCHITECTURE]);
    data[4..8].copy_from_slice(&[first, second].concat());
    run(program, &data)
}

/// Runs a program of the classic Berkeley packet filter over these words.
fn run(program: &BpfProgram, data: &[u32; 16]) -> u32 {
    let (mut at, mut accumulator) = (0, 0_u32);
    loop {
        let step = &program[at];
        at += 1;
        let jump = |holds: bool| usize::from(if holds { step.jt } else { step.jf });
        match step.code {
            0x20 => accumulator = data[step.k as usize / 4],
            0x54 => accumulator &= step.k,
            0x05 => at += step.k as usize,
            0x15 => at += jump(accumulator == step.k),
            0x25 => at += jump(accumulator > step.k),
            0x35 => at += jump(accumulator >= step.k),
            0x06 => return step.k,
            other => panic!("no instruction {other:#x} is expected"),
        }
    }
}

fn reader() -> BpfProgram {
    let program = filter::compile(&Policy::reader()).expect("it compiles");
    program.expect("this architecture has a translation")
}

#[test]
fn calls_on_the_lists_are_allowed_and_every_other_is_refused() {
    let program = reader();
    let rules = filter::rules(&Policy::reader()).expect("rules");
    for call in 0..NUMBERS {
        let listed = rules.get(&call).is_some_and(Vec::is_empty);
        let expected = if listed { ALLOWED } else { REFUSED };
        // No request, signal or process has this number.
        let decided = decide(&program, call, [u64::MAX; 2]);
        assert_eq!(decided, expected, "call {call}: {decided:#x}");
    }
    for call in calls::READER {
        assert_eq!(decide(&program, *call, [0; 2]), ALLOWED, "call {call}");
    }
    for call in [libc::SYS_socket, libc::SYS_openat, libc::SYS_execve] {
        assert_eq!(decide(&program, call, [0; 2]), REFUSED, "call {call}");
    }
}

#[test]
fn requests_are_compared_as_the_32_bits_that_the_kernel_takes() {
    let program = reader();
    let ask = |request: u64| decide(&program, libc::SYS_ioctl, [0, request]);
    for request in calls::IOCTLS {
        assert_eq!(ask((*request).into()), ALLOWED, "{request:#x}");
        assert_eq!(ask(u64::from(*request) | 1 << 32), ALLOWED, "{request:#x}");
    }
    for request in [libc::TIOCSTI as u32, libc::TIOCLINUX as u32] {
        assert_eq!(ask(request.into()), REFUSED, "{request:#x}");
        assert_eq!(ask(u64::from(request) | 1 << 32), REFUSED, "{request:#x}");
    }
}

#[test]
fn signals_reach_this_process_only() {
    let program = reader();
    let own = u64::from(std::process::id());
    for call in calls::SIGNALS {
        assert_eq!(decide(&program, *call, [own, 15]), ALLOWED, "call {call}");
        assert_eq!(decide(&program, *call, [1, 15]), REFUSED, "call {call}");
    }
}

#[test]
fn limit_of_core_files_of_this_process_may_be_set_and_no_other() {
    let program = reader();
    let ask = |process, limit: libc::c_int| {
        decide(&program, libc::SYS_prlimit64, [process, limit as u64])
    };
    assert_eq!(ask(0, libc::RLIMIT_CORE as _), ALLOWED);
    assert_eq!(ask(0, libc::RLIMIT_NOFILE as _), REFUSED);
    assert_eq!(ask(1, libc::RLIMIT_CORE as _), REFUSED);
}

#[test]
fn descriptors_may_not_be_told_to_send_signals() {
    let program = reader();
    let ask = |request: i32| decide(&program, libc::SYS_fcntl, [0, request as u64]);
    assert_eq!(ask(libc::F_GETFL), ALLOWED);
    assert_eq!(ask(libc::F_SETOWN), REFUSED);
}

#[test]
fn calls_in_the_numbers_of_another_architecture_are_not_allowed() {
    let mut data = [0; 16];
    data[0] = u32::try_from(libc::SYS_read).expect("a number");
    data[1] = 0x4000_0003;
    assert_ne!(run(&reader(), &data), ALLOWED);
}

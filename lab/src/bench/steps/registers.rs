//! The registers of a stopped program, as far as system calls go, on x86-64 and aarch64.
//!
//! Where which value is: syscall(2), "Architecture calling conventions".

use std::io;

use nix::libc::{c_long, user_regs_struct};
use nix::sys::ptrace;
use nix::unistd::Pid;

/// What a system call is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Registers {
    /// The number of the call that it is in.
    pub(super) number: c_long,
    /// The number of the call that it would make next.
    pub(super) next_number: c_long,
    /// The first three arguments.
    pub(super) arguments: [u64; 3],
    /// What a call that is over came to.
    pub(super) result: i64,
    instruction: u64,
}

impl Registers {
    /// Reads the registers of a program that stands still.
    pub(super) fn of(pid: Pid) -> io::Result<Self> {
        Ok(Self::from(ptrace::getregs(pid)?))
    }

    /// Whether the next instruction enters the kernel.
    pub(super) fn is_before_call(&self, pid: Pid) -> io::Result<bool> {
        let word = ptrace::read(pid, self.instruction as ptrace::AddressType)?;
        Ok(word & MASK == CALL)
    }
}

/// `syscall`
#[cfg(target_arch = "x86_64")]
const CALL: c_long = 0x050f;
#[cfg(target_arch = "x86_64")]
const MASK: c_long = 0xffff;

#[cfg(target_arch = "x86_64")]
impl From<user_regs_struct> for Registers {
    fn from(registers: user_regs_struct) -> Self {
        Registers {
            number: registers.orig_rax as c_long,
            next_number: registers.rax as c_long,
            arguments: [registers.rdi, registers.rsi, registers.rdx],
            result: registers.rax as i64,
            instruction: registers.rip,
        }
    }
}

/// `svc #0`
#[cfg(target_arch = "aarch64")]
const CALL: c_long = 0xd400_0001;
#[cfg(target_arch = "aarch64")]
const MASK: c_long = 0xffff_ffff;

#[cfg(target_arch = "aarch64")]
impl From<user_regs_struct> for Registers {
    fn from(registers: user_regs_struct) -> Self {
        let [first, second, third, ..] = registers.regs;
        Registers {
            number: registers.regs[8] as c_long,
            next_number: registers.regs[8] as c_long,
            arguments: [first, second, third],
            result: first as i64,
            instruction: registers.pc,
        }
    }
}

//! The programs that run in the kernel: what loads them, attaches them and takes what they tell.

mod ioctl;
mod keys;
mod skeleton;

pub(super) use ioctl::count;
pub(super) use keys::collect;

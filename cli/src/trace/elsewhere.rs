//! `ttyring trace` on a system whose kernel cannot be followed.

use std::ffi::OsString;
use std::process::ExitCode;

/// Show where the time of each key goes: on Linux only.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    rest: Vec<OsString>,
}

/// Says what there is instead.
pub(crate) fn run(_: &Args) -> ExitCode {
    eprintln!(
        "ttyring: trace follows keys through the Linux kernel, which this is not; \
         `ttyring bench latency` measures their whole way here"
    );
    ExitCode::from(2)
}

//! The `ttyring-lab` command, on Unix; elsewhere it says that it is not there.
//!
//! Each subcommand is a module with an `Args` and a `run`, which returns what is to be reported;
//! `command` chooses between them.
//! `contender` has the programs that are measured; the modules beside it are what every report is
//! made of.

#![cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "some of what is shared only the trace asks for")
)]

cfg_if::cfg_if! {
    if #[cfg(unix)] {
        mod bench;
        mod command;
        mod contender;
        mod jitter;
        mod machine;
        mod progress;
        mod report;
        mod stats;
        mod svg;
        mod table;

        use command::run;
    } else {
        /// Says that there is nothing to measure with.
        fn run() -> ExitCode {
            eprintln!(
                "ttyring-lab: bench, jitter and trace measure the terminals of Unix; Windows is \
                 unsupported"
            );
            ExitCode::from(2)
        }
    }
}

cfg_if::cfg_if! {
    if #[cfg(target_os = "linux")] {
        mod trace;
    } else if #[cfg(unix)] {
        /// `ttyring-lab trace` on a system whose kernel cannot be followed.
        mod trace {
            /// Show where the time of each key goes: on Linux only.
            #[derive(Debug, clap::Args)]
            pub(crate) struct Args {
                #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
                rest: Vec<std::ffi::OsString>,
            }

            impl Args {
                pub(crate) fn without_plot(&self) -> Option<&'static str> {
                    None
                }
            }

            /// Says what there is instead.
            pub(crate) fn run(_: &Args) -> std::io::Result<Vec<crate::report::Section>> {
                Err(std::io::Error::other(
                    "trace follows keys through the Linux kernel, which this is not; \
                     `ttyring-lab bench latency` measures their whole way here",
                ))
            }
        }
    }
}

use std::process::ExitCode;

fn main() -> ExitCode {
    run()
}

//! The ring beside the rings and queues that others use: `cargo bench --bench ring`.
//!
//! The measuring is that of `ttyring bench ring`; here it has the peers, which are
//! dev-dependencies. Arguments after `--` are those of the command.

#[path = "../cli/src/bench/ring/peers.rs"]
mod peers;
#[path = "../cli/src/bench/ring/mod.rs"]
mod ring;
#[path = "../cli/src/bench/table.rs"]
#[allow(unused_imports, reason = "its tests are those of the command")]
mod table;

use clap::Parser as _;

/// Cargo adds `--bench` to what was asked for.
#[derive(Debug, clap::Parser)]
struct Cli {
    #[arg(long, hide = true)]
    bench: bool,
    #[command(flatten)]
    ring: ring::Args,
}

fn main() -> std::io::Result<()> {
    let cli = Cli::parse();
    ring::run(&cli.ring, &peers::all())
}

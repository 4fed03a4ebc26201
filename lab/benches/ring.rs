//! The ring beside the rings and queues that others use: `cargo bench --bench ring`.
//!
//! The measuring is that of `ttyring-lab bench ring`; here it has the peers, which are
//! dev-dependencies. Arguments after `--` are those of the command.

#[path = "../src/bench/ring/peers.rs"]
mod peers;
#[path = "../src/bench/ring/mod.rs"]
mod ring;
#[path = "../src/table.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "the rest of it is for the command"
)]
mod table;

use std::path::PathBuf;

use clap::Parser as _;

#[derive(Debug, clap::Parser)]
struct Cli {
    /// Cargo adds it to what was asked for.
    #[arg(long, hide = true)]
    bench: bool,
    #[command(flatten)]
    ring: ring::Args,
    /// Print Markdown
    #[arg(long)]
    markdown: bool,
    /// Write the figure of every round to FILE as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn main() -> std::io::Result<()> {
    let cli = Cli::parse();
    let all = ring::measure(&cli.ring, &peers::all(), &|| false);
    println!("{}", ring::note(&cli.ring));
    for results in &all {
        let table = match cli.markdown {
            true => results.table().markdown(),
            false => results.table().text(),
        };
        println!("\n{}\n\n{table}", results.title);
    }
    let Some(path) = cli.json else {
        return Ok(());
    };
    let named = all
        .iter()
        .map(|results| (results.name.to_owned(), results.json()));
    let json = serde_json::Value::Object(named.collect());
    std::fs::write(path, format!("{json:#}\n"))
}

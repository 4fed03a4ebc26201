//! What a benchmark hands out: tables for the terminal or as Markdown, JSON.
//!
//! What stands in the tables is the concern of `views`.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::builder::RangedU64ValueParser;
use serde_json::{Map, Value};

use super::machine;
use super::table::Table;

/// Parses a number that is not zero and not absurd.
pub(crate) fn upto(most: u64) -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=most)
}

/// Where the results go.
#[derive(Debug, clap::Args)]
pub(crate) struct Output {
    /// Print Markdown
    #[arg(long, global = true)]
    markdown: bool,
    /// Write everything that was measured to FILE as JSON
    #[arg(long, global = true, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Draw the percentiles of the latencies into FILE as SVG
    #[arg(long, global = true, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// The results of one benchmark.
#[derive(Debug)]
pub(crate) struct Section {
    /// Its name in the JSON.
    pub(crate) name: &'static str,
    /// Its heading.
    pub(crate) title: String,
    pub(crate) tables: Vec<Table>,
    /// What only a terminal shows.
    pub(crate) drawing: String,
    /// What a reader must know.
    pub(crate) notes: Vec<String>,
    pub(crate) json: Value,
    /// A program that was to be measured did not do what it should.
    pub(crate) failed: bool,
    /// A plot, where there is one.
    pub(crate) svg: Option<String>,
}

impl Section {
    /// Makes a section of nothing but its name.
    pub(crate) fn new(name: &'static str, title: impl Into<String>) -> Self {
        Section {
            name,
            title: title.into(),
            tables: Vec::new(),
            drawing: String::new(),
            notes: Vec::new(),
            json: Value::Null,
            failed: false,
            svg: None,
        }
    }
}

/// The files that the results go to, open before anything is measured.
#[derive(Debug)]
pub(crate) struct Files {
    json: Option<Target>,
    svg: Option<Target>,
}

impl Output {
    /// Opens the files. `without_plot` is what `--svg` has no meaning for.
    pub(crate) fn open(&self, without_plot: Option<&str>) -> io::Result<Files> {
        if let (Some(_), Some(what)) = (&self.svg, without_plot) {
            return Err(io::Error::other(format!(
                "--svg: {what} has no plot; bench latency, bench all, jitter and trace have one"
            )));
        }
        let open = |option: &str, path: &Option<PathBuf>| {
            path.as_deref()
                .map(|path| Target::open(option, path))
                .transpose()
        };
        Ok(Files {
            json: open("--json", &self.json)?,
            svg: open("--svg", &self.svg)?,
        })
    }

    /// Prints the sections and writes the files.
    pub(crate) fn give(&self, sections: &[Section], files: Files) -> io::Result<()> {
        if sections.is_empty() {
            return Ok(());
        }
        match self.show(sections) {
            // Whoever reads it has seen enough; the files are for somebody else.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            shown => shown?,
        }
        if let Some(file) = files.json {
            file.replace(&json(sections))?;
        }
        let drawn = sections.iter().find_map(|section| section.svg.as_ref());
        match (files.svg, drawn) {
            (Some(file), Some(svg)) => file.replace(svg),
            (Some(_), None) => Err(io::Error::other(
                "--svg: nothing was measured that could be drawn",
            )),
            (None, _) => Ok(()),
        }
    }

    fn show(&self, sections: &[Section]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        for section in sections {
            self.print(&mut out, section)?;
        }
        writeln!(out, "{}", self.footer())?;
        out.flush()
    }

    fn print(&self, out: &mut impl Write, section: &Section) -> io::Result<()> {
        match self.markdown {
            true => writeln!(out, "### {}\n", section.title)?,
            false => writeln!(out, "{}\n", section.title)?,
        }
        for table in &section.tables {
            match self.markdown {
                true => writeln!(out, "{}", table.markdown())?,
                false => writeln!(out, "{}", table.text())?,
            }
        }
        if !self.markdown && !section.drawing.is_empty() {
            writeln!(out, "{}", section.drawing)?;
        }
        for note in &section.notes {
            writeln!(out, "{note}")?;
        }
        if !section.notes.is_empty() {
            writeln!(out)?;
        }
        Ok(())
    }

    /// The machine, the command and what speaks against quoting the figures.
    fn footer(&self) -> String {
        let command: Vec<_> = std::env::args().skip(1).collect();
        let mut lines = vec![
            machine::line(),
            format!("ttyring-lab {}", command.join(" ")),
        ];
        lines.extend(
            machine::warnings()
                .iter()
                .map(|warning| format!("not to be quoted: {warning}")),
        );
        lines.join(if self.markdown { "  \n" } else { "\n" })
    }
}

/// A file that results are written to at the end.
///
/// What it holds stays until then. If there are no results, a file that was made for them is removed
/// again.
#[derive(Debug)]
struct Target {
    /// The option and the path, to be told with an error.
    name: String,
    file: File,
    /// The path, while the file is new and has nothing in it.
    made: Option<PathBuf>,
}

impl Target {
    fn open(option: &str, path: &Path) -> io::Result<Self> {
        let name = format!("{option} {}", path.display());
        let mut options = OpenOptions::new();
        options.write(true);
        let opened = match options.clone().create_new(true).open(path) {
            Ok(file) => Ok((file, Some(path.to_owned()))),
            // A link to nothing exists as well, and is followed.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                options.create(true).open(path).map(|file| (file, None))
            }
            Err(error) => Err(error),
        };
        match opened {
            Ok((file, made)) => Ok(Target { name, file, made }),
            Err(error) => Err(told(&name, &error)),
        }
    }

    fn replace(mut self, text: &str) -> io::Result<()> {
        self.made = None;
        self.write(text).map_err(|error| told(&self.name, &error))
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        // A pipe or /dev/stdout has no length.
        if self.file.metadata()?.is_file() {
            self.file.set_len(0)?;
        }
        self.file.write_all(text.as_bytes())
    }
}

fn told(name: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{name}: {error}"))
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some(path) = &self.made {
            // It may be gone already, and there is nobody to tell.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn json(sections: &[Section]) -> String {
    let mut all = Map::new();
    all.insert("about".to_owned(), machine::json());
    for section in sections {
        all.insert(section.name.to_owned(), section.json.clone());
    }
    format!("{:#}\n", Value::Object(all))
}

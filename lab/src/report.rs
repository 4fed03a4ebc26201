//! What a benchmark hands out: tables for the terminal or as Markdown, JSON.
//!
//! What stands in the tables is the concern of `views`.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::{Map, Value};

use super::machine;
use super::table::Table;

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
            svg: None,
        }
    }
}

impl Output {
    /// Prints the sections and writes the files.
    pub(crate) fn give(&self, sections: &[Section]) -> io::Result<()> {
        if sections.is_empty() {
            return Ok(());
        }
        match self.show(sections) {
            // Whoever reads it has seen enough; the files are for somebody else.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            shown => shown?,
        }
        if let Some(path) = &self.json {
            fs::write(path, json(sections))?;
        }
        let drawn = sections.iter().find_map(|section| section.svg.as_ref());
        match (&self.svg, drawn) {
            (Some(path), Some(svg)) => fs::write(path, svg),
            (Some(_), None) => Err(io::Error::other("--svg: nothing here has a plot")),
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

fn json(sections: &[Section]) -> String {
    let mut all = Map::new();
    all.insert("about".to_owned(), machine::json());
    for section in sections {
        all.insert(section.name.to_owned(), section.json.clone());
    }
    format!("{:#}\n", Value::Object(all))
}

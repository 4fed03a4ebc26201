//! Where the checks read from: this machine, a directory laid out like one, or a recording.
//!
//! A read remembers what it returned, so that a report can show what it stands on and a recording
//! can be made of exactly that. Nothing here judges.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use super::facts;

/// Where a recording keeps what is not in a file: the terminal, the user, Darwin's limits.
const FACTS: &str = "/facts";
/// Where a recording keeps the output of `sysctl`.
pub(super) const SYSCTL: &str = "/sysctl";
/// The file that every macOS has, and nothing else.
const DARWIN_VERSION: &str = "/System/Library/CoreServices/SystemVersion.plist";
/// Starts the line before each file in a recording.
const MARK: &str = "== ";

/// One machine, as far as the checks can see it.
#[derive(Debug)]
pub(super) struct Source {
    tree: Tree,
    facts: BTreeMap<String, String>,
    seen: RefCell<BTreeMap<String, String>>,
}

#[derive(Debug)]
enum Tree {
    Live,
    Directory(PathBuf),
    Recording(BTreeMap<String, String>),
}

impl Source {
    /// Opens `/` as this machine, another directory as a tree laid out like it, a file as a
    /// recording.
    pub(super) fn open(root: &Path) -> io::Result<Source> {
        let tree = if root == Path::new("/") {
            Tree::Live
        } else if std::fs::metadata(root)?.is_dir() {
            Tree::Directory(root.to_owned())
        } else {
            Tree::Recording(parse_recording(&std::fs::read_to_string(root)?))
        };
        let mut source = Source {
            tree,
            facts: BTreeMap::new(),
            seen: RefCell::default(),
        };
        source.facts = match source.tree {
            Tree::Live => facts::gather(),
            _ => pairs(&source.read(FACTS).unwrap_or_default(), '='),
        };
        source.seen.borrow_mut().clear();
        Ok(source)
    }

    /// Reads a whole file, without the newline at its end.
    pub(super) fn read(&self, path: &str) -> io::Result<String> {
        let text = match &self.tree {
            Tree::Live if path == SYSCTL => facts::sysctl(),
            Tree::Live => read_file(Path::new(path)),
            Tree::Directory(root) => read_file(&root.join(path.trim_start_matches('/'))),
            Tree::Recording(files) => files
                .get(path)
                .cloned()
                .ok_or_else(|| io::ErrorKind::NotFound.into()),
        }?;
        let text = text.trim_end_matches('\n').to_owned();
        self.seen.borrow_mut().insert(path.to_owned(), text.clone());
        Ok(text)
    }

    /// Returns whether the file is there, readable or not.
    pub(super) fn exists(&self, path: &str) -> bool {
        match &self.tree {
            Tree::Live => Path::new(path).exists(),
            Tree::Directory(root) => root.join(path.trim_start_matches('/')).exists(),
            Tree::Recording(files) => files.contains_key(path),
        }
    }

    /// Returns something about this process that no file tells.
    pub(super) fn fact(&self, name: &str) -> Option<&str> {
        self.facts.get(name).map(String::as_str)
    }

    /// Returns whether the machine runs Darwin: it has no `/proc`, and a system version there.
    pub(super) fn is_darwin(&self) -> bool {
        self.exists(DARWIN_VERSION)
    }

    /// Returns everything read so far in the form that [`Source::open`] takes.
    pub(super) fn recording(&self) -> String {
        let mut text = format!("{MARK}{FACTS}\n");
        for (name, value) in &self.facts {
            let _ = writeln!(text, "{name}={value}");
        }
        for (path, content) in self.seen.borrow().iter() {
            let _ = writeln!(text, "{MARK}{path}\n{content}");
        }
        text
    }
}

/// Reads a file as text; `/dev/cpu_dma_latency` alone is four bytes of a number.
fn read_file(path: &Path) -> io::Result<String> {
    let bytes = std::fs::read(path)?;
    if path.ends_with("dev/cpu_dma_latency")
        && let Ok(bytes) = <[u8; 4]>::try_from(bytes.as_slice())
    {
        return Ok(i32::from_ne_bytes(bytes).to_string());
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn parse_recording(text: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::<String, String>::new();
    let mut current = None;
    for line in text.lines() {
        if let Some(path) = line.strip_prefix(MARK) {
            current = Some(path.to_owned());
            files.insert(path.to_owned(), String::new());
        } else if let Some(content) = current.as_ref().and_then(|path| files.get_mut(path)) {
            content.push_str(line);
            content.push('\n');
        }
    }
    files
}

/// Splits lines of `name<separator>value`.
pub(super) fn pairs(text: &str, separator: char) -> BTreeMap<String, String> {
    text.lines()
        .filter_map(|line| line.split_once(separator))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// Something that was read: where, and what it said.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
pub(super) struct Read {
    pub(super) from: String,
    pub(super) value: String,
}

/// What one check has read, for its report.
#[derive(Debug)]
pub(super) struct Probe<'a> {
    source: &'a Source,
    read: Vec<Read>,
}

impl<'a> Probe<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Probe {
            source,
            read: Vec::new(),
        }
    }

    /// Reads a file whose content is too long to show; what matters is noted by the caller.
    pub(super) fn text(&mut self, path: &str) -> Option<String> {
        match self.source.read(path) {
            Ok(text) => Some(text),
            Err(error) => {
                self.note(path, reason(&error));
                None
            }
        }
    }

    /// Reads a file of one value.
    pub(super) fn value(&mut self, path: &str) -> Option<String> {
        let text = self.text(path)?;
        let value = text.lines().next().unwrap_or_default().trim().to_owned();
        self.note(path, if value.is_empty() { "(empty)" } else { &value });
        Some(value)
    }

    /// As [`value`](Probe::value), without a note where the file is missing: for files that most
    /// machines do not have.
    pub(super) fn optional(&mut self, path: &str) -> Option<String> {
        self.source.read(path).ok()?;
        self.value(path)
    }

    /// Reads a number that is a file.
    pub(super) fn number(&mut self, path: &str) -> Option<i64> {
        self.value(path)?.parse().ok()
    }

    /// Reads one line of a file of names and values (`name value` or `name: value`).
    pub(super) fn field(&mut self, path: &str, name: &str) -> Option<String> {
        let text = self.text(path)?;
        let value = text.lines().find_map(|line| {
            let rest = line.strip_prefix(name)?;
            rest.starts_with([':', ' ', '\t'])
                .then(|| rest.trim_start_matches(':').trim().to_owned())
        });
        match &value {
            Some(value) => self.note(path, format!("{name} {value}")),
            None => self.note(path, format!("no {name}")),
        }
        value
    }

    /// Returns something about this process that no file tells.
    pub(super) fn fact(&mut self, name: &str) -> Option<String> {
        let value = self.source.fact(name).map(str::to_owned);
        self.note(name, value.as_deref().unwrap_or("unknown"));
        value
    }

    /// Returns whether a file is there.
    pub(super) fn exists(&self, path: &str) -> bool {
        self.source.exists(path)
    }

    /// Remembers something that was read.
    pub(super) fn note(&mut self, from: impl Into<String>, value: impl Into<String>) {
        let entry = Read {
            from: from.into(),
            value: value.into(),
        };
        if !self.read.contains(&entry) {
            self.read.push(entry);
        }
    }

    /// Gives up what was read.
    pub(super) fn into_read(self) -> Vec<Read> {
        self.read
    }
}

fn reason(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "not there",
        io::ErrorKind::PermissionDenied => "not allowed to read",
        _ => "not readable",
    }
}

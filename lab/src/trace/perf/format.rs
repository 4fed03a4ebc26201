//! Where the fields of a tracepoint are in its record, as the kernel describes it in tracefs.

use std::collections::BTreeMap;
use std::fs;
use std::io;

/// Where tracefs is mounted; the second is the custom of kernels before 4.1.
const TRACEFS: [&str; 2] = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

/// One tracepoint: its number, and its fields.
#[derive(Clone, Debug, Default)]
pub(super) struct Format {
    pub(super) id: u64,
    fields: BTreeMap<String, (usize, usize)>,
}

impl Format {
    /// Reads the description of a tracepoint, `system/name`.
    pub(super) fn read(name: &str) -> io::Result<Self> {
        let mut refusal = io::Error::from(io::ErrorKind::NotFound);
        for root in TRACEFS {
            match fs::read_to_string(format!("{root}/events/{name}/format")) {
                Ok(text) => return Ok(Self::parse(&text)),
                // "You may not" says more than "the other place does not exist".
                Err(error) if refusal.kind() == io::ErrorKind::NotFound => refusal = error,
                Err(_) => {}
            }
        }
        Err(io::Error::new(
            refusal.kind(),
            format!("tracepoint {name}: {refusal}"),
        ))
    }

    pub(super) fn parse(text: &str) -> Self {
        let mut format = Format::default();
        for line in text.lines() {
            if let Some(id) = line.strip_prefix("ID:") {
                format.id = id.trim().parse().unwrap_or(0);
            }
            if let Some((name, place)) = field(line.trim()) {
                format.fields.insert(name, place);
            }
        }
        format
    }

    /// A number in a record, whatever its width; a missing one is 0.
    pub(super) fn number(&self, record: &[u8], name: &str) -> i64 {
        let bytes = self.bytes(record, name);
        match bytes.len() {
            8 => bytes.try_into().map_or(0, i64::from_ne_bytes),
            4 => bytes
                .try_into()
                .map_or(0, |bytes| i64::from(i32::from_ne_bytes(bytes))),
            _ => 0,
        }
    }

    /// The bytes of a field in a record.
    pub(super) fn bytes<'a>(&self, record: &'a [u8], name: &str) -> &'a [u8] {
        let place = self.fields.get(name);
        let range = place.and_then(|&(offset, size)| record.get(offset..offset + size));
        range.unwrap_or_default()
    }
}

/// Reads a line such as `field:char comm[16]; offset:8; size:16; signed:0;`.
fn field(line: &str) -> Option<(String, (usize, usize))> {
    let mut parts = line.strip_prefix("field:")?.split(';').map(str::trim);
    let declaration = parts.next()?;
    let name = declaration.rsplit([' ', '*']).next()?;
    let name = name.split('[').next()?.to_owned();
    let mut number = |label: &str| parts.next()?.strip_prefix(label)?.parse().ok();
    Some((name, (number("offset:")?, number("size:")?)))
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn fields_are_where_the_kernel_says() {
        let text = "name: sched_waking\nID: 301\nformat:\n\
             \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n\
             \tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;\n\
             \tfield:void * work;\toffset:24;\tsize:8;\tsigned:0;\n\n\
             print fmt: \"comm=%s\", REC->comm\n";
        let format = Format::parse(text);
        let mut record = vec![0; 32];
        record[4] = 7;
        record[8..11].copy_from_slice(b"abc");
        record[24..32].copy_from_slice(&(-2_i64).to_ne_bytes());
        assert_eq!(format.id, 301);
        assert_eq!(format.number(&record, "common_pid"), 7);
        assert_eq!(format.number(&record, "work"), -2);
        assert_eq!(&format.bytes(&record, "comm")[..4], b"abc\0");
        assert_eq!(format.number(&record, "missing"), 0);
        assert_eq!(format.number(&record[..20], "work"), 0, "a short record");
    }
}

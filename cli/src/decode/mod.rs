//! `ttyring decode`: bytes, or a recording, to one JSON object per line on standard output.
//!
//! What the objects hold is in [`json`]; this file reads, cuts and keeps the order.

mod json;

use std::error::Error;
use std::fmt::Display;
use std::fs;
use std::io::{self, BufWriter, Read, Write};
use std::process::ExitCode;
use std::time::Duration;

use serde_json::Value;
use ttyring::Event;
use ttyring::decode::Decoder;
use ttyring_platform::sim::Step;
use ttyring_platform::sim::cast::{self, Moment};

use json::Printer;

use crate::args::{Decode as Args, Erase, Reply};

pub(crate) fn run(args: &Args) -> ExitCode {
    let Err(error) = decode(args, io::stdout().lock()) else {
        return ExitCode::SUCCESS;
    };
    let io = error.downcast_ref::<io::Error>();
    if io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
        // Whoever reads the lines has seen enough.
        return ExitCode::SUCCESS;
    }
    eprintln!("ttyring decode: {error}");
    ExitCode::FAILURE
}

fn decode(args: &Args, output: impl Write) -> Result<(), Box<dyn Error>> {
    let mut decoder = Decoder::new();
    decoder.settings.pixels = args.pixels;
    decoder.settings.utf8_mouse = args.utf8_mouse;
    if let Some(name) = &args.term {
        decoder.settings.set_terminal(name);
    }
    decoder.settings.erase = Some(match args.erase {
        Erase::Delete => 0x7f,
        Erase::Backspace => 0x08,
    });
    for reply in &args.expect {
        match reply {
            Reply::CursorPosition => decoder.expect_cursor_position(),
        }
    }
    let mut printer = Printer::new(BufWriter::new(output));
    let Some(path) = &args.file else {
        return Ok(stream(args, decoder, io::stdin().lock(), &mut printer)?);
    };
    let named = |error: &dyn Display| format!("{}: {error}", path.display());
    let bytes = fs::read(path).map_err(|error| named(&error))?;
    let header = header(&bytes);
    if let Some(version) = header.version.filter(|version| *version != 2) {
        let error = format!("asciicast version {version}, and only version 2 can be read");
        return Err(named(&error).into());
    }
    if !cast::is_cast(&bytes) {
        return Ok(stream(args, decoder, &*bytes, &mut printer)?);
    }
    if let (None, Some(name)) = (&args.term, header.term) {
        decoder.settings.set_terminal(&name);
    }
    let text = String::from_utf8(bytes).map_err(|error| named(&error))?;
    let moments = cast::read(&text).map_err(|error| named(&error))?;
    Ok(replay(decoder, moments, &mut printer)?)
}

/// What the first line of a recording says besides what [`cast`] reads.
#[derive(Default)]
struct Header {
    version: Option<u64>,
    term: Option<String>,
}

/// Reads the header of a recording of any version; nothing of what is none.
fn header(bytes: &[u8]) -> Header {
    let first = bytes.split(|&byte| byte == b'\n').next();
    let Ok(header) = serde_json::from_slice::<Value>(first.unwrap_or_default()) else {
        return Header::default();
    };
    Header {
        version: header["version"].as_u64(),
        term: header["env"]["TERM"].as_str().map(str::to_owned),
    }
}

/// Decodes what comes, in chunks.
fn stream<W: Write>(
    args: &Args,
    mut decoder: Decoder,
    mut input: impl Read,
    printer: &mut Printer<W>,
) -> io::Result<()> {
    let mut buffer = vec![0; args.chunk.map_or(64 * 1024, |bytes| bytes as usize)];
    loop {
        // A chunk that was asked for is filled; without one, what there is is shown at once.
        let len = match args.chunk {
            Some(_) => fill(&mut input, &mut buffer)?,
            None => read(&mut input, &mut buffer)?,
        };
        if len == 0 {
            break;
        }
        feed(&mut decoder, &buffer[..len], printer)?;
        if let Some(passed) = args.pause {
            pass(&mut decoder, Duration::from_millis(passed), printer)?;
        }
        printer.flush()?;
    }
    finish(&mut decoder, printer)?;
    printer.flush()
}

/// Decodes a recording: what waits for a deadline is resolved when that passes.
fn replay<W: Write>(
    mut decoder: Decoder,
    moments: Vec<Moment>,
    printer: &mut Printer<W>,
) -> io::Result<()> {
    let mut last = Duration::ZERO;
    for Moment { after, step } in moments {
        match step {
            Step::Bytes(bytes) => {
                pass(&mut decoder, after.saturating_sub(last), printer)?;
                printer.set_time(after);
                feed(&mut decoder, &bytes, printer)?;
                last = after;
            }
            Step::Resize(size) => {
                printer.set_time(after);
                printer.print(Event::Resize(size))?;
            }
            _ => {}
        }
    }
    finish(&mut decoder, printer)?;
    printer.flush()
}

/// Takes what has waited for its deadline as it is, if that is over when so much time has passed.
fn pass<W: Write>(
    decoder: &mut Decoder,
    passed: Duration,
    printer: &mut Printer<W>,
) -> io::Result<()> {
    if decoder.timeout().is_some_and(|limit| passed >= limit) {
        while let Some(event) = decoder.expire() {
            printer.print(event)?;
        }
    }
    Ok(())
}

/// Takes what is still unfinished as it is.
fn finish<W: Write>(decoder: &mut Decoder, printer: &mut Printer<W>) -> io::Result<()> {
    while let Some(event) = decoder.finish() {
        printer.print(event)?;
    }
    Ok(())
}

fn feed<W: Write>(
    decoder: &mut Decoder,
    mut bytes: &[u8],
    printer: &mut Printer<W>,
) -> io::Result<()> {
    while !bytes.is_empty() {
        let (used, event) = decoder.decode(bytes);
        if let Some(event) = event {
            printer.print(event)?;
        }
        bytes = &bytes[used..];
    }
    Ok(())
}

fn read(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

fn fill(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut len = 0;
    while len < buffer.len() {
        match read(input, &mut buffer[len..])? {
            0 => break,
            more => len += more,
        }
    }
    Ok(len)
}

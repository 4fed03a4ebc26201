//! `ttyring decode`: bytes on standard input to one JSON object a line on standard output.
//!
//! What the objects hold is in [`json`]; this file reads, cuts and keeps the order.

mod json;

use std::io::{self, BufWriter, Read, Write};
use std::process::ExitCode;
use std::time::Duration;

use ttyring::decode::{Decoder, Expected, Options, Token};

use json::Printer;

/// Decodes bytes from standard input and prints one JSON object a line.
#[derive(Debug, clap::Args)]
#[command(after_long_help = SCHEMA)]
pub(crate) struct Args {
    /// Decode so many bytes at a time; the events are the same whatever the number.
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1..))]
    chunk: Option<u32>,

    /// Decode as if so many milliseconds passed after each chunk: what has waited for its deadline
    /// is taken as it is. The end of the input does the same.
    #[arg(long, value_name = "MS")]
    pause: Option<u64>,

    /// A reply that was asked for, where the bytes alone could be a key; once for each reply.
    #[arg(long, value_name = "REPLY")]
    expect: Vec<Reply>,

    /// The mouse is reported in pixels (mode 1016).
    #[arg(long)]
    pixels: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Reply {
    CursorPosition,
}

const SCHEMA: &str = "\
Objects, by their \"type\":
  key      code, mods, kind (press, repeat, release); text where the key produces text; shifted and
           base where they are reported. code is the character as sent, or a name: enter tab
           backspace escape up down left right home end page_up page_down insert delete begin f1…f35
           menu print_screen pause caps_lock scroll_lock num_lock kp_0…kp_9 kp_enter … media_play …
           left_shift … mods are, in this order: alt ctrl shift super hyper meta caps_lock num_lock
  mouse    kind (press, release, drag, move, scroll_up, scroll_down, scroll_left, scroll_right),
           button (left, middle, right, back, forward, button_10, button_11, none), x and y from 0,
           mods; pixels with --pixels
  paste    text, or bytes (hex) if it is not UTF-8; truncated past 32 MiB, unterminated at the end
  focus    gained
  resize   columns, rows, width, height
  reply    reply, and with
             primary_attributes, secondary_attributes, window: params
             status: params; private after ?
             tertiary_attributes, xtversion: text
             cursor_position: row and column from 1; page where it is reported
             mode: private, mode, value
             keyboard_flags: flags
             color: slot (foreground, background, cursor, palette), index of a palette color, rgb
             clipboard: selection, data (hex of the decoded bytes)
             termcap: ok, name, value; a line for each capability
             status_string: ok, value
             graphics: ok, name (the control part), value (the message)
             color_scheme: dark
  unknown  bytes (hex); truncated if more came than is kept

docs/decode.md says the same at length.";

pub(crate) fn run(args: &Args) -> ExitCode {
    match decode(args, io::stdin().lock(), io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the lines has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ttyring decode: {error}");
            ExitCode::FAILURE
        }
    }
}

fn decode(args: &Args, mut input: impl Read, output: impl Write) -> io::Result<()> {
    let mut decoder = Decoder::with_options(Options::new().pixels(args.pixels));
    for reply in &args.expect {
        match reply {
            Reply::CursorPosition => decoder.expect(Expected::CursorPosition),
        }
    }
    let mut printer = Printer::new(BufWriter::new(output));
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
        feed(&mut decoder, &buffer[..len], &mut printer)?;
        let passed = args.pause.map(Duration::from_millis);
        if decoder
            .deadline()
            .is_some_and(|deadline| passed >= Some(deadline))
        {
            drain(&mut decoder, &mut printer, Decoder::expire)?;
        }
        printer.flush()?;
    }
    drain(&mut decoder, &mut printer, Decoder::finish)?;
    printer.flush()
}

fn feed<W: Write>(
    decoder: &mut Decoder,
    mut bytes: &[u8],
    printer: &mut Printer<W>,
) -> io::Result<()> {
    while !bytes.is_empty() {
        let (used, token) = decoder.decode(bytes);
        if let Some(token) = token {
            printer.print(decoder.event(token, bytes))?;
        }
        bytes = &bytes[used..];
    }
    Ok(())
}

fn drain<W: Write>(
    decoder: &mut Decoder,
    printer: &mut Printer<W>,
    next: impl Fn(&mut Decoder) -> Option<Token>,
) -> io::Result<()> {
    while let Some(token) = next(decoder) {
        printer.print(decoder.event(token, &[]))?;
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

//! A chat between two terminals: keys and a socket in one `select!`, on one thread.
//!
//! ```sh
//! cargo run --example tokio_chat --features tokio             # says where it listens
//! cargo run --example tokio_chat --features tokio -- ADDRESS  # in another window
//! ```

use std::io::{self, Write};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use ttyring::adapter::EventStream;
use ttyring::{Event, Input, KeyCode, Modes, key};

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let stream = connect().await?;
    println!("connected to {}; Ctrl-C ends", stream.peer_addr()?);
    let mut input = Input::open()?;
    input.enable(Modes::PASTE)?;
    chat(EventStream::tokio(input)?, stream).await
}

async fn connect() -> io::Result<TcpStream> {
    match std::env::args().nth(1) {
        Some(address) => TcpStream::connect(address).await,
        None => {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            println!("listening on {}", listener.local_addr()?);
            Ok(listener.accept().await?.0)
        }
    }
}

async fn chat(mut events: EventStream, stream: TcpStream) -> io::Result<()> {
    let (received, mut sent) = stream.into_split();
    let mut lines = BufReader::new(received).lines();
    let mut typed = String::new();
    draw(&typed)?;
    loop {
        // Whichever is not first is dropped, and loses nothing.
        tokio::select! {
            line = lines.next_line() => match line? {
                Some(line) => print!("\r\x1b[K< {}\r\n", printable(&line)),
                None => break print!("\r\x1b[Kthe other side has left\r\n"),
            },
            event = events.next_event() => match event? {
                None => break,
                Some(event) if event == key!(ctrl - c) => break,
                Some(event) if event == key!(enter) => {
                    sent.write_all(format!("{typed}\n").as_bytes()).await?;
                    print!("\r\x1b[K> {typed}\r\n");
                    typed.clear();
                }
                Some(event) => edit(&mut typed, &event),
            },
        }
        draw(&typed)?;
    }
    Ok(())
}

fn edit(typed: &mut String, event: &Event<'_>) {
    match event {
        Event::Key(key) if key.code == KeyCode::Backspace => drop(typed.pop()),
        Event::Key(key) => typed.push_str(key.text()),
        Event::Paste(piece) => typed.push_str(&printable(&String::from_utf8_lossy(&piece.bytes))),
        _ => {}
    }
}

/// What comes from elsewhere must not reach the terminal as an escape sequence.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .collect()
}

fn draw(typed: &str) -> io::Result<()> {
    print!("\r\x1b[K> {typed}");
    io::stdout().flush()
}

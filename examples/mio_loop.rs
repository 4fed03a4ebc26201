//! One `mio` loop for a terminal, a TCP listener with its connections, and a timer.
//!
//! ```sh
//! cargo run --example mio_loop --features mio
//! nc 127.0.0.1 PORT     # in another window
//! ```

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};
use ttyring::{Input, Polled, key};

const TERMINAL: Token = Token(0);
const LISTENER: Token = Token(1);

struct Server {
    poll: Poll,
    input: Input,
    listener: TcpListener,
    connections: HashMap<Token, TcpStream>,
    next: usize,
    over: bool,
}

impl Server {
    fn new() -> io::Result<Self> {
        let mut server = Server {
            poll: Poll::new()?,
            input: Input::open()?,
            listener: TcpListener::bind("127.0.0.1:0".parse().expect("an address"))?,
            connections: HashMap::new(),
            next: 2,
            over: false,
        };
        let registry = server.poll.registry();
        registry.register(&mut server.input, TERMINAL, Interest::READABLE)?;
        registry.register(&mut server.listener, LISTENER, Interest::READABLE)?;
        Ok(server)
    }

    /// Takes all that is there: `mio` tells only once that there is something.
    fn typed(&mut self) -> io::Result<()> {
        loop {
            let text = match self.input.poll(Duration::ZERO)? {
                Polled::Event(event) if event == key!(q) || event == key!(ctrl - c) => {
                    self.over = true;
                    return Ok(());
                }
                Polled::Event(event) => format!("{event:?}"),
                Polled::Elapsed => return Ok(()),
                Polled::End => {
                    self.over = true;
                    return Ok(());
                }
            };
            print!("{text}\r\n");
            for stream in self.connections.values_mut() {
                // A peer that does not keep up misses a line.
                let _ = writeln!(stream, "{text}");
            }
        }
    }

    fn accept(&mut self) -> io::Result<()> {
        loop {
            let (mut stream, peer) = match self.listener.accept() {
                Ok(accepted) => accepted,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            print!("{peer} is there\r\n");
            let token = Token(self.next);
            self.next += 1;
            let registry = self.poll.registry();
            registry.register(&mut stream, token, Interest::READABLE)?;
            self.connections.insert(token, stream);
        }
    }

    fn receive(&mut self, token: Token) {
        let mut buffer = [0; 1024];
        while let Some(stream) = self.connections.get_mut(&token) {
            match stream.read(&mut buffer) {
                Ok(count @ 1..) => print!("received {}\r\n", buffer[..count].escape_ascii()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Ok(0) | Err(_) => drop(self.connections.remove(&token)),
            }
        }
    }
}

fn main() -> io::Result<()> {
    let mut server = Server::new()?;
    print!("listening on {}; q ends\r\n", server.listener.local_addr()?);
    let mut events = Events::with_capacity(64);
    let mut tick = Instant::now() + Duration::from_secs(1);
    let mut ticks = 0;
    while !server.over {
        // The sooner of the timer and of what an unfinished escape sequence waits for.
        let rest = tick.saturating_duration_since(Instant::now());
        let wait = server
            .input
            .poll_timeout()
            .map_or(rest, |timeout| timeout.min(rest));
        match server.poll.poll(&mut events, Some(wait)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => other?,
        }
        if Instant::now() >= tick {
            tick += Duration::from_secs(1);
            ticks += 1;
            print!("\r{ticks} s\r\n");
        }
        let ready: Vec<Token> = events.iter().map(|event| event.token()).collect();
        for token in ready {
            match token {
                TERMINAL => {}
                LISTENER => server.accept()?,
                token => server.receive(token),
            }
        }
        // In each round, since an Escape may be due although nothing was reported.
        server.typed()?;
        io::stdout().flush()?;
    }
    Ok(())
}

//! The loopback interface: a listener that only programs of this machine reach, a thread for each connection, and the browser of the user.
//!
//! The answers are decided elsewhere; this module limits the size and the duration of a request.

#[cfg(target_os = "linux")]
use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
#[cfg(target_os = "linux")]
use std::net::{SocketAddr, SocketAddrV4};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// The maximum length of a head; no browser sends more. It may send the cookies of everything that was ever served on this machine: they are the same
/// for all ports.
const LONGEST_HEAD: usize = 256 << 10;
/// The maximum number of connections: browsers open some that they don't use, but not this many. Those of other users are counted by themselves, so
/// that nobody can keep the user out.
const MOST_CONNECTIONS: usize = 64;
/// How long a connection may take to send a request, and how long it may take nothing of the answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// If the program that opens a browser fails later than this, it was the browser, which somebody has seen.
const SOON: Duration = Duration::from_secs(10);

/// Answers the head of a request, up to and with the empty line.
pub(crate) type Answer = dyn Fn(&[u8], Asker) -> Reply + Send + Sync;

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// The user of this process, or root, who can read all of its files anyway. Also everybody, if the system can't tell.
    Ours,
    /// Another user of this machine. Also a connection that is gone already: nothing tells whose it was, and nobody would get the answer.
    Another,
}

/// An answer.
pub(crate) struct Reply {
    pub(crate) bytes: Vec<u8>,
    pub(crate) then: Then,
}

/// What happens to the connection afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    Close,
    /// It is closed, and the project was handed over.
    Given,
    /// It stays open for as long as the other side keeps it.
    Hold,
}

/// What happened, for the main thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    Given,
    Held,
    /// A connection that was held is gone.
    Left,
}

/// A port of the loopback interface that nobody else has.
pub(crate) struct Listener {
    listener: TcpListener,
    pub(crate) port: u16,
}

/// What happens at a [`Listener`].
pub(crate) struct Events(Receiver<Event>);

impl Listener {
    pub(crate) fn new() -> Result<Listener, ErrorKind> {
        let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        let with_port = bound.and_then(|listener| Ok((listener.local_addr()?.port(), listener)));
        let (port, listener) = with_port.map_err(|error| error.kind())?;
        Ok(Listener { listener, port })
    }

    /// Answers everybody from now on, until the process ends.
    pub(crate) fn start(self, answer: Arc<Answer>) -> Events {
        let (sender, receiver) = channel();
        thread::spawn(move || {
            let [of_ours, of_others] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
            for stream in self.listener.incoming().flatten() {
                let open = if asker(&stream) == Asker::Ours {
                    &of_ours
                } else {
                    &of_others
                };
                if open.fetch_add(1, Ordering::Relaxed) >= MOST_CONNECTIONS {
                    open.fetch_sub(1, Ordering::Relaxed);
                    continue;
                }
                let (answer, sender, open) = (Arc::clone(&answer), sender.clone(), Arc::clone(open));
                thread::spawn(move || {
                    // If one connection breaks, the others are served all the same.
                    let _ = converse(stream, &*answer, &sender);
                    open.fetch_sub(1, Ordering::Relaxed);
                });
            }
        });
        Events(receiver)
    }
}

impl Events {
    /// Returns the next event; `None` if nothing happens for a number of seconds.
    pub(crate) fn within(&self, seconds: u64) -> Option<Event> {
        self.0.recv_timeout(Duration::from_secs(seconds)).ok()
    }

    /// Waits for the next event.
    pub(crate) fn next(&self) -> Option<Event> {
        self.0.recv().ok()
    }
}

fn converse(mut stream: TcpStream, answer: &Answer, events: &Sender<Event>) -> io::Result<()> {
    stream.set_write_timeout(Some(PATIENCE))?;
    let Some(head) = head(&mut stream, PATIENCE)? else {
        return Ok(());
    };
    let Reply { bytes, then } = answer(&head, asker(&stream));
    let written = stream.write_all(&bytes);
    match then {
        Then::Close => {}
        // Sent even if the page was closed meanwhile, because there is nothing left to wait for.
        Then::Given => {
            let _ = events.send(Event::Given);
        }
        Then::Hold => {
            written?;
            let _ = events.send(Event::Held);
            stream.set_read_timeout(None)?;
            let mut rest = [0; 64];
            while stream.read(&mut rest).is_ok_and(|count| count > 0) {}
            let _ = events.send(Event::Left);
        }
    }
    Ok(())
}

/// Looks up whose the other end of a connection is.
#[cfg(target_os = "linux")]
fn asker(stream: &TcpStream) -> Asker {
    let ends = (stream.peer_addr(), stream.local_addr());
    let (Ok(SocketAddr::V4(there)), Ok(SocketAddr::V4(here))) = ends else {
        return Asker::Another;
    };
    // A connection may also be made through IPv6.
    let written = |end: SocketAddrV4| {
        let (address, port) = (u32::from_ne_bytes(end.ip().octets()), end.port());
        let mapped = u32::from_be(0x0000_FFFF);
        [
            format!("{address:08X}:{port:04X}"),
            format!("{:016X}{mapped:08X}{address:08X}:{port:04X}", 0),
        ]
    };
    let ([there, there_mapped], [here, here_mapped]) = (written(there), written(here));
    let tables = [
        ("/proc/self/net/tcp", [there, here]),
        ("/proc/self/net/tcp6", [there_mapped, here_mapped]),
    ];
    for (path, ends) in tables {
        let table = fs::read_to_string(path).unwrap_or_default();
        for line in table.lines() {
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            if words.get(1..3).is_some_and(|own| own == ends) {
                let user = words.get(7).and_then(|user| user.parse::<u32>().ok());
                // An end that was closed is of no user, and stands there as root's.
                let is_closed = words.get(9) == Some(&"0");
                let is_ours = user.is_none_or(|user| user == 0 || user == rustix::process::getuid().as_raw());
                let is_ours = is_ours && !is_closed;
                return if is_ours { Asker::Ours } else { Asker::Another };
            }
        }
    }
    Asker::Ours
}

#[cfg(not(target_os = "linux"))]
fn asker(_: &TcpStream) -> Asker {
    Asker::Ours
}

/// Reads the head of a request; `None` if it is missing, too long or late. There is a time for the whole head, because one that arrives
/// byte by byte would keep a connection for ever.
fn head(stream: &mut TcpStream, patience: Duration) -> io::Result<Option<Vec<u8>>> {
    let until = Instant::now() + patience;
    let mut head = Vec::new();
    let mut part = [0; 2048];
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(None);
        }
        stream.set_read_timeout(Some(left))?;
        let count = stream.read(&mut part)?;
        head.extend_from_slice(&part[..count]);
        if let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
            head.truncate(end + 4);
            return Ok(Some(head));
        }
        if count == 0 || head.len() > LONGEST_HEAD {
            return Ok(None);
        }
    }
}

/// Opens an address in the user's browser. Says so if there is no program to do it, or if that finds no browser.
pub(crate) fn browse(url: &str, failed: fn()) {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(url);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else {
        return failed();
    };
    let start = Instant::now();
    // Waited for, so that it does not stay behind as a zombie.
    thread::spawn(move || {
        if !child.wait().is_ok_and(|status| status.success()) && start.elapsed() < SOON {
            failed();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both ends of a connection.
    fn connection() -> io::Result<(TcpStream, TcpStream)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let there = TcpStream::connect(listener.local_addr()?)?;
        Ok((listener.accept()?.0, there))
    }

    #[test]
    fn a_head_is_read_up_to_its_empty_line() -> io::Result<()> {
        let (mut here, mut there) = connection()?;
        there.write_all(b"GET / HTTP/1.1\r\n\r\nmore")?;
        let head = head(&mut here, PATIENCE)?;
        assert_eq!(head.as_deref(), Some(b"GET / HTTP/1.1\r\n\r\n".as_slice()));
        Ok(())
    }

    #[test]
    fn a_head_that_comes_byte_by_byte_is_not_waited_for() -> io::Result<()> {
        let (mut here, mut there) = connection()?;
        let sender = thread::spawn(move || {
            while there.write_all(b"G").is_ok() {
                thread::sleep(Duration::from_millis(10));
            }
        });
        assert!(matches!(head(&mut here, Duration::from_millis(200)), Ok(None) | Err(_)));
        drop(here);
        assert!(sender.join().is_ok());
        Ok(())
    }
}

//! Servers that keep to no protocol, or abuse it: real sockets on loopback, a thread for each connection. And a tool run
//! against one: with a limit on its memory, and killed if it does not end.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A tool that has not ended by then does not end.
const GUARD: Duration = Duration::from_mins(2);
/// Address space of a tool, in KiB.
const MEMORY: u32 = 2 << 20;
/// How long a silent server keeps a connection: longer than any tool may wait.
const PATIENCE: Duration = Duration::from_mins(10);

/// The password that no server may learn.
pub const PASSWORD: &str = "s3cret-that-no-server-gets";

/// A server that does the same with each connection.
pub struct Hostile {
    port: u16,
    heard: Arc<Mutex<Vec<u8>>>,
}

/// One connection, seen from the server.
pub struct Peer {
    stream: TcpStream,
    heard: Arc<Mutex<Vec<u8>>>,
}

/// What a server does with a connection.
pub type Manner = fn(&mut Peer) -> io::Result<()>;

/// What a server of any protocol can do wrong.
pub static MANNERS: [(&str, Manner); 8] = [
    ("it says nothing", Peer::wait),
    ("it hangs up", |_| Ok(())),
    ("it hangs up after the first question", |peer| peer.hear().map(drop)),
    ("it answers garbage", |peer| {
        peer.hear()?;
        peer.say(
            &(0..1_u32 << 16)
                .map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0])
                .collect::<Vec<_>>(),
        )
    }),
    ("it greets with garbage", |peer| peer.say(&[0xa5; 1 << 12])),
    ("it sends zeros without end", |peer| peer.without_end(&[0; 1 << 16])),
    ("it sends one line without end", |peer| peer.without_end(&[b'a'; 1 << 16])),
    ("it sends a byte now and then", |peer| {
        loop {
            peer.say(b"H")?;
            thread::sleep(Duration::from_millis(300));
        }
    }),
];

impl Hostile {
    /// Starts a server on a port of its own.
    ///
    /// # Panics
    /// There is no port.
    #[must_use]
    pub fn start(manner: impl Fn(&mut Peer) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (heard, manner) = (Arc::<Mutex<Vec<u8>>>::default(), Arc::new(manner));
        let all = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut peer = Peer { stream, heard: Arc::clone(&all) };
                let manner = Arc::clone(&manner);
                // An error is only that the tool has ended the connection.
                thread::spawn(move || drop(manner(&mut peer)));
            }
        });
        Self { port, heard }
    }

    /// Where it listens on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// True if a client has sent these bytes.
    #[must_use]
    pub fn has_heard(&self, bytes: &[u8]) -> bool {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.windows(bytes.len()).any(|window| window == bytes)
    }
}

impl Peer {
    /// What the client sends next.
    pub fn hear(&mut self) -> io::Result<Vec<u8>> {
        let mut piece = vec![0; 1 << 16];
        let read = self.stream.read(&mut piece)?;
        piece.truncate(read);
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&piece);
        if piece.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(piece) }
    }

    /// What the client has sent, without taking it.
    pub fn peek(&mut self) -> io::Result<Vec<u8>> {
        let mut piece = vec![0; 1 << 12];
        let read = self.stream.peek(&mut piece)?;
        piece.truncate(read);
        Ok(piece)
    }

    /// The server's port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.stream.local_addr().map_or(0, |address| address.port())
    }

    /// Adds to what was heard.
    pub fn note(&mut self, bytes: &[u8]) {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
    }

    /// Sends bytes.
    pub fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Sends bytes again and again.
    pub fn without_end(&mut self, bytes: &[u8]) -> io::Result<()> {
        loop {
            self.say(bytes)?;
        }
    }

    /// Keeps the connection and says nothing more.
    pub fn wait(&mut self) -> io::Result<()> {
        self.stream.set_read_timeout(Some(PATIENCE))?;
        loop {
            self.hear()?;
        }
    }
}

/// Runs a tool under the limits.
///
/// # Panics
/// It does not end.
pub fn run(program: &str, args: &[&str], settings: &[(&str, &str)]) -> Output {
    let limit = format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"");
    let mut command = Command::new("bash");
    command.args(["-c", &limit, program]).args(args);
    command.envs(settings.iter().copied()).env("MYSQL_PASSWORD", PASSWORD);
    command
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("bash");
    let id = child.id();
    // Read while it runs, for a pipe holds only so much.
    let [mut stdout, mut stderr] = [Vec::new(), Vec::new()];
    let (mut out, mut err) =
        (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
    let status = thread::scope(|scope| {
        scope.spawn(|| out.read_to_end(&mut stdout));
        scope.spawn(|| err.read_to_end(&mut stderr));
        let begun = Instant::now();
        loop {
            if let Some(status) = child.try_wait().expect("a child") {
                break status;
            }
            if begun.elapsed() > GUARD {
                let _ = child.kill();
                let _ = child.wait();
                panic!("{program} {args:?} ({id}) does not end");
            }
            thread::sleep(Duration::from_millis(20));
        }
    });
    Output { status, stdout, stderr }
}

/// Demands one sentence and an exit code of what [`run`] returned; returns the sentence.
///
/// # Panics
/// There is more or less, a character that a terminal would obey, or another code.
pub fn sentence(output: &Output, code: i32, case: &str) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{case}: {stderr}");
    let line = stderr.strip_suffix('\n').unwrap_or_default().to_owned();
    assert!(!line.is_empty() && !line.contains(crate::escape::is_unsafe), "{case}: {stderr:?}");
    assert!(line.len() < 2000, "{case}: {} bytes: {line}", line.len());
    assert!(!line.contains(PASSWORD), "{case}: {line}");
    line
}

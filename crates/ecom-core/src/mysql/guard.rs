//! Stands between a driver and a server: passes on what [`Dialogue`] allows, and ends the connection at anything else or
//! when an answer takes too long. The driver connects to a socket in a folder that only this user can enter, and that is
//! gone once the driver has connected.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixListener};
use tokio::time::{Instant, timeout};

use super::protocol::{Dialogue, Refusal, STATEMENT};
use super::{Error, Limits};

/// Bytes read at once.
const PIECE: usize = 1 << 16;
/// The longest time between two looks at the clock.
const TICK: Duration = Duration::from_millis(200);
/// Length and number in front of each packet.
const HEADER: usize = 4;

/// The guard of one connection.
pub struct Guard {
    socket: PathBuf,
    ended: Arc<OnceLock<Error>>,
}

/// What both directions share.
struct Shared {
    dialogue: Mutex<Progress>,
    begun: Instant,
    limits: Limits,
}

struct Progress {
    dialogue: Dialogue,
    /// When either side sent something.
    last: Instant,
}

impl Guard {
    /// Connects to the server, and waits for a driver at [`Guard::socket`].
    ///
    /// # Errors
    /// There is no server, or no socket can be made for the driver.
    pub async fn open(host: &str, port: u16, limits: Limits) -> Result<Self, Error> {
        let server = timeout(limits.login, TcpStream::connect((host, port))).await;
        let server = server.map_err(|_| Error::Connection("no answer".into()))??;
        server.set_nodelay(true)?;
        let folder = tempfile::Builder::new().prefix("ecom-mysql.").tempdir()?;
        let socket = folder.path().join("s");
        let listener = UnixListener::bind(&socket)?;
        let ended = Arc::new(OnceLock::new());
        tokio::spawn(guard(server, listener, folder, limits, Arc::clone(&ended)));
        Ok(Self { socket, ended })
    }

    /// Where the driver finds the server.
    #[must_use]
    pub fn socket(&self) -> &std::path::Path {
        &self.socket
    }

    /// Why the connection ended, if the guard ended it; else the driver's own error.
    #[must_use]
    pub fn explain(&self, error: Error) -> Error {
        match error {
            Error::Server { .. } => error,
            other => self.ended.get().cloned().unwrap_or(other),
        }
    }
}

async fn guard(
    mut server: TcpStream,
    listener: UnixListener,
    folder: TempDir,
    limits: Limits,
    ended: Arc<OnceLock<Error>>,
) {
    let Ok(Ok((mut driver, _))) = timeout(limits.login, listener.accept()).await else { return };
    drop((listener, folder));
    let now = Instant::now();
    let progress = Progress { dialogue: Dialogue::new(), last: now };
    let shared = Shared { dialogue: Mutex::new(progress), begun: now, limits };
    let (from_server, to_server) = server.split();
    let (from_driver, to_driver) = driver.split();
    let end = tokio::select! {
        end = shared.answers(from_server, to_driver) => end,
        end = shared.questions(from_driver, to_server) => end,
    };
    if let Err(error) = end {
        // Known before the driver sees the end of its connection.
        let _ = ended.set(error);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.dialogue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From the server to the driver: whole packets, each checked.
    async fn answers(
        &self,
        mut server: impl AsyncRead + Unpin,
        mut driver: impl AsyncWrite + Unpin,
    ) -> Result<(), Error> {
        let mut buffer = Vec::with_capacity(PIECE);
        loop {
            let whole = self.check_answers(&buffer)?;
            driver.write_all(&buffer[..whole]).await?;
            buffer.drain(..whole);
            buffer.reserve(PIECE);
            if let Ok(read) = timeout(TICK, server.read_buf(&mut buffer)).await
                && read? == 0
            {
                return Ok(());
            }
            self.check_time()?;
        }
    }

    /// Returns how many bytes are whole packets that may pass.
    fn check_answers(&self, buffer: &[u8]) -> Result<usize, Error> {
        let mut progress = self.lock();
        let mut whole = 0;
        while let Some([low, middle, high, _]) = buffer[whole..].first_chunk::<HEADER>() {
            let length = u32::from_le_bytes([*low, *middle, *high, 0]) as usize;
            progress.dialogue.check_length(length)?;
            let end = whole + HEADER + length;
            let Some(packet) = buffer.get(whole + HEADER..end) else { break };
            progress.dialogue.received(packet)?;
            whole = end;
        }
        if whole > 0 {
            progress.last = Instant::now();
        }
        Ok(whole)
    }

    /// An answer that takes too long; a login as a whole, so that a server cannot prolong it byte by byte.
    fn check_time(&self) -> Result<(), Error> {
        let progress = self.lock();
        let (since, limit) = match &progress.dialogue {
            dialogue if dialogue.is_login() => (self.begun, self.limits.login),
            dialogue if dialogue.is_idle() => return Ok(()),
            _ => (progress.last, self.limits.answer),
        };
        if since.elapsed() < limit {
            return Ok(());
        }
        let seconds = limit.as_secs();
        Err(Error::Connection(format!("the server did not answer within {seconds} s")))
    }

    /// From the driver to the server: everything, but the dialogue hears of each packet first.
    async fn questions(
        &self,
        mut driver: impl AsyncRead + Unpin,
        mut server: impl AsyncWrite + Unpin,
    ) -> Result<(), Error> {
        let (mut buffer, mut inside) = (Vec::with_capacity(PIECE), 0);
        loop {
            let ready = self.hear(&buffer, &mut inside);
            server.write_all(&buffer[..ready]).await?;
            buffer.drain(..ready);
            buffer.reserve(PIECE);
            if driver.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        }
    }

    /// Returns how many bytes may go; `inside` is how many bytes of the current packet are still to come.
    fn hear(&self, buffer: &[u8], inside: &mut usize) -> usize {
        let mut progress = self.lock();
        let mut ready = 0;
        loop {
            let rest = &buffer[ready..];
            let step = rest.len().min(*inside);
            (ready, *inside) = (ready + step, *inside - step);
            let rest = &buffer[ready..];
            let Some([low, middle, high, number]) = rest.first_chunk::<HEADER>() else { break };
            let length = u32::from_le_bytes([*low, *middle, *high, 0]) as usize;
            let beginning = HEADER + length.min(STATEMENT + 1);
            let Some(beginning) = rest.get(HEADER..beginning) else { break };
            progress.dialogue.sent(*number, beginning);
            (ready, *inside) = (ready + HEADER, length);
        }
        progress.last = Instant::now();
        ready
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Password => Self::Connection(
                "the server wants the password itself, which no server gets: log in once with \
                 orchestration/stack/bin/mysql, then it knows the password"
                    .into(),
            ),
            Refusal::Broken(why) => Self::Protocol(why),
        }
    }
}

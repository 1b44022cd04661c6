//! Accepts connections and limits their number.
//!
//! `axum::serve` has no deadline for the head of a request and no limit on connections: a thousand
//! clients that never finish their request would exhaust the files that the process may open. So
//! hyper serves each connection with a deadline. If there is no room for a new connection, the one
//! that has been silent longest is closed, so clients that ask and read are always served. A
//! browser that follows events keeps its connection as long as it reads them.

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout};

/// The most connections: below the 1,024 files that a process may usually open.
const CONNECTIONS: usize = 768;

/// The most browsers that follow events; the remaining connections are for requests.
const STREAMS: usize = 512;

/// The largest head of a request, in bytes.
const HEAD: usize = 16 * 1024;

/// The most header lines of a request.
const HEADERS: usize = 64;

/// How long the head of a request may take, and how long a connection may be idle.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// How long a browser may take from one event to the next; there is one at least every 10 s.
const TAKE_TIME: Duration = Duration::from_secs(20);

/// How long answers may take once the server shuts down.
const END_TIME: Duration = Duration::from_secs(2);

/// The open connections.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    register: Arc<Mutex<Register>>,
    streams: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct Register {
    next: u64,
    open: HashMap<u64, Entry>,
}

#[derive(Debug)]
struct Entry {
    /// When the client last asked for something; in the future while it reads events.
    active: Instant,
    /// Ends the connection.
    task: AbortHandle,
}

/// One connection, counted until this is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    connections: Connections,
    number: u64,
}

impl Default for Connections {
    fn default() -> Self {
        Self { register: Arc::default(), streams: Arc::new(Semaphore::new(STREAMS)) }
    }
}

impl Connections {
    /// Serves connections until `stop` is ready, then signals `close` and lets answers finish.
    pub(super) async fn serve(
        self,
        listener: TcpListener,
        router: Router,
        stop: impl Future<Output = ()>,
        close: watch::Sender<bool>,
        closing: watch::Receiver<bool>,
    ) {
        let mut tasks = JoinSet::new();
        let mut stop = pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                Some(_) = tasks.join_next() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => self.admit(|seat| {
                        tasks.spawn(converse(stream, router.clone(), seat, closing.clone()))
                    }),
                    // Out of files or memory: wait until some of the open connections end.
                    Err(_) => sleep(Duration::from_millis(50)).await,
                },
            }
        }
        drop(listener);
        close.send_replace(true);
        // A client that has not read its answer by then does not get it.
        let _ = timeout(END_TIME, async { while tasks.join_next().await.is_some() {} }).await;
        tasks.shutdown().await;
    }

    /// Starts a connection, if there is room or another one can be closed for it.
    fn admit(&self, start: impl FnOnce(Arc<Seat>) -> AbortHandle) {
        let mut register = self.register();
        if register.open.len() >= CONNECTIONS && !register.make_room() {
            return;
        }
        let number = register.next;
        register.next += 1;
        let task = start(Arc::new(Seat { connections: self.clone(), number }));
        register.open.insert(number, Entry { active: Instant::now(), task });
    }

    fn register(&self) -> MutexGuard<'_, Register> {
        self.register.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Register {
    /// Closes the connection that has been silent longest; returns false if all of them read
    /// events.
    fn make_room(&mut self) -> bool {
        let now = Instant::now();
        let silent = self.open.iter().filter(|(_, entry)| entry.active <= now);
        let Some((&longest, _)) = silent.min_by_key(|(_, entry)| entry.active) else {
            return false;
        };
        if let Some(entry) = self.open.remove(&longest) {
            entry.task.abort();
        }
        true
    }
}

impl Seat {
    /// The right to follow events, if there is room for one more.
    pub(super) fn stream(&self) -> Option<OwnedSemaphorePermit> {
        self.connections.streams.clone().try_acquire_owned().ok()
    }

    /// Notes that the client reads events.
    pub(super) fn takes(&self) {
        self.active(Instant::now() + TAKE_TIME);
    }

    fn active(&self, moment: Instant) {
        if let Some(entry) = self.connections.register().open.get_mut(&self.number) {
            entry.active = moment;
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.connections.register().open.remove(&self.number);
    }
}

/// Is ready when the server shuts down.
pub(super) async fn closed(closing: &mut watch::Receiver<bool>) {
    // A dropped sender means the same.
    let _ = closing.wait_for(|closing| *closing).await;
}

/// Serves one connection.
async fn converse(
    stream: TcpStream,
    router: Router,
    seat: Arc<Seat>,
    mut closing: watch::Receiver<bool>,
) {
    // Without this, the last part of an event would wait for the acknowledgement of the client.
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        seat.active(Instant::now());
        request.extensions_mut().insert(seat.clone());
        router.call(request)
    });
    // The header would make hyper panic before 1970, and no browser needs it.
    let connection = http1::Builder::new()
        .auto_date_header(false)
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_headers(HEADERS)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // How a connection ends does not matter here.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = closed(&mut closing) => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(connections: &Connections, count: usize) -> Vec<Arc<Seat>> {
        let mut seats = Vec::new();
        for _ in 0..count {
            connections.admit(|seat| {
                seats.push(seat);
                tokio::spawn(std::future::pending::<()>()).abort_handle()
            });
        }
        seats
    }

    fn open(connections: &Connections, seats: &[Arc<Seat>]) -> usize {
        seats.iter().filter(|seat| connections.register().open.contains_key(&seat.number)).count()
    }

    async fn second() {
        tokio::time::advance(Duration::from_secs(1)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn the_client_that_is_silent_longest_makes_room() {
        let connections = Connections::default();
        let first = admitted(&connections, 1);
        second().await;
        let second_one = admitted(&connections, 1);
        let rest = admitted(&connections, CONNECTIONS - 2);
        second().await;
        first[0].active(Instant::now());
        second_one[0].active(Instant::now());
        second().await;
        let newest = admitted(&connections, 1);
        assert_eq!((open(&connections, &first), open(&connections, &second_one)), (1, 1));
        assert_eq!((open(&connections, &rest), open(&connections, &newest)), (CONNECTIONS - 3, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_browser_that_reads_events_stays_and_one_that_does_not_makes_room() {
        let connections = Connections::default();
        let browsers = admitted(&connections, 2);
        browsers[0].takes();
        browsers[1].takes();
        let _many = admitted(&connections, 3 * CONNECTIONS);
        assert_eq!(open(&connections, &browsers), 2);
        tokio::time::advance(TAKE_TIME / 2).await;
        browsers[0].takes();
        let _many = admitted(&connections, 3 * CONNECTIONS);
        tokio::time::advance(TAKE_TIME).await;
        browsers[0].takes();
        let _many = admitted(&connections, 3 * CONNECTIONS);
        assert_eq!(open(&connections, &browsers[..1]), 1);
        assert_eq!(open(&connections, &browsers[1..]), 0);
    }

    #[tokio::test]
    async fn only_so_many_browsers_can_follow_events() {
        let connections = Connections::default();
        let seats = admitted(&connections, STREAMS + 1);
        let streams: Vec<_> = seats.iter().filter_map(|seat| seat.stream()).collect();
        assert_eq!(streams.len(), STREAMS);
        drop(streams);
        assert!(seats[0].stream().is_some());
    }
}

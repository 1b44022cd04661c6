//! Accepts connections and keeps what clients can take of the server within bounds.
//!
//! Where there is no room for a new connection, the one that has waited longest makes room for it,
//! of the address that has most: slow clients push each other out, one that asks and reads is served.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, Ipv6Addr};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout};
use tower::ServiceExt as _;

use super::patience::Patient;

/// Connections in all: below the 1,024 files that a process may usually open.
const CONNECTIONS: usize = 768;

/// Connections from one address: a class room can be behind one.
const FROM_ONE: usize = 640;

/// Browsers that watch.
const STREAMS: usize = 512;

/// Browsers that watch from one address.
const STREAMS_FROM_ONE: usize = 448;

/// Bytes of a request's head.
const HEAD: usize = 16 * 1024;

/// Header lines of a request.
const HEADERS: usize = 64;

/// How long a request's head may take, and how long a connection may be idle.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// How long a client may take for what it asked for.
const TAKE_TIME: Duration = Duration::from_secs(20);

/// How long answers may take once the server is to end.
const END_TIME: Duration = Duration::from_secs(2);

/// The connections there are.
#[derive(Clone, Debug, Default)]
pub(super) struct Connections(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    next: u64,
    open: HashMap<u64, Entry>,
}

#[derive(Debug)]
struct Entry {
    address: IpAddr,
    /// When it came, or last asked for something.
    since: Instant,
    streaming: bool,
    /// Ends it; not there yet while it is being started.
    task: Option<AbortHandle>,
}

/// The place of one connection; free again when it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    connections: Connections,
    number: u64,
}

/// As long as it is there, the connection is one of a browser that watches.
#[derive(Debug)]
pub(super) struct Streaming(Arc<Seat>);

impl Connections {
    /// Serves connections until `stop` is ready, then tells `close` and lets answers finish.
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
                    Ok((stream, peer)) => {
                        if let Some(seat) = self.seat(peer.ip()) {
                            let number = seat.number;
                            let task = converse(stream, router.clone(), seat, closing.clone());
                            self.started(number, tasks.spawn(task));
                        }
                    }
                    // Out of files or memory: what is open goes on, and some of it will end.
                    Err(_) => sleep(Duration::from_millis(50)).await,
                },
            }
        }
        drop(listener);
        close.send_replace(true);
        // Whoever has not taken the answer by then does not get it.
        let _ = timeout(END_TIME, async { while tasks.join_next().await.is_some() {} }).await;
        tasks.shutdown().await;
    }

    /// A place for a client from `address`, if there is one or another client can give way.
    fn seat(&self, address: IpAddr) -> Option<Arc<Seat>> {
        let address = of_one_client(address);
        let mut table = self.table();
        if table.open.values().filter(|entry| entry.address == address).count() >= FROM_ONE {
            table.make_room(address)?;
        } else if table.open.len() >= CONNECTIONS {
            let address = table.most_from()?;
            table.make_room(address)?;
        }
        let number = table.next;
        table.next += 1;
        let entry = Entry { address, since: Instant::now(), streaming: false, task: None };
        table.open.insert(number, entry);
        Some(Arc::new(Seat { connections: self.clone(), number }))
    }

    fn started(&self, number: u64, task: AbortHandle) {
        if let Some(entry) = self.table().open.get_mut(&number) {
            entry.task = Some(task);
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Where most of the connections that do not watch come from.
    fn most_from(&self) -> Option<IpAddr> {
        let mut counts: HashMap<IpAddr, usize> = HashMap::new();
        for entry in self.open.values().filter(|entry| !entry.streaming) {
            *counts.entry(entry.address).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(address, _)| address)
    }

    /// Ends the connection from `address` that has waited longest among those that do not watch.
    fn make_room(&mut self, address: IpAddr) -> Option<()> {
        let waiting = self.open.iter();
        let waiting = waiting.filter(|(_, entry)| !entry.streaming && entry.address == address);
        let longest = *waiting.min_by_key(|(_, entry)| entry.since)?.0;
        let task = self.open.remove(&longest)?.task?;
        task.abort();
        Some(())
    }
}

impl Seat {
    /// The client has asked for something.
    fn asked(&self) {
        if let Some(entry) = self.connections.table().open.get_mut(&self.number) {
            entry.since = Instant::now();
        }
    }

    /// The right to watch, if there is room for one more.
    pub(super) fn stream(self: &Arc<Self>) -> Option<Streaming> {
        let mut table = self.connections.table();
        let address = table.open.get(&self.number)?.address;
        let streaming = |entry: &&Entry| entry.streaming;
        let all = table.open.values().filter(streaming).count();
        let from_one =
            table.open.values().filter(streaming).filter(|entry| entry.address == address).count();
        if all >= STREAMS || from_one >= STREAMS_FROM_ONE {
            return None;
        }
        table.open.get_mut(&self.number)?.streaming = true;
        Some(Streaming(self.clone()))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.connections.table().open.remove(&self.number);
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        if let Some(entry) = self.0.connections.table().open.get_mut(&self.0.number) {
            entry.streaming = false;
        }
    }
}

/// One client has many IPv6 addresses: all of its network count as one.
fn of_one_client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
        address => address,
    }
}

/// Is ready when the server is to end.
pub(super) async fn closed(closing: &mut watch::Receiver<bool>) {
    // Whoever would have told it is gone: that is the end, too.
    let _ = closing.wait_for(|closing| *closing).await;
}

/// Serves one connection.
async fn converse(
    stream: TcpStream,
    router: Router,
    seat: Arc<Seat>,
    mut closing: watch::Receiver<bool>,
) {
    // Without it the last part of an event would wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|mut request: hyper::Request<Incoming>| {
        seat.asked();
        request.extensions_mut().insert(seat.clone());
        let router = router.clone();
        async { Ok::<_, Infallible>(router.oneshot(request.map(Body::new)).await.into_response()) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_headers(HEADERS)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(Patient::new(stream, TAKE_TIME)), service);
    let mut connection = pin!(connection);
    // How a connection ends is the client's affair.
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

    fn taken(connections: &Connections, address: [u8; 4], count: usize) -> Vec<Arc<Seat>> {
        (0..count).map(|_| started(connections, address).unwrap()).collect()
    }

    fn started(connections: &Connections, address: [u8; 4]) -> Option<Arc<Seat>> {
        let seat = connections.seat(address.into())?;
        connections.started(seat.number, tokio::spawn(std::future::pending::<()>()).abort_handle());
        Some(seat)
    }

    fn is_open(seat: &Seat) -> bool {
        seat.connections.table().open.contains_key(&seat.number)
    }

    #[tokio::test(start_paused = true)]
    async fn the_client_that_waits_longest_makes_room() {
        let connections = Connections::default();
        let first = started(&connections, [10, 0, 0, 1]).unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
        let rest = taken(&connections, [10, 0, 0, 1], FROM_ONE - 1);
        tokio::time::advance(Duration::from_secs(1)).await;
        first.asked();
        tokio::time::advance(Duration::from_secs(1)).await;
        let newest = started(&connections, [10, 0, 0, 1]).unwrap();
        assert!(is_open(&first) && is_open(&newest));
        assert_eq!(rest.iter().filter(|seat| is_open(seat)).count(), FROM_ONE - 2);
        assert_eq!(connections.table().open.len(), FROM_ONE);
    }

    #[tokio::test]
    async fn one_address_takes_no_room_from_another() {
        let connections = Connections::default();
        let other = started(&connections, [10, 0, 0, 2]).unwrap();
        let _many = taken(&connections, [10, 0, 0, 1], 3 * CONNECTIONS);
        assert!(is_open(&other));
        assert_eq!(connections.table().open.len(), FROM_ONE + 1);
        let few = taken(&connections, [10, 0, 0, 3], CONNECTIONS - FROM_ONE);
        assert!(is_open(&other) && few.iter().all(|seat| is_open(seat)));
        assert_eq!(connections.table().open.len(), CONNECTIONS);
    }

    #[tokio::test]
    async fn browsers_that_watch_stay_and_only_so_many_can() {
        let connections = Connections::default();
        let seats = taken(&connections, [10, 0, 0, 1], STREAMS_FROM_ONE + 1);
        let streams: Vec<_> = seats.iter().filter_map(Seat::stream).collect();
        assert_eq!(streams.len(), STREAMS_FROM_ONE);
        let _many = taken(&connections, [10, 0, 0, 1], 2 * CONNECTIONS);
        assert!(seats[..STREAMS_FROM_ONE].iter().all(|seat| is_open(seat)));
        drop(streams);
        assert!(connections.table().open.values().all(|entry| !entry.streaming));
    }

    #[test]
    fn a_client_is_known_by_its_network() {
        let one = |text: &str| of_one_client(text.parse().unwrap());
        assert_eq!(one("2001:db8::1"), one("2001:db8::ffff:2"));
        assert_ne!(one("2001:db8::1"), one("2001:db8:0:1::1"));
        assert_eq!(one("::ffff:10.0.0.1"), one("10.0.0.1"));
        assert_ne!(one("::1"), one("::2"));
    }
}

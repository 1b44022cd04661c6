//! The web page, and what programs ask for: JSON, server-sent events, OpenMetrics, health.
//!
//! A request passes `guard` (method, Host, body, token), then `pages` or `events` answers it. What
//! all browsers get is written once a snapshot (`frame`); `connections` keeps what a client can
//! take within bounds, `patience` ends clients that do not take what they asked for.

mod connections;
mod events;
mod frame;
mod guard;
mod openmetrics;
mod pages;
mod patience;
mod token;

use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use ecom_core::exit::Failure;
use tokio::net::{TcpListener, TcpSocket, lookup_host};
use tokio::sync::watch;

use crate::hub::Hub;
use connections::Connections;
use guard::Policy;
pub(crate) use token::Token;

/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// Bytes that the kernel keeps for a client that reads slowly.
const SEND_BUFFER: u32 = 128 * 1024;

/// How the page is served.
#[derive(Debug)]
pub(crate) struct Options {
    /// Address and port.
    pub(crate) listen: String,
    /// What a client must know; needed when others than this computer can come.
    pub(crate) token: Option<Token>,
    /// Names under which browsers may come, besides `localhost` and addresses.
    pub(crate) allowed_hosts: Vec<String>,
    /// Whether a recording is shown: it may end without anything being wrong.
    pub(crate) replay: bool,
}

/// The server, with its port taken but nothing served yet.
#[derive(Debug)]
pub(crate) struct Server {
    listener: TcpListener,
    address: SocketAddr,
    policy: Policy,
    replay: bool,
}

/// What the answers are made of.
#[derive(Clone, Debug)]
struct Shared {
    hub: Hub,
    frames: watch::Receiver<Option<Arc<frame::Frame>>>,
    closing: watch::Receiver<bool>,
    replay: bool,
}

impl Server {
    /// Takes the port; refuses an address that others can reach when there is no token.
    pub(crate) async fn bind(options: Options) -> Result<Self, Failure> {
        let Options { listen, token, allowed_hosts, replay } = options;
        let unusable = |cause: std::io::Error| {
            Failure::usage(format!("--listen {listen}: not an address and port")).because(cause)
        };
        let mut addresses = lookup_host(&listen).await.map_err(unusable)?;
        let wanted = addresses.next().ok_or_else(|| unusable(ErrorKind::NotFound.into()))?;
        if token.is_none() && !wanted.ip().to_canonical().is_loopback() {
            return Err(Failure::usage(format!(
                "--listen {listen}: others can reach this address, so a token is needed: \
                 put at least {} characters into a file and name it with --token-file",
                token::LEAST
            )));
        }
        let listener = listen_at(wanted).map_err(|error| in_the_way(&listen, error))?;
        let address = listener.local_addr().map_err(|error| in_the_way(&listen, error))?;
        Ok(Self { listener, address, policy: Policy::new(allowed_hosts, token), replay })
    }

    /// Where the page is, for people; the token is not part of it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Serves what `hub` has, until `stop` is ready; then ends the streams and lets answers finish.
    pub(crate) async fn run(self, hub: Hub, stop: impl Future<Output = ()>) {
        let (close, closing) = watch::channel(false);
        let (sender, frames) = watch::channel(None);
        let shared =
            Shared { hub: hub.clone(), frames, closing: closing.clone(), replay: self.replay };
        let writer = tokio::spawn(frame::write(hub, sender));
        let router = pages::router(shared, self.policy);
        Connections::default().serve(self.listener, router, stop, close, closing).await;
        writer.abort();
    }
}

fn listen_at(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A port that a former run has just left is free; one that a program listens at is not.
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

fn in_the_way(listen: &str, error: std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::AddrInUse => {
            Failure::usage(format!("--listen {listen}: another program listens there"))
        }
        ErrorKind::AddrNotAvailable => {
            Failure::usage(format!("--listen {listen}: no address of this computer"))
        }
        _ => Failure::usage(format!("--listen {listen}: cannot listen there")).because(error),
    }
}

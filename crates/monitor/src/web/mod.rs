//! The web page, and interfaces for programs: JSON, server-sent events, metrics, health.
//!
//! A request passes `guard` (method, Host, body, token), then `pages` or `events` answers it. Each
//! snapshot is serialized once for all browsers (`frame`). `connections` limits the number of
//! clients and closes idle ones.

mod connections;
mod events;
mod frame;
mod guard;
mod openmetrics;
mod pages;
mod token;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use ecom_core::{Code, Failure};
use tokio::net::{TcpListener, TcpSocket, lookup_host};
use tokio::sync::watch;

use crate::hub::Hub;
use connections::Connections;
use guard::Policy;
use token::Token;

/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// Bytes that the kernel keeps for a client that reads slowly.
const SEND_BUFFER: u32 = 128 * 1024;

/// Serving the page.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct WebArgs {
    /// Serve the web page, /api/snapshot, /metrics and /healthz
    #[arg(long)]
    pub(crate) web: bool,

    /// Address to listen on; any address but loopback requires a token
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090", requires = "web")]
    listen: String,

    /// File with the token that clients must send [default: the variable `MONITOR_TOKEN`]
    #[arg(long, value_name = "FILE", env = "MONITOR_TOKEN_FILE")]
    token_file: Option<PathBuf>,

    /// Host name that browsers may use besides localhost and IP addresses; repeatable
    #[arg(long, value_name = "NAME", requires = "web")]
    allowed_host: Vec<String>,
}

/// What all requests share.
#[derive(Clone, Debug)]
struct Shared {
    hub: Hub,
    frames: watch::Receiver<Option<Arc<frame::Frame>>>,
    closing: watch::Receiver<bool>,
    /// True for a recording, which may end and has its own clock.
    replay: bool,
}

/// Serves the snapshots of `hub` until a signal arrives; then closes the event streams and lets
/// answers finish.
pub(crate) async fn show(
    args: &WebArgs,
    hub: &Hub,
    replay: bool,
    stop: &Stop,
    ui: &Ui,
) -> anyhow::Result<Code> {
    let token = Token::find(args.token_file.as_deref())?;
    let listener = bind(&args.listen, token.is_some()).await?;
    ui.status(format!("http://{}/", listener.local_addr()?));
    let (close, closing) = watch::channel(false);
    let (sender, frames) = watch::channel(None);
    let writer = tokio::spawn(frame::write(hub.clone(), sender));
    let shared = Shared { hub: hub.clone(), frames, closing: closing.clone(), replay };
    let router = pages::router(shared, Policy::new(args.allowed_host.clone(), token));
    let mut code = Code::Success;
    let stopped = async { code = stop.stopped().await };
    Connections::default().serve(listener, router, stopped, close, closing).await;
    writer.abort();
    Ok(code)
}

/// Binds the port; without a token, refuses an address that others can reach.
async fn bind(listen: &str, has_token: bool) -> Result<TcpListener, Failure> {
    let unusable = |cause: std::io::Error| {
        Failure::usage(format!("--listen {listen}: not an address and port")).because(cause)
    };
    let mut addresses = lookup_host(listen).await.map_err(unusable)?;
    let address = addresses.next().ok_or_else(|| unusable(ErrorKind::NotFound.into()))?;
    if !has_token && !address.ip().to_canonical().is_loopback() {
        return Err(Failure::usage(format!(
            "--listen {listen}: others can reach this address, so a token is required: \
             put at least {} characters into a file and name it with --token-file",
            token::LEAST
        )));
    }
    listen_at(address).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => Failure::usage(format!("--listen {listen}: the port is in use")),
        ErrorKind::AddrNotAvailable => {
            Failure::usage(format!("--listen {listen}: not an address of this computer"))
        }
        _ => Failure::usage(format!("--listen {listen}: cannot listen there")).because(error),
    })
}

fn listen_at(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Allows the port of a run that has just ended, but not one in use.
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

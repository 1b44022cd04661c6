//! Watches the pipeline until it is stopped.

use std::future::pending;
use std::io::IsTerminal as _;
use std::time::Duration;

use anyhow::{Context as _, Result};
use ecom_core::Code;
use ecom_core::settings::Format;
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use tokio::time::{sleep, timeout};

use crate::cli::Args;
use crate::collector::Collector;
use crate::hub::Hub;
use crate::outlet::{EndArgs, Outlet};
use crate::replay::Replay;
use crate::{terminal, web};

/// How snapshots are displayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Display {
    /// As text or JSON on standard output.
    Printed,
    /// As a full-screen display.
    Terminal,
    /// As a page for browsers.
    Web,
}

/// Collects or replays snapshots, and shows them.
pub(crate) fn run(args: &Args) -> Result<Code> {
    if Display::of(args) == Display::Terminal {
        terminal::without_log();
    }
    let ui = Ui::new("monitor", args.common);
    let stop = Stop::listen()?;
    args.collect.check()?;
    // Two threads: one may be busy with drawing or parsing while the other serves the deadlines.
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build();
    let runtime = runtime.context("cannot start the runtime")?;
    let result = runtime.block_on(watch(args, &ui, &stop));
    // A query without an answer must not delay the exit.
    runtime.shutdown_background();
    result
}

async fn watch(args: &Args, ui: &Ui, stop: &Stop) -> Result<Code> {
    let hub = Hub::new();
    let display = Display::of(args);
    let printed = (display == Display::Printed).then_some(args.format.format);
    let outlet = Outlet::new(&args.end, &args.recording, printed, &hub)?;
    tokio::select! {
        biased;
        // The page ends its event streams first.
        code = stop.stopped(), if display != Display::Web => Ok(code),
        shown = show(display, args, &hub, stop, ui) => shown,
        ended = feed(args, outlet, display, ui) => ended,
    }
}

/// Passes snapshots to the outlet until it needs no more, or until `--timeout` expires.
async fn feed(args: &Args, mut outlet: Outlet, display: Display, ui: &Ui) -> Result<Code> {
    let until = args.end.until.is_some();
    let limit = if until { Duration::from_secs_f64(args.end.timeout) } else { Duration::MAX };
    let source = async {
        match &args.recording.replay {
            Some(path) => {
                replay(args, Replay::open(path, args.recording.speed)?, &mut outlet).await
            }
            None => Collector::start(&args.collect)?.feed(&mut outlet).await.map(Some),
        }
    };
    let ended = timeout(limit, source).await;
    match ended {
        Ok(Err(error)) => Err(error),
        Ok(Ok(Some(code))) => Ok(code),
        // The display stays open after the recording has ended.
        Ok(Ok(None)) if display != Display::Printed && !until => pending().await,
        Ok(Ok(None)) if !until => Ok(Code::Success),
        ended => {
            let (code, last) = outlet.end();
            let when = match ended {
                Ok(_) => "before the recording ended".into(),
                Err(_) => format!("within {} s", args.end.timeout),
            };
            ui.warn(format!("not complete {when}: {last}"));
            Ok(code)
        }
    }
}

async fn replay(args: &Args, mut replay: Replay, outlet: &mut Outlet) -> Result<Option<Code>> {
    let mut newest = None;
    while let Some(snapshot) = replay.next()? {
        if args.end.once {
            // `--once` shows the end of a recording.
            newest = Some(snapshot);
            continue;
        }
        sleep(replay.wait(snapshot.taken)).await;
        if let Some(code) = outlet.take(snapshot)? {
            return Ok(Some(code));
        }
    }
    newest.map_or(Ok(None), |snapshot| outlet.take(snapshot))
}

/// Shows the snapshots of the hub; never returns if they are only printed.
async fn show(display: Display, args: &Args, hub: &Hub, stop: &Stop, ui: &Ui) -> Result<Code> {
    let replay = args.recording.replay.is_some();
    match display {
        Display::Terminal => terminal::show(hub, replay).await,
        Display::Web => web::show(&args.web, hub, replay, stop, ui).await,
        Display::Printed => pending().await,
    }
}

impl Display {
    fn of(args: &Args) -> Self {
        let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
        let terminal = std::io::stdout().is_terminal() && std::io::stdin().is_terminal() && !dumb;
        match &args.end {
            // Scripts use these flags, and must get the same output on a terminal.
            EndArgs { once: true, .. } => Self::Printed,
            _ if args.web.web => Self::Web,
            EndArgs { until: Some(_), .. } => Self::Printed,
            _ if args.format.format == Format::Json || !terminal => Self::Printed,
            _ => Self::Terminal,
        }
    }
}

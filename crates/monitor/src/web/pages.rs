//! The files of the page, and the answers for programs.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use ecom_core::clock;

use super::guard::{self, Policy};
use super::{Shared, events, openmetrics};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// The page: path, type and content of each file.
const FILES: [(&str, &str, &str); 26] = [
    ("/", HTML, include_str!("assets/index.html")),
    ("/page.css", CSS, include_str!("assets/page.css")),
    ("/flow.css", CSS, include_str!("assets/flow.css")),
    ("/page.js", JAVASCRIPT, include_str!("assets/page.js")),
    ("/words.js", JAVASCRIPT, include_str!("assets/words.js")),
    ("/live.js", JAVASCRIPT, include_str!("assets/live.js")),
    ("/flow.js", JAVASCRIPT, include_str!("assets/flow.js")),
    ("/charts.js", JAVASCRIPT, include_str!("assets/charts.js")),
    ("/tables.js", JAVASCRIPT, include_str!("assets/tables.js")),
    ("/analytics.css", CSS, include_str!("assets/analytics.css")),
    ("/analytics.js", JAVASCRIPT, include_str!("assets/analytics.js")),
    ("/drawings.js", JAVASCRIPT, include_str!("assets/drawings.js")),
    ("/stream.js", JAVASCRIPT, include_str!("assets/stream.js")),
    ("/cards.js", JAVASCRIPT, include_str!("assets/cards.js")),
    ("/chart.js", JAVASCRIPT, include_str!("assets/chart.js")),
    ("/customers.js", JAVASCRIPT, include_str!("assets/customers.js")),
    ("/decimals.js", JAVASCRIPT, include_str!("assets/decimals.js")),
    ("/figures.js", JAVASCRIPT, include_str!("assets/figures.js")),
    ("/grid.js", JAVASCRIPT, include_str!("assets/grid.js")),
    ("/minutes.js", JAVASCRIPT, include_str!("assets/minutes.js")),
    ("/questions.js", JAVASCRIPT, include_str!("assets/questions.js")),
    ("/rows.js", JAVASCRIPT, include_str!("assets/rows.js")),
    ("/sales.js", JAVASCRIPT, include_str!("assets/sales.js")),
    ("/tabs.js", JAVASCRIPT, include_str!("assets/tabs.js")),
    ("/time.js", JAVASCRIPT, include_str!("assets/time.js")),
    ("/icon.svg", SVG, include_str!("assets/icon.svg")),
];

/// After this many intervals without a snapshot, the collector counts as stopped.
const INTERVALS: f64 = 3.0;

/// How long the collector may take for one snapshot, however short the interval is.
const PATIENCE: Duration = Duration::from_secs(15);

/// Everything that is served.
pub(super) fn router(shared: Shared, policy: Policy) -> Router {
    let mut router = Router::new();
    for (path, kind, content) in FILES {
        let file = move || async move { ([(header::CONTENT_TYPE, kind)], content) };
        router = router.route(path, get(file));
    }
    router
        .route("/api/snapshot", get(snapshot))
        .route("/api/history", get(history))
        .route("/api/analytics", get(analytics))
        .route("/api/events", get(events::follow))
        .route("/metrics", get(metrics))
        .route("/healthz", get(health))
        .fallback(|| async { (StatusCode::NOT_FOUND, "404: no such page\n") })
        .with_state(shared)
        .layer(from_fn_with_state(Arc::new(policy), guard::check))
}

async fn snapshot(State(shared): State<Shared>) -> Response {
    let frame = shared.frames.borrow().clone();
    frame.map_or_else(not_yet, |frame| json(frame.json()))
}

async fn history(State(shared): State<Shared>) -> Response {
    let frame = shared.frames.borrow().clone();
    json(frame.map_or_else(|| Bytes::from_static(b"[]"), |frame| frame.history(&shared.hub)))
}

async fn analytics(State(shared): State<Shared>) -> Response {
    let frame = shared.frames.borrow().clone();
    frame.and_then(|frame| frame.results()).map_or_else(no_results, json)
}

async fn metrics(State(shared): State<Shared>) -> Response {
    let frame = shared.frames.borrow().clone();
    let Some(frame) = frame else { return not_yet() };
    // Ages in a recording are measured on its own clock.
    let now = if shared.replay { frame.snapshot.taken } else { clock::now() };
    match openmetrics::write(&frame.snapshot, now, frame.received.elapsed()) {
        Ok(text) => ([(header::CONTENT_TYPE, openmetrics::CONTENT_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Whether the collector is running, regardless of what it finds.
async fn health(State(shared): State<Shared>) -> Response {
    let frame = shared.frames.borrow().clone();
    let Some(frame) = frame else { return not_yet() };
    let age = frame.received.elapsed();
    let patience = (frame.snapshot.interval_seconds * INTERVALS).max(PATIENCE.as_secs_f64());
    // A recording may end, which is not a failure.
    if age.as_secs_f64() < patience || shared.replay {
        return "ok\n".into_response();
    }
    let text = format!("503: the newest snapshot is {} s old\n", age.as_secs());
    (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
}

fn json(bytes: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], bytes).into_response()
}

fn not_yet() -> Response {
    later("503: no snapshot yet\n")
}

fn no_results() -> Response {
    later("503: no results yet\n")
}

fn later(reason: &'static str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")], reason).into_response()
}

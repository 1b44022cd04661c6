//! Server-sent events: each snapshot as it is published.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::unfold;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::timeout;

use super::Shared;
use super::connections::{Seat, closed};
use super::frame::Frame;

/// After this much silence a comment is sent, which shows whether the browser is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// What the stream of one browser needs.
struct Stream {
    frames: watch::Receiver<Option<Arc<Frame>>>,
    closing: watch::Receiver<bool>,
    begin: Option<Bytes>,
    seat: Arc<Seat>,
    _permit: OwnedSemaphorePermit,
}

/// The stream of one browser; a slow one misses snapshots but always gets the newest.
pub(super) async fn follow(
    State(shared): State<Shared>,
    Extension(seat): Extension<Arc<Seat>>,
) -> Response {
    let Some(permit) = seat.stream() else {
        let reason = "503: too many browsers follow the pipeline; try again later\n";
        let headers = [(header::RETRY_AFTER, "10")];
        return (StatusCode::SERVICE_UNAVAILABLE, headers, reason).into_response();
    };
    let Shared { mut frames, closing, replay, .. } = shared;
    // A browser gets the newest snapshot at once, not only the next one.
    frames.mark_changed();
    let begin = hello(frames.borrow().as_deref(), replay);
    let stream = Stream { frames, closing, begin: Some(begin), seat, _permit: permit };
    let body = Body::from_stream(unfold(stream, |mut stream| async {
        stream.next().await.map(|bytes| (Ok::<_, Infallible>(bytes), stream))
    }));
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}

/// How long the browser waits before it reconnects, and how old the newest snapshot is.
fn hello(frame: Option<&Frame>, replay: bool) -> Bytes {
    let age = frame.map(|frame| frame.received.elapsed().as_secs_f64());
    let hello = serde_json::json!({ "replay": replay, "age_seconds": age });
    format!("retry: 2000\nevent: hello\ndata: {hello}\n\n").into()
}

impl Stream {
    async fn next(&mut self) -> Option<Bytes> {
        self.seat.takes();
        if let Some(begin) = self.begin.take() {
            return Some(begin);
        }
        loop {
            tokio::select! {
                biased;
                () = closed(&mut self.closing) => return None,
                changed = timeout(KEEP_ALIVE, self.frames.changed()) => match changed {
                    Err(_) => return Some(Bytes::from_static(b": still here\n\n")),
                    Ok(Err(_)) => return None,
                    Ok(Ok(())) => {
                        let frame = self.frames.borrow_and_update();
                        if let Some(frame) = frame.as_deref() {
                            return Some(frame.event());
                        }
                    }
                }
            }
        }
    }
}

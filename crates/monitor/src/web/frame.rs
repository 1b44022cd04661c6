//! A snapshot in the formats in which it is sent: serialized once, shared by all clients.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::hub::Hub;
use crate::snapshot::Snapshot;

const BEGIN: &[u8] = b"event: snapshot\ndata: ";
const END: &[u8] = b"\n\n";

/// One snapshot, ready to be sent.
#[derive(Debug)]
pub(super) struct Frame {
    /// The snapshot itself.
    pub(super) snapshot: Arc<Snapshot>,
    /// When it arrived. Not a time of day, because a recording has its own clock.
    pub(super) received: Instant,
    event: Bytes,
    json: Range<usize>,
    history: OnceLock<Bytes>,
    results: OnceLock<Option<Bytes>>,
}

impl Frame {
    fn new(snapshot: Arc<Snapshot>) -> Result<Self, serde_json::Error> {
        let mut event = BEGIN.to_vec();
        serde_json::to_writer(&mut event, &*snapshot)?;
        let json = BEGIN.len()..event.len();
        event.extend_from_slice(END);
        let (event, history, results) = (Bytes::from(event), OnceLock::new(), OnceLock::new());
        Ok(Self { snapshot, received: Instant::now(), event, json, history, results })
    }

    /// As JSON.
    pub(super) fn json(&self) -> Bytes {
        self.event.slice(self.json.clone())
    }

    /// As a server-sent event.
    pub(super) fn event(&self) -> Bytes {
        self.event.clone()
    }

    /// The points up to this snapshot as JSON, serialized when the first client asks.
    pub(super) fn history(&self, hub: &Hub) -> Bytes {
        let write = || serde_json::to_vec(&hub.points()).unwrap_or_default().into();
        self.history.get_or_init(write).clone()
    }

    /// The results of the analysis as JSON; `None` before they were looked for.
    pub(super) fn results(&self) -> Option<Bytes> {
        let copy = || {
            let results = self.snapshot.results.as_ref()?;
            Some(Bytes::copy_from_slice(results.json.get().as_bytes()))
        };
        self.results.get_or_init(copy).clone()
    }
}

/// Serializes each snapshot of `hub` as it arrives, until nobody needs them any more.
pub(super) async fn write(hub: Hub, frames: watch::Sender<Option<Arc<Frame>>>) {
    let mut newest = hub.follow();
    newest.mark_changed();
    while newest.changed().await.is_ok() {
        let Some(snapshot) = newest.borrow_and_update().clone() else { continue };
        // A snapshot only has numbers, strings and times, which JSON can always represent.
        if let Ok(frame) = Frame::new(snapshot) {
            frames.send_replace(Some(Arc::new(frame)));
        }
    }
}

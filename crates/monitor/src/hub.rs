//! Passes snapshots from the collector (or a replay) to the views.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::snapshot::{HopId, Snapshot};

/// Points to keep: one hour at the default interval of 5 s.
const POINTS: usize = 720;

/// The newest snapshot and the hour before it; clones share both.
#[derive(Clone, Debug)]
pub(crate) struct Hub {
    newest: watch::Sender<Option<Arc<Snapshot>>>,
    points: Arc<RwLock<VecDeque<Point>>>,
}

/// What a time series shows of one snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Point {
    /// When it was taken.
    pub(crate) taken: DateTime<Utc>,
    /// The count and rate of each hop, in the order of the picture.
    pub(crate) hops: Vec<HopPoint>,
}

/// One hop at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct HopPoint {
    /// Which hop.
    pub(crate) id: HopId,
    /// How many had arrived.
    pub(crate) arrived: Option<u64>,
    /// Arrivals per second.
    pub(crate) rate: Option<f64>,
}

impl Hub {
    /// Empty, until the first snapshot is published.
    pub(crate) fn new() -> Self {
        Self { newest: watch::Sender::new(None), points: Arc::default() }
    }

    /// Makes `snapshot` the newest one and keeps its point.
    pub(crate) fn publish(&self, snapshot: Snapshot) {
        let mut points = self.points.write().unwrap_or_else(PoisonError::into_inner);
        if points.len() == POINTS {
            points.pop_front();
        }
        points.push_back(Point::of(&snapshot));
        drop(points);
        self.newest.send_replace(Some(Arc::new(snapshot)));
    }

    /// Follows the snapshots; a slow follower misses some but always gets the newest.
    pub(crate) fn follow(&self) -> watch::Receiver<Option<Arc<Snapshot>>> {
        self.newest.subscribe()
    }

    /// The newest snapshot, if any.
    pub(crate) fn newest(&self) -> Option<Arc<Snapshot>> {
        self.newest.borrow().clone()
    }

    /// The points kept, oldest first.
    pub(crate) fn points(&self) -> Vec<Point> {
        self.points.read().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Point {
    fn of(snapshot: &Snapshot) -> Self {
        let hops = snapshot.hops.iter().map(|hop| HopPoint {
            id: hop.id,
            arrived: hop.arrived.map(|count| count.value),
            rate: hop.rate,
        });
        Self { taken: snapshot.taken, hops: hops.collect() }
    }
}

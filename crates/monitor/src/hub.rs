//! Passes snapshots from the collector (or a replay) to the views.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::snapshot::{HopId, Snapshot};

/// Points that are kept: one hour at the default interval of 5 s.
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
    /// Each arrow's count and rate, in the order of the picture.
    pub(crate) hops: Vec<HopPoint>,
}

/// One arrow at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct HopPoint {
    /// Which arrow.
    pub(crate) id: HopId,
    /// How many had arrived.
    pub(crate) arrived: Option<u64>,
    /// Arrivals in a second.
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

    /// Follows the snapshots; a slow follower misses some and always gets the newest.
    pub(crate) fn follow(&self) -> watch::Receiver<Option<Arc<Snapshot>>> {
        self.newest.subscribe()
    }

    /// The newest snapshot, if there is one yet.
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

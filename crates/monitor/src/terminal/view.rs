//! What is on the screen: the data, which part of it, and whether the display is paused.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use ecom_core::clock;
use ratatui::layout::Size;

use super::look::Look;
use crate::hub::Point;
use crate::snapshot::{Snapshot, Verdict};

/// Snapshots that may be missed before the view counts as out of date.
const MISSED: f64 = 3.0;

/// Everything that a frame depends on; the same view always gives the same frame.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// What the terminal can show.
    pub(super) look: Look,
    /// Columns and rows.
    pub(super) size: Size,
    /// The moment at which ages are measured.
    pub(super) now: DateTime<Utc>,
    /// The snapshot; `None` before the first one.
    pub(super) snapshot: Option<Arc<Snapshot>>,
    /// The hour before it, oldest first.
    pub(super) points: Vec<Point>,
    /// Which part is shown.
    pub(super) panel: Panel,
    /// Show the help instead.
    pub(super) help: bool,
    /// When it was paused.
    pub(super) paused: Option<DateTime<Utc>>,
    /// It is a recording.
    pub(super) replay: bool,
    /// What arrived during a pause.
    behind: Option<(Arc<Snapshot>, Vec<Point>)>,
    /// The first line of each list, as far as the user has scrolled.
    pub(super) scroll: [usize; Panel::ALL.len()],
}

/// A panel of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Panel {
    /// The flow as a picture.
    Overview,
    /// Kafka's topics.
    Topics,
    /// MySQL's tables.
    Tables,
    /// The folders of the lake.
    Folders,
    /// The Flume agents and all probes.
    Agents,
    /// All problems.
    Problems,
    /// The key figures of the sales.
    Sales,
}

impl Panel {
    /// All panels, in the order of the Tab key.
    pub(super) const ALL: [Self; 7] = [
        Self::Overview,
        Self::Topics,
        Self::Tables,
        Self::Folders,
        Self::Agents,
        Self::Problems,
        Self::Sales,
    ];

    /// The one `steps` further on, around the end.
    pub(super) fn step(self, steps: usize) -> Self {
        let at = Self::ALL.iter().position(|panel| *panel == self).unwrap_or(0);
        Self::ALL[(at + steps) % Self::ALL.len()]
    }

    /// Its index in [`Panel::ALL`].
    pub(super) fn index(self) -> usize {
        self as usize
    }
}

impl View {
    /// An empty one.
    pub(crate) fn new(look: Look, size: Size, replay: bool) -> Self {
        Self {
            look,
            size,
            now: clock::now(),
            snapshot: None,
            points: Vec::new(),
            panel: Panel::Overview,
            help: false,
            paused: None,
            replay,
            behind: None,
            scroll: [0; Panel::ALL.len()],
        }
    }

    /// Takes new data; a paused view shows it later.
    pub(super) fn take(&mut self, snapshot: Arc<Snapshot>, points: Vec<Point>) {
        self.behind = Some((snapshot, points));
        self.catch_up();
    }

    /// Sets the time, unless the view is paused.
    pub(super) fn at(&mut self, now: DateTime<Utc>) {
        if self.paused.is_none() {
            self.now = now;
        }
    }

    /// Pauses or resumes.
    pub(super) fn pause(&mut self) {
        self.paused = if self.paused.is_some() { None } else { Some(self.now) };
        self.catch_up();
    }

    /// Takes the current size of the terminal.
    pub(super) fn resize(&mut self, size: Size) {
        self.size = size;
    }

    fn catch_up(&mut self) {
        if self.paused.is_some() {
            return;
        }
        if let Some((snapshot, points)) = self.behind.take() {
            self.snapshot = Some(snapshot);
            self.points = points;
        }
    }

    /// The verdict, if it is still valid: none before the first snapshot, or once snapshots no
    /// longer arrive.
    pub(super) fn verdict(&self) -> Option<Verdict> {
        let snapshot = self.snapshot.as_deref()?;
        (!self.is_old()).then_some(snapshot.verdict)
    }

    /// True if snapshots no longer arrive.
    pub(super) fn is_old(&self) -> bool {
        let Some(snapshot) = self.snapshot.as_deref() else { return false };
        // A recording may contain any number.
        let interval = snapshot.interval_seconds;
        let interval = if interval.is_finite() { interval.clamp(0.1, 86_400.0) } else { 0.1 };
        let allowed = std::time::Duration::from_secs_f64(interval * MISSED + 2.0);
        !self.replay && self.now - snapshot.taken > Duration::from_std(allowed).unwrap_or_default()
    }
}

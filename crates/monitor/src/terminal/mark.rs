//! The state of a hop or store, as a sign, a word and a tone.

use chrono::{DateTime, Utc};

use super::look::Tone;
use super::text::{self, number, short_number};
use crate::snapshot::{Hop, HopState, Probe, ProbeState, Snapshot, Verdict};

/// The state of a hop or store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// All have arrived.
    Complete,
    /// Some are in flight.
    Moving,
    /// More should arrive, but none has for a while; the newest arrived then.
    Late(Option<DateTime<Utc>>),
    /// It is not known yet what to expect.
    Waiting,
    /// This many are missing.
    Short(u64),
    /// This many are too many.
    Over(u64),
    /// Unreachable since then.
    Unknown(Option<DateTime<Utc>>),
}

impl Mark {
    /// The mark of a hop. Whatever its state says, it is unknown while one of its probes fails. A
    /// hop that is waiting is an exception: its carrier may not be running yet.
    pub(super) fn of(hop: &Hop, snapshot: &Snapshot) -> Self {
        let silent = || {
            let probes = snapshot.probes.iter().filter(|probe| hop.probes.contains(&probe.name));
            probes.filter(|probe| probe.state == ProbeState::Unreachable)
        };
        if hop.state == HopState::Waiting {
            return Self::Waiting;
        }
        if hop.state == HopState::Unknown || silent().next().is_some() {
            return Self::Unknown(silent().filter_map(|probe| probe.unreachable_since).min());
        }
        match hop.state {
            HopState::Complete => Self::Complete,
            HopState::Moving if hop.stale => Self::Late(hop.newest),
            HopState::Moving => Self::Moving,
            HopState::Waiting | HopState::Unknown => Self::Waiting,
            HopState::Short { by } => Self::Short(by),
            HopState::Over { by } => Self::Over(by),
        }
    }

    /// The mark of a table, topic or folder, of which only the actual and expected count are known.
    pub(super) fn of_counts(
        has: Option<u64>,
        expected: Option<u64>,
        probe: Option<&Probe>,
        verdict: Verdict,
    ) -> Self {
        if let Some(probe) = probe.filter(|probe| probe.state == ProbeState::Unreachable) {
            return Self::Unknown(probe.unreachable_since);
        }
        match (has, expected) {
            (Some(has), Some(expected)) if has > expected => Self::Over(has - expected),
            (Some(has), Some(expected)) if has == expected => Self::Complete,
            // Nothing is in flight any more.
            (Some(has), Some(expected)) if verdict == Verdict::Wrong => Self::Short(expected - has),
            (Some(_), Some(_)) => Self::Moving,
            _ => Self::Waiting,
        }
    }

    /// The tone of its words.
    pub(super) fn tone(self) -> Tone {
        match self {
            Self::Complete => Tone::Good,
            Self::Moving => Tone::Busy,
            Self::Waiting => Tone::Waiting,
            Self::Late(_) | Self::Unknown(_) => Tone::Doubt,
            Self::Short(_) | Self::Over(_) => Tone::Bad,
        }
    }

    /// Its sign: one character.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Complete => "✓",
            Self::Moving | Self::Late(_) => "→",
            Self::Waiting => "…",
            Self::Short(_) => "!",
            Self::Over(_) => "+",
            Self::Unknown(_) => "?",
        }
    }

    /// The sign and as many words as fit into `width` columns.
    pub(super) fn words(self, now: DateTime<Utc>, width: u16) -> String {
        let counted = |word: &str, by: u64| {
            let text = |by: String| format!("{} {word} by {by}", self.sign());
            text::fit([text(number(by)), text(short_number(by))], width)
        };
        match self {
            Self::Complete => "✓ complete".into(),
            Self::Moving => "→ moving".into(),
            Self::Late(Some(newest)) => format!("→ late, {}", text::age(now, newest)),
            Self::Late(None) => "→ late".into(),
            Self::Waiting => "… waiting".into(),
            Self::Short(by) => counted("short", by),
            Self::Over(by) => counted("over", by),
            Self::Unknown(None) => "? unknown".into(),
            Self::Unknown(Some(since)) => {
                let since = text::clock(now, since);
                text::fit(
                    [format!("? unreachable since {since}"), format!("? since {since}")],
                    width,
                )
            }
        }
    }
}

/// True if a hop depends on this probe, which does not answer. An agent that is not needed yet is
/// not missed.
pub(super) fn is_missed(snapshot: &Snapshot, name: &str) -> bool {
    let mut hops = snapshot.hops.iter().filter(|hop| hop.probes.iter().any(|probe| probe == name));
    hops.any(|hop| matches!(Mark::of(hop, snapshot), Mark::Unknown(_)))
}

/// A probe by its name.
pub(super) fn probe<'a>(snapshot: &'a Snapshot, name: &str) -> Option<&'a Probe> {
    snapshot.probes.iter().find(|probe| probe.name == name)
}

/// The age of the last answer of a probe, if it does not answer now.
pub(super) fn stale_age(probe: Option<&Probe>, now: DateTime<Utc>) -> Option<String> {
    let probe = probe.filter(|probe| probe.state == ProbeState::Unreachable)?;
    Some(match probe.last_good {
        Some(then) => format!("{} old", text::age(now, then)),
        None => "never seen".into(),
    })
}

//! The verdict.

use crate::snapshot::{HopState, Verdict};

/// What the verdict depends on.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// The state of every hop.
    pub(super) hops: Vec<HopState>,
    /// Whether there is a plan.
    pub(super) planned: bool,
    /// A server, or an agent that something depends on, is unreachable or broken.
    pub(super) unreachable: bool,
    /// Something other than a hop is short or over.
    pub(super) wrong: bool,
}

/// Lost records matter more than unreachable servers, and nothing is complete unless everything is.
pub(super) fn verdict(facts: &Facts) -> Verdict {
    let lost = |state: &HopState| matches!(state, HopState::Short { .. } | HopState::Over { .. });
    let all = |wanted: HopState| facts.hops.iter().all(|state| *state == wanted);
    if facts.wrong || facts.hops.iter().any(lost) {
        Verdict::Wrong
    } else if facts.unreachable || facts.hops.contains(&HopState::Unknown) {
        Verdict::Unreachable
    } else if !facts.planned || all(HopState::Waiting) {
        Verdict::Idle
    } else if all(HopState::Complete) {
        Verdict::Complete
    } else {
        Verdict::Moving
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use HopState::{Complete, Moving, Over, Short, Unknown, Waiting};

    #[test]
    fn the_verdict_is_complete_only_if_everything_is() {
        let facts =
            |hops: &[HopState]| Facts { hops: hops.into(), planned: true, ..Facts::default() };
        for (facts, expected) in [
            (facts(&[Complete, Complete]), Verdict::Complete),
            (facts(&[Complete, Moving]), Verdict::Moving),
            (facts(&[Complete, Waiting]), Verdict::Moving),
            (facts(&[Waiting, Waiting]), Verdict::Idle),
            (facts(&[Complete, Unknown]), Verdict::Unreachable),
            (facts(&[Unknown, Short { by: 1 }]), Verdict::Wrong),
            (facts(&[Complete, Over { by: 1 }]), Verdict::Wrong),
            (Facts { unreachable: true, ..facts(&[Complete]) }, Verdict::Unreachable),
            (Facts { unreachable: true, ..facts(&[Short { by: 1 }]) }, Verdict::Wrong),
            (Facts { wrong: true, ..facts(&[Complete]) }, Verdict::Wrong),
            (Facts { planned: false, ..facts(&[Complete]) }, Verdict::Idle),
        ] {
            assert_eq!(verdict(&facts), expected, "{facts:?}");
        }
    }
}

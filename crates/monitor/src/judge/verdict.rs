//! The one answer.

use crate::snapshot::{HopState, Verdict};

/// What the verdict depends on.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// Every arrow's state.
    pub(super) hops: Vec<HopState>,
    /// Whether there is a plan.
    pub(super) planned: bool,
    /// A server, or an agent that something depends on, does not answer or does not work.
    pub(super) unreachable: bool,
    /// Something beside the arrows is short or over.
    pub(super) wrong: bool,
}

/// Lost records before servers that do not answer, and nothing green unless all of it is.
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
    fn the_answer_is_green_only_when_all_of_it_is() {
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

//! The number of lines of each level that are left to write.

/// The level of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Info,
    Warn,
    Error,
}

/// All levels with their share of a hundred lines.
const SHARES: [(Level, u64); 3] = [(Level::Info, 70), (Level::Warn, 20), (Level::Error, 10)];

/// A level gets extra lines once this many more of it are left than its share of the rest.
const SLACK: u64 = 24;

/// Lines left to write, by level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota([u64; 3]);

impl Level {
    /// Every level.
    pub(crate) const ALL: [Self; 3] = [Self::Info, Self::Warn, Self::Error];

    /// The name in a log line.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        }
    }
}

impl Quota {
    /// Shares of 70, 20 and 10 % of `lines` lines, by largest remainder; at most 10^15 lines.
    pub(crate) fn of(lines: u64) -> Self {
        let mut quota = SHARES.map(|(_, share)| lines * share / 100);
        let mut rest = lines - quota.iter().sum::<u64>();
        let mut order = [0, 1, 2];
        // The sort is stable: if remainders are equal, the more frequent level comes first.
        order.sort_by_key(|&level| std::cmp::Reverse(lines * SHARES[level].1 % 100));
        for level in order {
            let one = rest.min(1);
            quota[level] += one;
            rest -= one;
        }
        Self(quota)
    }

    /// Lines of any level left.
    pub(crate) fn total(self) -> u64 {
        self.0.iter().sum()
    }

    /// Lines of one level left.
    pub(crate) fn left(self, level: Level) -> u64 {
        self.0[level as usize]
    }

    /// Takes one line of a level.
    pub(crate) fn spend(&mut self, level: Level) {
        self.0[level as usize] -= 1;
    }

    /// True if enough lines are left for all of these levels.
    pub(crate) fn admits(mut self, levels: impl IntoIterator<Item = Level>) -> bool {
        levels.into_iter().all(|level| {
            let left = &mut self.0[level as usize];
            left.checked_sub(1).map(|rest| *left = rest).is_some()
        })
    }

    /// A level that the stories have used much less than its share.
    pub(crate) fn surplus(self) -> Option<Level> {
        let info = self.left(Level::Info);
        let surplus = |level: Level, share: u64| self.left(level) > info * share / 70 + SLACK;
        let found = SHARES[1..].iter().find(|(level, share)| surplus(*level, *share));
        found.map(|(level, _)| *level)
    }

    /// The level of the line with this index among all the lines left.
    pub(crate) fn level_at(self, mut index: u64) -> Option<Level> {
        SHARES.iter().map(|(level, _)| *level).find(|level| {
            let left = self.left(*level);
            let here = index < left;
            index = index.saturating_sub(left);
            here
        })
    }

    /// The same without `kept` of its INFO lines.
    pub(crate) fn keeping(mut self, kept: u64) -> Self {
        self.0[Level::Info as usize] = self.left(Level::Info).saturating_sub(kept);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact_by_largest_remainder() {
        for (lines, wanted) in [
            (5000, [3500, 1000, 500]),
            (10, [7, 2, 1]),
            (1, [1, 0, 0]),
            (2, [2, 0, 0]),
            (3, [2, 1, 0]),
            (4, [3, 1, 0]),
            (5, [4, 1, 0]),
            (7, [5, 1, 1]),
            (9, [6, 2, 1]),
            (999, [699, 200, 100]),
        ] {
            assert_eq!(Quota::of(lines), Quota(wanted), "{lines}");
            assert_eq!(Quota::of(lines).total(), lines);
        }
    }

    #[test]
    fn lines_that_are_not_left_are_not_admitted() {
        use Level::{Error, Info, Warn};
        let quota = Quota([2, 0, 1]);
        assert!(quota.admits([Info, Error, Info]));
        assert!(!quota.admits([Info, Info, Info]));
        assert!(!quota.admits([Warn]));
        assert_eq!(quota.level_at(1), Some(Info));
        assert_eq!(quota.level_at(2), Some(Error));
        assert_eq!(quota.level_at(3), None);
        assert_eq!(quota.keeping(5).total(), 1);
    }

    #[test]
    fn a_level_that_falls_behind_is_named() {
        assert_eq!(Quota::of(1000).surplus(), None);
        assert_eq!(Quota([70, 60, 10]).surplus(), Some(Level::Warn));
        assert_eq!(Quota([0, 0, 25]).surplus(), Some(Level::Error));
    }
}

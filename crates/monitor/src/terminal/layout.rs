//! How the screen is divided.

use ratatui::layout::Constraint::{Fill, Length};
use ratatui::layout::{Layout, Rect};

/// The smallest screen on which the picture fits.
pub(super) const SMALLEST: (u16, u16) = (80, 24);

/// The least number of rows of a lane.
pub(super) const LANE_HEIGHT: u16 = 5;

/// Lanes of the picture.
pub(super) const LANE_COUNT: u16 = 3;

/// The least width of a list if two are side by side.
const LIST_WIDTH: u16 = 58;

/// The least height of a list below the picture.
const LIST_HEIGHT: u16 = 8;

/// The parts of the screen, from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Areas {
    /// The verdict.
    pub(super) banner: Rect,
    /// What is wrong.
    pub(super) problems: Rect,
    /// The flow.
    pub(super) picture: Rect,
    /// Lists beside each other below the flow, if there is room.
    pub(super) lists: Vec<Rect>,
    /// The area of a list that replaces the flow.
    pub(super) body: Rect,
    /// The state of the probes.
    pub(super) probes: Rect,
    /// The keys.
    pub(super) footer: Rect,
}

impl Areas {
    /// Divides the screen; `None` if it is too small.
    pub(super) fn of(screen: Rect) -> Option<Self> {
        if screen.width < SMALLEST.0 || screen.height < SMALLEST.1 {
            return None;
        }
        let spare = screen.height - SMALLEST.1;
        let large = screen.width >= 120 && screen.height >= 36;
        let [banner, problems, body, probes, footer] = Layout::vertical([
            Length(if large { 5 } else { 3 }),
            Length(3 + (spare / 8).min(5)),
            Fill(1),
            Length(1),
            Length(1),
        ])
        .areas(screen);
        let [picture, below] =
            Layout::vertical([Length(picture_rows(body.height)), Fill(1)]).areas(body);
        let count = (screen.width / LIST_WIDTH).clamp(1, 3);
        let lists = if below.is_empty() { Vec::new() } else { beside(below, count) };
        Some(Self { banner, problems, picture, lists, body, probes, footer })
    }
}

/// Rows of the picture: all of them, unless there is room for lists below it.
fn picture_rows(rows: u16) -> u16 {
    let wanted = 1 + LANE_COUNT * (LANE_HEIGHT + (rows.saturating_sub(22) / 6).min(6));
    if rows < wanted + LIST_HEIGHT { rows } else { wanted }
}

fn beside(area: Rect, count: u16) -> Vec<Rect> {
    Layout::horizontal((0..count).map(|_| Fill(1))).split(area).to_vec()
}

/// The columns of a lane: trunk, part of the CSV files, arrow, store, arrow, folder of the data
/// lake.
pub(super) fn columns(area: Rect) -> [Rect; 6] {
    Layout::horizontal([Length(2), Fill(12), Fill(17), Fill(12), Fill(17), Fill(20)]).areas(area)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_cover_the_screen_without_overlap() {
        for width in 80..200 {
            for height in 24..80 {
                let screen = Rect::new(0, 0, width, height);
                let areas = Areas::of(screen).unwrap();
                let lists = areas.lists.first().map_or(0, |list| list.height);
                let rows = areas.banner.height
                    + areas.problems.height
                    + areas.picture.height
                    + lists
                    + areas.probes.height
                    + areas.footer.height;
                assert_eq!(rows, height, "{width} x {height}");
                assert!(areas.picture.height > LANE_COUNT * LANE_HEIGHT, "{width} x {height}");
                let beside: u16 = areas.lists.iter().map(|list| list.width).sum();
                assert!(beside == width || areas.lists.is_empty());
            }
        }
    }

    #[test]
    fn a_screen_that_is_too_small_has_no_parts() {
        assert_eq!(Areas::of(Rect::new(0, 0, 79, 24)), None);
        assert_eq!(Areas::of(Rect::new(0, 0, 80, 23)), None);
    }

    #[test]
    fn lists_are_side_by_side_where_there_is_room() {
        let lists = |width, height| Areas::of(Rect::new(0, 0, width, height)).unwrap().lists.len();
        assert_eq!((lists(80, 24), lists(80, 40), lists(120, 40), lists(180, 60)), (0, 1, 2, 3));
    }

    #[test]
    fn the_columns_fill_the_width() {
        for width in 80..=250 {
            let widths = columns(Rect::new(0, 0, width, 5)).map(|column| column.width);
            assert_eq!(widths.iter().sum::<u16>(), width, "{widths:?}");
            assert!(widths.iter().zip([2, 12, 17, 12, 17, 20]).all(|(has, least)| *has >= least));
        }
    }
}

//! Which part of the screen shows what.

use ratatui::layout::Rect;

/// The smallest screen on which the picture fits.
pub(super) const SMALLEST: (u16, u16) = (80, 24);

/// Rows of a way through the picture at its smallest.
pub(super) const WAY: u16 = 5;

/// Ways through the picture.
pub(super) const WAYS: u16 = 3;

/// Columns that a list wants at least where two stand side by side.
const LIST_WIDTH: u16 = 58;

/// Rows that a list wants at least below the picture.
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
    /// Lists beside each other below the flow, where there is room.
    pub(super) lists: Vec<Rect>,
    /// What a list takes that is shown instead of the flow.
    pub(super) body: Rect,
    /// Who is asked, and answers.
    pub(super) probes: Rect,
    /// The keys.
    pub(super) footer: Rect,
}

impl Areas {
    /// Divides the screen; none if it is too small.
    pub(super) fn of(screen: Rect) -> Option<Self> {
        if screen.width < SMALLEST.0 || screen.height < SMALLEST.1 {
            return None;
        }
        let mut rest = screen;
        let mut take = |rows: u16| {
            let rows = rows.min(rest.height);
            let part = Rect { height: rows, ..rest };
            rest.y += rows;
            rest.height -= rows;
            part
        };
        let spare = screen.height - SMALLEST.1;
        let banner = take(if is_large(screen) { 5 } else { 3 });
        let problems = take(3 + (spare / 8).min(5));
        let body = take(screen.height - banner.height - problems.height - 2);
        let (probes, footer) = (take(1), take(1));
        let (picture, below) = divide(body);
        let lists = columns(below, (screen.width / LIST_WIDTH).clamp(1, 3));
        Some(Self { banner, problems, picture, lists, body, probes, footer })
    }
}

/// True where the verdict's letters can be twice as large.
pub(super) fn is_large(screen: Rect) -> bool {
    screen.width >= 120 && screen.height >= 36
}

/// The picture above, lists below; without lists the picture takes all.
fn divide(body: Rect) -> (Rect, Rect) {
    let wanted = 1 + WAYS * (WAY + (body.height.saturating_sub(22) / 6).min(6));
    let below = body.height.saturating_sub(wanted);
    let rows = if below < LIST_HEIGHT { body.height } else { wanted };
    let picture = Rect { height: rows, ..body };
    (picture, Rect { y: body.y + rows, height: body.height - rows, ..body })
}

fn columns(area: Rect, count: u16) -> Vec<Rect> {
    if area.height == 0 {
        return Vec::new();
    }
    let width = area.width / count;
    let column = |at: u16| {
        let width = if at + 1 == count { area.width - width * at } else { width };
        Rect { x: area.x + area.width / count * at, width, ..area }
    };
    (0..count).map(column).collect()
}

/// The columns of the picture: nodes and the arrows between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    /// Where the ways branch off.
    pub(super) trunk: u16,
    /// A part of the CSV file.
    pub(super) source: u16,
    /// To the store.
    pub(super) first: u16,
    /// MySQL, Kafka, the spool folder.
    pub(super) store: u16,
    /// To the lake.
    pub(super) second: u16,
    /// A folder of the lake.
    pub(super) folder: u16,
}

impl Columns {
    /// Shares out `width` columns, at least 80 of them: to the arrows first, then to the folders,
    /// whose names are long, then to the other nodes.
    pub(super) fn of(width: u16) -> Self {
        let mut spare = width.saturating_sub(SMALLEST.0);
        let mut grow = |from: u16, to: u16, share: u16| {
            let more = (to - from).min(spare / share);
            spare -= more * share;
            from + more
        };
        let first = grow(17, 24, 2);
        let folder = grow(20, 34, 1);
        let nodes = grow(12, 18, 2);
        let longer = grow(first, u16::MAX, 2);
        Self {
            trunk: 2,
            source: nodes,
            first: longer,
            store: nodes,
            second: longer,
            folder: folder + spare,
        }
    }
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
                assert!(areas.picture.height > WAYS * WAY, "{width} x {height}");
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
    fn two_lists_stand_beside_each_other_where_there_is_room() {
        let lists = |width, height| Areas::of(Rect::new(0, 0, width, height)).unwrap().lists.len();
        assert_eq!((lists(80, 24), lists(80, 40), lists(120, 40), lists(180, 60)), (0, 1, 2, 3));
    }

    #[test]
    fn the_columns_fill_the_width() {
        for width in 80..=250 {
            let columns = Columns::of(width);
            let Columns { trunk, source, first, store, second, folder } = columns;
            assert_eq!(trunk + source + first + store + second + folder, width, "{columns:?}");
        }
    }
}

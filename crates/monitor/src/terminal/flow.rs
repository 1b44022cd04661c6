//! The picture: CSV files, three lanes, and the data lake, with numbers on every arrow.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget as _};

use super::arrow;
use super::layout::{LANE_COUNT, columns};
use super::look::Tone;
use super::mark::{probe, stale_age};
use super::spark;
use super::text::{self, number, short_number};
use super::view::View;
use crate::snapshot::{Count, Folder, Hop, HopId, Snapshot, Unit};

/// The lanes, from top to bottom.
const LANES: [Lane; LANE_COUNT as usize] = [
    Lane {
        historical: true,
        first: HopId::Mysql,
        store: "MySQL",
        asked: "mysql",
        second: HopId::Sqoop,
    },
    Lane {
        historical: false,
        first: HopId::Kafka,
        store: "Kafka",
        asked: "kafka",
        second: HopId::FlumeKafka,
    },
    Lane {
        historical: false,
        first: HopId::Spool,
        store: "spool",
        asked: "work",
        second: HopId::FlumeLogs,
    },
];

/// One lane of the picture: a part of the transactions, an arrow, a store, an arrow, a folder.
struct Lane {
    historical: bool,
    first: HopId,
    store: &'static str,
    asked: &'static str,
    second: HopId,
}

/// A box in the picture, where records are.
#[derive(Default)]
struct Node {
    title: String,
    count: Option<Count>,
    detail: String,
    more: String,
    newest: String,
    stale: Option<String>,
    rates: Option<HopId>,
}

/// Draws the picture.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, view: &View) {
    let [top, below] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    draw_split(buffer, top, view);
    let height = below.height / LANE_COUNT;
    for (index, y) in (below.y..).step_by(height.into()).take(LANES.len()).enumerate() {
        draw_lane(buffer, Rect { y, height, ..area }, view, index);
    }
}

/// The files at the top, and the arrow to their parts.
fn draw_split(buffer: &mut Buffer, area: Rect, view: &View) {
    let mut line = Line::from(view.look.span("CSV", Tone::Strong));
    let snapshot = view.snapshot.as_deref();
    if let Some((snapshot, hop)) = snapshot.zip(snapshot.and_then(|it| it.hop(HopId::Split))) {
        let rows = hop.expected.map_or_else(String::new, |rows| format!("{} rows", number(rows)));
        line.push_span(view.look.span(&format!(" {rows}  "), Tone::Plain));
        arrow::push(&mut line, area.width, view, snapshot, hop);
    }
    line.render(area, buffer);
}

fn draw_lane(buffer: &mut Buffer, area: Rect, view: &View, index: usize) {
    let lane = &LANES[index];
    let hop = |id| view.snapshot.as_deref().and_then(|snapshot| snapshot.hop(id));
    let [trunk, source_area, first, store_area, second, folder_area] = columns(area);
    draw_trunk(buffer, trunk, view, index + 1 == LANES.len());
    draw_node(buffer, source_area, view, &source(view, lane));
    arrow::draw(buffer, first, view, hop(lane.first));
    draw_node(buffer, store_area, view, &store(view, lane));
    arrow::draw(buffer, second, view, hop(lane.second));
    draw_node(buffer, folder_area, view, &folder(view, lane, folder_area.width));
}

/// The line from which the lanes branch off.
fn draw_trunk(buffer: &mut Buffer, area: Rect, view: &View, last: bool) {
    let piece = |row| match (row, last) {
        (1, true) => "┗►",
        (1, false) => "┣►",
        (2.., true) => "",
        _ => "┃",
    };
    let lines = (0..area.height).map(|row| Line::from(view.look.span(piece(row), Tone::Faint)));
    Paragraph::new(lines.collect::<Vec<_>>()).render(area, buffer);
}

/// What the splitter wrote: a part of the transactions, and the tables that were not split.
fn source(view: &View, lane: &Lane) -> Node {
    let parts = view.snapshot.as_deref().and_then(SplitCounts::of);
    let count = parts
        .as_ref()
        .map(|parts| if lane.historical { parts.historical } else { parts.real_time });
    let more = parts.map_or(0, |parts| if lane.historical { parts.whole_tables } else { 0 });
    Node {
        title: if lane.historical { "historical" } else { "real-time" }.into(),
        count: count.map(Count::exact),
        detail: "rows".into(),
        more: if more == 0 { String::new() } else { format!("+{} more", short_number(more)) },
        ..Node::default()
    }
}

/// How the transactions were split, and how many rows the other tables have.
struct SplitCounts {
    historical: u64,
    real_time: u64,
    whole_tables: u64,
}

impl SplitCounts {
    fn of(snapshot: &Snapshot) -> Option<Self> {
        let expected = |id| snapshot.hop(id).and_then(|hop: &Hop| hop.expected);
        let all = expected(HopId::Split)?;
        let tables = &snapshot.mysql.as_ref()?.tables;
        let historical = tables.iter().find(|table| table.name == "transactions")?.expected?;
        let whole_tables = expected(HopId::Mysql)?.saturating_sub(historical);
        Some(Self { historical, real_time: all.checked_sub(historical)?, whole_tables })
    }
}

/// The server or folder in the middle of a lane.
fn store(view: &View, lane: &Lane) -> Node {
    let Some(snapshot) = view.snapshot.as_deref() else {
        return Node { title: lane.store.into(), ..Node::default() };
    };
    let hop = snapshot.hop(lane.first);
    Node { title: lane.store.into(), ..arrived(view, snapshot, hop, lane.asked) }
}

/// The folder of the data lake at the end of a lane.
fn folder(view: &View, lane: &Lane, width: u16) -> Node {
    let Some(snapshot) = view.snapshot.as_deref() else {
        return Node { title: "HDFS".into(), ..Node::default() };
    };
    let Some(hop) = snapshot.hop(lane.second) else { return Node::default() };
    let node = arrived(view, snapshot, Some(hop), "hdfs");
    let detail = match files(snapshot, &hop.to) {
        None => node.detail,
        Some((files, open)) => text::fit(
            [
                format!("{} in {}, {open} open", node.detail, text::counted(files, "file")),
                format!("{}, {}", node.detail, text::counted(files, "file")),
                node.detail,
            ],
            width - 2,
        ),
    };
    Node { title: short_path(&hop.to, width - 2), detail, ..node }
}

/// What every box shows about the records that have arrived in it.
fn arrived(view: &View, snapshot: &Snapshot, hop: Option<&Hop>, asked: &str) -> Node {
    let Some(hop) = hop else { return Node::default() };
    let unit = match hop.unit {
        Unit::Rows => "rows",
        Unit::Messages => "messages",
        Unit::Lines => "lines",
    };
    Node {
        count: hop.arrived,
        detail: unit.into(),
        newest: hop
            .newest
            .map_or_else(String::new, |newest| format!("{} ago", text::age(view.now, newest))),
        stale: stale_age(probe(snapshot, asked), view.now),
        rates: Some(hop.id),
        ..Node::default()
    }
}

/// Files and open files in a folder and its subfolders.
fn files(snapshot: &Snapshot, path: &str) -> Option<(u64, u64)> {
    let below = |folder: &&Folder| {
        folder.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let folders: Vec<&Folder> = snapshot.hdfs.as_ref()?.folders.iter().filter(below).collect();
    // The folder includes its subfolders; they are added up only if the folder itself is not
    // listed.
    let whole = folders.iter().filter(|folder| folder.path == path).copied().collect::<Vec<_>>();
    let counted = if whole.is_empty() { &folders } else { &whole };
    let sum = |of: fn(&Folder) -> u64| {
        counted.iter().map(|folder| of(folder)).fold(0, u64::saturating_add)
    };
    (!counted.is_empty()).then(|| (sum(|folder| folder.files), sum(|folder| folder.open_files)))
}

/// The whole path if it fits, else its last part.
fn short_path(path: &str, width: u16) -> String {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    text::fit([path.to_owned(), last.to_owned()], width)
}

fn draw_node(buffer: &mut Buffer, area: Rect, view: &View, node: &Node) {
    let look = view.look;
    let (frame, strong) = match node.stale {
        Some(_) => (Tone::Faint, Tone::Faint),
        None => (Tone::Plain, Tone::Strong),
    };
    let block = look.block(&node.title, &node.newest, frame);
    let inner = block.inner(area);
    let count = match node.count {
        None => "–".into(),
        Some(count) => {
            text::fit([text::count(count, number), text::count(count, short_number)], inner.width)
        }
    };
    let detail = match &node.stale {
        Some(age) => look.span(age, Tone::Doubt),
        None => look.span(&node.detail, Tone::Faint),
    };
    let lines = [look.span(&count, strong), detail, look.span(&node.more, Tone::Faint)];
    Paragraph::new(lines.map(Line::from).to_vec())
        .right_aligned()
        .block(block)
        .render(area, buffer);
    if let Some(id) = node.rates {
        let area = inner.intersection(Rect { y: inner.y + 2, ..inner });
        let rates = spark::rates(&view.points, id, area.width.into());
        spark::draw(buffer, area, look.style(Tone::Busy), &rates);
    }
}

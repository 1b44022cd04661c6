//! The picture: CSV files, three ways, and the lake, with numbers on every arrow.

use ratatui::layout::Rect;

use super::arrow;
use super::canvas::Canvas;
use super::layout::{Columns, WAYS};
use super::look::Tone;
use super::mark::{probe, stale_age};
use super::spark;
use super::text::{self, number, short_number};
use super::view::View;
use crate::snapshot::{Count, Folder, Hop, HopId, Snapshot, Unit};

/// The ways, from top to bottom: the part of the CSV file, its arrow, a store, its arrow.
const ROUTES: [Route; WAYS as usize] = [
    Route {
        historical: true,
        first: HopId::Mysql,
        store: "MySQL",
        asked: "mysql",
        second: HopId::Sqoop,
    },
    Route {
        historical: false,
        first: HopId::Kafka,
        store: "Kafka",
        asked: "kafka",
        second: HopId::FlumeKafka,
    },
    Route {
        historical: false,
        first: HopId::Spool,
        store: "spool",
        asked: "work",
        second: HopId::FlumeLogs,
    },
];

/// One way through the picture.
struct Route {
    historical: bool,
    first: HopId,
    store: &'static str,
    asked: &'static str,
    second: HopId,
}

/// A place where records are.
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
pub(super) fn draw(canvas: &mut Canvas<'_>, area: Rect, view: &View) {
    let columns = Columns::of(area.width);
    draw_split(canvas, area, view);
    let ways = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let height = ways.height / WAYS;
    let last = ways.y + height * (WAYS - 1) + 1;
    for y in ways.y..last {
        canvas.say((area.x, y), 1, "┃", Tone::Faint);
    }
    for (route, y) in ROUTES.iter().zip((ways.y..).step_by(height.into())) {
        let corner = if y + 1 == last { "┗►" } else { "┣►" };
        canvas.say((area.x, y + 1), columns.trunk, corner, Tone::Faint);
        draw_way(canvas, Rect { y, height, ..area }, columns, view, route);
    }
}

fn draw_split(canvas: &mut Canvas<'_>, area: Rect, view: &View) {
    let taken = canvas.say((area.x, area.y), area.width, "CSV", Tone::Strong) + 1;
    let Some(snapshot) = view.snapshot.as_deref() else { return };
    let Some(hop) = snapshot.hop(HopId::Split) else { return };
    let rows = hop.expected.map_or_else(String::new, |rows| format!("{} rows", number(rows)));
    let taken = taken + canvas.say((area.x + taken, area.y), 24, &rows, Tone::Plain) + 2;
    let line =
        Rect { x: area.x + taken, width: area.width.saturating_sub(taken), height: 1, ..area };
    arrow::draw_line(canvas, line, view, snapshot, hop);
}

fn draw_way(canvas: &mut Canvas<'_>, area: Rect, columns: Columns, view: &View, route: &Route) {
    let snapshot = view.snapshot.as_deref();
    let hop = |id| snapshot.and_then(|snapshot| snapshot.hop(id));
    let mut x = area.x + columns.trunk;
    let mut next = |width: u16| {
        let part = Rect { x, width, ..area };
        x += width;
        part
    };
    draw_node(canvas, next(columns.source), view, &source(view, route));
    arrow::draw(canvas, next(columns.first), view, hop(route.first));
    draw_node(canvas, next(columns.store), view, &store(view, route));
    arrow::draw(canvas, next(columns.second), view, hop(route.second));
    draw_node(canvas, next(columns.folder), view, &folder(view, route, columns.folder));
}

/// What the splitter wrote: its part of the transactions, and what goes along whole.
fn source(view: &View, route: &Route) -> Node {
    let parts = view.snapshot.as_deref().and_then(Parts::of);
    let count = parts
        .as_ref()
        .map(|parts| if route.historical { parts.historical } else { parts.real_time });
    let more = parts.map_or(0, |parts| if route.historical { parts.whole_tables } else { 0 });
    Node {
        title: if route.historical { "historical" } else { "real-time" }.into(),
        count: count.map(Count::exact),
        detail: "rows".into(),
        more: if more == 0 { String::new() } else { format!("+{} more", short_number(more)) },
        ..Node::default()
    }
}

/// How the transactions were split, and the rows of the tables that were not.
struct Parts {
    historical: u64,
    real_time: u64,
    whole_tables: u64,
}

impl Parts {
    fn of(snapshot: &Snapshot) -> Option<Self> {
        let expected = |id| snapshot.hop(id).and_then(|hop: &Hop| hop.expected);
        let all = expected(HopId::Split)?;
        let tables = &snapshot.mysql.as_ref()?.tables;
        let historical = tables.iter().find(|table| table.name == "transactions")?.expected?;
        let whole_tables = expected(HopId::Mysql)?.saturating_sub(historical);
        Some(Self { historical, real_time: all.checked_sub(historical)?, whole_tables })
    }
}

/// The server or folder in the middle of a way.
fn store(view: &View, route: &Route) -> Node {
    let Some(snapshot) = view.snapshot.as_deref() else {
        return Node { title: route.store.into(), ..Node::default() };
    };
    let hop = snapshot.hop(route.first);
    Node { title: route.store.into(), ..arrived(view, snapshot, hop, route.asked) }
}

/// The folder of the lake at the end of a way.
fn folder(view: &View, route: &Route, width: u16) -> Node {
    let Some(snapshot) = view.snapshot.as_deref() else {
        return Node { title: "HDFS".into(), ..Node::default() };
    };
    let Some(hop) = snapshot.hop(route.second) else { return Node::default() };
    let node = arrived(view, snapshot, Some(hop), "hdfs");
    let detail = match files(snapshot, &hop.to) {
        None => node.detail,
        Some((files, open)) => text::fit(
            [
                format!("{} in {}, {open} open", node.detail, text::of(files, "file")),
                format!("{}, {}", node.detail, text::of(files, "file")),
                node.detail,
            ],
            width - 2,
        ),
    };
    Node { title: short_path(&hop.to, width - 2), detail, ..node }
}

/// What every place knows of what has arrived in it.
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

/// Files, and open files, in a folder and those below it.
fn files(snapshot: &Snapshot, path: &str) -> Option<(u64, u64)> {
    let below = |folder: &&Folder| {
        folder.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let folders: Vec<&Folder> = snapshot.hdfs.as_ref()?.folders.iter().filter(below).collect();
    // The folder itself counts what is below it; without it, those below are summed up.
    let whole = folders.iter().filter(|folder| folder.path == path).copied().collect::<Vec<_>>();
    let counted = if whole.is_empty() { &folders } else { &whole };
    let sum = |of: fn(&Folder) -> u64| {
        counted.iter().map(|folder| of(folder)).fold(0, u64::saturating_add)
    };
    (!counted.is_empty()).then(|| (sum(|folder| folder.files), sum(|folder| folder.open_files)))
}

/// The whole path where it fits, else its last part.
fn short_path(path: &str, width: u16) -> String {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    text::fit([path.to_owned(), last.to_owned()], width)
}

fn draw_node(canvas: &mut Canvas<'_>, area: Rect, view: &View, node: &Node) {
    let tone = if node.stale.is_some() { Tone::Faint } else { Tone::Plain };
    canvas.frame(area, &node.title, &node.newest, tone);
    let (right, width) = (area.right() - 1, area.width - 2);
    let count = match node.count {
        None => "–".into(),
        Some(count) => {
            text::fit([text::count(count, number), text::count(count, short_number)], width)
        }
    };
    let strong = if node.stale.is_some() { Tone::Faint } else { Tone::Strong };
    canvas.put_right((right, area.y + 1), width, &count, canvas.style(strong));
    let faint = canvas.style(Tone::Faint);
    match &node.stale {
        Some(age) => {
            let doubt = canvas.style(Tone::Doubt);
            canvas.put_right((right, area.y + 2), width, age, doubt);
        }
        None => canvas.put_right((right, area.y + 2), width, &node.detail, faint),
    }
    canvas.put_right((right, area.y + 3), width, &node.more, faint);
    if let Some(id) = node.rates {
        let rows = usize::from(area.height.saturating_sub(4));
        let rates = spark::rates(&view.points, id, width.into());
        for (line, y) in spark::lines(&rates, rows).iter().zip(area.y + 3..) {
            canvas.say((area.x + 1, y), width, line, Tone::Busy);
        }
    }
}

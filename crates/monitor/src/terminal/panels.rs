//! The lists: topics, tables, folders, agents, problems.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::list::{Cell, List, columns, page as list_page};
use super::look::Tone;
use super::mark::{Mark, probe, stale_age};
use super::text::{self, number};
use super::view::{Panel, View};
use super::{asked, problems, sales};
use crate::snapshot::{Folder, Snapshot, Table, Topic};

/// The most columns for a mark in a list.
const MARK: u16 = 20;

/// Draws the chosen list, starting with its line `first`.
pub(super) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    view: &View,
    snapshot: &Snapshot,
    first: usize,
) {
    match view.panel {
        Panel::Overview => {}
        Panel::Agents => asked::draw(buffer, area, view, snapshot, first),
        Panel::Problems => problems::draw_all(buffer, area, view, snapshot, first),
        Panel::Sales => sales::draw(buffer, area, view, snapshot),
        panel => list(panel, view, snapshot).draw(buffer, area, view.look, first),
    }
}

/// Draws lists beside each other below the picture.
pub(super) fn draw_beside(buffer: &mut Buffer, areas: &[Rect], view: &View) {
    let Some(snapshot) = view.snapshot.as_deref() else { return };
    for (area, panel) in areas.iter().zip([Panel::Topics, Panel::Folders, Panel::Tables]) {
        list(panel, view, snapshot).draw(buffer, *area, view.look, 0);
    }
}

/// The number of lines of the chosen list.
pub(super) fn lines(view: &View, snapshot: &Snapshot) -> usize {
    match view.panel {
        Panel::Overview | Panel::Sales => 0,
        Panel::Topics => snapshot.kafka.as_ref().map_or(0, |kafka| kafka.topics.len()),
        Panel::Tables => snapshot.mysql.as_ref().map_or(0, |mysql| mysql.tables.len()),
        Panel::Folders => snapshot.hdfs.as_ref().map_or(0, |hdfs| hdfs.folders.len()),
        Panel::Agents => asked::lines(snapshot),
        Panel::Problems => problems::lines(view, snapshot, view.size.width),
    }
}

/// The number of lines of the chosen list that are visible in `area`.
pub(super) fn page(view: &View, area: Rect) -> usize {
    match view.panel {
        Panel::Agents => list_page(asked::divide(area)[0]),
        Panel::Problems => problems::page(area),
        _ => list_page(area),
    }
}

fn list(panel: Panel, view: &View, snapshot: &Snapshot) -> List {
    match panel {
        Panel::Tables => tables(view, snapshot),
        Panel::Folders => folders(view, snapshot),
        _ => topics(view, snapshot),
    }
}

fn topics(view: &View, snapshot: &Snapshot) -> List {
    let kafka = snapshot.kafka.as_ref();
    let heads =
        columns(["topic", "#messages", "#expected", "state", "#lag", "#newest", "partitions"]);
    let probe = probe(snapshot, "kafka");
    let row = |topic: &Topic| {
        let mark =
            Mark::of_counts(Some(topic.messages.value), topic.expected, probe, snapshot.verdict);
        let tone = number_tone(mark);
        let lag = topic.lag.values().copied().fold(0, u64::saturating_add);
        let (lag, lag_tone) = match (topic.lag.is_empty(), lag) {
            (true, _) => (String::new(), Tone::Faint),
            (_, 0) => ("0".into(), tone),
            _ => (number(lag), Tone::Busy),
        };
        let partitions = if topic.leaderless == 0 {
            Cell(topic.partitions.to_string(), Tone::Faint)
        } else {
            let words = format!("! {} of {} leaderless", topic.leaderless, topic.partitions);
            Cell(words, Tone::Bad)
        };
        vec![
            Cell(topic.name.clone(), Tone::Plain),
            Cell(text::count(topic.messages, number), tone),
            expected(topic.expected),
            state(mark, topic.expected, view),
            Cell(lag, lag_tone),
            Cell(
                topic.newest.map_or_else(String::new, |then| text::age(view.now, then)),
                Tone::Faint,
            ),
            partitions,
        ]
    };
    List {
        title: title(" Topics ", snapshot, "kafka", view),
        columns: heads,
        rows: kafka.map_or_else(Vec::new, |kafka| kafka.topics.iter().map(row).collect()),
        empty: if kafka.is_some() { "Kafka has no topics." } else { "Kafka has not answered yet." },
    }
}

fn tables(view: &View, snapshot: &Snapshot) -> List {
    let mysql = snapshot.mysql.as_ref();
    let probe = probe(snapshot, "mysql");
    let rows = mysql.map_or_else(Vec::new, |mysql| {
        let row = |table: &Table| {
            let mark = Mark::of_counts(table.rows, table.expected, probe, snapshot.verdict);
            vec![
                Cell(table.name.clone(), Tone::Plain),
                Cell(table.rows.map_or_else(|| "–".into(), number), number_tone(mark)),
                expected(table.expected),
                state(mark, table.expected, view),
                Cell(table.newest_event.clone().unwrap_or_default(), Tone::Faint),
            ]
        };
        mysql.tables.iter().map(row).collect()
    });
    List {
        title: title(" Tables ", snapshot, "mysql", view),
        columns: columns(["table", "#rows", "#expected", "state", "newest event"]),
        rows,
        empty: if mysql.is_some() { "MySQL has no tables." } else { "MySQL has not answered yet." },
    }
}

fn folders(view: &View, snapshot: &Snapshot) -> List {
    let hdfs = snapshot.hdfs.as_ref();
    let probe = probe(snapshot, "hdfs");
    let row = |folder: &Folder| {
        let has = folder.rows.map(|rows| rows.value);
        let mark = Mark::of_counts(has, folder.expected, probe, snapshot.verdict);
        let tone = number_tone(mark);
        let rows = match (folder.exists, folder.rows) {
            (false, _) => "no folder".into(),
            (true, None) => String::new(),
            (true, Some(rows)) => text::count(rows, number),
        };
        let files = match folder.open_files {
            0 => number(folder.files),
            open => format!("{}, {} open", number(folder.files), number(open)),
        };
        vec![
            Cell(folder.path.clone(), Tone::Plain),
            Cell(rows, tone),
            expected(folder.expected),
            state(mark, folder.expected, view),
            Cell(text::bytes(folder.bytes), tone),
            Cell(files, tone),
            Cell(
                folder.modified.map_or_else(String::new, |then| text::age(view.now, then)),
                Tone::Faint,
            ),
        ]
    };
    List {
        title: title(" Folders ", snapshot, "hdfs", view),
        columns: columns(["folder", "#rows", "#expected", "state", "#size", "#files", "#changed"]),
        rows: hdfs.map_or_else(Vec::new, |hdfs| hdfs.folders.iter().map(row).collect()),
        empty: if hdfs.is_some() {
            "The data lake has no folders."
        } else {
            "HDFS has not answered yet."
        },
    }
}

/// The title, with details of the server, and the age of the list if the server does not answer.
fn title(name: &str, snapshot: &Snapshot, asked: &str, view: &View) -> String {
    let probe = probe(snapshot, asked);
    let own = match (asked, &snapshot.mysql, &snapshot.kafka, &snapshot.hdfs) {
        ("mysql", Some(mysql), ..) => format!("MySQL {} ", mysql.version),
        ("kafka", _, Some(kafka), _) => {
            format!("{} ", text::counted(kafka.brokers.into(), "broker"))
        }
        ("hdfs", .., Some(hdfs)) => {
            let safe = if hdfs.safe_mode { "SAFE MODE, " } else { "" };
            let all = hdfs.live_data_nodes.saturating_add(hdfs.dead_data_nodes);
            let free = text::bytes(hdfs.capacity_remaining);
            let nodes = text::counted(all, "DataNode");
            format!("{safe}{} of {nodes} live, {free} free ", number(hdfs.live_data_nodes))
        }
        _ => String::new(),
    };
    match stale_age(probe, view.now) {
        None => format!("{name}─ {own}"),
        Some(age) => format!("{name}─ ? unreachable, {age} ─ {own}"),
    }
}

fn number_tone(mark: Mark) -> Tone {
    if matches!(mark, Mark::Unknown(_)) { Tone::Faint } else { Tone::Strong }
}

fn expected(expected: Option<u64>) -> Cell {
    Cell(expected.map_or_else(String::new, number), Tone::Plain)
}

/// The sign and word; empty if nothing is expected, as there is nothing to compare.
fn state(mark: Mark, expected: Option<u64>, view: &View) -> Cell {
    match mark {
        Mark::Waiting if expected.is_none() => Cell(String::new(), Tone::Faint),
        mark => Cell(mark.words(view.now, MARK), mark.tone()),
    }
}

//! The picture in the documentation: a frame of the terminal as SVG. A test keeps it up to date.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::layout::{Rect, Size};
use ratatui::style::{Color, Modifier};

use super::look::Look;
use super::view::{Panel, View};
use super::{frame, samples};
use crate::hub::Hub;
use crate::replay::Replay;

/// Width and height of a character, in pixels.
const CELL: (f64, f64) = (8.4, 18.0);

/// Free space around the screen.
const MARGIN: f64 = 12.0;

/// The colors of background and text.
const PAPER: &str = "#11161d";
const INK: &str = "#d5dbe3";

/// The picture in the documentation.
const DOCUMENT: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/pictures/monitor-terminal.svg");

/// A recorded lesson, and the number of snapshots until everything is in flight.
const LESSON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replays/steps.jsonl");
const MOVING: usize = 8;

/// The newest snapshot as a picture.
fn draw(hub: &Hub, size: Size, panel: Panel) -> String {
    let mut view = View::new(Look { color: true, unicode: true }, size, true);
    if let Some(snapshot) = hub.newest() {
        view.at(snapshot.taken);
        view.take(snapshot, hub.points());
    }
    view.panel = panel;
    let screen = Rect::new(0, 0, size.width, size.height);
    let mut buffer = Buffer::empty(screen);
    frame::render(&mut buffer, screen, &view);
    svg(&buffer)
}

fn svg(buffer: &Buffer) -> String {
    let screen = buffer.area;
    let width = f64::from(screen.width) * CELL.0 + 2.0 * MARGIN;
    let height = f64::from(screen.height) * CELL.1 + 2.0 * MARGIN;
    let mut shapes: BTreeMap<(&str, bool), String> = BTreeMap::new();
    let mut words = String::new();
    for y in 0..screen.height {
        let row: Vec<&Cell> = (0..screen.width).map(|x| &buffer[(x, y)]).collect();
        for (x, cell) in row.iter().enumerate() {
            if cell.bg != Color::Reset {
                push(shapes.entry((hue(cell.bg, PAPER), false)).or_default(), x, y, WHOLE);
            }
        }
        for (x, cell) in row.iter().enumerate() {
            for part in parts(cell.symbol()) {
                let key = (hue(cell.fg, INK), true);
                push(shapes.entry(key).or_default(), x, y, *part);
            }
        }
        write_words(&mut words, &row, y);
    }
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" \
         width=\"{width:.1}\" height=\"{height:.1}\" role=\"img\" aria-label=\"monitor\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n"
    );
    // Backgrounds first, as `false` sorts before `true` only within a color.
    for above in [false, true] {
        for ((fill, _), path) in shapes.iter().filter(|((_, ink), _)| *ink == above) {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "<path fill=\"{fill}\" d=\"{path}\"/>");
        }
    }
    let _ = write!(
        out,
        "<g font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" \
         font-size=\"14\" xml:space=\"preserve\">\n{words}</g>\n</svg>\n"
    );
    out
}

/// A part of a cell: left, top, width, height, each from 0 to 1.
type Part = (f64, f64, f64, f64);

const WHOLE: Part = (0.0, 0.0, 1.0, 1.0);
/// Half of a thin and of a thick line, against a cell's width and height.
const THIN: (f64, f64) = (0.07, 0.03);
const THICK: (f64, f64) = (0.15, 0.07);

/// Lines and blocks, which fonts draw with gaps, as rectangles.
fn parts(symbol: &str) -> &'static [Part] {
    const ACROSS: Part = (0.0, 0.5 - THIN.1, 1.0, 2.0 * THIN.1);
    const DOWN: Part = (0.5 - THIN.0, 0.0, 2.0 * THIN.0, 1.0);
    const RIGHT: Part = (0.5 - THIN.0, 0.5 - THIN.1, 0.5 + THIN.0, 2.0 * THIN.1);
    const LEFT: Part = (0.0, 0.5 - THIN.1, 0.5 + THIN.0, 2.0 * THIN.1);
    const UPPER: Part = (0.5 - THIN.0, 0.0, 2.0 * THIN.0, 0.5 + THIN.1);
    const LOWER: Part = (0.5 - THIN.0, 0.5 - THIN.1, 2.0 * THIN.0, 0.5 + THIN.1);
    const TRUNK: Part = (0.5 - THICK.0, 0.0, 2.0 * THICK.0, 1.0);
    const BRANCH: Part = (0.5 - THICK.0, 0.5 - THICK.1, 0.5 + THICK.0, 2.0 * THICK.1);
    const END: Part = (0.5 - THICK.0, 0.0, 2.0 * THICK.0, 0.5 + THICK.1);
    match symbol {
        "█" => &[WHOLE],
        "▀" => &[(0.0, 0.0, 1.0, 0.5)],
        "▁" => &[(0.0, 0.875, 1.0, 0.125)],
        "▂" => &[(0.0, 0.75, 1.0, 0.25)],
        "▃" => &[(0.0, 0.625, 1.0, 0.375)],
        "▄" => &[(0.0, 0.5, 1.0, 0.5)],
        "▅" => &[(0.0, 0.375, 1.0, 0.625)],
        "▆" => &[(0.0, 0.25, 1.0, 0.75)],
        "▇" => &[(0.0, 0.125, 1.0, 0.875)],
        "─" => &[ACROSS],
        "│" => &[DOWN],
        "┌" => &[RIGHT, LOWER],
        "┐" => &[LEFT, LOWER],
        "└" => &[RIGHT, UPPER],
        "┘" => &[LEFT, UPPER],
        "━" => &[(0.0, 0.5 - THICK.1, 1.0, 2.0 * THICK.1)],
        "╌" => {
            &[(0.15, 0.5 - THIN.1, 0.25, 2.0 * THIN.1), (0.6, 0.5 - THIN.1, 0.25, 2.0 * THIN.1)]
        }
        "┃" => &[TRUNK],
        "┣" => &[TRUNK, BRANCH],
        "┗" => &[END, BRANCH],
        _ => &[],
    }
}

fn push(path: &mut String, x: usize, y: u16, (left, top, width, height): Part) {
    let (x, y) = (MARGIN + (x as f64 + left) * CELL.0, MARGIN + (f64::from(y) + top) * CELL.1);
    let (width, height) = (width * CELL.0, height * CELL.1);
    let _ = write!(path, "M{x:.1} {y:.1}h{width:.1}v{height:.1}h-{width:.1}z");
}

/// The words of a row, each run of one style held to its columns.
fn write_words(out: &mut String, row: &[&Cell], y: u16) {
    let baseline = MARGIN + (f64::from(y) + 0.76) * CELL.1;
    let mut at = 0;
    while at < row.len() {
        let style = row[at].style();
        let begin = at;
        let mut words = String::new();
        while at < row.len() && row[at].style() == style && is_word(row[at]) {
            words.push_str(row[at].symbol());
            at += usize::from(row[at].cell_width().max(1));
        }
        if begin == at {
            at += 1;
            continue;
        }
        let (x, length) = (MARGIN + begin as f64 * CELL.0, (at - begin) as f64 * CELL.0);
        let fill = hue(row[begin].fg, INK);
        let bold =
            if row[begin].modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
        let dim = if row[begin].modifier.contains(Modifier::DIM) { " opacity=\"0.6\"" } else { "" };
        let _ = writeln!(
            out,
            "<text x=\"{x:.1}\" y=\"{baseline:.1}\" textLength=\"{length:.1}\" fill=\"{fill}\"{bold}{dim}>{}</text>",
            escape(&words)
        );
    }
}

fn is_word(cell: &Cell) -> bool {
    cell.symbol() != " " && parts(cell.symbol()).is_empty()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn hue(color: Color, plain: &'static str) -> &'static str {
    match color {
        Color::Black => PAPER,
        Color::Red => "#ff6b68",
        Color::Green => "#4ec98b",
        Color::Yellow => "#e5b84b",
        Color::Cyan => "#53c0de",
        Color::Gray => "#aab3bf",
        _ => plain,
    }
}

#[test]
fn the_picture_in_the_documents_is_what_the_terminal_shows() {
    let hub = Hub::new();
    let mut replay = Replay::open(Path::new(LESSON), 1.0).unwrap();
    for _ in 0..MOVING {
        hub.publish(replay.next().unwrap().unwrap());
    }
    let picture = draw(&hub, Size::new(100, 30), Panel::Overview);
    if env::var_os("MONITOR_PICTURES").is_some() {
        fs::write(DOCUMENT, &picture).unwrap();
    }
    let same = fs::read_to_string(DOCUMENT).unwrap() == picture;
    assert!(same, "run orchestration/pictures.sh to make {DOCUMENT} again");
}

#[test]
fn the_words_of_the_screen_are_in_the_picture_and_hostile_ones_are_text() {
    let hub = Hub::new();
    hub.publish(samples::hostile());
    let picture = draw(&hub, Size::new(120, 40), Panel::Topics);
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
    assert!(picture.contains(">topic</text>"), "{picture}");
    assert!(picture.contains("&lt;script&gt;") && !picture.contains("<script"), "{picture}");
    assert!(!picture.contains('\u{1b}') && !picture.contains('\u{202e}'));
}

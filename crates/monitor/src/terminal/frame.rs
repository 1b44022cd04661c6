//! One frame: the whole screen out of a view, and nothing else.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::layout::{Areas, SMALLEST};
use super::look::Tone;
use super::mark::Mark;
use super::view::{Panel, View};
use super::{arrow, asked, banner, flow, help, panels, problems, scroll};

/// The keys, as many as fit.
const KEYS: [(Panel, &str); 6] = [
    (Panel::Overview, "o flow"),
    (Panel::Topics, "t topics"),
    (Panel::Tables, "m MySQL"),
    (Panel::Folders, "h HDFS"),
    (Panel::Agents, "f Flume"),
    (Panel::Problems, "w wrong"),
];

/// Draws a view.
pub(super) fn draw(frame: &mut Frame<'_>, view: &View) {
    let area = frame.area();
    render(frame.buffer_mut(), area, view);
}

/// Draws a view into a buffer.
pub(super) fn render(buffer: &mut Buffer, screen: Rect, view: &View) {
    let mut canvas = Canvas::new(buffer, view.look);
    match Areas::of(screen) {
        None => draw_small(&mut canvas, screen, view),
        Some(areas) => draw_parts(&mut canvas, &areas, view),
    }
    view.look.finish(buffer);
}

fn draw_parts(canvas: &mut Canvas<'_>, areas: &Areas, view: &View) {
    banner::draw(canvas, areas.banner, view);
    problems::draw(canvas, areas.problems, view);
    match view.snapshot.as_deref() {
        _ if view.help => help::draw(canvas, areas.body),
        Some(snapshot) if view.panel != Panel::Overview => {
            panels::draw(canvas, areas.body, view, snapshot, scroll::first(view));
        }
        _ => {
            flow::draw(canvas, areas.picture, view);
            panels::draw_beside(canvas, &areas.lists, view);
        }
    }
    if let Some(snapshot) = view.snapshot.as_deref() {
        asked::draw_line(canvas, areas.probes, snapshot);
    }
    draw_keys(canvas, areas.footer, view);
}

fn draw_keys(canvas: &mut Canvas<'_>, area: Rect, view: &View) {
    let mut x = area.x;
    for (panel, words) in KEYS {
        let chosen = panel == view.panel && !view.help;
        let style =
            if chosen { canvas.look().band(Tone::Plain) } else { canvas.style(Tone::Plain) };
        x += canvas.put((x, area.y), area.right() - x, &format!(" {words} "), style);
    }
    let pause = if view.paused.is_some() { "p go on" } else { "p pause" };
    canvas.say((x, area.y), area.right() - x, &format!(" {pause}  ? help  q quit"), Tone::Plain);
}

/// What a screen shows that is too small for the picture: the verdict, why, and the arrows in words.
fn draw_small(canvas: &mut Canvas<'_>, screen: Rect, view: &View) {
    let mut lines =
        vec![(format!("{} {}", banner::word(view), banner::sentence(view)), banner::tone(view))];
    let (width, height) = SMALLEST;
    if screen.height > 1 {
        let size = format!("{} x {}", screen.width, screen.height);
        lines.push((format!("{width} x {height} are needed, here are {size}"), Tone::Strong));
    }
    if let Some(snapshot) = view.snapshot.as_deref() {
        for hop in &snapshot.hops {
            let mark = Mark::of(hop, snapshot);
            let numbers = arrow::of_expected(hop, 14);
            let words = mark.words(view.now, 16);
            lines.push((format!("{:<12} {numbers} {words}", hop.carrier), mark.tone()));
        }
    }
    for ((words, tone), y) in lines.iter().zip(screen.y..screen.bottom()) {
        canvas.say((screen.x, y), screen.width, words, *tone);
    }
}

//! One frame: draws the whole screen from a view.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget as _};

use super::layout::{Areas, SMALLEST};
use super::look::Tone;
use super::mark::Mark;
use super::view::{Panel, View};
use super::{arrow, asked, banner, flow, help, panels, problems, scroll, text};

/// The keys, in order of importance: the last ones are cut off on a narrow screen.
const KEYS: [(Panel, &str); 7] = [
    (Panel::Overview, "o flow"),
    (Panel::Topics, "t topics"),
    (Panel::Tables, "m MySQL"),
    (Panel::Folders, "h HDFS"),
    (Panel::Agents, "f Flume"),
    (Panel::Problems, "w problems"),
    (Panel::Sales, "a sales"),
];

/// Draws a view.
pub(super) fn draw(frame: &mut Frame<'_>, view: &View) {
    let area = frame.area();
    render(frame.buffer_mut(), area, view);
}

/// Draws a view into a buffer.
pub(super) fn render(buffer: &mut Buffer, screen: Rect, view: &View) {
    match Areas::of(screen) {
        None => draw_small(buffer, screen, view),
        Some(areas) => draw_parts(buffer, &areas, view),
    }
    view.look.finish(buffer);
}

fn draw_parts(buffer: &mut Buffer, areas: &Areas, view: &View) {
    banner::draw(buffer, areas.banner, view);
    problems::draw(buffer, areas.problems, view);
    match view.snapshot.as_deref() {
        _ if view.help => help::draw(buffer, areas.body, view.look),
        Some(snapshot) if view.panel != Panel::Overview => {
            panels::draw(buffer, areas.body, view, snapshot, scroll::first(view));
        }
        _ => {
            flow::draw(buffer, areas.picture, view);
            panels::draw_beside(buffer, &areas.lists, view);
        }
    }
    if let Some(snapshot) = view.snapshot.as_deref() {
        asked::draw_line(buffer, areas.probes, view.look, snapshot);
    }
    draw_keys(buffer, areas.footer, view);
}

fn draw_keys(buffer: &mut Buffer, area: Rect, view: &View) {
    let mut line = Line::default();
    for (panel, words) in KEYS {
        let chosen = panel == view.panel && !view.help;
        let band = if chosen { view.look.band(Tone::Plain) } else { Style::new() };
        line.push_span(view.look.span(&format!(" {words} "), Tone::Plain).patch_style(band));
    }
    let pause = if view.paused.is_some() { "p resume" } else { "p pause" };
    let room = area.width.saturating_sub(text::small(line.width()));
    let ways = [format!(" {pause}  ? help  q quit"), " ? help  q quit".into()];
    line.push_span(view.look.span(&text::fit(ways, room), Tone::Plain));
    line.render(area, buffer);
}

/// Draws a screen that is too small for the picture: the verdict, its reason, and the hops as text.
fn draw_small(buffer: &mut Buffer, screen: Rect, view: &View) {
    let (word, sentence) = (banner::word(view), banner::sentence(view));
    let mut lines = vec![view.look.span(&format!("{word} {sentence}"), banner::tone(view))];
    let (width, height) = SMALLEST;
    if screen.height > 1 {
        let size = format!("{} x {}", screen.width, screen.height);
        let needed = format!("needs {width} x {height}, this is {size}");
        lines.push(view.look.span(&needed, Tone::Strong));
    }
    if let Some(snapshot) = &view.snapshot {
        lines.extend(snapshot.hops.iter().map(|hop| {
            let mark = Mark::of(hop, snapshot);
            let (numbers, words) = (arrow::of_expected(hop, 14), mark.words(view.now, 16));
            let line = format!("{:<12} {numbers} {words}", text::cut(&hop.carrier, 40));
            view.look.span(&text::cut(&line, screen.width), mark.tone())
        }));
    }
    let lines: Vec<Line<'_>> = lines.into_iter().map(Line::from).collect();
    Paragraph::new(lines).render(screen, buffer);
}

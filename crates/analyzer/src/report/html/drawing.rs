//! The tables and their references as a drawing.

use ecom_core::plan::{ForeignKey, Join, Plan};

use super::layout::{FOOT, HEAD, Layout, Place, WIDTH};
use super::markup::{Markup, pixels};
use crate::report::paint::{counted, fit, grouped, width_of};
use crate::report::words::{source, ways};

/// Pixels of one cell of text, as texts cannot be measured here.
const CELL: f64 = 7.8;
const SMALL_CELL: f64 = 6.8;
/// Where the names of columns begin in a box.
const GUTTER: f64 = 40.0;
/// The width of a box of a file that is in no table.
const ASIDE: f64 = 220.0;
/// The width that most windows have.
const ROOM: f64 = 1160.0;
/// The most files in no table that are drawn.
const MOST_FILES: usize = 8;

/// Draws the plan's tables, and the files at the side that are in none.
pub(super) fn draw(plan: &Plan, left_out: &[(String, u64)], page: &mut Markup) {
    let layout = Layout::of(plan);
    let aside = if left_out.is_empty() { 0.0 } else { ASIDE + 60.0 };
    let files = left_out.len().min(MOST_FILES + 1) as f64;
    let (width, height) = (layout.width + aside, layout.height.max(34.0 + files * 58.0));
    let view = format!("0 0 {} {}", pixels(width), pixels(height));
    // Small drawings are enlarged, so that they can be read from afar.
    let scale = (ROOM / width).clamp(1.0, 1.3);
    let attributes = [
        ("viewBox", view.as_str()),
        ("width", &pixels(width * scale)),
        ("height", &pixels(height * scale)),
        ("role", "img"),
        ("aria-label", &in_words(plan)),
    ];
    page.within("svg", &attributes, |svg| {
        svg.own(
            "<defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" \
                 markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">\
                 <path class=\"tip\" d=\"M0 0.5L10 5L0 9.5z\"></path></marker></defs>\n",
        );
        let arrows: Vec<_> =
            layout.places.iter().flat_map(|place| arrows(place, &layout)).collect();
        for arrow in &arrows {
            arrow.line(svg);
        }
        layout.places.iter().for_each(|place| draw_box(place, svg));
        for arrow in &arrows {
            arrow.label(svg);
        }
        draw_files(left_out, layout.width + 60.0, svg);
    });
}

/// The references in words, for those who do not see the drawing.
fn in_words(plan: &Plan) -> String {
    let tables = plan.tables.iter().map(|table| {
        let references = table
            .foreign_keys
            .iter()
            .map(|key| format!(", {} refers to {}.{}", key.column, key.table, key.references));
        format!("table {}{}", table.name, references.collect::<String>())
    });
    tables.collect::<Vec<_>>().join("; ")
}

/// An arrow between the lines of two boxes.
struct Arrow {
    from: (f64, f64),
    to: (f64, f64),
    label: String,
    class: &'static str,
}

fn arrows(place: &Place<'_>, layout: &Layout<'_>) -> Vec<Arrow> {
    let references = place.table.foreign_keys.iter().filter_map(|key| {
        let other = layout.place(key.table)?;
        let class = match (key.orphans, other.table.derived) {
            (0, true) => "arrow derived",
            (0, false) => "arrow",
            _ => "arrow orphans",
        };
        Some(arrow(place, &key.column, other, &key.references, (orphans(key), class)))
    });
    let join = place.table.join.as_ref().and_then(|join| {
        let other = layout.place(join.table)?;
        let name = |columns: &[ecom_core::plan::Column], header: &str| {
            let column = columns.iter().find(|column| column.header == header);
            column.map_or(String::new(), |column| column.name.clone())
        };
        let column = name(&place.table.columns, &join.column);
        let references = name(&other.table.columns, &join.references);
        Some(arrow(place, &column, other, &references, (joined(join), "arrow join")))
    });
    references.chain(join).collect()
}

fn arrow(
    from: &Place<'_>,
    column: &str,
    to: &Place<'_>,
    references: &str,
    (label, class): (String, &'static str),
) -> Arrow {
    let from = (from.x + WIDTH, from.line_of(column));
    Arrow { from, to: (to.x - 2.0, to.line_of(references)), label, class }
}

fn orphans(key: &ForeignKey) -> String {
    if key.orphans == 0 { "all there".into() } else { counted(key.orphans, "orphan") }
}

fn joined(join: &Join) -> String {
    if join.without == 0 {
        "joined".into()
    } else {
        format!("joined, {} without", grouped(join.without))
    }
}

impl Arrow {
    fn line(&self, svg: &mut Markup) {
        let ((from, line), (to, other)) = (self.from, self.to);
        let bend = ((to - from).abs() / 2.0).max(60.0);
        let points = [(from, line), (from + bend, line), (to - bend, other), (to, other)];
        let points = points.map(|(x, y)| format!("{} {}", pixels(x), pixels(y)));
        let path = format!("M{}C{}", points[0], points[1..].join(" "));
        svg.shape("path", &[("class", self.class), ("d", &path), ("marker-end", "url(#tip)")]);
        svg.line();
    }

    fn label(&self, svg: &mut Markup) {
        let (x, y) = (f64::midpoint(self.from.0, self.to.0), f64::midpoint(self.from.1, self.to.1));
        let width = width_of(&self.label) as f64 * SMALL_CELL + 16.0;
        let (left, top) = (pixels(x - width / 2.0), pixels(y - 11.0));
        let class = if self.class.contains("orphans") { "plate orphans" } else { "plate" };
        svg.within("g", &[("class", class)], |group| {
            let plate = [("x", left.as_str()), ("y", &top), ("width", &pixels(width))];
            let [x_, y_, width_] = plate;
            group.shape("rect", &[x_, y_, width_, ("height", "22"), ("rx", "11")]);
            write(group, "middle", (x, y + 4.5), &self.label);
        });
        svg.line();
    }
}

/// A text of the drawing; `class` says where it is anchored and how it looks.
fn write(svg: &mut Markup, class: &str, (x, y): (f64, f64), text: &str) {
    svg.leaf("text", &[("class", class), ("x", &pixels(x)), ("y", &pixels(y))], text);
}

fn draw_box(place: &Place<'_>, svg: &mut Markup) {
    let Place { table, x, y, .. } = place;
    let class = if table.derived { "box derived" } else { "box" };
    let (left, top, width) = (pixels(*x), pixels(*y), pixels(WIDTH));
    let link = format!("#table-{}", table.name);
    svg.within("a", &[("href", &link), ("class", class)], |svg| {
        let height = pixels(place.height());
        let frame = [("x", left.as_str()), ("y", &top), ("width", &width), ("height", &height)];
        let [x_, y_, width_, height_] = frame;
        svg.shape("rect", &[("class", "frame"), x_, y_, width_, height_, ("rx", "10")]);
        let rows = counted(table.rows, "record");
        let room = cells(WIDTH - 28.0 - width_of(&rows) as f64 * SMALL_CELL, 8.6);
        write(svg, "title", (x + 14.0, y + 23.0), &fit(table.name.as_str(), room));
        write(svg, "aside end", (x + WIDTH - 14.0, y + 23.0), &rows);
        let from = fit(&source(table), cells(WIDTH - 28.0, SMALL_CELL));
        write(svg, "aside", (x + 14.0, y + 41.0), &from);
        let line = pixels(y + HEAD);
        let to = pixels(x + WIDTH);
        svg.shape("line", &[("x1", &left), ("x2", &to), ("y1", &line), ("y2", &line)]);
        draw_columns(place, svg);
        let ways = format!("→ {}", ways(table));
        write(svg, "aside", (x + 14.0, y + place.height() - FOOT / 2.0 + 4.0), &ways);
    });
    svg.line();
}

fn draw_columns(place: &Place<'_>, svg: &mut Markup) {
    let Place { table, x, .. } = place;
    for (line, at) in place.columns.iter().enumerate() {
        let column = &table.columns[*at];
        let y = place.line(line) + 4.5;
        if table.key.contains(&column.name) {
            write(svg, "mark key", (x + 12.0, y), "key");
        } else if table.foreign_keys.iter().any(|key| key.column == column.name) {
            write(svg, "mark", (x + 12.0, y), "ref");
        } else if column.from.is_some() {
            write(svg, "mark", (x + 12.0, y), "join");
        }
        let sql_type = column.sql_type.to_string();
        let room = WIDTH - GUTTER - 22.0 - sql_type.len() as f64 * SMALL_CELL;
        write(svg, "column", (x + GUTTER, y), &fit(&column.name, cells(room, CELL)));
        write(svg, "aside end", (x + WIDTH - 14.0, y), &sql_type);
    }
    if place.hidden() > 0 {
        let more = format!("and {} more", counted(place.hidden() as u64, "column"));
        write(svg, "aside", (x + GUTTER, place.line(place.columns.len()) + 4.5), &more);
    }
}

/// The files that are in no table, greyed, one below the other.
fn draw_files(files: &[(String, u64)], x: f64, svg: &mut Markup) {
    if files.is_empty() {
        return;
    }
    write(svg, "aside", (x, 18.0), "left out");
    for (place, (name, rows)) in files.iter().take(MOST_FILES).enumerate() {
        let y = 32.0 + place as f64 * 58.0;
        svg.within("g", &[("class", "box left-out")], |svg| {
            let (left, top, width) = (pixels(x), pixels(y), pixels(ASIDE));
            let frame = [("x", left.as_str()), ("y", &top), ("width", &width), ("height", "48")];
            let [x_, y_, width_, height_] = frame;
            svg.shape("rect", &[("class", "frame"), x_, y_, width_, height_, ("rx", "10")]);
            let name = fit(name, cells(ASIDE - 24.0, CELL));
            write(svg, "column", (x + 12.0, y + 21.0), &name);
            write(svg, "aside", (x + 12.0, y + 38.0), &counted(*rows, "record"));
        });
    }
    if files.len() > MOST_FILES {
        let more = format!("and {} more", counted((files.len() - MOST_FILES) as u64, "file"));
        write(svg, "aside", (x, 32.0 + MOST_FILES as f64 * 58.0 + 16.0), &more);
    }
}

/// How many cells of text have room.
fn cells(pixels: f64, cell: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred")]
    let cells = (pixels / cell).max(2.0) as usize;
    cells
}

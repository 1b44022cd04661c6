//! The tables and their references as a drawing.

use ecom_core::plan::{ForeignKey, Join, Plan};
use ecom_core::show::{self, counted, thousands};

use super::layout::{DrawingLayout, FOOT, HEAD, TableBox, WIDTH};
use super::markup::{Markup, pixels};
use crate::report::words::{source, ways};

/// Pixels of one character, because text cannot be measured here.
const CELL: f64 = 8.4;
const SMALL_CELL: f64 = 7.4;
const TITLE_CELL: f64 = 10.6;
/// Where the names of columns begin in a box.
const GUTTER: f64 = 40.0;
/// The width of the box of a file that is in no table.
const ASIDE: f64 = 220.0;
/// The width of most windows.
const ROOM: f64 = 1160.0;
/// The most files in no table that are drawn.
const MOST_FILES: usize = 8;

/// Draws the tables of the plan and, beside them, the files that are in no table.
pub(super) fn draw(plan: &Plan, left_out: &[(String, u64)], page: &mut Markup) {
    let layout = DrawingLayout::of(plan);
    let aside = if left_out.is_empty() { 0.0 } else { ASIDE + 60.0 };
    let files = left_out.len().min(MOST_FILES + 1) as f64;
    let (width, height) = (layout.width + aside, layout.height.max(34.0 + files * 58.0));
    let view = format!("0 0 {} {}", pixels(width), pixels(height));
    // Small drawings are enlarged to be readable from a distance.
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
            layout.boxes.iter().flat_map(|table_box| arrows(table_box, &layout)).collect();
        for arrow in &arrows {
            arrow.line(svg);
        }
        layout.boxes.iter().for_each(|table_box| draw_box(table_box, svg));
        let mut taken = Vec::new();
        for arrow in &arrows {
            arrow.label(&mut taken, svg);
        }
        draw_files(left_out, layout.width + 60.0, svg);
    });
}

/// The references in words, for people who cannot see the drawing.
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
    /// The points that it goes through.
    way: Vec<(f64, f64)>,
    label: String,
    class: &'static str,
}

fn arrows(table_box: &TableBox<'_>, layout: &DrawingLayout<'_>) -> Vec<Arrow> {
    let table = table_box.table;
    let join = table.join.as_ref();
    let joins = |key: &&ForeignKey| {
        join.is_some_and(|join| {
            let header = table.position(&key.column).map(|at| &table.columns[at].header);
            join.table == key.table && header == Some(&join.column)
        })
    };
    let references = table.foreign_keys.iter().filter(|key| !joins(key)).filter_map(|key| {
        let other = layout.table_box(key.table)?;
        let class = match (key.orphans, other.table.derived) {
            (0, true) => "arrow derived",
            (0, false) => "arrow",
            _ => "arrow orphans",
        };
        let (from, to) = (table_box.line_of(&key.column), other.line_of(&key.references));
        let way = layout.way((table_box, from), (other, to));
        Some(Arrow { way, label: orphans(key), class })
    });
    let join = join.and_then(|join| {
        let other = layout.table_box(join.table)?;
        let line = |table_box: &TableBox<'_>, header: &str| {
            let column = table_box.table.columns.iter().find(|column| column.header == header);
            table_box.line_of(column.map_or("", |column| column.name.as_str()))
        };
        let (from, to) = (line(table_box, &join.column), line(other, &join.references));
        let way = layout.way((table_box, from), (other, to));
        Some(Arrow { way, label: joined(join), class: "arrow join" })
    });
    references.chain(join).collect()
}

fn orphans(key: &ForeignKey) -> String {
    if key.orphans == 0 { "no orphans".into() } else { counted(key.orphans, "orphan") }
}

fn joined(join: &Join) -> String {
    if join.without == 0 {
        "joined".into()
    } else {
        format!("joined, {} without", thousands(join.without))
    }
}

impl Arrow {
    fn line(&self, svg: &mut Markup) {
        let mut path = String::new();
        for pair in self.way.windows(2) {
            let [from, to] = pair else { continue };
            let points = curve(*from, *to);
            let points = points.map(|(x, y)| format!("{} {}", pixels(x), pixels(y)));
            let begin = if path.is_empty() { format!("M{}", points[0]) } else { String::new() };
            path = format!("{path}{begin}C{}", points[1..].join(" "));
        }
        svg.shape("path", &[("class", self.class), ("d", &path), ("marker-end", "url(#tip)")]);
        svg.line();
    }

    /// Places the label near the first box where no other label is; `taken` are the centers of the
    /// others.
    fn label(&self, taken: &mut Vec<(f64, f64)>, svg: &mut Markup) {
        let [from, to, ..] = self.way.as_slice() else { return };
        let width = show::width(&self.label) as f64 * SMALL_CELL + 16.0;
        let is_free = |middle: &(f64, f64)| {
            let apart = |other: &(f64, f64)| {
                (middle.0 - other.0).abs() > width + 6.0 || (middle.1 - other.1).abs() > 26.0
            };
            taken.iter().all(apart)
        };
        let middles = [0.5, 0.4, 0.6, 0.3, 0.7].map(|part| on_curve(*from, *to, part));
        let (x, y) = middles.into_iter().find(is_free).unwrap_or(middles[0]);
        taken.push((x, y));
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

/// The control points of a Bézier curve with horizontal ends.
fn curve(from: (f64, f64), to: (f64, f64)) -> [(f64, f64); 4] {
    let bend = ((to.0 - from.0).abs() / 2.0).max(60.0);
    [from, (from.0 + bend, from.1), (to.0 - bend, to.1), to]
}

/// The point at that part of such a curve.
fn on_curve(from: (f64, f64), to: (f64, f64), part: f64) -> (f64, f64) {
    let rest = 1.0 - part;
    let weights =
        [rest.powi(3), 3.0 * rest.powi(2) * part, 3.0 * rest * part.powi(2), part.powi(3)];
    let points = curve(from, to).into_iter().zip(weights);
    points.fold((0.0, 0.0), |sum, ((x, y), weight)| (sum.0 + x * weight, sum.1 + y * weight))
}

/// A text in the drawing; `class` determines its anchor and its look.
fn write(svg: &mut Markup, class: &str, (x, y): (f64, f64), text: &str) {
    svg.leaf("text", &[("class", class), ("x", &pixels(x)), ("y", &pixels(y))], text);
}

fn draw_box(table_box: &TableBox<'_>, svg: &mut Markup) {
    let TableBox { table, x, y, .. } = table_box;
    let class = if table.derived { "box derived" } else { "box" };
    let (left, top, width) = (pixels(*x), pixels(*y), pixels(WIDTH));
    let link = format!("#table-{}", table.name);
    svg.within("a", &[("href", &link), ("class", class)], |svg| {
        let height = pixels(table_box.height());
        let frame = [("x", left.as_str()), ("y", &top), ("width", &width), ("height", &height)];
        let [x_, y_, width_, height_] = frame;
        svg.shape("rect", &[("class", "frame"), x_, y_, width_, height_, ("rx", "10")]);
        let rows = counted(table.rows, "record");
        let room = cells(WIDTH - 28.0 - show::width(&rows) as f64 * SMALL_CELL, TITLE_CELL);
        write(svg, "title", (x + 14.0, y + 23.0), &show::cut(table.name.as_str(), room));
        write(svg, "aside end", (x + WIDTH - 14.0, y + 23.0), &rows);
        let from = show::cut(&source(table), cells(WIDTH - 28.0, SMALL_CELL));
        write(svg, "aside", (x + 14.0, y + 41.0), &from);
        let line = pixels(y + HEAD);
        let to = pixels(x + WIDTH);
        svg.shape("line", &[("x1", &left), ("x2", &to), ("y1", &line), ("y2", &line)]);
        draw_columns(table_box, svg);
        let ways = format!("→ {}", ways(table));
        write(svg, "aside", (x + 14.0, y + table_box.height() - FOOT / 2.0 + 4.0), &ways);
    });
    svg.line();
}

fn draw_columns(table_box: &TableBox<'_>, svg: &mut Markup) {
    let TableBox { table, x, .. } = table_box;
    for (line, at) in table_box.columns.iter().enumerate() {
        let column = &table.columns[*at];
        let y = table_box.line(line) + 4.5;
        if table.key.contains(&column.name) {
            write(svg, "mark key", (x + 12.0, y), "key");
        } else if table.foreign_keys.iter().any(|key| key.column == column.name) {
            write(svg, "mark", (x + 12.0, y), "ref");
        } else if column.from.is_some() {
            write(svg, "mark", (x + 12.0, y), "join");
        }
        let sql_type = column.sql_type.to_string();
        let room = WIDTH - GUTTER - 22.0 - sql_type.len() as f64 * SMALL_CELL;
        write(svg, "column", (x + GUTTER, y), &show::cut(&column.name, cells(room, CELL)));
        write(svg, "aside end", (x + WIDTH - 14.0, y), &sql_type);
    }
    if table_box.hidden() > 0 {
        let more = format!("and {} more", counted(table_box.hidden() as u64, "column"));
        write(svg, "aside", (x + GUTTER, table_box.line(table_box.columns.len()) + 4.5), &more);
    }
}

/// The files that are in no table, grayed out, one below the other.
fn draw_files(files: &[(String, u64)], x: f64, svg: &mut Markup) {
    if files.is_empty() {
        return;
    }
    write(svg, "aside", (x, 18.0), "left out");
    for (index, (name, rows)) in files.iter().take(MOST_FILES).enumerate() {
        let y = 32.0 + index as f64 * 58.0;
        svg.within("g", &[("class", "box left-out")], |svg| {
            let (left, top, width) = (pixels(x), pixels(y), pixels(ASIDE));
            let frame = [("x", left.as_str()), ("y", &top), ("width", &width), ("height", "48")];
            let [x_, y_, width_, height_] = frame;
            svg.shape("rect", &[("class", "frame"), x_, y_, width_, height_, ("rx", "10")]);
            let name = show::cut(name, cells(ASIDE - 24.0, CELL));
            write(svg, "column", (x + 12.0, y + 21.0), &name);
            write(svg, "aside", (x + 12.0, y + 38.0), &counted(*rows, "record"));
        });
    }
    if files.len() > MOST_FILES {
        let more = format!("and {} more", counted((files.len() - MOST_FILES) as u64, "file"));
        write(svg, "aside", (x, 32.0 + MOST_FILES as f64 * 58.0 + 16.0), &more);
    }
}

/// How many characters fit.
fn cells(pixels: f64, cell: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred")]
    let cells = (pixels / cell).max(2.0) as usize;
    cells
}

//! Where the boxes of the drawing are: a table is to the left of the tables that it refers to.

use ecom_core::plan::{Plan, Table, TableName};

/// Width of a box, and height of its head, of one column in it and of its foot.
pub(super) const WIDTH: f64 = 288.0;
pub(super) const HEAD: f64 = 52.0;
pub(super) const ROW: f64 = 22.0;
pub(super) const FOOT: f64 = 30.0;
/// Distance between boxes side by side and below each other.
const BESIDE: f64 = 178.0;
const BELOW: f64 = 34.0;
/// Margin around the drawing.
const EDGE: f64 = 3.0;
/// The most columns of a table that are drawn.
const MOST: usize = 12;

/// The box of a table, and where it is.
pub(super) struct TableBox<'a> {
    pub(super) table: &'a Table,
    pub(super) x: f64,
    pub(super) y: f64,
    /// Indices of the columns that are drawn.
    pub(super) columns: Vec<usize>,
    layer: usize,
}

/// All boxes and the size of the drawing.
pub(super) struct DrawingLayout<'a> {
    pub(super) boxes: Vec<TableBox<'a>>,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl<'a> DrawingLayout<'a> {
    pub(super) fn of(plan: &'a Plan) -> Self {
        let mut boxes: Vec<_> =
            plan.tables.iter().map(|table| TableBox::new(table, plan)).collect();
        let last = boxes.iter().map(|table_box| table_box.layer).max().unwrap_or(0);
        let mut bottoms = vec![EDGE; last + 1];
        for table_box in &mut boxes {
            let left = last - table_box.layer;
            table_box.x = EDGE + left as f64 * (WIDTH + BESIDE);
            table_box.y = bottoms[left];
            bottoms[left] += table_box.height() + BELOW;
        }
        let height = bottoms.iter().copied().fold(0.0, f64::max) - BELOW + EDGE;
        for table_box in &mut boxes {
            let own = bottoms[last - table_box.layer] - BELOW + EDGE;
            table_box.y += (height - own) / 2.0;
        }
        let width = 2.0 * EDGE + last as f64 * (WIDTH + BESIDE) + WIDTH;
        Self { boxes, width, height }
    }

    /// The points of an arrow from a box at `from` to one at `to`, which passes between the boxes
    /// of the layers between them.
    pub(super) fn way(
        &self,
        (from, line): (&TableBox<'_>, f64),
        (to, other): (&TableBox<'_>, f64),
    ) -> Vec<(f64, f64)> {
        let (begin, end) = (from.x + WIDTH, to.x - 2.0);
        let mut way = vec![(begin, line)];
        for layer in (to.layer + 1..from.layer).rev() {
            let crossed: Vec<_> = self.boxes.iter().filter(|one| one.layer == layer).collect();
            let x = crossed.first().map_or(begin, |table_box| table_box.x);
            let wanted = line + (other - line) * (x - begin) / (end - begin);
            let lane = nearest_lane(&crossed, wanted);
            way.extend([(x, lane), (x + WIDTH, lane)]);
        }
        way.push((end, other));
        way
    }

    pub(super) fn table_box(&self, name: TableName) -> Option<&TableBox<'a>> {
        self.boxes.iter().find(|table_box| table_box.table.name == name)
    }
}

impl<'a> TableBox<'a> {
    fn new(table: &'a Table, plan: &Plan) -> Self {
        let layer = layer(table, plan, plan.tables.len());
        Self { table, x: 0.0, y: 0.0, columns: drawn(table), layer }
    }

    /// Columns that are not drawn.
    pub(super) fn hidden(&self) -> usize {
        self.table.columns.len() - self.columns.len()
    }

    pub(super) fn height(&self) -> f64 {
        let lines = self.columns.len() + usize::from(self.hidden() > 0);
        HEAD + lines as f64 * ROW + FOOT + 8.0
    }

    /// The middle of the line of a column; the middle of the head if the column is not drawn.
    pub(super) fn line_of(&self, column: &str) -> f64 {
        let position = self.table.position(column);
        let line = position.and_then(|at| self.columns.iter().position(|drawn| *drawn == at));
        line.map_or(self.y + HEAD / 2.0, |line| self.line(line))
    }

    /// The middle of a line.
    pub(super) fn line(&self, line: usize) -> f64 {
        self.y + HEAD + 4.0 + (line as f64 + 0.5) * ROW
    }
}

/// The height nearest to the wanted one that is free in a layer.
fn nearest_lane(boxes: &[&TableBox<'_>], wanted: f64) -> f64 {
    const AWAY: f64 = 12.0;
    let is_free = |height: f64| {
        boxes.iter().all(|table_box| {
            height < table_box.y - AWAY + 1.0
                || height > table_box.y + table_box.height() + AWAY - 1.0
        })
    };
    let edges = boxes
        .iter()
        .flat_map(|table_box| [table_box.y - AWAY, table_box.y + table_box.height() + AWAY]);
    let free = edges.chain([wanted]).filter(|height| is_free(*height));
    let nearest = free.min_by(|a, b| (a - wanted).abs().total_cmp(&(b - wanted).abs()));
    nearest.unwrap_or(wanted)
}

/// The length of the longest chain of references from a table.
fn layer(table: &Table, plan: &Plan, most: usize) -> usize {
    let references = table.foreign_keys.iter().map(|reference| reference.table);
    let named = references.chain(table.join.as_ref().map(|join| join.table));
    let others = named.filter(|name| *name != table.name && most > 0);
    let others = others.filter_map(|name| plan.table(name));
    others.map(|other| layer(other, plan, most - 1) + 1).max().unwrap_or(0)
}

/// The columns to draw, in order. If there are many: those in keys and references, then those with
/// a role, then the first ones.
fn drawn(table: &Table) -> Vec<usize> {
    let needed = |index: &usize| {
        let name = &table.columns[*index].name;
        table.key.contains(name) || table.foreign_keys.iter().any(|key| key.column == *name)
    };
    let all = 0..table.columns.len();
    if table.columns.len() <= MOST {
        return all.collect();
    }
    let with_role = |index: &usize| table.columns[*index].role.is_some();
    let (needed, others): (Vec<_>, Vec<_>) = all.partition(needed);
    let (with_role, plain): (Vec<_>, Vec<_>) = others.into_iter().partition(with_role);
    let mut chosen: Vec<_> =
        needed.into_iter().chain(with_role).chain(plain).take(MOST - 1).collect();
    chosen.sort_unstable();
    chosen
}

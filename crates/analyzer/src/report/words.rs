//! Words that every format of the report uses.

use ecom_core::plan::{Dialect, LineEnding, Plan, Role, SplitBy, SqlType, Table, Way};

use super::letters::letters;

/// The name of the delimiter.
pub(super) fn delimiter(delimiter: char) -> &'static str {
    match delimiter {
        ',' => "comma",
        ';' => "semicolon",
        '\t' => "tab",
        '|' => "bar",
        _ => "another delimiter",
    }
}

/// A dialect on one line.
pub(super) fn dialect(dialect: &Dialect) -> String {
    let Dialect { quote, encoding, bom, line_ending, header_line, .. } = dialect;
    let quote = quote.map_or("no quotes".into(), |quote| format!("quote {quote}"));
    let bom = if *bom { " with byte order mark" } else { "" };
    let ending = line_ending_name(*line_ending);
    let header =
        if *header_line == 1 { String::new() } else { format!(", header on line {header_line}") };
    let delimiter = delimiter(dialect.delimiter);
    format!("{delimiter}, {quote}, {encoding}{bom}, {ending}{header}")
}

fn line_ending_name(ending: LineEnding) -> &'static str {
    match ending {
        LineEnding::Lf => "LF",
        LineEnding::CrLf => "CR LF",
        LineEnding::CrCrLf => "CR CR LF",
        LineEnding::Cr => "CR",
        LineEnding::Mixed => "mixed line endings",
    }
}

/// The destinations of a table.
pub(super) fn ways(table: &Table) -> String {
    let ways = table.route.to.iter().map(|way| match way {
        Way::Mysql => "MySQL",
        Way::Kafka => "Kafka",
        Way::Logs => "logs",
    });
    ways.collect::<Vec<_>>().join(", ")
}

/// The files that a table comes from.
pub(super) fn source(table: &Table) -> String {
    let mut files = table.files().map(|source| source.shown());
    let first = files.next().unwrap_or_default();
    if table.derived {
        return format!("derived from {first}");
    }
    match files.count() {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Where the real-time part begins.
pub(super) fn begin(plan: &Plan) -> String {
    let split = &plan.split;
    match split.by {
        SplitBy::Date => format!("the real-time part begins on {}", split.cut),
        SplitBy::Rows => format!("the real-time part begins with record {}", split.cut),
    }
}

/// How the values of a column are written: dates in letters, numbers by an example.
pub(super) fn written(format: &str, sql_type: SqlType) -> String {
    if !sql_type.is_time() {
        return format!("as {format}");
    }
    let styles: Vec<_> = format.split(" | ").map(letters).collect();
    styles.join(" or ")
}

/// What the data set is cut by.
pub(super) fn by(by: SplitBy) -> &'static str {
    match by {
        SplitBy::Date => "by date",
        SplitBy::Rows => "by rows",
    }
}

/// The share of a part; 0 if there is nothing.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// True for numbers and codes that only identify something.
pub(super) fn is_id(role: Role) -> bool {
    matches!(role, Role::OrderId | Role::LineId | Role::CustomerId | Role::ProductId)
}

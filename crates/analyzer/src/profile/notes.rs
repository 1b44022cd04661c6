//! Notes on files, in sentences.

use ecom_core::record::{LinesAsUtf8, PassedOver};
use ecom_core::show::counted;
use ecom_core::source::Findings;

use super::part::FilePart;

/// Notes on one file after it was read.
pub(crate) fn of_file(part: &FilePart, over: &PassedOver, utf_8: LinesAsUtf8) -> Vec<String> {
    let shown = part.shown();
    let encoding = &part.dialect.encoding;
    let mut notes = Vec::new();
    if let Some(reason) = &part.encoding_reason {
        let is = if reason.starts_with("the ") { " is" } else { ":" };
        notes.push(format!("{shown}: encoding {encoding}{is} {reason}"));
    }
    if let Some(first) = utf_8.first {
        notes.push(format!(
            "{shown}: {} UTF-8 in a {encoding} file, first on line {first}: {} as UTF-8",
            are(utf_8.count, "line"),
            if utf_8.count == 1 { "it is read" } else { "they are read" },
        ));
    }
    if let Some(first) = over.first_blank {
        let rest = following(over.blank, first);
        notes.push(format!("{shown}: {} without any value {rest}", counted(over.blank, "line")));
    }
    if let Some(first) = over.first_header {
        let rest = following(over.headers, first);
        notes.push(format!(
            "{shown}: {} with the header again {rest}",
            counted(over.headers, "line")
        ));
    }
    notes
}

/// Notes on what is unusual in a sheet of a workbook.
pub(crate) fn of_sheet(shown: &str, sheet: &Findings) -> Vec<String> {
    let mut notes = Vec::new();
    let mut say = |count: u64, text: String| {
        if count > 0 {
            notes.push(format!("{shown}: {text}"));
        }
    };
    let Findings { formulas, merged, errors, dates_among_others } = sheet;
    let cells = counted(*formulas, "cell");
    say(*formulas, format!("{cells} with a formula: the last computed value is used"));
    let regions = counted(*merged, "region");
    say(*merged, format!("{regions} of merged cells: only the first cell of each has a value"));
    let cells = counted(*errors, "cell");
    say(*errors, format!("{cells} with an error such as #N/A"));
    for (column, dates, others) in dates_among_others {
        let are = if *dates == 1 { "cell is a date" } else { "cells are dates" };
        let text = format!(
            "column {column}: {dates} {are} among {others} other values: Excel turns what looks \
             like a date into one"
        );
        say(*dates, text);
    }
    notes
}

/// A note on records that also occur in earlier files.
pub(crate) fn repeats(parts: &[FilePart], counts: &[u64]) -> Option<String> {
    let total: u64 = counts.iter().sum();
    let found = parts.iter().zip(counts).filter(|(_, count)| **count > 0);
    let named: Vec<_> = found.map(|(part, count)| format!("{count} of {}", part.shown())).collect();
    let shown = match named.as_slice() {
        [] => return None,
        [first, second, _, rest @ ..] if !rest.is_empty() => {
            format!("{first}, {second}, and more of {} files", rest.len() + 1)
        }
        few => few.join(", "),
    };
    Some(format!(
        "duplicates across files: {} unchanged in an earlier file ({shown}); {}",
        if total == 1 {
            "1 record is also".to_owned()
        } else {
            format!("{total} records are also")
        },
        if total == 1 { "it is kept" } else { "they are kept" },
    ))
}

/// A note on a column that is not in the plan.
pub(crate) fn left_out_column(shown: &str, number: usize) -> String {
    format!("{shown}: column {number} has no name and no values and is left out")
}

fn are(count: u64, noun: &str) -> String {
    format!("{} {}", counted(count, noun), if count == 1 { "is" } else { "are" })
}

fn following(count: u64, first: u64) -> String {
    match count {
        1 => format!("was skipped: line {first}"),
        _ => format!("were skipped, first on line {first}"),
    }
}

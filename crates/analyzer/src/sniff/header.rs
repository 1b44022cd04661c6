//! Which line is the header: the first one above the records that agrees with them in width and
//! whose names are mostly present and mostly words.

use super::rows::SampleRow;

/// The last line that can be the header.
const HEADER_LINES: u64 = 50;
/// How many of the records below are compared with it.
const BELOW: usize = 100;

/// The most frequent width of the records below the first line; 0 if everything is damaged.
pub(crate) fn width(rows: &[SampleRow]) -> usize {
    let sound = |row: &&SampleRow| !row.is_damaged() && !row.is_empty();
    let first = usize::from(rows.iter().filter(sound).count() > 1);
    let mut counts: Vec<(usize, usize)> = Vec::new();
    for row in rows.iter().filter(sound).skip(first) {
        match counts.iter_mut().find(|(width, _)| *width == row.fields.len()) {
            Some((_, count)) => *count += 1,
            None => counts.push((row.fields.len(), 1)),
        }
    }
    // Of equally frequent widths the widest: titles and footers have fewer fields.
    counts.into_iter().max_by_key(|(width, count)| (*count, *width)).map_or(0, |(width, _)| width)
}

/// The index of the header among the rows, above records of that width, and whether it looks like a
/// header. If there is none, the index of the row that would be read as one.
pub(crate) fn find(rows: &[SampleRow], width: usize) -> Option<(usize, bool)> {
    let first = rows.iter().position(|row| !row.is_damaged() && !row.is_empty())?;
    if width < 2 {
        return Some((first, true));
    }
    let mut best: Option<(usize, usize)> = None;
    let mut any = None;
    for (index, row) in rows.iter().enumerate() {
        if row.line > HEADER_LINES {
            break;
        }
        if row.is_damaged() || row.is_empty() {
            continue;
        }
        let typed = typed_columns(&rows[index + 1..], row.fields.len().max(width));
        if row.fields.len() == width {
            any = any.or(Some(index));
        }
        if is_record(row, width, &typed) {
            break;
        }
        let next = rows.get(index + 1).map_or(0, |next| next.line);
        if is_header(row, width) && (row.fields.len() == width || next == row.line + 1) {
            let contrast = contrast(row, &typed);
            if best.is_none_or(|(_, most)| contrast > most) {
                best = Some((index, contrast));
            }
        }
    }
    best.map(|(index, _)| (index, true)).or(Some((any.unwrap_or(first), false)))
}

/// True if the reader accepts the row as a record below that header: it has the same number of
/// fields, or the difference is blank.
pub(crate) fn fits(header: &SampleRow, row: &SampleRow) -> bool {
    let (want, have) = (header.fields.len(), row.fields.len());
    let blank = |fields: &[String]| fields.iter().all(|field| field.trim().is_empty());
    if have > want { blank(&row.fields[want..]) } else { have > 0 && blank(&header.fields[have..]) }
}

/// How many columns of numbers or dates have a name in this row.
pub(crate) fn contrast(row: &SampleRow, typed: &[bool]) -> usize {
    let is_name = |field: &String| !field.trim().is_empty() && is_word(field);
    row.fields.iter().zip(typed).filter(|(field, typed)| **typed && is_name(field)).count()
}

/// For each column whether most of its values are numbers or dates.
pub(crate) fn typed_columns(rows: &[SampleRow], width: usize) -> Vec<bool> {
    let is_typed = |column: usize| {
        let fields = rows.iter().take(BELOW).filter_map(|row| row.fields.get(column));
        let fields = fields.filter(|field| !field.trim().is_empty());
        let (values, words) = fields.fold((0, 0), |(values, words), field| {
            if is_value(field) { (values + 1, words) } else { (values, words + 1) }
        });
        values > words
    };
    (0..width).map(is_typed).collect()
}

/// True for a row with names in most fields, most of them words.
fn is_header(row: &SampleRow, width: usize) -> bool {
    let (filled, have) = (row.filled(), row.fields.len());
    let words = row.fields.iter().filter(|field| !field.trim().is_empty() && is_word(field));
    // A title has fewer fields.
    let near = width.saturating_sub(have) <= (width / 3).max(1);
    let last = row.fields.iter().rposition(|field| !field.trim().is_empty()).unwrap_or_default();
    near && filled >= 2
        && filled * 2 > last + 1
        && filled * 2 >= width
        && words.count() * 2 >= filled
}

/// True for a record: a value, not just a year, is in a column of numbers or dates.
fn is_record(row: &SampleRow, width: usize, typed: &[bool]) -> bool {
    let fields = row.fields.iter().zip(typed);
    let values = fields.filter(|(field, _)| !is_word(field));
    let clear = values.clone().filter(|(_, typed)| **typed).count() > 0;
    let mostly = values.clone().count() * 2 >= row.filled();
    let agree = values.filter(|(_, typed)| **typed).count();
    let words = row
        .fields
        .iter()
        .zip(typed)
        .filter(|(field, typed)| **typed && !field.trim().is_empty() && is_word(field));
    // A line above the header can have dates too: `Period,2024-01-01,2024-03-31,`.
    let fits = words.count() <= agree.saturating_sub(1) || agree == 0;
    row.fields.len() == width && row.filled() * 2 > width && (clear || mostly) && fits
}

/// True for a possible name: a word, or a year as in a table of sales by year.
fn is_word(field: &str) -> bool {
    let year = field.trim().parse::<u16>().is_ok_and(|year| (1900..=2100).contains(&year));
    year || !is_value(field)
}

/// True for a number, an amount, a date or a time.
fn is_value(field: &str) -> bool {
    let digits = field.chars().filter(char::is_ascii_digit).count();
    let letters = field.chars().filter(|found| found.is_alphabetic()).count();
    let parts = field.contains(['-', '/', ':', '.', ' ', ',']);
    digits > 0 && (letters == 0 || (digits > 2 && digits > letters && parts))
}

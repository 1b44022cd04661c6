//! Sheets of an Excel workbook as CSV, with the values as Excel shows them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, Xlsx, open_workbook};

use super::packing::{Member, shown};
use super::zipped;
use crate::exit::{Failure, io_failure};
use crate::record::Writer;

/// The most bytes that the parts of a workbook may unpack to, and that a sheet may have as CSV, since
/// both are kept in memory.
const LIMIT: u64 = 256 << 20;

/// A sheet.
pub(super) struct Sheet {
    /// In the dialect of work files; a row without a value is a blank line.
    pub(super) csv: Vec<u8>,
}

/// What the user should know about a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Cells with a formula; their last computed value is read.
    pub formulas: u64,
    /// Regions of merged cells; only the first cell of a region has the value.
    pub merged: u64,
    /// Cells with an error, such as `#N/A`.
    pub errors: u64,
    /// Columns with some dates among more other values, by Excel's letters, with the number of dates
    /// and of other cells: Excel turns everything that looks like a date into one.
    pub dates_among_others: Vec<(String, u64, u64)>,
}

/// What a first look at a sheet shows.
#[derive(Default)]
struct Look {
    width: u32,
    findings: Findings,
    /// Columns with a time of day: their dates are written with one.
    with_time: BTreeSet<u32>,
    /// For each column how many cells are dates and how many are not.
    dates: BTreeMap<u32, (u64, u64)>,
}

/// Sees the row, the column and the value of a cell, and whether it is a formula's.
type EachCell<'a> = dyn FnMut(u32, u32, &DataRef<'_>, bool) -> Result<(), Failure> + 'a;

/// The sheets of a workbook in their order, hidden ones too.
pub(super) fn sheets(path: &Path) -> Result<Vec<Member>, Failure> {
    let bytes = check_size(path)?;
    let book = open(path)?;
    let sheets = book.sheets_metadata().iter();
    let sheets = sheets.filter(|sheet| sheet.typ == SheetType::WorkSheet);
    Ok(sheets.map(|sheet| Member { name: sheet.name.clone(), bytes, problem: None }).collect())
}

/// What the user should know about a sheet.
///
/// # Errors
/// The workbook cannot be read or has no such sheet.
pub fn findings(path: &Path, sheet: &str) -> Result<Findings, Failure> {
    check_size(path)?;
    let mut book = open(path)?;
    let mut look = Look::new(&mut book, path, sheet)?;
    let merged = book.merge_cells_by_sheet_name(sheet);
    look.findings.merged = merged.map_err(|error| unreadable(path, sheet, error))?.len() as u64;
    let columns = look.dates.iter().filter(|(_, (dates, others))| *dates > 0 && others > dates);
    look.findings.dates_among_others =
        columns.map(|(column, (dates, others))| (letters(*column), *dates, *others)).collect();
    Ok(look.findings)
}

/// A sheet as CSV.
pub(super) fn sheet(path: &Path, sheet: &str) -> Result<Sheet, Failure> {
    check_size(path)?;
    let mut book = open(path)?;
    if !book.sheets_metadata().iter().any(|known| known.name == sheet) {
        return Err(Failure::refused(format!("{} has no sheet {sheet:?}", path.display())));
    }
    let look = Look::new(&mut book, path, sheet)?;
    let mut page = Page::new(&look);
    each_cell(&mut book, path, sheet, &mut |row, column, value, _| {
        page.see(row, column, value).map_err(|problem| unreadable(path, sheet, problem))
    })?;
    let csv = page.end().map_err(|problem| unreadable(path, sheet, problem))?;
    Ok(Sheet { csv })
}

/// The bytes that a workbook unpacks to. Refuses too many, even if its directory claims fewer.
fn check_size(path: &Path) -> Result<u64, Failure> {
    let members = zipped::members(path)?;
    let members = members.iter().filter(|member| member.problem.is_none());
    let told: u64 = members.clone().map(|member| member.bytes).sum();
    if told > LIMIT {
        return Err(Failure::refused(format!(
            "{}: its sheets unpack to more than {} MiB: save them as CSV",
            path.display(),
            LIMIT >> 20
        )));
    }
    for member in members {
        let mut input = zipped::open(path, &member.name)?;
        io::copy(&mut input, &mut io::sink())
            .map_err(|error| io_failure("read", &shown(path, Some(&member.name)), error))?;
    }
    Ok(told)
}

fn open(path: &Path) -> Result<Xlsx<BufReader<File>>, Failure> {
    open_workbook(path).map_err(|error: calamine::XlsxError| {
        Failure::refused(format!("cannot read the workbook {}", path.display())).because(error)
    })
}

/// Shows every cell of a sheet in its order.
fn each_cell(
    book: &mut Xlsx<BufReader<File>>,
    path: &Path,
    sheet: &str,
    see: &mut EachCell<'_>,
) -> Result<(), Failure> {
    let failure = |error| unreadable(path, sheet, error);
    let mut cells = book.worksheet_cells_reader(sheet).map_err(failure)?;
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(failure)? {
        see(cell.pos.0, cell.pos.1, &cell.value, cell.formula.is_some())?;
    }
    Ok(())
}

fn unreadable(
    path: &Path,
    sheet: &str,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Failure {
    Failure::refused(format!("{}: sheet {sheet:?} cannot be read", path.display())).because(error)
}

impl Look {
    fn new(book: &mut Xlsx<BufReader<File>>, path: &Path, sheet: &str) -> Result<Self, Failure> {
        let mut look = Self::default();
        each_cell(book, path, sheet, &mut |_, column, value, is_formula| {
            look.see(column, value, is_formula);
            Ok(())
        })?;
        Ok(look)
    }

    fn see(&mut self, column: u32, value: &DataRef<'_>, is_formula: bool) {
        self.findings.formulas += u64::from(is_formula);
        self.findings.errors += u64::from(matches!(value, DataRef::Error(_)));
        if shown_value(value, true).is_none() {
            return;
        }
        self.width = self.width.max(column + 1);
        let (dates, others) = self.dates.entry(column).or_default();
        if let DataRef::DateTime(time) = value {
            *dates += 1;
            if has_date(time) && time.as_f64().fract() != 0.0 {
                self.with_time.insert(column);
            }
        } else {
            *others += 1;
        }
    }
}

/// Writes the rows.
struct Page<'a> {
    look: &'a Look,
    writer: Writer<Vec<u8>>,
    row: u32,
    cells: Vec<(u32, String)>,
}

impl<'a> Page<'a> {
    fn new(look: &'a Look) -> Self {
        Self { look, writer: Writer::new(Vec::new()), row: 0, cells: Vec::new() }
    }

    fn see(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> io::Result<()> {
        if row < self.row {
            return Err(io::Error::other("its rows are not in order"));
        }
        while self.row < row {
            self.end_row()?;
        }
        if let Some(text) = shown_value(value, self.look.with_time.contains(&column)) {
            self.cells.push((column, text));
        }
        Ok(())
    }

    fn end_row(&mut self) -> io::Result<()> {
        self.row += 1;
        if self.cells.is_empty() {
            self.writer.get_mut().push(b'\n');
            return Ok(());
        }
        self.cells.sort_by_key(|(column, _)| *column);
        let mut cells = self.cells.iter().peekable();
        let row = (0..self.look.width).map(|column| {
            let cell = cells.next_if(|(index, _)| *index == column)?;
            Some(cell.1.as_str())
        });
        self.writer.write(row)?;
        self.cells.clear();
        if self.writer.get_mut().len() as u64 > LIMIT {
            let problem = format!("as CSV it has more than {} MiB: save it as CSV", LIMIT >> 20);
            return Err(io::Error::other(problem));
        }
        Ok(())
    }

    fn end(mut self) -> io::Result<Vec<u8>> {
        if !self.cells.is_empty() {
            self.end_row()?;
        }
        Ok(self.writer.into_inner())
    }
}

/// The value as Excel shows it; `None` for an empty cell.
fn shown_value(value: &DataRef<'_>, with_time: bool) -> Option<String> {
    let text = match value {
        DataRef::Empty => return None,
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "TRUE".into(),
        DataRef::Bool(false) => "FALSE".into(),
        DataRef::DateTime(time) => time_text(time, with_time),
        DataRef::Error(error) => error.to_string(),
    };
    Some(text).filter(|text| !text.is_empty())
}

/// A number with the 15 digits that Excel keeps.
fn number_text(number: f64) -> String {
    let kept: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    if kept == 0.0 { "0".into() } else { kept.to_string() }
}

/// True for a time with a day; a number below one is only a time of day.
fn has_date(time: &ExcelDateTime) -> bool {
    time.is_datetime() && time.as_f64() >= 1.0
}

fn time_text(time: &ExcelDateTime, with_time: bool) -> String {
    if time.as_f64() < 0.0 {
        return number_text(time.as_f64());
    }
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    if time.is_duration() {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
        let hours = time.as_f64() as u64 * 24 + u64::from(hour);
        return format!("{hours}:{minute:02}:{second:02}{fraction}");
    }
    let of_day = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    if !has_date(time) {
        return of_day;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    let is_midnight = (hour, minute, second, milli) == (0, 0, 0, 0);
    if is_midnight && !with_time { date } else { format!("{date} {of_day}") }
}

/// The name of a column as Excel writes it: A, B, …, Z, AA.
fn letters(column: u32) -> String {
    let (mut text, mut rest) = (String::new(), column + 1);
    while rest > 0 {
        rest -= 1;
        text.insert(0, char::from(b'A' + u8::try_from(rest % 26).expect("below 26")));
        rest /= 26;
    }
    text
}

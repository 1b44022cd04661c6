//! Whether the stored records are those of the file.

use std::path::Path;
use std::process::Output;

use ecom_core::plan::{Dialect, Plan, TableName};
use ecom_core::record::{Next, Reader, Record};
use ecom_core::work::Manifest;

use crate::clean::Clean;
use crate::pollution::Pollution;

/// What happened to a file.
pub(crate) enum Outcome {
    /// A tool did not succeed.
    Ended(String),
    Stored(Stored),
}

/// The records of the work files of transactions.
pub(crate) struct Stored {
    records: Vec<Vec<String>>,
    rejected: u64,
    passed_over: u64,
}

impl Outcome {
    pub(crate) fn ended(tool: &str, output: &Output) -> Self {
        let error = String::from_utf8_lossy(&output.stderr);
        let line = error.lines().last().unwrap_or_default();
        Self::Ended(match output.status.code() {
            Some(4) => format!("{tool} refused: {line}"),
            other => format!("{tool} CRASHED with {other:?}: {error}"),
        })
    }

    pub(crate) fn stored(plan: &Path, folder: &Path, manifest: &Manifest) -> Self {
        let plan = Plan::read(plan).unwrap();
        let table = plan.transactions().unwrap();
        // Generated columns have no counterpart in the clean file.
        let own: Vec<_> =
            (0..table.columns.len()).filter(|index| !table.columns[*index].generated).collect();
        let mut records = Vec::new();
        for file in manifest.files.iter().filter(|file| file.table == TableName::Transactions) {
            let mut reader = Reader::open(&folder.join(&file.name), &Dialect::work()).unwrap();
            let mut record = Record::new();
            while let Next::Record = reader.read(&mut record).unwrap() {
                records.push(own.iter().map(|index| record.field(*index).to_owned()).collect());
            }
        }
        let (rejected, passed_over) = (table.rejected, table.passed_over);
        Self::Stored(Stored { records, rejected, passed_over })
    }
}

/// The error says what is wrong.
pub(crate) fn judge(clean: &Clean, pollution: &Pollution, outcome: &Outcome) -> Result<(), String> {
    let stored = match outcome {
        Outcome::Ended(how) if how.contains("CRASHED") => return Err(how.clone()),
        Outcome::Ended(_) => return Ok(()),
        Outcome::Stored(stored) => stored,
    };
    if !pollution.header_is_intact {
        return Ok(());
    }
    let mut wanted: Vec<&Vec<String>> =
        pollution.untouched[1..].iter().map(|index| &clean.records[*index]).collect();
    let mut touched = parse(clean, &pollution.touched);
    touched.extend(parse(clean, &[pollution.touched.as_slice(), &pollution.behind].concat()));
    // Damage that is recognized, such as a blank before a quote, leaves the value unchanged.
    let indices = (1..clean.records.len()).filter(|index| !pollution.untouched.contains(index));
    touched.extend(indices.map(|index| clean.records[index].clone()));
    // Where the only bytes beyond ASCII are damaged, nothing tells their encoding: it is a guess, and
    // the report says so.
    let is_known = wanted.iter().any(|record| record.iter().any(|field| !field.is_ascii()));
    for record in &stored.records {
        match wanted.iter().position(|clean| *clean == record) {
            Some(index) => {
                wanted.swap_remove(index);
            }
            None if touched.iter().any(|line| is_same(line, record, is_known)) => {}
            None => return Err(format!("stored {record:?}, which the file does not have")),
        }
    }
    // Records swallowed by a stray quote are rejected, never lost.
    let joined = !pollution.touched.is_empty() && !pollution.touched.ends_with(b"\n");
    let accounted = stored.rejected + stored.passed_over + u64::from(joined);
    if wanted.len() as u64 > accounted {
        return Err(format!(
            "{} records are neither stored nor among {} rejected and {} skipped: {wanted:?}",
            wanted.len(),
            stored.rejected,
            stored.passed_over
        ));
    }
    Ok(())
}

/// Blanks after a closing quote are not part of the value.
fn is_same(one: &[String], other: &[String], is_known: bool) -> bool {
    let same = |(one, other): (&String, &String)| {
        one.trim() == other.trim() || (!is_known && !one.is_ascii() && !other.is_ascii())
    };
    one.len() == other.len() && one.iter().zip(other).all(same)
}

/// The records of the touched lines as the `csv` crate reads them, in every encoding that the file
/// may be taken for.
fn parse(clean: &Clean, bytes: &[u8]) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    for encoding in [encoding_rs::UTF_8, encoding_rs::WINDOWS_1252, clean.encoding] {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        for line_wise in [false, true] {
            for quoting in [true, false] {
                let mut reader = csv::ReaderBuilder::new();
                reader.has_headers(false).flexible(true).quoting(quoting);
                reader.delimiter(clean.delimiter as u8);
                let parts: Vec<&str> =
                    if line_wise { text.split_inclusive('\n').collect() } else { vec![&text] };
                for part in parts {
                    for record in reader.from_reader(part.as_bytes()).records().flatten() {
                        records.push(record.iter().map(str::to_owned).collect());
                    }
                }
            }
        }
    }
    // Empty fields after the last column are cut off.
    for record in &mut records {
        let record: &mut Vec<String> = record;
        while record.len() > clean.records[0].len()
            && record.last().is_some_and(|last| last.trim().is_empty())
        {
            record.pop();
        }
    }
    records
}

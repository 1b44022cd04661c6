//! The results as the page gets them.

use chrono::{DateTime, Utc};
use ecom_core::checksum::Tally;
use ecom_core::plan::SqlType;
use ecom_core::report::{ResultFolder, SkippedQuestion};
use serde::Serialize;
use serde_json::value::RawValue;

use super::rows::{Content, Rows};
use crate::snapshot::{Proof, Results};

/// The longest answer, in bytes.
const LONGEST: usize = 4 << 20;

/// The whole answer.
#[derive(Serialize)]
pub(super) struct Page<'a> {
    pub(super) version: u64,
    pub(super) analyzed: Option<DateTime<Utc>>,
    pub(super) proof: &'a Proof,
    /// What is to be done where there are no results.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<&'a str>,
    pub(super) results: Vec<OneResult<'a>>,
    pub(super) skipped: &'a [SkippedQuestion],
}

/// One result.
#[derive(Serialize)]
pub(super) struct OneResult<'a> {
    name: &'a str,
    question: &'a str,
    source: String,
    written: DateTime<Utc>,
    proof: &'a Proof,
    columns: Vec<Column<'a>>,
    total: u64,
    cut: bool,
    rows: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Column<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    sql_type: SqlType,
}

impl<'a> OneResult<'a> {
    /// A result with its rows, as far as they are known.
    pub(super) fn new(
        result: &'a ResultFolder,
        content: &'a Result<Content, String>,
        proof: &'a Proof,
    ) -> Self {
        let rows = match content {
            Ok(Content::Rows(rows)) => Some(rows),
            _ => None,
        };
        let name = result.name.as_str();
        let columns = result.columns.iter();
        let columns =
            columns.map(|column| Column { name: &column.name, sql_type: column.sql_type });
        Self {
            name,
            question: &result.question,
            source: format!("HDFS {} · MySQL {name}", result.folder),
            written: result.written,
            proof,
            columns: columns.collect(),
            total: result.lines.count,
            cut: rows.is_none_or(|rows: &Rows| rows.cut),
            rows: rows.map(|rows| &*rows.json),
        }
    }
}

impl Page<'_> {
    /// The answer with its version: another number whenever anything in it changes, and the same after
    /// a restart. 0 without results.
    pub(super) fn into_results(mut self, is_empty: bool) -> Result<Results, String> {
        let mut json = self.json()?;
        if json.len() > LONGEST {
            self.results.iter_mut().for_each(|result| {
                result.rows = None;
                result.cut = true;
            });
            json = self.json()?;
        }
        if json.len() > LONGEST {
            return Err("the report of the analysis is too long to be shown".into());
        }
        if !is_empty {
            let mut hash = Tally::default();
            hash.add(json.as_bytes());
            // JavaScript has 53 bits for whole numbers.
            self.version = (hash.checksum.0 >> 16).max(1);
            json = self.json()?;
        }
        let json = RawValue::from_string(json).map_err(|error| error.to_string())?;
        Ok(Results { version: self.version, json: json.into() })
    }

    fn json(&self) -> Result<String, String> {
        serde_json::to_string(self).map_err(|error| error.to_string())
    }
}

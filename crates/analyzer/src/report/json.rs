//! The report for programs: the field names of the plan, with statistics added.

use std::io::{self, Write};

use ecom_core::exit::describe;
use ecom_core::plan::{Dialect, Role, SqlType, Table};
use serde::Serialize;
use serde_json::{Value, json};

use super::Results;
use super::statements::{left_out, statements};
use crate::decide::plan::Decision;
use crate::profile::file::FileProfile;
use crate::profile::part::FilePart;
use crate::value::column::ColumnProfile;

/// What is known about a column beyond the plan.
#[derive(Serialize)]
struct Statistics<'a> {
    nulls: u64,
    #[serde(flatten)]
    counts: &'a crate::count::counts::CountSummary,
    minimum: Option<&'a str>,
    maximum: Option<&'a str>,
    longest: usize,
}

/// A file that is not a table of the plan.
#[derive(Serialize)]
struct OtherFile<'a> {
    file: &'a str,
    /// Why it is not; `None` if the whole data set is refused.
    reason: Option<&'a str>,
    sha256: &'a str,
    bytes: u64,
    rows: u64,
    rejected: u64,
    dialect: &'a Dialect,
    part: Vec<Value>,
    column: Vec<OtherColumn<'a>>,
    first_rows: &'a [Vec<Option<String>>],
    first_rejects: Vec<Value>,
}

#[derive(Serialize)]
struct OtherColumn<'a> {
    header: &'a str,
    role: Option<Role>,
    #[serde(rename = "type")]
    sql_type: SqlType,
    format: Option<&'a str>,
    format_proof: Option<&'a str>,
    nullable: bool,
    #[serde(flatten)]
    statistics: Statistics<'a>,
}

/// Writes the report; for a refused data set with the cause instead of the plan.
pub(crate) fn write(results: &Results<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut report = match results.decision {
        Ok(decision) => decided(results, decision)?,
        Err(cause) => refused(results, cause)?,
    };
    report["passed_over"] = json!(results.split);
    let notes = statements(results).into_iter().map(|statement| statement.text);
    report["notes"] = json!(notes.collect::<Vec<_>>());
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

fn decided(results: &Results<'_>, decision: &Decision) -> io::Result<Value> {
    let mut report = serde_json::to_value(&decision.plan)?;
    for (table, value) in decision.plan.tables.iter().zip(list(&mut report["table"])) {
        let joined = decision.joined.as_ref().filter(|_| table.join.is_some() || table.derived);
        let mut files = joined.into_iter().chain(results.files);
        let Some(file) = files.find(|file| file.is_of(table)) else {
            continue;
        };
        add_table(table, value, file)?;
        for (column, value) in table.columns.iter().zip(list(&mut value["column"])) {
            let why = column.role.and_then(|role| decision.why(&table.file, &column.header, role));
            value["role_evidence"] = json!(why);
        }
    }
    let days = |side: usize| {
        decision.sides[side].map(|(first, last)| [first.to_string(), last.to_string()])
    };
    report["split"]["historical_range"] = json!(days(0));
    report["split"]["realtime_range"] = json!(days(1));
    let others = left_out(results).into_iter().map(|left| {
        let file = results.files.iter().find(|file| file.name == left.file);
        match file {
            Some(file) => serde_json::to_value(other(file, Some(&left.reason))),
            None => serde_json::to_value(&left),
        }
    });
    report["not_in_plan"] = Value::Array(others.collect::<Result<_, _>>()?);
    report["refused"] = Value::Null;
    Ok(report)
}

fn refused(results: &Results<'_>, cause: &anyhow::Error) -> io::Result<Value> {
    let files = results.files.iter().map(|file| serde_json::to_value(other(file, None)));
    let unread = results.left_out.iter().map(serde_json::to_value);
    let files = files.chain(unread).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({
        "data_set": results.wishes.data_set,
        "folder": results.wishes.folder,
        "refused": describe(cause),
        "split": null,
        "table": [],
        "not_in_plan": files,
    }))
}

fn add_table(table: &Table, value: &mut Value, file: &FileProfile) -> io::Result<()> {
    value["bytes"] = json!(file.bytes);
    value["part"] = json!(parts(file));
    let fields = table.source_fields(file.columns.iter().map(|column| column.header.as_str()));
    let fields = fields.unwrap_or_default();
    for (index, column) in fields.iter().zip(list(&mut value["column"])) {
        let Some(index) = index else { continue };
        let statistics = serde_json::to_value(statistics(&file.columns[*index]))?;
        if let (Value::Object(column), Value::Object(statistics)) = (column, statistics) {
            // For a derived table the plan knows better how many of its records have no value.
            let nulls = column.get("nulls").cloned();
            column.extend(statistics);
            column.extend(nulls.map(|nulls| ("nulls".to_owned(), nulls)));
        }
    }
    if !table.derived {
        value["first_rows"] = json!(file.first);
        value["first_rejects"] = json!(rejects(file));
    }
    Ok(())
}

/// The files of a kind, each with its own figures.
fn parts(file: &FileProfile) -> Vec<Value> {
    let part = |part: &FilePart| {
        json!({
            "file": part.file,
            "member": part.member,
            "sha256": part.sha256,
            "bytes": part.bytes,
            "rows": part.rows,
            "rejected": part.rejected,
            "passed_over": part.passed_over,
            "dialect": part.dialect,
            "encoding_reason": part.encoding_reason,
        })
    };
    file.parts.iter().map(part).collect()
}

fn rejects(file: &FileProfile) -> Vec<Value> {
    let reject = |reject: &ecom_core::record::Reject| {
        json!({
            "line": reject.line,
            "byte_offset": reject.offset,
            "column": reject.column,
            "reason": reject.reason,
        })
    };
    file.rejects.iter().map(reject).collect()
}

fn statistics(column: &ColumnProfile) -> Statistics<'_> {
    Statistics {
        nulls: column.missing(),
        counts: &column.counts,
        minimum: column.minimum.as_deref(),
        maximum: column.maximum.as_deref(),
        longest: column.longest,
    }
}

fn other<'a>(file: &'a FileProfile, reason: Option<&'a str>) -> OtherFile<'a> {
    let roles = crate::roles::naming::roles(&file.columns);
    let column = |(column, role): (&'a ColumnProfile, Option<Role>)| OtherColumn {
        header: &column.header,
        role,
        sql_type: column.sql_type(),
        format: column.format(),
        format_proof: column.format_proof(),
        nullable: column.missing() > 0,
        statistics: statistics(column),
    };
    OtherFile {
        file: &file.name,
        reason,
        sha256: &file.sha256,
        bytes: file.bytes,
        rows: file.rows,
        rejected: file.rejected,
        dialect: &file.dialect,
        part: parts(file),
        column: file.columns.iter().zip(roles).map(column).collect(),
        first_rows: &file.first,
        first_rejects: rejects(file),
    }
}

fn list(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_array_mut().into_iter().flatten()
}

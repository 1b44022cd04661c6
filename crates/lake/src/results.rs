//! The results of the analysis: counted, compared with what the data set has, and published.
//!
//! Spark writes each result beside its final place, as `.import-NAME`. It gets its name here, when the views
//! held every record of the data set and each result as many lines as Spark counted rows. A result with the
//! content of the last time keeps its folder, so that what follows can see that nothing has changed.
//!
//! The report comes last and goes first: without it, the folders are those of a run that did not end.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::Args;
use ecom_core::analytics::{COLUMNS_FILE, Question};
use ecom_core::checksum::Tally;
use ecom_core::exit::io_failure;
use ecom_core::hdfs::Hdfs;
use ecom_core::plan::{Plan, SqlType, TableName};
use ecom_core::report::{
    LogTruth, Report, ResultColumn, ResultFolder, Results, Run, SkippedQuestion,
};
use ecom_core::sales::{LOG_EVENTS, SALES};
use ecom_core::show::counted;
use ecom_core::work::{Manifest, Part, folder};
use ecom_core::{Code, Failure, clock};
use serde::Deserialize;

use crate::change::{FRESH, replace};
use crate::count::Lines;
use crate::read::data_files;

/// The results that Spark has written.
#[derive(Debug, Args)]
pub(crate) struct PublishArgs {
    /// Folder of the results in HDFS
    pub(crate) folder: String,

    /// Plan of the data set
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: PathBuf,

    /// Folder of the questions
    #[arg(long, value_name = "DIR")]
    pub(crate) questions: PathBuf,

    /// When the analysis began: seconds since 1970
    #[arg(long, value_name = "SECONDS")]
    pub(crate) started: f64,
}

/// One line of what the runner prints.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Found {
    View { view: String, rows: u64 },
    Result { result: String, rows: u64, schema: Schema },
}

#[derive(Debug, Deserialize)]
struct Schema {
    fields: Vec<Field>,
}

#[derive(Debug, Deserialize)]
struct Field {
    name: String,
    /// A word, or an object for a nested type.
    #[serde(rename = "type")]
    kind: serde_json::Value,
}

/// Publishes what the runner, whose output is standard input, has written.
pub(crate) async fn publish(hdfs: &Hdfs, args: &PublishArgs) -> anyhow::Result<()> {
    let run = Run::begun(started(args.started)?, env!("CARGO_PKG_VERSION"), "");
    let plan = Plan::read(&args.plan)?;
    let work = folder(None::<&Path>, &args.plan);
    let (views, found) = read_found()?;
    check_views(&plan, work, &views)?;
    let questions = Question::all(&args.questions)?;
    let mut fresh = Vec::new();
    for (name, rows, columns) in found {
        let question = questions.iter().find(|question| question.name == name);
        let question = question.ok_or_else(|| no_question(&name, &args.questions))?;
        let folder = format!("{}/{name}", args.folder);
        let lines = tally(hdfs, &format!("{}/{FRESH}{name}", args.folder), columns.len()).await?;
        if lines.count != rows {
            let (held, rows) = (counted(lines.count, "line"), counted(rows, "row"));
            return Err(Failure::verification(format!(
                "{name}: {held} in HDFS for {rows} of Spark"
            ))
            .into());
        }
        let question = question.text.clone();
        fresh.push(ResultFolder { name, question, folder, columns, lines, written: clock::now() });
    }
    let earlier = Report::<Results>::read(work, None)?.map(|report| report.details.results);
    let path = Report::<Results>::path(work, None);
    if path.exists() {
        fs::remove_file(&path).map_err(|error| io_failure("remove", &path, error))?;
    }
    replace(hdfs, &format!("{}/{FRESH}{SALES}", args.folder), &format!("{}/{SALES}", args.folder))
        .await?;
    let earlier = earlier.unwrap_or_default();
    for result in &mut fresh {
        publish_one(hdfs, &args.folder, result, &earlier).await?;
    }
    for old in earlier.iter().filter(|old| fresh.iter().all(|new| new.name != old.name)) {
        hdfs.delete(&old.folder).await?;
    }
    let rows = fresh.iter().map(|result| result.lines.count).sum::<u64>();
    let skipped = questions.iter().filter_map(|question| {
        let reason = question.lacks(&plan)?;
        let (name, question) = (question.name.clone(), question.text.clone());
        Some(SkippedQuestion { name, question, reason })
    });
    let details = Results { results: fresh, skipped: skipped.collect() };
    let mut report = run.end(Code::Success, rows, details);
    report.data_set = plan.data_set;
    Ok(report.write(work, None)?)
}

/// Gives one result its name, unless its folder has this content already.
async fn publish_one(
    hdfs: &Hdfs,
    parent: &str,
    result: &mut ResultFolder,
    earlier: &[ResultFolder],
) -> Result<(), Failure> {
    let fresh = format!("{parent}/{FRESH}{}", result.name);
    let old = earlier.iter().find(|old| old.name == result.name);
    if let Some(old) = old.filter(|old| old.columns == result.columns && old.lines == result.lines)
        && tally(hdfs, &result.folder, result.columns.len())
            .await
            .is_ok_and(|held| held == old.lines)
    {
        result.written = old.written;
        return hdfs.delete(&fresh).await;
    }
    hdfs.write(&format!("{fresh}/{COLUMNS_FILE}"), columns_text(&result.columns).into()).await?;
    replace(hdfs, &fresh, &result.folder).await
}

/// The columns as they stand beside the data.
fn columns_text(columns: &[ResultColumn]) -> String {
    let lines = columns.iter().map(|column| format!("{}\t{}\n", column.name, column.sql_type));
    lines.collect::<Vec<_>>().concat()
}

/// What the runner has printed: the records of each view, then the name, rows and columns of each result.
type Printed = (BTreeMap<String, u64>, Vec<(String, u64, Vec<ResultColumn>)>);

fn read_found() -> Result<Printed, Failure> {
    let mut text = String::new();
    let failure =
        |error| Failure::refused("cannot read what the analysis has found").because(error);
    io::stdin().lock().read_to_string(&mut text).map_err(failure)?;
    let (mut views, mut results) = (BTreeMap::new(), Vec::new());
    for line in text.lines() {
        match serde_json::from_str(line).map_err(|error| failure(error.into()))? {
            Found::View { view, rows } => {
                views.insert(view, rows);
            }
            Found::Result { result, rows, schema } => {
                let columns = schema.fields.into_iter().map(|field| column(&result, field));
                let columns = columns.collect::<Result<_, _>>()?;
                results.push((result, rows, columns));
            }
        }
    }
    Ok((views, results))
}

/// A column of a result, with the type that MySQL will have.
fn column(result: &str, field: Field) -> Result<ResultColumn, Failure> {
    let kind = field.kind.as_str().unwrap_or("nested");
    let sql_type = match kind {
        "string" => Some(SqlType::Text),
        "byte" | "short" | "integer" => Some(SqlType::Int),
        "long" => Some(SqlType::BigInt),
        "boolean" => Some(SqlType::Boolean),
        "date" => Some(SqlType::Date),
        "timestamp" | "timestamp_ntz" => Some(SqlType::DateTime { fraction: 6 }),
        other => other.parse().ok().filter(|kind| matches!(kind, SqlType::Decimal { .. })),
    };
    let name = field.name;
    let problem = || {
        format!(
            "{result}.sql: the column {name} is {kind}, which is not exact: CAST it to DECIMAL(18, 4) or to another type"
        )
    };
    let sql_type = sql_type.ok_or_else(|| Failure::refused(problem()))?;
    Ok(ResultColumn { name, sql_type })
}

/// Refuses views that do not hold every record of the data set.
fn check_views(plan: &Plan, work: &Path, views: &BTreeMap<String, u64>) -> Result<(), Failure> {
    let manifest = Manifest::read(work)?;
    manifest.check_plan(plan)?;
    let rows = |table: TableName, part| manifest.file_or_refuse(table, part).map(|file| file.rows);
    let mut wanted = Vec::new();
    for table in &plan.tables {
        if table.name == TableName::Transactions {
            let parts = [Part::Historical, Part::Realtime];
            let rows = parts.iter().map(|part| rows(table.name, *part)).sum::<Result<u64, _>>()?;
            wanted.push((SALES.to_owned(), rows));
        } else {
            wanted.push((table.name.to_string(), rows(table.name, Part::Full)?));
        }
    }
    if let Some(report) = Report::<LogTruth>::read(work, None)?.filter(|_| plan.split.realtime > 0)
    {
        wanted.push((LOG_EVENTS.to_owned(), report.details.lines));
    }
    for (view, rows) in wanted {
        let held = views.get(&view).copied().unwrap_or_default();
        if held != rows {
            return Err(Failure::verification(format!(
                "the lake has {held} of {rows} records of {view}: see orchestration/verify_hdfs.sh; \
                 the results of the last analysis are unchanged"
            )));
        }
    }
    Ok(())
}

/// Count and checksum of the lines of a result. Refuses a line with another number of fields.
async fn tally(hdfs: &Hdfs, folder: &str, fields: usize) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    let mut rest = Vec::new();
    for file in data_files(hdfs, folder).await? {
        let Some(mut body) = hdfs.open(&file.path, file.length).await? else { continue };
        let mut lines = Lines::new(&file.path, Some(fields as u64));
        while let Some(chunk) = body.chunk().await? {
            lines.add(&chunk)?;
            rest.extend_from_slice(&chunk);
            let whole = rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            rest[..whole].split_inclusive(|byte| *byte == b'\n').for_each(|line| tally.add(line));
            rest.drain(..whole);
        }
        lines.end()?;
        if !rest.is_empty() {
            return Err(Failure::refused(format!("{}: the last line has no end", file.path)));
        }
    }
    Ok(tally)
}

fn started(seconds: f64) -> Result<DateTime<Utc>, Failure> {
    #[expect(clippy::cast_possible_truncation, reason = "microseconds since 1970 fit")]
    let started = DateTime::from_timestamp_micros((seconds * 1e6) as i64);
    started.ok_or_else(|| Failure::usage("--started: not a time"))
}

fn no_question(name: &str, folder: &Path) -> Failure {
    Failure::refused(format!("{name} is not a question of {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str) -> Result<SqlType, String> {
        let field: Field =
            serde_json::from_str(&format!(r#"{{"name": "n", "type": {kind}}}"#)).unwrap();
        column("a", field).map(|column| column.sql_type).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_type_of_spark_is_one_of_mysql_or_refused() {
        assert_eq!(of("\"string\""), Ok(SqlType::Text));
        assert_eq!(of("\"short\""), Ok(SqlType::Int));
        assert_eq!(of("\"decimal(17,2)\""), Ok(SqlType::Decimal { precision: 17, scale: 2 }));
        assert_eq!(of("\"timestamp\""), Ok(SqlType::DateTime { fraction: 6 }));
        for kind in ["\"double\"", "\"decimal(38,31)\"", "{\"type\": \"array\"}"] {
            assert!(of(kind).unwrap_err().contains("which is not exact"), "{kind}");
        }
    }

    #[test]
    fn the_columns_stand_beside_the_data_as_a_line_each() {
        let column = |name: &str, sql_type| ResultColumn { name: name.into(), sql_type };
        let columns = [column("day", SqlType::Date), column("n", SqlType::BigInt)];
        assert_eq!(columns_text(&columns), "day\tDATE\nn\tBIGINT\n");
    }
}

//! Staging tables: filled, given their keys, and read back record by record, out of sight of those
//! who use the live tables.

use std::time::{Duration, Instant};

use ecom_core::Failure;
use ecom_core::checksum::Tally;
use ecom_core::escape::{sql_name, sql_text};
use ecom_core::plan::Table;
use ecom_core::schema::Naming;
use ecom_core::ui::Ui;

use crate::defects;
use crate::live;
use crate::session::{Session, Taken, code};
use crate::source::{Form, Source};

/// Records from which on reading back gives the keys a moment's start: `ALTER TABLE` wants its
/// table alone for a moment, and a query that came before it would make it wait to the end.
const LARGE: u64 = 50_000;
const HEAD_START: Duration = Duration::from_millis(200);

/// What loading one table took.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    /// Records in the table.
    pub(crate) tally: Tally,
    /// Time from its creation to its proof.
    pub(crate) time: Duration,
}

/// How records go to the server.
#[derive(Clone, Copy)]
pub(crate) struct Channel<'a> {
    local_infile: bool,
    ui: &'a Ui,
}

impl<'a> Channel<'a> {
    /// By `LOAD DATA LOCAL` where the server allows it, else by `INSERT`, and says so.
    pub(crate) async fn choose(session: &mut Session, ui: &'a Ui) -> Result<Self, Failure> {
        let allowed = session.first::<bool>("SELECT @@GLOBAL.local_infile").await?;
        let local_infile = allowed == Some(true);
        if !local_infile {
            ui.status("the server forbids LOAD DATA LOCAL: sending INSERT statements instead");
        }
        Ok(Self { local_infile, ui })
    }
}

/// Fills one table and proves it: what the server holds is what the splitter wrote.
pub(crate) async fn stage(
    session: &mut Session,
    reader: &mut Session,
    source: &Source,
    naming: &Naming<'_>,
    channel: Channel<'_>,
) -> Result<Loaded, Failure> {
    let begin = Instant::now();
    let comment = sql_text(live::STAGING_MARK);
    let create = format!("{} COMMENT={comment}", source.schema.create_table(naming));
    session.execute(&create).await?;
    fill(session, source, naming, channel).await?;
    let sent = begin.elapsed().as_secs_f64();
    let head_start = if source.entry.rows > LARGE { HEAD_START } else { Duration::ZERO };
    let read_back = async {
        tokio::time::sleep(head_start).await;
        tally(reader, source.table(), naming).await
    };
    let ((), held) = tokio::try_join!(add_keys(session, source, naming), read_back)?;
    if held != Some(source.expected()) {
        return Err(defects::differs(source, held.unwrap_or_default()));
    }
    let time = begin.elapsed();
    let proof = time.as_secs_f64() - sent;
    tracing::info!("{}: sent in {sent:.1} s, keys and proof in {proof:.1} s", source.name());
    Ok(Loaded { tally: source.expected(), time })
}

/// Count and checksum of the records that the server holds, each read back in canonical form;
/// `None` when the table has not the plan's columns.
pub(crate) async fn tally(
    session: &mut Session,
    table: &Table,
    naming: &Naming<'_>,
) -> Result<Option<Tally>, Failure> {
    let mut tally = Tally::default();
    let query = format!("SELECT {} FROM {}", canonical(table), naming.table(table.name));
    let complete = session.stream(&query, |record| tally.add(record.unwrap_or_default())).await?;
    Ok(complete.then_some(tally))
}

/// An expression that gives a record as [`ecom_core::canonical::Canonical::bytes`] does: one value
/// for the whole record costs the driver a fraction of what its columns would.
fn canonical(table: &Table) -> String {
    let column = |column: &ecom_core::plan::Column| {
        let name = sql_name(&column.name);
        if column.nullable {
            format!("IFNULL(CONCAT('v', {name}), 'n'), X'00'")
        } else {
            format!("'v', {name}, X'00'")
        }
    };
    let columns: Vec<_> = table.columns.iter().map(column).collect();
    format!("CONCAT({})", columns.join(", "))
}

/// Sends the records in transactions that are short enough to be undone in a moment.
async fn fill(
    session: &mut Session,
    source: &Source,
    naming: &Naming<'_>,
    channel: Channel<'_>,
) -> Result<(), Failure> {
    let names: Vec<_> =
        source.table().columns.iter().map(|column| sql_name(&column.name)).collect();
    let (table, names) = (naming.table(source.name()), names.join(", "));
    let load = format!(
        "LOAD DATA LOCAL INFILE {} INTO TABLE {table} CHARACTER SET utf8mb4 FIELDS TERMINATED BY \
         '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' ({names})",
        sql_text(&source.entry.name)
    );
    let insert = format!("INSERT INTO {table} ({names}) VALUES ");
    let form = if channel.local_infile { Form::Tabs } else { Form::Inserts(insert) };
    let mut feed = source.feed(form, channel.ui)?;
    let mut stored = 0;
    while let Some(mut batch) = feed.batches.recv().await {
        session.execute("START TRANSACTION").await?;
        if channel.local_infile {
            let taken = session.load(&load, batch).await?;
            stored += checked(session, source, taken).await?;
        } else {
            while let Some(statement) = batch.recv().await {
                let taken = session.insert(statement).await?;
                let taken = taken.ok_or_else(|| defects::duplicates(source, &source.table().key));
                stored += checked(session, source, taken?).await?;
            }
        }
        session.execute("COMMIT").await?;
    }
    let read = feed.finish()?;
    if read != source.expected() {
        return Err(defects::not_as_split(source, read));
    }
    if stored != read.count {
        return Err(defects::lost(source, stored));
    }
    Ok(())
}

/// The records taken, when the server had nothing to say about them.
async fn checked(session: &mut Session, source: &Source, taken: Taken) -> Result<u64, Failure> {
    if taken.warnings == 0 {
        return Ok(taken.rows);
    }
    let warnings = session.rows::<(String, u16, String)>("SHOW WARNINGS LIMIT 10").await?;
    if warnings.iter().any(|warning| warning.1 == code::DUPLICATE_KEY) {
        return Err(defects::duplicates(source, &source.table().key));
    }
    let texts: Vec<_> = warnings.into_iter().map(|warning| warning.2).collect();
    Err(defects::warned(source, taken.warnings, &texts))
}

/// Adds unique keys, indexes and foreign keys to the filled table, in one pass over it.
async fn add_keys(
    session: &mut Session,
    source: &Source,
    naming: &Naming<'_>,
) -> Result<(), Failure> {
    let Some(statement) = source.schema.secondary_keys(naming) else {
        return Ok(());
    };
    let added = session.execute_unless(code::DUPLICATE_KEY, &statement).await?;
    added.ok_or_else(|| defects::repeated_references(source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_and_empty_text_are_told_apart_in_what_is_read_back() {
        let table = crate::defects::tests::table();
        assert_eq!(
            canonical(&table),
            "CONCAT('v', `order_id`, X'00', IFNULL(CONCAT('v', `note`), 'n'), X'00')"
        );
    }
}

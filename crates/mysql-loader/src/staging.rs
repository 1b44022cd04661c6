//! Staging tables: filled, given their keys, and read back record by record, while others use the
//! live tables.

use std::time::{Duration, Instant};

use ecom_core::Failure;
use ecom_core::checksum::Tally;
use ecom_core::escape::{sql_name, sql_text};
use ecom_core::mysql::{Error, Meaning};
use ecom_core::plan::Table;
use ecom_core::schema::Naming;
use ecom_core::settings::MysqlArgs;
use ecom_core::ui::Ui;

use crate::defects;
use crate::existing;
use crate::infile::Infile;
use crate::session::{Session, Taken};
use crate::work_file::{Encoding, WorkFile};

/// From this number of records on, reading back starts a moment after the keys: `ALTER TABLE`
/// briefly needs the table to itself, and would wait for a query that started earlier to end.
const LARGE: u64 = 50_000;
const HEAD_START: Duration = Duration::from_millis(200);

/// What loading one table took.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    /// Records in the table.
    pub(crate) tally: Tally,
    /// Time from its creation to its verification.
    pub(crate) time: Duration,
}

/// How records go to the server.
pub(crate) struct Channel<'a> {
    /// `None` if the server forbids `LOAD DATA LOCAL`; then `INSERT` is used.
    infile: Option<Infile>,
    ui: &'a Ui,
}

impl<'a> Channel<'a> {
    /// Uses `LOAD DATA LOCAL` where the server allows it; otherwise `INSERT`, with a message.
    pub(crate) async fn choose(
        session: &mut Session,
        mysql: &MysqlArgs,
        ui: &'a Ui,
    ) -> Result<Self, Failure> {
        let infile = if session.first("SELECT @@GLOBAL.local_infile").await? == Some(true) {
            Some(Infile::open(mysql).await?)
        } else {
            ui.status("the server forbids LOAD DATA LOCAL: sending INSERT statements instead");
            None
        };
        Ok(Self { infile, ui })
    }

    /// The server's id of the connection, if the channel has one of its own.
    pub(crate) fn id(&self) -> Option<u64> {
        self.infile.as_ref().map(Infile::id)
    }

    /// Ends the connection in an orderly way.
    pub(crate) async fn close(self) {
        if let Some(infile) = self.infile {
            infile.close().await;
        }
    }
}

/// Fills one table and verifies that the server holds what the file contains.
pub(crate) async fn stage(
    session: &mut Session,
    reader: &mut Session,
    file: &WorkFile,
    naming: &Naming<'_>,
    channel: &mut Channel<'_>,
) -> Result<Loaded, Failure> {
    let begin = Instant::now();
    let comment = sql_text(existing::STAGING_MARK);
    let create = format!("{} COMMENT={comment}", file.schema.create_table(naming));
    session.execute(create).await?;
    fill(session, file, naming, channel).await?;
    let sent = begin.elapsed().as_secs_f64();
    let head_start = if file.entry.rows > LARGE { HEAD_START } else { Duration::ZERO };
    let read_back = async {
        tokio::time::sleep(head_start).await;
        tally(reader, file, naming).await
    };
    // Keys change no record, so both can happen at once.
    let ((), held) = tokio::try_join!(add_keys(session, file, naming), read_back)?;
    if held != Some(file.expected()) {
        return Err(defects::differs(file, held.unwrap_or_default()));
    }
    let time = begin.elapsed();
    let proof = time.as_secs_f64() - sent;
    tracing::info!("{}: sent in {sent:.1} s, keys and proof in {proof:.1} s", file.name());
    Ok(Loaded { tally: file.expected(), time })
}

/// Count and checksum of the records that the server holds, each read back in canonical form;
/// returns `None` if the table lacks a column of the plan. One record too many is enough to know.
pub(crate) async fn tally(
    session: &mut Session,
    file: &WorkFile,
    naming: &Naming<'_>,
) -> Result<Option<Tally>, Failure> {
    let mut tally = Tally::default();
    let (table, most) = (file.table(), file.expected().count + 1);
    let from = naming.table(table.name);
    let query = format!("SELECT {} FROM {from} LIMIT {most}", canonical(table));
    let add = |record: Option<&[u8]>| tally.add(record.unwrap_or_default());
    let complete = session.stream(query, most, add).await?;
    Ok(complete.then_some(tally))
}

/// An SQL expression for a record as [`ecom_core::canonical::Canonical::bytes`]. One value for the
/// whole record costs the driver a fraction of one value per column.
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

/// Sends the records in transactions that are short enough to be rolled back in a moment.
async fn fill(
    session: &mut Session,
    file: &WorkFile,
    naming: &Naming<'_>,
    channel: &mut Channel<'_>,
) -> Result<(), Failure> {
    let names: Vec<_> = file.table().columns.iter().map(|column| sql_name(&column.name)).collect();
    let (table, names) = (naming.table(file.name()), names.join(", "));
    let load = format!(
        "LOAD DATA LOCAL INFILE {} INTO TABLE {table} CHARACTER SET utf8mb4 FIELDS TERMINATED BY \
         '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' ({names})",
        sql_text(&file.entry.name)
    );
    let insert = format!("INSERT INTO {table} ({names}) VALUES ");
    let encoding =
        if channel.infile.is_some() { Encoding::Tabs } else { Encoding::Inserts(insert) };
    let mut transfer = file.transfer(encoding, channel.ui)?;
    let mut stored = 0;
    while let Some(mut records) = transfer.transactions.recv().await {
        if let Some(infile) = &mut channel.infile {
            stored += checked(file, infile.load(&load, records).await?)?;
            continue;
        }
        session.execute("START TRANSACTION").await?;
        while let Some(statement) = records.recv().await {
            let taken = session.insert(statement).await?;
            let taken = taken.ok_or_else(|| defects::duplicates(file, &file.table().key));
            stored += checked(file, taken?)?;
        }
        session.execute("COMMIT").await?;
    }
    let read = transfer.finish()?;
    if read != file.expected() {
        return Err(defects::not_as_split(file, read));
    }
    if stored != read.count {
        return Err(defects::lost(file, stored));
    }
    Ok(())
}

/// The number of records taken, unless the server gave warnings.
fn checked(file: &WorkFile, taken: Taken) -> Result<u64, Failure> {
    if taken.warnings == 0 {
        return Ok(taken.rows);
    }
    let number = |number| Error::Server { number, message: String::new() };
    if taken.texts.iter().any(|(code, _)| number(*code).meaning() == Meaning::Duplicate) {
        return Err(defects::duplicates(file, &file.table().key));
    }
    let texts: Vec<_> = taken.texts.into_iter().map(|(_, text)| text).collect();
    Err(defects::warned(file, taken.warnings, &texts))
}

/// Adds unique keys, indexes and foreign keys to the filled table, in one pass over it.
async fn add_keys(
    session: &mut Session,
    file: &WorkFile,
    naming: &Naming<'_>,
) -> Result<(), Failure> {
    let Some(statement) = file.schema.secondary_keys(naming) else {
        return Ok(());
    };
    let added = session.execute_unless_duplicate(statement).await?;
    added.map(drop).ok_or_else(|| defects::repeated_references(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_and_empty_text_differ_in_what_is_read_back() {
        let table = crate::defects::tests::table();
        assert_eq!(
            canonical(&table),
            "CONCAT('v', `order_id`, X'00', IFNULL(CONCAT('v', `note`), 'n'), X'00')"
        );
    }
}

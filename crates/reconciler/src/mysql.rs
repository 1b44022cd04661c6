//! The rows of a MySQL table.

use anyhow::Result;
use ecom_core::canonical::Canonical;
use ecom_core::escape::{sql_name, sql_text};
use ecom_core::mysql::{Connection, Error, Meaning, Row, Server};
use ecom_core::plan::Table;
use ecom_core::settings::MysqlArgs;
use tokio::sync::Mutex;

use crate::runtime::Runtime;
use crate::side::{Each, Entry, Location, Side, each_unreadable};

/// With these, both passes see the rows of one moment, and the server waits for a slow reader.
const SNAPSHOT: [&str; 3] = [
    "SET SESSION net_write_timeout = 3600, SESSION wait_timeout = 28800",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT",
];

/// The rows of a table.
pub(crate) struct TableRows<'a> {
    args: &'a MysqlArgs,
    runtime: &'a Runtime,
    table: &'a str,
    columns: Vec<String>,
    keys: Vec<usize>,
    snapshot: Mutex<Option<Connection>>,
}

impl<'a> TableRows<'a> {
    /// The rows of the table with its name in the plan.
    pub(crate) fn new(args: &'a MysqlArgs, runtime: &'a Runtime, table: &'a Table) -> Self {
        let columns = table.columns.iter().map(|column| column.name.clone()).collect();
        Self::of(args, runtime, table.name.as_str(), columns, table.key_positions())
    }

    /// The rows of the table of that name, which is made of these columns; `keys` are indexes of them.
    pub(crate) fn of(
        args: &'a MysqlArgs,
        runtime: &'a Runtime,
        table: &'a str,
        columns: Vec<String>,
        keys: Vec<usize>,
    ) -> Self {
        Self { args, runtime, table, columns, keys, snapshot: Mutex::default() }
    }

    /// A `SELECT` of the columns in their order.
    fn query(&self) -> String {
        let columns: Vec<_> = self.columns.iter().map(|name| sql_name(name)).collect();
        let (database, table) = (sql_name(&self.args.mysql_database), sql_name(self.table));
        format!("SELECT {} FROM {database}.{table}", columns.join(", "))
    }

    /// The problem, if the table has columns that never went in.
    async fn strangers(&self, connection: &mut Connection) -> Result<Option<String>, Error> {
        let query = format!(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = {} AND \
             table_name = {} AND extra NOT LIKE '%INVISIBLE%' ORDER BY ordinal_position",
            sql_text(&self.args.mysql_database),
            sql_text(self.table)
        );
        let names = connection.rows(query, |row| row.get::<String>(0)).await?;
        let planned =
            |name: &String| self.columns.iter().any(|known| known.eq_ignore_ascii_case(name));
        let names: Vec<_> = names.into_iter().filter(|name| !planned(name)).collect();
        Ok((!names.is_empty()).then(|| {
            format!("MySQL: {} has columns that never went in: {}", self.table, names.join(", "))
        }))
    }

    fn failure(&self, error: Error) -> anyhow::Error {
        error.failure(&self.args.address()).into()
    }
}

impl Side for TableRows<'_> {
    fn begin(&self) -> Result<Option<String>> {
        self.runtime.wait(async {
            let mut connection = Server::new(self.args)?.wait(|_| Ok(())).await?;
            for statement in SNAPSHOT {
                connection.execute(statement).await.map_err(|error| self.failure(error))?;
            }
            // Asks for no rows, only whether the table has the plan's columns.
            let probe = format!("{} LIMIT 0", self.query());
            let (snapshot, problem) = match connection.execute(probe).await {
                Ok(_) => {
                    let strangers = self.strangers(&mut connection).await;
                    let strangers = strangers.map_err(|error| self.failure(error))?;
                    (Some(connection), strangers)
                }
                // A missing table or column is a difference, not an unavailable store.
                Err(error) if error.meaning() == Meaning::Absence => {
                    (None, Some(format!("MySQL: {error}")))
                }
                Err(error) => return Err(self.failure(error)),
            };
            *self.snapshot.lock().await = snapshot;
            Ok(problem)
        })
    }

    fn visit(&self, each: &mut Each<'_>) -> Result<()> {
        self.runtime.wait(async {
            let mut snapshot = self.snapshot.lock().await;
            let Some(connection) = snapshot.as_mut() else { return Ok(()) };
            let (mut record, mut key, mut line) = (Canonical::new(), String::new(), 0);
            let mut rows = connection.query(self.query());
            while let Some(row) = rows.next().await.map_err(|error| self.failure(error))? {
                line += 1;
                let location = Location { file: 0, line };
                let read = read(&row, &mut record).map_err(|error| self.failure(error))?;
                if let Err(bytes) = read {
                    each_unreadable(bytes, "bytes that are not UTF-8", location, each)?;
                    continue;
                }
                record.key_into(&self.keys, &mut key);
                let bytes = record.bytes();
                each(Entry { key: key.as_bytes(), record: bytes, core: bytes.len(), location })?;
            }
            Ok(())
        })
    }

    fn name(&self, _: Location) -> String {
        format!("MySQL table {}.{}", self.args.mysql_database, self.table)
    }
}

/// Reads a row; the inner error is the first value that is not UTF-8, which no work file can hold.
fn read<'r>(row: &'r Row, record: &mut Canonical) -> Result<Result<(), &'r [u8]>, Error> {
    record.clear();
    for value in row.values() {
        match value?.map(|bytes| std::str::from_utf8(bytes).map_err(|_| bytes)).transpose() {
            Ok(text) => record.push(text),
            Err(bytes) => return Ok(Err(bytes)),
        }
    }
    Ok(Ok(()))
}

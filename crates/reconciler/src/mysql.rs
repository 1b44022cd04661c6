//! The rows of a MySQL table.

use anyhow::Result;
use ecom_core::canonical::Canonical;
use ecom_core::escape::sql_name;
use ecom_core::mysql::{Connection, Error, Meaning, Server};
use ecom_core::plan::Table;
use ecom_core::settings::MysqlArgs;
use tokio::sync::Mutex;

use crate::runtime::Runtime;
use crate::side::{Each, Entry, Location, Side};

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
    table: &'a Table,
    snapshot: Mutex<Option<Connection>>,
}

impl<'a> TableRows<'a> {
    /// The rows of the table with its name in the plan.
    pub(crate) fn new(args: &'a MysqlArgs, runtime: &'a Runtime, table: &'a Table) -> Self {
        Self { args, runtime, table, snapshot: Mutex::default() }
    }

    /// A `SELECT` of the plan's columns in their order.
    fn query(&self) -> String {
        let columns: Vec<_> =
            self.table.columns.iter().map(|column| sql_name(&column.name)).collect();
        let database = sql_name(&self.args.mysql_database);
        let table = sql_name(self.table.name.as_str());
        format!("SELECT {} FROM {database}.{table}", columns.join(", "))
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
            let (snapshot, absence) = match connection.execute(probe).await {
                Ok(_) => (Some(connection), None),
                // A missing table or column is a difference, not an unavailable store.
                Err(error) if error.meaning() == Meaning::Absence => {
                    (None, Some(format!("MySQL: {error}")))
                }
                Err(error) => return Err(self.failure(error)),
            };
            *self.snapshot.lock().await = snapshot;
            Ok(absence)
        })
    }

    fn visit(&self, each: &mut Each<'_>) -> Result<()> {
        self.runtime.wait(async {
            let mut snapshot = self.snapshot.lock().await;
            let Some(connection) = snapshot.as_mut() else { return Ok(()) };
            let keys = self.table.key_positions();
            let (mut record, mut key, mut line) = (Canonical::new(), String::new(), 0);
            let mut rows = connection.query(self.query());
            while let Some(row) = rows.next().await.map_err(|error| self.failure(error))? {
                line += 1;
                record.clear();
                // A value that is not UTF-8 is in no work file, so it differs whatever it becomes.
                for value in row.values() {
                    record.push(value.map(String::from_utf8_lossy).as_deref());
                }
                record.key_into(&keys, &mut key);
                let bytes = record.bytes();
                let location = Location { file: 0, line };
                each(Entry { key: key.as_bytes(), record: bytes, core: bytes.len(), location })?;
            }
            Ok(())
        })
    }

    fn name(&self, _: Location) -> String {
        format!("MySQL table {}.{}", self.args.mysql_database, self.table.name)
    }
}

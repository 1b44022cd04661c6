//! The rows of a MySQL table.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::Result;
use ecom_core::canonical::Canonical;
use ecom_core::exit::Code;
use ecom_core::plan::Table;
use ecom_core::settings::MysqlArgs;
use ecom_core::{Failure, escape};
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Error, Value};
use tokio::sync::Mutex;

use crate::runtime::Runtime;
use crate::side::{Each, Entry, Place, Side};

/// How long to wait before the server is asked again.
const PAUSE: Duration = Duration::from_millis(250);

/// Every reading sees the rows of one moment; the server may wait for a slow reader.
const SNAPSHOT: [&str; 4] = [
    "SET SESSION net_write_timeout = 3600, SESSION wait_timeout = 28800",
    "SET SESSION time_zone = '+00:00'",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT",
];

/// The rows of a table.
pub(crate) struct Rows<'a> {
    args: &'a MysqlArgs,
    runtime: &'a Runtime,
    table: &'a Table,
    snapshot: Mutex<Option<Conn>>,
}

impl<'a> Rows<'a> {
    /// The rows of the table of the plan's name.
    pub(crate) fn new(args: &'a MysqlArgs, runtime: &'a Runtime, table: &'a Table) -> Self {
        Self { args, runtime, table, snapshot: Mutex::default() }
    }

    /// `SELECT` of the plan's columns in their order.
    fn query(&self) -> String {
        let mut query = String::from("SELECT ");
        for (place, column) in self.table.columns.iter().enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            // Writing to a String cannot fail.
            let _ = write!(query, "{comma}{}", escape::sql_name(&column.name));
        }
        let database = escape::sql_name(&self.args.mysql_database);
        let table = escape::sql_name(self.table.name.as_str());
        let _ = write!(query, " FROM {database}.{table}");
        query
    }

    fn failure(&self, error: Error) -> Failure {
        failure(self.args, error)
    }
}

impl Side for Rows<'_> {
    fn begin(&self) -> Result<Option<String>> {
        self.runtime.wait(async {
            let mut connection = connect(self.args).await?;
            for statement in SNAPSHOT {
                connection.query_drop(statement).await.map_err(|error| self.failure(error))?;
            }
            // An empty answer shows whether the table has the plan's columns.
            let probe = format!("{} LIMIT 0", self.query());
            match connection.query_drop(probe).await {
                Ok(()) => *self.snapshot.lock().await = Some(connection),
                Err(Error::Server(error)) if is_absence(error.code) => {
                    *self.snapshot.lock().await = None;
                    return Ok(Some(format!("MySQL: {}", error.message)));
                }
                Err(error) => return Err(self.failure(error).into()),
            }
            Ok(None)
        })
    }

    fn visit(&self, each: &mut Each<'_>) -> Result<()> {
        self.runtime.wait(async {
            let mut snapshot = self.snapshot.lock().await;
            let Some(connection) = snapshot.as_mut() else { return Ok(()) };
            let rows = connection.query_iter(self.query()).await;
            let mut rows = rows.map_err(|error| self.failure(error))?;
            let keys = self.table.key_positions();
            let (mut record, mut key, mut line) = (Canonical::new(), String::new(), 0);
            while let Some(row) = rows.next().await.map_err(|error| self.failure(error))? {
                line += 1;
                record.clear();
                for place in 0..row.len() {
                    match row.as_ref(place) {
                        Some(Value::Bytes(bytes)) => {
                            record.push(Some(&String::from_utf8_lossy(bytes)));
                        }
                        _ => record.push(None),
                    }
                }
                record.key_into(&keys, &mut key);
                let bytes = record.bytes();
                let place = Place { file: 0, line };
                each(Entry { key: key.as_bytes(), record: bytes, core: bytes.len(), place })?;
            }
            Ok(())
        })
    }

    fn name(&self, _: Place) -> String {
        format!("MySQL table {}.{}", self.args.mysql_database, self.table.name)
    }
}

/// Connects, and tries again until the deadline while the server cannot be reached.
async fn connect(args: &MysqlArgs) -> Result<Conn, Failure> {
    let options = mysql_async::Opts::from(args.connection()?);
    let timeout = Duration::from_secs(args.mysql_timeout.max(1));
    let deadline = Instant::now() + timeout;
    loop {
        let left = deadline.saturating_duration_since(Instant::now()).max(PAUSE);
        let error = match tokio::time::timeout(left, Conn::new(options.clone())).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => Some(error),
            Err(_) => None,
        };
        let passes = matches!(error, None | Some(Error::Io(_) | Error::Driver(_)));
        if passes && Instant::now() + PAUSE < deadline {
            tokio::time::sleep(PAUSE).await;
            continue;
        }
        return Err(match error {
            Some(error) => failure(args, error),
            None => Failure::unavailable(format!(
                "MySQL at {} did not answer within {} s",
                args.address(),
                timeout.as_secs()
            )),
        });
    }
}

/// The database, the table or a column does not exist.
fn is_absence(code: u16) -> bool {
    matches!(code, 1049 | 1054 | 1146)
}

/// An error of the server or of the way to it.
fn failure(args: &MysqlArgs, error: Error) -> Failure {
    let address = args.address();
    match error {
        Error::Server(error) => {
            // Access denied: to the server, to the database, to the table.
            let code = match error.code {
                1044 | 1045 | 1142 | 1698 => Code::Usage,
                // Too many connections, a shutdown, a lock that is not given.
                1040 | 1053 | 1203 | 1205 | 1226 => Code::Unavailable,
                _ => Code::Unexpected,
            };
            Failure::new(code, format!("MySQL at {address} refuses")).because(error.message)
        }
        Error::Io(error) => {
            Failure::unavailable(format!("cannot reach MySQL at {address}")).because(error)
        }
        other => Failure::unavailable(format!("cannot read MySQL at {address}")).because(other),
    }
}

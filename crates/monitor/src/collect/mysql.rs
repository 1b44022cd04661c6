//! MySQL: the exact number of rows of each table and its newest event, in one read-only
//! transaction.
//!
//! A table is counted in every round while that costs the server almost nothing. A table whose
//! count takes long is counted less often, so that counting stays a small share of the server's
//! time.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use ecom_core::clock;
use ecom_core::escape::{sql_name, sql_text};
use ecom_core::exit::describe;
use ecom_core::mysql::{Connection, Error, Meaning, Server};
use ecom_core::settings::MysqlArgs;
use tokio::time::Instant;

use super::probe::Ask;
use super::wanted::Wanted;

/// Counting a table takes at most 1/20 of the time from one count to the next.
const SHARE: u32 = 20;

/// The most tables to show without a plan.
const MOST_TABLES: usize = 5_000;

/// The server.
pub(crate) struct Probe {
    args: MysqlArgs,
    wanted: Wanted,
    /// The time limit of one statement, and of all statements of a round.
    deadline: Duration,
    connection: Option<Connection>,
    version: String,
    counted: HashMap<String, Counted>,
}

/// What MySQL holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tables {
    /// Version of the server.
    pub(crate) version: String,
    /// The tables of the plan in its order, or all of the database.
    pub(crate) tables: Vec<TableRows>,
}

/// What a table holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TableRows {
    /// Its name.
    pub(crate) name: String,
    /// The number of rows, once counted; 0 if the table does not exist.
    pub(crate) rows: Option<u64>,
    /// When they were counted.
    pub(crate) counted: Option<DateTime<Utc>>,
    /// The newest event time, as MySQL prints it.
    pub(crate) newest: Option<String>,
    /// The count exceeded the time limit.
    pub(crate) too_slow: bool,
}

/// A table's last count, and when the next one is due.
struct Counted {
    rows: TableRows,
    due: Instant,
}

impl Probe {
    /// Does not connect yet.
    pub(crate) fn new(args: &MysqlArgs, wanted: Wanted, deadline: Duration) -> Self {
        Self {
            args: args.clone(),
            wanted,
            deadline: deadline.mul_f64(0.8),
            connection: None,
            version: String::new(),
            counted: HashMap::new(),
        }
    }

    /// Connects with the current password: a stack that was reset generates a new one.
    async fn connect(&mut self) -> Result<Connection, String> {
        let server = Server::new(&self.args).map_err(|failure| describe(&failure.into()))?;
        let connection = server.connect().await.map_err(|error| error.to_string())?;
        self.prepare(connection).await.map_err(|error| error.to_string())
    }

    async fn prepare(&mut self, mut connection: Connection) -> Result<Connection, Error> {
        // The first comment is a setting for MySQL alone, the second one for MariaDB alone.
        let (seconds, milliseconds) = (self.deadline.as_secs_f64(), self.deadline.as_millis());
        let settings = format!(
            "SET SESSION wait_timeout = 28800, lock_wait_timeout = 1 \
             /*!50708 , max_execution_time = {milliseconds} */ \
             /*M! , max_statement_time = {seconds} */"
        );
        connection.execute(settings).await?;
        self.version = connection.first("SELECT VERSION()").await?.unwrap_or_default();
        Ok(connection)
    }

    /// Counts the tables that are due, the one counted longest ago first, while there is time.
    async fn query(&mut self, connection: &mut Connection) -> Result<Tables, Error> {
        let begin = Instant::now();
        let names = self.names(connection).await?;
        self.counted.retain(|name, _| names.iter().any(|(known, _)| known == name));
        let mut due: Vec<&(String, Option<String>)> = names
            .iter()
            .filter(|(name, _)| self.counted.get(name).is_none_or(|counted| counted.due <= begin))
            .collect();
        due.sort_by_key(|(name, _)| self.counted.get(name).map(|counted| counted.due));
        // One snapshot, so that the counts of all tables belong together.
        connection.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY").await?;
        for (name, event_time) in due {
            // The rest is due in the next round; the other half of the time is for a slow last
            // count.
            if begin.elapsed() > self.deadline / 2 {
                break;
            }
            let asked = Instant::now();
            let rows = self.count(connection, name, event_time.as_deref()).await?;
            let due = Instant::now() + asked.elapsed() * SHARE;
            let mut counted = Counted { rows, due };
            // An old count is better than none.
            if let (true, Some(before)) = (counted.rows.too_slow, self.counted.get(name)) {
                counted.rows = TableRows { too_slow: true, ..before.rows.clone() };
            }
            self.counted.insert(name.clone(), counted);
        }
        connection.execute("COMMIT").await?;
        let table = |(name, _): &(String, Option<String>)| match self.counted.get(name) {
            Some(counted) => counted.rows.clone(),
            None => TableRows { name: name.clone(), ..TableRows::default() },
        };
        Ok(Tables { version: self.version.clone(), tables: names.iter().map(table).collect() })
    }

    /// The tables to count, with the column of their event time.
    async fn names(
        &self,
        connection: &mut Connection,
    ) -> Result<Vec<(String, Option<String>)>, Error> {
        let wanted = self.wanted.tables();
        if !wanted.is_empty() {
            let name =
                |table: &super::wanted::WantedTable| (table.name.clone(), table.event_time.clone());
            return Ok(wanted.iter().map(name).collect());
        }
        let database = sql_text(&self.args.mysql_database);
        let query = format!(
            "SELECT table_name AS name FROM information_schema.tables \
             WHERE table_schema = {database} AND table_type = 'BASE TABLE' \
             ORDER BY table_name LIMIT {MOST_TABLES}"
        );
        connection.rows(query, |row| Ok((row.get(0)?, None))).await
    }

    async fn count(
        &self,
        connection: &mut Connection,
        name: &str,
        event_time: Option<&str>,
    ) -> Result<TableRows, Error> {
        let from = format!("FROM {}.{}", sql_name(&self.args.mysql_database), sql_name(name));
        let mut table = TableRows {
            name: name.to_owned(),
            counted: Some(clock::now()),
            ..TableRows::default()
        };
        match connection.first(format!("SELECT COUNT(*) {from}")).await {
            Ok(rows) => table.rows = rows,
            Err(error) => match error.meaning() {
                Meaning::Absence => {
                    table.rows = Some(0);
                    return Ok(table);
                }
                Meaning::TimeLimit => table.too_slow = true,
                _ => return Err(error),
            },
        }
        if let Some(column) = event_time.filter(|_| !table.too_slow) {
            // The generated tables have an index on this column, so the maximum is found at once.
            let newest = format!("SELECT CAST(MAX({}) AS CHAR) {from}", sql_name(column));
            match connection.first::<Option<String>>(newest).await {
                Ok(newest) => table.newest = newest.flatten(),
                // Without the column, or without an index on it, the newest event is unknown.
                Err(Error::Server { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(table)
    }
}

impl Ask for Probe {
    type Answer = Tables;

    async fn ask(&mut self) -> Result<Tables, String> {
        self.wanted.known().await;
        // Taken out, so that a canceled round does not leave a connection in the middle of a query.
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let tables = self.query(&mut connection).await.map_err(|error| error.to_string())?;
        self.connection = Some(connection);
        Ok(tables)
    }
}

//! A connection to the database, with settings that make all servers behave alike.

use ecom_core::escape::{sql_name, sql_text};
use ecom_core::mysql::{Connection, Error, Meaning, Row, Server};
use ecom_core::schema;
use ecom_core::settings::MysqlArgs;
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use ecom_core::{Code, Failure};

/// Settings that must not depend on the server's configuration. Foreign keys are off because one
/// query over the complete tables is many times as fast as a lookup for every record. The comment
/// at the end is a setting in MariaDB and a comment in MySQL.
pub(crate) const SETTINGS: &str = "SET SESSION sql_mode = 'TRADITIONAL', time_zone = '+00:00', \
    autocommit = 1, foreign_key_checks = 0, unique_checks = 1, net_read_timeout = 600, \
    net_write_timeout = 600, wait_timeout = 86400, lock_wait_timeout = 120, \
    innodb_lock_wait_timeout = 60 /*M! , max_statement_time = 0 */";

/// The query for the first warnings of the last statement; the last two of its three columns are
/// number and text.
pub(crate) const SHOW_WARNINGS: &str = "SHOW WARNINGS LIMIT 10";

/// A connection in the database.
pub(crate) struct Session {
    connection: Connection,
    address: String,
    id: u64,
}

/// What the server did with a batch of records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Records stored.
    pub(crate) rows: u64,
    /// Warnings given.
    pub(crate) warnings: u16,
    /// The first warnings: number and text.
    pub(crate) texts: Vec<(u16, String)>,
}

impl Session {
    /// Waits for the server until `--mysql-timeout` ends, connects, and enters the database, which
    /// is created if it is missing.
    pub(crate) async fn open(args: &MysqlArgs, ui: &Ui, stop: &Stop) -> Result<Self, Failure> {
        let mut said = false;
        let waiting = |server: &str| {
            if !std::mem::replace(&mut said, true) {
                ui.status(format!("waiting for MySQL at {server}"));
            }
            stop.check(|| format!("MySQL at {server} is not available yet"))
        };
        let connection = Server::new(args)?.wait(waiting).await?;
        let mut session = Self { connection, address: args.address(), id: 0 };
        session.execute(SETTINGS).await?;
        session.enter(&args.mysql_database).await?;
        session.id = session.first("SELECT CONNECTION_ID()").await?.unwrap_or_default();
        Ok(session)
    }

    async fn enter(&mut self, database: &str) -> Result<(), Failure> {
        let enter = format!("USE {}", sql_name(database));
        match self.connection.execute(&enter).await {
            // A user without the right to create databases may still use one that exists.
            Err(error) if error.meaning() == Meaning::Absence => {}
            other => return other.map(drop).map_err(|error| self.failure(error)),
        }
        self.execute(schema::create_database(database)).await?;
        self.execute(enter).await
    }

    /// The server's id of this connection.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// Runs a statement.
    pub(crate) async fn execute(&mut self, statement: impl Into<String>) -> Result<(), Failure> {
        let result = self.connection.execute(statement).await;
        result.map(drop).map_err(|error| self.failure(error))
    }

    /// Runs a statement; returns how many rows it changed, or `None` if it repeats a unique key.
    pub(crate) async fn execute_unless_duplicate(
        &mut self,
        statement: impl Into<String>,
    ) -> Result<Option<u64>, Failure> {
        match self.connection.execute(statement).await {
            Err(error) if error.meaning() == Meaning::Duplicate => Ok(None),
            other => other.map(Some).map_err(|error| self.failure(error)),
        }
    }

    /// The rows of a query, each read by `read`.
    pub(crate) async fn rows<T>(
        &mut self,
        query: impl Into<String>,
        read: impl Fn(&Row) -> Result<T, Error>,
    ) -> Result<Vec<T>, Failure> {
        let result = self.connection.rows(query, read).await;
        result.map_err(|error| self.failure(error))
    }

    /// The only column of a query's first row.
    pub(crate) async fn first<T: ecom_core::mysql::Value>(
        &mut self,
        query: impl Into<String>,
    ) -> Result<Option<T>, Failure> {
        let result = self.connection.first(query).await;
        result.map_err(|error| self.failure(error))
    }

    /// Passes the only column of every row to `take`, `None` for NULL; returns `false` if the table
    /// lacks a column of the query. The query's own limit is `most`.
    pub(crate) async fn stream(
        &mut self,
        query: String,
        most: u64,
        mut take: impl FnMut(Option<&[u8]>),
    ) -> Result<bool, Failure> {
        let (mut rows, mut count) = (self.connection.query(query), 0);
        loop {
            match rows.next().await {
                Ok(Some(_)) if count == most => {
                    return Err(Error::too_many_rows().failure(&self.address));
                }
                Ok(Some(row)) => {
                    count += 1;
                    take(row.get(0).map_err(|error| error.failure(&self.address))?);
                }
                Ok(None) => return Ok(true),
                Err(error) if error.meaning() == Meaning::Absence => return Ok(false),
                Err(error) => return Err(error.failure(&self.address)),
            }
        }
    }

    /// Runs one `INSERT`; returns `None` if it repeats a key.
    pub(crate) async fn insert(&mut self, statement: String) -> Result<Option<Taken>, Failure> {
        let Some(rows) = self.execute_unless_duplicate(statement).await? else { return Ok(None) };
        let warnings = self.first("SELECT @@warning_count").await?.unwrap_or_default();
        let texts = match warnings {
            0 => Vec::new(),
            _ => self.rows(SHOW_WARNINGS, |row| Ok((row.get(1)?, row.get(2)?))).await?,
        };
        Ok(Some(Taken { rows, warnings, texts }))
    }

    /// Acquires the server's lock of that name; fails if another run holds it.
    pub(crate) async fn lock(&mut self, name: &str, seconds: u64) -> Result<(), Failure> {
        let query = format!("SELECT GET_LOCK({}, {seconds})", sql_text(name));
        if self.first::<Option<i64>>(query).await?.flatten() == Some(1) {
            return Ok(());
        }
        let message = format!("another mysql-loader is running on {}", self.address);
        Err(Failure::new(Code::Locked, message))
    }

    /// Ends the connection in an orderly way.
    pub(crate) async fn close(self) {
        self.connection.close().await;
    }

    fn failure(&self, error: Error) -> Failure {
        error.failure(&self.address)
    }
}

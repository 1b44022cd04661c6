//! The client of MySQL and MariaDB: connecting, waiting for the server, and what its errors mean.
//!
//! Statements go through the text protocol, so that a value arrives exactly as the server prints it.
//! Connections are not encrypted, like those of Sqoop and of `LOAD DATA`. So no server gets the password itself, which
//! `caching_sha2_password` asks for when its cache is empty: any login by `mysql` or a health check fills it. What a
//! server may say at all is in `protocol`.

mod error;
mod guard;
mod packet;
mod protocol;

use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use futures_util::stream::BoxStream;
use secrecy::ExposeSecret as _;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlRow, MySqlSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Decode, MySql, Row as _};

pub use error::{Error, Meaning};
pub use guard::Guard;

use crate::exit::Failure;
use crate::settings::MysqlArgs;

/// The shortest time that one attempt to connect is given.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(250);
/// The most rows and bytes of a result that is kept as a whole.
const MOST_ROWS: usize = 100_000;
const MOST_BYTES: usize = 64 << 20;

/// A server and how to connect to it.
pub struct Server {
    options: MySqlConnectOptions,
    address: String,
    host: String,
    port: u16,
    timeout: Duration,
    limits: Limits,
}

/// How long a server may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For the whole login.
    pub login: Duration,
    /// For the next piece of an answer.
    pub answer: Duration,
}

/// An open connection; it is in no database until a statement says `USE`.
pub struct Connection {
    driver: MySqlConnection,
    guard: Guard,
}

/// The rows of a query, as they arrive.
pub struct Rows<'a> {
    rows: BoxStream<'a, Result<MySqlRow, sqlx::Error>>,
    guard: &'a Guard,
}

/// What a column can be read as; `None` of an `Option` is NULL.
pub trait Value: for<'row> Decode<'row, MySql> {}

impl<T: for<'row> Decode<'row, MySql>> Value for T {}

/// One row of a result.
pub struct Row(MySqlRow);

impl Server {
    /// Reads the password, but does not connect.
    ///
    /// # Errors
    /// The password file cannot be read.
    pub fn new(args: &MysqlArgs) -> Result<Self, Failure> {
        let mut options = MySqlConnectOptions::new()
            .username(&args.mysql_user)
            .ssl_mode(MySqlSslMode::Disabled)
            // Each tool sets the SQL mode that it needs, if any. Times are read as they were
            // written, and names compare byte by byte.
            .pipes_as_concat(false)
            .no_engine_substitution(false)
            .timezone(Some("+00:00".to_owned()))
            .charset("utf8mb4")
            .collation("utf8mb4_bin")
            .statement_cache_capacity(0)
            // sqlx warns about slow statements; loading and counting are slow by nature.
            .disable_statement_logging();
        if let Some(password) = args.password()? {
            options = options.password(password.expose_secret());
        }
        Ok(Self {
            options,
            address: args.address(),
            host: args.mysql_host.clone(),
            port: args.mysql_port,
            timeout: Duration::from_secs(args.mysql_timeout),
            limits: Limits::new(args),
        })
    }

    /// Connects once.
    ///
    /// # Errors
    /// What the server or the network answers.
    pub async fn connect(&self) -> Result<Connection, Error> {
        let guard = Guard::open(&self.host, self.port, self.limits).await?;
        let options = self.options.clone().socket(guard.socket());
        match options.connect().await {
            Ok(driver) => Ok(Connection { driver, guard }),
            Err(error) => Err(guard.explain(error.into())),
        }
    }

    /// Connects, and tries again until `--mysql-timeout` ends while the cause passes by itself.
    /// Before each new attempt, `waiting` gets `HOST:PORT`; its error ends the wait.
    ///
    /// # Errors
    /// Exit code 5 if the server did not become available, 2 if it denies access.
    pub async fn wait(
        &self,
        mut waiting: impl FnMut(&str) -> Result<(), Failure>,
    ) -> Result<Connection, Failure> {
        let deadline = Instant::now() + self.timeout;
        let server = format!("{}:{}", self.host, self.port);
        loop {
            let left = deadline.saturating_duration_since(Instant::now()).max(PATIENCE);
            let error = match tokio::time::timeout(left, self.connect()).await {
                Ok(Ok(connection)) => return Ok(connection),
                Ok(Err(error)) => error,
                Err(_) => Error::Connection("no answer".into()),
            };
            if error.meaning() != Meaning::Passing {
                return Err(error.failure(&self.address));
            }
            if Instant::now() + PAUSE >= deadline {
                let seconds = self.timeout.as_secs();
                let message =
                    format!("MySQL at {server} did not become available within {seconds} s");
                return Err(Failure::unavailable(message).because(error));
            }
            waiting(&server)?;
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl Limits {
    /// Those of the settings.
    #[must_use]
    pub fn new(args: &MysqlArgs) -> Self {
        let login = Duration::from_secs(args.mysql_timeout).max(PATIENCE);
        Self { login, answer: Duration::from_secs(args.mysql_answer_timeout.max(1)) }
    }
}

impl Connection {
    /// Runs a statement that answers no rows; returns the number of rows that it changed.
    ///
    /// # Errors
    /// See [`Error`]; so for all methods.
    pub async fn execute(&mut self, statement: impl Into<String>) -> Result<u64, Error> {
        let Self { driver, guard } = self;
        let mut answers = sqlx::raw_sql(AssertSqlSafe(statement.into())).fetch_many(driver);
        let mut changed = 0;
        while let Some(answer) =
            answers.try_next().await.map_err(|error| guard.explain(error.into()))?
        {
            // As in `Rows::next`: endless answers would leave the timer no turn.
            tokio::task::coop::consume_budget().await;
            // Not read to the end: there may be none.
            let sqlx::Either::Left(done) = answer else { return Err(Error::too_many_rows()) };
            changed += done.rows_affected();
        }
        Ok(changed)
    }

    /// All rows of a query, each read by `read`: of facts about tables, never of a table.
    pub async fn rows<T>(
        &mut self,
        query: impl Into<String>,
        read: impl Fn(&Row) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let (mut rows, mut all, mut bytes) = (self.query(query), Vec::new(), 0);
        while let Some(row) = rows.next().await? {
            for value in row.values() {
                bytes += value?.map_or(0, <[u8]>::len);
            }
            if all.len() == MOST_ROWS || bytes > MOST_BYTES {
                return Err(Error::too_many_rows());
            }
            all.push(read(&row)?);
        }
        Ok(all)
    }

    /// The only column of a query's only row; `None` if there is no row.
    pub async fn first<T>(&mut self, query: impl Into<String>) -> Result<Option<T>, Error>
    where
        T: Value,
    {
        let mut rows = self.query(query);
        let Some(row) = rows.next().await? else { return Ok(None) };
        if rows.next().await?.is_some() {
            return Err(Error::too_many_rows());
        }
        row.get(0).map(Some)
    }

    /// Begins to read the rows of a query as they arrive.
    pub fn query(&mut self, query: impl Into<String>) -> Rows<'_> {
        let Self { driver, guard } = self;
        Rows { rows: sqlx::raw_sql(AssertSqlSafe(query.into())).fetch(driver), guard }
    }

    /// Tells the server that the connection ends.
    pub async fn close(self) {
        // Nothing depends on the server's hearing it.
        let _ = self.driver.close().await;
    }
}

impl Rows<'_> {
    /// The next row; `None` after the last one.
    pub async fn next(&mut self) -> Result<Option<Row>, Error> {
        // sqlx waits only when no byte is there: a fast server would leave no other task a turn.
        tokio::task::coop::consume_budget().await;
        let row = self.rows.try_next().await.map_err(|error| self.guard.explain(error.into()))?;
        Ok(row.map(Row))
    }
}

impl Row {
    /// The value of a column.
    pub fn get<'row, T: Decode<'row, MySql>>(&'row self, column: usize) -> Result<T, Error> {
        // Unchecked: a count is signed in one server and unsigned in another.
        Ok(self.0.try_get_unchecked(column)?)
    }

    /// Every value in order, as the bytes that the server prints; `None` is NULL.
    pub fn values(&self) -> impl Iterator<Item = Result<Option<&[u8]>, Error>> {
        (0..self.0.len()).map(|column| self.get(column))
    }
}

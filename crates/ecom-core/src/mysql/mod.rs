//! The client of MySQL and MariaDB: connecting, waiting for the server, and what its errors mean.
//!
//! Statements go through the text protocol, so that a value arrives exactly as the server prints it.
//! Connections are not encrypted, like those of Sqoop and of `LOAD DATA`. So no server gets the password itself, which
//! `caching_sha2_password` asks for when its cache is empty: any login by `mysql` or a health check fills it. What a
//! server may say at all is in `protocol`.

mod guard;
mod protocol;

use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use futures_util::stream::BoxStream;
use secrecy::ExposeSecret as _;
use sqlx::mysql::{
    MySqlConnectOptions, MySqlConnection, MySqlDatabaseError, MySqlRow, MySqlSslMode,
};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Decode, MySql, Row as _};

pub use guard::Guard;

use crate::escape::excerpt;
use crate::exit::{Code, Failure};
use crate::settings::MysqlArgs;

/// The shortest time that one attempt to connect is given.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(250);
/// The most rows and bytes of a result that is kept as a whole.
const MOST_ROWS: usize = 100_000;
const MOST_BYTES: usize = 64 << 20;
/// The most characters of a server's message that are shown.
const MESSAGE: usize = 600;

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

/// What went wrong, in the words of the server or the driver.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The server refused a statement or the connection.
    #[error("{message}")]
    Server {
        /// The server's error number.
        number: u16,
        /// The server's message.
        message: String,
    },
    /// There is no connection, or it was lost.
    #[error("{0}")]
    Connection(String),
    /// What answers is no MySQL server, or a hostile one.
    #[error("{0}")]
    Protocol(String),
    /// The driver cannot do what was asked.
    #[error("{0}")]
    Driver(String),
}

/// What an [`Error`] means to a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Another user, another host or more rights are needed.
    Access,
    /// A database, a table or a column does not exist.
    Absence,
    /// A unique key holds the value already.
    Duplicate,
    /// The statement took longer than the session allows, or somebody ended it.
    TimeLimit,
    /// It passes by itself: a later attempt can succeed.
    Passing,
    /// Something else than a MySQL server is there; the tool does not try again.
    Stranger,
    /// Anything else.
    Unexpected,
}

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
        while let Some(answer) = answers.try_next().await.map_err(|error| guard.explain(error.into()))? {
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
            bytes += row.values().flatten().map(<[u8]>::len).sum::<usize>();
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
    pub fn values(&self) -> impl Iterator<Item = Option<&[u8]>> {
        (0..self.0.len()).map(|column| self.get(column).unwrap_or_default())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        use std::io::ErrorKind;
        match error {
            sqlx::Error::Database(error) => {
                let error = error.downcast_ref::<MySqlDatabaseError>();
                Self::Server { number: error.number(), message: error.message().to_owned() }
            }
            sqlx::Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => {
                Self::Connection("the server closed the connection".into())
            }
            // As text only: a broken pipe to the server is not a closed standard output.
            sqlx::Error::Io(error) => Self::Connection(error.to_string()),
            sqlx::Error::Protocol(problem) => Self::Protocol(problem),
            other => Self::Driver(other.to_string()),
        }
    }
}

impl Error {
    /// More rows than the statement allows, perhaps without end.
    #[must_use]
    pub fn too_many_rows() -> Self {
        Self::Protocol("it sends more rows than a statement asks for".into())
    }

    /// What the error means.
    #[must_use]
    pub fn meaning(&self) -> Meaning {
        match self {
            Self::Server { number, .. } => meaning(*number).0,
            Self::Connection(_) => Meaning::Passing,
            Self::Protocol(_) => Meaning::Stranger,
            Self::Driver(_) => Meaning::Unexpected,
        }
    }

    /// The error as a [`Failure`]; `address` is that of [`MysqlArgs::address`].
    #[must_use]
    pub fn failure(self, address: &str) -> Failure {
        let (what, cause) = match &self {
            Self::Server { number, message } => {
                let message = excerpt(message, MESSAGE);
                (meaning(*number).1, format!("{message} (error {number})"))
            }
            Self::Connection(cause) => ("no connection to MySQL", cause.clone()),
            Self::Protocol(cause) => ("what answers there is not MySQL", cause.clone()),
            Self::Driver(cause) => ("MySQL driver", cause.clone()),
        };
        Failure::new(self.meaning().code(), format!("{what} ({address})")).because(cause)
    }
}

impl Meaning {
    fn code(self) -> Code {
        match self {
            Self::Access => Code::Usage,
            Self::TimeLimit | Self::Passing | Self::Stranger => Code::Unavailable,
            Self::Absence | Self::Duplicate | Self::Unexpected => Code::Unexpected,
        }
    }
}

/// What an error number of the server means, and the words for it. Numbers: MySQL 8.4 Error Message
/// Reference, and MariaDB's where it has its own.
fn meaning(number: u16) -> (Meaning, &'static str) {
    use Meaning::{Absence, Access, Duplicate, Passing, TimeLimit, Unexpected};
    match number {
        1045 | 1698 => (Access, "MySQL refuses the user or the password"),
        1129 | 1130 => (Access, "MySQL refuses this host"),
        1044 => (Access, "the user has no right to the database"),
        1142 | 1143 | 1227 | 1370 => (Access, "the user lacks a right in the database"),
        1049 | 1054 | 1146 => (Absence, "MySQL does not have what a statement names"),
        1062 => (Duplicate, "MySQL refuses a second row with the same key"),
        1317 | 1969 | 3024 => (TimeLimit, "MySQL ended a statement"),
        1040 | 1203 | 1226 => (Passing, "MySQL has too many connections"),
        // 1030 is InnoDB's "Got error 28 from storage engine", among others.
        3 | 1021 | 1026 | 1030 | 1114 => (Passing, "MySQL cannot store more"),
        1205 | 1213 => (Passing, "another session holds the tables"),
        1053 | 1077 | 1927 | 3168 => (Passing, "MySQL ended the connection"),
        1290 | 1792 | 1836 => (Passing, "MySQL is read-only"),
        _ => (Unexpected, "MySQL refuses a statement"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_pipe_to_the_server_is_no_success() {
        let pipe = sqlx::Error::Io(std::io::ErrorKind::BrokenPipe.into());
        let failure = anyhow::Error::from(Error::from(pipe).failure("me@here:1/db"));
        assert!(failure.chain().all(|cause| cause.downcast_ref::<std::io::Error>().is_none()));
        assert_eq!(crate::exit::code_of(&failure), Code::Unavailable);
    }

    #[test]
    fn a_full_server_disk_is_an_unavailable_service() {
        let message = "The table '_stg_transactions' is full".to_owned();
        let failure = Error::Server { number: 1114, message }.failure("me@here:1/db");
        assert_eq!(failure.code(), Code::Unavailable);
        assert_eq!(
            crate::exit::describe(&failure.into()),
            "MySQL cannot store more (me@here:1/db): The table '_stg_transactions' is full \
             (error 1114)"
        );
    }

    #[test]
    fn every_kind_of_error_has_its_meaning_and_its_exit_code() {
        for (number, meaning, code) in [
            (1045, Meaning::Access, Code::Usage),
            (1146, Meaning::Absence, Code::Unexpected),
            (1062, Meaning::Duplicate, Code::Unexpected),
            (3024, Meaning::TimeLimit, Code::Unavailable),
            (1213, Meaning::Passing, Code::Unavailable),
            (1064, Meaning::Unexpected, Code::Unexpected),
        ] {
            let error = Error::Server { number, message: "no".into() };
            assert_eq!(error.meaning(), meaning, "{number}");
            assert_eq!(error.failure("a").code(), code, "{number}");
        }
    }
}

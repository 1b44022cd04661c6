//! A connection to MySQL: waiting for the server, settings that make every server alike, and its
//! errors with the exit codes that they mean.

use std::error::Error as _;
use std::time::{Duration, Instant};

use ecom_core::escape::{sql_name, sql_text};
use ecom_core::schema;
use ecom_core::settings::MysqlArgs;
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use ecom_core::{Code, Failure};
use mysql_async::prelude::{FromRow, Queryable as _};
use mysql_async::{Conn, Error, IoError, Opts};

use crate::source::Batch;

/// The least time that an attempt to reach the server is given.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(300);

/// What does not depend on the server's own configuration. Foreign keys are proven by query when
/// the tables are complete, which is many times as fast as a look-up for every record. The comment
/// is a setting for MariaDB and nothing for MySQL.
const SETTINGS: &str = "SET SESSION sql_mode = 'TRADITIONAL', time_zone = '+00:00', \
    autocommit = 1, foreign_key_checks = 0, unique_checks = 1, net_read_timeout = 600, \
    net_write_timeout = 600, wait_timeout = 86400, lock_wait_timeout = 120, \
    innodb_lock_wait_timeout = 60 /*M! , max_statement_time = 0 */";

/// A connection to the server, in the database.
pub(crate) struct Session {
    conn: Conn,
    address: String,
}

/// What the server took of one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Records stored.
    pub(crate) rows: u64,
    /// Warnings given.
    pub(crate) warnings: u16,
}

/// Errors that the caller looks for.
pub(crate) mod code {
    pub(crate) const DUPLICATE_KEY: u16 = 1062;
    pub(crate) const UNKNOWN_COLUMN: u16 = 1054;
    pub(crate) const UNKNOWN_DATABASE: u16 = 1049;
}

impl Session {
    /// Waits for the server until the time of `--mysql-timeout` is over, then connects and goes to
    /// the database, which is created when it is missing.
    pub(crate) async fn open(args: &MysqlArgs, ui: &Ui, stop: &Stop) -> Result<Self, Failure> {
        let conn = wait_for(args, ui, stop).await?;
        let mut session = Self { conn, address: args.address() };
        session.execute("SET NAMES utf8mb4 COLLATE utf8mb4_bin").await?;
        session.execute(SETTINGS).await?;
        session.enter(&args.mysql_database).await?;
        Ok(session)
    }

    async fn enter(&mut self, database: &str) -> Result<(), Failure> {
        let enter = format!("USE {}", sql_name(database));
        match self.conn.query_drop(&enter).await {
            Err(Error::Server(error)) if error.code == code::UNKNOWN_DATABASE => {}
            other => return other.map_err(|error| self.failure(error)),
        }
        self.execute(&schema::create_database(database)).await?;
        self.execute(&enter).await
    }

    /// The server's number of this connection.
    pub(crate) fn id(&self) -> u32 {
        self.conn.id()
    }

    /// Runs a statement.
    pub(crate) async fn execute(&mut self, statement: &str) -> Result<(), Failure> {
        let result = self.conn.query_drop(statement).await;
        result.map_err(|error| self.failure(error))
    }

    /// Runs a statement; gives `None` when the server refuses it with the error `code`.
    pub(crate) async fn execute_unless(
        &mut self,
        code: u16,
        statement: &str,
    ) -> Result<Option<()>, Failure> {
        match self.conn.query_drop(statement).await {
            Err(Error::Server(error)) if error.code == code => Ok(None),
            other => other.map(Some).map_err(|error| self.failure(error)),
        }
    }

    /// The rows of a query.
    pub(crate) async fn rows<T>(&mut self, query: &str) -> Result<Vec<T>, Failure>
    where
        T: FromRow + Send + 'static,
    {
        let result = self.conn.query(query).await;
        result.map_err(|error| self.failure(error))
    }

    /// The first row of a query.
    pub(crate) async fn first<T>(&mut self, query: &str) -> Result<Option<T>, Failure>
    where
        T: FromRow + Send + 'static,
    {
        let result = self.conn.query_first(query).await;
        result.map_err(|error| self.failure(error))
    }

    /// Gives the only column of every row to `take`, `None` for NULL; gives `false` when the table
    /// has not all of the columns asked for.
    pub(crate) async fn stream(
        &mut self,
        query: &str,
        mut take: impl FnMut(Option<&[u8]>),
    ) -> Result<bool, Failure> {
        let each = |row: mysql_async::Row| match row.as_ref(0) {
            Some(mysql_async::Value::Bytes(bytes)) => take(Some(bytes)),
            _ => take(None),
        };
        let result = match self.conn.query_iter(query).await {
            Ok(rows) => rows.for_each_and_drop(each).await,
            Err(Error::Server(error)) if error.code == code::UNKNOWN_COLUMN => return Ok(false),
            Err(error) => Err(error),
        };
        result.map(|()| true).map_err(|error| self.failure(error))
    }

    /// Sends one batch as the file of a `LOAD DATA LOCAL` statement.
    pub(crate) async fn load(
        &mut self,
        statement: &str,
        mut batch: Batch,
    ) -> Result<Taken, Failure> {
        use futures_util::StreamExt as _;
        self.conn.set_infile_handler(async move {
            let pieces = futures_util::stream::poll_fn(move |context| batch.poll_recv(context));
            Ok(pieces.map(|piece| Ok(piece.into())).boxed())
        });
        self.execute(statement).await?;
        Ok(Taken { rows: self.conn.affected_rows(), warnings: self.conn.get_warnings() })
    }

    /// Runs one `INSERT`; gives `None` when a key is there already.
    pub(crate) async fn insert(&mut self, statement: Vec<u8>) -> Result<Option<Taken>, Failure> {
        match self.conn.query_drop(statement).await {
            Ok(()) => Ok(Some(Taken {
                rows: self.conn.affected_rows(),
                warnings: self.conn.get_warnings(),
            })),
            Err(Error::Server(error)) if error.code == code::DUPLICATE_KEY => Ok(None),
            Err(error) => Err(self.failure(error)),
        }
    }

    /// Takes the server's lock of that name, or fails because another run holds it.
    pub(crate) async fn lock(&mut self, name: &str, seconds: u64) -> Result<(), Failure> {
        let query = format!("SELECT GET_LOCK({}, {seconds})", sql_text(name));
        if self.first::<Option<i64>>(&query).await?.flatten() == Some(1) {
            return Ok(());
        }
        let message = format!("another mysql-loader is at work on {}", self.address);
        Err(Failure::new(Code::Locked, message))
    }

    /// Ends the connection in an orderly way.
    pub(crate) async fn close(self) {
        // Nothing depends on the server's hearing of it.
        let _ = self.conn.disconnect().await;
    }

    fn failure(&self, error: Error) -> Failure {
        failure(&self.address, error)
    }
}

/// Connects, again and again until the deadline as long as there is no server.
async fn wait_for(args: &MysqlArgs, ui: &Ui, stop: &Stop) -> Result<Conn, Failure> {
    let options: Opts = args.connection()?.tcp_keepalive(Some(Duration::from_secs(30))).into();
    let place = format!("{}:{}", args.mysql_host, args.mysql_port);
    let deadline = Instant::now() + Duration::from_secs(args.mysql_timeout);
    let mut said = false;
    loop {
        let left = deadline.saturating_duration_since(Instant::now()).max(PATIENCE);
        let error = match tokio::time::timeout(left, Conn::new(options.clone())).await {
            Ok(Ok(conn)) => return Ok(conn),
            Ok(Err(error)) => failure(&args.address(), error),
            Err(_) => Failure::unavailable("no answer"),
        };
        if error.code() != Code::Unavailable {
            return Err(error);
        }
        if Instant::now() + PAUSE >= deadline {
            let seconds = args.mysql_timeout;
            let message = format!("MySQL at {place} did not come within {seconds} s");
            let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            return Err(Failure::unavailable(message).because(cause));
        }
        if !said {
            ui.status(format!("waiting for MySQL at {place}"));
            said = true;
        }
        stop.check(|| format!("MySQL at {place} has not come yet"))?;
        tokio::time::sleep(PAUSE).await;
    }
}

/// What an error of the driver or the server means. The cause is kept as text only: a broken pipe
/// to the server is no closed standard output.
fn failure(address: &str, error: Error) -> Failure {
    let gone = Failure::unavailable(format!("no connection to MySQL ({address})"));
    match error {
        Error::Server(error) => {
            let (code, what) = meaning(error.code);
            let message = format!("{what} ({address})");
            Failure::new(code, message).because(format!("{} (error {})", error.message, error.code))
        }
        Error::Url(_) | Error::Other(_) => {
            Failure::new(Code::Unexpected, format!("MySQL driver ({address})"))
                .because(error.to_string())
        }
        Error::Io(IoError::Io(error)) => gone.because(error.to_string()),
        Error::Io(_) | Error::Driver(_) => gone.because(error.to_string()),
    }
}

/// The exit code and the words for an error number of the server. Numbers: MySQL 8.4 Error Message
/// Reference, and MariaDB's where it has its own.
fn meaning(number: u16) -> (Code, &'static str) {
    match number {
        1045 | 1698 => (Code::Usage, "MySQL refuses the user or the password"),
        1129 | 1130 => (Code::Usage, "MySQL refuses this host"),
        1044 => (Code::Usage, "the user has no right to the database"),
        1142 | 1143 | 1227 | 1370 => (Code::Usage, "the user lacks a right in the database"),
        1040 | 1203 | 1226 => (Code::Unavailable, "MySQL has too many connections"),
        // 1030 is InnoDB's "Got error 28 from storage engine", among others.
        3 | 1021 | 1026 | 1030 | 1114 => (Code::Unavailable, "MySQL cannot store more"),
        1205 | 1213 => (Code::Unavailable, "another session holds the tables"),
        1053 | 1077 | 1317 | 1927 | 3168 => (Code::Unavailable, "MySQL ended the work"),
        1290 | 1792 | 1836 => (Code::Unavailable, "MySQL is read-only"),
        _ => (Code::Unexpected, "MySQL refuses a statement"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(code: u16, message: &str) -> Error {
        let (message, state) = (message.into(), "HY000".into());
        Error::Server(mysql_async::ServerError { code, message, state })
    }

    #[test]
    fn a_broken_pipe_to_the_server_is_no_success() {
        let pipe = Error::from(std::io::Error::from(std::io::ErrorKind::BrokenPipe));
        let failure = anyhow::Error::from(failure("me@here:1/db", pipe));
        assert!(failure.chain().all(|cause| cause.downcast_ref::<std::io::Error>().is_none()));
        assert_eq!(ecom_core::exit::code_of(&failure), Code::Unavailable);
    }

    #[test]
    fn a_full_server_disk_is_an_unavailable_service() {
        let full = server(1114, "The table '_stg_transactions' is full");
        let failure = failure("me@here:1/db", full);
        assert_eq!(failure.code(), Code::Unavailable);
        assert_eq!(
            ecom_core::exit::describe(&failure.into()),
            "MySQL cannot store more (me@here:1/db): The table '_stg_transactions' is full \
             (error 1114)"
        );
    }
}

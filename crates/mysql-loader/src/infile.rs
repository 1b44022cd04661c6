//! `LOAD DATA LOCAL INFILE` from memory, on a connection of its own.
//!
//! This is the only statement that needs `mysql_async`: sqlx 0.9 does not answer the server's
//! request for the file (its pull request 4265 was still open in May 2026). `LOAD DATA` is several
//! times as fast as `INSERT`. All other statements go through [`Session`](crate::session::Session).
//! The second driver adds 0.5 MB to the binary of 6.2 MB and 20 s to a cold release build of 119 s
//! (user time).
//!
//! Everything that concerns the data is on this connection: the SQL mode, the transaction, and the
//! warnings. The locks of the run are not: if the tool is killed, the data stop in mid-file, the
//! server rolls the transaction back, and the `DROP TABLE` of the next run waits for that.

use ecom_core::Failure;
use ecom_core::escape::sql_name;
use ecom_core::mysql::{Error, Guard, Limits};
use ecom_core::settings::MysqlArgs;
use futures_util::StreamExt as _;
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, IoError, OptsBuilder};
use secrecy::ExposeSecret as _;

use crate::session::{SETTINGS, SHOW_WARNINGS, Taken};
use crate::work_file::Transaction;

/// A connection that takes files.
pub(crate) struct Infile {
    conn: Conn,
    guard: Guard,
    address: String,
}

impl Infile {
    /// Connects to the database.
    pub(crate) async fn open(args: &MysqlArgs) -> Result<Self, Failure> {
        let address = args.address();
        let password = args.password()?;
        let limits = Limits::new(args);
        let guard = Guard::open(&args.mysql_host, args.mysql_port, limits).await;
        let guard = guard.map_err(|error| error.failure(&address))?;
        let options = OptsBuilder::default()
            .socket(guard.socket().to_str())
            .user(Some(args.mysql_user.clone()))
            .pass(password.map(|password| password.expose_secret().to_owned()))
            // The guard's socket, not another one that the server names.
            .prefer_socket(false)
            .setup(vec![
                "SET NAMES utf8mb4 COLLATE utf8mb4_bin".to_owned(),
                SETTINGS.to_owned(),
                format!("USE {}", sql_name(&args.mysql_database)),
            ]);
        match Conn::new(options).await {
            Ok(conn) => Ok(Self { conn, guard, address }),
            Err(error) => Err(guard.explain(of(error)).failure(&address)),
        }
    }

    /// The server's id of this connection.
    pub(crate) fn id(&self) -> u64 {
        self.conn.id().into()
    }

    /// Sends the records of one transaction as the file of a `LOAD DATA LOCAL` statement.
    pub(crate) async fn load(
        &mut self,
        statement: &str,
        records: Transaction,
    ) -> Result<Taken, Failure> {
        let loaded = self.try_load(statement, records).await;
        loaded.map_err(|error| self.guard.explain(of(error)).failure(&self.address))
    }

    async fn try_load(
        &mut self,
        statement: &str,
        mut records: Transaction,
    ) -> mysql_async::Result<Taken> {
        self.conn.query_drop("START TRANSACTION").await?;
        self.conn.set_infile_handler(async move {
            let pieces = futures_util::stream::poll_fn(move |context| records.poll_recv(context));
            Ok(pieces.map(|piece| Ok(piece.into())).boxed())
        });
        self.conn.query_drop(statement).await?;
        let (rows, warnings) = (self.conn.affected_rows(), self.conn.get_warnings());
        let mut taken = Taken { rows, warnings, texts: Vec::new() };
        if warnings > 0 {
            let texts: Vec<(String, u16, String)> = self.conn.query(SHOW_WARNINGS).await?;
            taken.texts = texts.into_iter().map(|(_, number, text)| (number, text)).collect();
        }
        self.conn.query_drop("COMMIT").await?;
        Ok(taken)
    }

    /// Ends the connection in an orderly way.
    pub(crate) async fn close(self) {
        // Nothing depends on the server's hearing it.
        let _ = self.conn.disconnect().await;
    }
}

/// The driver's error as one of [`ecom_core::mysql`].
fn of(error: mysql_async::Error) -> Error {
    match error {
        mysql_async::Error::Server(error) => {
            Error::Server { number: error.code, message: error.message }
        }
        mysql_async::Error::Io(IoError::Io(error)) => Error::Connection(error.to_string()),
        error @ mysql_async::Error::Driver(_) => Error::Connection(error.to_string()),
        other => Error::Driver(other.to_string()),
    }
}

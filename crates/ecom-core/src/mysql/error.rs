//! What errors of a server or a driver mean.

use sqlx::mysql::MySqlDatabaseError;

use crate::escape::excerpt;
use crate::exit::{Code, Failure};

/// The most characters of a server's message that are shown.
const MESSAGE: usize = 600;

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

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        // As text only: a broken pipe to the server is not a closed standard output.
        Self::Connection(error.to_string())
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
            sqlx::Error::Io(error) => error.into(),
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

    /// The error as a [`Failure`]; `address` is that of [`MysqlArgs::address`](crate::settings::MysqlArgs::address).
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

//! Exit codes and the errors that carry them.

use std::error::Error as StdError;
use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::escape;

/// The exit codes, the same in every tool and every wrapper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Code {
    /// Everything read was delivered and verified.
    Success = 0,
    /// An unexpected error.
    Unexpected = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// Done; records were rejected, at most `--max-rejects`.
    Rejected = 3,
    /// Refused: the input is invalid and the target unchanged.
    Refused = 4,
    /// A service is unavailable, full or timed out; a second run resumes.
    Unavailable = 5,
    /// Another run holds the lock.
    Locked = 6,
    /// A verification failed.
    VerificationFailed = 7,
    /// Stopped by SIGINT; progress is recorded.
    Interrupted = 130,
    /// Stopped by SIGTERM; progress is recorded.
    Terminated = 143,
}

/// An error with its exit code.
///
/// The message is one line without a final period. The cause is the source; it is printed after the
/// message, so a message never repeats it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    code: Code,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Failure {
    /// An error with the exit code `code`.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), source: None }
    }

    /// Wrong usage or configuration (exit code 2).
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Code::Usage, message)
    }

    /// The input is invalid and nothing was changed (exit code 4).
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(Code::Refused, message)
    }

    /// A service is unavailable, full or timed out (exit code 5).
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(Code::Unavailable, message)
    }

    /// A verification failed (exit code 7).
    pub fn verification(message: impl Into<String>) -> Self {
        Self::new(Code::VerificationFailed, message)
    }

    /// The same failure with the error that caused it.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The exit code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }
}

/// Turns an I/O error into a [`Failure`] that names the file. A full disk is an unavailable service,
/// a missing or unreadable input is refused, anything else is unexpected.
pub fn io_failure(doing: &str, path: &std::path::Path, error: io::Error) -> Failure {
    use io::ErrorKind as Kind;
    let code = match error.kind() {
        Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => Code::Unavailable,
        Kind::NotFound
        | Kind::PermissionDenied
        | Kind::AlreadyExists
        | Kind::InvalidData
        | Kind::IsADirectory
        | Kind::NotADirectory => Code::Refused,
        _ => Code::Unexpected,
    };
    Failure::new(code, format!("cannot {doing} {}", path.display())).because(error)
}

/// Prints the error, if any, as `tool: outer: inner` and returns the exit code.
pub fn finish(tool: &str, result: anyhow::Result<Code>) -> ExitCode {
    let code = match result {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => Code::Success,
        Err(error) => {
            let mut line = format!("{tool}: ");
            escape::line_into(&mut line, &describe(&error));
            line.push('\n');
            // Nothing can be printed if even standard error is closed.
            let _ = io::stderr().write_all(line.as_bytes());
            code_of(&error)
        }
    };
    ExitCode::from(code as u8)
}

/// The exit code of an error: that of the outermost [`Failure`] in its chain.
#[must_use]
pub fn code_of(error: &anyhow::Error) -> Code {
    // A `Failure` given as context is not in the chain, but `downcast_ref` finds it.
    let failure = error.downcast_ref::<Failure>();
    let failure = failure.or_else(|| error.chain().find_map(|cause| cause.downcast_ref()));
    let io = || error.chain().find_map(|cause| cause.downcast_ref::<io::Error>());
    match (failure, io().map(io::Error::kind)) {
        (Some(failure), _) => failure.code(),
        (None, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)) => {
            Code::Unavailable
        }
        (None, _) => Code::Unexpected,
    }
}

/// The whole chain of an error in one line, without causes that an outer error already contains.
#[must_use]
pub fn describe(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn the_outermost_failure_decides_the_code() {
        let inner = anyhow::Error::from(Failure::unavailable("broker down"));
        let outer = inner.context(Failure::refused("plan does not fit"));
        assert_eq!(code_of(&outer), Code::Refused);
    }

    #[test]
    fn context_keeps_the_code() {
        let result: anyhow::Result<()> = Err(Failure::verification("5 rows missing").into());
        let error = result.context("table customers").unwrap_err();
        assert_eq!(code_of(&error), Code::VerificationFailed);
        assert_eq!(describe(&error), "table customers: 5 rows missing");
    }

    #[test]
    fn a_cause_is_printed_once() {
        let cause = io::Error::other("disk on fire");
        let error = anyhow::Error::from(cause).context("cannot write: disk on fire");
        assert_eq!(describe(&error), "cannot write: disk on fire");
    }

    #[test]
    fn a_full_disk_is_an_unavailable_service() {
        let cause = io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(code_of(&anyhow::Error::from(cause)), Code::Unavailable);
    }

    #[test]
    fn a_closed_pipe_is_found_anywhere_in_the_chain() {
        let cause = io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_broken_pipe(&anyhow::Error::from(cause).context("cannot print")));
    }
}

//! Prints the messages that would be sent, without a broker, a lock or a report.

use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use ecom_core::exit::{Failure, io_failure};

use crate::clock::Clock;
use crate::messages::{Account, Messages};

/// Prints the messages of the first `limit` records, one JSON object per line; returns the totals.
pub(crate) fn print(mut messages: Messages, limit: u64) -> Result<Account, Failure> {
    let mut output = BufWriter::new(io::stdout().lock());
    let mut clock = Clock::start();
    let mut account = Account::default();
    while account.records.count < limit
        && let Some(mut record) = messages.next()?
    {
        for index in 0..record.life.len() {
            clock.tick();
            let message = record.message(index, clock.text());
            output.write_all(message).and_then(|()| output.write_all(b"\n")).map_err(unwritten)?;
        }
        account.add(&record);
    }
    output.flush().map_err(unwritten)?;
    Ok(account)
}

/// Keeps the cause: a reader that closes the pipe is not a failure.
fn unwritten(error: io::Error) -> Failure {
    io_failure("write to", Path::new("standard output"), error)
}

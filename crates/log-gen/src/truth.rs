//! The truth about the lines that were written: counts by level, service and file.

use std::io::{BufRead as _, BufReader};
use std::path::Path;

use ecom_core::checksum::Tally;
use ecom_core::exit::{Failure, io_failure};
use ecom_core::input;
use ecom_core::report::{LogFile, LogTruth};
use ecom_core::work::LogRequest;

use crate::quota::Level;
use crate::story::Service;

/// Counts lines as they are made.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    all: Tally,
    levels: [u64; 3],
    services: [u64; 4],
    files: Vec<LogFile>,
}

impl Counter {
    /// Counts one line by level and service.
    pub(crate) fn add(&mut self, (level, service): (Level, Service)) {
        self.levels[level as usize] += 1;
        self.services[service as usize] += 1;
    }

    /// Counts one file whose lines were counted.
    pub(crate) fn add_file(&mut self, name: String, tally: Tally, bytes: u64) {
        self.all += tally;
        self.files.push(LogFile {
            name,
            lines: tally.count,
            bytes: Some(bytes),
            checksum: tally.checksum,
        });
    }

    /// The number of files counted.
    pub(crate) fn files(&self) -> usize {
        self.files.len()
    }

    /// The truth about what was counted.
    pub(crate) fn truth(&self, request: &LogRequest, orders: u64) -> LogTruth {
        let level = |level: Level| (level.as_str().to_owned(), self.levels[level as usize]);
        let service =
            |service: Service| (service.as_str().to_owned(), self.services[service as usize]);
        LogTruth {
            request: Some(request.clone()),
            orders,
            lines: self.all.count,
            checksum: self.all.checksum,
            levels: Level::ALL.map(level).into(),
            services: Service::ALL.map(service).into(),
            files: self.files.clone(),
        }
    }
}

/// The truth for people.
pub(crate) fn text(truth: &LogTruth) -> String {
    let line = |name: &str, value: String| format!("{name:24} {value:>12}\n");
    let counts = truth.levels.iter().chain(&truth.services);
    let files = truth.files.iter();
    [line("lines", truth.lines.to_string())]
        .into_iter()
        .chain(counts.map(|(name, count)| line(name, count.to_string())))
        .chain([line("orders", truth.orders.to_string())])
        .chain(files.map(|file| format!("{} {:>4} {}\n", file.name, file.lines, file.checksum)))
        .chain([line("checksum", truth.checksum.to_string())])
        .collect()
}

/// Counts the lines of a file.
pub(crate) fn tally_of(path: &Path) -> Result<Tally, Failure> {
    let cannot = |error| io_failure("read", path, error);
    let mut reader = BufReader::with_capacity(1 << 17, input::open(path)?);
    let mut tally = Tally::default();
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).map_err(cannot)? > 0 {
        tally.add(line.strip_suffix(b"\n").unwrap_or(&line));
        line.clear();
    }
    Ok(tally)
}

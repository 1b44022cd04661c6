//! What was written: lines by level, by service, by file. Flume's copies are compared with it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write};
use std::path::Path;

use ecom_core::checksum::{Checksum, Tally};
use ecom_core::exit::{Failure, io_failure};
use ecom_core::report::{self, untyped::Report};
use serde::{Deserialize, Serialize};

use crate::quota::Level;
use crate::request::Request;
use crate::story::Service;

/// The truth about all lines of a run, as the run report has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Truth {
    /// Orders told.
    pub(crate) orders: u64,
    /// All lines.
    pub(crate) lines: u64,
    /// Sum of the hashes of all lines, without their ends.
    pub(crate) checksum: Checksum,
    /// Lines of each level.
    pub(crate) levels: BTreeMap<String, u64>,
    /// Lines of each service.
    pub(crate) services: BTreeMap<String, u64>,
    /// The files in their order.
    pub(crate) files: Vec<FileTruth>,
}

/// The truth about one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FileTruth {
    /// Its name.
    pub(crate) name: String,
    /// Its lines.
    pub(crate) lines: u64,
    /// Its bytes; reports of earlier versions do not have them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<u64>,
    /// Sum of the hashes of its lines.
    pub(crate) checksum: Checksum,
}

/// The parts of an earlier run's report that matter to the next run.
#[derive(Debug, Deserialize)]
pub(crate) struct EarlierReport {
    pub(crate) exit_code: u8,
    pub(crate) request: Request,
    #[serde(flatten)]
    pub(crate) truth: Truth,
}

/// Counts lines as they are made.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    all: Tally,
    levels: [u64; 3],
    services: [u64; 4],
    files: Vec<FileTruth>,
}

impl Counter {
    /// Counts one line, without its end.
    pub(crate) fn add(&mut self, (level, service): (Level, Service)) {
        self.levels[level as usize] += 1;
        self.services[service as usize] += 1;
    }

    /// Counts one file whose lines were counted.
    pub(crate) fn add_file(&mut self, name: String, tally: Tally, bytes: u64) {
        self.all += tally;
        self.files.push(FileTruth {
            name,
            lines: tally.count,
            bytes: Some(bytes),
            checksum: tally.checksum,
        });
    }

    /// How many files were counted.
    pub(crate) fn files(&self) -> usize {
        self.files.len()
    }

    /// The truth about what was counted.
    pub(crate) fn truth(&self, orders: u64) -> Truth {
        let levels = [Level::Info, Level::Warn, Level::Error];
        let services =
            [Service::Transaction, Service::Payment, Service::Inventory, Service::Notification];
        let level = |level: Level| (level.as_str().to_owned(), self.levels[level as usize]);
        let service =
            |service: Service| (service.as_str().to_owned(), self.services[service as usize]);
        Truth {
            orders,
            lines: self.all.count,
            checksum: self.all.checksum,
            levels: levels.map(level).into(),
            services: services.map(service).into(),
            files: self.files.clone(),
        }
    }
}

impl Truth {
    /// Puts the truth into a run report.
    pub(crate) fn tell(&self, report: &mut Report) {
        report.detail("orders", self.orders);
        report.detail("lines", self.lines);
        report.detail("checksum", self.checksum);
        report.detail("levels", &self.levels);
        report.detail("services", &self.services);
        report.detail("files", &self.files);
    }

    /// Prints the truth for people.
    pub(crate) fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        writeln!(out, "{:24} {:>12}", "lines", self.lines)?;
        for (name, count) in self.levels.iter().chain(&self.services) {
            writeln!(out, "{name:24} {count:>12}")?;
        }
        writeln!(out, "{:24} {:>12}", "orders", self.orders)?;
        for file in &self.files {
            writeln!(out, "{} {:>4} {}", file.name, file.lines, file.checksum)?;
        }
        writeln!(out, "{:24} {:>12}", "checksum", self.checksum.to_string())
    }
}

/// The report of an earlier run, if there is one that can be read.
pub(crate) fn earlier(work: &Path, tool: &str) -> Option<EarlierReport> {
    serde_json::from_slice(&std::fs::read(report::path(work, tool)).ok()?).ok()
}

/// Counts the lines of a file.
pub(crate) fn tally_of(path: &Path) -> Result<Tally, Failure> {
    let cannot = |error| io_failure("read", path, error);
    let mut reader = BufReader::with_capacity(1 << 17, File::open(path).map_err(cannot)?);
    let mut tally = Tally::default();
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).map_err(cannot)? > 0 {
        tally.add(line.strip_suffix(b"\n").unwrap_or(&line));
        line.clear();
    }
    Ok(tally)
}

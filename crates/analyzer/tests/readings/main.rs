//! Files as people have them, each with its right reading. A reading is an entry of one of the TOML
//! files beside this one: the files of a data set, and what plan and split files have to hold.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "only tests use it")]

mod check;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize;

/// A data set and how it must be read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reading {
    about: String,
    /// The text of the files.
    files: BTreeMap<String, String>,
    /// The encoding of all files; UTF-8 by default.
    encoding: Option<String>,
    /// More flags of the analyzer.
    #[serde(default)]
    args: Vec<String>,
    /// The data set is refused, with these words in the cause.
    refused: Option<Vec<String>>,
    /// Flags with which a refused data set is read as described.
    #[serde(default)]
    answer: Vec<String>,
    /// For each entry one sentence of the report holds all of its words, in any case; `a|b` is either.
    #[serde(default)]
    says: Vec<Vec<String>>,
    /// The files that are in no table.
    #[serde(default)]
    left_out: Vec<String>,
    #[serde(default)]
    table: BTreeMap<String, ExpectedTable>,
}

/// What a table must be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedTable {
    rows: Option<u64>,
    rejected: Option<u64>,
    passed_over: Option<u64>,
    derived: Option<bool>,
    /// Headers, or the SQL name of a generated column.
    key: Option<Vec<String>>,
    /// The beginning of the type, and the role after ` as `; `a|b` is either.
    #[serde(default)]
    columns: BTreeMap<String, String>,
    /// Header and text that find a record; header and canonical value, `NULL` for none.
    #[serde(default)]
    values: Vec<[String; 4]>,
    /// `header → table: orphans`
    #[serde(default)]
    references: Vec<String>,
}

/// The folder in which a reading is tried.
struct Sandbox {
    folder: tempfile::TempDir,
}

impl Sandbox {
    fn new(reading: &Reading) -> Self {
        let folder = tempfile::Builder::new().prefix("reading").tempdir().unwrap();
        let sandbox = Self { folder };
        fs::create_dir_all(sandbox.data()).unwrap();
        fs::create_dir_all(sandbox.out()).unwrap();
        let label = reading.encoding.as_deref().unwrap_or("UTF-8");
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        for (name, text) in &reading.files {
            let (bytes, _, lossy) = encoding.encode(text);
            assert!(!lossy, "{}: {name} cannot be written in {label}", reading.about);
            fs::write(sandbox.data().join(name), bytes).unwrap();
        }
        sandbox
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("shop")
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn plan(&self) -> PathBuf {
        self.out().join("plan.toml")
    }

    fn analyze(&self, args: &[String], more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_analyzer"));
        command.arg(self.data()).args(args).args(more).env("COLUMNS", "400").output().unwrap()
    }

    fn split(&self) -> Output {
        let splitter = Path::new(env!("CARGO_BIN_EXE_analyzer")).with_file_name("splitter");
        let mut command = Command::new(splitter);
        command.arg("--plan").arg(self.plan()).arg("--out-dir").arg(self.out()).output().unwrap()
    }
}

/// The error lists everything that is wrong.
fn try_one(reading: &Reading) -> Result<(), Vec<String>> {
    let sandbox = Sandbox::new(reading);
    let plan = sandbox.plan();
    let with_plan = ["--plan", plan.to_str().unwrap(), "--format", "json"];
    let mut args = reading.args.clone();
    let mut analyzed = sandbox.analyze(&args, &with_plan);
    let mut problems = Vec::new();
    if let Some(words) = &reading.refused {
        let cause = String::from_utf8_lossy(&analyzed.stderr).into_owned();
        if analyzed.status.code() != Some(4) {
            return Err(vec![format!("not refused but {}: {cause}", analyzed.status)]);
        }
        let missing = words.iter().filter(|word| !check::contains(&cause, word));
        problems.extend(missing.map(|word| format!("the cause has no {word:?}: {cause}")));
        if reading.answer.is_empty() || !problems.is_empty() {
            return if problems.is_empty() { Ok(()) } else { Err(problems) };
        }
        args.extend(reading.answer.iter().cloned());
        analyzed = sandbox.analyze(&args, &with_plan);
    }
    if !matches!(analyzed.status.code(), Some(0 | 3)) {
        let error = String::from_utf8_lossy(&analyzed.stderr);
        return Err(vec![format!("analyzer: {}: {error}", analyzed.status)]);
    }
    let split = sandbox.split();
    if !matches!(split.status.code(), Some(0 | 3)) {
        let error = String::from_utf8_lossy(&split.stderr);
        return Err(vec![format!("splitter: {}: {error}", split.status)]);
    }
    let report = sandbox.analyze(&args, &[]);
    let said = [analyzed.stdout, analyzed.stderr, report.stdout].concat();
    problems.extend(check::said(reading, &String::from_utf8_lossy(&said)));
    problems.extend(check::plan(reading, &plan, &sandbox.out()));
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn try_all(name: &str) {
    #[derive(Deserialize)]
    struct Readings {
        reading: Vec<Reading>,
    }
    if !Path::new(env!("CARGO_BIN_EXE_analyzer")).with_file_name("splitter").exists() {
        println!("SKIPPED: splitter is not built beside analyzer (cargo build -p splitter)");
        return;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readings").join(name);
    let readings: Readings = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let only = std::env::var("ECOM_READING").unwrap_or_default();
    let mut wrong = String::new();
    for reading in readings.reading.iter().filter(|reading| reading.about.contains(&only)) {
        if let Err(problems) = try_one(reading) {
            let about = &reading.about;
            wrong.extend(["\n", about, "\n    ", &problems.join("\n    "), "\n"]);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn numbers_times_and_missing_values_are_read_as_people_write_them() {
    try_all("values.toml");
}

#[test]
fn headers_are_understood_in_ten_languages() {
    try_all("languages.toml");
}

#[test]
fn files_are_read_however_they_are_written() {
    try_all("dialects.toml");
}

#[test]
fn files_find_their_tables() {
    try_all("tables.toml");
}

#[test]
fn exports_of_shops_are_read_as_they_come() {
    try_all("exports.toml");
}

#[test]
fn what_people_and_programs_write_is_read_or_asked() {
    try_all("written.toml");
}

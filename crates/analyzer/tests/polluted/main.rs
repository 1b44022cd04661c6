//! Small clean files, polluted in thousands of ways: whatever is done to a file, no tool panics, and
//! no record is stored that the file does not have.
//!
//! `ECOM_FUZZ_CASES=5000` tries so many files instead of the few of the ordinary run; a failure names
//! its seed, and `ECOM_FUZZ_SEED=N` begins with that one.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "only tests use it")]

mod clean;
mod judge;
mod pollution;

use std::path::{Path, PathBuf};
use std::process::Command;

use ecom_core::work::Manifest;
use rand::SeedableRng as _;
use rand::rngs::ChaCha8Rng;

use clean::Clean;
use judge::{Outcome, judge};
use pollution::Pollution;

/// Number of files in an ordinary run.
const CASES: u64 = 120;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The binary of another tool of the workspace, which is built together with this one.
fn sibling(name: &str) -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_analyzer")).with_file_name(name)
}

/// Analyzes and splits a folder with one file.
fn run(bytes: &[u8], folder: &Path) -> Outcome {
    let data = folder.join("shop");
    let out = folder.join("out");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::create_dir_all(&out).unwrap();
    std::fs::write(data.join("orders.csv"), bytes).unwrap();
    let plan = out.join("plan.toml");
    let analyzer = Command::new(env!("CARGO_BIN_EXE_analyzer"))
        .args([&data, Path::new("--plan"), &plan])
        .output()
        .unwrap();
    if !matches!(analyzer.status.code(), Some(0 | 3)) {
        return Outcome::ended("analyzer", &analyzer);
    }
    let splitter = Command::new(sibling("splitter"))
        .args([Path::new("--plan"), &plan, Path::new("--out-dir"), &out])
        .output()
        .unwrap();
    if !matches!(splitter.status.code(), Some(0 | 3)) {
        return Outcome::ended("splitter", &splitter);
    }
    Outcome::stored(&plan, &out, &Manifest::read(&out).unwrap())
}

fn each_case(first: u64, see: impl Fn(u64, &Clean, &Pollution) -> Result<(), String>) {
    if !sibling("splitter").exists() {
        println!("SKIPPED: splitter is not built beside analyzer (cargo build -p splitter)");
        return;
    }
    let first = number("ECOM_FUZZ_SEED", first);
    for seed in first..first + number("ECOM_FUZZ_CASES", CASES) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let clean = Clean::random(&mut random);
        let pollution = Pollution::random(&clean, &mut random);
        see(seed, &clean, &pollution).unwrap_or_else(|problem| {
            panic!(
                "ECOM_FUZZ_SEED={seed}: {problem}\n{}: {}\n{}",
                clean.shown(),
                pollution.what,
                String::from_utf8_lossy(&pollution.bytes)
            )
        });
    }
}

#[test]
fn no_record_is_stored_that_a_polluted_file_does_not_have() {
    each_case(0, |_, clean, pollution| {
        let folder = tempfile::tempdir().unwrap();
        let outcome = run(&pollution.bytes, folder.path());
        judge(clean, pollution, &outcome)
    });
}

#[test]
fn a_clean_file_in_any_dialect_is_read_whole() {
    each_case(1 << 32, |_, clean, _| {
        let folder = tempfile::tempdir().unwrap();
        let none = Pollution::none(clean);
        match run(&none.bytes, folder.path()) {
            Outcome::Ended(how) => Err(how),
            stored @ Outcome::Stored(_) => judge(clean, &none, &stored),
        }
    });
}

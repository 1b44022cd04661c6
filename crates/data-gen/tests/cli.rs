//! Runs the real binary.

#![allow(clippy::unwrap_used, reason = "a helper of a test may panic, too")]

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::{Command as Process, Stdio};
use std::time::Duration;

use assert_cmd::Command;
use ecom_core::lock::RunLock;
use ecom_core::plan::{Dialect, sha256_of};
use ecom_core::record::{Next, Reader, Record};
use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::{contains, is_empty};
use tempfile::TempDir;

const FILES: [&str; 3] = ["customers.csv", "products.csv", "transactions.csv"];

fn data_gen(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_data-gen"));
    command.arg("--out-dir").arg(folder).args(words);
    command
}

fn generated(words: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    data_gen(folder.path(), words).assert().success().stdout(is_empty());
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn read(path: &Path) -> Vec<Vec<Option<String>>> {
    let mut reader = Reader::open(path, &Dialect::work()).unwrap();
    let mut record = Record::new();
    let mut rows = Vec::new();
    loop {
        match reader.read(&mut record).unwrap() {
            Next::Record => {
                rows.push(record.values().map(|value| value.map(str::to_owned)).collect());
            }

            Next::Reject(reject) => panic!("{reject}"),
            Next::End => return rows,
        }
    }
}

fn cents(text: &str) -> u64 {
    let (whole, fraction) = text.split_once('.').unwrap();
    assert_eq!(fraction.len(), 2, "{text}");
    whole.parse::<u64>().unwrap() * 100 + fraction.parse::<u64>().unwrap()
}

#[test]
fn the_tracked_sample_is_what_the_defaults_generate() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/sample");
    let folder = generated(&[]);
    for name in FILES {
        let (found, tracked) = (fs::read(folder.path().join(name)), fs::read(sample.join(name)));
        assert!(found.unwrap() == tracked.unwrap(), "data/sample/{name} is another file");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_every_machine() {
    let folder = generated(&[
        "--transactions",
        "20000",
        "--customers",
        "3000",
        "--products",
        "5000",
        "--seed",
        "7",
    ]);
    let found = FILES.map(|name| sha256_of(&folder.path().join(name)).unwrap());
    let wanted = [
        "f9bce7ff2a16c67c487614859f7803a66557aa7087076ee3183f7ad1132ed5cc",
        "16203982df6bd64a56cb41d6893c3fab2daf16c6e4cc2f650ec94abaa895a04b",
        "76b8492ae19934219e65bb115bcb140e0fcd5ad9749c348083f686d719317a5e",
    ];
    assert_eq!(found, wanted);
    let other = generated(&["--seed", "8"]);
    assert_ne!(sha256_of(&other.path().join(FILES[0])).unwrap(), found[0]);
}

#[test]
fn keys_fit_amounts_are_exact_and_time_does_not_run_backwards() {
    let folder = generated(&["--transactions", "3000", "--customers", "150", "--products", "40"]);
    let by_key = |name: &str| -> HashMap<String, Vec<Option<String>>> {
        let rows = read(&folder.path().join(name));
        rows.into_iter().map(|row| (row[0].clone().unwrap(), row)).collect()
    };
    let (customers, products) = (by_key(FILES[0]), by_key(FILES[1]));
    assert_eq!((customers.len(), products.len()), (150, 40));
    let rows = read(&folder.path().join(FILES[2]));
    assert_eq!(rows.len(), 3000);
    let mut last = String::new();
    for row in rows {
        let row: Vec<_> = row.into_iter().map(Option::unwrap).collect();
        let [_, customer, product, quantity, price, amount, time, ..] = row.as_slice() else {
            panic!()
        };
        assert!(
            customers[customer][4].as_deref().unwrap() < &time[..10],
            "bought before registering"
        );
        assert_eq!(products[product][3].as_ref(), Some(price));
        assert_eq!(quantity.parse::<u64>().unwrap() * cents(price), cents(amount));
        assert!(*time >= last && time.starts_with("2024-"), "{time}");
        last.clone_from(time);
    }
}

#[test]
fn the_awkward_values_of_real_files_are_there() {
    let folder = generated(&[]);
    let customers = read(&folder.path().join(FILES[0]));
    let missing = customers.iter().filter(|row| row[2].is_none()).count();
    assert!((2..30).contains(&missing), "{missing} of 200 have no email");
    let name = |row: &Vec<Option<String>>| row[1].clone().unwrap();
    assert!(customers.iter().any(|row| name(row).contains('\'')));
    assert!(customers.iter().filter(|row| !name(row).is_ascii()).count() > 40);
    let text = fs::read_to_string(folder.path().join(FILES[1])).unwrap();
    assert!(text.contains(", ") && text.contains("\"\"") && text.contains('\''));
}

#[test]
fn a_second_run_says_so_and_changes_nothing() {
    let folder = generated(&[]);
    let before =
        FILES.map(|name| fs::metadata(folder.path().join(name)).unwrap().modified().unwrap());
    data_gen(folder.path(), &[]).assert().success().stderr(contains("nothing was changed"));
    let after =
        FILES.map(|name| fs::metadata(folder.path().join(name)).unwrap().modified().unwrap());
    assert_eq!(before, after);
    assert_eq!(names(folder.path()), FILES);
}

#[test]
fn a_run_that_was_cut_short_is_finished_by_the_next() {
    let folder = generated(&[]);
    let wanted = fs::read(folder.path().join(FILES[2])).unwrap();
    fs::rename(folder.path().join(FILES[2]), folder.path().join(".transactions.csv.partial"))
        .unwrap();
    data_gen(folder.path(), &[]).assert().success().stderr(contains("wrote 200 customers"));
    assert!(fs::read(folder.path().join(FILES[2])).unwrap() == wanted);
    assert_eq!(names(folder.path()), FILES);
}

#[test]
fn a_file_of_other_content_is_overwritten_by_force_only() {
    for name in FILES {
        for defect in ["longer", "shorter", "other"] {
            let folder = generated(&[]);
            let path = folder.path().join(name);
            let mut text = fs::read(&path).unwrap();
            match defect {
                "longer" => text.push(b'\n'),
                "shorter" => text.truncate(text.len() - 1),
                _ => text[100] ^= 1,
            }
            fs::write(&path, &text).unwrap();
            data_gen(folder.path(), &[]).assert().code(4).stderr(format!(
                "data-gen: {} holds something else: choose another folder, or --force to overwrite it\n",
                path.display()
            ));
            assert!(fs::read(&path).unwrap() == text);
            assert_eq!(names(folder.path()), FILES);
            data_gen(folder.path(), &["--force"]).assert().success();
            assert!(fs::read(&path).unwrap() != text);
        }
    }
}

#[test]
fn identifiers_widen_with_their_number() {
    let folder = generated(&["--transactions", "1", "--customers", "1", "--products", "10000"]);
    let row = &read(&folder.path().join(FILES[2]))[0];
    assert_eq!((row[0].as_deref(), row[1].as_deref()), (Some("T0000001"), Some("C00001")));
    assert_eq!(read(&folder.path().join(FILES[1]))[9999][0].as_deref(), Some("P10000"));
}

#[test]
fn nonsense_is_refused_as_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    for words in [
        ["--customers", "0"],
        ["--products", "0"],
        ["--transactions", "0"],
        ["--transactions", "1e6"],
        ["--transactions", "many"],
        ["--seed", "x"],
        ["--customers", "1000000001"],
    ] {
        data_gen(folder.path(), &words)
            .assert()
            .code(2)
            .stderr(contains("invalid value").and(contains(words[0])));
    }
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_file_in_place_of_the_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("taken");
    fs::write(&path, "mine").unwrap();
    data_gen(&path, &[]).assert().code(4).stderr(contains("cannot create the folder"));
    assert_eq!(fs::read(&path).unwrap(), b"mine");
}

#[test]
fn a_second_run_at_the_same_time_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let _lock = RunLock::of_folder(folder.path()).unwrap();
    let message = format!("data-gen: another run is at work in {}\n", folder.path().display());
    data_gen(folder.path(), &[]).assert().code(6).stderr(message);
}

#[test]
fn a_full_disk_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    // A limit on the size of a file, with its signal ignored, is reported like a full disk.
    let script = "trap '' XFSZ; ulimit -f 64; exec \"$@\"";
    Command::new("bash")
        .args(["-c", script, "bash", env!("CARGO_BIN_EXE_data-gen"), "--out-dir"])
        .arg(folder.path())
        .assert()
        .code(5)
        .stderr(contains("data-gen: cannot write ").and(contains("File too large")));
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_signal_stops_the_run_and_leaves_nothing_behind() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Process::new(env!("CARGO_BIN_EXE_data-gen"))
            .args(["--transactions", "100000000", "--out-dir"])
            .arg(folder.path())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let partial = folder.path().join(".transactions.csv.partial");
        while fs::metadata(&partial).map_or(0, |metadata| metadata.len()) == 0 {
            std::thread::sleep(Duration::from_millis(10));
        }
        Process::new("kill")
            .args([&format!("-{signal}"), &child.id().to_string()])
            .status()
            .unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code));
        let message = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
        assert!(message.contains("stopped by a signal: transactions.csv had"), "{message}");
        assert!(names(folder.path()).is_empty());
    }
}

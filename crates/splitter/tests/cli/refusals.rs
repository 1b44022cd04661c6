//! Bad input: one clear line, the right code, nothing changed.

use std::fmt::Write as _;
use std::fs;

use ecom_core::lock::RunLock;
use predicates::str::contains;

use crate::shop::{Shop, small, small_split, split_into, transactions};

const COLUMNS: &str = "
    Id  | id  | INT  | role = \"order_id\"
    Day | day | DATE | role = \"event_time\"; format = \"%Y-%m-%d\"";

fn with_rejects(text: &str, rows: usize, rejected: usize) -> Shop {
    let shop = Shop::new(&[("t.csv", text)]);
    let mut table = transactions("t.csv", rows, "[\"id\"]", COLUMNS, "");
    table.rejected = rejected;
    shop.write_plan(&split_into(1, rows - 1), &[table]);
    shop
}

#[test]
fn a_missing_plan_is_named() {
    let shop = Shop::new(&[]);
    shop.splitter(&[]).code(4).stderr(format!(
        "splitter: cannot read {}: No such file or directory (os error 2)\n",
        shop.plan().display()
    ));
    assert!(!shop.out().exists());
}

#[test]
fn a_source_that_changed_after_the_analysis_is_refused() {
    let shop = small();
    shop.splitter(&[]).success();
    let before = shop.everything();
    let path = shop.data.join("t.csv");
    let text = fs::read_to_string(&path).unwrap();
    // A new value, a value that does not fit, a header that is gone, an empty file.
    for changed in [
        text.replace("7.00", "8.00"),
        text.replace("7.00", "many"),
        text.replace("Buyer", "Client"),
        String::new(),
    ] {
        fs::write(&path, changed).unwrap();
        shop.splitter(&["--quiet", "--max-rejects", "0"])
            .code(4)
            .stderr(contains("t.csv is not the file that was analyzed (SHA-256 "))
            .stderr(contains("analyze the data set again\n"));
        assert_eq!(shop.everything(), before);
    }
    fs::remove_file(&path).unwrap();
    shop.splitter(&["--quiet"]).code(4).stderr(contains("t.csv: No such file or directory"));
    assert_eq!(shop.everything(), before);
}

#[test]
fn a_column_that_the_file_does_not_have_is_refused() {
    let shop = Shop::new(&[("t.csv", "Id,When\n1,2024-01-01\n")]);
    shop.write_plan(small_split(), &[transactions("t.csv", 1, "[\"id\"]", COLUMNS, "")]);
    shop.splitter(&[]).code(4).stderr(contains(
        "t.csv has no column \"Day\", which the plan has in transactions: analyze the data set again\n",
    ));
}

#[test]
fn an_empty_source_and_one_without_a_header_are_refused() {
    for text in ["", "\n\n"] {
        let shop = Shop::new(&[("t.csv", text)]);
        shop.write_plan(small_split(), &[transactions("t.csv", 0, "[\"id\"]", COLUMNS, "")]);
        shop.splitter(&[]).code(4).stderr(contains("t.csv: line 1: there is no header\n"));
        assert!(shop.everything().is_empty());
    }
}

#[test]
fn what_does_not_fit_is_rejected_with_its_place_and_its_bytes() {
    let text = "Id,Day\n1,2024-01-01\nx,2024-01-01\n3,\n4,2024-01-02,9\n5,2024-01-02\n";
    let shop = with_rejects(text, 2, 3);
    shop.splitter(&[])
        .code(3)
        .stderr(contains("rejected: t.csv: line 3: column Id: \"x\" is not an INT\n"))
        .stderr(contains("t.csv: 5 read = 2 accepted + 3 rejected\n"));
    assert_eq!(
        shop.text("rejects.csv"),
        "file,line,byte_offset,column,reason,raw\n\
         t.csv,3,20,Id,\"\"\"x\"\" is not an INT\",\"x,2024-01-01\"\n\
         t.csv,4,33,Day,\"empty, but the column is not nullable\",\"3,\"\n\
         t.csv,5,36,,3 fields where the header has 2,\"4,2024-01-02,9\"\n"
    );
    assert_eq!(shop.text("transactions_historical.csv"), "Id,Day\n1,2024-01-01\n");
    // The second run finds the same and says the same.
    shop.splitter(&["--quiet"]).code(3).stderr("");
}

#[test]
fn more_rejects_than_allowed_are_refused_and_nothing_is_changed() {
    let text = "Id,Day\n1,2024-01-01\nx,2024-01-01\ny,2024-01-01\n";
    let shop = with_rejects(text, 2, 1);
    shop.splitter(&["--quiet"]).code(4).stderr(contains(
        "splitter: more than 1 rejected record, the last one t.csv: line 4: column Id: \"y\" is \
         not an INT: nothing was changed (allow more with --max-rejects)\n",
    ));
    assert!(shop.everything().is_empty());
    shop.splitter(&["--max-rejects", "2"]).code(3);
    let before = shop.everything();
    shop.splitter(&["--max-rejects", "1", "--quiet"]).code(4).stderr(
        "splitter: 2 rejected records, more than 1: nothing was changed (allow more with \
         --max-rejects)\n",
    );
    assert_eq!(shop.everything(), before);
}

#[test]
fn a_second_run_at_the_same_time_is_refused() {
    let shop = small();
    let _lock = RunLock::acquire(&shop.out(), "splitter").unwrap();
    shop.splitter(&["--quiet"])
        .code(6)
        .stderr("splitter: another run is at work in ".to_owned() + "out (lock splitter)\n");
}

#[test]
fn a_folder_of_another_data_set_is_left_alone() {
    let shop = small();
    shop.splitter(&[]).success();
    let before = shop.everything();
    let plan = fs::read_to_string(shop.plan()).unwrap();
    fs::write(shop.plan(), plan.replace("\"shop\"", "\"mall\"")).unwrap();
    shop.splitter(&["--quiet"])
        .code(4)
        .stderr("splitter: out holds the data set shop, not mall: choose another --out-dir\n");
    assert_eq!(shop.everything(), before);
}

#[test]
fn a_source_is_never_overwritten() {
    let shop = Shop::new(&[("transactions_historical.csv", "Id,Day\n1,2024-01-01\n")]);
    let table = transactions("transactions_historical.csv", 1, "[\"id\"]", COLUMNS, "");
    shop.write_plan(small_split(), &[table]);
    let data = shop.data.to_str().unwrap();
    shop.splitter_into(data, &["--quiet"]).code(4).stderr(contains("would overwrite itself"));
    // By a link from another folder, and by the name of the rejects.
    for name in ["t.csv", "rejects.csv"] {
        let text = "Id,Day\n1,2024-01-01\n";
        let shop = Shop::new(&[(name, text)]);
        shop.write_plan(small_split(), &[transactions(name, 1, "[\"id\"]", COLUMNS, "")]);
        fs::create_dir(shop.out()).unwrap();
        let link = if name == "t.csv" { "transactions_realtime.csv" } else { name };
        std::os::unix::fs::symlink(shop.source(name), shop.out().join(link)).unwrap();
        shop.splitter(&["--quiet"]).code(4).stderr(format!(
            "splitter: out/{link} would overwrite itself: choose another --out-dir\n"
        ));
        assert_eq!(fs::read_to_string(shop.source(name)).unwrap(), text);
        assert!(fs::symlink_metadata(shop.out().join(link)).unwrap().is_symlink());
    }
}

#[test]
fn the_plan_that_is_read_is_never_overwritten_by_other_files() {
    let shop = small();
    fs::create_dir(shop.out()).unwrap();
    let plan = shop.out().join("manifest.json");
    fs::copy(shop.plan(), &plan).unwrap();
    shop.bare(&["--quiet", "--plan", plan.to_str().unwrap()])
        .code(4)
        .stderr(contains("manifest.json would overwrite itself: choose another --out-dir\n"));
    assert_eq!(fs::read(plan).unwrap(), fs::read(shop.plan()).unwrap());
}

#[test]
fn a_plan_by_date_without_an_event_time_is_refused() {
    let shop = Shop::new(&[("t.csv", "Id\n1\n")]);
    let columns = "Id | id | INT | role = \"order_id\"";
    shop.write_plan(small_split(), &[transactions("t.csv", 1, "[\"id\"]", columns, "")]);
    shop.splitter(&["--quiet"])
        .code(4)
        .stderr("splitter: transactions has no event time: use --by rows\n");
    shop.splitter(&["--quiet", "--by", "rows"]).success();
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let shop = small();
    fs::write(shop.out(), "a file").unwrap();
    shop.splitter(&["--quiet"]).code(4).stderr(contains("cannot create the folder out"));
}

#[test]
fn a_closed_pipe_is_success() {
    let shop = small();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_splitter"))
        .args(["--plan", shop.plan().to_str().unwrap(), "--quiet", "--out-dir"])
        .arg(shop.out())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(shop.out().join("manifest.json").exists());
}

#[test]
fn help_version_and_completions_are_there() {
    let shop = Shop::new(&[]);
    for (args, text) in [
        (&["--help"][..], "Example: splitter --plan"),
        (&["--version"], "splitter 0.1.0"),
        (&["completions", "bash"], "--on-orphan"),
    ] {
        shop.bare(args).success().stdout(contains(text));
    }
}

#[test]
fn a_disk_that_takes_no_more_ends_with_5_and_changes_nothing() {
    let shop = small();
    shop.splitter(&[]).success();
    let before = shop.everything();
    let mut text = fs::read_to_string(shop.data.join("t.csv")).unwrap();
    for id in 5..40_000 {
        writeln!(text, "{id},ann,2024-01-01,5").unwrap();
    }
    fs::write(shop.data.join("t.csv"), text).unwrap();
    shop.renew_plan();
    // Files of at most 64 blocks, and an error instead of a signal when one grows larger.
    let line = "trap '' XFSZ; ulimit -f 64; exec \"$0\" --quiet --plan \"$1\" --out-dir \"$2\"";
    let output = std::process::Command::new("sh")
        .args(["-c", line, env!("CARGO_BIN_EXE_splitter")])
        .args([shop.plan(), shop.out()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(5));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.ends_with("transactions_historical.csv: File too large (os error 27)\n"),
        "{text}"
    );
    assert_eq!(shop.everything(), before);
}

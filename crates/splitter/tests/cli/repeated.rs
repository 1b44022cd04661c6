//! Second runs, and runs that died.

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use ecom_core::work::Manifest;
use predicates::str::contains;

use crate::shop::{Shop, small, split_into, transactions};

#[test]
fn a_second_identical_run_says_so_and_changes_nothing() {
    let shop = small();
    for args in [&[][..], &["--ratio", "0.5"], &["--cut", "2024-01-03"], &["--by", "rows"]] {
        shop.splitter(args).success();
        let before = shop.everything();
        let report = shop.text("reports/splitter.json");
        shop.splitter(args).success().stderr(contains(
            "already split: the same data, plan and options; nothing was changed\n",
        ));
        assert_eq!(shop.everything(), before, "{args:?}");
        assert_eq!(shop.text("reports/splitter.json"), report);
    }
}

#[test]
fn the_work_folders_own_plan_may_be_the_one_that_is_used() {
    let shop = small();
    let plan = shop.out().join("plan.toml");
    fs::create_dir_all(shop.out()).unwrap();
    let text = format!("# a remark\n{}", fs::read_to_string(shop.plan()).unwrap());
    fs::write(&plan, &text).unwrap();
    let run = |args: &[&str]| {
        let mut all = vec!["--plan", plan.to_str().unwrap()];
        all.extend(args);
        shop.bare(&all).success()
    };
    run(&[]);
    assert_eq!(fs::read_to_string(&plan).unwrap(), text, "an identical plan is left");
    run(&["--cut", "2024-01-03"]);
    assert!(fs::read_to_string(&plan).unwrap().contains("cut = \"2024-01-03\""));
    let before = shop.everything();
    run(&[]).stderr(contains("nothing was changed"));
    run(&["--cut", "2024-01-03"]).stderr(contains("nothing was changed"));
    assert_eq!(shop.everything(), before);
}

#[test]
fn what_was_lost_or_changed_is_made_again() {
    let shop = small();
    shop.splitter(&[]).success();
    let before = shop.everything();
    for name in [
        "transactions_realtime.csv",
        "customers_full.csv",
        "rejects.csv",
        "manifest.json",
        "plan.toml",
    ] {
        let path = shop.out().join(name);
        fs::remove_file(&path).unwrap();
        shop.splitter(&[]).success().stderr(contains("split and verified"));
        assert_eq!(shop.everything(), before, "{name}");
        if name.contains('_') {
            fs::write(&path, "half").unwrap();
            shop.splitter(&[]).success().stderr(contains("split and verified"));
            assert_eq!(shop.everything(), before, "{name}");
        }
    }
}

#[test]
fn files_of_an_earlier_plan_and_of_a_killed_run_go() {
    let shop = small();
    shop.splitter(&[]).success();
    fs::write(shop.out().join(".products_full.csv.partial"), "half").unwrap();
    fs::write(shop.out().join("products_full.csv"), "old").unwrap();
    shop.splitter(&["--by", "rows"]).success();
    let names: Vec<_> = shop.everything().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "customers_full.csv",
            "manifest.json",
            "plan.toml",
            "rejects.csv",
            "transactions_historical.csv",
            "transactions_realtime.csv"
        ]
    );
}

/// A shop whose split takes a while; its last record comes first in time.
pub(crate) fn long(records: usize) -> Shop {
    let mut text = String::from("Id,Day,Note\n");
    let mut historical = 0;
    for id in 0..records {
        let day = records - id;
        let (month, day) = (day % 12 + 1, day % 28 + 1);
        historical += usize::from((month, day) == (1, 1));
        writeln!(text, "{id},2024-{month:02}-{day:02},\"note, {id}\"").unwrap();
    }
    let shop = Shop::new(&[("t.csv", &text)]);
    let columns = "
        Id   | id   | INT         | role = \"order_id\"
        Day  | day  | DATE        | role = \"event_time\"; format = \"%Y-%m-%d\"
        Note | note | VARCHAR(64) |";
    let table = transactions("t.csv", records, "[\"id\"]", columns, "");
    shop.write_plan(&split_into(historical, records - historical), &[table]);
    shop
}

/// Every manifest tells of files that are there; data files without one are allowed.
fn assert_consistent(shop: &Shop) {
    if let Ok(manifest) = Manifest::read(&shop.out()) {
        for file in &manifest.files {
            file.check(&shop.out()).unwrap();
        }
    }
}

#[test]
fn a_kill_at_any_moment_leaves_no_manifest_that_lies_and_a_second_run_finishes() {
    let shop = long(60_000);
    shop.splitter(&["--cut", "2024-07-01"]).success();
    let wanted = shop.everything();
    let start = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_splitter"));
        command.arg("--plan").arg(shop.plan()).arg("--out-dir").arg(shop.out()).args(args);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let begin = std::time::Instant::now();
    assert!(start(&["--cut", "2024-03-01"]).wait().unwrap().success());
    let whole = begin.elapsed();
    for round in 0..16_u32 {
        // To and fro, so that every run has something to change.
        let cut = if round % 2 == 0 { "2024-07-01" } else { "2024-03-01" };
        let mut child = start(&["--cut", cut]);
        std::thread::sleep(whole * (round + 1) / 14);
        // It may have ended already.
        let _ = child.kill();
        child.wait().unwrap();
        assert_consistent(&shop);
    }
    shop.splitter(&["--cut", "2024-07-01"]).success();
    assert!(shop.everything() == wanted, "{:?}", shop.names());
    // What a killed run had begun goes even when there is nothing to do.
    std::fs::write(shop.out().join(".transactions_historical.csv.partial"), "half").unwrap();
    shop.splitter(&["--cut", "2024-07-01"]).success();
    assert!(shop.everything() == wanted, "{:?}", shop.names());
}

#[test]
fn a_signal_stops_the_run_and_changes_nothing() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let shop = long(400_000);
        let mut child = Command::new(env!("CARGO_BIN_EXE_splitter"))
            .arg("--plan")
            .arg(shop.plan())
            .arg("--out-dir")
            .arg(shop.out())
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let begun = shop.out().join(".transactions_historical.csv.partial");
        while !begun.exists() {
            assert!(child.try_wait().unwrap().is_none(), "ended before it began");
            std::thread::sleep(Duration::from_millis(1));
        }
        let id = child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code));
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.ends_with("splitter: stopped by a signal: nothing was changed\n"), "{text}");
        assert!(shop.everything().is_empty());
    }
}

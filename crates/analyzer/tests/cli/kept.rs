//! An existing plan, locks, signals.

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use ecom_core::lock::RunLock;
use ecom_core::plan::Plan;

use super::{SALES, Said, Shop};

fn again(shop: &Shop, args: &[&str]) -> Said {
    let path = shop.plan_file();
    shop.run(&[&["--plan", path.to_str().unwrap()], args].concat())
}

#[test]
fn a_second_run_changes_nothing_and_says_so() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    shop.plan(&[]);
    let before = fs::metadata(shop.plan_file()).unwrap().modified().unwrap();
    let said = again(&shop, &[]);
    assert_eq!(said.code, 0);
    assert!(said.err.ends_with("plan.toml is up to date: nothing changed\n"), "{}", said.err);
    assert_eq!(fs::metadata(shop.plan_file()).unwrap().modified().unwrap(), before);
}

#[test]
fn an_edited_plan_is_kept_until_it_is_forced() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    let plan = shop.plan(&[]);
    let edited =
        fs::read_to_string(shop.plan_file()).unwrap().replace("VARCHAR(10)", "VARCHAR(99)");
    fs::write(shop.plan_file(), &edited).unwrap();
    let said = again(&shop, &[]);
    assert_eq!(said.code, 0);
    assert!(said.err.contains("kept the edited "), "{}", said.err);
    assert_eq!(fs::read_to_string(shop.plan_file()).unwrap(), edited);
    let said = again(&shop, &["--force"]);
    assert!(said.err.starts_with("wrote "), "{}", said.err);
    assert_eq!(Plan::read(&shop.plan_file()).unwrap(), plan);
}

#[test]
fn a_plan_of_other_files_or_with_another_cut_is_replaced_only_by_force() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    shop.plan(&[]);
    let path = shop.plan_file();
    let args = ["--plan", path.to_str().unwrap(), "--ratio", "0.5"];
    shop.refused(&args, "has a different ratio (--force replaces the plan and its edits)");
    let args = ["--plan", path.to_str().unwrap(), "--by", "rows"];
    shop.refused(&args, "has a different kind of cut (--force replaces the plan and its edits)");
    fs::write(shop.data().join("sales.csv"), format!("{SALES}1005,2024-01-05,7,A1,1,1.00\n"))
        .unwrap();
    let before = fs::read(&path).unwrap();
    shop.refused(
        &["--plan", path.to_str().unwrap()],
        "was made from other files: sales.csv differs (--force replaces the plan)",
    );
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(again(&shop, &["--force"]).code, 0);
    assert_eq!(Plan::read(&path).unwrap().transactions().unwrap().rows, 5);
}

#[test]
fn an_unreadable_plan_is_replaced_only_by_force() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    fs::create_dir(shop.plan_file().parent().unwrap()).unwrap();
    fs::write(shop.plan_file(), "version = 99\n").unwrap();
    let path = shop.plan_file();
    let said = shop.run(&["--plan", path.to_str().unwrap()]);
    assert_eq!(said.code, 4);
    assert!(said.err.contains("cannot be read (--force replaces it)"), "{}", said.err);
    assert_eq!(again(&shop, &["--force"]).code, 0);
}

#[test]
fn without_a_plan_nothing_is_written() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    assert_eq!(shop.run(&[]).code, 0);
    assert_eq!(fs::read_dir(shop.folder.path()).unwrap().count(), 1);
    assert_eq!(fs::read_dir(shop.data()).unwrap().count(), 1);
}

#[test]
fn a_run_report_counts_what_was_read() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    shop.plan(&[]);
    let report = shop.plan_file().with_file_name("reports").join("analyzer.json");
    let report: serde_json::Value = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
    assert_eq!((&report["read"], &report["exit_code"]), (&4.into(), &0.into()));
    assert_eq!(report["data_set"], "my_shop");
    assert_eq!(report["accepted"], serde_json::json!({ "count": 4 }), "no checksum is made up");
}

#[test]
fn another_run_on_the_same_plan_is_locked_out() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    let _lock = RunLock::acquire(shop.plan_file().parent().unwrap(), "analyzer").unwrap();
    let said = again(&shop, &[]);
    assert_eq!(said.code, 6);
    assert!(said.err.starts_with("analyzer: another run is at work in "), "{}", said.err);
}

#[test]
fn a_signal_stops_it_and_leaves_no_plan() {
    let mut text = String::from(SALES);
    for number in 0..1_500_000 {
        writeln!(text, "{},2024-02-01,{number},A{number},1,1.00", 2000 + number).unwrap();
    }
    let shop = Shop::new(&[("sales.csv", &text)]);
    let path = shop.plan_file();
    let child = Command::new(env!("CARGO_BIN_EXE_analyzer"))
        .arg(shop.data())
        .args(["--plan", path.to_str().unwrap()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begin = Instant::now();
    while !path.with_file_name(".analyzer.lock").exists()
        && begin.elapsed() < Duration::from_secs(30)
    {
        sleep(Duration::from_millis(5));
    }
    sleep(Duration::from_millis(50));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(143), "{message}");
    assert!(message.starts_with("analyzer: stopped by a signal: "), "{message}");
    assert!(!path.exists());
}

#[test]
fn an_added_or_removed_month_is_reported_and_the_plan_is_kept() {
    let january = "order_id,order_date,region,amount\n1,2024-01-05,EU,2.50\n2,2024-01-06,US,3.50\n";
    let february =
        january.replace("2024-01", "2024-02").replace("\n1,", "\n3,").replace("\n2,", "\n4,");
    let march =
        february.replace("2024-02", "2024-03").replace("\n3,", "\n5,").replace("\n4,", "\n6,");
    let shop = Shop::new(&[("orders-01.csv", january), ("orders-02.csv", &february)]);
    shop.plan(&[]);
    let told = |file: &str| {
        let said = again(&shop, &[]);
        assert_eq!(said.code, 4, "{}", said.err);
        let cause = format!("was made from other files: {file} differs");
        assert!(said.err.contains(&cause), "{}", said.err);
    };
    fs::write(shop.data().join("orders-03.csv"), &march).unwrap();
    told("orders-03.csv");
    fs::remove_file(shop.data().join("orders-03.csv")).unwrap();
    assert_eq!(again(&shop, &[]).code, 0);
    fs::remove_file(shop.data().join("orders-02.csv")).unwrap();
    told("orders-02.csv");
    fs::write(shop.data().join("orders-02.csv"), &march).unwrap();
    told("orders-02.csv");
}

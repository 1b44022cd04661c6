//! Runs the real binary.

#![allow(clippy::unwrap_used, reason = "a helper of a test may panic, too")]

mod shop;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

use assert_cmd::Command;
use ecom_core::checksum::Tally;
use ecom_core::lock::RunLock;
use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use serde_json::Value;
use shop::{Shop, logs_in};

#[test]
fn the_lines_asked_for_are_written_and_reported_with_exact_shares() {
    let shop = Shop::new(300);
    shop.run(&["--logs-per-file", "700", "--num-files", "3"]).assert().success();
    let files = shop.spooled();
    assert_eq!(files.len(), 3);
    let truth = shop.truth();
    let mut all = Tally::default();
    for ((name, lines), reported) in files.iter().zip(truth["files"].as_array().unwrap()) {
        let mut tally = Tally::default();
        for line in lines {
            tally.add(line.as_bytes());
        }
        assert_eq!(
            (reported["name"].as_str(), reported["lines"].as_u64()),
            (Some(name.as_str()), Some(700))
        );
        assert_eq!(reported["checksum"], tally.checksum.to_string());
        assert_eq!(reported["bytes"], lines.join("\n").len() + 1);
        assert_eq!(
            &fs::read_to_string(shop.work().join("logs").join(name)).unwrap(),
            &(lines.join("\n") + "\n")
        );
        all += tally;
    }
    assert_eq!(
        (truth["lines"].as_u64(), truth["checksum"].as_str()),
        (Some(2100), Some(all.checksum.to_string().as_str()))
    );
    let lines: Vec<Line> =
        files.iter().flat_map(|(_, lines)| lines).map(|line| Line::parse(line)).collect();
    let count = |level| lines.iter().filter(|line| line.level == level).count();
    assert_eq!((count("INFO"), count("WARN"), count("ERROR")), (1470, 420, 210));
    for service in
        ["TransactionService", "PaymentService", "InventoryService", "NotificationService"]
    {
        let found = lines.iter().filter(|line| line.service == service).count();
        assert!(found > 100, "{service}: {found}");
        assert_eq!(truth["services"][service], found);
    }
    assert!(lines.is_sorted_by(|a, b| a.time <= b.time));
    for ((name, _), first) in files.iter().zip(lines.iter().step_by(700)) {
        let digits: String = first.time[..19].chars().filter(char::is_ascii_digit).collect();
        assert_eq!(*name, format!("ecommerce_app_{}_{}.log", &digits[..8], &digits[8..]));
    }
}

#[test]
fn shares_are_exact_for_every_number_of_lines() {
    for (lines, wanted) in
        [(1, [1, 0, 0]), (3, [2, 1, 0]), (7, [5, 1, 1]), (33, [23, 7, 3]), (999, [699, 200, 100])]
    {
        let shop = Shop::new(40);
        shop.run(&["--logs-per-file", &lines.to_string(), "--num-files", "1"]).assert().success();
        let levels = &shop.truth()["levels"];
        assert_eq!(
            ["INFO", "WARN", "ERROR"].map(|level| levels[level].as_u64().unwrap()),
            wanted,
            "{lines}"
        );
    }
}

#[test]
fn any_number_of_lines_is_written_exactly_over_the_files() {
    for (lines, wanted) in
        [("7", vec![2, 2, 2, 1]), ("3", vec![1, 1, 1]), ("5003", vec![1001, 1001, 1001, 1001, 999])]
    {
        let shop = Shop::new(40);
        shop.run(&["--lines", lines]).assert().success();
        let counts: Vec<_> = shop.spooled().iter().map(|(_, lines)| lines.len()).collect();
        assert_eq!(counts, wanted);
        assert_eq!(shop.truth()["lines"].to_string(), lines);
        let message = format!("all {lines} lines were written before: nothing changed\n");
        shop.run(&["--lines", lines]).assert().success().stderr(message);
    }
}

#[test]
fn lines_that_fill_all_files_are_the_same_request_as_lines_of_each_file() {
    let shop = Shop::new(40);
    shop.run(&["--logs-per-file", "20"]).assert().success();
    shop.run(&["--lines", "100"]).assert().success().stderr(contains("nothing changed"));
    shop.run(&["--lines", "99"]).assert().code(4).stderr(contains("--lines 99 instead of 100"));
}

#[test]
fn everything_but_the_log_files_goes_into_the_folder_of_the_plan() {
    let shop = Shop::new(20);
    let source = shop.folder().join("source");
    fs::create_dir(&source).unwrap();
    fs::rename(shop.csv(), source.join("transactions.csv")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_log-gen"));
    let plan = shop.work().join("plan.toml");
    command.arg(source.join("transactions.csv")).arg("--plan").arg(plan);
    command.arg("--output-dir").arg(shop.spool()).assert().success();
    assert_eq!(fs::read_dir(&source).unwrap().count(), 1);
    assert_eq!((shop.archived().len(), shop.truth()["lines"].as_u64()), (5, Some(5000)));
    assert!(shop.work().join(".log-gen.lock").exists());
}

#[test]
fn each_order_is_one_story_in_the_order_of_time() {
    for (orders, files) in [(60, "5"), (60, "1"), (2000, "5")] {
        let shop = Shop::new(orders);
        shop.run(&["--num-files", files]).assert().success();
        let mut stories: BTreeMap<String, Vec<Line>> = BTreeMap::new();
        let text: Vec<String> = shop.spooled().into_iter().flat_map(|(_, lines)| lines).collect();
        for line in text.iter().map(|line| Line::parse(line)) {
            if let Some(order) = line.order() {
                stories.entry(order).or_default().push(line);
            }
        }
        assert_eq!(shop.truth()["orders"], stories.len());
        assert!(orders > 60 || stories.len() == 60, "{} stories", stories.len());
        // The first orders have a story, as many as the lines allow.
        assert!(stories.len() * 7 > text.len() - 20 || orders == 60, "{} stories", stories.len());
        for (number, (order, lines)) in stories.iter().enumerate() {
            let record = &shop.records[number];
            assert_eq!(*order, record.order);
            check_story(lines, record);
        }
    }
}

fn check_story(lines: &[Line], record: &shop::Sale) {
    let count = |part: &str| lines.iter().filter(|line| line.text.contains(part)).count();
    assert!(lines[0].text.starts_with("Processing order #"), "{lines:?}");
    assert_eq!(count("Processing order #"), 1);
    let amount = format!(": {} by {} (order #{})", record.amount, record.method, record.order);
    match record.status {
        "Failed" => {
            assert_eq!(
                count("Payment authorized") + count("confirmation") + count("Stock updated"),
                0,
                "{lines:?}"
            );
            assert!(count("Payment declined") <= 1);
        }
        "Cancelled" if count("Payment authorized") == 0 => {
            assert_eq!(count("Payment declined") + count("not paid"), 1, "{lines:?}");
            assert_eq!(count("confirmation") + count("Stock updated"), 0);
        }
        "Cancelled" => {
            assert_eq!(
                (count("Payment authorized"), count("Payment refunded"), count("confirmation")),
                (1, 1, 0)
            );
        }
        _ => {
            assert_eq!(
                (count("Payment authorized"), count("Order confirmation sent"), count("declined")),
                (1, 1, 0)
            );
            let stock =
                format!("Stock updated for product #{}: -{} unit", record.product, record.quantity);
            assert_eq!((count(&amount), count(&stock)), (1, 1), "{lines:?}");
        }
    }
    let customer = format!("customer #{}", record.customer);
    assert!(
        lines.iter().all(|line| !line.text.contains("customer #") || line.text.contains(&customer))
    );
    assert!(lines.last().unwrap().text.contains(&format!("status {}", record.status)), "{lines:?}");
    assert!(lines[0].time[..16] == record.time[..16], "{} {}", lines[0].time, record.time);
}

#[test]
fn the_same_seed_gives_the_same_lines_and_another_seed_others() {
    let lines = |seed| {
        let shop = Shop::new(100);
        shop.run(&["--seed", seed]).assert().success();
        shop.spooled()
    };
    let first = lines("42");
    assert_eq!(first, lines("42"));
    assert_ne!(first, lines("43"));
}

#[test]
fn what_the_data_set_lacks_is_left_out_and_printed() {
    let shop = Shop::with_roles(50, &["transaction_id"]);
    shop.run(&[]).assert().success().stderr(
        contains("no customer column: every customer is a guest").and(contains("no event time")),
    );
    let text =
        shop.spooled().into_iter().flat_map(|(_, lines)| lines).collect::<Vec<_>>().join("\n");
    assert!(text.contains("Payment authorized for guest (order #T0001)"));
    assert!(!text.contains('$') && !text.contains("customer #") && !text.contains("product"));
}

#[test]
fn records_of_one_order_are_one_story() {
    let shop = Shop::of_lines();
    shop.run(&["--logs-per-file", "100", "--num-files", "1"]).assert().success();
    let text = shop.spooled().remove(0).1.join("\n");
    assert_eq!(shop.truth()["orders"], 2);
    assert!(text.contains("Processing order #A (lines #1, #2, #3)"), "{text}");
    assert!(text.contains("Payment authorized for guest: $6.66 (order #A)"), "{text}");
    assert_eq!(text.matches("Stock updated for product \"Tea, green\"").count(), 4, "{text}");
}

#[test]
fn values_cannot_break_a_line_and_no_line_is_too_long() {
    let shop = Shop::new(3).with_product(
        "Evil\n2024-01-01 00:00:00.000000 [INFO] [\u{1b}[31m\u{2028}",
        "long".repeat(2000),
    );
    shop.run(&[]).assert().success();
    let lines: Vec<String> = shop.spooled().into_iter().flat_map(|(_, lines)| lines).collect();
    assert_eq!(lines.len(), 5000);
    for line in &lines {
        Line::parse(line);
        assert!(line.chars().count() <= 2048 && !line.chars().any(char::is_control), "{line}");
    }
    assert!(lines.iter().any(|line| line.contains("Evil\\n2024-01-01")));
    assert!(lines.iter().any(|line| line.contains("longlong") && line.contains('…')));
}

#[test]
fn a_file_without_records_gives_lines_of_the_services() {
    let shop = Shop::new(0);
    shop.run(&[]).assert().success();
    assert_eq!((shop.truth()["orders"].as_u64(), shop.spooled().len()), (Some(0), 5));
}

#[test]
fn a_second_run_changes_nothing() {
    let shop = Shop::new(100);
    shop.run(&[]).assert().success();
    let before = shop.everything();
    shop.run(&[])
        .assert()
        .success()
        .stderr(contains("all 5000 lines were written before: nothing changed"));
    assert_eq!(shop.everything(), before);
    // Flume consumes the files.
    fs::remove_dir_all(shop.spool()).unwrap();
    shop.run(&[]).assert().success();
    assert!(!shop.spool().exists());
}

#[test]
fn another_request_is_refused_with_the_way_out() {
    let shop = Shop::new(100);
    shop.run(&[]).assert().success();
    let before = shop.everything();
    shop.run(&["--num-files", "6", "--seed", "1"]).assert().code(4).stderr(format!(
        "log-gen: {}: logs were already written for a different request (--num-files 6 instead of 5, \
         --seed 1 instead of 42): repeat that request, or delete \
         its files with --reset\n",
        shop.csv().display()
    ));
    assert_eq!(shop.everything(), before);
    shop.run(&["--num-files", "6", "--reset"]).assert().success();
    assert_eq!((shop.spooled().len(), shop.truth()["lines"].as_u64()), (6, Some(6000)));
}

#[test]
fn a_reset_leaves_the_files_of_another_data_set_alone() {
    let shop = Shop::new(100);
    shop.run(&[]).assert().success();
    let (name, _) = shop.spooled().remove(1);
    fs::remove_file(shop.spool().join(&name)).unwrap();
    fs::write(shop.spool().join(&name), "mine\n").unwrap();
    shop.run(&["--reset", "--num-files", "1"]).assert().success();
    let names: Vec<String> = shop.spooled().into_iter().map(|(name, _)| name).collect();
    assert!(names.len() == 2 && names.contains(&name), "{names:?}");
    assert_eq!(fs::read(shop.spool().join(name)).unwrap(), b"mine\n");
}

#[test]
fn two_data_sets_never_share_a_name() {
    let (first, second) = (Shop::new(100), Shop::new(100));
    first.run(&[]).assert().success();
    second.run(&["--output-dir", first.spool().to_str().unwrap()]).assert().success();
    assert_eq!(first.spooled().len(), 10);
}

/// From every state that a killed run can leave, the next run loses and duplicates no line.
#[test]
fn a_run_killed_between_any_two_steps_is_finished_by_the_next() {
    let whole = Shop::new(200);
    whole.run(&[]).assert().success();
    let wanted = whole.spooled();
    for eaten in [false, true] {
        for state in ["writing", "pending", "handed over", "kept"] {
            let shop = Shop::new(200);
            shop.run(&[]).assert().success();
            let token: Value =
                serde_json::from_slice(&fs::read(shop.work().join("logs/.request.json")).unwrap())
                    .unwrap();
            let token = token["token"].as_str().unwrap();
            fs::remove_file(shop.work().join("reports/log-gen.json")).unwrap();
            let name = |index: usize| wanted[index].0.as_str();
            let archived = |name: &str| shop.work().join("logs").join(name);
            let spooled = |name: &str| shop.spool().join(name);
            let partial = spooled(&format!(".{}.{token}.partial", name(2)));
            // The run was killed at the third file; the last two were not started.
            for late in [name(3), name(4)] {
                fs::remove_file(archived(late)).unwrap();
                fs::remove_file(spooled(late)).unwrap();
            }
            let pending = archived(&format!(".{}.pending", name(2)));
            match state {
                "writing" => {
                    fs::remove_file(archived(name(2))).unwrap();
                    fs::remove_file(spooled(name(2))).unwrap();
                    fs::write(&partial, "half a li").unwrap();
                }
                "pending" => {
                    fs::rename(archived(name(2)), pending).unwrap();
                    fs::rename(spooled(name(2)), &partial).unwrap();
                }
                "handed over" => fs::rename(archived(name(2)), pending).unwrap(),
                _ => {}
            }
            let mut seen = if eaten { shop.spooled() } else { Vec::new() };
            for (name, _) in &seen {
                fs::remove_file(spooled(name)).unwrap();
            }
            shop.run(&[]).assert().success();
            seen.extend(shop.spooled());
            assert!(seen == wanted, "{state}, eaten: {eaten}");
            assert_eq!(shop.archived(), wanted, "{state}");
            assert_eq!(shop.truth()["checksum"], whole.truth()["checksum"]);
            assert_eq!(shop.hidden(), Vec::<String>::new(), "{state}");
        }
    }
}

#[test]
fn a_run_killed_at_any_time_is_finished_by_the_next() {
    let whole = Shop::new(3000);
    let words = ["--logs-per-file", "500", "--num-files", "40"];
    whole.run(&words).assert().success();
    let wanted = whole.spooled();
    let shop = Shop::new(3000);
    let mut seen = Vec::new();
    for round in 0..12 {
        let mut child = Process::new(env!("CARGO_BIN_EXE_log-gen"))
            .args(shop.words(&words))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(10 + round * 9));
        let _ = child.kill();
        child.wait().unwrap();
        for (name, lines) in shop.spooled() {
            fs::remove_file(shop.spool().join(&name)).unwrap();
            seen.push((name, lines));
        }
    }
    shop.run(&words).assert().success();
    seen.extend(shop.spooled());
    assert!(seen == wanted, "{} files instead of {}", seen.len(), wanted.len());
    assert_eq!(shop.archived(), wanted);
    assert_eq!(shop.hidden(), Vec::<String>::new());
}

#[test]
fn a_killed_reset_is_finished_by_the_next_run() {
    let shop = Shop::new(100);
    shop.run(&[]).assert().success();
    let logs = shop.work().join("logs");
    fs::rename(logs.join(".request.json"), logs.join(".reset.json")).unwrap();
    fs::remove_file(logs.join(&shop.archived()[0].0)).unwrap();
    shop.run(&["--num-files", "2"]).assert().success();
    assert_eq!(shop.archived().len(), 2);
}

#[test]
fn a_copy_that_was_changed_or_lost_is_noticed() {
    for change in ["changed", "lost"] {
        let shop = Shop::new(100);
        shop.run(&[]).assert().success();
        let path = shop.work().join("logs").join(&shop.archived()[4].0);
        let text = fs::read_to_string(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let what = if change == "changed" {
            fs::write(&path, text.replacen("INFO", "WARN", 1)).unwrap();
            "has changed since it was written"
        } else {
            "is missing"
        };
        let message = format!("log-gen: {} {what}: start again with --reset\n", path.display());
        shop.run(&[]).assert().code(7).stderr(message);
    }
}

#[test]
fn a_signal_stops_the_run_and_the_next_continues() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let shop = Shop::new(100);
        let words = ["--logs-per-file", "10", "--num-files", "6"];
        let slowly = [&words[..], &["--rate", "40"]].concat();
        let child = Process::new(env!("CARGO_BIN_EXE_log-gen"))
            .args(shop.words(&slowly))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        while shop.archived().len() < 2 {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        Process::new("kill")
            .args([&format!("-{signal}"), &child.id().to_string()])
            .status()
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code));
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains("of 6 files handed over; a re-run resumes"), "{message}");
        assert_eq!(shop.truth()["exit_code"], code);
        assert_eq!(shop.hidden(), Vec::<String>::new());
        let before = shop.archived();
        shop.run(&words).assert().success();
        assert_eq!(&shop.archived()[..before.len()], before);
        assert_eq!((shop.spooled().len(), shop.truth()["lines"].as_u64()), (6, Some(60)));
    }
}

#[test]
fn a_full_output_folder_leaves_nothing_half_written() {
    let shop = Shop::new(100);
    // A file size limit, with its signal ignored, acts like a full disk.
    let script = "trap '' XFSZ; ulimit -f 64; exec \"$@\"";
    let words = ["--logs-per-file", "5000", "--num-files", "2"];
    Command::new("bash")
        .args(["-c", script, "bash", env!("CARGO_BIN_EXE_log-gen")])
        .args(shop.words(&words))
        .assert()
        .code(5)
        .stderr(contains("log-gen: cannot write ").and(contains("File too large")));
    assert_eq!((shop.spooled().len(), shop.archived().len()), (0, 0));
    assert_eq!(shop.hidden(), Vec::<String>::new());
    shop.run(&words).assert().success();
}

#[test]
fn a_full_disk_on_another_file_system_leaves_nothing_half_written() {
    let mount = tempfile::tempdir().unwrap();
    let mounted = Process::new("mount")
        .args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"])
        .arg(mount.path())
        .output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        println!("SKIPPED: a file system of its own can only be mounted by root");
        return;
    }
    let shop = Shop::new(100);
    let output = mount.path().join("incoming");
    let words = ["--output-dir", output.to_str().unwrap()];
    let failed = shop.run(&words).output().unwrap();
    let left: Vec<_> =
        fs::read_dir(&output).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let message = String::from_utf8(failed.stderr).unwrap();
    // Flume consumes what was handed over, and the next run writes the rest.
    let mut seen = shop::logs_in(&output);
    for (name, _) in &seen {
        fs::remove_file(output.join(name)).unwrap();
    }
    let mut again = shop.run(&words).output().unwrap();
    seen.extend(shop::logs_in(&output));
    if again.status.code() == Some(5) {
        for (name, _) in shop::logs_in(&output) {
            fs::remove_file(output.join(name)).unwrap();
        }
        again = shop.run(&words).output().unwrap();
        seen.extend(shop::logs_in(&output));
    }
    Process::new("umount").arg(mount.path()).status().unwrap();
    assert_eq!(failed.status.code(), Some(5), "{message}");
    assert!(message.contains("No space left on device"), "{message}");
    assert!(left.iter().all(|name| !name.to_str().unwrap().starts_with('.')), "{left:?}");
    assert_eq!(again.status.code(), Some(0));
    assert_eq!(seen, shop.archived());
    assert_eq!(seen.len(), 5);
}

#[test]
fn another_run_in_the_same_folders_is_refused() {
    let shop = Shop::new(10);
    let lock = RunLock::acquire(&shop.work(), "log-gen").unwrap();
    shop.run(&[]).assert().code(6).stderr(contains("another run is at work in"));
    drop(lock);
    let _lock = RunLock::of_folder(&shop.spool()).unwrap();
    shop.run(&[]).assert().code(6).stderr(contains("another run is at work in"));
}

#[test]
fn wrong_usage_is_refused() {
    let shop = Shop::new(10);
    for words in [
        ["--num-files", "0"],
        ["--logs-per-file", "0"],
        ["--rate", "0"],
        ["--rate", "fast"],
        ["--seed", "x"],
    ] {
        shop.run(&words).assert().code(2).stderr(contains("invalid value").and(contains(words[0])));
    }
    shop.run(&["--num-files", "2000000000", "--logs-per-file", "1000"]).assert().code(2).stderr(
        "log-gen: --logs-per-file 1000 times --num-files 2000000000 is more than 1000000000000 lines\n",
    );
    shop.run(&["--lines", "7", "--logs-per-file", "2"])
        .assert()
        .code(2)
        .stderr(contains("'--lines <N>' cannot be used with '--logs-per-file <N>'"));
    Command::new(env!("CARGO_BIN_EXE_log-gen")).assert().code(2);
    assert!(!shop.work().join("logs").exists() && !shop.spool().exists());
}

#[test]
fn bad_input_is_refused_and_nothing_changed() {
    let shop = Shop::new(10);
    let csv = shop.csv();
    let refused = |message: String| {
        shop.run(&[]).assert().code(4).stderr(contains(message));
        assert!(!shop.work().join("logs").exists() && !shop.spool().exists());
    };
    let good = fs::read_to_string(&csv).unwrap();
    let path = csv.display();
    fs::write(&csv, "").unwrap();
    refused(format!("log-gen: {path}: line 1: there is no header\n"));
    fs::write(&csv, good.replacen("customer_id", "buyer", 1)).unwrap();
    refused(format!(
        "{path}: line 1: column 2 is \"buyer\" where the plan has \"customer_id\": \
         split the data set again\n"
    ));
    fs::write(&csv, good.replacen(",\"?", "", 1).replacen("T0003,", "T0003,\"", 1)).unwrap();
    refused("transactions_realtime.csv: line 4: ".into());
    fs::write(&csv, format!("{good}T9,C1,P1,two,1.00,2.00,2024-01-01 00:00:00,Card,,Done\n"))
        .unwrap();
    refused(
        "transactions_realtime.csv: line 12: column quantity: \"two\" is not an INT: the file does \
         not fit the plan, split the data set again\n"
            .into(),
    );
    fs::remove_file(&csv).unwrap();
    refused(format!("log-gen: cannot read {path}: No such file or directory"));
    fs::rename(shop.work().join("plan.toml"), shop.work().join("kept")).unwrap();
    refused(format!("log-gen: cannot read {path}: No such file or directory"));
    fs::rename(shop.work().join("kept"), shop.work().join("plan.toml")).unwrap();
    fs::write(&csv, good).unwrap();
    fs::write(shop.work().join("plan.toml"), "version = 1\n").unwrap();
    refused("plan.toml: line 1: missing field `data_set`".into());
    fs::remove_file(shop.work().join("plan.toml")).unwrap();
    refused("log-gen: cannot read ".into());
}

#[test]
fn a_file_that_was_changed_after_the_split_is_refused() {
    let shop = Shop::new(10);
    shop.write_manifest();
    shop.run(&[]).assert().success();
    let text = fs::read_to_string(shop.csv()).unwrap();
    fs::write(shop.csv(), text.replacen("Delivered", "Lost", 1)).unwrap();
    shop.run(&[])
        .assert()
        .code(4)
        .stderr(contains("was changed after it was written: split the data set again\n"));
}

#[test]
fn log_files_without_a_request_are_not_overwritten() {
    let shop = Shop::new(10);
    let path = shop.work().join("logs/ecommerce_app_20240101_000000.log");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "mine\n").unwrap();
    shop.run(&[]).assert().code(4).stderr(contains(": delete the copies with --reset\n"));
    assert_eq!(fs::read(&path).unwrap(), b"mine\n");
}

#[test]
fn an_output_folder_that_cannot_be_written_is_refused() {
    let shop = Shop::new(10);
    fs::write(shop.spool(), "a file").unwrap();
    shop.run(&[]).assert().code(4).stderr(contains("log-gen: cannot create the folder "));
}

#[test]
fn the_truth_is_printed_for_people_and_programs() {
    let shop = Shop::new(10);
    shop.run(&["--quiet"])
        .assert()
        .success()
        .stdout(contains("INFO                             3500\n"))
        .stderr("");
    let output = shop.run(&["--format", "json"]).output().unwrap();
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(printed["files"], shop.truth()["files"]);
    assert_eq!(printed["levels"]["ERROR"], 500);
}

#[test]
fn no_line_appears_twice() {
    let shop = Shop::new(1000);
    shop.run(&["--num-files", "20"]).assert().success();
    let mut seen = HashSet::new();
    let mut stamps: HashMap<String, u32> = HashMap::new();
    for (_, lines) in shop.spooled() {
        for line in lines {
            *stamps.entry(line[..26].to_owned()).or_default() += 1;
            assert!(seen.insert(line));
        }
    }
    assert!(stamps.values().all(|count| *count == 1));
}

/// The parts of a log line.
#[derive(Debug)]
struct Line<'a> {
    time: &'a str,
    level: &'a str,
    service: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn parse(line: &'a str) -> Self {
        let (time, rest) = line.split_at(26);
        let pattern: String =
            time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(pattern, "0000-00-00 00:00:00.000000", "{line}");
        let (level, rest) = rest.strip_prefix(" [").unwrap().split_once("] [").unwrap();
        let (service, text) = rest.split_once("] ").unwrap();
        Self { time, level, service, text }
    }

    fn order(&self) -> Option<String> {
        let at = self.text.to_lowercase().rfind("order #")?;
        let id = &self.text[at + 7..];
        Some(id.split([' ', ')', ':', ',']).next().unwrap().to_owned())
    }
}

/// A checkout with this `.env`, and a folder deep inside it.
fn checkout(shop: &Shop, dot_env: &str) -> (PathBuf, PathBuf) {
    let root = shop.folder().join("checkout");
    let deep = root.join("data/deep");
    fs::create_dir_all(&deep).unwrap();
    fs::create_dir_all(root.join("orchestration")).unwrap();
    fs::write(root.join("orchestration/lib.sh"), "").unwrap();
    fs::write(root.join(".env"), dot_env).unwrap();
    (root, deep)
}

/// The tool in a folder, with only the settings of its `.env`.
fn run_in(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_log-gen"));
    command.current_dir(folder).env_remove("LOG_SPOOL_DIR").env_remove("RUST_LOG").args(words);
    command
}

#[test]
fn a_path_in_dot_env_is_relative_to_its_folder_and_the_environment_takes_precedence() {
    let shop = Shop::new(20);
    let (root, deep) = checkout(&shop, "OTHER=$x `y`\nexport LOG_SPOOL_DIR=my spool\n");
    let csv = shop.csv().to_str().unwrap().to_owned();
    run_in(&deep, &[&csv]).assert().success();
    assert_eq!(logs_in(&root.join("my spool")).len(), 5);
    let mut command = run_in(&deep, &[&csv, "--reset"]);
    command.env("LOG_SPOOL_DIR", "here").assert().success();
    assert_eq!(logs_in(&deep.join("here")).len(), 5);
}

#[test]
fn a_wrong_line_in_dot_env_stops_a_run_but_neither_help_nor_version_nor_completions() {
    let shop = Shop::new(20);
    let (root, deep) = checkout(&shop, "# settings\nKAFKA_PORT = 9093\n");
    for words in [&["--help"][..], &["-V"], &["completions", "bash"]] {
        run_in(&deep, words).assert().success().stderr("");
    }
    let path = root.join(".env");
    let wanted = format!("log-gen: {}, line 2: not of the form NAME=VALUE\n", path.display());
    for words in [&[shop.csv().to_str().unwrap()][..], &["--nonsense"]] {
        run_in(&deep, words).assert().code(2).stdout("").stderr(wanted.clone());
    }
}

#[test]
fn verbose_prints_settings_files_and_locks_and_twice_the_progress_too() {
    let shop = Shop::new(20);
    let (root, deep) = checkout(&shop, "LOG_SPOOL_DIR=spool\n");
    let csv = shop.csv().to_str().unwrap().to_owned();
    let printed = |words: &[&str]| {
        let output = run_in(&deep, words).arg("--lines").arg("10").output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(!printed(&[&csv]).contains("INFO"));
    let wanted = [
        format!(
            "log-gen {}: settings from {}",
            env!("CARGO_PKG_VERSION"),
            root.join(".env").display()
        ),
        format!("LOG_SPOOL_DIR is {}, from .env", root.join("spool").display()),
        format!("holds the lock {}", shop.work().join(".log-gen.lock").display()),
        format!(
            "reading {csv}: {} bytes, {{\"delimiter\":\",\"",
            fs::metadata(&csv).unwrap().len()
        ),
        format!("handed over {}", root.join("spool/ecommerce_app_").display()),
        format!("wrote {}: ", shop.work().join("reports/log-gen.json").display()),
    ];
    for (words, debug) in [(&[&csv, "--reset", "-v"][..], false), (&[&csv, "--reset", "-vv"], true)]
    {
        let text = printed(words);
        let lines: Vec<_> = text.lines().collect();
        for part in &wanted {
            assert!(lines.iter().any(|line| line.contains(part)), "{part} is not in\n{text}");
        }
        assert_eq!(lines.iter().any(|line| line.contains("log lines: 8 of 10")), debug, "{text}");
    }
}

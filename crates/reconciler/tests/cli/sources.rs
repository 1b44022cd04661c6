//! The source files: each is in a table or in `left_out`, and the last line accounts for them.

use std::fs;

use ecom_core::plan::LeftOut;

use crate::support::{DataSet, json, run};

/// An entry of the plan's `left_out`.
fn left_out(file: &str, rows: u64, sales: bool) -> LeftOut {
    LeftOut { file: file.into(), rows, sales, reason: "no table refers to it".into() }
}

#[test]
fn a_file_that_the_plan_forgot_is_a_failed_verification() {
    let data_set = DataSet::with_sellers();
    let law = "source files = tables + left out           3 = 3 + 0";
    let (code, stdout, stderr) = run(&mut data_set.reconciler("input"));
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(stdout.contains(&format!("✓ {law}")), "{stdout}");

    let more = "orders-2024-04.csv";
    fs::write(data_set.source().join(more), "a,b\n1,2\n").unwrap();
    let (code, stdout, stderr) = run(&mut data_set.reconciler("input"));
    let problem =
        format!("{more} is in the folder but not in the plan: analyze the data set again");
    assert_eq!((code, stderr), (7, format!("reconciler: {problem}\n")), "{stdout}");
    assert!(stdout.contains("✗ source files = tables + left out           4 = 3 + 0"), "{stdout}");
    assert!(stdout.contains(&format!("\nsource files\n  {problem}\n")), "{stdout}");
    assert!(stdout.ends_with(&format!("✗ shop: {problem}\n")), "{stdout}");

    data_set.change_plan(|plan| plan.left_out.push(left_out(more, 1, false)));
    let (code, stdout, _) = run(&mut data_set.reconciler("input"));
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.contains("✓ source files = tables + left out           4 = 3 + 1"), "{stdout}");
    let end = "✓ shop: input holds every record; 1 of 4 files was left out: orders-2024-04.csv (1 \
               record): no table refers to it\n";
    assert!(stdout.ends_with(end), "{stdout}");
}

#[test]
fn a_table_that_was_removed_from_the_plan_is_noticed() {
    let data_set = DataSet::with_sellers();
    data_set.change_plan(|plan| plan.tables.retain(|table| table.name.as_str() != "sellers"));
    let (code, _, stderr) = run(&mut data_set.reconciler("input"));
    let message = "reconciler: sellers.csv is in the folder but not in the plan: analyze the data set again\n";
    assert_eq!((code, stderr.as_str()), (7, message));
}

#[test]
fn every_kind_of_data_file_counts_and_no_other_file_does() {
    let data_set = DataSet::new();
    let data = ["B.CSV", "c.txt", "d.tsv", "e.tab", "f.psv", "g.csv.gz", "h.zip", "i.xlsx"];
    for name in data.into_iter().chain([".a.csv", "~$i.xlsx", "#b.csv", "k.pdf", "l.csv~"]) {
        fs::write(data_set.source().join(name), "1\n").unwrap();
    }
    fs::create_dir(data_set.source().join("folder.csv")).unwrap();
    let (code, verdict, _) = json(&mut data_set.reconciler("input"));
    assert_eq!(code, 7);
    let message =
        |name| format!("{name} is in the folder but not in the plan: analyze the data set again");
    let wanted: Vec<_> = data.into_iter().map(message).collect();
    assert_eq!(verdict["sources"]["problems"], serde_json::json!(wanted));
    assert_eq!(verdict["sources"]["found"], 10);
}

#[test]
fn work_files_in_the_folder_are_not_source_files() {
    let data_set = DataSet::new();
    for name in ["manifest.json", "rejects.csv", "transactions_historical.csv", "products_full.csv"]
    {
        fs::copy(data_set.work().join(name), data_set.source().join(name)).unwrap();
    }
    let (code, stdout, _) = run(&mut data_set.reconciler("input"));
    assert_eq!(code, 0, "{stdout}");
    // Without the manifest, a file with that name is data.
    fs::remove_file(data_set.source().join("manifest.json")).unwrap();
    let (code, verdict, _) = json(&mut data_set.reconciler("input"));
    assert_eq!((code, &verdict["sources"]["found"]), (7, &5.into()));
}

/// An archive of files with one line each.
fn archive(members: &[&str]) -> Vec<u8> {
    let (mut files, mut directory) = (Vec::new(), Vec::new());
    let two = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
    let four = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    for name in members {
        let start = files.len();
        // Version, flags, stored, time, date, checksum of "1\n", packed, unpacked, name, no more.
        let mut facts = [20, 0, 0, 0, 0x21, 0xd9a7, 0x8a54].map(two).concat();
        facts.extend([2, 2].map(four).concat());
        facts.extend([name.len(), 0].map(two).concat());
        files.extend([b"PK\x03\x04", facts.as_slice(), name.as_bytes(), b"1\n"].concat());
        directory.extend([b"PK\x01\x02\x14\0", facts.as_slice(), &[0; 10]].concat());
        directory.extend([four(start).as_slice(), name.as_bytes()].concat());
    }
    let count = two(members.len());
    let mut end = [b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count].concat();
    end.extend([four(directory.len()), four(files.len())].concat());
    [files, directory, end, vec![0, 0]].concat()
}

#[test]
fn each_file_of_an_archive_and_each_sheet_of_a_workbook_counts() {
    let data_set = DataSet::new();
    let members =
        ["places.csv", "__MACOSX/._places.csv", "weather.csv", "read.me", "forgotten.csv"];
    fs::write(data_set.source().join("more.zip"), archive(&members)).unwrap();
    data_set.change_plan(|plan| plan.left_out.push(left_out("more.zip/places.csv", 8, false)));
    data_set.change_plan(|plan| plan.left_out.push(left_out("more.zip/weather.csv", 2, false)));
    let (code, verdict, _) = json(&mut data_set.reconciler("input"));
    let message =
        "more.zip/forgotten.csv is in the folder but not in the plan: analyze the data set again";
    assert_eq!(code, 7, "{verdict:#}");
    assert_eq!(verdict["sources"]["problems"], serde_json::json!([message]));
    assert_eq!(verdict["laws"][1]["counts"], serde_json::json!([5, 2, 2]));

    data_set.change_plan(|plan| plan.left_out.push(left_out("more.zip/forgotten.csv", 1, false)));
    let (code, stdout, _) = run(&mut data_set.reconciler("input"));
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.contains("source files = tables + left out           5 = 2 + 3"), "{stdout}");
}

#[test]
fn an_archive_that_cannot_be_read_counts_once() {
    let data_set = DataSet::new();
    fs::write(data_set.source().join("more.zip"), "no archive").unwrap();
    data_set.change_plan(|plan| plan.left_out.push(left_out("more.zip", 0, false)));
    let (code, stdout, _) = run(&mut data_set.reconciler("input"));
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.contains("source files = tables + left out           3 = 2 + 1"), "{stdout}");
}

#[test]
fn left_out_files_of_an_archive_are_counted_in_the_last_line() {
    let data_set = DataSet::new();
    let members = ["places.csv", "weather.csv"];
    fs::write(data_set.source().join("more.zip"), archive(&members)).unwrap();
    data_set.change_plan(|plan| plan.left_out.push(left_out("more.zip/places.csv", 8, false)));
    data_set.change_plan(|plan| plan.left_out.push(left_out("more.zip/weather.csv", 2, false)));
    let (code, stdout, _) = run(&mut data_set.reconciler("input"));
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.contains("source files = tables + left out           4 = 2 + 2"), "{stdout}");
    assert!(stdout.contains("; 2 of 4 files were left out: more.zip/places.csv (8 re"), "{stdout}");
}

#[test]
fn a_left_out_file_that_is_missing_or_in_a_table_is_reported() {
    let data_set = DataSet::new();
    data_set.change_plan(|plan| plan.left_out.push(left_out("gone.csv", 8, false)));
    data_set.change_plan(|plan| plan.left_out.push(left_out("sales.csv", 8, false)));
    let (code, verdict, _) = json(&mut data_set.reconciler("input"));
    assert_eq!(code, 7);
    let message = [
        "sales.csv is both in a table and in left_out of the plan",
        "gone.csv is in left_out of the plan but not in the folder: remove it from left_out",
    ];
    assert_eq!(verdict["sources"]["problems"], serde_json::json!(message));
}

#[test]
fn a_run_that_leaves_sales_out_ends_without_a_tick_and_with_exit_0() {
    let data_set = DataSet::new();
    for (name, rows) in [("may.csv", 50), ("june.csv", 70)] {
        fs::write(data_set.source().join(name), "a,b\n1,2\n").unwrap();
        data_set.change_plan(|plan| plan.left_out.push(left_out(name, rows, true)));
    }
    let (code, stdout, stderr) = run(&mut data_set.reconciler("input"));
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let end = "! shop: input holds every record of the plan, but 2 of 4 files with 120 records of \
               sales were left out: see left_out in plan.toml";
    assert!(stdout.ends_with(&format!("\n{end}\n")), "{stdout}");
    let (code, verdict, _) = json(&mut data_set.reconciler("input"));
    assert_eq!((code, &verdict["equal"], &verdict["complete"]), (0, &true.into(), &false.into()));
    assert_eq!(verdict["closing"], end);
    assert_eq!(verdict["sources"]["in_tables"], 2);
    assert_eq!(verdict["sources"]["left_out"][1]["rows"], 70);
    assert_eq!(verdict["laws"][1]["counts"], serde_json::json!([4, 2, 2]));
}

#[test]
fn skipped_lines_are_reported_beside_the_records() {
    let data_set = DataSet::new();
    data_set.change_plan(|plan| plan.tables.last_mut().unwrap().passed_over = 4);
    let (code, stdout, _) = run(&mut data_set.reconciler("input"));
    assert_eq!(code, 0, "{stdout}");
    let law = "rejected  11 = 7 + 3 + 1  (4 lines without a record skipped)\n";
    assert!(stdout.contains(law), "{stdout}");
    let (_, verdict, _) = json(&mut data_set.reconciler("input"));
    assert_eq!(verdict["laws"][0]["passed_over"], 4);
}

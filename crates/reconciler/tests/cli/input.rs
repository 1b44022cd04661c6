//! Without servers: the input hop, what is refused, and stores that are unavailable.

use std::fs;

use ecom_core::lock::RunLock;

use crate::support::{DataSet, HEADER, SALES, differences, json, run};

#[test]
fn the_work_files_hold_exactly_what_the_source_has() {
    let data_set = DataSet::new();
    let (code, stdout, stderr) = run(&mut data_set.reconciler("input"));
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let law = "✓ input = historical + real-time + rejected  11 = 7 + 3 + 1";
    assert!(stdout.contains(law), "{stdout}");
    assert!(stdout.ends_with("✓ shop: input holds every record\n"), "{stdout}");
    let report = fs::read(data_set.work().join("reports/reconciler.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(report["exit_code"], 0);
    assert_eq!(report["verdict"]["equal"], true);
}

#[test]
fn a_second_run_prints_the_same() {
    let data_set = DataSet::new();
    let strip = |text: String| {
        let lines = text.lines().map(|line| line.rsplit_once("  ").map_or(line, |(line, _)| line));
        lines.collect::<Vec<_>>().join("\n")
    };
    let first = strip(run(&mut data_set.reconciler("input")).1);
    assert_eq!(first, strip(run(&mut data_set.reconciler("input")).1));
}

#[test]
fn every_damage_to_the_work_files_is_named() {
    let data_set = DataSet::new();
    let mut rows = SALES[..7].to_vec();
    rows.remove(1);
    rows[0] = "10001,2024-01-01 10:00:00,P1,100.0,true,plain";
    rows[1] = SALES[9];
    rows.push(SALES[6]);
    data_set.write("transactions_historical.csv", HEADER, &rows);
    let realtime = [SALES[7], "10009,2024-02-02 10:00:00,P1,300,true,\"tab here\""];
    data_set.write("transactions_realtime.csv", HEADER, &realtime);
    data_set.write(
        "products_full.csv",
        "product,name",
        &["P1,Lamp", "P2,Chair", "P3,Sofa", "P9,Bed"],
    );
    data_set.manifest();
    let (code, verdict, stderr) = json(&mut data_set.reconciler("input"));
    assert_eq!(code, 7, "{verdict:#}");
    let message = "reconciler: 2 missing, 1 extra, 1 duplicated, 3 altered (input)\n";
    assert_eq!(stderr, message);
    let named = differences(&verdict, "input", "transactions");
    assert_eq!(
        named,
        [
            "missing 10002",
            "missing 10003",
            "duplicated 10007",
            "altered 10001 total as written: \"100.00\" → \"100.0\"",
            "altered 10009 note: \"tab\\there\" → \"tab here\" note as written: \"tab\\there\" → \
             \"tab here\"",
            "altered 10010 part: \"real-time\" → \"historical\"",
        ]
    );
    assert_eq!(differences(&verdict, "input", "products"), ["extra P9"]);
    assert_eq!(verdict["laws"][0]["holds"], false);
}

#[test]
fn the_report_names_locations_and_escapes_text_from_data() {
    let data_set = DataSet::new();
    let mut rows = SALES[..7].to_vec();
    rows[2] = "10003,2024-01-03 10:00:00,P1,-5,yes,\"\u{1b}[31mred\"";
    data_set.write("transactions_historical.csv", HEADER, &rows);
    data_set.manifest();
    let (code, stdout, _) = run(&mut data_set.reconciler("input"));
    assert_eq!(code, 7);
    assert!(!stdout.contains('\u{1b}'), "{stdout}");
    let altered = "  altered     10003  sales.csv:4  transactions_historical.csv:4\n";
    assert!(stdout.contains(altered), "{stdout}");
    let values = "note: \"two\\nlines\\tand a tab\" → \"\\u{1b}[31mred\"\n";
    assert!(stdout.contains(values), "{stdout}");
    assert!(stdout.contains("✗ input = historical"), "{stdout}");
}

#[test]
fn no_more_examples_than_requested_are_shown() {
    let data_set = DataSet::new();
    data_set.write("transactions_historical.csv", HEADER, &SALES[..1]);
    data_set.manifest();
    let (_, stdout, _) = run(data_set.reconciler("input").args(["--examples", "2"]));
    assert_eq!(stdout.matches("  missing   ").count(), 2, "{stdout}");
    assert!(stdout.contains("  … and 4 more missing\n"), "{stdout}");
}

#[test]
fn a_reject_that_is_not_listed_is_missing() {
    let data_set = DataSet::new();
    let rejects = data_set.work().join("rejects.csv");
    fs::write(&rejects, "file,line,byte_offset,column,reason,raw\n").unwrap();
    let (code, stdout, _) = run(&mut data_set.reconciler("input"));
    assert_eq!(code, 7);
    let reason = "not a record (1 fields where the header has 6): broken  sales.csv:13";
    assert!(stdout.contains(reason), "{stdout}");
    assert!(stdout.contains("rejects.csv has 0 records, the manifest says 1"), "{stdout}");
}

#[test]
fn a_derived_table_is_derived_again_and_compared() {
    let data_set = DataSet::derived();
    let (code, stdout, stderr) = run(&mut data_set.reconciler("input"));
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    data_set.write("products_full.csv", "product_id,Product", &["1,P2", "2,P1"]);
    data_set.manifest();
    let (code, verdict, _) = json(&mut data_set.reconciler("input"));
    assert_eq!(code, 7);
    let named = differences(&verdict, "input", "products");
    assert_eq!(named[0].split_once(" product_name: ").unwrap().0, "altered 1");
    assert_eq!(named.len(), 2);
}

#[test]
fn a_row_for_an_unknown_product_is_expected() {
    let data_set = DataSet::with_orphan();
    let (code, stdout, stderr) = run(&mut data_set.reconciler("input"));
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    data_set.write("products_full.csv", "product,name", &["P1,Lamp", "P3,"]);
    data_set.manifest();
    let (code, verdict, _) = json(&mut data_set.reconciler("input"));
    assert_eq!(code, 7);
    assert_eq!(differences(&verdict, "input", "products"), ["missing P2", "extra P3"]);
}

#[test]
fn what_is_missing_or_was_changed_is_refused() {
    let refused = |hop: &str, change: &dyn Fn(&DataSet), message: &str| {
        let data_set = DataSet::new();
        change(&data_set);
        let (code, stdout, stderr) = run(&mut data_set.reconciler(hop));
        assert_eq!((code, stderr.as_str()), (4, message), "{stdout}");
    };
    let remove = |name: &'static str| {
        move |data_set: &DataSet| fs::remove_file(data_set.work().join(name)).unwrap()
    };
    refused(
        "input",
        &remove("plan.toml"),
        "reconciler: cannot read work/plan.toml: No such file or directory (os error 2)\n",
    );
    refused(
        "mysql",
        &remove("manifest.json"),
        "reconciler: work has no manifest.json: split the data set first\n",
    );
    refused(
        "mysql",
        &remove("transactions_historical.csv"),
        "reconciler: cannot read work/transactions_historical.csv: No such file or directory (os \
         error 2)\n",
    );
    refused(
        "kafka",
        &|data_set| data_set.write("transactions_realtime.csv", HEADER, &SALES[..1]),
        "reconciler: work/transactions_realtime.csv was changed after it was written: split the \
         data set again\n",
    );
    refused(
        "flume-logs",
        &|data_set| fs::remove_dir_all(data_set.work().join("logs")).unwrap(),
        "reconciler: flume-logs: work/logs has no log files: run log-gen first\n",
    );
    refused(
        "input",
        &|data_set| {
            let path = data_set.work().join("manifest.json");
            let text = fs::read_to_string(&path).unwrap().replace("\"shop\"", "\"other\"");
            fs::write(path, text).unwrap();
        },
        "reconciler: the work files were not made from the data in the plan of shop: \
         split the data set again\n",
    );
}

#[test]
fn a_source_that_was_changed_is_refused_and_the_rest_is_reported() {
    let data_set = DataSet::new();
    fs::write(data_set.home.path().join("data/sales.csv"), "Order\n1\n").unwrap();
    let (code, stdout, stderr) = run(&mut data_set.reconciler("input"));
    assert_eq!(code, 4);
    assert!(stderr.contains("sales.csv is not the file that was analyzed"), "{stderr}");
    assert!(stdout.contains("products"), "{stdout}");
    assert!(stdout.contains("input  not checked: "), "{stdout}");
    assert!(stdout.contains("? input = historical"), "{stdout}");
}

/// Every hop of a data set, without any server.
fn without_servers(data_set: &DataSet) -> assert_cmd::Command {
    let mut command = data_set.reconciler("all");
    command.args(["--mysql-host", "127.0.0.1", "--mysql-port", "1", "--mysql-timeout", "1"]);
    command.args(["--bootstrap-servers", "127.0.0.1:1", "--kafka-timeout", "1"]);
    command.args(["--webhdfs-url", "http://127.0.0.1:1", "--hdfs-timeout", "1"]);
    command
}

#[test]
fn stores_that_cannot_be_reached_are_named_and_the_others_reported() {
    let data_set = DataSet::new();
    let (code, stdout, stderr) = run(&mut without_servers(&data_set));
    assert_eq!(code, 5, "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    for part in [
        "mysql: MySQL at 127.0.0.1:1 did not become available within 1 s: Connection refused",
        "kafka: Kafka at 127.0.0.1:1 did not answer within 1 s: ",
        "sqoop: cannot reach HDFS at 127.0.0.1:1: Connection refused",
    ] {
        assert!(stderr.contains(part), "{stderr}");
    }
    assert!(stdout.contains("✓ input = historical + real-time + rejected"), "{stdout}");
    assert!(stdout.contains("? historical = MySQL = HDFS/Sqoop"), "{stdout}");
    assert!(stdout.ends_with("✗ shop: not every store could be checked\n"), "{stdout}");
}

#[test]
fn no_route_in_the_plan_leaves_a_hop_out() {
    let data_set = DataSet::new();
    data_set.forget_routes();
    let (code, verdict, stderr) = json(&mut without_servers(&data_set));
    assert_eq!((code, &verdict["equal"]), (5, &false.into()), "{stderr}");
    let unchecked = verdict["unchecked"].as_array().unwrap().iter().map(|one| &one["hop"]);
    let stores = ["mysql", "kafka", "sqoop", "flume-kafka", "flume-logs"];
    assert_eq!(unchecked.collect::<Vec<_>>(), stores);
}

#[test]
fn a_wrong_setting_is_a_usage_error() {
    let data_set = DataSet::new();
    for (arguments, message) in [
        (&["--topic", "sales=x"][..], "--topic sales: the tables of the plan are products, tran"),
        (&["--topic", "Sales=x"], "\"Sales\" is not a table name"),
        (&["--topic", "transactions"], "use TABLE=TOPIC"),
        (&["--webhdfs-url", "localhost:9870"], "is not the address of HDFS"),
        (&["--topic", "transactions=a b"], "is not a topic name"),
    ] {
        let mut command = data_set.reconciler("kafka");
        command.args(["--kafka-timeout", "1", "--bootstrap-servers", "127.0.0.1:1"]);
        let (code, _, stderr) = run(command.args(arguments));
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains(message), "{stderr}");
    }
    let (code, _, stderr) = run(&mut data_set.reconciler("hive"));
    assert_eq!(code, 2);
    assert!(stderr.contains("[possible values: input, mysql, kafka, sqoop"), "{stderr}");
}

#[test]
fn a_second_run_at_the_same_time_is_refused() {
    let data_set = DataSet::new();
    let _lock = RunLock::acquire(&data_set.work(), "reconciler").unwrap();
    let (code, _, stderr) = run(&mut data_set.reconciler("input"));
    assert_eq!(code, 6);
    assert!(stderr.contains("another run is at work in work"), "{stderr}");
}

#[test]
fn help_shows_the_hops_and_an_example() {
    let data_set = DataSet::new();
    let (code, stdout, _) = run(data_set.reconciler("input").arg("--help"));
    assert_eq!(code, 0);
    for part in ["flume-kafka", "--examples", "--wait", "--hdfs-root", "Example: reconciler --plan"]
    {
        assert!(stdout.contains(part), "{stdout}");
    }
}

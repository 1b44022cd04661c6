//! The hops whose store is HDFS, against a server that the tests control.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use ecom_core::Code;
use ecom_core::checksum::Checksum;
use ecom_core::message::EventType;
use ecom_core::plan::TableName;
use ecom_core::report::{LogTruth, Run};

use crate::support::fake_hdfs::FakeHdfs;
use crate::support::fake_kafka::FakeKafka;
use crate::support::{DataSet, differences, json, run};

const LOGS: &str = "/user/flume/logs/2024/11/10";
const LINES: &str = "[INFO] one\n[INFO] one\n[WARN] two\n[INFO] three\n[ERROR] four\n";
const PRODUCTS: &str = "P1\tLamp\nP2\tChair\n";

fn reconciler(data_set: &DataSet, hdfs: &FakeHdfs, hop: &str) -> assert_cmd::Command {
    to(data_set.reconciler(hop), hdfs)
}

fn to(mut command: assert_cmd::Command, hdfs: &FakeHdfs) -> assert_cmd::Command {
    command.args(["--webhdfs-url", &hdfs.url, "--hdfs-timeout", "2"]);
    command
}

#[test]
fn equal_log_lines_are_counted() {
    let (data_set, hdfs) = (DataSet::new(), FakeHdfs::start());
    hdfs.files.put(&format!("{LOGS}/ecommerce-logs-.1.log"), LINES);
    let (code, stdout, stderr) = run(&mut reconciler(&data_set, &hdfs, "flume-logs"));
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(stdout.contains("✓ log lines generated = HDFS/logs  5 = 5"), "{stdout}");

    hdfs.files.put(&format!("{LOGS}/_ecommerce-logs-.2.log.tmp"), "[INFO] one\n[INFO] ha");
    let (code, verdict, _) = json(&mut reconciler(&data_set, &hdfs, "flume-logs"));
    assert_eq!(code, 7);
    assert_eq!(differences(&verdict, "flume-logs", "log lines"), ["duplicated [INFO] one"]);
}

#[test]
fn whole_lives_of_orders_are_compared_if_they_were_streamed() {
    let (data_set, hdfs) = (DataSet::new(), FakeHdfs::start());
    let messages =
        data_set.messages(TableName::Transactions, |key| EventType::lifecycle_of_key(key).to_vec());
    let mut lines: Vec<_> = messages.into_iter().map(|(_, value)| value + "\n").collect();
    let folder = "/user/flume/kafka-transactions/2024/11/10/15";
    hdfs.files.put(&format!("{folder}/kafka-txn-.1.json"), lines.concat());
    let kafka = FakeKafka::start();
    let servers = kafka.servers();
    let lifecycle = ["--events", "lifecycle", "--bootstrap-servers", &servers];
    let (code, verdict, stderr) = json(reconciler(&data_set, &hdfs, "flume-kafka").args(lifecycle));
    assert_eq!((code, stderr.as_str()), (0, ""), "{verdict:#}");
    assert_eq!(verdict["checks"][0]["found"]["count"], lines.len());

    let lost = lines.remove(1);
    hdfs.files.put(&format!("{folder}/kafka-txn-.1.json"), lines.concat());
    let (code, verdict, _) = json(reconciler(&data_set, &hdfs, "flume-kafka").args(lifecycle));
    assert_eq!(code, 7, "{lost}");
    assert_eq!(differences(&verdict, "flume-kafka", "transactions"), ["missing 10008"]);
    assert_eq!(verdict["laws"][0]["holds"], false);
}

#[test]
fn log_gens_report_must_agree_with_the_kept_log_files() {
    let (data_set, hdfs) = (DataSet::new(), FakeHdfs::start());
    hdfs.files.put(&format!("{LOGS}/ecommerce-logs-.1.log"), LINES);
    let truth = LogTruth { lines: 6, checksum: Checksum(1), ..LogTruth::default() };
    let report = Run::begin("0.0.0", "shop").end(Code::Success, 0, truth);
    report.write(&data_set.work(), None).unwrap();
    let (code, _, stderr) = run(&mut reconciler(&data_set, &hdfs, "flume-logs"));
    let message = "reconciler: log-gen reports 6 lines with checksum 0000000000000001: the copies \
                in logs differ\n";
    assert_eq!((code, stderr.as_str()), (7, message));
}

#[test]
fn an_unfinished_import_is_reported() {
    let (data_set, hdfs) = (DataSet::new(), FakeHdfs::start());
    hdfs.files.put("/user/sqoop/products/part-m-00000", PRODUCTS);
    hdfs.files.put("/user/sqoop/products/.part-m-00001.crc", "no data");
    let (code, verdict, stderr) = json(&mut reconciler(&data_set, &hdfs, "sqoop"));
    assert_eq!(code, 7, "{stderr}");
    let products = &verdict["checks"][0];
    assert_eq!(products["subject"], "products");
    assert_eq!(products["found"]["count"], 2);
    let problem = "/user/sqoop/products has no _SUCCESS: the import did not finish";
    assert_eq!(products["problems"][0], problem);
    let transactions = &verdict["checks"][1];
    assert_eq!(transactions["problems"][0], "HDFS has no folder /user/sqoop/transactions");
    assert_eq!(transactions["missing"], 7);
}

#[test]
fn no_route_in_the_plan_leaves_a_table_out() {
    let (data_set, hdfs) = (DataSet::new(), FakeHdfs::start());
    data_set.forget_routes();
    let (code, verdict, stderr) = json(&mut reconciler(&data_set, &hdfs, "sqoop"));
    assert_eq!(code, 7, "{stderr}");
    let subjects = verdict["checks"].as_array().unwrap().iter().map(|check| &check["subject"]);
    let tables = ["products", "transactions", "high_value_transactions"];
    assert_eq!(subjects.collect::<Vec<_>>(), tables);
}

#[test]
fn without_messages_no_folder_of_flume_is_expected() {
    let (data_set, hdfs) = (DataSet::new(), FakeHdfs::start());
    let kafka = FakeKafka::start();
    let flume_kafka = || {
        let mut command = reconciler(&data_set, &hdfs, "flume-kafka");
        command.args(["--bootstrap-servers", &kafka.servers()]);
        command
    };
    let (code, verdict, _) = json(&mut flume_kafka());
    let problem = "HDFS has no folder /user/flume/kafka-transactions";
    assert_eq!((code, &verdict["checks"][0]["problems"][0]), (7, &problem.into()));
    assert_eq!(verdict["checks"][0]["missing"], 3);

    data_set.all_historical();
    let (code, verdict, stderr) = json(&mut flume_kafka());
    assert_eq!((code, stderr.as_str()), (0, ""), "{verdict:#}");
    assert_eq!(verdict["checks"][0]["equal"], true);
    let (code, verdict, _) = json(&mut reconciler(&data_set, &hdfs, "sqoop"));
    assert_eq!((code, verdict["checks"][0]["equal"].as_bool()), (7, Some(false)));
}

#[test]
fn safe_mode_is_an_unavailable_store() {
    let (data_set, hdfs) = (DataSet::new(), FakeHdfs::start());
    hdfs.files.safe_mode(true);
    let (code, _, stderr) = run(&mut reconciler(&data_set, &hdfs, "sqoop"));
    let message = format!("reconciler: sqoop: HDFS at {} is in safe mode\n", hdfs.url);
    assert_eq!((code, stderr), (5, message));
}

#[test]
fn with_wait_records_in_flight_are_awaited() {
    let (data_set, hdfs) = (DataSet::new(), FakeHdfs::start());
    let open = format!("{LOGS}/_ecommerce-logs-.1.log.tmp");
    hdfs.files.put(&open, "[INFO] one\n[INFO] one\n[WARN] two\n");
    let files = hdfs.files.clone();
    let later = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(1500));
        files.put(&open, LINES);
        std::thread::sleep(Duration::from_millis(100));
        files.rename(&open, &format!("{LOGS}/ecommerce-logs-.1.log"));
    });
    let (code, stdout, stderr) =
        run(to(data_set.speaking_reconciler("flume-logs"), &hdfs).args(["--wait", "60"]));
    later.join().unwrap();
    assert_eq!(code, 0, "{stdout}{stderr}");
    let message = "no customers: the data set has no customer column\n\
                waiting for Flume: 3 of 5 log lines in HDFS\n";
    assert_eq!(stderr, message);
}

#[test]
fn waiting_ends_at_its_time_and_never_starts_if_it_cannot_help() {
    let (data_set, hdfs) = (DataSet::new(), FakeHdfs::start());
    hdfs.files.put(&format!("{LOGS}/ecommerce-logs-.1.log"), "[INFO] one\n");
    let (code, _, _) = run(reconciler(&data_set, &hdfs, "flume-logs").args(["--wait", "2"]));
    assert_eq!(code, 7);
    hdfs.files.put(&format!("{LOGS}/ecommerce-logs-.2.log"), "strange\n".repeat(9));
    let mut patient = to(data_set.speaking_reconciler("flume-logs"), &hdfs);
    let (code, _, stderr) = run(patient.args(["--wait", "600"]));
    assert_eq!(code, 7);
    assert!(!stderr.contains("waiting for Flume"), "{stderr}");
}

/// Starts the tool, waits for a line on its standard error, ends it with SIGTERM, and returns its exit
/// code and the rest of standard error.
fn stop_at(mut command: Command, line: &str) -> (Option<i32>, String) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(stderr.any(|printed| printed.unwrap() == line), "{line}");
    let killed = Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(killed.success());
    let rest: Vec<_> = stderr.map(Result::unwrap).collect();
    (child.wait().unwrap().code(), rest.join("\n"))
}

fn plain_reconciler(data_set: &DataSet, hop: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reconciler"));
    command.current_dir(data_set.home.path()).args(["--plan", "work/plan.toml", "--hop", hop]);
    command
}

const STOPPED: &str = "reconciler: stopped by a signal: not every hop was checked";

#[test]
fn a_signal_ends_the_wait_for_flume() {
    let (data_set, hdfs) = (DataSet::new(), FakeHdfs::start());
    hdfs.files.put(&format!("{LOGS}/ecommerce-logs-.1.log"), "[INFO] one\n");
    let mut command = plain_reconciler(&data_set, "flume-logs");
    command.args(["--webhdfs-url", &hdfs.url, "--wait", "600"]);
    let ended = stop_at(command, "waiting for Flume: 1 of 5 log lines in HDFS");
    assert_eq!(ended, (Some(143), STOPPED.to_owned()));
}

#[test]
fn a_signal_ends_the_wait_for_a_server_that_never_answers() {
    let data_set = DataSet::new();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port().to_string();
    let mut command = plain_reconciler(&data_set, "mysql");
    command.args(["--mysql-host", "127.0.0.1", "--mysql-port", &port, "--mysql-timeout", "600"]);
    let ended = stop_at(command, "no customers: the data set has no customer column");
    assert_eq!(ended, (Some(143), STOPPED.to_owned()));
}

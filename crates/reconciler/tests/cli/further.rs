//! A further table, which the platform has no role for, is compared in every store that must hold it.

use ecom_core::mysql::Server;
use ecom_core::plan::TableName;
use ecom_core::settings::MysqlArgs;
use ecom_core::testing::table_name;

use crate::support::fake_hdfs::FakeHdfs;
use crate::support::fake_kafka::FakeKafka;
use crate::support::{DataSet, differences, json, run};

fn sellers() -> TableName {
    TableName::new("sellers").unwrap()
}

#[test]
fn its_work_file_is_compared_with_its_source() {
    let data_set = DataSet::with_sellers();
    data_set.write("sellers_full.csv", "seller,city", &["S1,Roma", "S3,"]);
    data_set.manifest();
    let (code, verdict, stderr) = json(&mut data_set.reconciler("input"));
    assert_eq!((code, stderr.as_str()), (7, "reconciler: 1 missing, 1 extra, 1 altered (input)\n"));
    let altered = "altered S1 city: \"Rome\" → \"Roma\" city as written: \"Rome\" → \"Roma\"";
    assert_eq!(differences(&verdict, "input", "sellers"), ["missing S2", "extra S3", altered]);
    // It comes after the transactions in the plan, whose check counts the rejects of all tables.
    let transactions = &verdict["checks"][2];
    assert_eq!(transactions["subject"], "transactions");
    assert_eq!(transactions["equal"], true, "{transactions:#}");
}

#[test]
fn its_import_is_compared() {
    let (data_set, hdfs) = (DataSet::with_sellers(), FakeHdfs::start());
    hdfs.files.put("/user/sqoop/sellers/part-m-00000", "S1\tRome\nS2\t\n");
    hdfs.files.put("/user/sqoop/sellers/_SUCCESS", "");
    let mut command = data_set.reconciler("sqoop");
    command.args(["--webhdfs-url", &hdfs.url, "--hdfs-timeout", "2"]);
    let (code, verdict, _) = json(&mut command);
    assert_eq!(code, 7);
    let altered = "altered S2 city: null → \"\"";
    assert_eq!(differences(&verdict, "sqoop", "sellers"), [altered]);
}

#[test]
fn a_table_with_the_name_of_the_selection_replaces_it() {
    let (data_set, hdfs) = (DataSet::with_sellers(), FakeHdfs::start());
    data_set.change_plan(|plan| {
        plan.tables.last_mut().unwrap().name = table_name("high_value_transactions");
    });
    let manifest = data_set.work().join("manifest.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replace("\"sellers", "\"high_value_transactions")).unwrap();
    std::fs::rename(
        data_set.work().join("sellers_full.csv"),
        data_set.work().join("high_value_transactions_full.csv"),
    )
    .unwrap();
    hdfs.files.put("/user/sqoop/high_value_transactions/part-m-00000", "S1\tRome\nS2\t\\N\n");
    hdfs.files.put("/user/sqoop/high_value_transactions/_SUCCESS", "");
    let mut command = data_set.reconciler("sqoop");
    command.args(["--webhdfs-url", &hdfs.url, "--hdfs-timeout", "2"]);
    let (_, verdict, stderr) = json(&mut command);
    let checks = verdict["checks"].as_array().unwrap();
    assert_eq!(checks.len(), 3, "{stderr}");
    assert_eq!((&checks[2]["equal"], &checks[2]["found"]["count"]), (&true.into(), &2.into()));
}

#[test]
fn it_is_compared_in_kafka_only_if_it_was_streamed() {
    let data_set = DataSet::with_sellers();
    let kafka = FakeKafka::start();
    for table in [TableName::Products, TableName::Transactions] {
        kafka.fill(table.topic(), &data_set.drawn_messages(table));
    }
    // A topic that somebody else uses.
    kafka.fill(sellers().topic(), &[("x".into(), "y".into())]);
    let reconciler = || {
        let mut command = data_set.speaking_reconciler("kafka");
        command.args(["--bootstrap-servers", &kafka.servers(), "--kafka-timeout", "20"]);
        command
    };
    let (code, stdout, stderr) = run(&mut reconciler());
    assert_eq!(code, 0, "{stdout}{stderr}");
    assert!(!stdout.contains("sellers") && !stderr.contains("sellers"), "{stdout}{stderr}");
    data_set.report_stream(sellers());
    let (code, verdict, _) = json(&mut reconciler());
    assert_eq!(code, 7);
    assert_eq!(differences(&verdict, "kafka", "sellers"), ["missing S1", "missing S2", "extra y"]);
}

#[test]
fn its_rows_in_mysql_are_compared() {
    if std::env::var_os("ECOM_TEST_STACK").is_none() {
        println!("SKIPPED: needs a MySQL server (ECOM_TEST_STACK=1)");
        return;
    }
    let setting = |name: &str, default: &str| std::env::var(name).unwrap_or(default.into());
    let server = MysqlArgs {
        mysql_host: setting("MYSQL_HOST", "127.0.0.1"),
        mysql_port: setting("MYSQL_PORT", "3306").parse().unwrap(),
        mysql_database: "testdb_reconciler_further".into(),
        mysql_user: setting("MYSQL_USER", "sqoop"),
        mysql_timeout: 5,
        mysql_answer_timeout: 60,
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut connection = runtime.block_on(Server::new(&server).unwrap().connect()).unwrap();
    let mut sql = |statement: &str| runtime.block_on(connection.execute(statement)).unwrap();
    sql("DROP DATABASE IF EXISTS testdb_reconciler_further");
    sql("CREATE DATABASE testdb_reconciler_further CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    sql("CREATE TABLE testdb_reconciler_further.sellers (seller_id VARCHAR(9), city TEXT)");
    sql("INSERT INTO testdb_reconciler_further.sellers VALUES ('S1', 'Rome'), ('S2', '')");
    let data_set = DataSet::with_sellers();
    let mut command = data_set.reconciler("mysql");
    let (code, verdict, _) = json(command.env("MYSQL_DATABASE", "testdb_reconciler_further"));
    sql("DROP DATABASE testdb_reconciler_further");
    assert_eq!(code, 7);
    assert_eq!(differences(&verdict, "mysql", "sellers"), ["altered S2 city: null → \"\""]);
}

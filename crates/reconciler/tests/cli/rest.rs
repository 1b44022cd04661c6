//! What Flume carries is proven only when nothing is on its way any more.

use std::fs;
use std::path::PathBuf;

use ecom_core::kafka::FLUME_GROUP;
use ecom_core::plan::TableName;
use ecom_core::work::{LogRequest, LogTicket, StoresMark};
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::fake_hdfs::FakeHdfs;
use crate::support::fake_kafka::FakeKafka;
use crate::support::{DataSet, json as json_of, run};

const LOGS: &str = "/user/flume/logs/2024/11/10";
const LINES: &str = "[INFO] one\n[INFO] one\n[WARN] two\n[INFO] three\n[ERROR] four\n";
const MESSAGES: &str = "/user/flume/kafka-transactions/2024/11/10/15/kafka-txn-.1.json";

/// The metrics page of an agent that has put and taken so many events.
fn metrics(size: u64, put: u64, taken: u64) -> Value {
    let (size, put, taken) = (size.to_string(), put.to_string(), taken.to_string());
    let part = json!({"StartTime": "1", "StopTime": "0"});
    json!({"SOURCE.s": part, "SINK.hdfs-sink": part, "CHANNEL.c": {"StartTime": "1", "StopTime": "0",
        "ChannelSize": size, "EventPutSuccessCount": put, "EventTakeSuccessCount": taken}})
}

/// An agent with that page; returns its port.
fn agent(runtime: &Runtime, page: &Value) -> (MockServer, String) {
    runtime.block_on(async {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(200).set_body_json(page);
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let port = server.address().port().to_string();
        (server, port)
    })
}

/// A spool folder, into which the log files of the data set were handed over.
fn spool_of(data_set: &DataSet) -> PathBuf {
    let spool = data_set.home.path().join("spool");
    fs::create_dir(&spool).unwrap();
    let request = LogRequest {
        csv: String::new(),
        sha256: String::new(),
        columns: Vec::new(),
        logs_per_file: 5,
        num_files: 1,
        lines: None,
        seed: 1,
        output_dir: spool.clone(),
    };
    LogTicket { request, token: "x".into() }.write(&data_set.work().join("logs")).unwrap();
    spool
}

/// Runs the hop of the log lines; returns the exit code and what still moves.
fn flume_logs(data_set: &DataSet, hdfs: &FakeHdfs, port: &str) -> (i32, Value, String) {
    let mut command = data_set.reconciler("flume-logs");
    command.args(["--webhdfs-url", &hdfs.url, "--hdfs-timeout", "2"]);
    let (code, verdict, stderr) = json_of(command.args(["--log-agent-port", port]));
    (code, verdict["checks"][0]["moving"].clone(), stderr)
}

#[test]
fn equal_log_lines_are_green_only_when_everything_is_at_rest() {
    let (data_set, hdfs, runtime) = (DataSet::new(), FakeHdfs::start(), Runtime::new().unwrap());
    let spool = spool_of(&data_set);
    let open = format!("{LOGS}/_ecommerce-logs-.1.log.tmp");
    hdfs.files.put(&open, LINES);
    fs::write(spool.join("ecommerce_app_1.log"), "").unwrap();

    let (_busy, port) = agent(&runtime, &metrics(2, 7, 4));
    let (code, moving, stderr) = flume_logs(&data_set, &hdfs, &port);
    let expected = [
        "1 file that log-agent has not read",
        "3 events in the channel of log-agent",
        "log-agent has 1 file open",
    ];
    assert_eq!((code, &moving), (5, &json!(expected)), "{stderr}");
    let wanted = format!(
        "reconciler: equal, but still moving: flume-logs ({}): run again with --wait SECONDS\n",
        expected.join(", ")
    );
    assert_eq!(stderr, wanted);

    fs::remove_file(spool.join("ecommerce_app_1.log")).unwrap();
    let (_idle, port) = agent(&runtime, &metrics(0, 7, 9));
    let (code, moving, _) = flume_logs(&data_set, &hdfs, &port);
    assert_eq!((code, moving), (5, json!(["log-agent has 1 file open"])));
    let (code, moving, _) = flume_logs(&data_set, &hdfs, "1");
    let left = "log-agent does not run and has left 1 file open: run orchestration/start_flume.sh, \
                which recovers it";
    assert_eq!((code, moving), (5, json!([left])));

    hdfs.files.rename(&open, &format!("{LOGS}/ecommerce-logs-.1.log"));
    for port in [&port, "1"] {
        let (code, moving, stderr) = flume_logs(&data_set, &hdfs, port);
        assert_eq!((code, moving), (0, json!([])), "{stderr}");
    }
}

#[test]
fn lost_lines_are_handed_over_again_exactly_those_and_only_when_nothing_is_on_its_way() {
    let (data_set, hdfs, runtime) = (DataSet::new(), FakeHdfs::start(), Runtime::new().unwrap());
    let spool = spool_of(&data_set);
    let files = || {
        let mut files: Vec<_> =
            fs::read_dir(&spool).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    };
    // One of two equal lines, and another one, were lost.
    hdfs.files
        .put(&format!("{LOGS}/ecommerce-logs-.1.log"), "[INFO] one\n[WARN] two\n[INFO] three\n");
    let respool = |port: &str, wait: &str| {
        let mut command = data_set.reconciler("flume-logs");
        command.args(["--webhdfs-url", &hdfs.url, "--hdfs-timeout", "2", "--log-agent-port", port]);
        run(command.args(["--respool", "--wait", wait]))
    };
    let (_busy, busy) = agent(&runtime, &metrics(2, 7, 4));
    // Busy, not running, or with a file that waits: nothing is handed over.
    let waiting = spool.join("ecommerce_app_1.log");
    for (port, wait) in [(&busy, "0"), (&"1".to_owned(), "0")] {
        let (code, _, stderr) = respool(port, wait);
        assert_eq!((code, files().len()), (7, 0), "{stderr}");
    }
    let (_idle, idle) = agent(&runtime, &metrics(0, 7, 9));
    fs::write(&waiting, "").unwrap();
    assert_eq!((respool(&idle, "0").0, files()), (7, vec![waiting.clone()]));
    fs::remove_file(&waiting).unwrap();

    // A run that is killed before it renames its file leaves a hidden one, which counts for nothing.
    fs::write(spool.join(".ecommerce_app_again.log.partial"), "[INFO] half").unwrap();
    let (code, _, stderr) = respool(&idle, "0");
    assert_eq!(code, 7, "{stderr}");
    let [again] = &files()[..] else { panic!("{:?}", files()) };
    let mut lines: Vec<_> = fs::read_to_string(again).unwrap().lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(lines, ["[ERROR] four", "[INFO] one"]);
    // They are on their way now: a second run hands nothing over.
    assert_eq!((respool(&idle, "0").0, files()), (7, vec![again.clone()]));

    // Flume takes them while the run waits.
    fs::remove_file(again).unwrap();
    let (folder, store) = (spool.clone(), hdfs.files.clone());
    let flume = std::thread::spawn(move || {
        loop {
            let mut found = fs::read_dir(&folder).unwrap().flatten().map(|entry| entry.path());
            if let Some(path) = found.find(|path| path.extension().is_some_and(|end| end == "log"))
            {
                store.put(
                    &format!("{LOGS}/ecommerce-logs-.2.log"),
                    fs::read_to_string(&path).unwrap(),
                );
                fs::remove_file(path).unwrap();
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    });
    let (code, stdout, stderr) = respool(&idle, "60");
    flume.join().unwrap();
    assert_eq!(code, 0, "{stderr}");
    let note = "2 log lines had been lost and went to HDFS again, in ecommerce_app_again_";
    assert!(stdout.contains(note), "{stdout}{stderr}");
    assert!(files().is_empty());
}

#[test]
fn a_file_that_appears_while_others_are_compared_is_noticed() {
    let (data_set, hdfs) = (DataSet::new(), FakeHdfs::start());
    hdfs.files.put(&format!("{LOGS}/ecommerce-logs-.1.log"), LINES);
    hdfs.files.put_later(&format!("{LOGS}/ecommerce-logs-.2.log"), "[INFO] one\n");
    let (code, moving, _) = flume_logs(&data_set, &hdfs, "1");
    assert_eq!((code, moving), (5, json!(["the files have changed since they were compared"])));
    let (code, _, stderr) = flume_logs(&data_set, &hdfs, "1");
    assert_eq!((code, stderr.as_str()), (7, "reconciler: 1 duplicated (flume-logs)\n"));
}

#[test]
fn a_file_that_hdfs_holds_open_is_named_with_the_remedy() {
    let (data_set, hdfs) = (DataSet::new(), FakeHdfs::start());
    let path = format!("{LOGS}/ecommerce-logs-.1.log");
    hdfs.files.put(&path, LINES);
    hdfs.files.hold(Some(&path));
    let mut command = data_set.reconciler("flume-logs");
    command.args(["--webhdfs-url", &hdfs.url, "--hdfs-timeout", "2"]);
    let (code, stdout, stderr) = run(&mut command);
    let message = format!(
        "HDFS holds {path} open under its final name: run orchestration/start_flume.sh, which closes it"
    );
    assert_eq!((code, stderr), (5, format!("reconciler: flume-logs: {message}\n")), "{stdout}");
    assert!(stdout.contains(&format!("flume-logs  not checked: {message}\n")), "{stdout}");
    hdfs.files.hold(Some("/user/sqoop/products/part-m-00000"));
    assert_eq!(run(&mut command).0, 0);
}

/// Commits the offset of a partition as Flume does.
fn commit(kafka: &FakeKafka, offsets: [i64; 3]) {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", kafka.servers()).set("group.id", FLUME_GROUP);
    let consumer: BaseConsumer = config.create().unwrap();
    let mut list = TopicPartitionList::new();
    for (partition, offset) in (0..).zip(offsets) {
        let (topic, offset) = (TableName::Transactions.topic(), Offset::Offset(offset));
        list.add_partition_offset(topic, partition, offset).unwrap();
    }
    consumer.commit(&list, CommitMode::Sync).unwrap();
}

#[test]
fn messages_that_flume_has_yet_to_read_keep_its_hop_from_being_proven() {
    let (data_set, hdfs, kafka) = (DataSet::new(), FakeHdfs::start(), FakeKafka::start());
    let messages = data_set.drawn_messages(TableName::Transactions);
    let lines: Vec<_> = messages.iter().map(|(_, value)| format!("{value}\n")).collect();
    hdfs.files.put(MESSAGES, lines.concat());
    kafka.fill(TableName::Transactions.topic(), &messages);
    let ends = kafka.ends(TableName::Transactions.topic());
    let flume_kafka = || {
        let mut command = data_set.reconciler("flume-kafka");
        command.args(["--webhdfs-url", &hdfs.url, "--bootstrap-servers", &kafka.servers()]);
        let (code, verdict, _) = json_of(command.args(["--kafka-timeout", "20"]));
        (code, verdict["checks"][0]["moving"].clone())
    };
    let unread = |count| json!([format!("{count} that kafka-agent has not read")]);
    assert_eq!(flume_kafka(), (5, unread("3 messages")), "nothing was committed");
    let first = ends.iter().position(|end| *end > 0).unwrap();
    let mut almost = ends;
    almost[first] -= 1;
    commit(&kafka, almost);
    assert_eq!(flume_kafka(), (5, unread("1 message")), "{ends:?}");
    commit(&kafka, ends);
    assert_eq!(flume_kafka(), (0, json!([])));
    // Offsets of another topic of that name, which was longer: the group begins again.
    commit(&kafka, ends.map(|end| end + 7));
    assert_eq!(flume_kafka(), (5, unread("3 messages")));
}

#[test]
fn another_topic_than_the_one_that_filled_hdfs_is_a_problem_with_the_way_out() {
    let (data_set, kafka) = (DataSet::new(), FakeKafka::start());
    let topic = TableName::Transactions.topic();
    kafka.fill(topic, &data_set.drawn_messages(TableName::Transactions));
    kafka.fill(TableName::Products.topic(), &[]);
    let stores = data_set.home.path().join("var/stack/data");
    fs::create_dir_all(&stores).unwrap();
    let mark = StoresMark::of(&stores);
    mark.set(&data_set.plan.data_set).unwrap();
    mark.set_topic(topic, "another-topic-s-id-000").unwrap();
    let mut command = data_set.reconciler("kafka");
    command.args(["--bootstrap-servers", &kafka.servers(), "--kafka-timeout", "20"]);
    let (code, stdout, stderr) = run(&mut command);
    assert_eq!(code, 7, "{stdout}{stderr}");
    let (begin, end) = (
        format!("reconciler: topic {topic} was deleted and made again: its id is "),
        ": to empty the stores and fill them again: orchestration/run_pipeline.sh --reset --from 2\n",
    );
    assert!(stderr.starts_with(&begin) && stderr.ends_with(end), "{stderr}");
    let id = stderr[begin.len()..].split(',').next().unwrap().to_owned();
    mark.set_topic(topic, &id).unwrap();
    let (code, _, stderr) = run(&mut command);
    assert_eq!((code, stderr.as_str()), (0, ""));
}

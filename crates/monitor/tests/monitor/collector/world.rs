//! A complete run of the pipeline, with stand-ins for every server. Each test takes something away
//! from it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};

use ecom_core::Code;
use ecom_core::checksum::Checksum;
use ecom_core::plan::{Plan, Split, SplitBy, Table, TableName};
use ecom_core::report::{
    Delivery, Details, Import, Load, LoadFigures, LoadedTable, Loading, LogFile, LogTruth, Report,
    Run, WorkFiles,
};
use ecom_core::settings::KafkaArgs;
use ecom_core::testing::{plan, table, table_name};
use ecom_core::work::{self, LogRequest, LogTicket, Manifest, ManifestFile, Part};
use krafka::testing::FakeBroker;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{Offset, TopicPartitionList};
use serde::Serialize;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::hdfs::State;
use super::mysql::{self, Rows};

pub(crate) const TOPIC: &str = "ecommerce-transactions";
pub(crate) const MESSAGES: &str = "/user/flume/kafka-transactions";
pub(crate) const LOGS: &str = "/user/flume/logs";

/// Bytes that Flume writes for one message: its value and a line end.
pub(crate) fn bytes_of_messages(count: u64) -> u64 {
    count * (message(1).len() as u64 + 1)
}

/// The message of a record with a number of one digit: two units for 1.25 each.
pub(crate) fn message(record: u64) -> String {
    let (area, paid) = [("Asia", "Card"), ("Peru", "Cash")][usize::from(record.is_multiple_of(2))];
    format!(
        r#"{{"id":{},"sold":"2024-10-1{record} 10:00:00","item":"Tea","units":2,"price":1.25,"area":"{area}","paid":"{paid}","event_type":"NEW_ORDER","record_number":{record},"streaming_timestamp":"2026-11-22T10:00:00.000000Z","source":"aa"}}"#,
        100 + record
    )
}

/// The stand-ins.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) state: State,
    pub(crate) rows: Rows,
    pub(crate) kafka: FakeBroker,
    pub(crate) hdfs: MockServer,
    pub(crate) agents: [MockServer; 2],
    pub(crate) mysql: u16,
    /// Settings that a test changes.
    pub(crate) settings: Vec<(&'static str, String)>,
    /// Seconds without progress after which records count as missing.
    pub(crate) stale: &'static str,
    runtime: Runtime,
}

impl World {
    /// 4 rows in MySQL and Sqoop's folder, 3 messages, 10 log lines: all have arrived.
    pub(crate) fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let rows: Rows = Arc::new(Mutex::new([("transactions".to_owned(), 4)].into()));
        let state = State::default();
        let kafka = runtime.block_on(FakeBroker::start()).unwrap();
        let hdfs = runtime.block_on(MockServer::start());
        let agents = [runtime.block_on(MockServer::start()), runtime.block_on(MockServer::start())];
        runtime.block_on(Mock::given(any()).respond_with(state.clone()).mount(&hdfs));
        let mysql = mysql::start(rows.clone());
        let folder = tempfile::tempdir().unwrap();
        let settings = Vec::new();
        let world =
            Self { folder, state, rows, kafka, hdfs, agents, mysql, settings, stale: "0", runtime };
        world.write_run();
        world.file("/user/sqoop/transactions/part-m-00000", 40);
        world.file(&format!("{MESSAGES}/2026/11/22/10/kafka-txn-.1.json"), bytes_of_messages(3));
        world.file(&format!("{LOGS}/2026/11/22/ecommerce-logs-.1.log"), 100);
        assert!(world.kafka.create_topic(TOPIC, 3));
        (0..3_u8).for_each(|record| world.put_record(record.into(), u64::from(record) + 1));
        world.commit();
        world.agent(0, "log", "memory", 10, 0);
        world.agent(1, "kafka", "file", 3, 0);
        world
    }

    /// Puts a file of this length into the data lake.
    pub(crate) fn file(&self, path: &str, bytes: u64) {
        self.state.files.lock().unwrap().insert(path.to_owned(), bytes);
    }

    /// Puts the message of a record into the topic.
    pub(crate) fn put_record(&self, partition: i32, record: u64) {
        self.put(partition, [message(record)]);
    }

    /// Puts these messages into the topic.
    pub(crate) fn put(&self, partition: i32, messages: impl IntoIterator<Item = String>) {
        let messages = messages.into_iter().map(|message| (None, Some(message)));
        self.put_pairs(TOPIC, partition, messages);
    }

    /// Puts messages with these keys and values into a topic.
    pub(crate) fn put_pairs(
        &self,
        topic: &str,
        partition: i32,
        pairs: impl IntoIterator<Item = (Option<String>, Option<String>)>,
    ) {
        let producer: BaseProducer = self.kafka_args().client().create().unwrap();
        for (key, value) in pairs {
            let mut record = BaseRecord::<str, str>::to(topic).partition(partition);
            (record.key, record.payload) = (key.as_deref(), value.as_deref());
            while let Err((_, back)) = producer.send(record) {
                producer.poll(std::time::Duration::from_millis(50));
                record = back;
            }
        }
        producer.flush(std::time::Duration::from_mins(1)).unwrap();
    }

    /// Puts a text into the data lake.
    pub(crate) fn text(&self, path: &str, text: &str) {
        self.file(path, text.len() as u64);
        self.state.texts.lock().unwrap().insert(path.to_owned(), text.to_owned());
    }

    /// Commits as Flume would after reading one message of each partition.
    fn commit(&self) {
        let mut config = self.kafka_args().client();
        let consumer: BaseConsumer =
            config.remove("partitioner").set("group.id", "flume-consumer").create().unwrap();
        let mut list = TopicPartitionList::new();
        (0..3).for_each(|id| list.add_partition_offset(TOPIC, id, Offset::Offset(1)).unwrap());
        consumer.commit(&list, CommitMode::Sync).unwrap();
    }

    fn kafka_args(&self) -> KafkaArgs {
        KafkaArgs { bootstrap_servers: self.kafka.bootstrap_servers(), kafka_timeout: 30 }
    }

    /// Makes an agent healthy, with this many events received and this many in its channel.
    pub(crate) fn agent(&self, index: usize, name: &str, kind: &str, received: u64, waits: u64) {
        let mut page = json!({});
        let (source, channel) =
            (format!("SOURCE.{name}-source"), format!("CHANNEL.{kind}-channel"));
        page[source] = json!({ "StartTime": "1795387121828", "StopTime": "0",
            "EventReceivedCount": received.to_string(), "GenericProcessingFail": "0" });
        page[channel] = json!({ "StartTime": "1795387121828", "StopTime": "0",
            "ChannelSize": waits.to_string(), "ChannelCapacity": "10000" });
        page["SINK.hdfs-sink"] = json!({ "StartTime": "1795387121828", "StopTime": "0",
            "EventDrainSuccessCount": (received - waits).to_string() });
        self.set_agent_page(index, &page);
    }

    /// Sets the metrics page of an agent.
    pub(crate) fn set_agent_page(&self, index: usize, page: &Value) {
        let answer = ResponseTemplate::new(200).set_body_json(page);
        self.runtime.block_on(async {
            self.agents[index].reset().await;
            Mock::given(any()).respond_with(answer).mount(&self.agents[index]).await;
        });
    }

    /// A file of the work folder.
    pub(crate) fn work(&self, name: &str) -> PathBuf {
        self.folder.path().join("var/runs/shop").join(name)
    }

    /// Writes a file of the work folder.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.work(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes the report of a successful run.
    pub(crate) fn report<D: Details + Serialize>(&self, subject: Option<&str>, details: D) {
        let report = Run::begin("0.1.0", "shop").end(Code::Success, 0, details);
        report.write(&self.work(""), subject).unwrap();
    }

    /// Writes the report of an import of this many rows.
    fn report_import(&self, folder: &str, rows: u64) {
        self.report(Some(folder), Import { rows, bytes: rows * 10, ..Import::default() });
    }

    /// Adds a further table with this many rows, all of which have arrived.
    pub(crate) fn add_table(&self, name: &str, rows: u64) {
        let path = self.work("plan.toml");
        let mut plan = Plan::read(&path).unwrap();
        plan.tables.push(table(name, "id", COLUMNS));
        plan.write(&path).unwrap();
        let mut manifest = Manifest::read(&self.work("")).unwrap();
        manifest.files.push(work_file(table_name(name), Part::Full, rows));
        manifest.write(&self.work("")).unwrap();
        let loaded = Report::<Loading>::read(&self.work(""), None).unwrap().unwrap();
        let mut loading = loaded.details;
        loading.mysql.tables.push(loaded_table(table_name(name), rows));
        self.report(None, loading.clone());
        // Imports from before the load would have to be repeated.
        for loaded in loading.mysql.tables {
            self.report_import(loaded.table.as_str(), loaded.figures.rows);
        }
        self.rows.lock().unwrap().insert(name.to_owned(), rows);
        self.file(&format!("/user/sqoop/{name}/part-m-00000"), rows * 10);
    }

    fn write_run(&self) {
        let mark = self.folder.path().join("var/stack/data/data_set");
        fs::create_dir_all(mark.parent().unwrap()).unwrap();
        fs::write(mark, "shop\n").unwrap();
        let split = Split {
            by: SplitBy::Date,
            ratio: 0.7,
            cut: "2024-10-11".into(),
            historical: 4,
            realtime: 3,
        };
        let sales = Table { sha256: "aa".into(), ..table("transactions", "id", SALES) };
        let plan = Plan { split: split.clone(), ..plan("shop", [sales]) };
        plan.write(&self.work("plan.toml")).unwrap();
        let (table, name) = (TableName::Transactions, "transactions");
        let files = [(Part::Historical, 4), (Part::Realtime, 3)];
        let files = files.map(|(part, rows)| work_file(table, part, rows)).to_vec();
        let manifest = Manifest {
            data_set: "shop".into(),
            source: "aa".into(),
            files: files.clone(),
            rejected: 0,
        };
        manifest.write(&self.work("")).unwrap();
        self.report(None, WorkFiles { sources: Vec::new(), stubs: 0, split, files });
        let tables = vec![loaded_table(table, 4)];
        self.report(None, Loading { mysql: Load { tables, ..Load::default() } });
        self.report_import(name, 4);
        let (messages, value_bytes) = (Some(3), Some(bytes_of_messages(3) - 3));
        let delivery =
            Delivery { topic: TOPIC.into(), messages, value_bytes, ..Delivery::default() };
        self.report(Delivery::subject(table), delivery);
        let file = |name: &str| LogFile {
            name: name.into(),
            lines: 5,
            bytes: Some(50),
            checksum: Checksum::default(),
        };
        let names = ["ecommerce_app_20241110_153045.log", "ecommerce_app_20241110_153046.log"];
        let files = names.map(file).to_vec();
        self.report(None, LogTruth { lines: 10, files, ..LogTruth::default() });
        let request = LogRequest {
            csv: "transactions_realtime.csv".into(),
            sha256: "00".into(),
            columns: Vec::new(),
            logs_per_file: 5,
            num_files: 2,
            lines: None,
            seed: 42,
            output_dir: "/spool".into(),
        };
        LogTicket { request, token: "a token".into() }.write(&self.work(work::LOGS)).unwrap();
        for name in names {
            self.write(&format!("logs/{name}"), "123456789\n".repeat(5));
        }
    }

    /// The monitor, with only the settings of this world.
    pub(crate) fn monitor(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_monitor"));
        command.current_dir(self.folder.path()).env_clear().args(["--stale-after", self.stale]);
        let port = |server: &MockServer| server.address().port().to_string();
        command
            .env("MYSQL_HOST", "127.0.0.1")
            .env("MYSQL_PORT", self.mysql.to_string())
            .env("MYSQL_PASSWORD", "s3cret")
            .env("KAFKA_BOOTSTRAP_SERVERS", self.kafka.bootstrap_servers())
            .env("WEBHDFS_URL", self.hdfs.uri())
            .env("FLUME_HOST", "127.0.0.1")
            .env("FLUME_LOG_AGENT_PORT", port(&self.agents[0]))
            .env("FLUME_KAFKA_AGENT_PORT", port(&self.agents[1]))
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the monitor once; returns the exit code and the snapshot.
    pub(crate) fn snapshot(&self) -> (i32, Value) {
        self.snapshot_with(&[])
    }

    /// The same with these options.
    pub(crate) fn snapshot_with(&self, options: &[&str]) -> (i32, Value) {
        let once = ["--once", "--format", "json"];
        let output = self.monitor().args(once).args(options).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let snapshot =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{stderr}"));
        (output.status.code().unwrap(), snapshot)
    }
}

/// The hop with this id.
pub(crate) fn hop<'a>(snapshot: &'a Value, id: &str) -> &'a Value {
    snapshot["hops"].as_array().unwrap().iter().find(|hop| hop["id"] == id).unwrap()
}

/// The state of a probe.
pub(crate) fn probe<'a>(snapshot: &'a Value, name: &str) -> &'a Value {
    let probes = snapshot["probes"].as_array().unwrap();
    probes.iter().find(|probe| probe["name"] == name).unwrap()
}

const COLUMNS: &str = "
    id   | id   | INT      | role = 'order_id'
    sold | sold | DATETIME | role = 'event_time'; format = '%Y-%m-%d %H:%M:%S'";

const SALES: &str = "
    id    | id    | INT          | role = 'order_id'
    sold  | sold  | DATETIME     | role = 'event_time'; format = '%Y-%m-%d %H:%M:%S'
    item  | item  | VARCHAR(20)  | role = 'product_id'
    units | units | INT          | role = 'quantity'
    price | price | DECIMAL(6,2) | role = 'unit_price'
    area  | area  | VARCHAR(20)  | role = 'region'
    paid  | paid  | VARCHAR(20)  | role = 'payment_method'";

fn work_file(table: TableName, part: Part, rows: u64) -> ManifestFile {
    ManifestFile {
        name: part.file_name(table),
        table,
        part,
        rows,
        checksum: Checksum(1),
        bytes: rows * 10,
        sha256: "00".into(),
    }
}

fn loaded_table(table: TableName, rows: u64) -> LoadedTable {
    let figures = LoadFigures { rows, ..LoadFigures::default() };
    LoadedTable { table, checksum: Checksum(1), figures }
}

//! The tool against real servers: single records dropped, doubled and altered in each store.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test ends where its ground fails")]

mod support;

use std::time::Duration;

use ecom_core::canonical::Canonical;
use ecom_core::message::EventType;
use ecom_core::plan::TableName;
use ecom_core::settings::{KafkaArgs, MysqlArgs};
use ecom_core::work::Part;
use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use support::{DataSet, Message, differences, json, run};
use tokio::runtime::Runtime;

const DATABASE: &str = "testdb_reconciler";

/// The stores of one test, under names of their own; they go when it ends.
struct Stores {
    data_set: DataSet,
    runtime: Runtime,
    name: String,
    webhdfs: String,
}

impl Stores {
    /// `None`, with a word on it, where there are no servers to test with.
    fn new(test: &str) -> Option<Self> {
        if std::env::var_os("ECOM_TEST_STACK").is_none() {
            println!("SKIPPED: {test}: ECOM_TEST_STACK is not set");
            return None;
        }
        let webhdfs = setting("WEBHDFS_URL", "http://localhost:9870");
        let name = format!("reconciler-test-{test}-{}", std::process::id());
        let runtime = Runtime::new().unwrap();
        Some(Self { data_set: DataSet::new(), runtime, name, webhdfs })
    }

    fn root(&self) -> String {
        format!("/tmp/{}", self.name)
    }

    fn reconciler(&self, hop: &str) -> assert_cmd::Command {
        let mut command = self.data_set.reconciler(hop);
        command.env("MYSQL_DATABASE", DATABASE).args(["--hdfs-root", &self.root()]);
        command.arg("--topic").arg(format!("transactions={}", self.name));
        command.arg("--topic").arg(format!("products={}-products", self.name));
        command
    }

    fn connect(&self) -> Conn {
        let args = MysqlArgs {
            mysql_host: setting("MYSQL_HOST", "127.0.0.1"),
            mysql_port: setting("MYSQL_PORT", "3306").parse().unwrap(),
            mysql_database: DATABASE.into(),
            mysql_user: setting("MYSQL_USER", "sqoop"),
            mysql_timeout: 5,
        };
        self.runtime.block_on(Conn::new(args.connection().unwrap())).unwrap()
    }

    fn sql(&self, statements: &[&str]) {
        let mut connection = self.connect();
        self.runtime.block_on(async {
            for statement in statements {
                connection.query_drop(*statement).await.unwrap();
            }
        });
    }

    /// Creates and fills the tables, as a person would.
    fn fill_mysql(&self) {
        self.sql(&[
            "DROP DATABASE IF EXISTS testdb_reconciler",
            "CREATE DATABASE testdb_reconciler CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            "CREATE TABLE testdb_reconciler.products (product_id VARCHAR(9) PRIMARY KEY, \
             product_name TEXT)",
            "CREATE TABLE testdb_reconciler.transactions (order_id INT PRIMARY KEY, order_time \
             DATETIME NOT NULL, product VARCHAR(9) NOT NULL, total DECIMAL(10,2), paid BOOLEAN, \
             note TEXT)",
        ]);
        for (table, part) in
            [(TableName::Products, Part::Full), (TableName::Transactions, Part::Historical)]
        {
            for record in self.data_set.records(table, part) {
                let text = |value: Option<&str>| {
                    value.map_or("NULL".to_owned(), ecom_core::escape::sql_text)
                };
                let values: Vec<_> = record.values().map(text).collect();
                let values = values.join(", ");
                self.sql(&[&format!("INSERT INTO {DATABASE}.{table} VALUES ({values})")]);
            }
        }
    }

    /// The Kafka messages of the real-time part, with their keys.
    fn messages(&self) -> Vec<Message> {
        self.data_set.messages(|key| vec![EventType::of_key(key)])
    }

    fn admin() -> AdminClient<DefaultClientContext> {
        kafka().create().unwrap()
    }
    /// Makes the topic anew and sends the messages.
    fn fill_kafka(&self, messages: &[Message]) {
        let topic = NewTopic::new(&self.name, 3, TopicReplication::Fixed(1));
        let created = Self::admin();
        let created = created.create_topics([&topic], &AdminOptions::new());
        let created = self.runtime.block_on(created).unwrap();
        assert!(created.iter().all(Result::is_ok), "{created:?}");
        self.send(messages);
    }

    fn send(&self, messages: &[Message]) {
        let producer: BaseProducer = kafka().create().unwrap();
        for (key, value) in messages {
            producer.send(BaseRecord::to(&self.name).key(key).payload(value)).unwrap();
        }
        producer.flush(Duration::from_secs(20)).unwrap();
    }

    /// Writes a file into HDFS: the NameNode names the DataNode that takes the bytes.
    fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        let user = user();
        let query = format!("op=CREATE&overwrite=true&noredirect=true&user.name={user}");
        let url = format!("{}/webhdfs/v1{}{path}?{query}", self.webhdfs, self.root());
        let bytes = bytes.into();
        self.runtime.block_on(async {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let answer = client.put(url).send().await.unwrap().error_for_status().unwrap();
            let answer: serde_json::Value = answer.json().await.unwrap();
            let target = answer["Location"].as_str().unwrap();
            client.put(target).body(bytes).send().await.unwrap().error_for_status().unwrap();
        });
    }

    /// What Sqoop would write of a part of a table.
    fn sqoop_lines(&self, table: TableName, part: Part) -> Vec<String> {
        let text = |value: Option<&str>| match value {
            None => "\\N".to_owned(),
            Some(value) => value.replace(['\n', '\r', '\u{1}'], "").replace('\t', " "),
        };
        let line = |record: &Canonical| {
            let mut fields: Vec<_> = record.values().map(text).collect();
            if table == TableName::Transactions {
                fields[1] += ".0";
            }
            fields.join("\t") + "\n"
        };
        self.data_set.records(table, part).iter().map(line).collect()
    }

    fn fill_sqoop(&self) {
        let sales = self.sqoop_lines(TableName::Transactions, Part::Historical);
        let products = self.sqoop_lines(TableName::Products, Part::Full);
        let high: Vec<_> = [1, 4, 5].map(|place: usize| sales[place].clone()).into();
        for (folder, lines) in
            [("transactions", &sales), ("products", &products), ("high_value_transactions", &high)]
        {
            let (first, second) = lines.split_at(1);
            self.put(&format!("/sqoop/{folder}/part-m-00000"), first.concat());
            self.put(&format!("/sqoop/{folder}/part-m-00001"), second.concat());
            self.put(&format!("/sqoop/{folder}/_SUCCESS"), "");
        }
    }

    fn fill_flume(&self) {
        let lines: Vec<_> = self.messages().into_iter().map(|(_, value)| value).collect();
        let text = |lines: &[String]| lines.join("\n") + "\n";
        self.put("/flume/kafka-transactions/2024/11/10/15/kafka-txn-.1.json", text(&lines[..2]));
        let open = "/flume/kafka-transactions/2024/11/10/16/_kafka-txn-.2.json.tmp";
        self.put(open, text(&lines[2..]));
        let logs = "[ERROR] four\n[INFO] one\n[INFO] one\n[WARN] two\n[INFO] three\n";
        self.put("/flume/logs/2024/11/10/ecommerce-logs-.1.log", logs);
    }
}

impl Drop for Stores {
    fn drop(&mut self) {
        let url = format!(
            "{}/webhdfs/v1{}?op=DELETE&recursive=true&user.name={}",
            self.webhdfs,
            self.root(),
            user()
        );
        let admin = Self::admin();
        self.runtime.block_on(async {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let _ = client.delete(url).send().await;
            let _ = admin.delete_topics(&[&self.name], &AdminOptions::new()).await;
        });
        self.sql(&["DROP DATABASE IF EXISTS testdb_reconciler"]);
    }
}

fn kafka() -> rdkafka::ClientConfig {
    let bootstrap_servers = setting("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092");
    KafkaArgs { bootstrap_servers, kafka_timeout: 10 }.client()
}

/// Who owns the HDFS of the stack.
fn user() -> String {
    let name = std::process::Command::new("id").arg("-un").output().unwrap().stdout;
    setting("HDFS_USER", String::from_utf8(name).unwrap().trim())
}

fn setting(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}

#[test]
fn equal_stores_are_proven_and_every_single_damage_is_named() {
    let Some(stores) = Stores::new("all") else { return };
    empty_stores_lack_everything(&stores);
    stores.fill_mysql();
    stores.fill_kafka(&stores.messages());
    stores.fill_sqoop();
    stores.fill_flume();

    let (code, verdict, stderr) = json(&mut stores.reconciler("all"));
    assert_eq!((code, stderr.as_str()), (0, ""), "{verdict:#}");
    assert_eq!(verdict["equal"], true);
    let laws: Vec<_> =
        verdict["laws"].as_array().unwrap().iter().map(|law| &law["holds"]).collect();
    assert_eq!(laws, [true, true, true, true]);
    let high = &verdict["checks"].as_array().unwrap();
    let high = high.iter().find(|check| check["subject"] == "high_value_transactions").unwrap();
    assert_eq!(high["found"]["count"], 3);

    damage(&stores);
    let (code, verdict, stderr) = json(&mut stores.reconciler("all"));
    assert_eq!(code, 7, "{verdict:#}");
    let told = "reconciler: 4 missing, 4 extra, 6 duplicated, 3 altered (mysql, kafka, sqoop, flume-kafka, flume-logs)";
    assert_eq!(stderr.lines().last(), Some(told));
    expect_the_damage(&verdict);
}

fn empty_stores_lack_everything(stores: &Stores) {
    let (code, verdict, _) = json(&mut stores.reconciler("mysql,kafka"));
    assert_eq!(code, 7, "{verdict:#}");
    let problems: Vec<_> =
        verdict["checks"].as_array().unwrap().iter().map(|check| &check["problems"][0]).collect();
    let [products, transactions, topic] = problems[..] else { panic!("{verdict:#}") };
    for problem in [products, transactions] {
        assert!(problem.as_str().unwrap().contains(DATABASE), "{problem}");
    }
    assert_eq!(*topic, format!("there is no topic {}", stores.name));
    let wrong = stores.data_set.home.path().join("wrong");
    std::fs::write(&wrong, "wrong").unwrap();
    let (code, _, stderr) = run(stores.reconciler("mysql").env("MYSQL_PASSWORD_FILE", wrong));
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("Access denied for user"), "{stderr}");
}

/// Drops, doubles and alters single records in each store.
fn damage(stores: &Stores) {
    stores.sql(&[
        "DELETE FROM testdb_reconciler.transactions WHERE order_id = 10003",
        "UPDATE testdb_reconciler.transactions SET note = '', paid = 0 WHERE order_id = 10004",
        "ALTER TABLE testdb_reconciler.products DROP PRIMARY KEY",
        "INSERT INTO testdb_reconciler.products VALUES ('P1', 'Lamp'), ('P3', 'Table')",
    ]);
    let mut messages = stores.messages();
    let doubled = messages[0].clone();
    let altered = (messages[1].0.clone(), messages[1].1.replace("300.00", "301.00"));
    stores.send(&[doubled.clone(), altered, ("x".into(), "{\"order_id\":".into())]);

    let sales = stores.sqoop_lines(TableName::Transactions, Part::Historical);
    let altered = sales[6].replace("99.99", "99.98");
    let lines = [&sales[1..6].concat(), &sales[1], &altered];
    stores.put("/sqoop/transactions/part-m-00001", lines.map(String::as_str).concat());
    stores.put("/sqoop/high_value_transactions/part-m-00002", "a\tb\n");

    messages[2].1 = messages[2].1.replace("\"record_number\":3", "\"record_number\":4");
    let lines = [&messages[2].1, &messages[2].1, "half a mess"].join("\n");
    stores.put("/flume/kafka-transactions/2024/11/10/16/_kafka-txn-.2.json.tmp", lines);
    let first = doubled.1 + "\n";
    stores.put("/flume/kafka-transactions/2024/11/10/15/kafka-txn-.1.json", first);

    let logs = "[INFO] one\n[WARN] two\n[WARN] two\n[INFO] three\n[ERROR] FOUR\n";
    stores.put("/flume/logs/2024/11/10/ecommerce-logs-.1.log", logs);
}

fn expect_the_damage(verdict: &serde_json::Value) {
    let named = |hop, subject| differences(verdict, hop, subject);
    assert_eq!(
        named("mysql", "transactions"),
        ["missing 10003", "altered 10004 paid: null → \"0\" note: null → \"\""]
    );
    assert_eq!(named("mysql", "products"), ["extra P3", "duplicated P1"]);
    assert_eq!(
        named("kafka", "transactions"),
        [
            "extra {\"order_id\":",
            "duplicated 10008",
            "duplicated 10009 total: \"300.00\" → \"301.00\""
        ]
    );
    assert_eq!(
        named("sqoop", "transactions"),
        ["duplicated 10002", "altered 10007 total: \"99.99\" → \"99.98\""]
    );
    assert_eq!(named("sqoop", "products"), Vec::<String>::new());
    assert_eq!(named("sqoop", "high_value_transactions"), ["extra a\tb"]);
    assert_eq!(
        named("flume-kafka", "transactions"),
        [
            "missing 10009",
            "duplicated 10010 record_number: \"3\" → \"4\"",
            "altered 10010 record_number: \"3\" → \"4\"",
        ]
    );
    assert_eq!(
        named("flume-logs", "log lines"),
        [
            "missing [INFO] one",
            "missing [ERROR] four",
            "extra [ERROR] FOUR",
            "duplicated [WARN] two",
        ]
    );
}

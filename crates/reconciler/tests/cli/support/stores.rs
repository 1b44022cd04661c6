//! The stores of one test on real servers, with names of their own.

use ecom_core::canonical::Canonical;
use ecom_core::mysql::{Connection, Server};
use ecom_core::plan::TableName;
use ecom_core::settings::MysqlArgs;
use ecom_core::work::Part;
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use tokio::runtime::Runtime;

use super::fake_kafka::{records, send_to};
use super::{DataSet, Message};

pub(crate) const DATABASE: &str = "testdb_reconciler";

/// Flume's files: a closed and an open one with messages, and one with log lines.
pub(crate) const CLOSED: &str = "/flume/kafka-transactions/2024/11/10/15/kafka-txn-.1.json";
pub(crate) const OPEN: &str = "/flume/kafka-transactions/2024/11/10/16/_kafka-txn-.2.json.tmp";
pub(crate) const LOGS: &str = "/flume/logs/2024/11/10/ecommerce-logs-.1.log";

/// The indexes of the sales over 100 in the historical part.
pub(crate) const HIGH_VALUE: [usize; 3] = [1, 4, 5];

/// What is streamed.
const STREAMED: [TableName; 2] = [TableName::Products, TableName::Transactions];

/// The stores of one test; they are removed when it ends.
pub(crate) struct Stores {
    pub(crate) data_set: DataSet,
    runtime: Runtime,
    name: String,
    webhdfs: String,
    /// How often the topics were created; the latest ones are compared.
    rounds: u32,
}

impl Stores {
    /// `None`, and a line about it, if there are no servers to test with.
    pub(crate) fn new(test: &str) -> Option<Self> {
        if std::env::var_os("ECOM_TEST_STACK").is_none() {
            println!("SKIPPED: {test}: ECOM_TEST_STACK is not set");
            return None;
        }
        let webhdfs = setting("WEBHDFS_URL", "http://localhost:9870");
        let name = format!("reconciler-test-{test}-{}", std::process::id());
        let runtime = Runtime::new().unwrap();
        Some(Self { data_set: DataSet::new(), runtime, name, webhdfs, rounds: 0 })
    }

    fn root(&self) -> String {
        format!("/tmp/{}", self.name)
    }

    pub(crate) fn reconciler(&self, hop: &str) -> assert_cmd::Command {
        let mut command = self.data_set.reconciler(hop);
        command.env("MYSQL_DATABASE", DATABASE).args(["--hdfs-root", &self.root()]);
        // Flume does not read the topics of this test.
        command.env("KAFKA_TOPIC", format!("{}-unread", self.name));
        for table in STREAMED {
            command.args(["--topic", &format!("{table}={}", self.topic(table))]);
        }
        command
    }

    pub(crate) fn topic(&self, table: TableName) -> String {
        self.topic_of_round(table, self.rounds)
    }

    fn topic_of_round(&self, table: TableName, round: u32) -> String {
        format!("{}-{round}-{table}", self.name)
    }

    fn connect(&self) -> Connection {
        let args = MysqlArgs {
            mysql_host: setting("MYSQL_HOST", "127.0.0.1"),
            mysql_port: setting("MYSQL_PORT", "3306").parse().unwrap(),
            mysql_database: DATABASE.into(),
            mysql_user: setting("MYSQL_USER", "sqoop"),
            mysql_timeout: 5,
            mysql_answer_timeout: 60,
        };
        self.runtime.block_on(Server::new(&args).unwrap().connect()).unwrap()
    }

    pub(crate) fn sql(&self, statements: &[&str]) {
        let mut connection = self.connect();
        self.runtime.block_on(async {
            for statement in statements {
                connection.execute(*statement).await.unwrap();
            }
        });
    }

    /// Creates and fills the tables without using any of the tools.
    pub(crate) fn fill_mysql(&self) {
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

    fn admin() -> AdminClient<DefaultClientContext> {
        ClientConfig::new().set("bootstrap.servers", bootstrap_servers()).create().unwrap()
    }

    /// Creates topics with each table's messages after `change`.
    pub(crate) fn fill_kafka(&mut self, change: impl Fn(TableName, &mut Vec<Message>)) {
        self.rounds += 1;
        for table in STREAMED {
            let name = self.topic(table);
            let topic = NewTopic::new(&name, 3, TopicReplication::Fixed(1));
            let (admin, options) = (Self::admin(), AdminOptions::new());
            let created = self.runtime.block_on(admin.create_topics([&topic], &options)).unwrap();
            assert!(created.iter().all(Result::is_ok), "{created:?}");
            let mut messages = self.data_set.drawn_messages(table);
            change(table, &mut messages);
            send_to(&bootstrap_servers(), records(&name, &messages));
        }
    }

    /// Writes a file to HDFS: the NameNode redirects to the DataNode that takes the bytes.
    pub(crate) fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) {
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

    /// Renames a file in HDFS.
    pub(crate) fn rename(&self, from: &str, to: &str) {
        let query = format!("op=RENAME&destination={}{to}&user.name={}", self.root(), user());
        let url = format!("{}/webhdfs/v1{}{from}?{query}", self.webhdfs, self.root());
        self.runtime.block_on(async {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            client.put(url).send().await.unwrap().error_for_status().unwrap();
        });
    }

    /// What Sqoop would write for a part of a table.
    pub(crate) fn sqoop_lines(&self, table: TableName, part: Part) -> Vec<String> {
        let text = |value: Option<&str>| match value {
            None => "\\N".to_owned(),
            Some(value) => value
                .replace('\\', "\\\\")
                .replace('\n', "\\n")
                .replace('\r', "\\r")
                .replace('\t', "\\t")
                .replace('\0', "\\0"),
        };
        let line =
            |record: &Canonical| record.values().map(text).collect::<Vec<_>>().join("\t") + "\n";
        self.data_set.records(table, part).iter().map(line).collect()
    }

    pub(crate) fn fill_sqoop(&self) {
        let sales = self.sqoop_lines(TableName::Transactions, Part::Historical);
        let products = self.sqoop_lines(TableName::Products, Part::Full);
        let high: Vec<_> = HIGH_VALUE.map(|place| sales[place].clone()).into();
        for (folder, lines) in
            [("transactions", &sales), ("products", &products), ("high_value_transactions", &high)]
        {
            let (first, second) = lines.split_at(1);
            self.put(&format!("/sqoop/{folder}/part-m-00000"), first.concat());
            self.put(&format!("/sqoop/{folder}/part-m-00001"), second.concat());
            self.put(&format!("/sqoop/{folder}/_SUCCESS"), "");
        }
    }

    pub(crate) fn fill_flume(&self) {
        let messages = self.data_set.drawn_messages(TableName::Transactions);
        let lines: Vec<_> = messages.into_iter().map(|(_, value)| value).collect();
        let text = |lines: &[String]| lines.join("\n") + "\n";
        self.put(CLOSED, text(&lines[..2]));
        self.put(OPEN, text(&lines[2..]));
        let logs = "[ERROR] four\n[INFO] one\n[INFO] one\n[WARN] two\n[INFO] three\n";
        self.put(LOGS, logs);
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
        let rounds = (1..=self.rounds)
            .flat_map(|round| STREAMED.map(|table| self.topic_of_round(table, round)));
        let topics: Vec<_> = rounds.collect();
        let topics: Vec<_> = topics.iter().map(String::as_str).collect();
        self.runtime.block_on(async {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let _ = client.delete(url).send().await;
            let _ = admin.delete_topics(&topics, &AdminOptions::new()).await;
        });
        self.sql(&["DROP DATABASE IF EXISTS testdb_reconciler"]);
    }
}

fn bootstrap_servers() -> String {
    setting("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092")
}

/// The owner of the stack's HDFS.
fn user() -> String {
    let name = std::process::Command::new("id").arg("-un").output().unwrap().stdout;
    setting("HDFS_USER", String::from_utf8(name).unwrap().trim())
}

fn setting(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}

//! Settings that several tools share. A flag takes precedence over the environment, the environment
//! over `.env`, and `.env` over the default.

use std::num::NonZero;
use std::path::Path;

use clap::{Args, ValueEnum};
use secrecy::SecretString;

use crate::exit::Failure;
use crate::input;
use crate::plan::TableName;

/// Where the stack keeps the password that it generated; used if no setting gives another.
const STACK_PASSWORD_FILE: &str = "stack/secrets/mysql_password";

/// The folder for everything that a run writes, unless `ECOM_VAR_DIR` names another.
pub const VAR_DIR: &str = "var";

/// How much a tool prints about its work.
#[derive(Args, Clone, Copy, Debug, Default)]
#[command(next_help_heading = None)]
pub struct CommonArgs {
    /// Show warnings and errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Show settings, files and locks as they are used; twice for progress and times too
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// The form of a report on standard output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// `--format`, in every tool that reports.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct FormatArgs {
    /// Form of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    pub format: Format,
}

/// `--threads`, in every tool that reads source files.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct ThreadsArgs {
    /// Threads that read records; the result is the same with any number [default: the cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    threads: Option<u16>,
}

impl ThreadsArgs {
    /// How many threads read records.
    #[must_use]
    pub fn count(self) -> usize {
        self.threads.map_or_else(threads, usize::from)
    }
}

/// The cores that there are: as many threads read records, unless the user says otherwise.
#[must_use]
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get).min(64)
}

/// Reads a share, for example of `--ratio`: a number from 0 to 1.
///
/// # Errors
/// Any other text.
pub fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "not a number between 0 and 1".into())
}

/// Where MySQL is.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "MySQL (password: MYSQL_PASSWORD_FILE or MYSQL_PASSWORD)")]
pub struct MysqlArgs {
    /// Host of the MySQL server
    #[arg(long, env = "MYSQL_HOST", default_value = "localhost", value_name = "HOST")]
    pub mysql_host: String,

    /// Port of the MySQL server
    #[arg(long, env = "MYSQL_PORT", default_value_t = 3306, value_name = "PORT")]
    pub mysql_port: u16,

    /// Name of the database
    #[arg(long, env = "MYSQL_DATABASE", default_value = "testdb", value_name = "NAME")]
    pub mysql_database: String,

    /// User of the database
    #[arg(long, env = "MYSQL_USER", default_value = "sqoop", value_name = "USER")]
    pub mysql_user: String,

    /// Seconds to wait for the MySQL server
    #[arg(long, env = "MYSQL_TIMEOUT", default_value_t = 30, value_name = "SECONDS")]
    pub mysql_timeout: u64,

    /// Seconds that the MySQL server may be silent while it works on a statement
    #[arg(long, env = "MYSQL_ANSWER_TIMEOUT", default_value_t = 3600, value_name = "SECONDS")]
    pub mysql_answer_timeout: u64,
}

/// Where Kafka is.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Kafka")]
pub struct KafkaArgs {
    /// Kafka brokers to connect to first: HOST:PORT, separated by commas
    #[arg(
        long,
        env = "KAFKA_BOOTSTRAP_SERVERS",
        default_value = "localhost:9092",
        value_name = "SERVERS",
        global = true
    )]
    pub bootstrap_servers: String,

    /// Seconds to wait for Kafka
    #[arg(
        long,
        env = "KAFKA_TIMEOUT",
        default_value_t = 30,
        value_name = "SECONDS",
        global = true
    )]
    pub kafka_timeout: u64,
}

/// The topic to which the records of a table go.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Kafka")]
pub struct TopicArgs {
    /// Topic of the transactions, read by Flume
    #[arg(
        long,
        env = "KAFKA_TOPIC",
        default_value = TableName::Transactions.topic(),
        value_name = "TOPIC",
        global = true
    )]
    pub kafka_topic: String,
}

/// Where HDFS is.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "HDFS")]
pub struct HdfsArgs {
    /// Address of the NameNode's web interface
    #[arg(long, env = "WEBHDFS_URL", default_value = "http://localhost:9870", value_name = "URL")]
    pub webhdfs_url: String,

    /// HDFS user [default: the current user]
    #[arg(long, env = "HDFS_USER", value_name = "USER")]
    pub hdfs_user: Option<String>,

    /// Seconds to wait for HDFS
    #[arg(long, env = "HDFS_TIMEOUT", default_value_t = 30, value_name = "SECONDS")]
    pub hdfs_timeout: u64,
}

/// Where the pipeline's folders are in HDFS.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "HDFS")]
pub struct HdfsRootArgs {
    /// HDFS folder that contains sqoop/ and flume/
    #[arg(long, env = "HDFS_ROOT", default_value = "/user", value_name = "DIR")]
    pub hdfs_root: String,
}

/// Where every store is, for tools that read all of them.
#[derive(Args, Clone, Debug)]
pub struct StoresArgs {
    /// MySQL.
    #[command(flatten)]
    pub mysql: MysqlArgs,

    /// Kafka.
    #[command(flatten)]
    pub kafka: KafkaArgs,

    /// The topics in Kafka.
    #[command(flatten)]
    pub topics: TopicArgs,

    /// HDFS.
    #[command(flatten)]
    pub hdfs: HdfsArgs,

    /// The folders in HDFS.
    #[command(flatten)]
    pub root: HdfsRootArgs,
}

impl MysqlArgs {
    /// The password: from the file that `MYSQL_PASSWORD_FILE` names, else from `MYSQL_PASSWORD`, else
    /// from the stack's file below `ECOM_VAR_DIR`; `None` if all are missing.
    ///
    /// # Errors
    /// The named file cannot be read.
    pub fn password(&self) -> Result<Option<SecretString>, Failure> {
        if let Some(file) = std::env::var_os("MYSQL_PASSWORD_FILE") {
            return read_password(Path::new(&file)).map(Some);
        }
        if let Ok(password) = std::env::var("MYSQL_PASSWORD") {
            return Ok(Some(password.into()));
        }
        let var = std::env::var_os("ECOM_VAR_DIR").filter(|folder| !folder.is_empty());
        let file = Path::new(&var.unwrap_or_else(|| VAR_DIR.into())).join(STACK_PASSWORD_FILE);
        if file.exists() { read_password(&file).map(Some) } else { Ok(None) }
    }

    /// `user@host:port/database`, for messages.
    #[must_use]
    pub fn address(&self) -> String {
        let Self { mysql_host, mysql_port, mysql_database, mysql_user, .. } = self;
        format!("{mysql_user}@{mysql_host}:{mysql_port}/{mysql_database}")
    }
}

impl TopicArgs {
    /// The topic of a table.
    #[must_use]
    pub fn of(&self, table: TableName) -> &str {
        if table == TableName::Transactions { &self.kafka_topic } else { table.topic() }
    }
}

impl HdfsRootArgs {
    /// The path of a folder below the root, for example of `flume/logs`.
    #[must_use]
    pub fn folder(&self, name: &str) -> String {
        format!("{}/{name}", self.hdfs_root.trim_end_matches('/'))
    }
}

#[cfg(feature = "kafka")]
impl KafkaArgs {
    /// The configuration that all clients of librdkafka share. The partitioner is Java's, so every
    /// client puts a key into the same partition.
    #[must_use]
    pub fn client(&self) -> rdkafka::ClientConfig {
        let mut config = rdkafka::ClientConfig::new();
        config
            .set("bootstrap.servers", &self.bootstrap_servers)
            .set("client.id", env!("CARGO_PKG_NAME"))
            .set("partitioner", "murmur2_random")
            // What is not Kafka may announce a gigabyte: hang up.
            .set("receive.message.max.bytes", "52429312")
            .set("socket.keepalive.enable", "true");
        config
    }

    /// How long to wait for an answer.
    #[must_use]
    pub fn timeout(&self) -> std::time::Duration {
        std::time::Duration::from_secs(self.kafka_timeout)
    }
}

fn read_password(path: &Path) -> Result<SecretString, Failure> {
    let text = input::text(path).map_err(|failure| {
        Failure::usage(format!("cannot read the password file {}", path.display())).because(failure)
    })?;
    Ok(text.trim_end_matches(['\n', '\r']).into())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::exit::io_failure;

    #[test]
    fn a_final_newline_is_not_part_of_a_password() {
        use secrecy::ExposeSecret as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        fs::write(&path, "s3cret \n").unwrap();
        assert_eq!(read_password(&path).unwrap().expose_secret(), "s3cret ");
        assert_eq!(io_failure("read", &path, std::io::ErrorKind::Other.into()).code() as u8, 1);
    }

    #[test]
    fn a_missing_password_file_is_a_wrong_setting() {
        let failure = read_password(Path::new("/nowhere/password")).unwrap_err();
        assert_eq!(failure.code() as u8, 2);
    }
}

//! Servers that are none of the stores, or hostile ones. One store that cannot be read is one line on standard error.

use ecom_core::testing::hostile::{self, Hostile, Manner, PASSWORD, sentence};
use ecom_core::testing::{hostile_hdfs, hostile_kafka, hostile_mysql};

use crate::support::DataSet;

/// Compares the hop's store with the work files, for each manner of its server.
fn refuses<'a>(hop: &str, manners: impl Iterator<Item = &'a (&'static str, Manner)>) {
    std::thread::scope(|scope| {
        for (case, manner) in manners {
            scope.spawn(move || {
                let (server, data) = (Hostile::start(*manner), DataSet::new());
                let plan = data.work().join("plan.toml");
                let port = server.port().to_string();
                let (servers, url) =
                    (format!("127.0.0.1:{port}"), format!("http://127.0.0.1:{port}"));
                let settings = [
                    ("MYSQL_HOST", "127.0.0.1"),
                    ("MYSQL_PORT", port.as_str()),
                    ("MYSQL_TIMEOUT", "2"),
                    ("MYSQL_ANSWER_TIMEOUT", "2"),
                    ("KAFKA_BOOTSTRAP_SERVERS", servers.as_str()),
                    ("KAFKA_TIMEOUT", "2"),
                    ("WEBHDFS_URL", url.as_str()),
                    ("HDFS_TIMEOUT", "1"),
                ];
                let args = ["--quiet", "--plan", plan.to_str().unwrap(), "--hop", hop];
                let output = hostile::run(env!("CARGO_BIN_EXE_reconciler"), &args, &settings);
                // The error that MySQL gives for a statement is unexpected, and shown.
                let code = if *case == "its error obeys a terminal" { 1 } else { 5 };
                sentence(&output, code, &format!("{hop}, {case}"));
                for secret in [PASSWORD.as_bytes(), b"root:", hostile_mysql::KEY_REQUEST] {
                    assert!(!server.has_heard(secret), "{case}");
                }
            });
        }
    });
}

#[test]
fn what_is_no_store_gets_one_sentence_from_the_tool_in_bounded_time_and_memory() {
    refuses("mysql", hostile_mysql::MANNERS.iter());
    refuses("kafka", hostile_kafka::MANNERS.iter());
    refuses(
        "sqoop",
        hostile_hdfs::MANNERS
            .iter()
            .chain(&hostile_hdfs::FILES[..2])
            .chain(&hostile_hdfs::FILES[3..4]),
    );
}

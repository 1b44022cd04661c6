//! Servers that are no HDFS, or a hostile one.

use ecom_core::testing::hostile::{self, Hostile, Manner, sentence};
use ecom_core::testing::hostile_hdfs::{FILES, MANNERS};

/// Runs the tool with these words against each server; each run ends with one sentence and exit code 5.
fn refuses(words: &[&str], manners: &[(&str, Manner)]) {
    std::thread::scope(|scope| {
        for (case, manner) in manners {
            scope.spawn(move || {
                let server = Hostile::start(*manner);
                let url = format!("http://127.0.0.1:{}", server.port());
                let settings = [("WEBHDFS_URL", url.as_str()), ("HDFS_TIMEOUT", "1")];
                let output = hostile::run(env!("CARGO_BIN_EXE_lake"), words, &settings);
                sentence(&output, 5, &format!("{words:?}, {case}"));
            });
        }
    });
}

#[test]
fn what_is_not_hdfs_gets_one_sentence_from_the_tool_in_bounded_time_and_memory() {
    refuses(&["walk", "/user"], &hostile::MANNERS);
    refuses(&["walk", "/user"], &MANNERS);
    refuses(&["count", "/user"], &FILES);
}

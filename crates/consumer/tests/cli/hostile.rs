//! Servers that are no Kafka, or a hostile one.

use ecom_core::testing::hostile::{self, Hostile, sentence};
use ecom_core::testing::hostile_kafka::MANNERS;

#[test]
fn what_is_not_kafka_gets_one_sentence_from_the_tool_in_bounded_time_and_memory() {
    std::thread::scope(|scope| {
        for (case, manner) in hostile::MANNERS.iter().chain(&MANNERS) {
            scope.spawn(move || {
                let server = Hostile::start(*manner);
                let servers = format!("127.0.0.1:{}", server.port());
                let settings =
                    [("KAFKA_BOOTSTRAP_SERVERS", servers.as_str()), ("KAFKA_TIMEOUT", "2")];
                let output = hostile::run(
                    env!("CARGO_BIN_EXE_consumer"),
                    &["orders", "--until-end"],
                    &settings,
                );
                sentence(&output, 5, case);
            });
        }
    });
}

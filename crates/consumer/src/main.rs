//! Reads and shows the messages of a Kafka topic.

fn main() {}

//! Streams the records of a CSV file to a Kafka topic.

fn main() {}

//! Creates, lists, describes and deletes Kafka topics.

fn main() {}

//! The real binary against stand-ins for every server: MySQL's protocol, an in-process Kafka
//! broker, WebHDFS, JMX and Flume's metrics.

mod analytics;
mod broken;
mod further;
mod hdfs;
mod live;
mod lost;
mod mysql;
mod run;
mod world;

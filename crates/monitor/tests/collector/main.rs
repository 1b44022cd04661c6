//! The real binary against stand-ins for every server: MySQL's protocol, an in-process Kafka broker, WebHDFS, JMX and
//! Flume's metrics.

#![expect(clippy::unwrap_used, reason = "a test that fails to prepare has failed")]

mod broken;
mod further;
mod lost;
mod mysql;
mod run;
mod world;

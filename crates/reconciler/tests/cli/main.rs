//! Runs the real binary against files, in-process servers and, with `ECOM_TEST_STACK=1`, real ones.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a failed helper fails its test")]

mod analytics;
mod further;
mod hdfs;
mod hostile;
mod input;
mod kafka;
mod rest;
mod sources;
mod stores;
mod support;

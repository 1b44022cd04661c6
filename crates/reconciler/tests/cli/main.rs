//! The tool as its user runs it, against files, in-process servers and, with `ECOM_TEST_STACK`, real ones.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test ends where its ground fails")]

mod further;
mod hdfs;
mod input;
mod kafka;
mod sources;
mod stores;
mod support;

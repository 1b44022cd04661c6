//! The tool as a program: what it prints, what it loads, and its exit codes.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test ends where its setup fails")]

mod database;
mod further;
mod hostile;
mod load;
mod proof;
mod refuse;
mod relay;
mod server;
mod shop;
mod without_server;

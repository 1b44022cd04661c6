//! The real binary: its command line, its collector against stand-ins for every server, its web
//! server, its page in a browser.

#![allow(clippy::unwrap_used, reason = "a test that fails to prepare has failed")]
#![allow(clippy::print_stdout, reason = "a skipped test prints why")]

mod cli;
mod collector;
mod page;
mod pictures;
mod sales_page;
mod support;
mod web;

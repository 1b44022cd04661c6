//! The real binary: its files, its words, its exit codes.

mod facts;
mod shop;

//! How a file is written: its encoding, delimiter, quotes and header.

mod encoding;
mod header;
mod languages;
mod likelihood;
mod rows;
pub(crate) mod sniffed;
mod structure;

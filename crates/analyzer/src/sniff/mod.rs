//! How a file is written: its encoding, delimiter, quotes and header.

pub(crate) mod encoding;
pub(crate) mod header;
pub(crate) mod languages;
pub(crate) mod likelihood;
pub(crate) mod rows;
pub(crate) mod sniffed;
pub(crate) mod structure;

//! Opens the records of a table from all its source files: plain, compressed, in an archive, a
//! sheet of a workbook; file after file, joined with another table where the plan says so.

mod bounded;
pub mod bytes;
mod fields;
mod file;
mod hashed;
mod join;
mod named;
mod order;
mod table;
mod workbook;
mod zipped;

pub use bytes::{Member, members};
pub use fields::{Field, Fields, derived_from};
pub use hashed::{Bytes, Hash, open as open_hashed};
pub use join::join_key;
pub use named::is_data_file;
pub use order::reading_order;
pub use table::{File, FileFacts, JoinParts, Parts, TableReader};
pub use workbook::{Findings, findings};

#[cfg(test)]
mod tests;

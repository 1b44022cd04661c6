//! Reads the records of a table from all its source files: plain or compressed files, members of
//! archives, sheets of workbooks; one after the other, joined with another table if the plan says so.

mod bounded;
pub mod bytes;
mod fields;
mod file;
mod files;
mod hashed;
mod join;
mod named;
mod order;
mod packing;
mod table;
mod workbook;
mod zipped;

pub use bytes::{Member, members};
pub use fields::{Field, Fields, derived_from};
pub use files::{File, FileFacts};
pub use hashed::{Bytes, Hash, open as open_hashed};
pub use join::join_key;
pub use named::is_data_file;
pub use order::reading_order;
pub use table::{Headers, JoinParts, Parts, TableReader};
pub use workbook::{Findings, findings};

#[cfg(test)]
mod tests;

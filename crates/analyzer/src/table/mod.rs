//! A table of the plan being made: its columns, its name and its key.

pub(crate) mod derive;
pub(crate) mod draft;
pub(crate) mod key;
mod key_columns;
mod key_parts;
pub(crate) mod keys;
pub(crate) mod names;
pub(crate) mod node;
pub(crate) mod row_number;

//! What is proven by reading every record: keys, references, days, distinct values.

pub(crate) mod calendar;
pub(crate) mod column_reader;
pub(crate) mod groups;
pub(crate) mod notes;
pub(crate) mod orphans;
pub(crate) mod unique;

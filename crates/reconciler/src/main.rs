//! Compares every store with the split files, record by record.

fn main() {}

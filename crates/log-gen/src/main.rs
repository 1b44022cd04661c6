//! Generates application logs from the transactions of a data set.

fn main() {}

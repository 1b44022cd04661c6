//! Splits a data set into a historical and a real-time part.

fn main() {}

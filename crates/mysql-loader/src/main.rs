//! Loads the historical part of a data set into MySQL.

fn main() {}

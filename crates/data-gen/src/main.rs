//! Generates a sample data set of customers, products and transactions.

fn main() {}

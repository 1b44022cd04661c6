//! Writes the SQL schema of a plan.

fn main() {}

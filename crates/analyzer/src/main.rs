//! Analyzes a folder of CSV files and writes the plan.

fn main() {}

//! The tool without servers: the input hop, what is refused, and stores that cannot be reached.

#![allow(clippy::unwrap_used, reason = "a test ends where its ground fails")]

mod support;

use support::{DataSet, run};

#[test]
fn the_split_files_hold_exactly_what_the_source_has() {
    let data_set = DataSet::new();
    let (code, stdout, stderr) = run(&mut data_set.reconciler("input"));
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(
        stdout.contains("✓ input = historical + real-time + rejected  11 = 7 + 3 + 1"),
        "{stdout}"
    );
    assert!(stdout.ends_with("✓ shop: every record is where it has to be\n"), "{stdout}");
}

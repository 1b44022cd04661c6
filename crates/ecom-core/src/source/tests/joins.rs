//! Two tables that are joined.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;

use super::{file, folder, parts, read};
use crate::source::{JoinParts, Parts};

fn joined(folder: &Path) -> Parts {
    let join = JoinParts {
        files: vec![file("orders.csv", None)],
        column: "order".into(),
        references: "id".into(),
    };
    Parts { join: Some(join), ..parts(folder, &["lines.csv"]) }
}

#[test]
fn a_line_gets_the_fields_of_its_order_and_null_where_there_is_none() {
    let folder = folder(&[
        ("lines.csv", "order,item\nB ,pen\nA,ink\nX,axe\nbroken\n,cap\nA,\"pad, red\"\nB,pen\n"),
        ("orders.csv", "day,id,note\nmon,A,\ntue,B  ,\"\"\nwed,C,unused\nthu,A,again\nfri,,none\n"),
    ]);
    let (records, rejects, reader) = read(&joined(folder.path())).unwrap();
    let wanted = [
        "B |pen|tue|B  |",
        "A|ink|mon|A|NULL",
        "X|axe|NULL|NULL|NULL",
        "NULL|cap|NULL|NULL|NULL",
        "A|pad, red|mon|A|NULL",
        "B|pen|tue|B  |",
    ];
    assert_eq!(records, wanted);
    assert_eq!(rejects.len(), 1, "the line that is broken is told once");
    assert_eq!(reader.join_counts(), Some((2, 2)), "two lines without, C and the one without id");
    let joined: Vec<_> = reader.joined_header().unwrap().iter().collect();
    assert_eq!(joined, ["day", "id", "note"]);
    assert_eq!((reader.column(1), reader.column(2)), (Some("item"), Some("day")));
}

#[test]
fn a_join_over_a_column_that_is_not_there_is_refused() {
    let folder = folder(&[("lines.csv", "order\n1\n"), ("orders.csv", "number\n1\n")]);
    let error = read(&joined(folder.path())).err().unwrap();
    assert_eq!(error.to_string(), "join: orders.csv has no column \"id\"");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_lines_get_what_a_map_would_give(
        lines in proptest::collection::vec(0..60_u32, 0..400),
        orders in proptest::collection::btree_set(0..60_u32, 0..60),
    ) {
        let (mut text, mut other) = (String::from("order\n"), String::from("id,what\n"));
        for line in &lines {
            writeln!(text, "{line}").unwrap();
        }
        for order in &orders {
            writeln!(other, "{order},no {order}").unwrap();
        }
        let map: BTreeMap<_, _> = orders.iter().map(|id| (*id, format!("{id}|no {id}"))).collect();
        let of = |line: &u32| map.get(line).cloned().unwrap_or_else(|| "NULL|NULL".into());
        let wanted: Vec<_> = lines.iter().map(|line| format!("{line}|{}", of(line))).collect();
        let folder = folder(&[("lines.csv", &text), ("orders.csv", &other)]);
        let (records, _, reader) = read(&joined(folder.path())).unwrap();
        prop_assert_eq!(records, wanted);
        let without = lines.iter().filter(|line| !orders.contains(line)).count() as u64;
        let unused = orders.iter().filter(|order| !lines.contains(order)).count() as u64;
        prop_assert_eq!(reader.join_counts(), Some((without, unused)));
    }
}

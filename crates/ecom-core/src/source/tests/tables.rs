//! Tables of one file and of several.

use std::fs;

use super::{file, folder, gzip, parts, read, zip};
use crate::plan::sha256_of;
use crate::record::{Next, Record};
use crate::source::TableReader;

#[test]
fn files_with_the_columns_in_another_order_are_one_table() {
    let folder = folder(&[
        ("jan.csv", "id,day,amount\n1,mon,5\n2,tue,6\n"),
        ("feb.csv", "amount,id,day\n7,3,wed\n,4,\"\"\n"),
        ("mar.csv", "id,day,amount\n"),
        ("apr.csv", "day,amount,id\nthu,8,5\n"),
    ]);
    let names = ["jan.csv", "feb.csv", "mar.csv", "apr.csv"];
    let (records, rejects, reader) = read(&parts(folder.path(), &names)).unwrap();
    assert_eq!(records, ["1|mon|5", "2|tue|6", "3|wed|7", "4||NULL", "5|thu|8"]);
    assert!(rejects.is_empty());
    let counts: Vec<_> = reader.facts().iter().map(|facts| facts.records).collect();
    assert_eq!(counts, [2, 2, 0, 1]);
    let sum = sha256_of(&folder.path().join("feb.csv")).unwrap();
    assert_eq!(reader.facts()[1].sha256, sum);
    assert_eq!(reader.position(), reader.size());
}

#[test]
fn equal_headers_are_told_apart_by_their_order() {
    let folder =
        folder(&[("a.csv", "x,price,price\n1,2,3\n"), ("b.csv", "price,x,price\n20,10,30\n")]);
    let (records, ..) = read(&parts(folder.path(), &["a.csv", "b.csv"])).unwrap();
    assert_eq!(records, ["1|2|3", "10|20|30"]);
}

#[test]
fn files_with_other_columns_are_refused() {
    for (other, said) in [
        ("a,c\n1,2\n", "b.csv has no column \"b\", but a.csv does"),
        ("a\n1\n", "b.csv has no column \"b\", but a.csv does"),
        ("a,b,c\n1,2,3\n", "a.csv has no column \"c\", but b.csv does"),
    ] {
        let folder = folder(&[("a.csv", "a,b\n1,2\n"), ("b.csv", other)]);
        let error = read(&parts(folder.path(), &["a.csv", "b.csv"])).err().unwrap();
        assert_eq!(error.to_string(), said);
    }
}

#[test]
fn a_reject_names_its_file_and_its_line() {
    let folder = folder(&[("a.csv", "a,b\n1,2\n")]);
    zip(&folder.path().join("b.zip"), &[("in/b.csv", b"b,a\nbroken\n4,3\n")]);
    let mut parts = parts(folder.path(), &["a.csv"]);
    parts.files.push(file("b.zip", Some("in/b.csv")));
    let (records, rejects, _) = read(&parts).unwrap();
    assert_eq!(records, ["1|2", "3|4"]);
    let reject = &rejects[0];
    assert_eq!((reject.file.as_str(), reject.line, reject.offset), ("b.zip/in/b.csv", 2, 4));
    assert_eq!(reject.raw, b"broken");
    // What only the caller sees is named in the same way, by the first file's header.
    let mut reader = TableReader::of(&parts, folder.path()).unwrap();
    let mut record = Record::new();
    while !matches!(reader.read(&mut record).unwrap(), Next::Record) || reader.file() == 0 {}
    let reject = reader.reject(&record, Some(1), "why".into());
    assert_eq!(reject.to_string(), "b.zip/in/b.csv: line 3: column b: why");
    assert_eq!(reject.raw, b"4,3");
}

#[test]
fn another_file_than_the_one_that_was_analyzed_is_refused() {
    let folder = folder(&[("a.csv", "a\n1\n")]);
    fs::write(folder.path().join("b.csv.gz"), gzip(b"a\n2\n")).unwrap();
    zip(&folder.path().join("c.zip"), &[("c.csv", b"a\n3\n"), ("d.csv", b"a\n4\n")]);
    let mut parts = parts(folder.path(), &["a.csv", "b.csv.gz"]);
    parts.files.extend([file("c.zip", Some("c.csv")), file("c.zip", Some("d.csv"))]);
    for file in &mut parts.files {
        file.sha256 = Some(sha256_of(&folder.path().join(&file.name)).unwrap());
    }
    assert_eq!(read(&parts).unwrap().0, ["1", "2", "3", "4"]);
    for index in 0..parts.files.len() {
        let mut parts = parts.clone();
        parts.files[index].sha256 = Some("0".repeat(64));
        let error = read(&parts).err().unwrap().to_string();
        assert!(error.contains("is not the file that was analyzed"), "{error}");
    }
}

#[test]
fn lines_without_any_value_and_headers_again_are_passed_over_and_counted() {
    let folder = folder(&[("a.csv", "a,b\n,\n1,2\na,b\n"), ("b.csv", "b,a\nb,a\n4,3\n")]);
    let (records, _, reader) = read(&parts(folder.path(), &["a.csv", "b.csv"])).unwrap();
    assert_eq!(records, ["1|2", "3|4"]);
    assert_eq!(reader.passed_over(), 3);
}

//! Compressed files and archives.

use std::fs;
use std::path::Path;

use super::{all, folder, gzip, zip};
use crate::source::{Member, members};

const TEXT: &str = "a,b\n1,2\n";

#[test]
fn a_plain_file_a_compressed_one_and_a_member_give_the_same_bytes() {
    let folder = folder(&[("a.csv", TEXT)]);
    fs::write(folder.path().join("a.csv.gz"), gzip(TEXT.as_bytes())).unwrap();
    zip(&folder.path().join("A.ZIP"), &[("in/a.csv", TEXT.as_bytes()), ("b", TEXT.as_bytes())]);
    for (file, member) in
        [("a.csv", None), ("a.csv.gz", None), ("A.ZIP", Some("in/a.csv")), ("A.ZIP", Some("b"))]
    {
        assert_eq!(all(folder.path(), file, member).as_deref(), Ok(TEXT), "{file} {member:?}");
    }
}

#[test]
fn all_parts_of_a_compressed_file_are_read() {
    let folder = folder(&[]);
    let both = [gzip(b"a,b\n"), gzip(b"1,2\n")].concat();
    fs::write(folder.path().join("a.gz"), &both).unwrap();
    assert_eq!(all(folder.path(), "a.gz", None).as_deref(), Ok(TEXT));
    fs::write(folder.path().join("a.gz"), &both[..both.len() - 9]).unwrap();
    let error = all(folder.path(), "a.gz", None).unwrap_err();
    assert!(error.contains("damaged"), "{error}");
}

#[test]
fn the_members_are_told_and_what_cannot_be_read_with_its_reason() {
    let folder = folder(&[]);
    let path = folder.path().join("all.zip");
    zip(&path, &[("a.csv", TEXT.as_bytes()), ("old.zip", b"PK"), ("b.csv.gz", b"x")]);
    let told = members(&path).unwrap();
    let plain = Member { name: "a.csv".into(), bytes: 8, problem: None };
    assert_eq!(told[0], plain);
    for nested in &told[1..] {
        let problem = nested.problem.as_deref().unwrap();
        assert_eq!(problem, "it is an archive inside an archive: unpack it first");
    }
    let error = all(folder.path(), "all.zip", Some("old.zip")).unwrap_err();
    assert!(error.ends_with(
        "all.zip: member \"old.zip\": it is an archive inside an archive: unpack it first"
    ));
    let error = all(folder.path(), "all.zip", Some("c.csv")).unwrap_err();
    assert!(error.ends_with("all.zip has no member \"c.csv\""), "{error}");
    assert!(all(folder.path(), "all.zip", None).is_err());
}

#[test]
fn names_that_leave_the_folder_are_refused() {
    let folder = folder(&[]);
    let path = folder.path().join("bad.zip");
    for name in ["../a.csv", "in/../../a.csv", "/etc/a.csv", "C:\\a.csv", "in\\..\\..\\a.csv"] {
        zip(&path, &[("good.csv", TEXT.as_bytes()), (name, TEXT.as_bytes())]);
        // Also where the writer itself would have mended the name.
        let error = members(&path).err().map(|error| error.to_string());
        let error = error.unwrap_or_else(|| format!("{name} was let through"));
        assert!(error.contains("its name leads out of the folder"), "{error}");
        assert!(all(folder.path(), "bad.zip", Some("good.csv")).is_err());
    }
}

#[test]
fn an_encrypted_member_is_refused() {
    let folder = folder(&[]);
    let path = folder.path().join("secret.zip");
    zip(&path, &[("a.csv", TEXT.as_bytes())]);
    let mut bytes = fs::read(&path).unwrap();
    // The flags stand 6 bytes into the local header and 8 bytes into that of the directory.
    let directory = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    bytes[6] |= 1;
    bytes[directory + 8] |= 1;
    fs::write(&path, bytes).unwrap();
    assert_eq!(members(&path).unwrap()[0].problem.as_deref(), Some("it is encrypted"));
    let error = all(folder.path(), "secret.zip", Some("a.csv")).unwrap_err();
    assert!(error.ends_with("secret.zip: member \"a.csv\": it is encrypted"), "{error}");
}

/// Zeros that unpack to more than 100 MiB, over 250 times their size.
fn bomb() -> Vec<u8> {
    vec![0; 101 << 20]
}

#[test]
fn what_unpacks_to_a_bomb_is_refused_by_the_directory_and_while_it_is_read() {
    let folder = folder(&[]);
    fs::write(folder.path().join("a.csv.gz"), gzip(&bomb())).unwrap();
    let read = |file: &str, member| {
        let input = crate::source::bytes::open(folder.path(), file, member);
        let mut input = input.map_err(|error| error.to_string())?;
        std::io::copy(&mut input, &mut std::io::sink()).map_err(|error| error.to_string())
    };
    let error = read("a.csv.gz", None).unwrap_err();
    assert!(error.contains("unpacks to more than 100 MiB, over 250 times"), "{error}");
    let path = folder.path().join("a.zip");
    zip(&path, &[("a.csv", &bomb())]);
    let error = members(&path).unwrap_err().to_string();
    assert!(error.contains("a.zip: member \"a.csv\": it unpacks to more than 100 MiB"), "{error}");
    // A directory that tells less than the truth.
    tell_less(&path, 101 << 20, 1000);
    assert_eq!(members(&path).unwrap()[0].bytes, 1000);
    let error = read("a.zip", Some("a.csv")).unwrap_err();
    assert!(error.contains("damaged"), "{error}");
}

/// Replaces the size in both headers.
fn tell_less(path: &Path, size: u32, less: u32) {
    let mut bytes = fs::read(path).unwrap();
    let wanted = size.to_le_bytes();
    let indices: Vec<_> =
        (0..bytes.len() - 4).filter(|index| bytes[*index..index + 4] == wanted).collect();
    for index in indices {
        bytes[index..index + 4].copy_from_slice(&less.to_le_bytes());
    }
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_member_that_is_not_what_its_archive_says_is_damaged() {
    let folder = folder(&[]);
    let path = folder.path().join("a.zip");
    zip(&path, &[("a", b""), ("b.csv", TEXT.as_bytes())]);
    let mut bytes = fs::read(&path).unwrap();
    let index = bytes.windows(TEXT.len()).position(|text| text == TEXT.as_bytes()).unwrap();
    bytes[index] = b'x';
    fs::write(&path, bytes).unwrap();
    let error = all(folder.path(), "a.zip", Some("b.csv")).unwrap_err();
    assert!(error.contains("it is damaged"), "{error}");
    fs::write(&path, "no archive").unwrap();
    assert!(members(&path).unwrap_err().to_string().contains("cannot read the archive"));
}

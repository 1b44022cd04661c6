//! Bad input: one clear line, the right exit code, nothing written.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;

use assert_cmd::Command;

use super::{SALES, Shop, run};

#[test]
fn a_missing_folder_and_a_file_are_refused() {
    let said = run(Command::new(env!("CARGO_BIN_EXE_analyzer")).arg("/nowhere/at/all"));
    assert_eq!(said.code, 4);
    assert_eq!(
        said.err,
        "analyzer: cannot open /nowhere/at/all: No such file or directory (os error 2)\n"
    );
    let file = tempfile::NamedTempFile::new().unwrap();
    let said = run(Command::new(env!("CARGO_BIN_EXE_analyzer")).arg(file.path()));
    assert_eq!(
        (said.code, said.err),
        (4, format!("analyzer: {} is not a folder\n", file.path().display()))
    );
}

#[test]
fn a_folder_without_data_is_refused() {
    let shop =
        Shop::new(&[("readme.txt", "hello"), (".hidden.csv", "a,b\n1,2\n"), ("~$x.csv", "")]);
    fs::create_dir(shop.data().join("folder.csv")).unwrap();
    shop.refused(&[], "My Shop: no CSV file in this folder: readme.txt is not a table");
}

#[test]
fn files_without_records_are_refused() {
    Shop::new(&[("a.csv", "")]).refused(&[], "a.csv: the file is empty");
    Shop::new(&[("a.csv", "\u{feff}\n \n")]).refused(&[], "a.csv: the file is empty");
    let header = SALES.lines().next().unwrap();
    Shop::new(&[("a.csv", header)]).refused(&[], "a.csv has a header but no records");
}

#[test]
fn files_without_a_header_are_refused() {
    let headless = SALES.split_once('\n').unwrap().1;
    Shop::new(&[("a.csv", headless)]).refused(
        &[],
        "a.csv: line 1 looks like data, not a header (\"1001\" heads a column of numbers): \
         add a first line with the names of the columns",
    );
    let words = "Anna,Paris,cash\nBob,Rome,card\nAnna,Rome,card\nBob,Paris,cash\n";
    Shop::new(&[("a.csv", words)]).refused(
        &[],
        "a.csv: line 1 looks like data, not a header (3 of its 3 fields also occur as values of their columns): add a first line with the names of the columns",
    );
}

#[test]
fn a_header_and_records_of_different_widths_are_refused() {
    let refused = |text: &str, end: &str| Shop::new(&[("a.csv", text)]).refused(&[], end);
    refused(
        "order_id,order_date,amount,note\n1,2024-01-13,2.50\n2,2024-01-14,3.50\n",
        "a.csv: line 1: the header has 4 names, the records have 3 fields (as on line 2)",
    );
    refused(
        "Report\n\norder_id;order_date;amount;note\n1;2024-01-13;2,50\n2;2024-01-14;3,50\n",
        "a.csv: line 3: the header has 4 names, the records have 3 fields (as on line 4)",
    );
    let end = "a.csv: line 1: the header has 3 names, the records have 4 fields (as on line 2): one of the \
               columns has no name";
    refused("\"id\",\"date\",\"sales\"\n\"1\",5,2024-01-13,2.5\n\"2\",6,2024-01-14,3.5\n", end);
    refused("\"id\" \"date\" \"sales\"\n\"1\" 5 2024-01-13 2.5\n\"2\" 6 2024-01-14 3.5\n", end);
}

#[test]
fn files_that_are_not_text_are_refused() {
    let end = "a.csv: not a text file but an Excel workbook or a ZIP archive with another extension: rename it";
    Shop::of_bytes(&[("a.csv", b"PK\x03\x04\x14\x00\x06\x00")]).refused(&[], end);
    let end = "a.csv: not a text file: it contains NUL bytes";
    Shop::of_bytes(&[("a.csv", b"\x7fELF\x02\x01\x00\x00")]).refused(&[], end);
}

#[test]
fn files_that_cannot_be_read_are_refused() {
    let shop = Shop::new(&[("a.csv", SALES)]);
    std::os::unix::fs::symlink("/nowhere/b.csv", shop.data().join("b.csv")).unwrap();
    shop.refused(&[], "b.csv: No such file or directory (os error 2)");
    fs::remove_file(shop.data().join("b.csv")).unwrap();
    let mode = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(&shop.data().join("a.csv"), 0o000);
    // Root can read every file, so another user runs a copy of the tool.
    let is_root = fs::File::open(shop.data().join("a.csv")).is_ok();
    let tool = shop.folder.path().join("analyzer");
    fs::copy(env!("CARGO_BIN_EXE_analyzer"), &tool).unwrap();
    mode(shop.folder.path(), 0o755);
    let mut command = std::process::Command::new(tool);
    command.arg(shop.data()).current_dir("/");
    if is_root {
        command.uid(65534).gid(65534);
    }
    let said = run(&mut command.into());
    let path = shop.data().join("a.csv");
    let wanted = format!("cannot read {}: Permission denied (os error 13)", path.display());
    assert_eq!((said.code, said.err), (4, format!("analyzer: {wanted}\n")));
}

#[test]
fn mostly_damaged_files_are_refused() {
    let text = format!("{}\n1,2024-01-01,1,A,1,1\nx\ny\nz\n", SALES.lines().next().unwrap());
    let said = Shop::new(&[("a.csv", &text)]).run(&[]);
    assert_eq!(said.code, 4);
    assert!(
        said.err.contains("3 of 4 records are damaged, more than the 2 allowed"),
        "{}",
        said.err
    );
    let text = format!("{}\n1,2\n\"1\"x,2\n\"1\"y,3\n", SALES.lines().next().unwrap());
    Shop::new(&[("a.csv", &text)]).refused(
        &["--max-rejects", "9"],
        "a.csv: all 3 records are damaged: 2 with text after a closing quote, 1 with 2 fields where \
         the header has 6; first: a.csv: line 2: 2 fields where the header has 6",
    );
}

#[test]
fn a_refused_data_set_is_reported_as_json_with_the_cause() {
    let undecided = (1..=4).fold(SALES.to_owned(), |text, day| {
        text.replace(&format!("2024-01-0{day}"), &format!("1/{day}/2024"))
    });
    let shop = Shop::new(&[("sales.csv", &undecided)]);
    let said = shop.refused(&["--format", "json"], "--format \"Order Date=%d/%m/%Y\"");
    let report: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let cause = report["refused"].as_str().unwrap();
    assert_eq!(said.err, format!("analyzer: {cause}\n"));
    assert!(report["split"].is_null() && report["table"].as_array().unwrap().is_empty());
    let file = &report["not_in_plan"][0];
    assert_eq!((&file["file"], &file["rows"]), (&"sales.csv".into(), &4.into()));
    assert_eq!(
        (&file["column"][1]["header"], &file["column"][1]["type"]),
        (&"Order Date".into(), &"DATE".into())
    );
    assert_eq!(file["first_rows"][3][0], "1004");
    // No transactions, and too many damaged records.
    for (text, end) in [
        (
            "a,b\n1,Rome\n2,Paris\n",
            "a.csv has none of them; no column holds times for the event time, the amount could be \"a\", choose one with --role \"a=amount\"",
        ),
        ("a,b\n1,x\n2,\"y\n3,\"z\n4,\"w\n", "text after a closing quote"),
    ] {
        let said = Shop::new(&[("a.csv", text)]).refused(&["--format", "json"], end);
        let report: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        assert!(report["refused"].as_str().unwrap().ends_with(end), "{report}");
        assert_eq!(report["not_in_plan"][0]["file"], "a.csv");
    }
}

#[test]
fn wrong_usage() {
    let shop = Shop::new(&[("a.csv", SALES)]);
    for args in [&["--ratio", "1.5"][..], &["--by", "moon"], &["--force"], &["--date-order", "x"]] {
        let said = shop.run(args);
        assert_eq!(said.code, 2, "{}", said.err);
    }
    let said = shop.run(&["--ratio", "1.5"]);
    assert!(said.err.contains("not a number between 0 and 1"), "{}", said.err);
}

#[test]
fn a_full_disk_leaves_no_plan_and_keeps_the_old_one() {
    let shop = Shop::new(&[("a.csv", SALES)]);
    let plan = shop.plan_file();
    // A limit on the size of a file, with its signal ignored, is reported like a full disk.
    let full_disk = || {
        let script = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
        let mut command = Command::new("bash");
        command.args(["-c", script, "bash", env!("CARGO_BIN_EXE_analyzer")]).arg(shop.data());
        let said = run(command.arg("--plan").arg(&plan).args(["--ratio", "0.5", "--force"]));
        assert_eq!(said.code, 5, "{}", said.err);
        assert!(said.err.starts_with("analyzer: cannot write "), "{}", said.err);
        assert!(said.err.ends_with("File too large (os error 27)\n"), "{}", said.err);
    };
    let left = || names(plan.parent().unwrap());
    full_disk();
    assert_eq!(left(), Vec::<String>::new());
    shop.plan(&[]);
    let (before, files) = (fs::read(&plan).unwrap(), left());
    full_disk();
    assert_eq!((fs::read(&plan).unwrap(), left()), (before, files));
}

/// The plan and everything else in a folder, except lock files.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<_> = entries.map(name).map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| Path::new(name).extension().is_none_or(|extension| extension != "lock"));
    names.sort();
    names
}

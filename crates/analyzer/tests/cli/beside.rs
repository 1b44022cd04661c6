//! What else can be in the folder of the data set: a plan, work files.

use std::fs;
use std::os::unix::fs::symlink;

use ecom_core::checksum::Checksum;
use ecom_core::plan::{Plan, TableName};
use ecom_core::work::{Manifest, ManifestFile, Part};

use super::{SALES, Shop};

/// Writes what the splitter leaves in the folder of its sources.
fn write_split(shop: &Shop) {
    let file = |table: TableName, part: Part, text: &str| {
        let name = part.file_name(table);
        fs::write(shop.data().join(&name), text).unwrap();
        let (rows, checksum, bytes) = (1, Checksum(0), text.len() as u64);
        ManifestFile { name, table, part, rows, checksum, bytes, sha256: String::new() }
    };
    let files = vec![
        file(TableName::Transactions, Part::Historical, SALES),
        file(TableName::Transactions, Part::Realtime, SALES),
        file(TableName::Customers, Part::Full, "customer_id,customer_name\n7,Anna\n"),
    ];
    fs::write(shop.data().join("rejects.csv"), "file,line,byte_offset,column,reason,raw\n")
        .unwrap();
    let manifest =
        Manifest { data_set: "my_shop".into(), source: String::new(), files, rejected: 0 };
    manifest.write(&shop.data()).unwrap();
}

#[test]
fn work_files_are_skipped_and_reported() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    let before = shop.plan(&[]);
    write_split(&shop);
    let path = shop.plan_file();
    let said = shop.run(&["--plan", path.to_str().unwrap()]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.ends_with("plan.toml is up to date: nothing changed\n"), "{}", said.err);
    assert_eq!(Plan::read(&path).unwrap(), before);
    let line = "skipped files that the splitter wrote: customers_full.csv, rejects.csv, \
                transactions_historical.csv, transactions_realtime.csv";
    let head = said.out.split("\n\n").next().unwrap().replace('\n', " ");
    assert!(head.ends_with(line), "{}", said.out);
    let names = shop.json(&[])["passed_over"].as_array().unwrap().len();
    assert_eq!(names, 4);
}

#[test]
fn files_named_like_work_files_are_data_without_a_manifest() {
    let shop = Shop::new(&[("transactions_full.csv", SALES), ("transactions_realtime.csv", SALES)]);
    write_split(&shop);
    fs::write(shop.data().join("manifest.json"), "{\"name\": \"of another program\"}").unwrap();
    assert_eq!(shop.json(&[])["passed_over"].as_array().unwrap().len(), 0);
}

#[test]
fn a_folder_with_only_work_files_is_not_a_data_set() {
    let shop = Shop::new(&[]);
    write_split(&shop);
    shop.refused(&[], "My Shop: no CSV file in this folder except those that the splitter wrote");
}

#[test]
fn a_file_of_the_data_set_is_never_overwritten_by_the_plan() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    write_split(&shop);
    symlink("sales.csv", shop.data().join("link.toml")).unwrap();
    fs::hard_link(shop.data().join("sales.csv"), shop.data().join("second.toml")).unwrap();
    let names =
        ["sales.csv", "./sales.csv", "link.toml", "second.toml", "transactions_historical.csv"];
    for name in names {
        let path = shop.data().join(name);
        let end = format!("{} is a file of the data set (choose another --plan)", path.display());
        for args in [
            &["--plan", path.to_str().unwrap(), "--force"][..],
            &["--plan", path.to_str().unwrap()],
        ] {
            shop.refused(args, &end);
        }
        assert_eq!(fs::read_to_string(path).unwrap(), SALES, "{name}");
    }
    assert!(!shop.data().join(".analyzer.lock").exists(), "refused before anything is done");
}

#[test]
fn a_plan_that_would_be_read_as_data_is_refused() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    let path = shop.data().join("plan.csv");
    shop.refused(
        &["--plan", path.to_str().unwrap()],
        "plan.csv would be read as data (choose another --plan)",
    );
    assert!(!path.exists());
}

#[test]
fn a_file_that_is_not_a_plan_is_never_replaced() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    let path = shop.folder.path().join("notes.toml");
    let others: [&[u8]; 4] =
        [b"to do\n", b"[package]\nversion = \"1\"\n", b"[a]\nversion = 1\n", b"\xff\xfe"];
    for text in others {
        fs::write(&path, text).unwrap();
        let said = shop.run(&["--plan", path.to_str().unwrap(), "--force"]);
        assert_eq!(said.code, 4, "{}", said.err);
        let begin =
            "analyzer: refusing to overwrite a file that is not a plan (choose another --plan): ";
        assert!(said.err.starts_with(begin) && said.err.contains("notes.toml"), "{}", said.err);
        assert_eq!(fs::read(&path).unwrap(), text);
    }
    fs::write(&path, "").unwrap();
    assert_eq!(shop.run(&["--plan", path.to_str().unwrap(), "--force"]).code, 0, "it was empty");
}

//! Which data set the stores hold.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::assert::Assert;
use ecom_core::plan::{LeftOut, Plan, sha256_of};
use ecom_core::testing::{plan, table};
use tempfile::TempDir;

use crate::lake;

const ANEW: &str = "run again from step 1 with --reset to empty the stores first";

/// A folder with the data set `shop`, its plan, and the folder of the stores' data.
struct Shop(TempDir);

impl Shop {
    fn new() -> Self {
        let shop = Self(tempfile::tempdir().expect("a folder"));
        for folder in ["shop", "other/shop", "stores"] {
            fs::create_dir_all(shop.path(folder)).expect("a folder");
        }
        fs::write(shop.path("shop/transactions.csv"), "id\n1\n").expect("a file");
        shop.plan(|_| ());
        shop
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().canonicalize().expect("a folder").join(name)
    }

    /// Writes the plan again, with a change.
    fn plan(&self, change: impl FnOnce(&mut Plan)) {
        let mut plan = plan("shop", [table("transactions", "id", "id | id | INT")]);
        plan.folder = self.path("shop");
        plan.tables[0].sha256 = sha256_of(&self.path("shop/transactions.csv")).expect("a file");
        change(&mut plan);
        plan.write(&self.path("plan.toml")).expect("a plan");
    }

    fn lake(&self, verb: &str, data_set: &str, folder: &str, more: &[&str]) -> Assert {
        let mut command = lake("http://localhost:1", &[verb, "--data-set", data_set]);
        command.arg("--folder").arg(self.path(folder)).arg("--plan").arg(self.path("plan.toml"));
        command.args(more).arg("--stores").arg(self.path("stores")).assert()
    }

    fn claim(&self) -> Assert {
        self.lake("claim", "shop", "shop", &[])
    }

    fn stored(&self, name: &str) -> String {
        fs::read_to_string(self.path("stores").join(name)).expect("a note")
    }
}

fn refused(assert: Assert, message: &str) {
    assert.code(4).stdout("").stderr(format!("lake: {message}\n"));
}

#[test]
fn a_claim_records_the_data_set_its_folder_and_its_files() {
    let shop = Shop::new();
    let notes = LeftOut { file: "notes.txt".into(), rows: 8, sales: false, reason: "notes".into() };
    shop.plan(|plan| plan.left_out.push(notes));
    shop.claim().success().stdout("").stderr("");
    assert_eq!(shop.stored("data_set"), "shop\n");
    let sha256 = sha256_of(&shop.path("shop/transactions.csv")).unwrap();
    let folder = shop.path("shop");
    assert_eq!(
        shop.stored("sources"),
        format!("{}\ntransactions.csv {sha256}\n", folder.display())
    );
    shop.claim().success();
}

#[test]
fn a_check_notes_nothing() {
    let shop = Shop::new();
    shop.lake("check", "shop", "shop", &["--files"]).success();
    assert!(fs::read_dir(shop.path("stores")).unwrap().next().is_none());
}

#[test]
fn another_data_set_is_refused_even_without_a_plan() {
    let shop = Shop::new();
    shop.claim().success();
    fs::remove_file(shop.path("plan.toml")).unwrap();
    let message = "the stores hold the data set shop: run again with --reset to empty them first";
    refused(shop.lake("check", "market", "shop", &[]), message);
}

#[test]
fn another_folder_of_the_same_name_is_refused() {
    let shop = Shop::new();
    let (held, asked) = (shop.path("shop"), shop.path("other/shop"));
    let message =
        format!("shop is the data set of {}, not of {}: {ANEW}", held.display(), asked.display());
    refused(shop.lake("check", "shop", "other/shop", &[]), &message);
}

#[test]
fn stores_that_were_filled_from_other_files_are_refused() {
    let shop = Shop::new();
    shop.claim().success();
    let other = |name: &str| {
        let path = shop.path("shop").join(name);
        format!("{} is not the file that was analyzed: {ANEW}", path.display())
    };
    shop.plan(|plan| plan.tables[0].sha256 = "0".repeat(64));
    refused(shop.claim(), &other("transactions.csv"));
    shop.plan(|plan| plan.tables[0].file = "all sales.csv".into());
    refused(shop.claim(), &other("all sales.csv"));
}

#[test]
fn stores_without_a_record_of_their_files_get_one_and_keep_their_time() {
    let shop = Shop::new();
    let mark = shop.path("stores/data_set");
    fs::write(&mark, "shop\n").unwrap();
    let written = modified(&mark);
    shop.claim().success();
    assert!(shop.stored("sources").contains("transactions.csv "));
    assert_eq!(modified(&mark), written);
}

fn modified(path: &Path) -> std::time::SystemTime {
    fs::metadata(path).and_then(|found| found.modified()).expect("a time")
}

#[test]
fn with_files_a_source_file_that_has_changed_or_is_gone_is_refused() {
    let shop = Shop::new();
    let file = shop.path("shop/transactions.csv");
    let message = format!("{} is not the file that was analyzed: {ANEW}", file.display());
    fs::write(&file, "id\n2\n").unwrap();
    shop.lake("check", "shop", "shop", &[]).success();
    refused(shop.lake("check", "shop", "shop", &["--files"]), &message);
    fs::remove_file(&file).unwrap();
    refused(shop.lake("check", "shop", "shop", &["--files"]), &message);
}

#[test]
fn files_with_sales_that_the_plan_leaves_out_are_listed() {
    let shop = Shop::new();
    let plan_file = shop.path("plan.toml");
    let listed = || {
        let arguments = ["left-out", "--plan", plan_file.to_str().expect("a path")];
        lake("http://localhost:1", &arguments).assert().success().stderr("")
    };
    listed().stdout("");
    shop.plan(|plan| {
        plan.left_out = [("returns.csv", true), ("notes.txt", false), ("a\nb.csv", true)]
            .map(|(file, sales)| LeftOut {
                file: file.to_owned(),
                rows: 1,
                sales,
                reason: "other columns".to_owned(),
            })
            .into();
    });
    listed().stdout("returns.csv\na\\nb.csv\n");
}

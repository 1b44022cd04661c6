//! Bad input: one clear line, the right code, no file.

use std::fs;

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;

use crate::shop::{PRODUCTS, SALES, Shop};

#[test]
fn a_missing_or_broken_plan_is_refused() {
    let shop = Shop::usual();
    fs::write(shop.path("plan.toml"), "version = 1\ntables = 3\n").unwrap();
    shop.schema_gen(&[]).code(4).stderr(contains("schema-gen: plan.toml: line "));
    fs::remove_file(shop.path("plan.toml")).unwrap();
    let missing = "schema-gen: cannot read plan.toml: No such file or directory (os error 2)\n";
    shop.schema_gen(&[]).code(4).stderr(missing);
    shop.schema_gen(&["--list"]).code(4).stdout("").stderr(missing);
    assert!(!shop.path("sql").exists());
}

#[test]
fn a_key_too_long_for_an_index_is_refused() {
    let long = |text: &str| text.replace("VARCHAR(64)", "VARCHAR(769)");
    let shop = Shop::new(&long(PRODUCTS), &long(SALES));
    shop.schema_gen(&[]).code(4).stderr(
        "schema-gen: the key (product) of products takes 3076 bytes, InnoDB allows 3072: at most \
         768 characters of text\n",
    );
    assert!(!shop.path("sql").exists());
}

#[test]
fn types_that_cannot_refer_to_each_other_are_refused() {
    let shop = Shop::new(PRODUCTS, &SALES.replace("VARCHAR(64)", "BIGINT"));
    shop.schema_gen(&[]).code(4).stderr(
        "schema-gen: transactions.product is BIGINT and cannot refer to products.product, which \
         is VARCHAR(64): give both one type in the plan\n",
    );
}

#[test]
fn an_invalid_database_name_is_a_usage_error() {
    let shop = Shop::usual();
    for name in ["", "ends with a space ", "a\nb", &"x".repeat(65)] {
        shop.schema_gen(&["--mysql-database", name])
            .code(2)
            .stderr(contains("schema-gen: --mysql-database "));
    }
    assert!(!shop.path("sql").exists());
}

#[test]
fn an_output_that_cannot_be_written_is_named() {
    let shop = Shop::usual();
    fs::write(shop.path("sql"), "a file").unwrap();
    shop.schema_gen(&[]).code(4).stderr(contains("cannot create the folder sql"));
}

#[test]
fn no_output_replaces_what_was_read() {
    let mut shop = Shop::usual();
    let data = shop.path("data");
    shop.change_plan(|plan| plan.folder = data);
    let plan = shop.read("plan.toml");
    fs::create_dir(shop.path("data")).unwrap();
    fs::create_dir(shop.path("sql")).unwrap();
    let kept = [
        ("plan.toml", plan.as_str(), "the plan itself"),
        ("data/sales.csv", "Id\n1\n", "a file of the data set"),
        ("manifest.json", "{}", "a file of the data set"),
        ("rejects.csv", "file\n", "a file of the data set"),
    ];
    for (name, text, what) in kept {
        fs::write(shop.path(name), text).unwrap();
        std::os::unix::fs::symlink(shop.path(name), shop.path("sql/link.sql")).unwrap();
        for output in [name, &format!("./{name}"), "sql/link.sql"] {
            shop.schema_gen(&["--quiet", "--output", output])
                .code(4)
                .stderr(format!("schema-gen: {output} is {what}: choose another --output\n"));
        }
        fs::remove_file(shop.path("sql/link.sql")).unwrap();
        // The load statements are written beside the output.
        std::os::unix::fs::symlink(shop.path(name), shop.path("sql/load_data.sql")).unwrap();
        shop.schema_gen(&["--quiet"])
            .code(4)
            .stderr(format!("schema-gen: sql/load_data.sql is {what}: choose another --output\n"));
        fs::remove_file(shop.path("sql/load_data.sql")).unwrap();
        assert_eq!(shop.read(name), text);
    }
    shop.schema_gen(&["--quiet", "--output", "load_data.sql"]).code(4).stderr(
        "schema-gen: load_data.sql is also the file for the load statements: choose \
         another --output\n",
    );
    assert!(!shop.path("load_data.sql").exists());
}

#[test]
fn help_version_and_completions_are_printed() {
    for (args, text) in [
        (&["--help"][..], "Example: schema-gen --plan"),
        (&["--version"], "schema-gen 0.1.0"),
        (&["completions", "zsh"], "--list-role"),
    ] {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_schema-gen"));
        command.args(args).assert().success().stdout(contains(text));
    }
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_schema-gen"));
    command.arg("--help").assert().stdout(contains("--list-role <ROLE>"));
}

#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let shop = Shop::usual();
    // A limit on the size of a file, with its signal ignored, is reported like a full disk.
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
    assert_cmd::Command::new("bash")
        .current_dir(shop.path(""))
        .args(["-c", script, "bash", env!("CARGO_BIN_EXE_schema-gen"), "--plan", "plan.toml"])
        .assert()
        .code(5)
        .stdout("")
        .stderr(contains("schema-gen: cannot write ").and(contains("File too large")));
    let left = fs::read_dir(shop.path("sql")).into_iter().flatten();
    assert_eq!(left.count(), 0);
    shop.schema_gen(&[]).success();
}

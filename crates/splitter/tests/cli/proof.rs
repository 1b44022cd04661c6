//! The plan proves itself: a fault that is put into it is found.

use std::fs;

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;

use crate::shop::{Shop, Table, customers, split_into, transactions};

const SALES: &str = "
    Id      | id       | INT          | nulls = 0; minimum = \"1\"; maximum = \"11\"
    Buyer   | buyer    | VARCHAR(8)   | role = \"customer_id\"; nulls = 1; longest = 3; nullable = true
    Product | product  | VARCHAR(8)   | nulls = 0; longest = 5
    Kind    | kind     | VARCHAR(8)   | nulls = 1; longest = 4; nullable = true
    Day     | day      | DATE         | role = \"event_time\"; format = \"%d/%m/%Y\"; nulls = 0; minimum = \"2024-01-01\"; maximum = \"2024-02-01\"
    Amount  | amount   | DECIMAL(6,2) | nulls = 1; minimum = \"-3\"; maximum = \"12.50\"; nullable = true";

const PRODUCTS: &str = "
            | product_id | BIGINT     | generated = true
    Product | product    | VARCHAR(8) | nulls = 0; longest = 5
    Kind    | kind       | VARCHAR(8) | nulls = 1; nullable = true";

const KEYS: &str = "foreign_key = [{ column = \"product\", table = \"products\", references = \
                    \"product\", orphans = 0 }, { column = \"buyer\", table = \"customers\", \
                    references = \"buyer\", orphans = 1 }]";

fn sold() -> Shop {
    let shop = Shop::new(&[
        ("c.csv", "Buyer,Name\nann,Ann\n"),
        (
            "t.csv",
            "Id,Buyer,Product,Kind,Day,Amount\n1,ann,pen,dry,01/01/2024,9.5\n\
             2,ann,ink,wet,02/01/2024,12.5\n10,bob,table,wood,03/01/2024,-3\n\
             11,,brush,,01/02/2024,\n",
        ),
    ]);
    let people = "
        Buyer | buyer | VARCHAR(8)  | role = \"customer_id\"; longest = 3
        Name  | name  | VARCHAR(16) | nulls = 0";
    let products = Table {
        name: "products",
        file: "t.csv",
        rows: 4,
        rejected: 0,
        key: "[\"product_id\"]",
        columns: PRODUCTS,
        more: "derived = true",
    };
    let sales = transactions("t.csv", 4, "[\"id\"]", SALES, KEYS);
    shop.write_plan(&split_into(1, 3), &[customers("c.csv", 1, people), products, sales]);
    shop
}

/// Replaces a text of the plan, which has to be there, wherever it stands.
fn with(from: &str, to: &str) -> Shop {
    let shop = sold();
    let plan = fs::read_to_string(shop.plan()).unwrap();
    assert!(plan.contains(from), "{from:?} is not in the plan");
    fs::write(shop.plan(), plan.replace(from, to)).unwrap();
    shop
}

fn refused(from: &str, to: &str, said: &str) {
    let shop = with(from, to);
    shop.splitter(&["--quiet"]).code(4).stderr(contains(said));
    assert!(shop.everything().is_empty(), "{said}");
}

#[test]
fn a_plan_whose_claims_are_true_is_accepted() {
    sold().splitter(&[]).success();
}

#[test]
fn a_wrong_count_is_refused_in_one_line_that_says_what_is_and_what_to_do() {
    let shop = with("name = \"products\"", "name = \"products\"\n# by hand");
    let plan = fs::read_to_string(shop.plan()).unwrap();
    let (before, products) = plan.split_once("# by hand").unwrap();
    let wrong = format!("{before}{}", products.replacen("rows = 4", "rows = 3", 1));
    fs::write(shop.plan(), wrong).unwrap();
    shop.splitter(&["--quiet"]).code(4).stderr(format!(
        "splitter: {}: products: rows: the plan says 3, the data have 4: analyze the data set again, or \
         correct the number if the plan was edited on purpose\n",
        shop.plan().display()
    ));
    assert!(shop.everything().is_empty());
}

#[test]
fn every_other_wrong_claim_is_refused() {
    for (from, to, said) in [
        (
            "nulls = 1\nlongest = 4",
            "nulls = 0\nlongest = 4",
            "column kind: nulls: the plan says 0, the data have 1",
        ),
        (
            "maximum = \"11\"",
            "maximum = \"2\"",
            "column id: maximum: the plan says 2, the data have 11",
        ),
        (
            "minimum = \"-3\"",
            "minimum = \"9.5\"",
            "column amount: minimum: the plan says 9.5, the data have -3.00",
        ),
        ("maximum = \"2024-02-01\"", "maximum = \"2024-01-03\"", "column day: maximum"),
        ("longest = 4", "longest = 5", "column kind: longest: the plan says 5, the data have 4"),
        ("longest = 4", "longest = 3", "column kind: longest: the plan says 3, the data have 4"),
        ("historical = 1", "historical = 2", "split: historical: the plan says 2, the data have 1"),
        (
            "orphans = 1",
            "orphans = 0",
            "foreign_key buyer: orphans: the plan says 0, the data have 1",
        ),
        (
            "orphans = 1",
            "orphans = 2",
            "foreign_key buyer: orphans: the plan says 2, the data have 1",
        ),
    ] {
        refused(from, to, said);
    }
}

#[test]
fn a_wrong_format_is_refused() {
    // All days could be months, so nothing is rejected.
    refused("%d/%m/%Y", "%m/%d/%Y", "column day: maximum: the plan says 2024-02-01");
}

#[test]
fn columns_that_are_shifted_are_refused() {
    let swap = |a: &str, b: &str| {
        let shop = sold();
        let plan = fs::read_to_string(shop.plan()).unwrap();
        let [from, to] = [a, b].map(|name| format!("header = \"{name}\""));
        let plan = plan.replace(&from, "header = \"?\"").replace(&to, &from);
        fs::write(shop.plan(), plan.replace("header = \"?\"", &to)).unwrap();
        shop
    };
    for (a, b) in [("Product", "Kind"), ("Buyer", "Product"), ("Buyer", "Kind")] {
        let shop = swap(a, b);
        shop.splitter(&["--quiet"]).code(4);
        assert!(shop.everything().is_empty(), "{a} and {b}");
    }
}

#[test]
fn a_derived_table_of_the_wrong_column_is_refused() {
    // Its key is the column beside the one that it should be.
    let shop = with("column = \"product\"", "column = \"kind\"");
    shop.splitter(&["--quiet"])
        .code(4)
        .stderr(contains("made from \"Product\", but in transactions it is \"Kind\""));
    let shop = sold();
    let plan = fs::read_to_string(shop.plan()).unwrap();
    let (before, products) = plan.split_once("name = \"products\"").unwrap();
    let products = products.replacen("name = \"kind\"", "name = \"buyer\"", 1);
    fs::write(
        shop.plan(),
        format!("{before}name = \"products\"{}", products.replacen("nulls = 1", "nulls = 0", 1)),
    )
    .unwrap();
    shop.splitter(&["--quiet"])
        .code(4)
        .stderr(contains("made from \"Kind\", but in transactions it is \"Buyer\""));
    assert!(shop.everything().is_empty());
}

#[test]
fn claims_that_are_not_there_are_not_checked() {
    for claim in ["nulls = 0\n", "nulls = 1\n", "longest = 4\n", "maximum = \"11\"\n"] {
        with(claim, "").splitter(&[]).success();
    }
}

#[test]
fn the_cut_of_the_command_line_is_not_that_of_the_plan() {
    let shop = with("historical = 1", "historical = 4");
    shop.splitter(&["--quiet"]).code(4);
    for args in [&["--cut", "2024-01-03"][..], &["--ratio", "0.3"], &["--by", "rows"]] {
        shop.splitter(args).success();
    }
    let shop = with("cut = \"2024-01-02\"", "cut = \"2024-01-03\"");
    shop.splitter(&["--quiet"]).code(4).stderr(contains("or use --cut if the plan was edited"));
}

#[test]
fn rejects_that_the_user_allows_are_no_contradiction() {
    // One value is too long for its type now.
    let shop = with(
        "type = \"VARCHAR(8)\"\nnullable = true\nnulls = 1\nlongest = 4",
        "type = \"VARCHAR(3)\"\nnullable = true\nnulls = 1\nlongest = 4",
    );
    shop.splitter(&["--quiet"]).code(4).stderr(contains("more than 0 rejected records"));
    shop.splitter(&["--quiet", "--max-rejects", "1"]).code(3);
    let plan = fs::read_to_string(shop.plan()).unwrap();
    fs::write(shop.plan(), plan.replace("rows = 4\n", "rows = 5\n")).unwrap();
    shop.splitter(&["--quiet", "--max-rejects", "1"])
        .code(4)
        .stderr(contains("rows and rejected: the plan says 5, the data have 4"));
}

#[test]
fn a_column_that_the_plan_does_not_have_is_told() {
    let people = Shop::new(&[("c.csv", "Buyer,Name\nann,Ann\n"), ("t.csv", "Id\n1\n")]);
    let buyers = "Buyer | buyer | VARCHAR(8) | role = \"customer_id\"";
    let sales = || transactions("t.csv", 1, "[\"id\"]", "Id | id | INT |", "");
    let split = || split_into(0, 1).replace("date", "rows").replace("2024-01-02", "1");
    people.write_plan(&split(), &[customers("c.csv", 1, buyers), sales()]);
    let told = "c.csv: column \"Name\" is not in any table: it is not stored";
    people.splitter(&[]).success().stderr(contains(told));
    let both = "Buyer | buyer | VARCHAR(8) | role = \"customer_id\"
                Name  | name  | VARCHAR(16) |";
    people.write_plan(&split(), &[customers("c.csv", 1, both), sales()]);
    people.splitter(&[]).success().stderr(contains("is not in any table").not());
}

#[test]
fn a_derived_column_says_from_which_header_it_comes() {
    let shop = sold();
    let plan = fs::read_to_string(shop.plan()).unwrap();
    let (products, rest) = plan.split_once("name = \"transactions\"").unwrap();
    let products = products.replace("header = \"Kind\"", "header = \"Day\"");
    fs::write(shop.plan(), format!("{products}name = \"transactions\"{rest}")).unwrap();
    let told = "products: column kind: the plan says that it is made from \"Day\", but in \
                transactions it is \"Kind\"";
    shop.splitter(&[]).code(4).stderr(contains(told));
}

//! Records whose customer is unknown.

use crate::shop::{Shop, split_into, with_orphans};

#[test]
fn unknown_customers_get_rows_with_only_their_key() {
    let shop = with_orphans(3);
    let output = shop.splitter(&[]).success().get_output().clone();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains(
            "3 records refer to 2 unknown customers: each got a record with only its buyer\n"
        ),
        "{text}"
    );
    assert_eq!(shop.text("customers_full.csv"), "Buyer,Name\nann,Ann\nzoe,\ncy,\n");
    let plan = ecom_core::plan::Plan::read(&shop.out().join("plan.toml")).unwrap();
    assert!(plan.tables[0].columns[1].nullable, "later tools have to expect the empty name");
    let report: serde_json::Value =
        serde_json::from_str(&shop.text("reports/splitter.json")).unwrap();
    assert_eq!(report["stubs"], 2);
    let before = shop.everything();
    let output = shop.splitter(&[]).success().get_output().clone();
    assert!(String::from_utf8(output.stderr).unwrap().contains("nothing was changed"));
    assert_eq!(shop.everything(), before);
}

#[test]
fn trailing_spaces_and_missing_values_make_no_orphans() {
    let shop = with_orphans(3);
    shop.splitter(&[]).success();
    assert!(shop.text("transactions_historical.csv").contains("5,ann ,2024-01-01\n"));
    assert!(shop.text("transactions_historical.csv").contains("6,,2024-01-01\n"));
}

#[test]
fn orphans_can_be_rejected() {
    let shop = with_orphans(3);
    shop.splitter(&["--on-orphan", "reject"]).code(3);
    assert_eq!(shop.ids("transactions_historical.csv"), ["1", "5", "6"]);
    assert_eq!(
        shop.text("rejects.csv"),
        "file,line,byte_offset,column,reason,raw\n\
         t.csv,3,30,Buyer,\"\"\"zoe\"\" is not in customers.buyer\",\"2,zoe,2024-01-01\"\n\
         t.csv,4,47,Buyer,\"\"\"cy\"\" is not in customers.buyer\",\"3,cy,2024-01-02\"\n\
         t.csv,5,63,Buyer,\"\"\"zoe\"\" is not in customers.buyer\",\"4,zoe,2024-01-02\"\n"
    );
    // The share is counted without them.
    shop.splitter(&["--on-orphan", "reject", "--ratio", "0.34", "--by", "rows"]).code(3);
    assert_eq!(shop.ids("transactions_historical.csv"), ["1"]);
}

#[test]
fn orphans_can_be_refused() {
    let shop = with_orphans(3);
    shop.splitter(&["--on-orphan", "fail", "--quiet"]).code(4).stderr(
        "splitter: t.csv: line 3: column Buyer: \"zoe\" is not in customers.buyer: 3 records refer to \
         unknown customers: nothing was changed\n",
    );
    assert!(shop.everything().is_empty());
}

#[test]
fn more_rejected_orphans_than_the_plan_knows_are_refused() {
    let shop = with_orphans(3);
    shop.splitter(&["--on-orphan", "reject", "--max-rejects", "2", "--quiet"]).code(4);
    assert!(shop.everything().is_empty());
}

#[test]
fn a_plan_that_denies_orphans_is_never_believed() {
    let shop = with_orphans(0);
    shop.splitter(&["--quiet"]).code(4).stderr(predicates::str::contains(
        "foreign_key buyer: orphans: the plan says 0, the data have 3: analyze the data set again",
    ));
    // One customer more is rejected than the plan says, so what it proves is no proof any more.
    let shop = Shop::new(&[
        ("c.csv", "Buyer,Name\nann,Ann\nbartholomew,B\n"),
        ("t.csv", "Id,Buyer,Day\n1,ann,2024-01-01\n2,bartholomew,2024-01-02\n"),
    ]);
    let columns = "
        Id    | id    | INT         | role = \"order_id\"
        Buyer | buyer | VARCHAR(16) | role = \"customer_id\"
        Day   | day   | DATE        | role = \"event_time\"; format = \"%Y-%m-%d\"";
    let customers = "
        Buyer | buyer | VARCHAR(4)  | role = \"customer_id\"
        Name  | name  | VARCHAR(16) | nullable = true";
    shop.write_plan(
        &split_into(1, 1),
        &[
            crate::shop::customers("c.csv", 2, customers),
            crate::shop::transactions("t.csv", 2, "[\"id\"]", columns, crate::shop::REFERENCE),
        ],
    );
    shop.splitter(&["--max-rejects", "1", "--on-orphan", "fail", "--quiet"])
        .code(4)
        .stderr(predicates::str::contains("t.csv: line 3: column Buyer: \"bartholomew\" is not in customers.buyer: 1 record refers to unknown customers"));
}

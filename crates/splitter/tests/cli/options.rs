//! What the flags decide.

use crate::shop::{Shop, small, split_into};

#[test]
fn without_flags_the_plan_decides() {
    let shop = small();
    shop.splitter(&[]).success().stdout(
        "records  file in out\n      2  transactions_historical.csv\n      2  \
         transactions_realtime.csv\n      2  customers_full.csv\n      0  rejects.csv\n",
    );
    let header = "Id,Buyer,Day,Amount\n";
    assert_eq!(
        shop.text("transactions_historical.csv"),
        format!("{header}1,ann,2024-01-01,5\n4,ann,,5.5\n")
    );
    assert_eq!(
        shop.text("transactions_realtime.csv"),
        format!("{header}3,bob,2024-01-02,\"\"\n2,bob,2024-01-03,7.00\n"),
        "in event-time order, cells as they stand"
    );
    assert_eq!(shop.text("customers_full.csv"), "Buyer,Name\nann,\"Ann, A.\"\nbob,\n");
    assert_eq!(shop.text("rejects.csv"), "file,line,byte_offset,column,reason,raw\n");
}

#[test]
fn a_cut_by_date_moves_the_line_and_the_plan_says_so() {
    let shop = small();
    shop.splitter(&["--cut", "2024-01-03"]).success();
    assert_eq!(shop.ids("transactions_realtime.csv"), ["2"]);
    let plan = shop.text("plan.toml");
    for line in ["by = \"date\"", "cut = \"2024-01-03\"", "historical = 3", "realtime = 1"] {
        assert!(plan.contains(line), "{line}: {plan}");
    }
    assert!(plan.contains("ratio = 0.75"), "{plan}");
}

#[test]
fn a_cut_by_rows_follows_the_file() {
    let shop = small();
    shop.splitter(&["--cut", "2"]).success();
    assert_eq!(shop.ids("transactions_historical.csv"), ["1"]);
    assert_eq!(shop.ids("transactions_realtime.csv"), ["4", "3", "2"], "no date comes first");
    assert!(shop.text("plan.toml").contains("by = \"rows\""));
}

#[test]
fn a_share_is_counted_over_the_whole_file() {
    let shop = small();
    shop.splitter(&["--ratio", "0.75"]).success();
    assert_eq!(shop.ids("transactions_realtime.csv"), ["2"]);
    shop.splitter(&["--ratio", "0.25", "--by", "rows"]).success();
    assert_eq!(shop.ids("transactions_historical.csv"), ["1"]);
    shop.splitter(&["--ratio", "1"]).success();
    assert_eq!(shop.ids("transactions_realtime.csv"), [""; 0]);
    shop.splitter(&["--ratio", "0", "--by", "rows"]).success();
    assert_eq!(shop.ids("transactions_historical.csv"), [""; 0]);
}

#[test]
fn a_cut_that_leaves_one_part_empty_is_warned_of_unless_all_on_one_side_was_asked_for() {
    let shop = small();
    for (cut, empty, full) in [
        ("2030-01-01", "real-time", "historical"),
        ("5", "real-time", "historical"),
        ("1", "historical", "real-time"),
    ] {
        let warning = format!(
            "splitter: warning: the {empty} part is empty: the cut at {cut} leaves every record in \
             the {full} one\n"
        );
        for _ in 0..2 {
            shop.splitter(&["--quiet", "--cut", cut]).success().stderr(warning.clone());
        }
    }
    for args in [&["--ratio", "1"][..], &["--ratio", "0", "--by", "rows"], &[]] {
        shop.splitter(&[args, &["--quiet"]].concat()).success().stderr("");
    }
}

#[test]
fn a_table_that_the_data_set_does_not_have_is_said_once() {
    let shop = small();
    let output = shop.splitter(&[]).success().get_output().clone();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text.matches("no products: the data set has no product column\n").count(), 1);
    assert!(!text.contains("no customers"), "{text}");
}

#[test]
fn another_way_alone_keeps_the_plans_share() {
    let shop = small();
    shop.splitter(&["--by", "rows"]).success();
    assert_eq!(shop.ids("transactions_historical.csv"), ["1", "2"]);
}

#[test]
fn the_report_is_json_on_request_and_quiet_is_quiet() {
    let shop = small();
    let output = shop.splitter(&["--format", "json", "--quiet"]).success().get_output().clone();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["files"][0]["rows"], 2);
    assert!(output.stderr.is_empty());
    let report: serde_json::Value =
        serde_json::from_str(&shop.text("reports/splitter.json")).unwrap();
    assert_eq!((&report["read"], &report["rejected"]), (&6.into(), &0.into()));
    assert_eq!(report["sources"][1]["accepted"]["count"], 4);
}

#[test]
fn wrong_flags_are_usage_errors() {
    let shop = small();
    for (args, text) in [
        (&["--cut", "soon"][..], "splitter: --cut soon: neither a date nor a record number\n"),
        (&["--cut", "0"], "splitter: --cut 0: neither a date nor a record number\n"),
        (&["--cut", "5", "--by", "date"], "splitter: --cut 5: not a date like 2024-06-17\n"),
        (
            &["--cut", "2024-01-02", "--by", "rows"],
            "splitter: --cut 2024-01-02: not a record number like 169\n",
        ),
    ] {
        shop.splitter(args).code(2).stderr(text);
    }
    for args in [&["--ratio", "1.1"][..], &["--ratio", "x"], &["--ratio", "1", "--cut", "5"]] {
        shop.splitter(args).code(2);
    }
    assert!(shop.everything().is_empty());
}

#[test]
fn a_table_without_a_key_gets_row_numbers_in_file_order() {
    let shop = Shop::new(&[("t.csv", "What,Day\nx,2024-01-02\ny,oops\nx,2024-01-01\n")]);
    let columns = "
            | row_id | BIGINT     | role = \"line_id\"; generated = true
        What| what   | VARCHAR(4) |
        Day | day    | DATE       | role = \"event_time\"; format = \"%Y-%m-%d\"";
    let mut table = crate::shop::transactions("t.csv", 2, "[\"row_id\"]", columns, "");
    table.rejected = 1;
    shop.write_plan(&split_into(1, 1), &[table]);
    shop.splitter(&[]).code(3);
    assert_eq!(shop.text("transactions_historical.csv"), "row_id,What,Day\n2,x,2024-01-01\n");
    assert_eq!(shop.text("transactions_realtime.csv"), "row_id,What,Day\n1,x,2024-01-02\n");
    let manifest: serde_json::Value = serde_json::from_str(&shop.text("manifest.json")).unwrap();
    assert_eq!(manifest["rejected"], 1);
}

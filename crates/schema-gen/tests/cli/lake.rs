//! The views of the data lake, and what the runner of the analysis reads.

use std::fs;

use crate::shop::Shop;

#[test]
fn the_views_hold_both_parts_with_the_types_of_the_plan() {
    let shop = Shop::usual();
    shop.schema_gen(&["--lake"]).success();
    let text = shop.read("sql/lake.sql");
    for part in [
        "CAST(lake_value(f[4]) AS DECIMAL(6,2)) AS `amount`",
        "CAST(lake_value(f[1]) AS DATE) AS `day`",
        "lake_text(f[2]) AS `product`",
        "path '${spark.ecom.lake}/sqoop/products', lineSep '\\n'",
        "(PARTITION BY source, record_number ORDER BY streaming_timestamp)",
        "'historical' AS part FROM _historical\nUNION ALL SELECT",
        "CREATE TEMPORARY VIEW sales AS\nSELECT t.`product` AS `product_id`",
        "CAST(t.`day` AS TIMESTAMP) AS `sold_at`",
        "CREATE TEMPORARY VIEW log_events AS",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!shop.path("sql/create_tables.sql").exists());
}

#[test]
fn without_a_real_time_part_there_are_no_messages_and_no_logs() {
    let mut shop = Shop::usual();
    shop.change_plan(|plan| plan.split.realtime = 0);
    shop.schema_gen(&["--lake"]).success();
    let text = shop.read("sql/lake.sql");
    assert!(!text.contains("_messages") && !text.contains("log_events"), "{text}");
}

#[test]
fn the_runner_gets_the_questions_that_the_data_set_can_answer() {
    let shop = Shop::usual();
    let folder = shop.path("questions");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a.sql"), "-- How much?\n-- needs: amount\nSELECT 1 AS one;\n").unwrap();
    fs::write(folder.join("b.sql"), "-- Where?\n-- needs: region\nSELECT region FROM sales\n")
        .unwrap();
    let output = shop.schema_gen(&["--analysis", "questions"]).success();
    let output = output.get_output();
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let texts: Vec<_> = text.split('\0').collect();
    assert_eq!(texts[2..], ["a", "-- How much?\n-- needs: amount\nSELECT 1 AS one", ""]);
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(said, "no b: the data set has no region\n");
}

#[test]
fn a_question_with_the_name_of_a_table_is_refused() {
    let shop = Shop::usual();
    fs::create_dir(shop.path("questions")).unwrap();
    fs::write(shop.path("questions/products.sql"), "-- What?\nSELECT 1 AS one\n").unwrap();
    shop.schema_gen(&["--analysis", "questions"])
        .code(2)
        .stdout("")
        .stderr("schema-gen: products.sql: products is the name of a table: rename the file\n");
}

//! The views of the data lake, and what the runner of the analysis reads.

use std::fs;

use crate::shop::{PRODUCTS, SALES, Shop};

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

const BY_DAY: &str = "-- How much?\n-- needs: amount\n-- proof: group by sale_date = day(sold_at): revenue = sum(amount)\n\
    -- watermark: 7 days\nSELECT 1 AS revenue;\n";

/// The texts of the live analysis with these questions.
fn live(shop: &Shop, questions: [&str; 2]) -> Vec<String> {
    let folder = shop.path("live");
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in ["a.sql", "b.sql"].into_iter().zip(questions) {
        fs::write(folder.join(name), text).unwrap();
    }
    let output = shop.schema_gen(&["--live", "live"]).success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    text.split('\0').map(str::to_owned).collect()
}

#[test]
fn the_live_runner_gets_the_first_question_that_the_data_set_can_answer() {
    let by_region = BY_DAY.replace("(sold_at):", "(sold_at), region:");
    let texts = live(&Shop::usual(), [&by_region, BY_DAY]);
    assert!(
        texts[0].starts_with("`id` INT, `day` STRING, `product` STRING, `paid` BOOLEAN,"),
        "{}",
        texts[0]
    );
    assert!(texts[0].ends_with("record_number BIGINT, streaming_timestamp STRING, source STRING"));
    for part in [
        "CAST(`day` AS DATE) AS `day`",
        "FROM _messages\nWHERE IF(`id` IS NOT NULL, TRUE, RAISE_ERROR('a message without id: it is of another",
        "CREATE TEMPORARY VIEW sales AS\nSELECT t.`product` AS `product_id`",
    ] {
        assert!(texts[1].contains(part), "{part} is not in {}", texts[1]);
    }
    assert!(!texts[1].contains("JOIN") && !texts[1].contains("sqoop"), "{}", texts[1]);
    assert_eq!(texts[2..], ["`sale_date`", "7 days", BY_DAY.trim_end().trim_end_matches(';'), ""]);
}

#[test]
fn the_live_sales_are_joined_with_the_tables_that_the_question_needs() {
    let by_category = BY_DAY.replace("(sold_at):", "(sold_at), category:");
    let products = PRODUCTS.replace("| VARCHAR(20) |", "| VARCHAR(20) | role = \"category\";");
    let texts = live(&Shop::new(&products, SALES), [&by_category, BY_DAY]);
    assert_eq!(texts[2], "`sale_date`, `category`");
    assert!(texts[1].contains("${spark.ecom.lake}/sqoop/products"), "{}", texts[1]);
    assert!(texts[1].contains("LEFT JOIN products ON products.product_id = t.`product`"));
}

#[test]
fn a_data_set_without_a_live_question_or_real_time_part_is_refused() {
    let mut shop = Shop::usual();
    fs::create_dir(shop.path("live")).unwrap();
    let write = |text: &str| fs::write(shop.path("live/a.sql"), text).unwrap();
    write(&BY_DAY.replace("amount\n", "amount, region\n"));
    let none = "no a: the data set has no region\nschema-gen: the data set can answer no question in live\n";
    shop.schema_gen(&["--live", "live"]).code(4).stdout("").stderr(none);
    write(&BY_DAY.replace("watermark", "delay"));
    let lacks = "schema-gen: live/a.sql: there is no -- watermark: TIME, such as 7 days\n";
    shop.schema_gen(&["--live", "live"]).code(2).stderr(lacks);
    write("-- How much?\nSELECT 1 AS one");
    let lacks = "schema-gen: live/a.sql: there is no -- proof: … group by KEY: …, whose keys are those of the messages\n";
    shop.schema_gen(&["--live", "live"]).code(2).stderr(lacks);
    shop.change_plan(|plan| plan.split.realtime = 0);
    let nothing = "schema-gen: the data set shop has no real-time part\n";
    shop.schema_gen(&["--live", "live"]).code(4).stderr(nothing);
}

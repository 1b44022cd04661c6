//! Further tables, which the platform has no role for.

use ecom_core::plan::{Dialect, FurtherFile, Table};
use ecom_core::testing::reference;

use crate::shop::{PRODUCTS, SALES, Shop, of_sales};

/// A table that refers to another by one column.
fn referring(name: &str, columns: &str, column: &str, to: &str) -> Table {
    Table { foreign_keys: vec![reference(column, to)], ..of_sales(name, "id", columns) }
}

/// Refunds refer to sellers, sellers to cities, and the plan lists them in that order.
fn shop() -> Shop {
    let file = |month: &str| FurtherFile {
        file: format!("{month}.csv"),
        member: None,
        sha256: "cd".into(),
        rows: 1,
        rejected: 0,
        dialect: Dialect::work(),
        encoding_reason: None,
    };
    let columns = "Id | id | INT\nSeller | seller | INT | nullable = true";
    let refunds = Table {
        further_files: ["february", "march", "april"].map(file).into(),
        ..referring("refunds", columns, "seller", "sellers.id")
    };
    let columns = "Id | id | INT\nCity | city | BIGINT";
    Shop::new(PRODUCTS, SALES).and_all([
        refunds,
        referring("sellers", columns, "city", "cities.id"),
        of_sales("cities", "id", "Id | id | INT"),
    ])
}

#[test]
fn further_tables_are_created_after_those_that_they_refer_to() {
    let shop = shop();
    shop.schema_gen(&[]).success();
    let text = shop.read("sql/create_tables.sql");
    let created = text.lines().filter_map(|line| line.strip_prefix("CREATE TABLE IF NOT EXISTS "));
    let wanted = ["`products`", "`transactions`", "`cities`", "`sellers`", "`refunds`"];
    assert_eq!(created.collect::<Vec<_>>(), wanted.map(|name| format!("{name} (")));
    let files = "-- refunds: 3 records, from sales.csv, february.csv, march.csv and 1 more\n";
    assert!(text.contains(files), "{text}");
    let key = "CONSTRAINT `fk_refunds_seller` FOREIGN KEY (`seller`) REFERENCES `sellers` (`id`)";
    assert!(text.contains(key), "{text}");
    assert!(text.contains("; BIGINT instead of INT: as sellers.city\n"), "{text}");
}

#[test]
fn the_plain_client_loads_and_counts_them_too() {
    let shop = shop();
    shop.schema_gen(&[]).success();
    let text = shop.read("sql/load_data.sql");
    assert!(
        text.contains("LOAD DATA LOCAL INFILE './refunds_full.csv'\nINTO TABLE `refunds`\n"),
        "{text}"
    );
    assert!(text.contains("SELECT 'cities' AS table_name, 3 AS records, COUNT(*)"), "{text}");
}

#[test]
fn further_tables_are_listed_in_the_order_of_their_references() {
    let output = shop().schema_gen(&["--list"]).success().get_output().stdout.clone();
    let text = String::from_utf8(output).unwrap();
    let end = "\ncities\tid\t`id` AS c1\nsellers\tid\t`id` AS c1, `city` AS c2\n\
               refunds\tid\t`id` AS c1, `seller` AS c2\n";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn tables_that_refer_to_each_other_in_a_cycle_are_refused() {
    let cities = referring("cities", "Id | id | INT\nMayor | mayor | INT", "mayor", "mayors.id");
    let mayors = referring("mayors", "Id | id | INT\nCity | city | INT", "city", "cities.id");
    let shop = Shop::usual().and_all([cities, mayors]);
    let message = "schema-gen: cities and mayors refer to each other: drop one foreign key\n";
    for list in [&[][..], &["--list"]] {
        shop.schema_gen(list).code(4).stderr(predicates::str::ends_with(message));
    }
    assert!(!shop.path("sql").exists());
}

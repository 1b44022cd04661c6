//! More tables than the platform itself knows.

use crate::shop::{PRODUCTS, SALES, Shop};

const DIALECT: &str = "{ delimiter = ';', encoding = 'UTF-8', bom = false, line_ending = 'LF', \
                       header_line = 1 }";

/// Refunds refer to sellers, sellers to cities, and the plan names them in that order.
fn shop() -> Shop {
    let refers = |column: &str, table: &str| {
        format!(
            "foreign_key = [{{ column = '{column}', table = '{table}', references = 'id', orphans = \
             0 }}]"
        )
    };
    let file = |month: &str| {
        format!(
            "{{ file = '{month}.csv', sha256 = 'cd', rows = 1, rejected = 0, dialect = {DIALECT} }}"
        )
    };
    let files = ["february", "march", "april"].map(file).join(", ");
    let files = format!("{}\nfurther_file = [{files}]", refers("seller", "sellers"));
    Shop::new(PRODUCTS, SALES)
        .and("refunds", "id", &files, "Id | id | INT |\nSeller | seller | INT | nullable = true")
        .and("sellers", "id", &refers("city", "cities"), "Id | id | INT |\nCity | city | BIGINT |")
        .and("cities", "id", "", "Id | id | INT |")
}

#[test]
fn further_tables_are_created_behind_those_that_they_refer_to() {
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
fn the_wrappers_are_told_of_them_in_the_order_of_their_references() {
    let output = shop().schema_gen(&["--list"]).success().get_output().stdout.clone();
    let text = String::from_utf8(output).unwrap();
    let end = "\ncities\tid\t`id`\nsellers\tid\t`id`, `city`\nrefunds\tid\t`id`, `seller`\n";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn tables_that_refer_to_each_other_in_a_circle_are_refused() {
    let back =
        "foreign_key = [{ column = 'city', table = 'cities', references = 'id', orphans = 0 }]";
    let to =
        "foreign_key = [{ column = 'mayor', table = 'mayors', references = 'id', orphans = 0 }]";
    let shop = Shop::new(PRODUCTS, SALES)
        .and("cities", "id", to, "Id | id | INT |\nMayor | mayor | INT |")
        .and("mayors", "id", back, "Id | id | INT |\nCity | city | INT |");
    let told = "schema-gen: cities and mayors refer to each other: drop one foreign key\n";
    for list in [&[][..], &["--list"]] {
        shop.schema_gen(list).code(4).stderr(predicates::str::ends_with(told));
    }
    assert!(!shop.path("sql").exists());
}

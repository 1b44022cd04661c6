//! The two files.

use std::fs;

use predicates::str::contains;

use crate::shop::{PRODUCTS, SALES, Shop};

const NO_CUSTOMERS: &str = "no customers: the data set has no customer column\n";

#[test]
fn create_tables_has_the_reason_of_every_line() {
    let shop = Shop::usual();
    shop.schema_gen(&[])
        .success()
        .stdout("")
        .stderr(format!("{NO_CUSTOMERS}wrote sql/create_tables.sql\nwrote sql/load_data.sql\n"));
    let wanted = "\
-- Tables of the data set shop, made from its plan by schema-gen: do not edit.
-- mysql-loader loads the tables, and so does the plain client with load_data.sql.

SET NAMES utf8mb4;
CREATE DATABASE IF NOT EXISTS `testdb` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
USE `testdb`;

-- products: 3 records, distinct values of sales.csv
-- SHA-256 65b37775; a test
CREATE TABLE IF NOT EXISTS `products` (
  `product_id` BIGINT NOT NULL,                          -- generated: 1, 2, 3, …
  `product` VARCHAR(64) NOT NULL,                        -- from \"Product\"; longest value 58 of 64 characters; none of 3 missing
  `kind` VARCHAR(20) NULL,                               -- from \"Kind\"; longest value 7 of 20 characters; 1 of 3 missing
  PRIMARY KEY (`product_id`),                            -- 3 records, 3 values
  UNIQUE KEY `uq_product` (`product`)                    -- transactions.product refers to it
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- transactions: 3 records, from sales.csv
-- SHA-256 65b37775; a test
CREATE TABLE IF NOT EXISTS `transactions` (
  `id` INT NOT NULL,                                     -- from \"Id\"; -7 to 12 of ±2147483647; none of 3 missing
  `day` DATE NOT NULL,                                   -- from \"Day\"; 2024-01-01 to 2024-08-27; written as %Y-%m-%d; none of 3 missing
  `product` VARCHAR(64) NOT NULL,                        -- from \"Product\"; longest value 58 of 64 characters; none of 3 missing
  `paid` BOOLEAN NULL,                                   -- from \"Paid\"; only true, false, yes or no; none of 3 missing, but may be NULL
  `amount` DECIMAL(6,2) NULL,                            -- from \"Amount\"; largest 3899.99 of 9999.99; 2 of 3 missing
  PRIMARY KEY (`id`),                                    -- 3 records, 3 values
  KEY `idx_product` (`product`),                         -- refers to products
  KEY `idx_day` (`day`),                                 -- event time
  CONSTRAINT `fk_transactions_product` FOREIGN KEY (`product`) REFERENCES `products` (`product`) -- every value is in products.product
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC;

";
    assert_eq!(shop.read("sql/create_tables.sql"), wanted);
    shop.schema_gen(&["--output", "-"]).success().stdout(wanted).stderr(NO_CUSTOMERS);
}

#[test]
fn reasons_without_values_give_what_the_types_allow() {
    let shop = Shop::new(
        "| product_id | BIGINT | generated = true\nProduct | product | VARCHAR(64)",
        "Id | id | BIGINT\nDay | day | DATE | format = \"%d/%m/%Y\"; format_proof = \"day first\"\n\
         Product | product | VARCHAR(64)\nAmount | amount | DECIMAL(2,2) | nullable = true",
    );
    let output = shop.schema_gen(&["--output", "-"]).success().get_output().stdout.clone();
    let text = String::from_utf8(output).unwrap();
    for reason in [
        "-- from \"Id\"; up to 9223372036854775807\n",
        "-- from \"Day\"; written as %d/%m/%Y, day first\n",
        "-- from \"Product\"\n",
        "-- from \"Amount\"; up to 0.99\n",
    ] {
        assert!(text.contains(reason), "{reason}{text}");
    }
}

#[test]
fn load_data_has_the_expression_for_each_field() {
    let shop = Shop::usual();
    shop.schema_gen(&["--data-dir", "it's here/"]).success();
    let text = shop.read("sql/load_data.sql");
    let statement = "
-- transactions_historical.csv into transactions
LOAD DATA LOCAL INFILE 'it''s here/transactions_historical.csv'
INTO TABLE `transactions`
CHARACTER SET utf8mb4
FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY ''
LINES TERMINATED BY '\\n'
IGNORE 1 LINES
(`id`, `day`, `product`, @v4, @v5)
SET
  `paid` = CASE LOWER(NULLIF(TRIM(@v4), '')) WHEN 'true' THEN 1 WHEN 'false' THEN 0 WHEN 'yes' THEN 1 WHEN 'no' THEN 0 END,
  `amount` = NULLIF(TRIM(@v5), '');
SHOW WARNINGS LIMIT 5;
";
    assert!(text.contains(statement), "{text}");
    assert!(text.contains("\nUSE `testdb`;\n"));
    let products = text.find("INTO TABLE `products`").unwrap();
    assert!(products < text.find("INTO TABLE `transactions`").unwrap(), "parents first");
    assert!(text.contains("SELECT 'transactions' AS table_name, 2 AS records"), "{text}");
}

#[test]
fn load_data_strips_what_people_write_around_numbers_and_knows_words_for_missing_values() {
    let columns = SALES.replace("BOOLEAN      | ", "BOOLEAN | format = \"y/n\"; ").replace(
        "DECIMAL(6,2) | ",
        "DECIMAL(6,2) | format = \"1.234,56 €\"; missing = [\"NA\", \"\\\\N\"]; ",
    );
    let shop = Shop::new(PRODUCTS, &columns);
    shop.schema_gen(&[]).success();
    let text = shop.read("sql/load_data.sql");
    for part in [
        "WHEN 'y' THEN 1 WHEN 'n' THEN 0 END",
        "IF(TRIM(@v5) IN ('', 'NA', '\\\\N'), NULL, TRIM(@v5))",
        "'€', '')",
        "',', '.')",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn the_database_comes_from_flag_then_environment() {
    let shop = Shop::usual();
    shop.schema_gen(&["--mysql-database", "my`db", "--output", "-"])
        .success()
        .stdout(contains("USE `my``db`;\n"));
    assert_cmd::Command::new(env!("CARGO_BIN_EXE_schema-gen"))
        .env("MYSQL_DATABASE", "other")
        .arg("--plan")
        .arg(shop.path("plan.toml"))
        .args(["--output", "-"])
        .assert()
        .success()
        .stdout(contains("CREATE DATABASE IF NOT EXISTS `other`"));
}

#[test]
fn a_second_run_changes_nothing() {
    let shop = Shop::usual();
    shop.schema_gen(&[]).success();
    let modified = || fs::metadata(shop.path("sql/create_tables.sql")).unwrap().modified().unwrap();
    let before = modified();
    shop.schema_gen(&[])
        .success()
        .stderr(contains("sql/create_tables.sql is up to date\nsql/load_data.sql is up to date\n"));
    assert_eq!(modified(), before);
    shop.schema_gen(&["--quiet", "--mysql-database", "x"]).success().stderr("");
}

#[test]
fn text_from_data_cannot_leave_its_comment() {
    let sales = SALES.replace("    Paid ", "    x\\nDROP TABLE t; */ -- `' ");
    let shop = Shop::new(PRODUCTS, &sales);
    shop.schema_gen(&[]).success();
    for name in ["sql/create_tables.sql", "sql/load_data.sql"] {
        let text = shop.read(name);
        let statements = text.lines().map(|line| line.split("-- ").next().unwrap());
        assert!(!statements.collect::<String>().contains("DROP"), "{text}");
        assert!(!text.contains("*/"), "{text}");
    }
    assert!(shop.read("sql/create_tables.sql").contains("from \"x\\nDROP TABLE t; * / -- `'\""));
    assert!(shop.read("sql/load_data.sql").contains("IGNORE 2 LINES"), "a header of two lines");
}

#[test]
fn a_format_that_the_client_cannot_read_is_a_warning() {
    let shop = Shop::new(PRODUCTS, &SALES.replace("%Y-%m-%d", "%A, %d %B %Y"));
    let problem = "load_data.sql cannot load transactions: column day: the plain client cannot \
                   read the format %A, %d %B %Y";
    shop.schema_gen(&[]).success().stderr(contains(format!("schema-gen: warning: {problem}\n")));
    let text = shop.read("sql/load_data.sql");
    assert!(text.contains(&format!("-- {problem}\n")), "{text}");
    assert!(!text.contains("INTO TABLE `transactions`"));
    assert!(shop.read("sql/create_tables.sql").contains("TABLE IF NOT EXISTS `transactions`"));
}

#[test]
fn a_closed_pipe_is_success() {
    let shop = Shop::usual();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_schema-gen"))
        .arg("--plan")
        .arg(shop.path("plan.toml"))
        .args(["--output", "-"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

//! The tool on a running server: what it loads, what it refuses, and what it leaves alone.

use std::fs;

use crate::database::Database;
use crate::shop::{CUSTOMERS, Shop, TRANSACTIONS, run};

#[test]
fn all_tables_are_loaded_with_every_value_and_a_second_run_changes_nothing() {
    let Some(database) = Database::new("main") else { return };
    let shop = Shop::new();
    let (code, text, error) = run(&mut shop.tool(&database.name));
    assert_eq!(code, Some(0), "{error}");
    assert!(text.contains("10 rows loaded into sqoop@"), "{text}");
    assert_eq!(database.tables(), ["customers", "products", "transactions"]);
    assert_eq!(
        database.query("SELECT * FROM transactions ORDER BY order_id"),
        [
            "1|2024-01-02|C1|Lamp|10.50|tab\there, back\\slash and \"quote\"|1",
            "2|2024-01-03|C2|Größe 4 \"x\"|0.25|two\nlines|0",
            "3|2024-01-03|C1|Lamp|-7.00|NULL|1",
            "4|2024-01-04|C3|Lamp|0.00||0",
            "5|2024-01-05|C3|Lamp|99999.99|\\N|0",
        ]
    );
    assert_eq!(database.query("SELECT * FROM customers"), ["C1|Ann", "C2|O'Neil, Bob", "C3|NULL"]);
    let indexes = "SELECT DISTINCT index_name FROM information_schema.statistics WHERE \
                   table_schema = DATABASE() AND table_name = 'transactions' ORDER BY 1";
    let wanted = ["idx_customer_id", "idx_day", "idx_product_name", "PRIMARY"];
    assert_eq!(database.query(indexes), wanted);

    let before = database.created();
    let (code, text, error) = run(&mut shop.tool(&database.name));
    assert_eq!(code, Some(0), "{error}");
    assert!(text.contains("10 rows were already in sqoop@"), "{text}");
    assert_eq!(database.created(), before);
    let report = fs::read_to_string(shop.path("reports/mysql-loader.json")).unwrap();
    assert!(report.contains("\"read\": 10"), "{report}");
}

#[test]
fn foreign_keys_of_the_published_tables_hold() {
    let Some(database) = Database::new("keys") else { return };
    for _ in 0..2 {
        let shop = Shop::new();
        shop.tool(&database.name).arg("--quiet").assert().success();
        let keys = "SELECT table_name, referenced_table_name FROM \
                    information_schema.referential_constraints WHERE constraint_schema = \
                    DATABASE() ORDER BY 2";
        assert_eq!(database.query(keys), ["transactions|customers", "transactions|products"]);
        let error = database.refused("DELETE FROM customers WHERE customer_id = 'C1'");
        assert!(error.contains("foreign key constraint fails"), "{error}");
        // The next round has to replace the tables.
        database.query("UPDATE transactions SET amount = 1 WHERE order_id = 3");
    }
}

#[test]
fn a_new_data_set_replaces_all_tables_of_the_old_one_at_once() {
    let Some(database) = Database::new("replace") else { return };
    Shop::new().tool(&database.name).assert().success();
    database.query("CREATE TABLE notes (id INT)");
    let (code, _, error) = run(&mut Shop::with(None, TRANSACTIONS).tool(&database.name));
    assert_eq!(code, Some(0), "{error}");
    assert!(error.contains("no customers: the data set has no customer column"), "{error}");
    assert_eq!(database.tables(), ["notes", "products", "transactions"]);
    for customers in [CUSTOMERS, "Id,Name\nC1,A\nC2,B\nC3,C\nC4,D\n"] {
        Shop::with(Some(customers), TRANSACTIONS).tool(&database.name).assert().success();
        assert_eq!(database.tables(), ["customers", "notes", "products", "transactions"]);
    }
    assert_eq!(database.query("SELECT COUNT(*) FROM customers"), ["4"]);
}

#[test]
fn tables_that_were_changed_since_are_loaded_again() {
    let Some(database) = Database::new("changed") else { return };
    let shop = Shop::new();
    let again = "the tables have changed since they were loaded: loading them again\n";
    for change in [
        "UPDATE transactions SET amount = amount + 1 WHERE order_id = 3",
        "DELETE FROM transactions WHERE order_id = 3",
        "UPDATE transactions SET note = NULL WHERE order_id = 4",
        "ALTER TABLE transactions DROP COLUMN note",
        "ALTER TABLE transactions MODIFY amount INT NOT NULL",
    ] {
        shop.tool(&database.name).assert().success();
        database.query(change);
        let (code, _, error) = run(&mut shop.tool(&database.name));
        assert_eq!((code, error.as_str()), (Some(0), again), "{change}");
        let found = database.query("SELECT amount, note FROM transactions WHERE order_id >= 3");
        assert_eq!(found, ["-7.00|NULL", "0.00|", "99999.99|\\N"], "{change}");
    }
}

#[test]
fn json_prints_the_same_for_programs() {
    let Some(database) = Database::new("json") else { return };
    let (code, text, _) = run(Shop::new().tool(&database.name).args(["--format", "json"]));
    assert_eq!(code, Some(0));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&json["data_set"], &json["unchanged"]), (&"shop".into(), &false.into()));
    assert_eq!(json["total"]["rows"], 10);
    let tables: Vec<_> = json["tables"].as_array().unwrap().iter().collect();
    assert_eq!(tables.iter().filter(|table| table["table"] == "transactions").count(), 1);
    assert!(tables.iter().all(|table| table["checksum"].as_str().unwrap().len() == 16));
}

#[test]
fn tables_of_an_unfinished_run_are_removed() {
    let Some(database) = Database::new("left") else { return };
    let shop = Shop::new();
    shop.tool(&database.name).assert().success();
    let mark = "COMMENT 'mysql-loader: being loaded'";
    database.query(&format!("CREATE TABLE _stg_customers (id INT PRIMARY KEY) {mark}"));
    database.query(&format!(
        "CREATE TABLE _old_transactions (id INT, FOREIGN KEY (id) REFERENCES _stg_customers (id)) {mark}"
    ));
    let (code, _, error) = run(&mut shop.tool(&database.name));
    assert_eq!(code, Some(0), "{error}");
    assert!(error.contains("removing tables of an unfinished run: "), "{error}");
    assert_eq!(database.tables(), ["customers", "products", "transactions"]);
}

#[test]
fn an_empty_table_is_loaded_as_such() {
    let Some(database) = Database::new("empty") else { return };
    let header = TRANSACTIONS.lines().next().unwrap();
    let shop = Shop::with(Some("Id,Name\n"), &format!("{header}\n"));
    shop.tool(&database.name).assert().success();
    assert_eq!(database.query("SELECT COUNT(*) FROM transactions"), ["0"]);
}

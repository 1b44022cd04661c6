//! The tool on a running server: what it loads, what it refuses, and what it leaves alone.

mod common;

use std::fs;

use common::{CUSTOMERS, Database, Shop, TRANSACTIONS, stderr};

#[test]
fn all_tables_are_loaded_with_every_cell_and_a_second_run_changes_nothing() {
    let Some(database) = Database::new("main") else { return };
    let shop = Shop::new();
    let output = shop.tool(&database.name).assert().success().get_output().clone();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("10 rows loaded in sqoop@"), "{text}");
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
    let keys = "SELECT COUNT(*) FROM information_schema.referential_constraints WHERE \
                constraint_schema = DATABASE() AND referenced_table_name IN ('customers', 'products')";
    assert_eq!(database.query(keys), ["2"]);
    let indexes = "SELECT DISTINCT index_name FROM information_schema.statistics WHERE \
                   table_schema = DATABASE() AND table_name = 'transactions' ORDER BY 1";
    assert_eq!(
        database.query(indexes),
        ["idx_customer_id", "idx_day", "idx_product_name", "PRIMARY"]
    );

    let created = "SELECT create_time, table_name FROM information_schema.tables WHERE table_schema = DATABASE()";
    let before = database.query(created);
    let output = shop.tool(&database.name).assert().success().get_output().clone();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("10 rows were there already in sqoop@"), "{text}");
    assert_eq!(database.query(created), before);
    let report = fs::read_to_string(shop.path("reports/mysql-loader.json")).unwrap();
    assert!(report.contains("\"read\": 10"), "{report}");
}

#[test]
fn a_new_data_set_replaces_all_tables_of_the_old_one_at_once() {
    let Some(database) = Database::new("replace") else { return };
    Shop::new().tool(&database.name).assert().success();
    database.query("CREATE TABLE notes (id INT)");
    let smaller = Shop::with(None, TRANSACTIONS);
    let (code, error) = stderr(&mut smaller.tool(&database.name));
    assert_eq!(code, Some(0), "{error}");
    assert!(error.contains("no table customers: the data set has no customer column"), "{error}");
    assert_eq!(database.tables(), ["notes", "products", "transactions"]);
    for customers in [CUSTOMERS, "Id,Name\nC1,A\nC2,B\nC3,C\nC4,D\n"] {
        Shop::with(Some(customers), TRANSACTIONS).tool(&database.name).assert().success();
        assert_eq!(database.tables(), ["customers", "notes", "products", "transactions"]);
    }
    assert_eq!(database.query("SELECT COUNT(*) FROM customers"), ["4"]);
}

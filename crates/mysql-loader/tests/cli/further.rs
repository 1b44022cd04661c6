//! Further tables, on a running server: they come and go with their data set, and the tables of
//! other people stay.

use crate::database::Database;
use crate::shop::{Shop, run};

const ALL: [&str; 6] = ["customers", "products", "refunds", "regions", "sellers", "transactions"];

#[test]
fn all_tables_of_the_plan_are_published_in_one_step() {
    let Some(database) = Database::new("further") else { return };
    let shop = Shop::with_further();
    let (code, output, error) = run(&mut shop.tool(&database.name));
    assert_eq!((code, error.as_str()), (Some(0), ""));
    assert!(output.contains("\nrefunds          3"), "{output}");
    assert_eq!(database.tables(), ALL);
    let held = database.query(
        "SELECT id, seller, `key` FROM refunds LEFT JOIN sellers USING (seller) ORDER BY id",
    );
    assert_eq!(held, ["7|Max|2", "8|NULL|NULL", "9|Max|2"]);
    let error = database.refused("INSERT INTO refunds VALUES (10, 'Eve')");
    assert!(error.contains("fk_refunds_seller"), "{error}");
    database.refused("DELETE FROM regions WHERE name = 'C1'");

    let before = database.created();
    let (code, output, _) = run(&mut shop.tool(&database.name));
    assert_eq!(code, Some(0));
    assert!(output.contains("were already in"), "{output}");
    assert_eq!(database.created(), before);
}

#[test]
fn tables_that_the_next_data_set_does_not_have_are_dropped() {
    let Some(database) = Database::new("gone") else { return };
    for _ in 0..2 {
        Shop::with_further().tool(&database.name).assert().success();
        assert_eq!(database.tables(), ALL);
        Shop::new().tool(&database.name).assert().success();
        assert_eq!(database.tables(), ["customers", "products", "transactions"]);
    }
}

#[test]
fn a_row_that_was_changed_in_a_further_table_is_loaded_again() {
    let Some(database) = Database::new("changed_further") else { return };
    let shop = Shop::with_further();
    shop.tool(&database.name).assert().success();
    database.query("DELETE FROM refunds WHERE id = 7");
    let (code, _, error) = run(&mut shop.tool(&database.name));
    assert_eq!(code, Some(0));
    assert!(error.contains("the tables have changed since they were loaded"), "{error}");
    assert_eq!(database.query("SELECT COUNT(*) FROM refunds"), ["3"]);
}

#[test]
fn tables_of_other_people_stay_and_so_does_a_copy_of_ours() {
    let Some(database) = Database::new("own") else { return };
    let shop = Shop::with_further();
    shop.tool(&database.name).assert().success();
    database.query("CREATE TABLE refunds_copy LIKE refunds");
    database.query("CREATE TABLE notes (id INT PRIMARY KEY)");
    database.query("CREATE VIEW _stg_view AS SELECT 1");
    Shop::new().tool(&database.name).assert().success();
    let left = ["_stg_view", "customers", "notes", "products", "refunds_copy", "transactions"];
    assert_eq!(database.tables(), left);
}

#[test]
fn a_further_table_does_not_replace_what_the_tool_did_not_create() {
    let Some(database) = Database::new("theirs") else { return };
    Shop::new().tool(&database.name).assert().success();
    database.query("CREATE TABLE refunds (id INT PRIMARY KEY)");
    database.query("INSERT INTO refunds VALUES (1)");
    let before = database.created();
    let shop = Shop::with_further();
    let (code, _, error) = run(shop.tool(&database.name).arg("--quiet"));
    assert_eq!(code, Some(4));
    let expected = "mysql-loader: the table `refunds` contains rows and was not created by \
                mysql-loader: move it away, or drop it with --replace\n";
    assert_eq!(error, expected);
    assert_eq!(database.created(), before);
    shop.tool(&database.name).arg("--replace").assert().success();
    assert_eq!(database.tables(), ALL);
}

#[test]
fn a_table_that_refers_to_a_replaced_one_is_named() {
    let Some(database) = Database::new("hangs") else { return };
    Shop::with_further().tool(&database.name).assert().success();
    database.query(
        "CREATE TABLE mine (region VARCHAR(9) COLLATE utf8mb4_bin, CONSTRAINT hold FOREIGN KEY \
         (region) REFERENCES regions (name))",
    );
    let (code, _, error) = run(Shop::new().tool(&database.name).arg("--quiet"));
    assert_eq!(code, Some(4));
    assert!(error.contains("`mine` refers to `regions` by the foreign key `hold`"), "{error}");
    assert_eq!(database.tables().len(), ALL.len() + 1);
}

#[test]
fn tables_of_an_earlier_version_are_replaced_without_names_in_their_comments() {
    let Some(database) = Database::new("earlier") else { return };
    Shop::new().tool(&database.name).assert().success();
    for table in ["customers", "products", "transactions"] {
        let comment = "mysql-loader: data set shop, file ab, 3 rows, checksum 0, definition 0";
        database.query(&format!("ALTER TABLE {table} COMMENT = '{comment}'"));
    }
    Shop::with_further().tool(&database.name).assert().success();
    assert_eq!(database.tables(), ALL);
}

#[test]
fn records_of_a_further_table_that_refer_to_nothing_are_named_by_line() {
    let Some(database) = Database::new("lost") else { return };
    let shop = Shop::with_further();
    shop.write("refunds_full.csv", "Id,Seller\n7,Max\n8,Eve\n");
    let (code, _, error) = run(shop.tool(&database.name).arg("--quiet"));
    assert_eq!(code, Some(4));
    let expected = "mysql-loader: refunds_full.csv: 1 record refers to no seller of sellers: line 3 \
                (\"Eve\")\n";
    assert_eq!(error, expected);
    assert!(database.tables().is_empty());
}

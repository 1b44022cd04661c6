//! The tool on a running server when it must not load: the old tables stay unchanged.

use std::process::Stdio;

use crate::database::{Database, Target, try_query};
use crate::shop::{CUSTOMERS, Shop, TRANSACTIONS, run};

/// Loads the good shop, then expects the other to be refused and nothing to have changed.
fn refused(database: &Database, shop: &Shop, code: i32) -> String {
    Shop::new().tool(&database.name).assert().success();
    let before = (database.tables(), database.created());
    let (found, output, error) = run(shop.tool(&database.name).arg("--quiet"));
    assert_eq!((found, output.as_str()), (Some(code), ""), "{error}");
    assert_eq!((database.tables(), database.created()), before);
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}

fn line(order: u32, customer: &str, product: &str) -> String {
    format!("{order},1/9/2024,{customer},{product},1,,no\n")
}

#[test]
fn repeated_keys_are_named_by_line() {
    let Some(database) = Database::new("repeat") else { return };
    let more = line(2, "C1", "Lamp") + &line(7, "C1", "Lamp") + &line(7, "C2", "Lamp");
    let shop = Shop::with(Some(CUSTOMERS), &format!("{TRANSACTIONS}{more}"));
    assert_eq!(
        refused(&database, &shop, 4),
        "mysql-loader: transactions_historical.csv: 2 records repeat a key (order_id): line 8 has \
         \"2\" of line 3, line 10 has \"7\" of line 9\n"
    );
}

#[test]
fn text_keys_that_differ_in_trailing_spaces_only_are_repeated() {
    let Some(database) = Database::new("pad") else { return };
    let shop = Shop::with(Some(&format!("{CUSTOMERS}\"C2 \",Twin\n")), TRANSACTIONS);
    assert_eq!(
        refused(&database, &shop, 4),
        "mysql-loader: customers_full.csv: 1 record repeats a key (customer_id): line 5 has \"C2\" \
         of line 3\n"
    );
}

#[test]
fn a_repeated_name_that_others_refer_to_is_named_by_line() {
    let Some(database) = Database::new("unique") else { return };
    let shop = Shop::new();
    shop.write("products_full.csv", &format!("{}3,Lamp\n", crate::shop::PRODUCTS));
    assert_eq!(
        refused(&database, &shop, 4),
        "mysql-loader: products_full.csv: 1 record repeats a key (product_name): line 4 has \
         \"Lamp\" of line 2\n"
    );
}

#[test]
fn records_that_refer_to_nothing_are_named_by_line() {
    let Some(database) = Database::new("orphan") else { return };
    let more: String = (10..25).map(|order| line(order, "C9", "Lamp")).collect();
    let shop = Shop::with(Some(CUSTOMERS), &format!("{TRANSACTIONS}{more}"));
    let error = refused(&database, &shop, 4);
    let begin = "mysql-loader: transactions_historical.csv: 15 records refer to no customer_id of \
                 customers: line 8 (\"C9\"), line 9 (\"C9\"), ";
    assert!(error.starts_with(begin) && error.ends_with("line 17 (\"C9\"), …\n"), "{error}");
}

#[test]
fn a_value_that_does_not_fit_its_column_is_named_by_line() {
    let Some(database) = Database::new("misfit") else { return };
    let shop = Shop::new();
    shop.retype_amount("DECIMAL(5,2)");
    shop.manifest();
    assert_eq!(
        refused(&database, &shop, 4),
        "mysql-loader: transactions_historical.csv: line 7: column Amount: \"99999.99\" is not a \
         DECIMAL(5,2): out of range: the file does not fit the plan, split the data set again\n"
    );
}

#[test]
fn a_plan_that_was_changed_after_the_split_is_refused() {
    let Some(database) = Database::new("replan") else { return };
    let shop = Shop::new();
    shop.retype_amount("DECIMAL(9,3)");
    let error = refused(&database, &shop, 4);
    let end = ": the plan has changed since, split the data set again\n";
    assert!(error.starts_with("mysql-loader: transactions_historical.csv has 5 records with"));
    assert!(error.ends_with(end), "{error}");
}

#[test]
fn tables_that_the_tool_did_not_create_are_kept() {
    let Some(database) = Database::new("foreign") else { return };
    let shop = Shop::new();
    let make = "CREATE TABLE customers (id INT)";
    run(&mut shop.tool(&database.name));
    database.query("DROP TABLE transactions, customers");
    database.query(make);
    shop.tool(&database.name).assert().success();
    assert_eq!(database.query("SELECT COUNT(*) FROM customers"), ["3"], "an empty table gives way");

    database.query("DROP TABLE transactions, customers");
    database.query(make);
    database.query("INSERT INTO customers VALUES (1)");
    let (code, _, error) = run(&mut shop.tool(&database.name));
    assert_eq!(
        (code, error.as_str()),
        (
            Some(4),
            "mysql-loader: the table `customers` contains rows and was not created by \
             mysql-loader: move it away, or drop it with --replace\n"
        )
    );
    assert_eq!(database.query("SELECT * FROM customers"), ["1"]);
    shop.tool(&database.name).arg("--replace").assert().success();
    assert_eq!(database.query("SELECT COUNT(*) FROM customers"), ["3"]);

    database.query("DROP TABLE transactions, customers");
    database.query("CREATE VIEW customers AS SELECT 1 AS id");
    let (code, _, error) = run(shop.tool(&database.name).arg("--replace"));
    let message = "mysql-loader: `customers` is a view: drop or rename it first\n";
    assert_eq!((code, error.as_str()), (Some(4), message));
}

#[test]
fn a_table_that_others_refer_to_is_not_replaced() {
    let Some(database) = Database::new("referred") else { return };
    Shop::new().tool(&database.name).assert().success();
    database.query(
        "CREATE TABLE reviews (customer_id VARCHAR(9), CONSTRAINT of_customer FOREIGN KEY \
         (customer_id) REFERENCES customers (customer_id)) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    );
    let shop = Shop::with(Some("Id,Name\nC1,A\nC2,B\nC3,C\nC4,D\n"), TRANSACTIONS);
    let error = refused(&database, &shop, 4);
    let end =
        "`reviews` refers to `customers` by the foreign key `of_customer`: drop that key first\n";
    assert!(error.ends_with(end), "{error}");
}

#[test]
fn a_wrong_password_is_refused_at_once_and_not_printed() {
    let Some(database) = Database::new("password") else { return };
    let shop = Shop::new();
    let mut command = shop.tool(&database.name);
    command.env_remove("MYSQL_PASSWORD_FILE").env("MYSQL_PASSWORD", "open sesame");
    let (code, _, error) = run(command.args(["--mysql-timeout", "60"]));
    assert_eq!(code, Some(2), "{error}");
    let begin = "mysql-loader: MySQL refuses the user or the password (sqoop@";
    assert!(error.starts_with(begin) && !error.contains("sesame"), "{error}");
}

#[test]
fn a_database_without_rights_is_refused_as_such() {
    let Some(_) = Database::new("rights") else { return };
    let (code, _, error) = run(&mut Shop::new().tool("not_for_you"));
    assert_eq!(code, Some(2), "{error}");
    assert!(error.starts_with("mysql-loader: the user has no right to the database (sqoop@"));
}

#[test]
fn a_run_on_another_machine_is_left_alone() {
    let Some(database) = Database::new("lock") else { return };
    Shop::new().tool(&database.name).assert().success();
    let lock = format!("SELECT GET_LOCK('mysql-loader.{}', 0), SLEEP(60)", database.name);
    let target = Target::stack(Some(&database.name));
    let holder = std::thread::spawn(move || try_query(&target, &lock));
    let is_used = format!("SELECT IS_USED_LOCK('mysql-loader.{}')", database.name);
    while database.query(&is_used) == ["NULL"] {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let (code, _, error) = run(&mut Shop::new().tool("testdb_loader_lock"));
    assert_eq!(code, Some(6), "{error}");
    assert!(error.starts_with("mysql-loader: another mysql-loader is running on sqoop@"));
    let id = database.query(&is_used).remove(0);
    database.query(&format!("KILL QUERY {id}"));
    // MariaDB reports that the query was ended, MySQL does not.
    let _ = holder.join().unwrap();
}

#[test]
fn a_statement_that_outlives_its_run_is_waited_for() {
    let Some(database) = Database::new("outlived") else { return };
    let shop = Shop::new();
    shop.tool(&database.name).assert().success();
    let lock = format!("'mysql-loader-writes.{}'", database.name);
    let (target, hold) = (Target::stack(Some(&database.name)), format!("GET_LOCK({lock}, 0)"));
    let holder =
        std::thread::spawn(move || try_query(&target, &format!("SELECT {hold}, SLEEP(60)")));
    let user = format!("SELECT IS_USED_LOCK({lock})");
    while database.query(&user) == ["NULL"] {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let mut child =
        shop.process(&database.name).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let waiting = format!(
        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT GET_LOCK({}, 120)%'",
        lock.replace('\'', "\\'")
    );
    while database.query(&waiting) == ["0"] {
        assert_eq!(child.try_wait().unwrap(), None, "it does not wait");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let mark = "COMMENT 'mysql-loader: being loaded'";
    database.query(&format!("CREATE TABLE _stg_transactions (id INT) {mark}"));
    let id = database.query(&user).remove(0);
    database.query(&format!("KILL {id}"));
    assert!(holder.join().unwrap().is_err());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(database.tables(), ["customers", "products", "transactions"]);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let Some(database) = Database::new("pipe") else { return };
    let shop = Shop::new();
    let mut command = shop.process(&database.name);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
    assert_eq!(database.query("SELECT COUNT(*) FROM transactions"), ["5"]);
}

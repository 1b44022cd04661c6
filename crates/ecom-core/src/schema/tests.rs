use super::*;
use crate::plan::Column;
use crate::testing::{self, reference, table};

/// A plan with products derived from a flat file.
fn plan() -> Plan {
    let sales = "Order | order_id | BIGINT
        Date      | day          | DATE        | role = 'event_time'; format = '%Y-%m-%d'; nullable = true
        Product\\n | product_name | VARCHAR(64) | longest = 58";
    let products = "| product_id | BIGINT | generated = true
        Product | product_name | VARCHAR(64)";
    let sales = Table {
        foreign_keys: vec![reference("product_name", "products.product_name")],
        ..table("transactions", "order_id", sales)
    };
    testing::plan("shop", [sales, table("products", "product_id", products)])
}

/// The columns of a table, each with the note why its type is not the plan's.
fn columns(schema: &TableSchema) -> Vec<(String, String)> {
    let columns = schema.columns().map(|column| (column.sql, column.note.unwrap_or_default()));
    columns.map(|(sql, note)| (sql, note.to_owned())).collect()
}

fn with_columns(plan: &mut Plan, count: usize, sql_type: SqlType) {
    let transactions = plan.tables.iter_mut().find(|table| table.name == TableName::Transactions);
    let columns = &mut transactions.unwrap().columns;
    for number in 0..count {
        let name = format!("c{number}");
        columns.push(Column { name, sql_type, ..columns[1].clone() });
    }
}

#[test]
fn a_table_follows_those_that_it_refers_to() {
    let plan = plan();
    let names = dependency_order(&plan).unwrap().into_iter().map(|table| table.name);
    assert_eq!(names.collect::<Vec<_>>(), [TableName::Products, TableName::Transactions]);
}

#[test]
fn bare_tables_and_secondary_keys_have_the_chosen_names() {
    let schema = Schema::new(&plan()).unwrap();
    let naming = Naming { table_prefix: "_stg_", foreign_key_prefix: "fk7" };
    let [products, transactions] = schema.tables() else { panic!() };
    assert_eq!(
        products.create_table(&naming),
        "CREATE TABLE `_stg_products` (\n  `product_id` BIGINT NOT NULL,\n  `product_name` \
         VARCHAR(64) NOT NULL,\n  PRIMARY KEY (`product_id`)\n) ENGINE=InnoDB DEFAULT \
         CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC"
    );
    assert_eq!(
        products.secondary_keys(&naming).unwrap(),
        "ALTER TABLE `_stg_products`\n  ADD UNIQUE KEY `uq_product_name` (`product_name`)"
    );
    assert_eq!(
        transactions.secondary_keys(&naming).unwrap(),
        "ALTER TABLE `_stg_transactions`\n  ADD KEY `idx_product_name` (`product_name`),\n  \
         ADD KEY `idx_day` (`day`),\n  ADD CONSTRAINT `fk7_transactions_product_name` FOREIGN KEY \
         (`product_name`) REFERENCES `_stg_products` (`product_name`)"
    );
}

#[test]
fn a_number_is_as_wide_as_the_number_that_it_refers_to() {
    let mut plan = plan();
    plan.tables[0].columns[2].sql_type = SqlType::Int;
    plan.tables[1].columns[1].sql_type = SqlType::BigInt;
    let schema = Schema::new(&plan).unwrap();
    let (sql, note) = &columns(&schema.tables()[1])[2];
    assert_eq!(sql, "`product_name` BIGINT NOT NULL");
    assert_eq!(note, "BIGINT instead of INT: as products.product_name");
    plan.tables[0].columns[2].sql_type = SqlType::Date;
    assert_eq!(
        Schema::new(&plan).unwrap_err().to_string(),
        "transactions.product_name is DATE and cannot refer to products.product_name, which is \
         BIGINT: give both one type in the plan"
    );
}

#[test]
fn a_key_too_long_for_an_index_is_refused() {
    let mut plan = plan();
    plan.tables[0].columns[0].sql_type = SqlType::VarChar(768);
    Schema::new(&plan).unwrap();
    plan.tables[0].columns[0].sql_type = SqlType::VarChar(769);
    assert_eq!(
        Schema::new(&plan).unwrap_err().to_string(),
        "the key (order_id) of transactions takes 3076 bytes, InnoDB allows 3072: at most 768 \
         characters of text"
    );
    plan.tables[0].columns[0].sql_type = SqlType::Text;
    assert_eq!(
        Schema::new(&plan).unwrap_err().to_string(),
        "transactions.order_id is TEXT and in a key, which InnoDB cannot index whole"
    );
}

#[test]
fn the_widest_text_of_a_too_wide_row_becomes_a_text_column() {
    let mut plan = plan();
    with_columns(&mut plan, 1, SqlType::VarChar(9_000));
    with_columns(&mut plan, 1, SqlType::VarChar(1));
    plan.tables[0].columns[4].name = "short".into();
    with_columns(&mut plan, 0, SqlType::Text);
    Schema::new(&plan).unwrap();
    plan.tables[0].columns[4].sql_type = SqlType::VarChar(8_000);
    let schema = Schema::new(&plan).unwrap();
    let columns = columns(&schema.tables()[1]);
    assert_eq!(columns[3].0, "`c0` TEXT NULL");
    assert!(columns[3].1.starts_with("TEXT instead of VARCHAR(9000): the row would be"));
    assert_eq!(columns[4].0, "`short` VARCHAR(8000) NULL");
}

#[test]
fn too_many_columns_are_refused_by_number_and_by_page() {
    let mut plan = plan();
    with_columns(&mut plan, 1_014, SqlType::Int);
    Schema::new(&plan).unwrap();
    with_columns(&mut plan, 1, SqlType::Boolean);
    let error = Schema::new(&plan).unwrap_err().to_string();
    assert_eq!(error, "transactions has 1018 columns, InnoDB allows 1017");
    let mut plan = self::plan();
    with_columns(&mut plan, 200, SqlType::Text);
    let error = Schema::new(&plan).unwrap_err().to_string();
    assert!(error.contains("bytes in its page, InnoDB allows 8126"), "{error}");
}

#[test]
fn a_name_longer_than_64_characters_is_cut_and_stays_unique() {
    let (one, other) = ("a".repeat(70), format!("{}b", "a".repeat(69)));
    let (short, differs) = (limited(one), limited(other));
    assert_eq!(short.chars().count(), 64);
    assert_ne!(short, differs);
}

#[test]
fn tables_that_refer_to_each_other_are_refused() {
    let mut plan = plan();
    plan.tables[1].foreign_keys.push(reference("product_id", "transactions.order_id"));
    let error = Schema::new(&plan).unwrap_err().to_string();
    assert_eq!(error, "transactions and products refer to each other: drop one foreign key");
}

/// A further table with a key and columns of one type.
fn further(plan: &mut Plan, name: &str, key: &str, columns: &[&str], sql_type: SqlType) {
    let names = [&key].into_iter().chain(columns);
    let lines: Vec<_> = names.map(|name| format!("{name} | {name} | {sql_type}")).collect();
    plan.tables.push(table(name, key, &lines.join("\n")));
}

fn refer(plan: &mut Plan, from: (&str, &str), to: (&str, &str)) {
    let table = plan.tables.iter_mut().find(|table| table.name.as_str() == from.0).unwrap();
    table.foreign_keys.push(reference(from.1, &format!("{}.{}", to.0, to.1)));
}

#[test]
fn further_tables_are_in_the_order_of_their_references() {
    let mut plan = plan();
    further(&mut plan, "payments", "payment_id", &["seller_id"], SqlType::Int);
    further(&mut plan, "sellers", "seller_id", &["city_id"], SqlType::Int);
    further(&mut plan, "cities", "city_id", &[], SqlType::Int);
    refer(&mut plan, ("payments", "seller_id"), ("sellers", "seller_id"));
    refer(&mut plan, ("sellers", "city_id"), ("cities", "city_id"));
    let schema = Schema::new(&plan).unwrap();
    let names: Vec<_> = schema.tables().iter().map(|table| table.table.name.as_str()).collect();
    assert_eq!(names, ["products", "cities", "transactions", "sellers", "payments"]);
    let keys = schema.tables()[4].secondary_keys(&Naming::LIVE).unwrap();
    let reference = "REFERENCES `sellers` (`seller_id`)";
    assert!(keys.contains("`fk_payments_seller_id`") && keys.contains(reference), "{keys}");
}

#[test]
fn a_circle_is_named_without_the_tables_that_only_wait_for_it() {
    let mut plan = plan();
    for (name, column) in [("payments", "a"), ("sellers", "b"), ("cities", "c")] {
        further(&mut plan, name, "id", &[column], SqlType::Int);
    }
    refer(&mut plan, ("transactions", "order_id"), ("payments", "id"));
    refer(&mut plan, ("payments", "a"), ("sellers", "id"));
    refer(&mut plan, ("sellers", "b"), ("cities", "id"));
    refer(&mut plan, ("cities", "c"), ("payments", "id"));
    let wanted = "payments → sellers → cities → payments refer to each other in a circle: drop one \
                  foreign key";
    assert_eq!(Schema::new(&plan).unwrap_err().to_string(), wanted);
}

#[test]
fn nothing_can_refer_to_transactions() {
    let mut plan = plan();
    further(&mut plan, "payments", "payment_id", &["order_id"], SqlType::BigInt);
    refer(&mut plan, ("payments", "order_id"), ("transactions", "order_id"));
    assert_eq!(
        Schema::new(&plan).unwrap_err().to_string(),
        "payments.order_id refers to transactions, but MySQL holds only their historical part: \
         drop this foreign key"
    );
}

#[test]
fn a_wider_number_widens_all_columns_that_depend_on_it() {
    let mut plan = plan();
    further(&mut plan, "cities", "id", &[], SqlType::Int);
    further(&mut plan, "sellers", "id", &["city"], SqlType::Int);
    further(&mut plan, "payments", "id", &["city"], SqlType::Int);
    refer(&mut plan, ("sellers", "id"), ("cities", "id"));
    refer(&mut plan, ("payments", "city"), ("sellers", "id"));
    plan.tables.last_mut().unwrap().columns[1].sql_type = SqlType::BigInt;
    let schema = Schema::new(&plan).unwrap();
    let cities = schema.tables().iter().find(|table| table.table.name.as_str() == "cities");
    assert_eq!(columns(cities.unwrap())[0].0, "`id` BIGINT NOT NULL");
}

#[test]
fn no_two_foreign_keys_have_one_name() {
    let mut plan = plan();
    further(&mut plan, "order", "id", &["items_id"], SqlType::Int);
    further(&mut plan, "order_items", "key", &["id"], SqlType::Int);
    further(&mut plan, "cities", "id", &[], SqlType::Int);
    further(&mut plan, "sellers", "id", &[], SqlType::Int);
    refer(&mut plan, ("order", "items_id"), ("cities", "id"));
    refer(&mut plan, ("order_items", "id"), ("cities", "id"));
    refer(&mut plan, ("order_items", "id"), ("sellers", "id"));
    let schema = Schema::new(&plan).unwrap();
    let keys: Vec<_> =
        schema.tables().iter().filter_map(|table| table.secondary_keys(&Naming::LIVE)).collect();
    for name in ["`fk_order_items_id`", "`fk_order_items_id_2`", "`fk_order_items_id_3`"] {
        assert_eq!(keys.join("\n").matches(name).count(), 1, "{name}: {keys:?}");
    }
}

#[test]
fn every_key_has_its_reason() {
    let schema = Schema::new(&plan()).unwrap();
    let keys = schema.tables()[1].keys(&Naming::LIVE);
    let reasons: Vec<_> = keys.iter().map(|key| key.reason.as_str()).collect();
    let wanted = [
        "made for a test",
        "refers to products",
        "event time",
        "every value is in products.product_name",
    ];
    assert_eq!(reasons, wanted);
}

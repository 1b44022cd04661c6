use super::*;
use crate::plan::Column;

/// A plan with products derived from a flat file.
fn plan() -> Plan {
    let text = r#"
        version = 1
        data_set = "shop"
        folder = "/data"
        [split]
        by = "rows"
        ratio = 0.7
        cut = "3"
        historical = 2
        realtime = 1
        [[table]]
        name = "transactions"
        file = "sales.csv"
        sha256 = "00"
        rows = 3
        rejected = 0
        dialect = { delimiter = ",", quote = '"', encoding = "UTF-8", bom = false, line_ending = "LF", header_line = 1 }
        key = ["order_id"]
        key_proof = "3 records, 3 values"
        route = { to = ["mysql"], reason = "all" }
        column = [
            { header = "Order", name = "order_id", type = "BIGINT", nullable = false },
            { header = "Date", name = "day", role = "event_time", type = "DATE", format = "%Y-%m-%d", nullable = true },
            { header = "Product\n", name = "product_name", type = "VARCHAR(64)", nullable = false, longest = 58 },
        ]
        foreign_key = [{ column = "product_name", table = "products", references = "product_name", orphans = 0 }]
        [[table]]
        name = "products"
        file = "sales.csv"
        sha256 = "00"
        rows = 2
        rejected = 0
        derived = true
        dialect = { delimiter = ",", quote = '"', encoding = "UTF-8", bom = false, line_ending = "LF", header_line = 1 }
        key = ["product_id"]
        key_proof = "generated"
        route = { to = ["mysql"], reason = "all" }
        column = [
            { header = "", name = "product_id", type = "BIGINT", nullable = false, generated = true },
            { header = "Product", name = "product_name", type = "VARCHAR(64)", nullable = false },
        ]
    "#;
    toml::from_str(text).unwrap()
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
fn a_table_stands_behind_those_that_it_refers_to() {
    let plan = plan();
    let names = dependency_order(&plan).unwrap().into_iter().map(|table| table.name);
    assert_eq!(names.collect::<Vec<_>>(), [TableName::Products, TableName::Transactions]);
}

#[test]
fn bare_tables_and_secondary_keys_carry_the_chosen_names() {
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
fn every_definition_has_its_reason_in_one_line() {
    let schema = Schema::new(&plan()).unwrap();
    let definitions = schema.tables()[1].definitions(&Naming::LIVE);
    let reasons: Vec<_> = definitions.iter().map(|one| one.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "from \"Order\"; up to 9223372036854775807",
            "from \"Date\"; written as %Y-%m-%d",
            "from \"Product\\n\"; longest value 58 of 64 characters",
            "3 records, 3 values",
            "refers to products",
            "event time",
            "every value is in products.product_name",
        ]
    );
}

#[test]
fn what_the_values_take_of_their_type_is_told_and_why_they_may_be_null() {
    let column = |sql_type: &str, more: &str| -> Column {
        let text = format!("header = \"H\"\nname = \"h\"\ntype = \"{sql_type}\"\n{more}");
        toml::from_str(&text).unwrap()
    };
    let nullable = "nullable = true\n";
    let range = |least: &str, most: &str| {
        format!("nullable = false\nnulls = 0\nminimum = \"{least}\"\nmaximum = \"{most}\"")
    };
    for (column, wanted) in [
        (
            column("DECIMAL(6,2)", &range("6.50", "3899.99")),
            "largest 3899.99 of 9999.99; none of 240 missing",
        ),
        (column("DECIMAL(2,2)", &range("0", ".5")), "largest .5 of 0.99; none of 240 missing"),
        (column("INT", &range("-5", "3")), "-5 to 3 of ±2147483647; none of 240 missing"),
        (
            column("BIGINT", &format!("{nullable}nulls = 12")),
            "up to 9223372036854775807; 12 of 240 missing",
        ),
        (
            column("BOOLEAN", &format!("{nullable}nulls = 0")),
            "only true, false, yes or no; none of 240 missing, but may be NULL",
        ),
        (
            column(
                "DATE",
                &format!(
                    "{}\nformat = \"%m/%d/%Y\"\nformat_proof = \"month first\"",
                    range("2024-01-01", "2024-02-29")
                ),
            ),
            "2024-01-01 to 2024-02-29; written as %m/%d/%Y, month first; none of 240 missing",
        ),
        (column("TEXT", &format!("{nullable}longest = 7")), "longest value 7 characters"),
    ] {
        assert_eq!(reason(&column, 240, None), format!("from \"H\"; {wanted}"));
    }
}

#[test]
fn a_number_is_as_wide_as_the_number_that_it_refers_to() {
    let mut plan = plan();
    plan.tables[0].columns[2].sql_type = SqlType::Int;
    plan.tables[1].columns[1].sql_type = SqlType::BigInt;
    let schema = Schema::new(&plan).unwrap();
    let definition = &schema.tables()[1].definitions(&Naming::LIVE)[2];
    assert_eq!(definition.sql, "`product_name` BIGINT NOT NULL");
    assert!(definition.reason.ends_with("BIGINT instead of INT: as products.product_name"));
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
fn the_widest_text_of_a_too_wide_row_leaves_it() {
    let mut plan = plan();
    with_columns(&mut plan, 1, SqlType::VarChar(9_000));
    with_columns(&mut plan, 1, SqlType::VarChar(1));
    plan.tables[0].columns[4].name = "short".into();
    with_columns(&mut plan, 0, SqlType::Text);
    Schema::new(&plan).unwrap();
    plan.tables[0].columns[4].sql_type = SqlType::VarChar(8_000);
    let schema = Schema::new(&plan).unwrap();
    let definitions = schema.tables()[1].definitions(&Naming::LIVE);
    assert_eq!(definitions[3].sql, "`c0` TEXT NULL");
    assert!(definitions[3].reason.contains("TEXT instead of VARCHAR(9000): the row would be"));
    assert_eq!(definitions[4].sql, "`short` VARCHAR(8000) NULL");
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
fn a_name_longer_than_64_characters_is_cut_and_stays_its_own() {
    let (one, other) = ("a".repeat(70), format!("{}b", "a".repeat(69)));
    let (short, differs) = (limited(one), limited(other));
    assert_eq!(short.chars().count(), 64);
    assert_ne!(short, differs);
}

#[test]
fn tables_that_refer_to_each_other_are_refused() {
    let mut plan = plan();
    let back = ForeignKey {
        column: "product_id".into(),
        table: TableName::Transactions,
        references: "order_id".into(),
        orphans: 0,
    };
    plan.tables[1].foreign_keys.push(back);
    let error = Schema::new(&plan).unwrap_err().to_string();
    assert_eq!(error, "transactions and products refer to each other: drop one foreign key");
}

/// A further table of a key and columns of one type.
fn further(plan: &mut Plan, name: &str, key: &str, columns: &[&str], sql_type: SqlType) {
    let name = TableName::new(name).unwrap();
    let column = plan.tables[0].columns[0].clone();
    let columns = std::iter::once(&key).chain(columns);
    let columns = columns.map(|name| Column { name: (*name).into(), sql_type, ..column.clone() });
    let columns = columns.collect();
    let (key, foreign_keys) = (vec![key.to_owned()], Vec::new());
    plan.tables.push(Table { name, key, foreign_keys, columns, ..plan.tables[0].clone() });
}

fn refer(plan: &mut Plan, from: (&str, &str), to: (&str, &str)) {
    let table = plan.tables.iter_mut().find(|table| table.name.as_str() == from.0).unwrap();
    table.foreign_keys.push(ForeignKey {
        column: from.1.into(),
        table: TableName::new(to.0).unwrap(),
        references: to.1.into(),
        orphans: 0,
    });
}

#[test]
fn further_tables_stand_in_the_order_of_their_references() {
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
fn a_circle_is_told_without_the_tables_that_only_wait_for_it() {
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
        "payments.order_id refers to transactions, of which MySQL holds the historical part alone: \
         drop this foreign key"
    );
}

#[test]
fn a_wider_number_widens_all_that_hangs_on_it() {
    let mut plan = plan();
    further(&mut plan, "cities", "id", &[], SqlType::Int);
    further(&mut plan, "sellers", "id", &["city"], SqlType::Int);
    further(&mut plan, "payments", "id", &["city"], SqlType::Int);
    refer(&mut plan, ("sellers", "id"), ("cities", "id"));
    refer(&mut plan, ("payments", "city"), ("sellers", "id"));
    plan.tables.last_mut().unwrap().columns[1].sql_type = SqlType::BigInt;
    let schema = Schema::new(&plan).unwrap();
    let cities = schema.tables().iter().find(|table| table.table.name.as_str() == "cities");
    assert_eq!(cities.unwrap().definitions(&Naming::LIVE)[0].sql, "`id` BIGINT NOT NULL");
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
fn a_reason_tells_what_is_joined_and_what_names_the_file() {
    let mut plan = plan();
    let columns = &mut plan.tables[0].columns;
    columns[1].from = Some(TableName::new("orders").unwrap());
    let file = Column { header: String::new(), name: "source_file".into(), ..columns[2].clone() };
    columns.push(Column { role: Some(Role::SourceFile), generated: true, ..file });
    let schema = Schema::new(&plan).unwrap();
    let definitions = schema.tables()[1].definitions(&Naming::LIVE);
    assert_eq!(definitions[1].reason, "from \"Date\" of orders; written as %Y-%m-%d");
    assert_eq!(definitions[3].reason, "made by the splitter: the file that the record is from");
}

//! Which file becomes which table, and what identifies its records.

use ecom_core::plan::{Plan, Role, TableName};

use super::Shop;

fn notes(shop: &Shop) -> Vec<String> {
    let report = shop.json(&[]);
    let notes = report["notes"].as_array().unwrap().iter();
    notes.map(|note| note.as_str().unwrap().to_owned()).collect()
}

fn reference<'a>(plan: &'a Plan, column: &str) -> (&'a str, &'a str, u64) {
    let keys = &plan.transactions().unwrap().foreign_keys;
    let key = keys.iter().find(|key| key.column == column).unwrap();
    (key.table.as_str(), key.references.as_str(), key.orphans)
}

#[test]
fn derived_tables_are_made_of_their_own_columns_where_the_records_are_numbered() {
    let text = "client_id,day,sku,item_name,price\n\
                31,2023-05-01,K-1,Kettle,20.00\n31,2023-05-01,K-1,Kettle,20.00\n\
                32,2023-05-02,T-9,Toaster,35.50\n33,2023-05-03,T-9,Toaster,35.50\n";
    let shop = Shop::new(&[("sales.csv", text)]);
    let plan = shop.plan(&[]);
    let sales = plan.transactions().unwrap();
    assert_eq!(sales.key, ["row_id"]);
    let headers = |name| -> Vec<String> {
        let columns = plan.table(name).unwrap().columns.iter();
        columns.map(|column| column.header.clone()).collect()
    };
    assert_eq!(headers(TableName::Customers), ["client_id"]);
    assert_eq!(headers(TableName::Products), ["sku", "item_name"]);
    assert_eq!(plan.table(TableName::Customers).unwrap().rows, 3);
    assert_eq!(plan.table(TableName::Products).unwrap().rows, 2);
    assert_eq!(reference(&plan, "client_id"), ("customers", "client_id", 0));
    assert_eq!(reference(&plan, "sku"), ("products", "sku", 0));
    let note = "no key was found (tried: client_id + day, sku + day, item_name + day): \
                a new column row_id numbers the records";
    assert!(notes(&shop).contains(&note.to_owned()), "{:?}", notes(&shop));
}

#[test]
fn a_pair_that_no_role_names_is_found() {
    for (header, wanted) in [
        ("session_id,sku", ["session_id", "sku"]),
        ("bon_nr,sku", ["bon_nr", "sku"]),
        ("ticket,sku", ["ticket", "sku"]),
        ("filiale_nr,kasse_nr", ["filiale_nr", "kasse_nr"]),
    ] {
        let text = format!(
            "{header},date,amount\n1,1,2024-01-01,5\n1,2,2024-01-01,5\n2,1,2024-01-01,6\n\
             2,2,2024-01-02,5\n3,1,2024-01-02,5\n"
        );
        let plan = Shop::new(&[("sales.csv", &text)]).plan(&[]);
        let sales = plan.transactions().unwrap();
        assert_eq!(sales.key, wanted);
        assert_eq!(sales.key_proof, "sorted: no two of 5 records are equal");
    }
}

#[test]
fn a_unique_measurement_is_not_a_key() {
    let text = "date,product,quantity,amount\n2024-01-01,Pen,1,10\n2024-01-01,Pen,2,20\n\
                2024-01-02,Ink,3,30\n2024-01-02,Ink,4,41\n";
    let plan = Shop::new(&[("sales.csv", text)]).plan(&[]);
    assert_eq!(plan.transactions().unwrap().key, ["row_id"]);
}

#[test]
fn sums_of_shops_by_week_have_a_key_of_shop_and_week() {
    let text = "Store,Date,Sales\n1,2010-02-05,100.5\n2,2010-02-05,90.1\n\
                1,2010-02-12,100.5\n2,2010-02-12,95.2\n1,2010-02-19,99.5\n2,2010-02-19,95.2\n";
    let plan = Shop::new(&[("weeks.csv", text)]).plan(&[]);
    assert_eq!(plan.transactions().unwrap().key, ["store", "transaction_date"]);
}

#[test]
fn a_record_number_of_a_data_frame_is_a_key() {
    let text = "Unnamed: 0,date,product,amount\n0,2024-01-01,Pen,5\n1,2024-01-01,Pen,5\n\
                2,2024-01-01,Ink,5\n";
    let plan = Shop::new(&[("sales.csv", text)]).plan(&[]);
    let sales = plan.transactions().unwrap();
    assert_eq!((sales.key.len(), sales.columns[0].role), (1, Some(Role::LineId)));
    assert_eq!(sales.position(&sales.key[0]), Some(0));
}

#[test]
fn ids_that_differ_only_in_blanks_are_reported() {
    let text = "order_id,order_date,amount\nA1,2024-01-01,1\n\"A1 \",2024-01-02,2\n";
    let shop = Shop::new(&[("sales.csv", text)]);
    let note = "order_id is not a key: 1 record repeats an earlier one (1 of them only because MySQL ignores trailing blanks)";
    assert!(notes(&shop).contains(&note.to_owned()), "{:?}", notes(&shop));
}

#[test]
fn references_that_differ_in_case_zeros_or_blanks_are_reported() {
    let products = "sku,product_name,price\nA-1,Pen,2\nB-2,Ink,3\n0815,Cup,4\n";
    let orders = "order_id,order_date,sku,amount\n1,2024-01-01,A-1,2\n2,2024-01-01,a-1,2\n\
                  3,2024-01-02,815,4\n4,2024-01-03,B-2 ,3\n5,2024-01-03,C-3,3\n";
    let shop = Shop::new(&[("articles.csv", products), ("orders.csv", orders)]);
    assert_eq!(reference(&shop.plan(&[]), "sku"), ("products", "sku", 3));
    let wanted = [
        "orders.csv: \"sku\": 1 record refers to products with trailing blanks (such as \"B-2 \"), which MySQL ignores",
        "orders.csv: \"sku\": 2 records refer to no record of products, but would if case, accents and leading zeros were ignored (such as \"a-1\")",
    ];
    let found = notes(&shop);
    for note in wanted {
        assert!(found.contains(&note.to_owned()), "{found:?}");
    }
}

#[test]
fn keys_that_look_equal_to_a_person_are_reported_and_stay_different() {
    let customers = "customer_id,email\nab1,one@example.org\nAB1,two@example.org\n\
                     É2,three@example.org\ne2,four@example.org\nx,five@example.org\n";
    let orders = "order_id,order_date,customer_id,amount\n1,2024-01-01,ab1,2\n\
                  2,2024-01-01,AB1,2\n3,2024-01-02,e2,4\n";
    let shop = Shop::new(&[("customers.csv", customers), ("orders.csv", orders)]);
    assert_eq!(reference(&shop.plan(&[]), "customer_id"), ("customers", "customer_id", 0));
    let note = "customers.csv: 2 values of \"customer_id\" differ from another one only in case, accents or leading zeros (such as \"AB1\"): they remain different keys";
    assert!(notes(&shop).contains(&note.to_owned()), "{:?}", notes(&shop));
}

#[test]
fn ids_that_a_data_frame_wrote_as_floats_refer_to_whole_numbers() {
    let customers = "customer_id,city\n7,Rome\n8,Paris\n9,Bern\n";
    let orders = "order_id,order_date,customer_id,amount\n1,2024-01-01,7.0,2\n\
                  2,2024-01-01,,2\n3,2024-01-02,9.0,4\n";
    let plan = Shop::new(&[("customers.csv", customers), ("orders.csv", orders)]).plan(&[]);
    assert_eq!(reference(&plan, "customer_id"), ("customers", "customer_id", 0));
}

#[test]
fn customers_whose_id_repeats_are_left_out_with_the_first_example() {
    let customers = "customer_id,email\nK1,a@example.org\nK2,b@example.org\nK2,c@example.org\n\
                     K2,d@example.org\n";
    let orders = "order_id,order_date,customer_id,amount\n1,2024-01-01,K1,2\n2,2024-01-01,K2,2\n";
    let shop = Shop::new(&[("kunden.csv", customers), ("orders.csv", orders)]);
    let shop = match shop.plan(&[]).table(TableName::Customers) {
        Some(table) if table.derived => shop,
        other => panic!("{other:?}"),
    };
    let report = shop.json(&[]);
    assert_eq!(
        report["not_in_plan"][0]["reason"],
        "its customer id \"customer_id\" repeats in 2 records: \"K2\" is on lines 3 and 4"
    );
}

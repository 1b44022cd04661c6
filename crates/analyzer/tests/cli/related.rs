//! Orders and their lines, further tables, and unrelated files.

use ecom_core::plan::{Plan, SplitBy, Table, TableName, Way};

use super::Shop;

const HEADS: (&str, &str) = (
    "tbl_sales_header.csv",
    "doc_id,order_date,customer_id,state\nD1,2024-03-01,7,paid\nD2,2024-03-02,8,open\n\
     D3,2024-03-05,7,paid\nD4,2024-03-09,9,paid\n",
);
const LINES: (&str, &str) = (
    "tbl_sales_detail.csv",
    "doc_id,line_no,sku,quantity,price,state\nD1,1,A,1,2.50,ok\nD1,2,B,2,3.00,ok\n\
     D2,1,A,1,2.50,back\nD3,1,C,5,9.00,ok\nD9,1,C,5,9.00,ok\n",
);

fn table<'a>(plan: &'a Plan, name: &str) -> &'a Table {
    let found = plan.table(TableName::new(name).unwrap());
    found.unwrap_or_else(|| panic!("no {name} in {:?}", names(plan)))
}

fn names(plan: &Plan) -> Vec<&str> {
    plan.tables.iter().map(|table| table.name.as_str()).collect()
}

fn references(table: &Table) -> Vec<String> {
    let keys = table.foreign_keys.iter();
    keys.map(|key| format!("{} > {}.{}: {}", key.column, key.table, key.references, key.orphans))
        .collect()
}

fn notes(shop: &Shop) -> Vec<String> {
    let report = shop.json(&[]);
    let notes = report["notes"].as_array().unwrap().iter();
    notes.map(|note| note.as_str().unwrap().to_owned()).collect()
}

fn reasons(plan: &Plan) -> Vec<(&str, &str, bool)> {
    let left = plan.left_out.iter();
    left.map(|left| (left.file.as_str(), left.reason.as_str(), left.sales)).collect()
}

#[test]
fn lines_are_joined_with_their_orders_which_stay_a_table() {
    let shop = Shop::new(&[HEADS, LINES]);
    let plan = shop.plan(&[]);
    let sales = plan.transactions().unwrap();
    assert_eq!((sales.rows, sales.key.join("+").as_str()), (5, "doc_id+line_no"));
    let join = sales.join.as_ref().unwrap();
    assert_eq!((join.table.as_str(), join.column.as_str()), ("sales_header", "doc_id"));
    assert_eq!((join.references.as_str(), join.without, join.unused), ("doc_id", 1, 1));
    let columns: Vec<_> = sales
        .columns
        .iter()
        .map(|column| (column.name.as_str(), column.from.is_some(), column.nulls))
        .collect();
    assert_eq!(columns.len(), 9);
    // The key is not repeated, and a name that both tables have gets a prefix.
    assert_eq!(columns[5], ("state", false, Some(0)));
    assert_eq!(columns[6], ("order_date", true, Some(1)));
    assert_eq!(columns[8], ("sales_header_state", true, Some(1)));
    assert_eq!((plan.split.by, plan.split.historical + plan.split.realtime), (SplitBy::Date, 5));
    assert!(references(sales).contains(&"doc_id > sales_header.doc_id: 1".to_owned()));
    let report = shop.json(&[]);
    let distinct = |header| super::column(&report, "transactions", header)["distinct"].clone();
    assert_eq!((distinct("sku"), distinct("order_date")), (3.into(), 3.into()));
    let orders = table(&plan, "sales_header");
    assert_eq!((orders.rows, &orders.route.to[..]), (4, &[Way::Mysql][..]));
    for words in [
        "1 record of tbl_sales_detail.csv has no order",
        "1 record of tbl_sales_header.csv has no line",
    ] {
        assert!(notes(&shop).iter().any(|note| note.contains(words)), "{:?}", notes(&shop));
    }
}

#[test]
fn baskets_without_a_time_are_joined_for_their_customer() {
    let orders = "order_id,user_id,order_dow\n1,11,2\n2,12,3\n3,11,4\n";
    let lines = "order_id,product_id,reordered\n1,501,0\n1,502,1\n2,501,0\n3,503,1\n";
    let products = "product_id,product_name,aisle_id\n501,Milk,1\n502,Bread,2\n503,Tea,2\n";
    let aisles = "aisle_id,aisle\n1,dairy\n2,dry\n";
    let plan = Shop::new(&[
        ("orders.csv", orders),
        ("order_products.csv", lines),
        ("products.csv", products),
        ("aisles.csv", aisles),
    ])
    .plan(&[]);
    let sales = plan.transactions().unwrap();
    assert_eq!((sales.rows, sales.key.join("+").as_str()), (4, "order_id+product_id"));
    assert_eq!(plan.split.by, SplitBy::Rows);
    assert_eq!(plan.table(TableName::Customers).unwrap().rows, 2);
    let products = plan.table(TableName::Products).unwrap();
    assert_eq!(references(products), ["aisle_id > aisles.aisle_id: 0"]);
}

#[test]
fn lines_with_a_time_of_their_own_are_not_joined() {
    let lines = "id,order_id,product_id,sale_price,created_at\n\
                 1,71,A,5.00,2024-01-01 10:00:00\n2,71,B,6.00,2024-01-01 10:00:00\n\
                 3,72,A,5.00,2024-01-02 11:00:00\n";
    let orders = "order_id,user_id,status\n71,5,done\n72,6,done\n";
    let plan = Shop::new(&[("order_items.csv", lines), ("orders.csv", orders)]).plan(&[]);
    let sales = plan.transactions().unwrap();
    assert!(sales.join.is_none());
    assert!(references(sales).contains(&"order_id > orders.order_id: 0".to_owned()));
}

#[test]
fn lines_of_other_orders_are_not_joined() {
    let lines = LINES.1.replace('D', "X");
    let shop = Shop::new(&[HEADS, (LINES.0, &lines)]);
    let said = shop.run(&[]);
    assert!(!said.out.contains("joined with"), "{}", said.out);
}

#[test]
fn a_file_with_a_key_and_a_reference_becomes_a_table_of_its_own_name() {
    let payments = "doc_id,payment_no,method,paid\nD1,1,card,5.00\nD1,2,cash,3.50\n\
                    D2,1,card,2.50\nD3,1,card,45.00\n";
    let items = "sku,item_name,supplier_id\nA,Ant,3\nB,Bee,4\nC,Cow,3\n";
    let suppliers = "id,company\n3,North\n4,South\n5,West\n";
    let towns = "town,inhabitants\nRome,3\nRome,4\n";
    let shop = Shop::new(&[
        HEADS,
        LINES,
        ("tbl_payments.csv", payments),
        ("tbl_items.csv", items),
        ("tbl_suppliers.csv", suppliers),
        ("tbl_towns.csv", towns),
    ]);
    let plan = shop.plan(&[]);
    assert_eq!(
        names(&plan).iter().filter(|name| name.starts_with("tbl")).count(),
        0,
        "{:?}",
        names(&plan)
    );
    let payments = table(&plan, "payments");
    assert_eq!(payments.key, ["doc_id", "payment_no"]);
    assert_eq!(references(payments), ["doc_id > sales_header.doc_id: 0"]);
    assert_eq!(payments.route.reason, "its \"doc_id\" refers to sales_header");
    assert_eq!(references(table(&plan, "products")), ["supplier_id > suppliers.id: 0"]);
    assert_eq!(table(&plan, "suppliers").route.reason, "products refer to its \"id\"");
    let (file, reason, sales) = reasons(&plan)[0];
    assert_eq!((file, sales), ("tbl_towns.csv", false));
    assert!(reason.starts_with("no key was found"), "{reason}");
    let order: Vec<_> = names(&plan);
    let index = |name| order.iter().position(|found| *found == name).unwrap();
    assert!(index("suppliers") < index("products") && index("products") < index("transactions"));
}

#[test]
fn a_file_that_refers_only_to_transactions_is_a_table_without_a_foreign_key() {
    let sales = super::SALES;
    let refunds = "refund_id,order_id,reason\n1,1001,broken\n2,1003,late\n";
    let plan = Shop::new(&[("sales.csv", sales), ("refunds.csv", refunds)]).plan(&[]);
    let refunds = table(&plan, "refunds");
    assert!(refunds.foreign_keys.is_empty());
    assert!(refunds.route.reason.contains("no foreign key"), "{}", refunds.route.reason);
    assert!(plan.tables.iter().all(|table| {
        table.foreign_keys.iter().all(|key| key.table != TableName::Transactions)
    }));
}

#[test]
fn a_reference_with_mostly_orphans_is_rejected_and_reported() {
    let stores = "store_id,city\n1,Rome\n2,Bern\n";
    let sales = "order_id,order_date,store_id,amount\n1,2024-01-01,1,5\n2,2024-01-02,7,5\n\
                 3,2024-01-03,8,5\n4,2024-01-04,9,5\n";
    let plan = Shop::new(&[("sales.csv", sales), ("stores.csv", stores)]).plan(&[]);
    assert_eq!(
        reasons(&plan),
        [(
            "stores.csv",
            "transactions.store_id could refer to stores, but only 1 of 4 values exist there",
            false
        )]
    );
}

#[test]
fn tables_that_would_refer_in_a_circle_refer_one_way() {
    let sales = "order_id,order_date,team_id,amount\n1,2024-01-01,1,5\n2,2024-01-02,2,5\n";
    let teams = "team_id,head_id\n1,10\n2,11\n";
    let heads = "head_id,team_id\n10,1\n11,2\n12,1\n";
    let plan =
        Shop::new(&[("sales.csv", sales), ("teams.csv", teams), ("heads.csv", heads)]).plan(&[]);
    assert_eq!(names(&plan).len(), 3, "{:?}", names(&plan));
    let links = plan.tables.iter().map(|table| table.foreign_keys.len()).sum::<usize>();
    assert_eq!(links, 2);
}

#[test]
fn a_second_list_of_customers_refers_to_the_first() {
    let customers = "customer_id,name\n7,Anna\n8,Bob\n9,Eve\n";
    let addresses = "customer_id,street,zip\n7,Main,10\n9,High,11\n";
    let plan = Shop::new(&[
        ("customers.csv", customers),
        ("customer_addresses.csv", addresses),
        ("orders.csv", super::SALES),
    ])
    .plan(&[]);
    let addresses = table(&plan, "customer_addresses");
    assert_eq!(references(addresses), ["customer_id > customers.customer_id: 0"]);
}

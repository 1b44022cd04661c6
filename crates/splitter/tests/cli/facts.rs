//! The public files whose true facts are known.

use std::path::Path;

use crate::shop::{BY_DATE, Shop, Table, records};
use ecom_core::plan::Dialect;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");

const TRANSACTIONS: &str = "
    Transaction ID   | transaction_id   | BIGINT       | role = \"order_id\"
    Date             | transaction_date | DATE         | role = \"event_time\"; format = \"%Y-%m-%d\"
    Product Category | product_category | VARCHAR(32)  | role = \"category\"
    Product Name     | product_name     | VARCHAR(64)  | role = \"product_name\"
    Units Sold       | units_sold       | INT          | role = \"quantity\"
    Unit Price       | unit_price       | DECIMAL(6,2) | role = \"unit_price\"
    Total Revenue    | total_revenue    | DECIMAL(6,2) | role = \"amount\"
    Region           | region           | VARCHAR(16)  | role = \"region\"
    Payment Method   | payment_method   | VARCHAR(16)  | role = \"payment_method\"";

const PRODUCTS: &str = "
                     | product_id       | BIGINT       | generated = true
    Product Name     | product_name     | VARCHAR(64)  | role = \"product_name\"
    Product Category | product_category | VARCHAR(32)  | role = \"category\"";

const REFERENCE: &str = "foreign_key = [{ column = \"product_name\", table = \"products\", \
                         references = \"product_name\", orphans = 0 }]\n";

fn data(path: &str) -> Option<&'static Path> {
    let path = Path::new(Box::leak(format!("{DATA}/{path}").into_boxed_str()));
    if path.exists() {
        return Some(path);
    }
    println!("SKIPPED: {} is missing", path.display());
    None
}

fn marketplace(file: &'static str) -> [Table; 2] {
    let table = |name, rows, key, columns, more| Table {
        name,
        file,
        rows,
        rejected: 0,
        key,
        columns,
        more,
    };
    [
        table("products", 232, "[\"product_id\"]", PRODUCTS, "derived = true"),
        table("transactions", 240, "[\"transaction_id\"]", TRANSACTIONS, REFERENCE),
    ]
}

fn check_marketplace(shop: &Shop, source: &Path) {
    let work = Dialect::work();
    let historical = records(&shop.out().join("transactions_historical.csv"), &work);
    let realtime = records(&shop.out().join("transactions_realtime.csv"), &work);
    assert_eq!((historical.len(), realtime.len()), (168, 72));
    assert_eq!(realtime[0][1].as_deref(), Some("2024-06-17"));
    let both = [historical.clone(), realtime.clone()].concat();
    assert_eq!(both, records(source, &work), "record for record, cell for cell, in file order");
    let salt = both.iter().find(|record| record[0].as_deref() == Some("10016")).unwrap();
    assert_eq!(salt[3].as_deref(), Some("Salt, Fat, Acid, Heat by Samin Nosrat"));
    let cents = |record: &Vec<Option<String>>| {
        let amount = record[6].as_deref().unwrap();
        let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
        whole.parse::<u32>().unwrap() * 100 + format!("{fraction:0<2}").parse::<u32>().unwrap()
    };
    assert_eq!(both.iter().map(cents).sum::<u32>(), 8_056_785);
    let products = records(&shop.out().join("products_full.csv"), &work);
    let names: Vec<_> = products.iter().map(|product| product[1].clone()).collect();
    assert!(both.iter().all(|record| names.contains(&record[3])));
    assert_eq!(products[0], ["1", "iPhone 14 Pro", "Electronics"].map(|v| Some(v.to_owned())));
    let ids = products.iter().map(|product| product[0].clone().unwrap());
    assert!(ids.eq((1..=products.len()).map(|id| id.to_string())));
    let old: Vec<_> = historical.iter().map(|record| &record[3]).collect();
    let mut new: Vec<_> = realtime.iter().map(|record| &record[3]).collect();
    new.sort();
    new.dedup();
    assert_eq!((new.len(), new.iter().filter(|name| !old.contains(name)).count()), (71, 66));
}

#[test]
fn the_marketplace_file_is_cut_into_168_and_72_with_every_cell_intact() {
    let Some(folder) = data("marketplace") else { return };
    let shop = Shop::at(folder);
    shop.write_plan(BY_DATE, &marketplace("Online Sales Data.csv"));
    shop.splitter(&[]).success();
    check_marketplace(&shop, &folder.join("Online Sales Data.csv"));
}

#[test]
fn carriage_returns_that_a_program_doubled_change_no_cell() {
    let Some(folder) = data("shapes") else { return };
    let shop = Shop::at(folder);
    shop.write_plan(BY_DATE, &marketplace("marketplace-cr-cr-lf.csv"));
    shop.splitter(&[]).success();
    check_marketplace(&shop, &folder.join("marketplace-cr-cr-lf.csv"));
}

#[test]
fn superstore_with_bom_and_american_dates_arrives_whole_and_in_time_order() {
    let Some(folder) = data("shapes") else { return };
    let shop = Shop::at(folder);
    let columns = "
        Row ID       | row_id_         | INT           | role = \"line_id\"
        Order ID     | order_id        | VARCHAR(16)   | role = \"order_id\"
        Order Date   | order_date      | DATE          | role = \"event_time\"; format = \"%m/%d/%Y\"
        Ship Date    | ship_date       | DATE          | format = \"%m/%d/%Y\"
        Ship Mode    | ship_mode       | VARCHAR(16)   |
        Customer ID  | customer_id     | VARCHAR(8)    | role = \"customer_id\"
        Customer Name| customer_name   | VARCHAR(32)   | role = \"customer_name\"
        Segment      | segment         | VARCHAR(16)   |
        Country      | country         | VARCHAR(16)   |
        City         | city            | VARCHAR(32)   |
        State        | state           | VARCHAR(32)   |
        Postal Code  | postal_code     | VARCHAR(8)    | nullable = true
        Region       | region          | VARCHAR(8)    | role = \"region\"
        Product ID   | product_id      | VARCHAR(16)   | role = \"product_id\"
        Category     | category        | VARCHAR(16)   | role = \"category\"
        Sub-Category | sub_category    | VARCHAR(16)   |
        Product Name | product_name    | VARCHAR(128)  | role = \"product_name\"
        Sales        | sales           | DECIMAL(12,4) | role = \"amount\"
        Quantity     | quantity        | INT           | role = \"quantity\"
        Discount     | discount        | DECIMAL(4,2)  |
        Profit       | profit          | DECIMAL(12,4) |";
    let products = "
        Product ID   | product_id      | VARCHAR(16)   | role = \"product_id\"
        Product Name | product_name    | VARCHAR(128)  | role = \"product_name\"
        Category     | category        | VARCHAR(16)   | role = \"category\"";
    let customers = "
        Customer ID  | customer_id     | VARCHAR(8)    | role = \"customer_id\"
        Customer Name| customer_name   | VARCHAR(32)   | role = \"customer_name\"";
    let reference = "foreign_key = [
        { column = \"customer_id\", table = \"customers\", references = \"customer_id\", orphans = 0 },
        { column = \"product_id\", table = \"products\", references = \"product_id\", orphans = 0 },
    ]";
    let file = "superstore-bom.csv";
    let table = |name, rows, key, columns, more| Table {
        name,
        file,
        rows,
        rejected: 0,
        key,
        columns,
        more,
    };
    shop.write_plan(
        "by = \"date\"\nratio = 0.7\ncut = \"2020-01-01\"\nhistorical = 1\nrealtime = 1",
        &[
            table("customers", 793, "[\"customer_id\"]", customers, "derived = true"),
            table("products", 1_862, "[\"product_id\"]", products, "derived = true"),
            table("transactions", 9_994, "[\"row_id_\"]", columns, reference),
        ],
    );
    shop.splitter(&["--ratio", "0.7"]).success();
    let work = Dialect::work();
    let historical = records(&shop.out().join("transactions_historical.csv"), &work);
    let realtime = records(&shop.out().join("transactions_realtime.csv"), &work);
    let mut both = [historical.clone(), realtime.clone()].concat();
    both.sort_by_key(|record| record[0].as_ref().unwrap().parse::<u32>().unwrap());
    assert_eq!(both, records(&folder.join(file), &work));
    assert_eq!(both.iter().filter(|record| record[11].is_none()).count(), 11);
    let share = historical.len() as f64 / 9_994.0;
    assert!((share - 0.7).abs() < 0.01, "{share}");
    let day = |record: &Vec<Option<String>>| {
        let text = record[2].clone().unwrap();
        chrono::NaiveDate::parse_from_str(&text, "%m/%d/%Y").unwrap()
    };
    assert!(realtime.is_sorted_by_key(day), "the real-time part is in event-time order");
    assert!(historical.iter().map(day).max() < realtime.iter().map(day).min());
    let ids = historical.iter().map(|record| record[0].as_ref().unwrap().parse::<u32>().unwrap());
    assert!(ids.is_sorted(), "the historical part is in file order");
    // 32 of the 1,862 product ids have two names: the first one stays.
    let products = records(&shop.out().join("products_full.csv"), &work);
    assert_eq!(products.len(), 1_862);
    assert_eq!(records(&shop.out().join("customers_full.csv"), &work).len(), 793);
}

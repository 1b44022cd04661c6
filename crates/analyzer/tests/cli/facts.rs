//! Known facts about real files.

use ecom_core::canonical::Canonical;
use ecom_core::convert::ColumnConverter;
use ecom_core::plan::{Plan, Role, SplitBy, TableName};
use ecom_core::record::{Next, Reader, Record};

use super::{Shop, column};

/// Every record of every file must convert with the types of the plan.
fn check_every_value(plan: &Plan) {
    for table in plan.tables.iter().filter(|table| !table.derived) {
        plan.check_source(table).unwrap();
        let path = plan.folder.join(&table.file);
        let mut reader = Reader::open(&path, &table.dialect).unwrap();
        let header = reader.header().clone();
        let fields = table.source_fields(header.iter()).unwrap();
        let convert = |column: &ecom_core::plan::Column| ColumnConverter::of(column);
        let converters: Vec<_> = table.columns.iter().map(convert).collect();
        let (mut record, mut canonical, mut rows) = (Record::new(), Canonical::new(), 0);
        while matches!(reader.read(&mut record).unwrap(), Next::Record) {
            for (field, converter) in fields.iter().zip(&converters) {
                if let Some(field) = field {
                    canonical.clear();
                    converter.convert(record.value(*field), &mut canonical).unwrap();
                }
            }
            rows += 1;
        }
        assert_eq!(rows, table.rows);
    }
}

#[test]
fn the_marketplace_is_cut_at_168_and_72_and_its_products_are_derived() {
    let Some(shop) = Shop::real("marketplace/Online Sales Data.csv") else { return };
    let plan = shop.plan(&[]);
    check_every_value(&plan);
    let transactions = plan.transactions().unwrap();
    assert_eq!((transactions.rows, transactions.rejected), (240, 0));
    assert_eq!(transactions.key, ["transaction_id"]);
    assert_eq!(transactions.key_proof, "strictly ascending over all 240 records");
    assert_eq!((plan.split.by, plan.split.cut.as_str()), (SplitBy::Date, "2024-06-17"));
    assert_eq!((plan.split.historical, plan.split.realtime), (168, 72));
    assert_eq!(plan.table(TableName::Customers), None);
    let products = plan.table(TableName::Products).unwrap();
    assert!(products.derived);
    assert_eq!((products.rows, products.key[0].as_str()), (232, "product_id"));
    assert_eq!(transactions.foreign_keys[0].references, "product_name");
    let report = shop.json(&[]);
    assert_eq!(column(&report, "transactions", "Product Name")["longest"], 58);
    assert_eq!(report["split"]["historical_range"][1], "2024-06-16");
    assert_eq!(report["split"]["realtime_range"][1], "2024-08-27");
}

#[test]
fn the_marketplace_in_two_other_dialects_gives_the_same_plan() {
    let files = [
        "marketplace/Online Sales Data.csv",
        "shapes/marketplace-cr-cr-lf.csv",
        "shapes/marketplace-month-first-dates.csv",
    ];
    let shops: Option<Vec<Shop>> = files.into_iter().map(Shop::real).collect();
    let Some(shops) = shops else { return };
    let plans: Vec<Plan> = shops.iter().map(|shop| shop.plan(&[])).collect();
    plans.iter().for_each(check_every_value);
    let endings: Vec<_> = plans
        .iter()
        .map(|plan| serde_json::to_value(plan.tables[1].dialect.line_ending).unwrap())
        .collect();
    assert_eq!(endings, ["LF", "CRCRLF", "CRLF"]);
    let said = |plan: &Plan| {
        let columns = plan.transactions().unwrap().columns.iter();
        let columns: Vec<_> =
            columns.map(|one| (one.name.clone(), one.role, one.sql_type)).collect();
        (plan.split.clone(), columns, plan.tables[0].rows)
    };
    assert_eq!(said(&plans[0]), said(&plans[1]));
    assert_eq!(said(&plans[0]), said(&plans[2]));
}

#[test]
fn the_superstores_only_key_is_its_row_id_and_32_products_have_two_names() {
    let Some(shop) = Shop::real("shapes/superstore-bom.csv") else { return };
    let plan = shop.plan(&[]);
    check_every_value(&plan);
    let transactions = plan.transactions().unwrap();
    assert_eq!((transactions.rows, &transactions.key[..]), (9_994, &["row_id".to_owned()][..]));
    assert!(transactions.dialect.bom);
    let postal = &transactions.columns[transactions.position("postal_code").unwrap()];
    assert!(postal.nullable);
    assert_eq!(
        transactions.columns[transactions.role(Role::EventTime).unwrap()].header,
        "Order Date"
    );
    assert_eq!(plan.table(TableName::Customers).unwrap().rows, 793);
    assert_eq!(plan.table(TableName::Products).unwrap().rows, 1_862);
    let report = shop.json(&[]);
    assert_eq!(column(&report, "transactions", "Postal Code")["nulls"], 11);
    let notes = report["notes"].as_array().unwrap();
    let note = "32 product ids have more than one value of \"Product Name\": the table products \
                keeps the first";
    assert!(notes.iter().any(|found| found == note), "{notes:?}");
}

#[test]
fn olists_orders_have_nullable_times() {
    let Some(shop) = Shop::real("shapes/olist-orders-spreadsheet-dates.csv") else { return };
    let plan = shop.plan(&[]);
    check_every_value(&plan);
    let orders = plan.transactions().unwrap();
    assert_eq!((orders.rows, orders.key[0].as_str()), (4_998, "order_id"));
    let column = |name| &orders.columns[orders.position(name).unwrap()];
    let delivered = column("order_delivered_customer_date");
    assert_eq!(delivered.format.as_deref(), Some("%m/%d/%Y %H:%M"));
    assert!(delivered.nullable && !column("order_purchase_timestamp").nullable);
    assert_eq!(column("order_purchase_timestamp").role, Some(Role::EventTime));
}

#[test]
fn olists_sellers_are_no_transactions_and_their_zip_codes_are_text() {
    let Some(shop) = Shop::real("shapes/olist-sellers-leading-zeros.csv") else { return };
    let said = shop.refused(&[], "say what a column means with --role \"HEADER=ROLE\"");
    let text = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let finding =
        "seller_zip_code_prefix is text: 166 of 499 values are not numbers, first on line 5";
    assert!(text.contains(finding), "{text}");
}

#[test]
fn online_retails_order_of_day_and_month_is_asked_for() {
    let Some(shop) = Shop::real("shapes/online-retail-ii-bom.csv") else { return };
    shop.refused(
        &[],
        "online-retail-ii-bom.csv: column \"InvoiceDate\": day and month cannot be told apart \
         because no value has a day above 12 (for example \"12/1/2010 08:26\"): use --date-order \
         month-first or --date-order day-first, or for this column only --format \
         \"InvoiceDate=%d/%m/%Y\"",
    );
    assert!(!shop.plan_file().exists());
    let plan = shop.plan(&["--date-order", "month-first"]);
    check_every_value(&plan);
    let sales = plan.transactions().unwrap();
    assert_eq!(
        sales.columns[sales.role(Role::EventTime).unwrap()].format.as_deref(),
        Some("%m/%d/%Y %H:%M")
    );
    assert_eq!((sales.rows, sales.key.join("+").as_str()), (99, "invoice+stock_code"));
    // All records are from one day, which no date can cut.
    assert_eq!((plan.split.by, plan.split.historical), (SplitBy::Rows, 69));
}

#[test]
fn the_sample_has_three_tables_that_fit_together() {
    let shop = Shop::new(&[]);
    let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/sample");
    for file in ["customers.csv", "products.csv", "transactions.csv"] {
        std::fs::copy(sample.join(file), shop.data().join(file)).unwrap();
    }
    let plan = shop.plan(&[]);
    check_every_value(&plan);
    let names: Vec<_> = plan.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["customers", "products", "transactions"]);
    assert!(plan.tables.iter().all(|table| !table.derived));
    let references: Vec<_> = plan
        .transactions()
        .unwrap()
        .foreign_keys
        .iter()
        .map(|key| (key.column.as_str(), key.orphans))
        .collect();
    assert_eq!(references, [("customer_id", 0), ("product_id", 0)]);
}

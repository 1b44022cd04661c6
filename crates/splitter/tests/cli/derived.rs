//! Products made of the distinct values of a flat file.

use crate::shop::{Shop, Table, split_into, transactions};

const SALES: &str = "
    Id      | id      | INT         | role = \"order_id\"
    Day     | day     | DATE        | role = \"event_time\"; format = \"%Y-%m-%d\"
    Product | product | VARCHAR(32) | role = \"product_name\"; nullable = true
    Kind    | kind    | VARCHAR(32) | role = \"category\"; nullable = true";

const PRODUCTS: &str = "
            | product_id | BIGINT      | generated = true; role = \"product_id\"
    Product | product    | VARCHAR(32) | role = \"product_name\"
    Kind    | kind       | VARCHAR(32) | role = \"category\"; nullable = true";

const REFERENCE: &str = "foreign_key = [{ column = \"product\", table = \"products\", \
                         references = \"product\", orphans = 0 }]\n";

/// A flat file with so many records of so many products, of which one is rejected or none.
fn flat(text: &str, (rows, rejected): (usize, usize), products: usize, historical: usize) -> Shop {
    let shop = Shop::new(&[("t.csv", text)]);
    let (name, file, key) = ("products", "t.csv", "[\"product_id\"]");
    let (columns, more) = (PRODUCTS, "derived = true");
    let products = Table { name, file, rows: products, rejected: 0, key, columns, more };
    let mut sales = transactions("t.csv", rows, "[\"id\"]", SALES, REFERENCE);
    sales.rejected = rejected;
    shop.write_plan(&split_into(historical, rows - historical), &[products, sales]);
    shop
}

#[test]
fn every_product_of_both_parts_has_one_record() {
    let shop = flat(
        "Id,Day,Product,Kind\n1,2024-01-01,pen,\n2,2024-01-02,ink,wet\n3,2024-01-03,pen ,dry\n\
         4,2024-01-01,,none\n",
        (4, 0),
        2,
        2,
    );
    shop.splitter(&[]).success();
    assert_eq!(shop.text("products_full.csv"), "product_id,Product,Kind\n1,pen,dry\n2,ink,wet\n");
}

#[test]
fn generated_ids_stay_when_records_are_appended() {
    let first = "Id,Day,Product,Kind\n1,2024-01-02,pen,\n2,2024-01-01,ink,wet\n";
    let shop = flat(first, (2, 0), 2, 1);
    shop.splitter(&[]).success();
    let before = shop.text("products_full.csv");
    assert_eq!(before, "product_id,Product,Kind\n1,pen,\n2,ink,wet\n");
    let more = format!("{first}3,2023-01-01,axe,sharp\n4,2024-05-01,pen,\n");
    let longer = flat(&more, (4, 0), 3, 2);
    longer.splitter(&[]).success();
    assert_eq!(longer.text("products_full.csv"), format!("{before}3,axe,sharp\n"));
}

#[test]
fn products_of_rejected_records_are_none() {
    let shop = flat("Id,Day,Product,Kind\n1,2024-01-02,pen,\nx,2024-01-01,ink,wet\n", (1, 1), 1, 0);
    shop.splitter(&[]).code(3);
    assert_eq!(shop.text("products_full.csv"), "product_id,Product,Kind\n1,pen,\n");
}

//! The tables of the small data set.

use std::path::Path;

use ecom_core::plan::{ForeignKey, Plan, Split, SplitBy, Table, sha256_of};
use ecom_core::testing::{plan, reference, table};

/// Where the products come from.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Products {
    /// From a file of their own.
    Listed,
    /// From the sales.
    Derived,
    /// From a file of their own that lacks one of them.
    OneOnly,
}

const SALES: &str = "
    Order   | order_id   | INT           | role = 'order_id'
    When    | order_time | DATETIME      | role = 'event_time'; format = '%Y-%m-%d %H:%M:%S'
    Product | product    | VARCHAR(9)
    Total   | total      | DECIMAL(10,2) | role = 'amount'; nullable = true
    Paid    | paid       | BOOLEAN       | nullable = true
    Note    | note       | TEXT          | nullable = true";

const LISTED: &str = "
    product | product_id   | VARCHAR(9)
    name    | product_name | TEXT | nullable = true";

const DERIVED: &str = "
            | product_id   | BIGINT | generated = true
    Product | product_name | TEXT";

/// The plan of a data set whose source files are in that folder.
pub(super) fn plan_of(source: &Path, kind: Products) -> Plan {
    let listed =
        |rows| of_file(source, "products.csv", rows, table("products", "product_id", LISTED));
    let products = match kind {
        Products::Listed => listed(3),
        Products::OneOnly => listed(1),
        Products::Derived => {
            let derived = table("products", "product_id", DERIVED);
            Table { derived: true, ..of_file(source, "sales.csv", 2, derived) }
        }
    };
    let foreign_keys = match kind {
        Products::Listed => Vec::new(),
        Products::OneOnly => {
            vec![ForeignKey { orphans: 5, ..reference("product", "products.product_id") }]
        }
        Products::Derived => vec![reference("product", "products.product_name")],
    };
    let sales = of_file(source, "sales.csv", 10, table("transactions", "order_id", SALES));
    let sales = Table { rejected: 1, foreign_keys, ..sales };
    let split = Split {
        by: SplitBy::Date,
        ratio: 0.7,
        cut: "2024-02-01".into(),
        historical: 7,
        realtime: 3,
    };
    Plan { folder: source.to_owned(), split, ..plan("shop", [products, sales]) }
}

/// Customers that no sale refers to.
pub(super) fn customers(source: &Path) -> Table {
    let columns = "customer | customer_id | VARCHAR(9)
        name | customer_name | TEXT | nullable = true";
    of_file(source, "customers.csv", 3, table("customers", "customer_id", columns))
}

/// Sellers.
pub(super) fn sellers(source: &Path) -> Table {
    let columns = "seller | seller_id | VARCHAR(9)
        city | city | TEXT | nullable = true";
    of_file(source, "sellers.csv", 2, table("sellers", "seller_id", columns))
}

fn of_file(source: &Path, file: &str, rows: u64, table: Table) -> Table {
    let sha256 = sha256_of(&source.join(file)).unwrap();
    Table { file: file.into(), sha256, rows, ..table }
}

//! The plan of the small data set.

use std::path::Path;

use ecom_core::plan::sha256_of;

/// Where the products come from.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Products {
    /// From a file of their own.
    Listed,
    /// From the sales.
    Derived,
    /// From a file of their own that lacks one.
    OneOnly,
}

/// The plan of a data set whose source files are in that folder.
pub(super) fn plan_text(source: &Path, products: Products) -> String {
    let folder = source.display();
    let product = match products {
        Products::Derived => [
            column("", "product_id", "BIGINT", "nullable = false\ngenerated = true"),
            column("Product", "product_name", "TEXT", "nullable = false"),
        ],
        _ => [
            column("product", "product_id", "VARCHAR(9)", "nullable = false"),
            column("name", "product_name", "TEXT", "nullable = true"),
        ],
    };
    let time = "nullable = false\nrole = \"event_time\"\nformat = \"%Y-%m-%d %H:%M:%S\"";
    let sale = [
        column("Order", "order_id", "INT", "nullable = false\nrole = \"order_id\""),
        column("When", "order_time", "DATETIME", time),
        column("Product", "product", "VARCHAR(9)", "nullable = false"),
        column("Total", "total", "DECIMAL(10,2)", "nullable = true\nrole = \"amount\""),
        column("Paid", "paid", "BOOLEAN", "nullable = true"),
        column("Note", "note", "TEXT", "nullable = true"),
    ];
    let reference = |target: &str, orphans: u8| {
        format!(
            "[[table.foreign_key]]\ncolumn = \"product\"\ntable = \"products\"\nreferences = \
             \"{target}\"\norphans = {orphans}\n"
        )
    };
    let (product_head, reference) = match products {
        Products::Listed => {
            (head(source, "products", "products.csv", 3, "product_id"), String::new())
        }
        Products::OneOnly => {
            (head(source, "products", "products.csv", 1, "product_id"), reference("product_id", 5))
        }
        Products::Derived => (
            head(source, "products", "sales.csv", 2, "product_id") + "derived = true\n",
            reference("product_name", 0),
        ),
    };
    let sale_head = head(source, "transactions", "sales.csv", 10, "order_id");
    format!(
        "version = 1\ndata_set = \"shop\"\nfolder = \"{folder}\"\n[split]\nby = \"date\"\nratio = \
         0.7\ncut = \"2024-02-01\"\nhistorical = 7\nrealtime = 3\n{product_head}{}{sale_head}\
         {reference}{}",
        product.concat(),
        sale.concat()
    )
}

/// The part of a plan with customers, whom no sale names.
pub(super) fn customers_text(source: &Path) -> String {
    let columns = [
        column("customer", "customer_id", "VARCHAR(9)", "nullable = false"),
        column("name", "customer_name", "TEXT", "nullable = true"),
    ];
    head(source, "customers", "customers.csv", 3, "customer_id") + &columns.concat()
}

/// The part of a plan with sellers.
pub(super) fn sellers_text(source: &Path) -> String {
    let columns = [
        column("seller", "seller_id", "VARCHAR(9)", "nullable = false"),
        column("city", "city", "TEXT", "nullable = true"),
    ];
    head(source, "sellers", "sellers.csv", 2, "seller_id") + &columns.concat()
}

fn head(source: &Path, name: &str, file: &str, rows: u8, key: &str) -> String {
    let sha256 = sha256_of(&source.join(file)).unwrap();
    let rejected = u8::from(name == "transactions");
    format!(
        r#"[[table]]
name = "{name}"
file = "{file}"
sha256 = "{sha256}"
rows = {rows}
rejected = {rejected}
key = ["{key}"]
key_proof = "every value differs"
dialect = {{ delimiter = ",", quote = '"', encoding = "UTF-8", bom = false, line_ending = "LF", header_line = 1 }}
route = {{ to = ["mysql", "kafka", "logs"], reason = "test" }}
"#
    )
}

fn column(header: &str, name: &str, kind: &str, more: &str) -> String {
    format!(
        "[[table.column]]\nheader = \"{header}\"\nname = \"{name}\"\ntype = \"{kind}\"\n{more}\n"
    )
}

//! Tables from several files, joined tables, further tables.

use std::fs;

use ecom_core::plan::sha256_of;
use flate2::Compression;
use flate2::write::GzEncoder;
use predicates::str::contains;

use crate::shop::{Shop, Table, customers, split_into, transactions};

const WORK: &str = "dialect = { delimiter = \",\", quote = '\"', encoding = \"UTF-8\", bom = false, \
                    line_ending = \"LF\", header_line = 1 }";

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// Another file of a table, with so many records and rejects.
fn further(shop: &Shop, file: &str, rows: usize, rejected: usize) -> String {
    let sha256 = sha256_of(&shop.source(file)).unwrap();
    format!(
        "{{ file = {file:?}, sha256 = {sha256:?}, rows = {rows}, rejected = {rejected}, {WORK} }}"
    )
}

fn gzip(text: &str) -> Vec<u8> {
    use std::io::Write as _;
    let mut writer = GzEncoder::new(Vec::new(), Compression::default());
    writer.write_all(text.as_bytes()).unwrap();
    writer.finish().unwrap()
}

const MONTHLY: &str = "
            | row_id      | BIGINT      | generated = true; role = \"line_id\"
            | source_file | VARCHAR(32) | generated = true; role = \"source_file\"
    Id      | id          | INT         | nulls = 0; minimum = \"1\"; maximum = \"4\"
    Day     | day         | DATE        | role = \"event_time\"; format = \"%Y-%m-%d\"";

/// Three months, the second compressed and with its columns in another order.
fn months() -> Shop {
    let shop = Shop::new(&[
        ("jan.csv", "Id,Day\n1,2024-01-01\n,\nx,2024-01-01\n2,2024-01-03\n"),
        ("mar.csv", "Id,Day\n4,2024-01-02\n"),
    ]);
    fs::write(shop.source("feb.csv.gz"), gzip("Day,Id\n2024-01-01,3\n2024-01-01,y\n")).unwrap();
    let files = [further(&shop, "feb.csv.gz", 1, 1), further(&shop, "mar.csv", 1, 0)].join(", ");
    let more = leak(format!("passed_over = 1\nfurther_file = [{files}]"));
    let mut table = transactions("jan.csv", 4, "[\"row_id\"]", MONTHLY, more);
    table.rejected = 2;
    shop.write_plan(&split_into(2, 2), &[table]);
    shop
}

#[test]
fn several_files_are_one_table_and_each_record_tells_its_file() {
    let shop = months();
    shop.splitter(&[])
        .code(3)
        .stderr(contains("feb.csv.gz: 2 read = 1 accepted + 1 rejected\n"))
        .stderr(contains("jan.csv: 3 read = 2 accepted + 1 rejected; 1 line without a record"))
        .stderr(contains("mar.csv: 1 read = 1 accepted + 0 rejected\n"));
    assert_eq!(
        shop.text("transactions_historical.csv"),
        "row_id,source_file,Id,Day\n1,jan.csv,1,2024-01-01\n3,feb.csv.gz,3,2024-01-01\n"
    );
    assert_eq!(
        shop.text("transactions_realtime.csv"),
        "row_id,source_file,Id,Day\n4,mar.csv,4,2024-01-02\n2,jan.csv,2,2024-01-03\n"
    );
    assert_eq!(
        shop.text("rejects.csv"),
        "file,line,byte_offset,column,reason,raw\n\
         jan.csv,4,22,Id,\"\"\"x\"\" is not an INT\",\"x,2024-01-01\"\n\
         feb.csv.gz,3,20,Id,\"\"\"y\"\" is not an INT\",\"2024-01-01,y\"\n"
    );
    let report: serde_json::Value =
        serde_json::from_str(&shop.text("reports/splitter.json")).unwrap();
    assert_eq!(report["sources"][0]["passed_over"], 1);
    assert_eq!(report["sources"][0]["files"][1]["file"], "feb.csv.gz");
    shop.splitter(&[]).code(3).stderr(contains("nothing was changed"));
}

#[test]
fn any_of_several_files_that_changed_is_refused() {
    for file in ["jan.csv", "feb.csv.gz", "mar.csv"] {
        let shop = months();
        let mut bytes = fs::read(shop.source(file)).unwrap();
        if file == "feb.csv.gz" {
            bytes = gzip("Day,Id\n2024-01-01,7\n2024-01-01,y\n");
        } else {
            let index = bytes.len() - 2;
            bytes[index] ^= 1;
        }
        fs::write(shop.source(file), bytes).unwrap();
        shop.splitter(&["--quiet"])
            .code(4)
            .stderr(contains(format!("{file} is not the file that was analyzed")));
        assert!(shop.everything().is_empty());
    }
}

#[test]
fn each_claim_about_each_file_is_checked() {
    for (from, to, said) in [
        ("rows = 4\n", "rows = 5\n", "transactions: rows: the plan says 5, the data have 4"),
        (
            "rows = 1\nrejected = 1\n",
            "rows = 2\nrejected = 0\n",
            "transactions: feb.csv.gz: rows: the plan says 2, the data have 1",
        ),
        ("passed_over = 1", "passed_over = 2", "passed_over: the plan says 2, the data have 1"),
    ] {
        let shop = months();
        let plan = fs::read_to_string(shop.plan()).unwrap();
        assert!(plan.contains(from), "{from}");
        fs::write(shop.plan(), plan.replace(from, to)).unwrap();
        shop.splitter(&["--quiet"]).code(4).stderr(contains(said));
        assert!(shop.everything().is_empty());
    }
}

/// Orders and their lines in two files; line 5 has no order, and nobody ordered 4.
fn orders() -> Shop {
    let shop = Shop::new(&[
        ("c.csv", "Buyer,Name\nann,Ann\nbob,Bob\n"),
        (
            "orders.csv",
            "Id,Buyer,Day\n2,bob,2024-01-03\n1,ann,2024-01-01\n3,zoe,2024-01-01\n4,bob,2024-01-09\n",
        ),
        ("lines.csv", "Line,Order,Item\n1,1,pen\n2,1,ink\n3,2,pen\n4,3,axe\n5,9,pad\n"),
    ]);
    let people = "
        Buyer | buyer | VARCHAR(8)  | role = \"customer_id\"
        Name  | name  | VARCHAR(16) | nullable = true";
    let order = "
        Id    | id    | INT         | role = \"order_id\"
        Buyer | buyer | VARCHAR(8)  | role = \"customer_id\"
        Day   | day   | DATE        | format = \"%Y-%m-%d\"";
    let line = "
        Line  | line        | INT        | role = \"line_id\"
        Order | order       | INT        |
        Item  | item        | VARCHAR(8) |
        Buyer | order_buyer | VARCHAR(8) | from = \"orders\"; role = \"customer_id\"; nulls = 1; nullable = true
        Day   | day         | DATE       | from = \"orders\"; role = \"event_time\"; format = \"%Y-%m-%d\"; nullable = true";
    let key = |column: &str, table: &str, references: &str, orphans: usize| {
        format!(
            "{{ column = {column:?}, table = {table:?}, references = {references:?}, orphans = \
             {orphans} }}"
        )
    };
    let of_order = leak(format!("foreign_key = [{}]", key("buyer", "customers", "buyer", 1)));
    let of_line = leak(format!(
        "join = {{ table = \"orders\", column = \"Order\", references = \"Id\", without = 1, \
         unused = 1 }}\nforeign_key = [{}, {}]",
        key("order", "orders", "id", 1),
        key("order_buyer", "customers", "buyer", 1)
    ));
    let orders = Table {
        name: "orders",
        file: "orders.csv",
        rows: 4,
        rejected: 0,
        key: "[\"id\"]",
        columns: order,
        more: of_order,
    };
    let lines = transactions("lines.csv", 5, "[\"line\"]", line, of_line);
    shop.write_plan(&split_into(4, 1), &[lines, orders, customers("c.csv", 2, people)]);
    shop
}

#[test]
fn lines_get_the_columns_of_their_order_and_unknown_ones_a_row_each() {
    let shop = orders();
    shop.splitter(&[])
        .success()
        .stderr(contains("1 record refers to 1 unknown customers"))
        .stderr(contains("1 record refers to 1 unknown orders"));
    assert_eq!(
        shop.text("transactions_historical.csv"),
        "Line,Order,Item,Buyer,Day\n1,1,pen,ann,2024-01-01\n2,1,ink,ann,2024-01-01\n\
         4,3,axe,zoe,2024-01-01\n5,9,pad,,\n"
    );
    assert_eq!(
        shop.text("transactions_realtime.csv"),
        "Line,Order,Item,Buyer,Day\n3,2,pen,bob,2024-01-03\n"
    );
    let orders = shop.text("orders_full.csv");
    assert!(orders.ends_with("4,bob,2024-01-09\n9,,\n"), "{orders}");
    assert!(shop.text("customers_full.csv").ends_with("bob,Bob\nzoe,\n"));
    assert_eq!(shop.ids("orders_full.csv").len(), 5);
}

#[test]
fn lines_without_an_order_can_be_rejected_or_refused() {
    let shop = orders();
    shop.splitter(&["--on-orphan", "reject"]).code(3);
    let rejects = shop.text("rejects.csv");
    assert!(rejects.contains("orders.csv,4,47,Buyer,\"\"\"zoe\"\" is not in customers.buyer\""));
    assert!(rejects.contains("lines.csv,6,48,Order,\"\"\"9\"\" is not in orders.id\",\"5,9,pad\""));
    assert_eq!(shop.ids("orders_full.csv"), ["2", "1", "4"]);
    let shop = orders();
    shop.splitter(&["--on-orphan", "fail", "--quiet"])
        .code(4)
        .stderr(contains("orders.csv: line 4: column Buyer: \"zoe\" is not in customers.buyer"));
    assert!(shop.everything().is_empty());
}

#[test]
fn each_claim_about_a_join_is_checked() {
    for (from, to, said) in [
        ("without = 1", "without = 0", "transactions: join: without: the plan says 0"),
        ("unused = 1", "unused = 2", "transactions: join: unused: the plan says 2"),
        ("nulls = 1", "nulls = 0", "column order_buyer: nulls: the plan says 0, the data have 1"),
        ("column = \"Order\"", "column = \"Line\"", "transactions: join: unused"),
        (
            "references = \"id\"\norphans = 1",
            "references = \"id\"\norphans = 0",
            "transactions: foreign_key order: orphans: the plan says 0, the data have 1",
        ),
    ] {
        let shop = orders();
        let plan = fs::read_to_string(shop.plan()).unwrap();
        assert!(plan.contains(from), "{from}");
        fs::write(shop.plan(), plan.replace(from, to)).unwrap();
        shop.splitter(&["--quiet"]).code(4).stderr(contains(said));
        assert!(shop.everything().is_empty(), "{said}");
    }
}

#[test]
fn the_files_of_further_tables_that_are_no_more_go() {
    let shop = orders();
    shop.splitter(&[]).success();
    fs::write(shop.out().join(".orders_full.csv.partial"), "half").unwrap();
    let text = "Id,Day\n1,2024-01-01\n";
    fs::write(shop.source("t.csv"), text).unwrap();
    let columns = "
        Id  | id  | INT  | role = \"order_id\"
        Day | day | DATE | role = \"event_time\"; format = \"%Y-%m-%d\"";
    shop.write_plan(&split_into(1, 0), &[transactions("t.csv", 1, "[\"id\"]", columns, "")]);
    shop.splitter(&[]).success();
    let names: Vec<_> = shop.names().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "manifest.json",
            "plan.toml",
            "rejects.csv",
            "transactions_historical.csv",
            "transactions_realtime.csv"
        ]
    );
}

#[test]
fn a_further_table_may_refer_to_a_table_that_is_made_of_the_transactions() {
    let shop = Shop::new(&[
        ("t.csv", "Id,Product,Day\n1,pen,2024-01-01\n2,ink,2024-01-02\n"),
        ("reviews.csv", "Id,Product\n1,pen\n2,hat\n"),
    ]);
    let sales = "
        Id      | id      | INT        | role = \"order_id\"
        Product | product | VARCHAR(8) | role = \"product_id\"
        Day     | day     | DATE       | role = \"event_time\"; format = \"%Y-%m-%d\"";
    let product = "Product | product | VARCHAR(8) | role = \"product_id\"";
    let review = "
        Id      | id      | INT        |
        Product | product | VARCHAR(8) |";
    let key = "foreign_key = [{ column = \"product\", table = \"products\", references = \
               \"product\", orphans = N }]";
    let table = |name, file, rows, key, columns, more: &str| {
        let more = leak(more.to_owned());
        Table { name, file, rows, rejected: 0, key, columns, more }
    };
    let [none, one] = ["0", "1"].map(|orphans| key.replace('N', orphans));
    shop.write_plan(
        &split_into(1, 1),
        &[
            table("reviews", "reviews.csv", 2, "[\"id\"]", review, &one),
            table("products", "t.csv", 2, "[\"product\"]", product, "derived = true"),
            table("transactions", "t.csv", 2, "[\"id\"]", sales, &none),
        ],
    );
    shop.splitter(&[]).success();
    assert_eq!(shop.text("products_full.csv"), "Product\npen\nink\nhat\n");
    assert_eq!(shop.text("reviews_full.csv"), "Id,Product\n1,pen\n2,hat\n");
}

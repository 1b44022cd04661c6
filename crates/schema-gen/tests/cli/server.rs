//! A real server and its plain client: the schema is accepted, and every value arrives.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use ecom_core::canonical::Canonical;
use ecom_core::convert::Converter;
use ecom_core::plan::{Dialect, Plan, TableName};
use ecom_core::record::{Next, Reader, Record, Writer};

use crate::shop::{PRODUCTS, SALES, Shop};

/// The client with the stack's settings; `None` without a stack.
fn client(shop: &Shop) -> Option<impl Fn(&str) -> String> {
    if std::env::var("ECOM_TEST_STACK").as_deref() != Ok("1") {
        println!("SKIPPED: ECOM_TEST_STACK is not 1: no server to load into");
        return None;
    }
    let setting = |name: &str, default: &str| std::env::var(name).unwrap_or(default.into());
    let password = match std::env::var("MYSQL_PASSWORD_FILE") {
        Ok(file) => fs::read_to_string(file).unwrap(),
        Err(_) => setting("MYSQL_PASSWORD", ""),
    };
    let options = shop.path("client.cnf");
    let text = format!(
        "[client]\nprotocol=tcp\nhost={}\nport={}\nuser={}\npassword=\"{}\"\n",
        setting("MYSQL_HOST", "127.0.0.1"),
        setting("MYSQL_PORT", "3306"),
        setting("MYSQL_USER", "sqoop"),
        password.trim_end()
    );
    fs::write(&options, text).unwrap();
    let folder = shop.path("");
    Some(move |sql: &str| {
        let mut client = Command::new("mysql")
            .arg(format!("--defaults-extra-file={}", options.display()))
            .args(["--local-infile=1", "--batch", "--skip-column-names", "--show-warnings"])
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        client.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
        let output = client.wait_with_output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{error}");
        String::from_utf8(output.stdout).unwrap()
    })
}

/// Removes what a test leaves in the server.
struct Database<'a> {
    name: String,
    client: &'a dyn Fn(&str) -> String,
}

impl<'a> Database<'a> {
    fn new(name: &str, client: &'a dyn Fn(&str) -> String) -> Self {
        let name = format!("testdb_schema_gen_{name}_{}", std::process::id());
        Self { name, client }
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        (self.client)(&format!("DROP DATABASE IF EXISTS `{}`;", self.name));
    }
}

const ALL_SALES: &str = "
    Id      | id      | BIGINT       | role = \"order_id\"
    Product | product | VARCHAR(64)  |
    Iso     | iso     | DATE         | role = \"event_time\"; format = \"%Y-%m-%d\"; nullable = true
    Us      | us      | DATE         | format = \"%m/%d/%Y\"; nullable = true
    Named   | named   | DATE         | format = \"%d de %B %Y\"
    Half    | half    | DATETIME     | format = \"%m/%d/%Y %I:%M %p\"
    Zoned   | zoned   | DATETIME(3)  | format = \"%Y-%m-%dT%H:%M:%S%.f%z\"; nullable = true
    Plain   | plain   | DATETIME(6)  | format = \"%Y-%m-%d %H:%M:%S%.f\"
    Paid    | paid    | BOOLEAN      | nullable = true
    Count   | count_  | INT          |
    Amount  | amount  | DECIMAL(8,2) | role = \"amount\"; nullable = true
    Note    | note    | TEXT         | nullable = true
    Größe   | größe   | VARCHAR(20)  |";

const ROWS: [[Option<&str>; 13]; 5] = {
    const fn some<const N: usize>(values: [&'static str; N]) -> [Option<&'static str>; N] {
        let mut all = [None; N];
        let mut place = 0;
        while place < N {
            if !values[place].is_empty() {
                all[place] = Some(values[place]);
            }
            place += 1;
        }
        all
    }
    [
        some([
            "10016",
            "Salt, Fat, Acid, Heat",
            "2024-01-16",
            "1/9/2024",
            "1 de May 2024",
            "10/31/2017 12:05 AM",
            "2017-10-02T07:05:01.25+02:00",
            "2017-10-02 07:05:01.000001",
            "Yes",
            "-5",
            "-1.1",
            "say \"hi\"",
            "N",
        ]),
        some([
            "9223372036854775807",
            "back\\slash\\n",
            "",
            "",
            "31 de december 2023",
            "1/1/2024 1:59 pm",
            "2017-01-01T00:00:00-0330",
            "2017-10-02 07:05:01",
            "",
            " 7 ",
            "",
            "",
            "NULL",
        ]),
        some([
            "-3",
            "日本 ’é",
            "1000-01-01",
            "12/31/9999",
            "2 de Sep 1999",
            "1/1/2024 12:00 PM",
            "",
            "2017-10-02 07:05:01.5",
            "FALSE",
            "0",
            "123456.78",
            "two\nlines\r\nand, \"more\"",
            "\\N",
        ]),
        some([
            "0",
            "'); DROP TABLE products; --",
            "2024-02-29",
            "02/29/2024",
            "29 de FEBRUARY 2024",
            "2/29/2024 11:59 PM",
            "2024-02-29T23:59:59+0000",
            "2024-02-29 23:59:59.999999",
            "no",
            "2147483647",
            ".5",
            "\t tab and end \\",
            "  two ",
        ]),
        some([
            "5",
            "back\\slash\\n",
            "2024-01-01",
            "1/1/2024",
            "1 de jan 2024",
            "1/1/2024 1:00 am",
            "2024-01-01T00:00:00.999-12:00",
            "2024-01-01 00:00:00",
            "true",
            "1",
            "7.100",
            "   ",
            "",
        ]),
    ]
};

/// The work folder as the splitter writes it.
fn write_work_files(shop: &Shop, rows: &[Vec<Option<&str>>]) {
    let mut sales = Writer::new(Vec::new());
    let headers = ALL_SALES.trim().lines().map(|line| line.split('|').next().unwrap().trim());
    sales.write(headers.map(Some)).unwrap();
    let mut products = Writer::new(Vec::new());
    products.write(["product_id", "Product", "Kind"].map(Some)).unwrap();
    let mut names: Vec<&str> = Vec::new();
    for row in rows {
        sales.write(row.iter().copied()).unwrap();
        if !names.contains(&row[1].unwrap()) {
            names.push(row[1].unwrap());
            let id = names.len().to_string();
            products.write([Some(id.as_str()), row[1], row[11]]).unwrap();
        }
    }
    fs::write(shop.path("transactions_historical.csv"), sales.into_inner()).unwrap();
    fs::write(shop.path("products_full.csv"), products.into_inner()).unwrap();
}

/// Every value of a file in canonical form, as `n` or `v` and hexadecimal digits.
fn wanted(shop: &Shop, plan: &Plan, name: TableName, file: &str) -> Vec<String> {
    let converter = Converter::new(plan.table(name).unwrap());
    let mut reader = Reader::open(&shop.path(file), &Dialect::work()).unwrap();
    let (mut record, mut canonical) = (Record::new(), Canonical::new());
    let mut lines = Vec::new();
    while let Next::Record = reader.read(&mut record).unwrap() {
        converter.convert(&record, &mut canonical).unwrap();
        let hex = |value: Option<&str>| match value {
            None => "n".to_owned(),
            Some(text) => text.bytes().fold("v".to_owned(), |out, byte| format!("{out}{byte:02X}")),
        };
        lines.push(canonical.values().map(hex).collect::<Vec<_>>().join("\t"));
    }
    lines.sort();
    lines
}

fn found(
    client: &dyn Fn(&str) -> String,
    database: &str,
    plan: &Plan,
    name: TableName,
) -> Vec<String> {
    let columns = plan.table(name).unwrap().columns.iter().map(|column| {
        format!("IFNULL(CONCAT('v', HEX(CONVERT(`{}` USING utf8mb4))), 'n')", column.name)
    });
    let columns: Vec<_> = columns.collect();
    let sql = format!("SET NAMES utf8mb4; SELECT {} FROM `{database}`.{name};", columns.join(", "));
    let mut lines: Vec<_> = client(&sql).lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn the_plain_client_loads_every_value_as_it_is() {
    let mut rows: Vec<Vec<_>> = ROWS.iter().map(|row| row.to_vec()).collect();
    // A column without NULL keeps an empty text.
    rows[4][12] = Some("");
    let shop = Shop::new(&PRODUCTS.replace("VARCHAR(20)", "TEXT"), ALL_SALES);
    let Some(client) = client(&shop) else { return };
    let database = Database::new("values", &client);
    write_work_files(&shop, &rows);
    shop.schema_gen(&["--mysql-database", &database.name]).success();
    client(&shop.read("sql/create_tables.sql"));
    client(&shop.read("sql/create_tables.sql"));
    let stderr = client(&shop.read("sql/load_data.sql"));
    let plan = Plan::read(&shop.path("plan.toml")).unwrap();
    for (name, file) in [
        (TableName::Products, "products_full.csv"),
        (TableName::Transactions, "transactions_historical.csv"),
    ] {
        let wanted = wanted(&shop, &plan, name, file);
        assert_eq!(found(&client, &database.name, &plan, name), wanted, "{stderr}");
    }
    assert!(stderr.contains("products\t3\t4\tNOT COMPLETE"), "the plan says 3: {stderr}");
    // Loading again changes nothing.
    client(&shop.read("sql/load_data.sql"));
    assert_eq!(client(&format!("SELECT COUNT(*) FROM `{}`.transactions;", database.name)), "5\n");
}

#[test]
fn what_is_within_the_limits_is_accepted_by_the_server() {
    let shop = Shop::usual();
    let Some(client) = client(&shop) else { return };
    let many = |count: usize, sql_type: &str| {
        use std::fmt::Write as _;
        (0..count).fold(SALES.to_owned(), |mut text, number| {
            write!(text, "\n    c{number} | c{number} | {sql_type} | nullable = true").unwrap();
            text
        })
    };
    for (name, sales) in [
        ("columns", many(1_012, "INT")),
        ("texts", many(190, "VARCHAR(255)")),
        ("wide", many(5, "VARCHAR(16000)")),
        ("long", many(1, "VARCHAR(16383)")),
        ("key", SALES.replace("INT  ", "VARCHAR(768)")),
    ] {
        let shop = Shop::new(PRODUCTS, &sales);
        let database = Database::new(name, &client);
        shop.schema_gen(&["--quiet", "--mysql-database", &database.name]).success();
        client(&shop.read("sql/create_tables.sql"));
    }
}

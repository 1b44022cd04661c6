//! Files of many shapes, and what is decided about them.

use ecom_core::plan::{LineEnding, Role, SplitBy, SqlType, TableName};

use super::{SALES, Shop, column};

#[test]
fn semicolons_decimal_points_and_an_old_encoding_are_found() {
    let text = b"Order ID;Order Date;Product Name;Amount\r\n\
                 1;31.12.2023;Caf\xe9 cr\xe8me;9.50\r\n2;01.01.2024;Th\xe9;8\r\n3;02.01.2024;Caf\xe9;7\r\n";
    let plan = Shop::of_bytes(&[("ventes.csv", text)]).plan(&[]);
    let sales = plan.transactions().unwrap();
    assert_eq!((sales.dialect.delimiter, sales.dialect.encoding.as_str()), (';', "windows-1252"));
    assert_eq!(sales.dialect.line_ending, LineEnding::CrLf);
    assert_eq!(sales.columns[1].format.as_deref(), Some("%d.%m.%Y"));
    assert_eq!(plan.table(TableName::Products).unwrap().rows, 3);
}

#[test]
fn an_encoding_that_shows_only_at_the_end_is_found() {
    let mut text = b"Order ID,Order Date,City,Amount\n".to_vec();
    for number in 0..20_000 {
        text.extend_from_slice(
            format!("{number},2024-01-{:02},Paris,1\n", number % 28 + 1).as_bytes(),
        );
    }
    text.extend_from_slice(
        b"20000,2024-01-01,Besan\xe7on,1\n20001,2024-01-01,Saint-\xc9tienne,1\n",
    );
    let plan = Shop::of_bytes(&[("sales.csv", &text)]).plan(&[]);
    let sales = plan.transactions().unwrap();
    assert_eq!((sales.dialect.encoding.as_str(), sales.rows), ("windows-1252", 20_002));
}

#[test]
fn utf_16_with_its_mark_and_tabs_are_found() {
    let text = "Order ID\tOrder Date\tAmount\r\n1\t2024-01-01\t5\r\n2\t2024-01-02\t6\r\n";
    let bytes: Vec<u8> =
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let plan = Shop::of_bytes(&[("sales.csv", &bytes)]).plan(&[]);
    let dialect = &plan.transactions().unwrap().dialect;
    assert_eq!(
        (dialect.delimiter, dialect.encoding.as_str(), dialect.bom),
        ('\t', "UTF-16LE", true)
    );
}

#[test]
fn a_title_above_the_header_is_skipped() {
    let text = format!("Sales of the year,,,,,\n\n{SALES}");
    let text = text.replace("Sales of the year,,,,,", "Sales of the year");
    let plan = Shop::new(&[("sales.csv", &text)]).plan(&[]);
    let sales = plan.transactions().unwrap();
    assert_eq!((sales.dialect.header_line, sales.rows), (3, 4));
}

#[test]
fn without_a_key_the_records_are_numbered() {
    let text =
        "Row ID,Order ID,Date,Amount\n1,5,2024-01-01,1\n1,5,2024-01-01,1\n2,6,2024-01-02,3\n";
    let plan = Shop::new(&[("sales.csv", text)]).plan(&[]);
    let sales = plan.transactions().unwrap();
    assert_eq!(sales.key, ["record_number_id"]);
    let first = &sales.columns[0];
    assert!(first.generated && first.header.is_empty() && first.role == Some(Role::LineId));
    // The names of the file's own columns do not change.
    assert_eq!((sales.columns[1].name.as_str(), sales.columns[1].role), ("row_id", None));
}

#[test]
fn an_order_with_several_lines_has_a_key_of_two_columns() {
    let text = "order_id,line_number,order_date,product_id,quantity\n\
                1,1,2024-01-01,A,1\n1,2,2024-01-01,A,1\n2,1,2024-01-02,A,2\n2,2,2024-01-02,B,2\n";
    let plan = Shop::new(&[("lines.csv", text)]).plan(&[]);
    let sales = plan.transactions().unwrap();
    assert_eq!(sales.key, ["order_id", "line_number"]);
    assert_eq!(sales.key_proof, "sorted: no two of 4 records are equal");
}

#[test]
fn trailing_spaces_do_not_make_keys_different() {
    let text = "order_id,order_date,amount\nA1,2024-01-01,1\n\"A1 \",2024-01-02,2\n";
    let plan = Shop::new(&[("sales.csv", text)]).plan(&[]);
    assert_eq!(plan.transactions().unwrap().key, ["row_id"]);
}

#[test]
fn orphans_are_counted_and_a_shared_id_has_one_type() {
    let customers = "id,name,email\n7,Anna,a@example.org\n008,Bob,b@example.org\n";
    let shop = Shop::new(&[("customers.csv", customers), ("orders.csv", SALES)]);
    let plan = shop.plan(&[]);
    let (sales, customers) = (plan.transactions().unwrap(), &plan.tables[0]);
    assert_eq!(customers.name, TableName::Customers);
    // 8 is not 008, which is no number: both columns are text, and one record refers to nothing
    // beside the one of customer 9.
    let key = &sales.foreign_keys[0];
    assert_eq!(
        (key.column.as_str(), key.references.as_str(), key.orphans),
        ("customer_id", "id", 2)
    );
    let sql_type =
        |table: &ecom_core::plan::Table, role| table.columns[table.role(role).unwrap()].sql_type;
    assert_eq!(sql_type(sales, Role::CustomerId), SqlType::VarChar(10));
    assert_eq!(sql_type(customers, Role::CustomerId), SqlType::VarChar(10));
    let report = shop.json(&[]);
    let note = "2 of 4 transactions refer to records missing from customers";
    assert!(report["notes"].as_array().unwrap().iter().any(|found| found == note));
}

#[test]
fn customers_with_a_repeated_id_are_derived_instead() {
    let customers = "customer_id,customer_name\n7,Anna\n7,Anne\n8,Bob\n";
    let shop = Shop::new(&[("customers.csv", customers), ("orders.csv", SALES)]);
    let plan = shop.plan(&[]);
    let table = plan.table(TableName::Customers).unwrap();
    assert!(table.derived && table.rows == 3);
    let report = shop.json(&[]);
    assert_eq!(
        report["not_in_plan"][0]["reason"],
        "its customer id \"customer_id\" repeats in 1 record: \"7\" is on lines 2 and 3"
    );
}

#[test]
fn without_a_date_the_cut_is_by_rows() {
    let text = "Order ID,Quantity,Amount\n1,1,5\n2,1,6\n3,1,7\n4,1,8\n5,1,9\n6,1,1\n7,1,2\n8,1,3\n9,1,4\n10,1,5\n";
    let shop = Shop::new(&[("sales.csv", text)]);
    let plan = shop.plan(&[]);
    assert_eq!(
        (plan.split.by, plan.split.cut.as_str(), plan.split.historical),
        (SplitBy::Rows, "8", 7)
    );
    shop.refused(
        &["--by", "date"],
        "sales.csv: cannot cut by date: no column holds the event time",
    );
}

#[test]
fn an_invalid_date_is_reported_if_the_cut_falls_back_to_rows() {
    let text = SALES.replace("2024-01-03", "unknown");
    let report = Shop::new(&[("sales.csv", &text)]).json(&[]);
    assert_eq!(report["split"]["by"], "rows");
    let why = "the cut is by rows: column \"Order Date\" is not an event time: line 4 has \"unknown\" \
               after 2 dates";
    assert!(
        report["notes"].as_array().unwrap().iter().any(|note| note == why),
        "{}",
        report["notes"]
    );
}

#[test]
fn the_ratio_and_the_rows_can_be_chosen() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    let plan = shop.plan(&["--by", "rows", "--ratio", "0.5"]);
    assert_eq!((plan.split.by, plan.split.historical, plan.split.realtime), (SplitBy::Rows, 2, 2));
}

#[test]
fn damaged_records_are_counted_and_accepted_up_to_a_limit() {
    let text = format!("{SALES}1005,2024-01-05\n");
    let shop = Shop::new(&[("sales.csv", &text)]);
    let plan = shop.plan_file();
    let said = shop.run(&["--plan", plan.to_str().unwrap()]);
    assert_eq!(said.code, 3, "{}", said.err);
    let first = "analyzer: warning: sales.csv: line 6: 2 fields where the header has 6";
    assert_eq!(said.err.lines().next(), Some(first));
    assert_eq!(ecom_core::plan::Plan::read(&plan).unwrap().transactions().unwrap().rejected, 1);
    shop.refused(
        &["--max-rejects", "0"],
        "1 of 5 records are damaged, more than the 0 allowed (--max-rejects); first: sales.csv: line 6: 2 \
         fields where the header has 6",
    );
}

#[test]
fn a_typed_column_with_blanks_is_nullable_and_a_text_is_not() {
    let text = "Order ID,Date,Amount,Status\n1,2024-01-01,\"\",\"\"\n2,2024-01-02,5,ok\n";
    let shop = Shop::new(&[("sales.csv", text)]);
    let report = shop.json(&[]);
    assert_eq!(column(&report, "transactions", "Amount")["nullable"], true);
    assert_eq!(column(&report, "transactions", "Status")["nullable"], false);
}

#[test]
fn the_plan_has_ranges_missing_values_and_the_order_of_day_and_month() {
    let text = "Order ID,Order Date,Product Name,Amount\n1,1/2/2024,Pen,9.50\n2,1/13/2024,Ink,\n\
                3,1/1/2024,Pen,-10\n";
    let shop = Shop::new(&[("sales.csv", text)]);
    let plan = shop.plan(&[]);
    let sales = plan.transactions().unwrap();
    let facts: Vec<_> = sales
        .columns
        .iter()
        .map(|one| (one.nulls, one.minimum.as_deref(), one.maximum.as_deref()))
        .collect();
    assert_eq!(
        facts,
        [
            (Some(0), Some("1"), Some("3")),
            (Some(0), Some("2024-01-01"), Some("2024-01-13")),
            (Some(0), None, None),
            (Some(1), Some("-10"), Some("9.50")),
        ]
    );
    let proof = "month first: 1/13/2024 in line 3 has a day above 12";
    assert_eq!(sales.columns[1].format_proof.as_deref(), Some(proof));
    let report = shop.json(&[]);
    assert_eq!(column(&report, "transactions", "Order Date")["format_proof"], proof);
    assert_eq!(column(&report, "transactions", "Amount")["minimum"], "-10");
    let text = shop.run(&["--verbose"]).out;
    let line = format!("  Order Date is written MM/DD/YYYY (%m/%d/%Y), {proof}");
    let joined = text.replace("\n    ", " ");
    assert!(joined.lines().any(|found| found == line), "{text}");
    assert_eq!(plan.table(TableName::Products).unwrap().columns[1].nulls, Some(0));
}

#[test]
fn an_id_that_becomes_text_loses_what_only_numbers_have() {
    let customers = "id,name\n7,Anna\n008,Bob\n9,Eve\n";
    let plan = Shop::new(&[("customers.csv", customers), ("orders.csv", SALES)]).plan(&[]);
    let sales = plan.transactions().unwrap();
    let id = &sales.columns[sales.role(Role::CustomerId).unwrap()];
    assert_eq!((id.sql_type, id.longest), (SqlType::VarChar(10), Some(3)));
    assert_eq!((id.minimum.as_deref(), id.maximum.as_deref(), id.nulls), (None, None, Some(0)));
}

#[test]
fn a_second_file_of_sales_is_left_out_for_a_true_reason() {
    let reason = |other: &str| {
        let report = Shop::new(&[("a.csv", other), ("sales.csv", SALES)]).json(&[]);
        assert_eq!(report["not_in_plan"][0]["file"], "a.csv");
        report["not_in_plan"][0]["reason"].as_str().unwrap().to_owned()
    };
    // With one more column it is a file of another kind.
    let wider = SALES.lines().enumerate().fold(String::new(), |text, (number, line)| {
        let shop = if number == 0 { "Till" } else { "north" };
        format!("{text}{line},{shop}\n")
    });
    let shorter = wider.lines().take(4).fold(String::new(), |text, line| text + line + "\n");
    for (other, wanted) in [
        (wider.as_str(), "sales.csv describes the sales as completely and has as many records"),
        (&shorter, "sales.csv describes the sales as completely and has more records"),
        (&SALES.replace("Quantity", "Note"), "sales.csv describes the sales more completely"),
    ] {
        assert_eq!(reason(other), wanted);
    }
}

#[test]
fn one_record_is_reported_in_the_singular() {
    let one = SALES.lines().take(2).fold(String::new(), |text, line| text + line + "\n");
    let plan = Shop::new(&[("sales.csv", &one)]).plan(&[]);
    assert_eq!(plan.transactions().unwrap().key_proof, "there is only one record");
    let products = plan.table(TableName::Products).unwrap();
    assert_eq!(products.key_proof, "made of 1 distinct value of \"Product ID\"");
}

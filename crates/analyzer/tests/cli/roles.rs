//! What columns mean: by their names, by their values, and as the user says.

use std::fmt::Write as _;
use std::fs;

use ecom_core::plan::{Plan, Role, SplitBy, TableName};

use super::{SALES, Shop, column};

/// The headers of the transactions that have a role, with the role.
fn roles(plan: &Plan) -> Vec<(String, Role)> {
    let columns = plan.transactions().unwrap().columns.iter().filter(|column| !column.generated);
    columns.filter_map(|column| Some((column.header.clone(), column.role?))).collect()
}

/// Asserts that the file has these roles and no others.
fn assert_roles(text: &str, wanted: &[(&str, Role)]) {
    let plan = Shop::new(&[("daten.csv", text)]).plan(&[]);
    let found = roles(&plan);
    let found: Vec<_> = found.iter().map(|(header, role)| (header.as_str(), *role)).collect();
    assert_eq!(found, wanted, "{text}");
}

#[test]
fn a_german_file_of_orders() {
    assert_roles(
        "Bestellnummer;Lieferdatum;Bestelldatum;Kundennr;Artikelbezeichnung;Menge;Einzelpreis;\
         Rabatt;Gesamtbetrag\n\
         1;2024-01-09;2024-01-03;K1;Stuhl;2;10.50;0.10;20.90\n\
         2;2024-01-09;2024-01-04;K2;Tisch;1;99.00;0.00;99.00\n",
        &[
            ("Bestellnummer", Role::OrderId),
            ("Bestelldatum", Role::EventTime),
            ("Kundennr", Role::CustomerId),
            ("Artikelbezeichnung", Role::ProductName),
            ("Menge", Role::Quantity),
            ("Einzelpreis", Role::UnitPrice),
            ("Gesamtbetrag", Role::Amount),
        ],
    );
}

#[test]
fn a_file_whose_customers_are_named_in_another_language() {
    let sales = "Sipariş No,Sipariş Tarihi,Müşteri No,Toplam Tutar\n\
                 1,2024-01-03,7,10.5\n2,2024-01-04,8,20\n3,2024-01-05,7,5\n";
    let customers = "Müşteri No,Şehir\n7,İzmir\n8,Ankara\n";
    let plan = Shop::new(&[("satis.csv", sales), ("müşteriler.csv", customers)]).plan(&[]);
    let table = plan.table(TableName::Customers).unwrap();
    assert!(!table.derived && table.rows == 2);
    assert_eq!(plan.transactions().unwrap().foreign_keys[0].orphans, 0);
}

#[test]
fn a_shop_export_whose_order_number_is_called_name() {
    assert_roles(
        "Name,Email,Paid at,Currency,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price\n\
         #1001,a@example.com,2024-03-01 10:00:05,EUR,12.40,2024-03-01 10:00:00,1,Pen,2.50\n\
         #1002,b@example.com,2024-03-02 10:00:05,EUR,5.00,2024-03-02 10:00:00,2,Cup,2.50\n",
        &[
            ("Name", Role::OrderId),
            ("Email", Role::Email),
            ("Total", Role::Amount),
            ("Created at", Role::EventTime),
            ("Lineitem quantity", Role::Quantity),
            ("Lineitem name", Role::ProductName),
            ("Lineitem price", Role::UnitPrice),
        ],
    );
}

#[test]
fn weekly_sums_of_shops_need_no_order() {
    assert_roles(
        "Store,Date,Weekly_Sales,Holiday_Flag\n1,2010-02-05,1643690.90,0\n2,2010-02-05,2136989.46,0\n\
         1,2010-02-12,1641957.44,1\n",
        &[("Date", Role::EventTime), ("Weekly_Sales", Role::Amount)],
    );
}

#[test]
fn an_index_without_a_name_is_neither_amount_nor_order() {
    assert_roles(
        "Unnamed: 0,Order ID,Item,Profit,Sales,Order Date\n0,A1,Pen,1.5,10.5,2024-01-01\n\
         1,A1,Ink,0.5,2.5,2024-01-02\n",
        &[
            ("Unnamed: 0", Role::LineId),
            ("Order ID", Role::OrderId),
            ("Item", Role::ProductName),
            ("Sales", Role::Amount),
            ("Order Date", Role::EventTime),
        ],
    );
}

#[test]
fn columns_named_like_fields_of_the_message_are_kept_under_other_names() {
    let text = "event_time,event_type,Source,product_id,price,user_id\n\
                2019-10-01 00:00:00,view,web,44,35.79,5\n2019-10-01 00:00:07,cart,app,39,33.20,5\n\
                2019-10-02 00:00:00,purchase,web,44,35.79,6\n";
    let plan = Shop::new(&[("events.csv", text)]).plan(&[]);
    let sales = plan.transactions().unwrap();
    let name = |header: &str| {
        let column = sales.columns.iter().find(|column| column.header == header).unwrap();
        (column.name.as_str(), column.role)
    };
    assert_eq!(name("event_type"), ("transaction_event_type", Some(Role::EventType)));
    assert_eq!(name("Source"), ("transaction_source", None));
}

#[test]
fn units_times_price_identify_an_unnamed_amount() {
    let mut text = "Order ID,Order Date,Quantity,Unit Price,Xyz,Abc\n".to_owned();
    for order in 1..=200_u32 {
        let (quantity, price) = (order % 7 + 1, order % 13 + 1);
        let (sum, other) = (quantity * price, quantity * price + order / 200);
        let (day, whole, cents) = (order % 28 + 1, sum + quantity / 4, quantity % 4 * 25);
        let known = format!("{order},2024-01-{day:02},{quantity},{price}.25");
        writeln!(text, "{known},{whole}.{cents:02},{other}.75").unwrap();
    }
    let shop = Shop::new(&[("sales.csv", &text)]);
    assert!(roles(&shop.plan(&[])).contains(&("Xyz".to_owned(), Role::Amount)));
    let report = shop.json(&[]);
    let note = "\"Xyz\" is taken as the amount: quantity × unit price = amount in all 200 records";
    assert!(report["notes"].as_array().unwrap().iter().any(|found| found == note), "{report:#}");
    let why = |header: &str| column(&report, "transactions", header)["role_evidence"].clone();
    assert_eq!(why("Quantity"), "by its name");
    assert!(why("Xyz").as_str().unwrap().starts_with("quantity ×"));
    // A single record that does not fit leaves the column unknown.
    let last = text.rfind("200,2024").unwrap();
    let spoiled = format!("{}{}", &text[..last], "200,2024-01-05,5,6.25,31.26,1.00\n");
    let plan = Shop::new(&[("sales.csv", &spoiled)]).plan(&[]);
    assert!(roles(&plan).iter().all(|(header, _)| header != "Xyz"));
}

/// The note on cancelled records, if there is one.
fn cancelled(text: &str) -> Option<String> {
    let report = Shop::new(&[("sales.csv", text)]).json(&[]);
    let notes = report["notes"].as_array().unwrap().iter().filter_map(|note| note.as_str());
    notes.map(str::to_owned).find(|note| note.contains("cancelled or returned"))
}

#[test]
fn cancelled_sales_are_counted_and_summed() {
    let retail = "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice\n\
                  536365,A,6,2010-12-01,2.55\nC536379,D,-1,2010-12-13,27.50\n\
                  536370,B,24,2010-12-17,2.55\nC536391,A,-12,2010-12-16,3.39\n\
                  C536392,A,1,2010-12-16,1.00\n536371,B,2,2010-12-17,0\n536372,B,2,2010-12-17,0\n";
    let wanted = "3 of 7 records are cancelled or returned (by a quantity or an amount below 0, an order id that starts with C): -67.18 in total";
    assert_eq!(cancelled(retail).as_deref(), Some(wanted));
    let shop = "Bestellnr,Bestelldatum,Betrag,Status\nA1,2024-01-02,10.5,geliefert\n\
                A2,2024-01-03,4.25,Storniert\nA3,2024-01-04,1,offen\n";
    let wanted =
        "1 of 3 records is cancelled or returned (by the status \"Storniert\"): 4.25 in total";
    assert_eq!(cancelled(shop).as_deref(), Some(wanted));
    assert_eq!(cancelled(SALES), None);
}

const UNNAMED: &str = "Nr,Wann,Xyz,Dings\n1,2024-01-03,10.5,Stuhl\n2,2024-01-04,20.0,Tisch\n\
                       3,2024-02-01,7.25,Stuhl\n";

#[test]
fn the_user_says_what_columns_mean() {
    let shop = Shop::new(&[("daten.csv", UNNAMED)]);
    let args =
        ["--role", "Xyz=amount", "--role", "Wann=event time", "--role", "Dings=product_name"];
    let plan = shop.plan(&args);
    let wanted = [
        ("Wann".to_owned(), Role::EventTime),
        ("Xyz".to_owned(), Role::Amount),
        ("Dings".to_owned(), Role::ProductName),
    ];
    assert_eq!(roles(&plan), wanted);
    assert_eq!((plan.split.by, plan.table(TableName::Products).unwrap().rows), (SplitBy::Date, 2));
    // `none` removes a role, and another column can have it.
    let plan = Shop::new(&[("sales.csv", SALES)]).plan(&["--role", "Total=none"]);
    assert!(roles(&plan).iter().all(|(_, role)| *role != Role::Amount));
}

#[test]
fn roles_from_the_user_are_checked() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    let wrong = |args: &[&str], code: i32, end: &str| {
        let said = shop.run(args);
        assert_eq!(said.code, code, "{}", said.err);
        assert!(said.err.trim_end().ends_with(end), "{}", said.err);
    };
    wrong(
        &["--role", "Order Dat=event time"],
        2,
        "--role \"Order Dat=event time\": no column has that header; the headers are \"Order ID\", \
         \"Order Date\"",
    );
    wrong(
        &["--role", "Total=amount", "--role", "Quantity=amount"],
        2,
        "--role \"Quantity=amount\": --role \"Total=amount\" already gives the role to a column",
    );
    wrong(
        &["--role", "Total=amount", "--role", "Total=none"],
        2,
        "--role \"Total=none\": --role \"Total=amount\" already gives the column a role",
    );
    let said = shop.run(&["--role", "Total=sum"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("\"sum\" is not a role (roles: event time, event type,"),
        "{}",
        said.err
    );
    wrong(
        &["--role", "Product ID=event time"],
        4,
        "sales.csv: --role \"Product ID=event time\": event time is a time, and the column holds text",
    );
    let spoiled = SALES.replace("31.50", "n.n.");
    Shop::new(&[("sales.csv", &spoiled)]).refused(
        &["--role", "Total=amount"],
        "amount is a number, and the column holds text: line 4 has \"n.n.\" after 2 numbers",
    );
}

#[test]
fn a_file_without_a_needed_role_is_refused_with_the_flag_and_a_draft() {
    let text = UNNAMED.replace("2024-02-01", "2024-01-05").replace("Wann,Xyz", "Xyz,Wann");
    let text = text.replace("1,2024-01-03,10.5", "1,10.5,2024-01-03");
    let text = text.replace("2,2024-01-04,20.0", "2,20.0,2024-01-04");
    let text = text.replace("3,2024-01-05,7.25", "3,7.25,2024-01-05");
    let shop = Shop::new(&[("daten.csv", &text.replace("Dings", "Zuletzt geändert"))]);
    let why = "no file holds transactions, which need the date of a sale and an order id, an amount \
               or a quantity: daten.csv has event time; the amount could be \"Xyz\", choose one with --role \"Xyz=amount\"";
    shop.refused(&[], why);
    let plan = shop.plan_file();
    let draft = plan.with_file_name("plan.draft.toml");
    let args = ["--plan", plan.to_str().unwrap()];
    let end = format!("; or complete the plan in {} and save it as plan.toml", draft.display());
    let said = shop.refused(&args, &end);
    assert!(said.err.contains(why) && !plan.exists(), "{}", said.err);

    let text = fs::read_to_string(&draft).unwrap();
    assert!(text.starts_with("# DRAFT: no column is known to be the amount of a sale."), "{text}");
    let gap = "name = \"xyz\"\n# role = \"amount\"  # <- give one column this role\n";
    assert!(text.contains(gap), "{text}");
    let completed = text.replace(gap, "name = \"xyz\"\nrole = \"amount\"\n");
    fs::write(&plan, &completed).unwrap();
    let said = shop.run(&args);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.err.contains("because its source files are unchanged; without it: no file holds"),
        "{}",
        said.err
    );
    assert_eq!(fs::read_to_string(&plan).unwrap(), completed);
    assert!(plan.with_file_name("reports").join("analyzer.json").exists());
    assert_eq!(roles(&Plan::read(&plan).unwrap()).len(), 2);

    // A changed file is refused.
    let data = shop.data().join("daten.csv");
    fs::write(&data, fs::read_to_string(&data).unwrap() + "4,1,2024-01-06,x\n").unwrap();
    let said = shop.run(&args);
    assert_eq!(said.code, 4, "{}", said.err);
}

#[test]
fn a_role_by_flag_is_kept_in_the_plan_and_a_different_one_is_refused() {
    let shop = Shop::new(&[("daten.csv", UNNAMED)]);
    let path = shop.plan_file();
    let first = shop.plan(&["--role", "Xyz=amount"]);
    let run = |args: &[&str]| shop.run(&[&["--plan", path.to_str().unwrap()], args].concat());
    let again = run(&["--role", "Xyz=amount"]);
    assert!(again.err.ends_with("is up to date: nothing changed\n"), "{}", again.err);
    // Without the flag, the existing plan is kept, although the file alone would be refused.
    assert_eq!(run(&[]).code, 0);
    let other = run(&["--role", "Xyz=quantity"]);
    assert_eq!(other.code, 4);
    assert!(
        other.err.contains("has a different role for a column (--force replaces the plan"),
        "{}",
        other.err
    );
    assert_eq!(Plan::read(&path).unwrap(), first);
}

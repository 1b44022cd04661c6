//! Which files are found, which belong together, and what is between their records.

use std::process::Command;

use ecom_core::plan::{LineEnding, Plan, TableName};

use super::{SALES, Shop};

fn files(plan: &Plan) -> Vec<&str> {
    plan.transactions().unwrap().files().map(|source| source.file).collect()
}

fn left_out(plan: &Plan) -> Vec<(&str, u64, &str)> {
    let left_out = plan.left_out.iter();
    left_out.map(|one| (one.file.as_str(), one.rows, one.reason.as_str())).collect()
}

/// Packs files of the shop's folder and removes the originals.
fn pack(shop: &Shop, program: &str, args: &[&str]) -> bool {
    let done = Command::new(program).args(args).current_dir(shop.data()).status();
    let done = done.is_ok_and(|status| status.success());
    if !done {
        println!("SKIPPED: there is no {program}");
    }
    done
}

#[test]
fn monthly_files_are_one_table_in_the_order_of_their_names() {
    let (header, records) = SALES.split_once('\n').unwrap();
    let later = records.replace("2024-01", "2024-02").replace("100", "200");
    let names: Vec<&str> = header.split(',').collect();
    let swapped: String = later
        .lines()
        .map(|line| line.split(',').rev().collect::<Vec<_>>().join(",") + "\n")
        .collect();
    let swapped_header = names.iter().rev().copied().collect::<Vec<_>>().join(",");
    let shop = Shop::new(&[
        ("sales-2024-02.csv", &format!("{swapped_header}\n{swapped}")),
        ("sales-2024-01.csv", SALES),
    ]);
    let plan = shop.plan(&[]);
    let sales = plan.transactions().unwrap();
    assert_eq!(files(&plan), ["sales-2024-01.csv", "sales-2024-02.csv"]);
    assert_eq!((sales.rows, sales.further_files[0].rows), (8, 4));
    assert_eq!(sales.columns[sales.position("order_id").unwrap()].maximum.as_deref(), Some("2004"));
}

#[test]
fn the_same_file_twice_is_read_once() {
    let plan = Shop::new(&[("a.csv", SALES), ("b.csv", SALES)]).plan(&[]);
    assert_eq!(files(&plan), ["a.csv"]);
    assert_eq!(left_out(&plan), [("b.csv", 4, "a.csv is the same file, byte for byte")]);
}

#[test]
fn unreadable_files_are_listed_beside_good_ones_with_the_reason() {
    let shop = Shop::of_bytes(&[
        ("empty.csv", b"\n"),
        ("broken.csv.gz", b"\x1f\x8b\x08\x00"),
        ("image.csv", b"\x00\x01\x02"),
        ("readme.txt", b"Dear all,\nthis is, as you know, the shop.\n"),
        ("sales.csv", SALES.as_bytes()),
        ("archive.zip", b"PK\x03\x04"),
    ]);
    let plan = shop.plan(&[]);
    assert_eq!(files(&plan), ["sales.csv"]);
    let names: Vec<_> = plan.left_out.iter().map(|one| one.file.as_str()).collect();
    assert_eq!(names, ["archive.zip", "broken.csv.gz", "empty.csv", "image.csv", "readme.txt"]);
    let reasons: Vec<_> = plan.left_out.iter().map(|one| one.reason.as_str()).collect();
    assert_eq!(reasons[2], "the file is empty");
    assert_eq!(reasons[3], "not a text file: it contains NUL bytes");
    assert_eq!(reasons[4], "it is not delimited text");
    assert!(reasons.iter().all(|reason| !reason.contains("My Shop")), "{reasons:?}");
    Shop::of_bytes(&[("a.zip", b"PK\x03\x04")]).refused(&[], "");
}

#[test]
fn text_under_other_endings_and_compressed_is_read() {
    for name in ["sales.txt", "sales.tab", "sales.psv", "sales.TSV"] {
        assert_eq!(files(&Shop::new(&[(name, SALES)]).plan(&[])), [name]);
    }
    let shop = Shop::new(&[("sales.csv", SALES)]);
    if pack(&shop, "gzip", &["sales.csv"]) {
        let plan = shop.plan(&[]);
        let sales = plan.transactions().unwrap();
        assert_eq!((sales.file.as_str(), sales.rows), ("sales.csv.gz", 4));
        let sha256 = ecom_core::plan::sha256_of(&shop.data().join("sales.csv.gz")).unwrap();
        assert_eq!(sales.sha256, sha256);
    }
}

#[test]
fn each_sheet_of_a_workbook_is_a_file_of_its_own() {
    let shop = Shop::new(&[]);
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let customers = "Customer ID,Name\n7,Ann\n8,Bob\n9,Cem\n";
    for (name, text) in [("Orders", SALES), ("Customers", customers)] {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        for (row, line) in (0..).zip(text.lines()) {
            for (column, cell) in (0..).zip(line.split(',')) {
                sheet.write(row, column, cell).unwrap();
            }
        }
    }
    workbook.save(shop.data().join("shop.xlsx")).unwrap();
    let plan = shop.plan(&[]);
    let sheets: Vec<_> = plan.tables.iter().map(|table| table.member.as_deref()).collect();
    assert_eq!(sheets, [Some("Customers"), Some("Orders"), Some("Orders")]);
    assert_eq!(plan.tables[0].name, TableName::Customers);
    assert!(plan.left_out.is_empty());
}

#[test]
fn lines_between_the_records_are_skipped_and_counted() {
    let (header, records) = SALES.split_once('\n').unwrap();
    let empty = ",,,,,\n";
    let text = format!("{empty}{header}\n{records}{empty}{header}\n{empty}");
    let plan = Shop::new(&[("sales.csv", &text)]).plan(&[]);
    let sales = plan.transactions().unwrap();
    assert_eq!((sales.dialect.header_line, sales.rows, sales.rejected), (2, 4, 0));
    assert_eq!(sales.passed_over, 3);
}

#[test]
fn trailing_delimiters_make_no_column() {
    let lines = |text: &str, header: &str, record: &str| {
        let (first, rest) = text.split_once('\n').unwrap();
        let rest: Vec<_> = rest.lines().map(|line| format!("{line}{record}")).collect();
        format!("{first}{header}\n{}\n", rest.join("\n"))
    };
    for (header, record) in [(",", ""), ("", ","), (",", ","), (",,", ",")] {
        let plan = Shop::new(&[("sales.csv", &lines(SALES, header, record))]).plan(&[]);
        let sales = plan.transactions().unwrap();
        assert_eq!((sales.columns.len(), sales.rows), (6, 4), "{header:?} {record:?}");
    }
}

#[test]
fn titles_quotes_and_line_ends_of_other_programs_are_found() {
    let semicolons = SALES.replace(',', ";");
    for (text, delimiter, quote, header_line) in [
        (format!("Sales of 2024,,,,,\n{SALES}"), ',', Some('"'), 2),
        (format!("sep=;\n{semicolons}"), ';', Some('"'), 2),
        (SALES.replace(',', "^"), '^', Some('"'), 1),
        (SALES.replace("A1", "'A, 1'").replace("A2", "'A, 2'"), ',', Some('\''), 1),
        (SALES.replace("A1", "5\" A").replace("A2", "3\" A"), ',', None, 1),
    ] {
        let plan = Shop::new(&[("sales.csv", &text)]).plan(&[]);
        let dialect = &plan.transactions().unwrap().dialect;
        let found = (dialect.delimiter, dialect.quote, dialect.header_line);
        assert_eq!(found, (delimiter, quote, header_line), "{text}");
    }
    let blanks = SALES.replace(',', ", ").replace("A1", "\"A, 1\"");
    let plan = Shop::new(&[("sales.csv", &blanks)]).plan(&[]);
    assert!(plan.transactions().unwrap().dialect.blanks_before_quotes);
    let plan = Shop::new(&[("sales.csv", &SALES.replace('\n', "\r"))]).plan(&[]);
    assert_eq!(plan.transactions().unwrap().dialect.line_ending, LineEnding::Cr);
}

#[test]
fn an_encoding_is_guessed_explained_and_overridden() {
    let text = b"Order ID,Order Date,Item,Amount\n1,2024-01-01,\xa35 T-LIGHT,5\n\
                 2,2024-01-02,GIFT VOUCHER \xa310,10\n";
    let shop = Shop::of_bytes(&[("sales.csv", text)]);
    let plan = shop.plan(&[]);
    let sales = plan.transactions().unwrap();
    assert_eq!(sales.dialect.encoding, "windows-1252");
    let reason = sales.encoding_reason.as_deref().unwrap();
    let wanted = "the most likely (\u{a3} next to numbers): \"\u{a3}5 T-LIGHT\" could be \
                  \"\u{141}5 T-LIGHT\" in windows-1250; --encoding overrides it";
    assert_eq!(reason, wanted);
    for wish in ["windows-1250", "sales.csv=cp1250"] {
        let plan = shop.plan(&["--force", "--encoding", wish]);
        let sales = plan.transactions().unwrap();
        assert_eq!(sales.dialect.encoding, "windows-1250");
        assert_eq!(sales.encoding_reason.as_deref(), Some("set by --encoding"));
    }
    shop.refused(&["--encoding", "b.csv=cp1250"], "no readable file is named \"b.csv\"");
    assert_eq!(shop.run(&["--encoding", "nonsense"]).code, 2);
    let plan = Shop::new(&[("sales.csv", SALES)]).plan(&[]);
    assert_eq!(plan.transactions().unwrap().encoding_reason, None);
}

#[test]
fn utf_16_is_found_without_its_mark() {
    for wide in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = SALES.encode_utf16().flat_map(wide).collect();
        let plan = Shop::of_bytes(&[("sales.csv", &bytes)]).plan(&[]);
        let sales = plan.transactions().unwrap();
        assert!(sales.dialect.encoding.starts_with("UTF-16") && !sales.dialect.bom);
        assert_eq!(sales.rows, 4);
    }
}

#[test]
fn findings_within_and_across_files_are_reported() {
    let notes = |files: &[(&str, &[u8])]| {
        let report = Shop::of_bytes(files).json(&[]);
        let notes = report["notes"].as_array().unwrap().iter();
        notes.map(|note| note.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let text = format!("{SALES},,,,,\n{SALES},,,,,\n");
    let said = notes(&[("a.csv", text.as_bytes())]);
    for wanted in [
        "a.csv: 2 lines without any value were skipped, first on line 6",
        "a.csv: 1 line with the header again was skipped: line 7",
    ] {
        assert!(said.iter().any(|note| note == wanted), "{said:?}");
    }
    let more = format!("{SALES}1005,2024-01-05,7,A1,1,1.00\n");
    let said = notes(&[("a.csv", SALES.as_bytes()), ("b.csv", more.as_bytes())]);
    let wanted = "duplicates across files: 4 records are also unchanged in an earlier file (4 of b.csv); they are kept";
    assert!(said.iter().any(|note| note == wanted), "{said:?}");
    let mixed = b"Order ID,Order Date,Item,Amount\n1,2024-01-01,caf\xe9,5\n2,2024-01-02,th\xe9,5\n\
                  3,2024-01-03,caf\xc3\xa9,10\n";
    let said = notes(&[("a.csv", mixed)]);
    let wanted =
        "a.csv: 1 line is UTF-8 in a windows-1252 file, first on line 4: it is read as UTF-8";
    assert!(said.iter().any(|note| note == wanted), "{said:?}");
}

#[test]
fn a_file_that_is_mostly_utf_8_is_read_as_utf_8() {
    let mut text = SALES.replace("A1", "caf\u{e9}").into_bytes();
    text.extend_from_slice(b"1005,2024-01-05,7,caf\xe9,1,1.00\n");
    let shop = Shop::of_bytes(&[("a.csv", &text)]);
    let path = shop.plan_file();
    assert_eq!(shop.run(&["--plan", path.to_str().unwrap()]).code, 3);
    let plan = Plan::read(&path).unwrap();
    let sales = plan.transactions().unwrap();
    assert_eq!((sales.dialect.encoding.as_str(), sales.rows, sales.rejected), ("UTF-8", 4, 1));
}

#[test]
fn similar_notes_on_many_files_are_combined() {
    let months: Vec<_> = (1..=12)
        .map(|month| {
            let text = SALES.replace("2024-01-", &format!("2024-{month:02}-"));
            let text = text.replace("\n100", &format!("\n{}0", month + 10));
            (format!("sales_{month:02}.csv"), format!("{text},,,,,\n,,,,,\n"))
        })
        .collect();
    let files: Vec<_> = months.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let screen = Shop::new(&files).run(&[]).out;
    assert_eq!(screen.matches("without any value").count(), 1, "{screen}");
    assert!(screen.contains("11 more like it"), "{screen}");
}

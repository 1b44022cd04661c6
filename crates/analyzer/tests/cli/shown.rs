//! How the report looks.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use unicode_width::UnicodeWidthStr as _;

use super::{SALES, Shop};

/// The verbose report on a terminal of that width.
fn shown(shop: &Shop, width: &str) -> String {
    on_screen(shop, width, &["--verbose"])
}

fn on_screen(shop: &Shop, width: &str, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_analyzer"))
        .arg(shop.data())
        .args(args)
        .env("COLUMNS", width)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let text = "Order ID,Order Date,Product Name,Très long nom d'une colonne sans fin ni but,Amount\n\
                1,2024-01-01,日本語の長い商品名がここにあります 日本語の長い商品名,x,1\n\
                2,2024-01-02,한국어 상품 이름도 아주 길 수 있습니다,y,2\n";
    let shop = Shop::new(&[
        ("日本の売上の非常に長いファイル名の例がここにあります.csv", text),
        ("other.csv", "a,b\nx,y\n"),
    ]);
    for width in [40, 60, 80, 120, 200] {
        for args in [&[][..], &["--verbose"]] {
            let text = on_screen(&shop, &width.to_string(), args);
            let widest = text.lines().max_by_key(|line| line.width()).unwrap();
            assert!(widest.width() <= width, "{width}: {} in {widest:?}", widest.width());
        }
    }
}

#[test]
fn nothing_from_the_data_reaches_the_terminal_unescaped() {
    let text =
        "Order ID,Order Date,Amount,\u{1b}]0;owned\u{7}\n1,2024-01-01,5,\u{1b}[31mred\u{202e}\n";
    let shop = Shop::new(&[("\u{1b}[2J.csv", text)]);
    let out = shown(&shop, "120") + &on_screen(&shop, "120", &[]);
    assert!(!out.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{out:?}");
    assert!(out.contains("\\u{1b}[31mred"), "{out}");
}

#[test]
fn the_report_names_destinations_keys_and_reasons() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    let out = shown(&shop, "100");
    for line in [
        "  Order ID     order_id     INT           order id         0         4",
        "  key         order_id: strictly ascending over all 4 records",
        "  goes to     MySQL, Kafka, logs",
        "  because     has an event time, an order id and an amount",
        "  begins      the real-time part begins on 2024-01-04",
    ] {
        assert!(out.lines().any(|found| found == line), "{line}\n{out}");
    }
}

#[test]
fn the_report_fits_on_a_screen_and_verbose_shows_the_rest() {
    let dirty = format!("{SALES}1005\n1006,2024-01-06,8,A2,many,3.50\n");
    let shop = Shop::new(&[("sales.csv", &dirty), ("shops.csv", "code,place\nx,Rome\n")]);
    let short = on_screen(&shop, "80", &[]);
    assert!((24..=50).contains(&short.lines().count()), "{short}");
    for line in [
        "  sales.csv        5         1        6  comma, quote \", UTF-8, LF",
        "  columns     order id, event time order_date, customer id, product id, amount",
        "  begins      the real-time part begins on 2024-01-04",
        "  • shops.csv is left out with 1 record: ",
        "  • sales.csv: 1 record is rejected; first: line 6: ",
    ] {
        assert!(short.lines().any(|found| found.starts_with(line)), "{line}\n{short}");
    }
    let whole = shown(&shop, "80");
    assert!(!short.contains("First") && whole.contains("  First 5 records\n"), "{whole}");
    assert!(!short.contains("Distinct") && whole.contains("Distinct"), "{whole}");
}

#[test]
fn text_and_json_have_the_same_sentences() {
    let dirty = format!("{SALES}1005\n1006,2024-01-06,8,A2,many,3.50\n");
    let shop = Shop::new(&[("sales.csv", &dirty), ("shops.csv", "code,place\nx,Rome\n")]);
    let said = shop.run(&["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let notes = report["notes"].as_array().unwrap();
    let text = on_screen(&shop, "500", &[]);
    assert!(notes.len() >= 3, "{notes:?}");
    for note in notes {
        let line = format!("  • {}", note.as_str().unwrap());
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}

#[test]
fn a_closed_pipe_is_success() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_analyzer"))
        .arg(shop.data())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn quiet_leaves_the_report_and_says_nothing_else() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    let path = shop.plan_file();
    let said = shop.run(&["--quiet", "--plan", path.to_str().unwrap()]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(said.out.starts_with("Data set my_shop\n"), "{}", said.out);
}

#[test]
fn estimates_say_that_they_are() {
    let mut text = String::from("Order ID,Order Date,Customer ID,Amount\n");
    for number in 0..300_000_u32 {
        let customer = number * 7 % 250_007;
        writeln!(text, "{number},2024-01-{:02},{customer},1", number % 28 + 1).unwrap();
    }
    let shop = Shop::new(&[("sales.csv", &text)]);
    let report = shop.json(&[]);
    let customers = super::column(&report, "transactions", "Customer ID");
    assert_eq!(customers["distinct_exact"], false);
    assert_eq!(super::column(&report, "transactions", "Amount")["distinct_exact"], true);
    assert!(shown(&shop, "80").contains('~'));
}

//! The report as a page: what is on it, what must never be, and where it may be written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{SALES, Said, Shop};

/// Headers and values that try to be markup.
const HOSTILE: &str = "Order ID,Order Date,<script>alert(1)</script>,\"x\"\" onload=\"\"alert(2)\",]]>\u{202e}\u{200f},Amount\n\
                       1,2024-01-01,<img src=x onerror=alert(3)>,\"'\"\"--></style><b>\",&lt;]]>\u{2067},1.5\n\
                       2,2024-01-02,<img src=x onerror=alert(3)>,\"'\"\"--></style><b>\",&lt;]]>\u{2067},2.5\n";

/// All elements that a page may contain; none of them loads or runs anything.
const ELEMENTS: &[&str] = &[
    "a",
    "bdi",
    "body",
    "code",
    "dd",
    "defs",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "g",
    "h1",
    "h2",
    "h3",
    "h4",
    "head",
    "header",
    "html",
    "i",
    "li",
    "line",
    "main",
    "marker",
    "meta",
    "nav",
    "p",
    "path",
    "rect",
    "section",
    "small",
    "span",
    "strong",
    "style",
    "summary",
    "svg",
    "table",
    "tbody",
    "td",
    "text",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
];

/// One tag of a page, with its attributes.
#[derive(Debug)]
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

fn page_of(shop: &Shop) -> PathBuf {
    shop.folder.path().join("page.html")
}

fn write(shop: &Shop, args: &[&str]) -> (Said, String) {
    let path = page_of(shop);
    let said = shop.run(&[&["--html", path.to_str().unwrap()], args].concat());
    let page = fs::read_to_string(&path).unwrap();
    (said, page)
}

/// The opening tags of a page. Panics if an attribute is not quoted or not closed.
fn tags(page: &str) -> Vec<Tag> {
    let style = page.find("<style>").unwrap()..page.find("</style>").unwrap();
    let (head, body) = (&page[..style.start], &page[style.end..]);
    let mut tags = Vec::new();
    for part in [head, body] {
        let mut rest = part;
        while let Some(begin) = rest.find('<') {
            let end = rest[begin..].find('>').unwrap() + begin;
            let inside = &rest[begin + 1..end];
            rest = &rest[end + 1..];
            if !inside.starts_with(['/', '!']) {
                tags.push(tag(inside));
            }
        }
    }
    tags
}

fn tag(inside: &str) -> Tag {
    let (name, mut rest) = inside.split_once(' ').unwrap_or((inside, ""));
    let mut attributes = Vec::new();
    while !rest.is_empty() {
        let (name, value) = rest.split_once("=\"").expect(inside);
        let (value, behind) = value.split_once('"').expect(inside);
        attributes.push((name.trim().to_owned(), value.to_owned()));
        rest = behind;
    }
    Tag { name: name.to_owned(), attributes }
}

/// A summary of the page: its headings, the verdict, the texts of drawing and charts.
fn outline(page: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for (begin, _) in page.match_indices('<') {
        let inside = &page[begin + 1..];
        let is = |start: &str| inside.starts_with(start);
        if is("h1") || is("h2") || is("h4") || is("p class=\"verdict") || is("p class=\"marks") {
            let name = inside.split(['>', ' ']).next().unwrap();
            let text = &inside[inside.find('>').unwrap() + 1..];
            let text = &text[..text.find(&format!("</{name}>")).unwrap()];
            lines.push(format!("{name}: {}", without_tags(text)));
        } else if is("svg") {
            let found = tag(&inside[..inside.find('>').unwrap()]);
            lines.extend(found.get("aria-label").map(|label| format!("svg: {label}")));
        }
    }
    lines
}

fn without_tags(text: &str) -> String {
    let mut plain = String::new();
    let mut depth = false;
    for character in text.chars() {
        match character {
            '<' => depth = true,
            '>' => {
                depth = false;
                plain.push(' ');
            }
            other if !depth => plain.push(other),
            _ => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_page_of_the_sample_has_everything_in_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sample.html");
    let status = Command::new(env!("CARGO_BIN_EXE_analyzer"))
        .arg(root.join("data/sample"))
        .args(["--quiet", "--html", path.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!((status.status.code(), status.stderr), (Some(0), Vec::new()));
    let page = fs::read_to_string(&path).unwrap();
    let found = outline(&page);
    let wanted = [
        "h1: Data set sample",
        "p: Ready All 2,260 records of 3 files are in 3 tables.",
        "h2: Tables and references",
        "svg: table customers; table products; table transactions, customer_id refers to \
         customers.customer_id, product_id refers to products.product_id",
        "h2: The cut: 70 / 30 by date",
        "svg: records of each week, week of 2024-01-01 to week of 2024-12-30",
        "h2: Good to know",
        "h2: transactions 2,000 records",
        "h4: transaction_id",
        "p: order id key by its name",
        "h4: customer_id",
        "p: customer id refers to customers by its name",
        "h4: product_id",
        "p: product id refers to products by its name",
        "h4: quantity",
        "p: quantity by its name",
        "svg: histogram from 1 to 10",
        "h4: unit_price",
        "p: unit price by its name",
        "svg: histogram from 0 to 1,150",
    ];
    assert_eq!(found[..wanted.len()], wanted, "{found:#?}");
    for line in
        ["svg: records of each month", "h2: products 60 records", "h2: customers 200 records"]
    {
        assert!(found.iter().any(|one| one == line), "{line}: {found:#?}");
    }
    for text in ["no orphans", "real-time from 2024-10-11", "The first 5 records", "Łódź Works"]
    {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn one_data_set_gives_one_page() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    let (said, first) = write(&shop, &[]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(said.err, format!("wrote {}\n", page_of(&shop).display()));
    let (again, second) = write(&shop, &["--format", "json"]);
    assert_eq!((again.code, first), (0, second));
    serde_json::from_str::<serde_json::Value>(&again.out).unwrap();
}

#[test]
fn no_text_from_data_becomes_markup() {
    let shop = Shop::new(&[("<b>&'\".csv", HOSTILE), ("<!--<script>.csv", "a,b\nx,y\n")]);
    let (said, page) = write(&shop, &[]);
    assert_eq!(said.code, 0, "{}", said.err);
    let tags = tags(&page);
    assert!(tags.len() > 100, "{}", tags.len());
    for tag in &tags {
        assert!(ELEMENTS.contains(&tag.name.as_str()), "{tag:?}");
        for (name, value) in &tag.attributes {
            assert!(
                !name.starts_with("on") && !["src", "style", "srcdoc"].contains(&name.as_str())
            );
            assert!(name != "href" || value.starts_with('#'), "{tag:?}");
        }
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("&lt;img src=x onerror=alert(3)&gt;"));
    assert!(!page.contains(['\u{202e}', '\u{200f}', '\u{2067}', '\u{0}']));
    assert_eq!((page.matches("<style>").count(), page.matches("</style>").count()), (1, 1));
}

#[test]
fn the_page_loads_nothing_and_allows_nothing_but_its_style() {
    let (_, page) = write(&Shop::new(&[("sales.csv", SALES)]), &[]);
    let tags = tags(&page);
    let policy = tags.iter().find(|tag| tag.get("http-equiv").is_some()).unwrap();
    let policy = policy.get("content").unwrap();
    assert!(policy.starts_with("default-src &#39;none&#39;; style-src &#39;sha256-"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    for word in ["http:", "https:", "//", "<script", "<link", "<iframe", "@import", "url("] {
        let found = page.replace("href=\"#", "").replace("url(#tip)", "").contains(word);
        assert!(!found, "{word}");
    }
}

#[test]
fn problems_come_before_the_verdict() {
    let customers = "customer_id,name\n7,Anna\n8,Bob\n";
    let dirty = format!("{SALES}1005\n1006,2024-01-06,8,A2,many,3.50\n");
    let files =
        [("sales.csv", dirty.as_str()), ("customers.csv", customers), ("x.csv", "a,b\nc,d\n")];
    let (said, page) = write(&Shop::new(&files), &[]);
    assert_eq!(said.code, 3, "{}", said.err);
    let verdict = page.find("<p class=\"verdict look\"").unwrap();
    for text in [
        "x.csv is left out with 1 record",
        "sales.csv: 1 record is rejected; first: line 6",
        "refers to records missing from customers",
        "Quantity is text",
    ] {
        let index = page.find(text).unwrap_or_else(|| panic!("{text}"));
        assert!(index < verdict, "{text}");
    }
    assert!(page.contains(">1 orphan<"), "the drawing counts them, too");
    assert!(page.contains("class=\"box left-out\""), "the drawing has the file at its side");
}

#[test]
fn a_refused_data_set_has_a_page_with_the_question_and_what_is_known() {
    let undecided = (1..=4).fold(SALES.to_owned(), |text, day| {
        text.replace(&format!("2024-01-0{day}"), &format!("1/{day}/2024"))
    });
    let (said, page) = write(&Shop::new(&[("sales.csv", &undecided)]), &[]);
    assert_eq!(said.code, 4, "{}", said.err);
    assert!(page.contains("Refused: no plan can be made of this data set yet"));
    assert!(page.contains("<code>--date-order</code> month-first"), "the flag that answers");
    assert!(page.contains("Customer ID") && page.contains("histogram from 5 to 32"), "{page}");
    // A data set without any readable file.
    let (said, page) = write(&Shop::new(&[("b.csv", "")]), &[]);
    assert_eq!(said.code, 4, "{}", said.err);
    assert!(page.contains("b.csv: the file is empty") && page.contains("Nothing could be read"));
}

#[test]
fn nothing_but_a_page_is_replaced() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    let outside = shop.folder.path().join("letter.html");
    fs::write(&outside, "<!doctype html>\n<p>Dear Anna").unwrap();
    let link = shop.folder.path().join("link.html");
    std::os::unix::fs::symlink(shop.data().join("sales.csv"), &link).unwrap();
    let plan = shop.plan_file();
    let data = shop.data();
    for (path, why) in [
        (outside.clone(), "exists and is not a page that analyzer wrote"),
        (link, "is a file of the data set"),
        (data.join("sales.csv"), "is a file of the data set"),
        (data.join("page.csv"), "would be read as data"),
        (plan.clone(), "is also the file of the plan"),
    ] {
        let path = path.to_str().unwrap();
        let args = ["--html", path, "--plan", plan.to_str().unwrap()];
        shop.refused(&args, &format!("{path} {why} (choose another --html)"));
    }
    for path in [data.clone(), PathBuf::from("/dev/null")] {
        let said = shop.run(&["--html", path.to_str().unwrap(), "--plan", plan.to_str().unwrap()]);
        assert_eq!((said.code, said.err.lines().count()), (2, 1), "{}", said.err);
        assert!(said.err.contains("not a regular file"), "{}", said.err);
    }
    assert_eq!(fs::read_to_string(outside).unwrap(), "<!doctype html>\n<p>Dear Anna");
    assert_eq!(fs::read_to_string(data.join("sales.csv")).unwrap(), SALES);
    assert!(!plan.exists(), "nothing was written");
    // An empty file and an older page are replaced.
    fs::write(page_of(&shop), "").unwrap();
    assert_eq!(write(&shop, &[]).0.code, 0);
    assert_eq!(write(&shop, &[]).0.code, 0);
}

#[test]
fn the_page_is_well_formed_and_labeled() {
    let Some(chromium) = ["chromium", "chromium-browser"].into_iter().find(|it| is_there(it))
    else {
        println!("SKIPPED: chromium is not installed: apt-get install chromium");
        return;
    };
    let shop = Shop::new(&[("sales.csv", HOSTILE)]);
    write(&shop, &[]);
    let profile = shop.folder.path().join("profile");
    let output = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-dev-shm-usage", "--disable-sync"])
        .args(["--enable-logging=stderr", "--v=0", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("file://{}", page_of(&shop).display()))
        .output()
        .unwrap();
    let (dom, log) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(dom.contains("id=\"verdict\""), "{dom}\n{log}");
    assert!(!dom.contains("<script") && !dom.contains("<img"), "{dom}");
    // Errors of the page, of scripts and of its policy are logged as those of the console.
    let complaints: Vec<_> = log.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

/// Ubuntu has a program with that name that only explains how to install the browser.
fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

#[test]
fn orders_and_their_lines_are_drawn_as_joined_and_every_line_has_its_day() {
    let orders =
        "order_id,customer_id,order_date\n1,7,2024-01-01\n2,8,2024-01-02\n3,7,2024-01-09\n";
    let lines = "order_id,line,product_id,quantity,price\n1,1,A,1,2.50\n1,2,B,2,1.00\n\
                 2,1,A,1,2.50\n3,1,B,4,1.00\n3,2,A,1,2.50\n";
    let customers = "customer_id,name\n7,Anna\n8,Bob\n";
    let files = [("orders.csv", orders), ("order_items.csv", lines), ("customers.csv", customers)];
    let (said, page) = write(&Shop::new(&files), &[]);
    assert_eq!(said.code, 0, "{}", said.err);
    for text in ["class=\"arrow join\"", ">joined<", "joined from orders", ">join</text>"] {
        assert!(page.contains(text), "{text}");
    }
    let cut = &page[page.find("id=\"cut\"").unwrap()..];
    let cut = &cut[..cut.find("</section>").unwrap()];
    for day in ["2024-01-01: 2 records", "2024-01-02: 1 record", "2024-01-09: 2 records"] {
        assert!(cut.contains(day), "{day}: {cut}");
    }
}

//! The page in a real browser, against a recording.

use crate::support::browser::Browser;
use crate::support::{AT_ONCE, HOSTILE, Monitor, hostile, lesson, moving, short, without_mysql};
use serde_json::{Value, json};

fn opened(snapshots: &[Value], size: (u32, u32)) -> Option<(Monitor, Browser)> {
    let mut browser = Browser::start()?;
    let monitor = Monitor::at_the_end_of(snapshots);
    browser.set_screen(size.0, size.1, "light");
    browser.open(&monitor.url());
    browser.wait("document.querySelector('#flow .count')?.textContent.length > 0");
    browser.wait("document.querySelector('.charts .line')?.getAttribute('d')?.length > 40");
    Some((monitor, browser))
}

/// A text of the page without the date of the recording, which appears on any other day.
fn undated(text: &str) -> String {
    text.replace("2026-11-22 ", "")
}

#[test]
fn the_numbers_in_the_page_are_those_of_the_snapshot() {
    let Some((monitor, mut browser)) = opened(&moving(), (1280, 800)) else { return };
    let snapshot = monitor.snapshot();
    let labels =
        browser.evaluate("[...document.querySelectorAll('.hop')].map((it) => it.ariaLabel)");
    let shown = browser
        .evaluate("[...document.querySelectorAll('.hop .count')].map((it) => it.textContent)");
    for (index, id) in ["split", "mysql", "sqoop", "kafka", "flume-kafka", "spool", "flume-logs"]
        .into_iter()
        .enumerate()
    {
        let hop = snapshot["hops"].as_array().unwrap().iter().find(|hop| hop["id"] == id).unwrap();
        let expected = thousands(hop["expected"].as_u64().unwrap());
        let arrived = thousands(hop["arrived"]["value"].as_u64().unwrap());
        let exact = hop["arrived"]["precision"] == "exact";
        let arrived = if exact { arrived } else { format!("≈ {arrived}") };
        assert_eq!(shown[index], format!("{arrived} / {expected}"), "{id}");
        let label = labels[index].as_str().unwrap();
        assert!(label.contains(&format!("{arrived} of {expected}")), "{label}");
        assert!(label.contains(hop["state"]["is"].as_str().unwrap()), "{label}");
    }
    for (table, rows, fields) in [
        ("mysql", "/mysql/tables", ["name", "rows", "expected"]),
        ("topics", "/kafka/topics", ["name", "messages", "expected"]),
        ("folders", "/hdfs/folders", ["path", "rows", "expected"]),
        ("agents", "/agents", ["name", "received", "delivered"]),
        ("probes", "/probes", ["address", "state", "milliseconds"]),
    ] {
        let path = format!("#table-{table} tbody tr");
        let lines = browser.evaluate(&format!(
            "[...document.querySelectorAll('{path}')].map((it) => it.innerText)"
        ));
        let rows = snapshot.pointer(rows).unwrap().as_array().unwrap();
        assert_eq!(lines.as_array().unwrap().len(), rows.len(), "{table}");
        for (row, line) in rows.iter().zip(lines.as_array().unwrap()) {
            for field in fields {
                let value = &row[field];
                let value = if value.is_object() { &value["value"] } else { value };
                let value = value.as_u64().map_or_else(|| text(value), thousands);
                assert!(line.as_str().unwrap().contains(&value), "{table}: {value}: {line}");
            }
        }
    }
    assert_eq!(browser.text("verdict-word"), "Moving");
    assert_eq!(browser.text("data-set"), "sample");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn what_happens_is_seen_without_a_reload_until_the_server_is_gone() {
    let Some(mut browser) = Browser::start() else { return };
    // Records move in it for 20 seconds: a busy machine, too, shows the page before they have arrived.
    let mut monitor = Monitor::replay(&lesson(), "3");
    browser.set_screen(1280, 800, "dark");
    browser.open(&monitor.url());
    browser.wait("document.getElementById('verdict-word')?.textContent === 'Moving'");
    browser.evaluate("window.stayed = true");
    browser.wait("document.getElementById('verdict-word').textContent === 'Complete'");
    browser.wait("document.querySelectorAll('#flow .hop[data-state=complete]').length === 7");
    assert_eq!(browser.evaluate("window.stayed"), true);
    assert_eq!(browser.evaluate("document.title"), "Complete · sample · monitor");
    assert_eq!(browser.evaluate("document.documentElement.dataset.theme"), "dark");
    assert_eq!(browser.complaints(), Vec::<String>::new());

    monitor.signal("TERM");
    assert_eq!(monitor.child.wait().unwrap().code(), Some(143));
    browser.wait("document.getElementById('verdict-word').textContent === 'Disconnected'");
    assert!(browser.text("link-text").starts_with("disconnected since "));
    assert!(undated(&browser.text("verdict-text")).contains("“Complete”, at 22:39:"));
    assert_eq!(browser.evaluate("document.getElementById('verdict').dataset.state"), "unknown");

    let listen = monitor.address.to_string();
    let _again = Monitor::at(&listen, &moving(), AT_ONCE, &[], &[]);
    browser.wait("document.getElementById('verdict-word').textContent === 'Moving'");
    browser.wait("document.getElementById('link-text').textContent.startsWith('recording')");
    assert_eq!(browser.evaluate("window.stayed"), true);
}

#[test]
fn hostile_names_are_shown_as_text() {
    let Some((_monitor, mut browser)) = opened(&hostile(), (1280, 800)) else { return };
    assert_eq!(browser.text("data-set"), HOSTILE);
    for selector in
        ["#problem-list", "#flow title", "#table-mysql", "#table-topics", "#table-folders"]
    {
        let text = browser.evaluate(&format!("document.querySelector('{selector}').textContent"));
        assert!(text.as_str().unwrap().contains(HOSTILE), "{selector}: {text}");
    }
    browser.evaluate("document.querySelector('.hop').focus()");
    browser.press("Enter");
    assert!(browser.text("details-title").contains(HOSTILE));
    assert_eq!(browser.evaluate("document.querySelectorAll('img, script:not([src])').length"), 0);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn what_cannot_be_reached_says_since_when_and_is_never_green() {
    let Some((_monitor, mut browser)) = opened(&without_mysql(), (1280, 800)) else { return };
    assert_eq!(browser.text("verdict-word"), "Unreachable");
    let verdict = undated(&browser.text("verdict-text"));
    assert_eq!(verdict, "MySQL: unreachable since 22:38:17.");
    let since = "document.querySelector('#table-mysql summary .since').textContent";
    let since = browser.evaluate(since);
    let since = undated(since.as_str().unwrap());
    assert!(since.starts_with("unreachable since 22:38:17, last valid answer 2"), "{since}");
    let green = "document.querySelectorAll('#table-mysql [data-state=complete]').length";
    assert_eq!(browser.evaluate(green), 0);
    let rows = browser.evaluate("document.querySelector('#table-mysql tbody').innerText");
    assert!(rows.as_str().unwrap().contains("1,398"), "the last known value is shown: {rows}");
    let shown = "document.querySelectorAll('#flow .hop')[1].dataset.state";
    assert_eq!(browser.evaluate(shown), "unknown");
}

#[test]
fn the_keyboard_reaches_everything_and_shows_where_it_is() {
    let Some((_monitor, mut browser)) = opened(&short(), (1280, 800)) else { return };
    let at = "document.activeElement.id || document.activeElement.getAttribute('class')";
    let mut seen = Vec::new();
    for _ in 0..14 {
        browser.press("Tab");
        seen.push(text(&browser.evaluate(at)));
        let outline = "getComputedStyle(document.activeElement).outlineStyle !== 'none'
            || getComputedStyle(document.activeElement.firstChild).strokeWidth === '3px'";
        assert_eq!(browser.evaluate(outline), true, "no focus to be seen at {seen:?}");
    }
    assert_eq!(seen[..2], ["skip", "theme"]);
    assert_eq!(seen.iter().filter(|id| *id == "hop").count(), 7, "{seen:?}");
    browser.evaluate("document.querySelectorAll('.hop')[4].focus()");
    browser.press("Enter");
    assert_eq!(browser.evaluate("document.getElementById('details').open"), true);
    assert!(browser.text("details-list").contains("short by 3"));
    browser.press("Escape");
    assert_eq!(browser.evaluate("document.getElementById('details').open"), false);
    browser.evaluate("document.querySelector('#table-topics summary').focus()");
    browser.press("Enter");
    browser.wait("!document.getElementById('table-topics').open");
    browser.evaluate("document.querySelector('.charts svg').focus()");
    browser.press("ArrowLeft");
    let value = browser.evaluate("document.querySelector('.charts .value').textContent");
    assert!(undated(value.as_str().unwrap()).starts_with("22:39:10 · "), "{value}");
    browser.evaluate("document.getElementById('theme').focus()");
    browser.press("Enter");
    assert_eq!(browser.evaluate("document.documentElement.dataset.theme"), "dark");
    let live = "document.getElementById('verdict-word').closest('[aria-live=polite]') !== null";
    assert_eq!(browser.evaluate(live), true);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_telephone_shows_all_without_scrolling_sideways() {
    for snapshots in [moving(), hostile()] {
        let Some((_monitor, mut browser)) = opened(&snapshots, (390, 844)) else { return };
        browser.evaluate("for (const it of document.querySelectorAll('details')) it.open = true");
        browser.wait("document.querySelectorAll('#table-probes tbody tr').length > 0");
        assert_eq!(browser.evaluate("document.documentElement.scrollWidth"), 390);
        let slim = "document.querySelectorAll('#flow svg.slim .hop').length";
        assert_eq!(browser.evaluate(slim), 7, "the flow is upright");
        let outside = "[...document.querySelectorAll('#flow text')].filter((it) => {
            const { left, right } = it.getBoundingClientRect();
            return left < 0 || right > 390;
        }).length";
        assert_eq!(browser.evaluate(outside), 0);
    }
}

#[test]
fn a_token_lets_the_page_work_and_stays_in_no_address() {
    let Some(mut browser) = Browser::start() else { return };
    let token = ("MONITOR_TOKEN", "a-token+of/24=characters");
    let monitor = Monitor::with(&moving(), AT_ONCE, &[], &[token]);
    browser.open(&monitor.url());
    browser.wait("document.querySelector('h1')?.textContent === 'A token is required'");
    browser.evaluate("document.querySelector('input').value = 'a-token+of/24=characters'");
    browser.complaints();
    browser.evaluate("document.querySelector('form').submit()");
    browser.wait("document.getElementById('verdict-word')?.textContent === 'Moving'");
    assert_eq!(browser.evaluate("location.href"), monitor.url());
    assert_eq!(browser.evaluate("document.cookie"), "");
    // The page that asks for the token has no icon.
    let complaints = browser.complaints().into_iter();
    let others: Vec<_> = complaints.filter(|it| !it.contains("favicon.ico")).collect();
    assert_eq!(others, Vec::<String>::new());
}

#[test]
fn the_live_panel_says_whether_spark_s_stream_equals_the_monitor_s_sums() {
    let agreement = |is: &str| json!({ "is": is, "text": "because" });
    let spark = |is: &str| {
        json!({ "state": "current", "error": null, "unread": 0, "groups": 287, "orders": 602,
            "units": "1540", "revenue": "125092.56", "newest": null, "agreement": agreement(is) })
    };
    let sums = " · 287 groups · 125,092.56";
    for (spark, words) in [
        (spark("equal"), format!("Spark's stream equals the monitor's sums{sums}")),
        (spark("differs"), format!("Spark's stream and the monitor differ{sums} · because")),
        (spark("unknown"), format!("Not compared with Spark's stream{sums} · because")),
        (Value::Null, String::new()),
    ] {
        let mut snapshots = moving();
        let mut live = json!({ "topic": "t", "state": "current", "error": null, "messages": 1,
            "distinct": 1, "repeats": 0, "unread": 0, "invalid": 0, "orders": 1, "units": "1",
            "revenue": "1.00", "minutes": [], "days": null, "regions": null, "products": null,
            "payment_methods": null, "last": [], "agreement": agreement("unknown") });
        live["agreement"]["live"] = Value::Null;
        live["agreement"]["batch"] = Value::Null;
        live["spark"] = spark;
        snapshots.last_mut().unwrap()["live"] = live;
        let Some((_monitor, mut browser)) = opened(&snapshots, (1280, 800)) else { return };
        browser.evaluate("location.hash = '#analytics'");
        browser.wait("!document.getElementById('stream').hidden");
        let line = "[...document.querySelectorAll('#stream .agreement:not([hidden])')].slice(1)
            .flatMap((it) => [...it.querySelectorAll('b, span')].map((part) => part.textContent))
            .join(' · ')";
        assert_eq!(browser.evaluate(line), words);
    }
}

#[test]
fn the_page_shows_real_servers() {
    if std::env::var_os("ECOM_TEST_STACK").is_none() {
        println!("SKIPPED: needs real servers (ECOM_TEST_STACK=1)");
        return;
    }
    let Some(mut browser) = Browser::start() else { return };
    let monitor = Monitor::of_the_stack();
    browser.open(&monitor.url());
    browser.wait("document.getElementById('link-text')?.textContent.startsWith('live')");
    let known = "[...document.querySelectorAll('#table-probes tbody tr')].map((it) => it.innerText)
        .filter((it) => /^(MySQL|Kafka|HDFS)\\s+reachable/.test(it)).length === 3";
    browser.wait(known);
    // Other tests may create topics in the meantime: the page and the snapshot agree in the end.
    browser.wait(
        "fetch('/api/snapshot').then((answer) => answer.json()).then(({ kafka, hdfs }) =>
            document.querySelectorAll('#table-topics tbody tr').length
                === Math.min(200, kafka.topics.length)
            && document.querySelectorAll('#table-folders tbody tr').length === hdfs.folders.length)",
    );
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().collect();
    String::from_utf8(groups.join(&b',')).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

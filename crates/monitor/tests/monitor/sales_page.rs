//! The tab Analytics in a real browser, against a recording of a run.

use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::{HOSTILE, Monitor, body, sales};

#[test]
fn the_tab_analytics_shows_each_result_with_its_proof() {
    let Some(mut browser) = Browser::start() else { return };
    let monitor = Monitor::at_the_end_of(&sales());
    browser.set_screen(1280, 800, "light");
    browser.open(&monitor.url());
    browser.evaluate("location.hash = '#analytics'");
    browser.wait("document.querySelectorAll('#results .card').length > 10");
    assert_eq!(browser.text("proof-word"), "Every result here is proven");
    let answer: Value = serde_json::from_str(body(&monitor.get("/api/analytics"))).unwrap();
    let results = answer["results"].as_array().unwrap();
    let key = results.iter().find(|result| result["name"] == "key_figures").unwrap();
    let row = key["rows"].as_array().unwrap().iter().find(|row| row[0] == "all").unwrap();
    assert_eq!(row[1], "410478.17");
    let shown = browser.text("key-figures");
    for figure in ["410,478.17", "2,000", "3,861", "205.24", "198", "95.5 %"] {
        assert!(shown.contains(figure), "{figure}: {shown}");
    }
    // Every result is on the page, alone or as a choice in a card, or names the others.
    let cards = browser.evaluate(
        "[...document.querySelectorAll('.card.result')].map((it) => it.querySelector('.proven').dataset.state)",
    );
    assert!(cards.as_array().unwrap().iter().all(|state| state == "complete"), "{cards}");
    let page = browser.evaluate("document.getElementById('panel-analytics').innerText");
    for text in
        ["Live equals batch", "live 125,092.56, batch 125,092.56", "Ångström Olive Oil, 1 kg"]
    {
        assert!(page.as_str().unwrap().contains(text), "{text}: {page}");
    }
    // The table behind a chart is one click away, and has each row.
    let rank = results.iter().find(|result| result["name"] == "product_rank").unwrap();
    browser.evaluate(
        "document.getElementById('result-product_rank').closest('.card').querySelector('[aria-expanded]').click()",
    );
    let lines = browser.evaluate(
        "document.getElementById('result-product_rank').closest('.card').querySelectorAll('tbody tr').length",
    );
    assert_eq!(lines, rank["rows"].as_array().unwrap().len());
    browser.set_screen(390, 800, "dark");
    browser.wait("document.documentElement.scrollWidth <= 390");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_result_that_is_wrong_or_hostile_is_shown_as_what_it_is() {
    let Some(mut browser) = Browser::start() else { return };
    let mut snapshots = sales();
    for snapshot in &mut snapshots {
        let wrong = json!({ "is": "wrong", "at": null, "text": "revenue differs" });
        snapshot["analytics"]["proof"] = wrong.clone();
        if let Some(Value::Array(results)) = snapshot.pointer_mut("/results/results") {
            snapshot_result(results, "sales_by_status")["proof"] = wrong;
            let hostile = snapshot_result(results, "sales_by_category");
            hostile["question"] = HOSTILE.into();
            hostile["rows"][0][0] = HOSTILE.into();
        }
    }
    let monitor = Monitor::at_the_end_of(&snapshots);
    browser.set_screen(390, 800, "light");
    browser.open(&monitor.url());
    browser.evaluate("location.hash = '#analytics'");
    browser.wait("document.querySelectorAll('#results .card').length > 10");
    assert_eq!(browser.text("proof-word"), "Not every number is right");
    let state = "document.getElementById('result-sales_by_status').closest('.card').querySelector('.proven')";
    assert_eq!(browser.evaluate(&format!("{state}.dataset.state")), "wrong");
    let card = browser.evaluate(
        "document.getElementById('result-sales_by_category').closest('.card').textContent",
    );
    assert!(card.as_str().unwrap().contains(HOSTILE), "{card}");
    browser.wait("document.documentElement.scrollWidth <= 390");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

fn snapshot_result<'a>(results: &'a mut [Value], name: &str) -> &'a mut Value {
    results.iter_mut().find(|result| result["name"] == name).unwrap()
}

//! The results of the analysis: shown as they are in HDFS, with their proof, and compared with the topic.

use chrono::{DateTime, TimeDelta, Utc};
use ecom_core::checksum::Tally;
use ecom_core::clock;
use ecom_core::plan::SqlType;
use ecom_core::report::{Proof, ResultColumn, ResultFolder, Results, SkippedQuestion};
use serde_json::{Value, json};

use super::world::World;
use crate::support::HOSTILE;

const PARTS: [&str; 2] = ["historical\t4\t4\t8\t10.00", "real-time\t3\t3\t6\t7.50"];

/// When the results were written.
fn written() -> DateTime<Utc> {
    clock::now() - TimeDelta::minutes(5)
}

fn result(name: &str, columns: &str, lines: &[&str]) -> (ResultFolder, String) {
    let text = lines.iter().flat_map(|line| [*line, "\n"]).collect::<String>();
    let mut tally = Tally::default();
    text.split_inclusive('\n').for_each(|line| tally.add(line.as_bytes()));
    let column = |column: &str| {
        let (name, sql_type) = column.split_once(' ').unwrap();
        ResultColumn { name: name.into(), sql_type: sql_type.parse::<SqlType>().unwrap() }
    };
    let folder = format!("/user/analytics/{name}");
    let columns = columns.split(", ").map(column).collect();
    let question = format!("What is {name}?");
    let (name, written) = (name.to_owned(), written());
    (ResultFolder { name, question, folder, columns, lines: tally, written }, text)
}

fn results(parts: &[&str]) -> Vec<(ResultFolder, String)> {
    let period = "period TEXT, revenue DECIMAL(28,2), orders BIGINT, units BIGINT, average_order DECIMAL(18,2)";
    let of_all = ["30 days before\t1.00\t1\t1\t1.00", "all\t17.50\t7\t14\t2.50"];
    let customers = "period TEXT, customers BIGINT, repeat_customers BIGINT";
    let part = "part TEXT, records BIGINT, orders BIGINT, units BIGINT, revenue DECIMAL(28,2)";
    let days = ["\\N\t1.00", "2024-10-10\t10.00", "2024-10-11\t7.50"];
    vec![
        result("key_figures", period, &of_all),
        result("key_figures_customers", customers, &["all\t3\t1"]),
        result("sales_by_day", "sale_date DATE, revenue DECIMAL(28,2)", &days),
        result("sales_by_part", part, parts),
    ]
}

/// Writes the results into HDFS, and their report.
fn publish(world: &World, results: &[(ResultFolder, String)]) {
    for (result, text) in results {
        world.text(&format!("{}/_columns", result.folder), "not read");
        world.text(&format!("{}/part-00000", result.folder), text);
    }
    let skipped = SkippedQuestion {
        name: "customer_rfm".into(),
        question: "Who?".into(),
        reason: "the data set has no customer_id".into(),
    };
    let results = results.iter().map(|(result, _)| result.clone()).collect();
    world.report(None, Results { results, skipped: vec![skipped] });
}

fn check(subject: &str, equal: bool) -> Value {
    json!({ "hop": "analytics", "subject": subject, "store": format!("MySQL testdb.{subject}"),
        "equal": equal, "missing": u8::from(!equal), "moving": [], "problems": [] })
}

/// Writes the reconciler's report: every result is equal, but those named.
fn prove(world: &World, results: &[(ResultFolder, String)], wrong: &[&str]) {
    let subjects = results.iter().flat_map(|(result, _)| {
        // One result declares nothing.
        let declared = (result.name != "sales_by_day").then(|| result.name.clone());
        declared.into_iter().chain([format!("{} in MySQL", result.name)])
    });
    let checks: Vec<_> =
        subjects.map(|subject| check(&subject, !wrong.contains(&subject.as_str()))).collect();
    let verdict =
        json!({ "data_set": "shop", "equal": wrong.is_empty(), "checks": checks, "unchecked": [] });
    world.report(Some("analytics"), Proof { verdict });
}

/// A world with results that are proven.
fn analyzed(parts: &[&str]) -> World {
    let world = World::new();
    publish(&world, &results(parts));
    prove(&world, &results(parts), &[]);
    world
}

fn problems(snapshot: &Value) -> Vec<String> {
    let problems = snapshot["problems"].as_array().unwrap().iter();
    let text = |problem: &Value, field: &str| problem[field].as_str().unwrap().to_owned();
    problems
        .map(|problem| ["severity", "subject", "message"].map(|it| text(problem, it)).join(" "))
        .collect()
}

#[test]
fn the_key_figures_are_those_of_the_lake_and_proven() {
    let world = analyzed(&PARTS);
    let (code, snapshot) = world.snapshot();
    let analytics = &snapshot["analytics"];
    assert_eq!((code, problems(&snapshot)), (0, vec![]), "{snapshot:#}");
    let figures = json!({ "revenue": "17.50", "orders": 7, "units": 14, "average_order": "2.50",
        "customers": 3, "repeat_percent": "33.33" });
    assert_eq!(analytics["key_figures"], figures);
    assert_eq!(analytics["days"], json!([["2024-10-10", "10.00"], ["2024-10-11", "7.50"]]));
    assert_eq!((&analytics["proof"]["is"], &analytics["waiting"]), (&json!("proven"), &json!([])));
    assert!(analytics["version"].as_u64().unwrap() > 0 && analytics["analyzed"].is_string());
    let agreement = &snapshot["live"]["agreement"];
    assert_eq!(agreement["is"], "equal", "{agreement}");
    assert_eq!((&agreement["live"], &agreement["batch"]), (&json!("7.50"), &json!("7.50")));
    let output = world.monitor().arg("--once").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lake = "lake        revenue 17.50, 7 orders, 14 units, 3 customers, proven\n";
    let topic = "topic       revenue 7.50, 3 orders, 6 units, equal to the lake\n";
    assert!(text.ends_with(&format!("\n\n{lake}{topic}")), "{text}");
    let again = world.snapshot().1;
    assert_eq!(again["analytics"], *analytics, "the version stays with the content");
}

#[test]
fn a_lake_that_says_something_else_than_the_topic_is_a_critical_problem() {
    let parts = [PARTS[0], "real-time\t3\t3\t6\t7.51"];
    let world = analyzed(&parts);
    let (_, snapshot) = world.snapshot();
    assert_eq!(snapshot["live"]["agreement"]["is"], "differs");
    let wanted = "critical ecommerce-transactions revenue: 7.50 in the topic, 7.51 in the lake";
    assert_eq!(problems(&snapshot), [wanted]);
    // A message that is newer than the analysis explains it.
    world.put_record(0, 4);
    let (_, snapshot) = world.snapshot();
    assert_eq!(snapshot["live"]["agreement"]["is"], "moving");
    assert!(!problems(&snapshot).contains(&wanted.to_owned()));
}

#[test]
fn a_result_is_green_only_with_its_proof() {
    let world = World::new();
    let state = || {
        let (_, snapshot) = world.snapshot();
        let analytics = &snapshot["analytics"];
        let waiting = analytics["waiting"].as_array().unwrap().len();
        (analytics["proof"]["is"].as_str().unwrap().to_owned(), waiting, problems(&snapshot))
    };
    let proof = |is: &str, waiting, problems: &[&str]| {
        (is.to_owned(), waiting, problems.iter().map(|&it| it.to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(state(), proof("waiting", 0, &[]));
    let mut results = results(&PARTS);
    publish(&world, &results);
    assert_eq!(state(), proof("waiting", 4, &[]));
    prove(&world, &results, &[]);
    assert_eq!(state(), proof("proven", 0, &[]));
    // A result that was written after the comparison began.
    results[2].0.written = clock::now() + TimeDelta::minutes(5);
    publish(&world, &results);
    assert_eq!(state(), proof("waiting", 1, &[]));
    results[2].0.written = written();
    publish(&world, &results);
    prove(&world, &results, &["sales_by_day in MySQL"]);
    let wrong = "critical analytics sales_by_day: 1 missing in MySQL testdb.sales_by_day in MySQL";
    assert_eq!(state(), proof("wrong", 0, &[wrong]));
    // Reports of stores that were emptied since count for nothing.
    prove(&world, &results, &[]);
    let mark = world.folder.path().join("var/stack/data/data_set");
    let file = std::fs::File::options().write(true).open(mark).unwrap();
    file.set_modified(std::time::SystemTime::now() + std::time::Duration::from_mins(1)).unwrap();
    assert_eq!(state().0, "waiting");
}

#[test]
fn lines_that_the_analysis_did_not_write_are_never_shown_as_its_own() {
    let world = analyzed(&PARTS);
    let path = "/user/analytics/sales_by_day/part-00000";
    for (text, why) in [
        ("2024-10-10\t10.00\n", "1 line in HDFS, but the analysis wrote 3 lines"),
        (
            "\\N\t1.00\n2024-10-10\t10.00\n2024-10-11\t7.51\n",
            "of 3 lines in HDFS, some are not those of the analysis",
        ),
        ("2024-10-10\n", "line 1 has 1 fields for 2 columns"),
    ] {
        world.text(path, text);
        let (_, snapshot) = world.snapshot();
        assert_eq!(problems(&snapshot), [format!("critical analytics sales_by_day: {why}")]);
        assert_eq!(snapshot["analytics"]["days"], json!([]), "{why}");
    }
    world.state.files.lock().unwrap().retain(|path, _| !path.contains("sales_by_day"));
    let (_, snapshot) = world.snapshot();
    assert_eq!(snapshot["analytics"]["proof"]["is"], "wrong");
}

#[test]
fn without_hdfs_the_proof_waits_and_nothing_else_does() {
    let mut world = analyzed(&PARTS);
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    world.settings = vec![("WEBHDFS_URL", format!("http://{}", silent.local_addr().unwrap()))];
    let (_, snapshot) = world.snapshot();
    let analytics = &snapshot["analytics"];
    assert_eq!(
        (&analytics["proof"]["is"], &analytics["waiting"].as_array().unwrap().len()),
        (&json!("waiting"), &4)
    );
    assert_eq!(analytics["key_figures"]["revenue"], Value::Null);
    assert_eq!(
        (&snapshot["live"]["revenue"], &snapshot["live"]["agreement"]["is"]),
        (&json!("7.50"), &json!("unknown"))
    );
    assert_eq!(snapshot["hops"][1]["state"]["is"], "complete");
}

#[test]
fn a_recording_carries_the_results_once_and_hostile_names_stay_texts() {
    let evil = format!("{HOSTILE}\u{1b}[2J\"");
    let world = World::new();
    let mut all = results(&PARTS);
    all.push(result("evil", "value TEXT", &[&evil]));
    all[4].0.question.clone_from(&evil);
    publish(&world, &all);
    prove(&world, &all, &[]);
    let path = world.folder.path().join("recording.jsonl");
    let mut command = world.monitor();
    command.args(["--interval", "0.5", "--until", "complete", "--record"]).arg(&path);
    assert!(command.output().unwrap().status.success());
    let more = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<Value> = more.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let with_results: Vec<_> = lines.iter().filter(|line| line["results"].is_object()).collect();
    let last = with_results.last().unwrap();
    assert_eq!(last["results"]["version"], last["analytics"]["version"]);
    let result = last["results"]["results"].as_array().unwrap().last().unwrap();
    assert_eq!((&result["rows"], &result["question"]), (&json!([[evil]]), &json!(evil)));
    let monitor = crate::support::Monitor::at_the_end_of(&lines);
    let answer = monitor.get("/api/analytics");
    let metrics = monitor.get("/metrics");
    for line in
        ["ecom_analytics_proven{} 1", "ecom_live_revenue{} 7.5", "ecom_live_equals_lake{} 1"]
    {
        assert!(metrics.contains(&format!("\n{line}\n")), "{line}\n{metrics}");
    }
    let shown: Value = serde_json::from_str(crate::support::body(&answer)).unwrap();
    assert_eq!(shown, last["results"]);
    assert_eq!(shown["skipped"][0]["reason"], "the data set has no customer_id");
    let day = &shown["results"][2];
    assert_eq!(day["source"], "HDFS /user/analytics/sales_by_day · MySQL sales_by_day");
    assert_eq!((&day["total"], &day["cut"]), (&json!(3), &json!(false)));
    assert_eq!(day["columns"][1], json!({ "name": "revenue", "type": "DECIMAL(28,2)" }));
    assert_eq!(day["rows"][0], json!([null, "1.00"]));
    assert_eq!(day["proof"]["text"], "equal in HDFS and MySQL");
    let proof = &shown["results"][0]["proof"];
    assert_eq!(proof["text"], "recomputed from the files and compared with MySQL");
}

#[test]
fn a_recording_without_results_says_that_there_are_none_yet() {
    let monitor = crate::support::Monitor::at_the_end_of(&crate::support::moving());
    assert!(monitor.get("/api/analytics").starts_with("HTTP/1.1 503"));
    for path in ["/analytics.js", "/analytics.css", "/drawings.js", "/stream.js"] {
        assert!(monitor.get(path).starts_with("HTTP/1.1 200"), "{path}");
    }
}

#[test]
fn before_the_analysis_the_answer_says_what_to_run() {
    let world = World::new();
    let (_, snapshot) = world.snapshot();
    let text = "the lake has not been analyzed: run orchestration/analytics.sh";
    assert_eq!(snapshot["analytics"]["version"], 0);
    assert_eq!(
        snapshot["analytics"]["proof"],
        json!({ "is": "waiting", "at": null, "text": text })
    );
    assert_eq!(snapshot["live"]["agreement"]["text"], text);
}

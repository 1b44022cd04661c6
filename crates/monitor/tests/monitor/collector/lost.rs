//! When a hop is complete, moving, short, over or unknown, and the exit code.

use serde_json::{Value, json};

use super::world::{LOGS, MESSAGES, World, bytes_of_messages, hop, probe};

/// Asserts the exit code, the verdict and the state of one hop.
fn assert_state(world: &World, code: i32, verdict: &str, id: &str, state: &Value) -> Value {
    let (found, snapshot) = world.snapshot();
    let hop = &hop(&snapshot, id)["state"];
    let shown = format!("{snapshot:#}");
    assert_eq!((found, snapshot["verdict"].as_str()), (code, Some(verdict)), "{shown}");
    assert_eq!(hop, state, "{shown}");
    snapshot
}

fn problems(snapshot: &Value) -> String {
    let problems = snapshot["problems"].as_array().unwrap().iter();
    let shown = problems.map(|problem| {
        format!(
            "{}: {}",
            problem["subject"].as_str().unwrap(),
            problem["message"].as_str().unwrap()
        )
    });
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_file_that_hdfs_holds_open_under_its_final_name_is_named_with_the_remedy() {
    let world = World::new();
    let file = format!("{LOGS}/2026/11/22/ecommerce-logs-.1.log");
    // Of its last block, nothing can be seen.
    world.file(&file, 60);
    *world.state.held.lock().unwrap() = Some(file.clone());
    let moving = json!({ "is": "moving" });
    let snapshot = assert_state(&world, 5, "unreachable", "flume-logs", &moving);
    let problem = format!(
        "{LOGS}: HDFS holds {file} open under its final name; orchestration/start_flume.sh closes it"
    );
    assert!(problems(&snapshot).contains(&problem), "{}", problems(&snapshot));
}

#[test]
fn a_finished_run_is_complete_with_every_number() {
    let world = World::new();
    let snapshot = assert_state(&world, 0, "complete", "flume-logs", &json!({ "is": "complete" }));
    for (id, count) in [
        ("split", 7),
        ("mysql", 4),
        ("sqoop", 4),
        ("kafka", 3),
        ("flume-kafka", 3),
        ("spool", 10),
        ("flume-logs", 10),
    ] {
        let hop = hop(&snapshot, id);
        assert_eq!(hop["state"]["is"], "complete", "{id}");
        assert_eq!(hop["expected"], count, "{id}");
        assert_eq!(hop["arrived"], json!({ "value": count, "precision": "exact" }), "{id}");
    }
    assert_eq!(snapshot["data_set"], "shop");
    assert_eq!(snapshot["problems"], json!([]));
    assert_eq!(snapshot["mysql"]["version"], "8.4.0-stand-in");
    let table = &snapshot["mysql"]["tables"][0];
    assert_eq!(
        (&table["rows"], &table["newest_event"]),
        (&json!(4), &json!("2024-10-10 23:41:07"))
    );
    let topic = &snapshot["kafka"]["topics"][0];
    assert_eq!((&topic["partitions"], &topic["lag"]), (&json!(3), &json!({ "flume-consumer": 0 })));
    assert!(topic["newest"].is_string());
    assert!(!snapshot.to_string().contains("s3cret"));
}

#[test]
fn records_that_a_store_lacks_or_has_too_many_are_counted() {
    let world = World::new();
    world.rows.lock().unwrap().insert("transactions".into(), 3);
    let short = json!({ "is": "short", "by": 1 });
    let snapshot = assert_state(&world, 7, "wrong", "mysql", &short);
    assert!(problems(&snapshot).contains("mysql: 1 row of 4 missing in MySQL"), "{snapshot:#}");
    world.rows.lock().unwrap().clear();
    assert_state(&world, 7, "wrong", "mysql", &json!({ "is": "short", "by": 4 }));
    world.rows.lock().unwrap().insert("transactions".into(), 4);

    world.put_record(0, 4);
    let over = json!({ "is": "over", "by": 1 });
    let snapshot = assert_state(&world, 7, "wrong", "kafka", &over);
    assert_eq!(hop(&snapshot, "flume-kafka")["state"]["is"], "moving", "lag 1");
}

#[test]
fn what_flume_lost_or_doubled_shows_in_the_bytes() {
    let world = World::new();
    let file = format!("{LOGS}/2026/11/22/ecommerce-logs-.1.log");
    world.file(&file, 80);
    assert_state(&world, 7, "wrong", "flume-logs", &json!({ "is": "short", "by": 2 }));
    world.file(&file, 120);
    assert_state(&world, 7, "wrong", "flume-logs", &json!({ "is": "over", "by": 2 }));
    world.file(&file, 100);
    world.file(&format!("{MESSAGES}/2026/11/22/10/kafka-txn-.1.json"), bytes_of_messages(2));
    assert_state(&world, 7, "wrong", "flume-kafka", &json!({ "is": "short", "by": 1 }));
}

#[test]
fn rows_in_an_open_file_are_on_their_way() {
    let world = World::new();
    let closed = format!("{LOGS}/2026/11/22/ecommerce-logs-.1.log");
    world.file(&closed, 80);
    world.file(&format!("{LOGS}/2026/11/22/_ecommerce-logs-.2.log.tmp"), 7);
    let snapshot = assert_state(&world, 0, "moving", "flume-logs", &json!({ "is": "moving" }));
    let hop = hop(&snapshot, "flume-logs");
    assert_eq!(hop["arrived"], json!({ "value": 8, "precision": "estimate" }));
    assert_eq!(hop["in_flight"], 2);
    let folders = snapshot["hdfs"]["folders"].as_array().unwrap();
    let folder = folders.iter().find(|folder| folder["path"] == LOGS).unwrap();
    assert_eq!((&folder["open_files"], &folder["bytes"]), (&json!(1), &json!(87)));
}

#[test]
fn events_in_a_channel_and_files_in_the_spool_folder_are_on_their_way() {
    let world = World::new();
    world.file(&format!("{LOGS}/2026/11/22/ecommerce-logs-.1.log"), 80);
    world.agent(0, "log", "memory", 10, 2);
    assert_state(&world, 0, "moving", "flume-logs", &json!({ "is": "moving" }));
    world.agent(0, "log", "memory", 8, 0);
    let spool = world.folder.path().join("var/logs/incoming");
    std::fs::create_dir_all(&spool).unwrap();
    std::fs::write(spool.join("ecommerce_app_20241110_153047.log"), "x\n").unwrap();
    assert_state(&world, 0, "moving", "flume-logs", &json!({ "is": "moving" }));
    std::fs::remove_file(spool.join("ecommerce_app_20241110_153047.log")).unwrap();
    std::fs::write(spool.join(".ecommerce_app_20241110_153047.log.partial"), "x\n").unwrap();
    assert_state(&world, 7, "wrong", "flume-logs", &json!({ "is": "short", "by": 2 }));
}

#[test]
fn an_agent_is_a_problem_only_where_something_waits_for_it() {
    let mut world = World::new();
    world.settings.push(("FLUME_LOG_AGENT_PORT", "1".into()));
    let snapshot = assert_state(&world, 0, "complete", "flume-logs", &json!({ "is": "complete" }));
    assert_eq!(snapshot["agents"][0]["state"], "down");
    assert_eq!(problems(&snapshot), "");
    world.file(&format!("{LOGS}/2026/11/22/ecommerce-logs-.1.log"), 80);
    let snapshot =
        assert_state(&world, 5, "unreachable", "flume-logs", &json!({ "is": "unknown" }));
    assert_eq!(problems(&snapshot), "log-agent: does not answer (waiting for it: 2 lines)");
}

#[test]
fn the_fatal_states_that_a_pid_hides_are_seen() {
    let world = World::new();
    world.file(&format!("{LOGS}/2026/11/22/ecommerce-logs-.1.log"), 80);
    world.write("../../logs/incoming/ecommerce_app_20241110_153047.log", "x\n");
    let part = json!({ "StartTime": "1795387121828", "StopTime": "0" });
    let dead =
        json!({ "StartTime": "1795387121828", "StopTime": "0", "GenericProcessingFail": "1" });
    let page = json!({ "CHANNEL.memory-channel": part, "SINK.hdfs-sink": part });
    world.set_agent_page(0, &page);
    let snapshot = assert_state(&world, 5, "unreachable", "flume-logs", &json!({ "is": "moving" }));
    assert!(problems(&snapshot).contains("log-agent: it has no source"), "{snapshot:#}");
    let mut page = page;
    page["SOURCE.log-source"] = dead;
    world.set_agent_page(0, &page);
    let snapshot = assert_state(&world, 5, "unreachable", "flume-logs", &json!({ "is": "moving" }));
    assert!(problems(&snapshot).contains("has failed permanently"), "{snapshot:#}");
}

#[test]
fn safe_mode_stands_against_what_is_still_to_come_alone() {
    let world = World::new();
    *world.state.safe_mode.lock().unwrap() = true;
    assert_state(&world, 0, "complete", "sqoop", &json!({ "is": "complete" }));
    world.state.files.lock().unwrap().remove("/user/sqoop/transactions/part-m-00000");
    std::fs::remove_file(world.work("reports/sqoop-transactions.json")).unwrap();
    let snapshot = assert_state(&world, 5, "unreachable", "sqoop", &json!({ "is": "waiting" }));
    assert!(problems(&snapshot).contains("hdfs: is in safe mode"), "{snapshot:#}");
}

#[test]
fn an_import_that_changed_since_it_was_counted_is_an_estimate() {
    let world = World::new();
    world.file("/user/sqoop/transactions/part-m-00001", 10);
    let snapshot = assert_state(&world, 0, "moving", "sqoop", &json!({ "is": "moving" }));
    let arrived = &hop(&snapshot, "sqoop")["arrived"];
    assert_eq!(arrived, &json!({ "value": 5, "precision": "estimate" }));
}

#[test]
fn reports_of_stores_that_were_emptied_since_count_for_nothing() {
    let world = World::new();
    world.rows.lock().unwrap().clear();
    world.state.files.lock().unwrap().clear();
    let mark = world.folder.path().join("var/stack/data/data_set");
    let file = std::fs::File::options().write(true).open(mark).unwrap();
    file.set_modified(std::time::SystemTime::now() + std::time::Duration::from_mins(1)).unwrap();
    let snapshot = assert_state(&world, 0, "moving", "mysql", &json!({ "is": "waiting" }));
    assert_eq!(hop(&snapshot, "sqoop")["state"]["is"], "waiting");
}

#[test]
fn a_data_set_with_a_name_in_any_script_is_found() {
    let world = World::new();
    let var = world.folder.path().join("var");
    std::fs::rename(var.join("runs/shop"), var.join("runs/größe_数据")).unwrap();
    std::fs::write(var.join("stack/data/data_set"), "größe_数据\n").unwrap();
    assert_eq!(world.snapshot().1["data_set"], "shop");
}

#[test]
fn a_thousand_tables_topics_and_folders_are_all_seen() {
    let world = World::new();
    std::fs::remove_file(world.folder.path().join("var/stack/data/data_set")).unwrap();
    for number in 0..1_000 {
        world.rows.lock().unwrap().insert(format!("table_{number}"), number);
        world.file(&format!("/user/sqoop/table_{number}/part-m-00000"), 10);
        assert!(world.kafka.create_topic(&format!("topic-{number}"), 3));
    }
    // An interval that is long enough on a busy machine, too: what is not counted in it comes in the next one.
    let (code, snapshot) = world.snapshot_with(&["--interval", "60"]);
    assert_eq!(code, 0, "{}", snapshot["probes"]);
    let tables = snapshot["mysql"]["tables"].as_array().unwrap();
    assert_eq!(tables.iter().filter(|table| table["rows"].is_u64()).count(), 1_001);
    assert_eq!(snapshot["kafka"]["topics"].as_array().unwrap().len(), 1_001);
    assert_eq!(snapshot["hdfs"]["folders"].as_array().unwrap().len(), 1_003);
    println!("{}", snapshot["probes"]);
}

#[test]
fn without_a_plan_there_is_nothing_to_do_and_with_a_bad_one_that_is_said() {
    let world = World::new();
    world.write("plan.toml", "version = 1\nnonsense");
    let snapshot = assert_state(&world, 5, "unreachable", "split", &json!({ "is": "unknown" }));
    assert!(probe(&snapshot, "work")["error"].as_str().unwrap().contains("line 2"), "{snapshot:#}");
    std::fs::remove_file(world.folder.path().join("var/stack/data/data_set")).unwrap();
    let snapshot = assert_state(&world, 0, "idle", "split", &json!({ "is": "waiting" }));
    assert_eq!(snapshot["data_set"], Value::Null);
}

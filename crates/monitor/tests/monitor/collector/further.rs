//! Further tables, and sales that are in no table.

use serde_json::Value;

use super::world::{World, hop};

/// A world with sellers and refunds in addition to the transactions.
fn world() -> World {
    let world = World::new();
    world.add_table("sellers", 2);
    world.add_table("product_category_name_translation", 5);
    world
}

fn problem<'a>(snapshot: &'a Value, subject: &str) -> Option<&'a str> {
    let mut problems = snapshot["problems"].as_array().unwrap().iter();
    problems.find(|problem| problem["subject"] == subject)?["message"].as_str()
}

#[test]
fn the_arrows_sum_over_all_tables_of_the_plan() {
    let world = world();
    let (code, snapshot) = world.snapshot();
    assert_eq!((code, &snapshot["verdict"]), (0, &"complete".into()), "{snapshot:#}");
    for id in ["mysql", "sqoop"] {
        let hop = hop(&snapshot, id);
        assert_eq!((&hop["expected"], &hop["arrived"]["value"]), (&11.into(), &11.into()), "{id}");
    }
    let tables = snapshot["mysql"]["tables"].as_array().unwrap();
    assert_eq!((tables.len(), &tables[1]["expected"]), (3, &2.into()));
    let folders = snapshot["hdfs"]["folders"].as_array().unwrap().iter();
    let expected: Vec<_> = folders.map(|folder| folder["expected"].clone()).collect();
    assert_eq!(expected, [3, 10, 5, 2, 4].map(Value::from));
}

#[test]
fn a_row_missing_in_a_further_table_is_short_whatever_another_has_too_many() {
    let world = world();
    world.rows.lock().unwrap().insert("sellers".into(), 1);
    world.rows.lock().unwrap().insert("transactions".into(), 5);
    let (code, snapshot) = world.snapshot();
    assert_eq!(code, 7);
    let message = problem(&snapshot, "mysql").unwrap();
    assert!(message.starts_with("1 row of 11 missing in MySQL"), "{message}");
}

#[test]
fn a_further_table_without_a_folder_is_missed() {
    let world = world();
    world.state.files.lock().unwrap().remove("/user/sqoop/sellers/part-m-00000");
    let (code, snapshot) = world.snapshot();
    assert_eq!(hop(&snapshot, "sqoop")["state"]["by"], 2, "{:#}", hop(&snapshot, "sqoop"));
    assert_eq!(code, 7);
}

#[test]
fn sales_that_are_in_no_table_are_told_although_all_else_is_complete() {
    let world = World::new();
    assert_eq!(problem(&world.snapshot().1, "plan"), None);
    let plan = std::fs::read_to_string(world.work("plan.toml")).unwrap();
    let left = |file: &str, rows: u64, sales: bool| {
        format!(
            "[[left_out]]\nfile = {file:?}\nrows = {rows}\nsales = {sales}\nreason = \"other\"\n"
        )
    };
    let left = left("may.csv", 50, true) + &left("june.csv", 70, true) + &left("x.csv", 9, false);
    world.write("plan.toml", plan.replace("[split]", &format!("{left}[split]")));
    let (code, snapshot) = world.snapshot();
    assert_eq!((code, &snapshot["verdict"]), (0, &"complete".into()));
    let wanted = "2 files with 120 records of sales left out: see left_out in plan.toml";
    assert_eq!(problem(&snapshot, "plan"), Some(wanted));
}

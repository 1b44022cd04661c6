//! What the runner of the live analysis reads: texts, each followed by U+0000.
//!
//! The first is the types of a message's fields, the second makes the views over `_messages`, which the runner
//! reads from the topic without the repeats; then come the columns that make a result's key, the delay of the
//! watermark, and the SELECT.
//!
//! The SELECT is the first question of the folder that the data set can answer: a stream has one result.

use std::fmt::Write as _;
use std::path::Path;

use ecom_core::Failure;
use ecom_core::analytics::Question;
use ecom_core::escape::sql_name;
use ecom_core::input;
use ecom_core::plan::{Plan, TableName};
use ecom_core::sales::{self, Origin};
use ecom_core::ui::Ui;

use crate::lake;

/// All texts.
pub(crate) fn job(ui: &Ui, plan: &Plan, folder: &Path) -> Result<String, Failure> {
    if plan.split.realtime == 0 {
        let name = &plan.data_set;
        return Err(Failure::refused(format!("the data set {name} has no real-time part")));
    }
    let question = first_answered(ui, plan, folder)?;
    let keys: Vec<_> = question.proofs.iter().flat_map(|proof| &proof.keys).collect();
    let key: Vec<_> = keys.iter().map(|key| sql_name(&key.name)).collect();
    let path = folder.join(format!("{}.sql", question.name));
    let lacks = |what: &str| Failure::usage(format!("{}: there is no {what}", path.display()));
    if key.is_empty() {
        return Err(lacks("-- proof: … group by KEY: …, whose keys are those of the messages"));
    }
    let words = question.needs.iter().chain(keys.iter().map(|key| &key.column));
    let words: Vec<_> = words.map(|name| name.name.as_str()).collect();
    let select = input::text(&path)?.trim_end().trim_end_matches(';').to_owned();
    let mut delays = select.lines().filter_map(|line| line.strip_prefix("-- watermark:"));
    let delay = delays.next().ok_or_else(|| lacks("-- watermark: TIME, such as 7 days"))?;
    let delay = delay.trim().to_owned();
    let types = lake::message_types(plan.transactions()?);
    let texts = [types, views(plan, &words)?, key.join(", "), delay, select];
    if texts.iter().any(|text| text.contains('\0')) {
        return Err(Failure::usage(format!("{}: a question holds U+0000", path.display())));
    }
    Ok(texts.into_iter().map(|text| text + "\0").collect())
}

/// The question that is asked.
fn first_answered(ui: &Ui, plan: &Plan, folder: &Path) -> Result<Question, Failure> {
    for question in Question::all(folder)? {
        match question.lacks(plan) {
            None => return Ok(question),
            Some(reason) => ui.status(format!("no {}: {reason}", question.name)),
        }
    }
    let folder = folder.display();
    Err(Failure::refused(format!("the data set can answer no question in {folder}")))
}

/// The views: `sales`, and the tables from which it has one of these columns.
fn views(plan: &Plan, words: &[&str]) -> Result<String, Failure> {
    let columns = sales::sales(plan)?;
    let joined = columns.iter().filter(|column| words.contains(&column.word.as_str()));
    let joined: Vec<TableName> = joined
        .filter_map(|column| match column.origin {
            Origin::Joined { table, .. } => Some(table),
            _ => None,
        })
        .collect();
    let mut text = String::new();
    if !joined.is_empty() {
        text.push_str(lake::FUNCTIONS);
    }
    for table in plan.tables.iter().filter(|table| joined.contains(&table.name)) {
        lake::push_table(&mut text, plan, table);
    }
    let table = plan.transactions()?;
    // The runner takes a field that is not there for NULL: another data set's messages would be summed up.
    let keys = table.key.iter().map(|name| format!("{} IS NOT NULL", sql_name(name)));
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "\nCREATE TEMPORARY VIEW transactions AS\nSELECT {}, 'real-time' AS part FROM _messages\n\
         WHERE IF({}, TRUE, RAISE_ERROR('a message without {}: it is of another data set'));\n",
        lake::message_values(table),
        keys.collect::<Vec<_>>().join(" AND "),
        table.key.join(", "),
    );
    lake::push_sales(&mut text, plan, &joined)?;
    Ok(text)
}

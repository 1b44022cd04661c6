//! What the runner of the analysis reads: texts, each followed by U+0000.
//!
//! The first makes the views, the second counts them; then come a name and a SELECT for each result. A question
//! that the data set cannot answer is left out here, and said: Spark is never asked for a column that is not there.

use std::path::Path;

use ecom_core::Failure;
use ecom_core::analytics::Question;
use ecom_core::input;
use ecom_core::plan::Plan;
use ecom_core::sales::SALES;
use ecom_core::ui::Ui;

use crate::lake;

/// Names in MySQL add up to 16 letters to that of a result.
const MOST_LETTERS: usize = 48;

/// All texts.
pub(crate) fn job(ui: &Ui, plan: &Plan, folder: &Path) -> Result<String, Failure> {
    let mut texts = vec![lake::views(plan)?, lake::counts(plan)];
    for question in Question::all(folder)? {
        check_name(plan, &question.name)?;
        if let Some(reason) = question.lacks(plan) {
            ui.status(format!("no {}: {reason}", question.name));
            continue;
        }
        let path = folder.join(format!("{}.sql", question.name));
        let text = input::text(&path)?;
        texts.extend([question.name, text.trim_end().trim_end_matches(';').to_owned()]);
    }
    for text in &texts {
        if text.contains('\0') {
            return Err(Failure::usage(format!("{}: a question holds U+0000", folder.display())));
        }
    }
    Ok(texts.into_iter().map(|text| text + "\0").collect())
}

/// Refuses a name that a table of the data set has: the result would take its place in MySQL.
fn check_name(plan: &Plan, name: &str) -> Result<(), Failure> {
    let taken = name == SALES || plan.tables.iter().any(|table| table.name.as_str() == name);
    let problem = if taken {
        "is the name of a table"
    } else if name.len() > MOST_LETTERS {
        "is longer than 48 letters"
    } else {
        return Ok(());
    };
    Err(Failure::usage(format!("{name}.sql: {name} {problem}: rename the file")))
}

//! What to check before using the plan, and the verdict.

use ecom_core::exit::describe;
use ecom_core::show::{counted, thousands};

use super::HtmlPage;
use super::markup::Markup;
use crate::profile::file::FileProfile;
use crate::report::statements::{Statement, StatementKind};

/// The most sentences of one kind that are shown without a click.
const OPEN: usize = 4;

/// The problems, then the verdict in one line.
pub(super) fn problems(facts: &HtmlPage<'_>, statements: &[Statement], page: &mut Markup) {
    if let Err(cause) = facts.results.decision {
        // The page already shows the folder.
        let folder = format!("{}/", facts.results.wishes.folder.display());
        refused(&describe(cause).replace(&folder, ""), page);
    }
    // The refusal already asks this.
    let asked = facts.results.decision.is_err();
    let problems: Vec<_> = statements
        .iter()
        .filter(|one| one.kind.is_problem() && !(asked && one.kind == StatementKind::Undecided))
        .collect();
    if !problems.is_empty() {
        let section = [("class", "problems"), ("aria-labelledby", "problems")];
        page.within("section", &section, |section| {
            section.leaf("h2", &[("id", "problems")], "Look at this first");
            for kind in problems.chunk_by(|a, b| a.kind == b.kind) {
                one_kind(kind, section);
            }
        });
    }
    verdict(facts, problems.len(), page);
}

/// The cause of a refusal; a flag that resolves it is highlighted.
fn refused(cause: &str, page: &mut Markup) {
    page.within("section", &[("class", "refused"), ("role", "alert")], |section| {
        section.leaf("h2", &[], "Refused: no plan can be made of this data set yet");
        section.within("p", &[], |text| with_flags(cause, text));
        if cause.contains("--") {
            section.leaf(
                "p",
                &[("class", "quiet")],
                "Run analyzer again with a flag that answers the question.",
            );
        }
    });
}

/// A sentence with flags shown as code.
fn with_flags(sentence: &str, page: &mut Markup) {
    for (index, word) in sentence.split(' ').enumerate() {
        if index > 0 {
            page.own(" ");
        }
        let bare = word.trim_start_matches('(');
        let end = bare.trim_end_matches([')', ',', ';', ':', '.']);
        if end.starts_with("--") && end.len() > 2 {
            page.text(&word[..word.len() - bare.len()]);
            page.leaf("code", &[], end);
            page.text(&bare[end.len()..]);
        } else {
            page.text(word);
        }
    }
}

fn one_kind(statements: &[&Statement], page: &mut Markup) {
    let Some(kind) = statements.first().map(|statement| statement.kind) else { return };
    let class = match kind {
        StatementKind::LeftOut | StatementKind::Rejected => "kind strong",
        _ => "kind",
    };
    page.within("div", &[("class", class)], |page| {
        page.leaf("h3", &[], kind.title());
        list(&statements[..statements.len().min(OPEN)], page);
        if statements.len() > OPEN {
            let more = &statements[OPEN..];
            page.within("details", &[], |details| {
                details.leaf("summary", &[], &format!("{} more", more.len()));
                list(more, details);
            });
        }
    });
}

fn list(statements: &[&Statement], page: &mut Markup) {
    page.within("ul", &[], |list| {
        for statement in statements {
            list.within("li", &[], |item| sentence(statement, item));
            list.line();
        }
    });
}

/// A sentence and its examples.
pub(super) fn sentence(statement: &Statement, item: &mut Markup) {
    with_flags(&statement.text, item);
    if !statement.examples.is_empty() {
        item.within("ul", &[("class", "examples")], |list| {
            statement.examples.iter().for_each(|example| list.leaf("li", &[], example));
        });
    }
}

/// Whether the plan can be used, in one line.
fn verdict(facts: &HtmlPage<'_>, problems: usize, page: &mut Markup) {
    let (class, word, text) = match facts.results.decision {
        Err(_) => ("verdict wrong", "Refused", known(facts)),
        Ok(_) if problems == 0 => ("verdict good", "Ready", whole(facts)),
        Ok(_) => {
            let things = counted(problems as u64, "thing");
            let text = format!("{} Before you use the plan, check {things} above.", whole(facts));
            ("verdict look", "Planned", text)
        }
    };
    page.within("p", &[("class", class), ("id", "verdict")], |line| {
        line.leaf("strong", &[], word);
        line.leaf("span", &[], &text);
    });
}

/// What is in the plan.
fn whole(facts: &HtmlPage<'_>) -> String {
    let Some(plan) = facts.plan() else { return String::new() };
    let files = facts.results.files;
    let tables = counted(plan.tables.len() as u64, "table");
    let total: u64 = files.iter().map(|file| file.rows).sum();
    let rejected: u64 = files.iter().map(|file| file.rejected).sum();
    let left_out = files.iter().filter(|file| facts.is_left_out(file));
    let left: u64 = rejected + left_out.map(|file| file.rows).sum::<u64>();
    let total = total + rejected;
    if left == 0 {
        let parts = files.iter().map(|file| file.parts.len() as u64).sum();
        format!("All {} of {} are in {tables}.", counted(total, "record"), counted(parts, "file"))
    } else {
        let (kept, total) = (thousands(total - left), counted(total, "record"));
        format!("{kept} of {total} are in {tables}.")
    }
}

fn known(facts: &HtmlPage<'_>) -> String {
    match facts.results.files.len() {
        0 => "Nothing could be read so far.".into(),
        count => format!("What is known about {} so far is below.", counted(count as u64, "file")),
    }
}

impl HtmlPage<'_> {
    /// True for a file that is in no table of the plan.
    pub(super) fn is_left_out(&self, file: &FileProfile) -> bool {
        self.plan().is_some_and(|plan| !plan.tables.iter().any(|table| file.is_of(table)))
    }
}

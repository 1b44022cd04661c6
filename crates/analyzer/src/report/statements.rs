//! What the user should know before using the plan, in sentences. Every format of the report has
//! the same ones.

use ecom_core::plan::{LeftOut, Role};
use ecom_core::show::counted;

use super::Results;
use super::words::is_id;
use crate::profile::file::FileProfile;
use crate::roles::naming::given;
use crate::value::column::{ColumnKind, ColumnProfile};

/// One sentence, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) kind: StatementKind,
    pub(super) text: String,
    /// More of the same, for a format with enough room.
    pub(super) examples: Vec<String>,
}

/// What a sentence is about, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum StatementKind {
    LeftOut,
    Rejected,
    Undecided,
    Orphans,
    Files,
    Encoding,
    Values,
    Note,
}

impl StatementKind {
    /// The heading of these sentences on the page.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::LeftOut => "Left out",
            Self::Rejected => "Rejected",
            Self::Undecided => "Undecided",
            Self::Orphans => "Orphans",
            Self::Files => "Files",
            Self::Encoding => "Encoding",
            Self::Values => "Values",
            Self::Note => "Good to know",
        }
    }

    /// True for anything that may make the plan wrong or incomplete.
    pub(super) fn is_problem(self) -> bool {
        self != Self::Note
    }
}

/// All sentences, the most urgent first, except why a data set is refused.
pub(super) fn statements(results: &Results<'_>) -> Vec<Statement> {
    let mut found: Vec<_> = left_out(results).iter().map(is_left_out).collect();
    let of_values: Vec<_> = results.files.iter().flat_map(findings_of).collect();
    if let Ok(decision) = results.decision {
        let notes = decision.notes.iter().filter(|note| !of_values.contains(note));
        found.extend(notes.map(|note| {
            // Notes are plain text by now, so the wording tells what they are about.
            let orphans = note.contains("refer") && note.contains("missing from");
            let kind = if orphans { StatementKind::Orphans } else { StatementKind::Note };
            Statement::new(kind, note.clone())
        }));
    }
    found.extend(of_values.into_iter().map(|text| Statement::new(StatementKind::Values, text)));
    for file in results.files {
        found.extend(rejected(file));
        found.extend(of_files(&file.notes));
        found.extend(passed_over(file));
        found.extend(encodings(file));
        found.extend(file.columns.iter().filter_map(|column| undecided(file, column)));
        let given = given(file, &results.wishes.roles);
        let columns = file.columns.iter().zip(given);
        found.extend(columns.filter_map(|(column, given)| nearly_typed(file, column, given.role)));
    }
    found.sort_by_key(|statement| statement.kind);
    found
}

impl Statement {
    fn new(kind: StatementKind, text: String) -> Self {
        Self { kind, text, examples: Vec::new() }
    }

    /// One sentence if there are at least two more examples of it, otherwise all of them.
    fn grouped(mut self) -> Vec<Self> {
        if self.examples.len() >= 2 {
            self.text = format!("{}; and {} more like it", self.text, self.examples.len());
            return vec![self];
        }
        let others = std::mem::take(&mut self.examples);
        let others = others.into_iter().map(|text| Self::new(self.kind, text)).collect::<Vec<_>>();
        std::iter::once(self).chain(others).collect()
    }
}

/// The files that are in no table, sorted by name.
pub(super) fn left_out(results: &Results<'_>) -> Vec<LeftOut> {
    let mut found = match results.decision {
        Ok(decision) => decision.plan.left_out.clone(),
        Err(_) => results.left_out.to_vec(),
    };
    for (name, reason) in results.decision.iter().flat_map(|decision| &decision.others) {
        if !found.iter().any(|one| one.file == *name) {
            let file = results.files.iter().find(|file| file.name == *name);
            let rows = file.map_or(0, |file| file.rows);
            let (file, reason) = (name.clone(), reason.clone());
            found.push(LeftOut { file, rows, sales: false, reason });
        }
    }
    found.sort_by(|a, b| a.file.cmp(&b.file));
    found
}

fn is_left_out(file: &LeftOut) -> Statement {
    let LeftOut { file, rows, sales, reason } = file;
    let sales = if *sales { " of sales" } else { "" };
    let rows = match rows {
        0 => String::new(),
        rows => format!(" with {}{sales}", counted(*rows, "record")),
    };
    Statement::new(StatementKind::LeftOut, format!("{file} is left out{rows}: {reason}"))
}

/// Notes on files. Notes that differ only in numbers and files are combined from three on: twelve
/// months would fill the screen.
fn of_files(notes: &[String]) -> Vec<Statement> {
    let mut found: Vec<(String, Statement)> = Vec::new();
    for note in notes {
        let kind = if note.contains(": encoding ") {
            StatementKind::Encoding
        } else {
            StatementKind::Files
        };
        let said = note.split_once(": ").map_or(note.as_str(), |(_, said)| said);
        let like = said.replace(|char: char| char.is_ascii_digit(), "");
        match found.iter_mut().find(|(other, _)| *other == like) {
            Some((_, statement)) => statement.examples.push(note.clone()),
            None => found.push((like, Statement::new(kind, note.clone()))),
        }
    }
    found.into_iter().flat_map(|(_, statement)| statement.grouped()).collect()
}

/// Lines that hold no record, unless a note on the file mentions them.
fn passed_over(file: &FileProfile) -> Option<Statement> {
    let told = file.notes.iter().any(|note| note.contains("skipped"));
    if file.passed_over == 0 || told {
        return None;
    }
    let (name, lines) = (&file.name, counted(file.passed_over, "line"));
    let text = format!("{name}: {lines} skipped that had no value or repeated the header");
    Some(Statement::new(StatementKind::Files, text))
}

/// How encodings were determined that are not obvious, unless a note mentions it.
fn encodings(file: &FileProfile) -> impl Iterator<Item = Statement> + '_ {
    file.parts.iter().filter_map(|part| {
        let reason = part.encoding_reason.as_ref()?;
        let told = file.notes.iter().any(|note| note.contains(reason.as_str()));
        if told {
            return None;
        }
        let (name, encoding) = (part.shown(), &part.dialect.encoding);
        Some(Statement::new(
            StatementKind::Encoding,
            format!("{name} is read as {encoding}: {reason}"),
        ))
    })
}

fn rejected(file: &FileProfile) -> Option<Statement> {
    if file.rejected == 0 {
        return None;
    }
    let mut examples = file.rejects.iter().map(|reject| {
        let column = reject.column.as_ref().map_or(String::new(), |name| format!(", {name}"));
        format!("line {}{column}: {}", reject.line, reject.reason)
    });
    let first = examples.next().map_or(String::new(), |first| format!("; first: {first}"));
    let (count, are) =
        (counted(file.rejected, "record"), if file.rejected == 1 { "is" } else { "are" });
    Some(Statement {
        kind: StatementKind::Rejected,
        text: format!("{}: {count} {are} rejected{first}", file.name),
        examples: examples.collect(),
    })
}

/// The question about a column, if it is undecided.
fn undecided(file: &FileProfile, column: &ColumnProfile) -> Option<Statement> {
    let ColumnKind::Undecided { question, .. } = &column.kind else { return None };
    let question = question.asked(&column.header);
    Some(Statement::new(StatementKind::Undecided, format!("{}: {question}", file.name)))
}

/// Why a column that could be numbers or dates is text. It needs attention only if few values
/// differ from the others and if they are more than identifiers.
fn nearly_typed(
    file: &FileProfile,
    column: &ColumnProfile,
    role: Option<Role>,
) -> Option<Statement> {
    let odd = column.odd.as_ref()?;
    let few = odd.misfits * 4 <= odd.misfits + odd.fits;
    let look = few && !odd.is_code() && !role.is_some_and(is_id);
    let kind = if look { StatementKind::Values } else { StatementKind::Note };
    let text = format!("{}: {} is text: {}", file.name, header(column), odd.reason());
    Some(Statement::new(kind, text))
}

/// Findings on the values of a column.
fn findings_of(file: &FileProfile) -> impl Iterator<Item = String> + '_ {
    let findings = file.columns.iter().flat_map(|column| &column.findings);
    findings.map(|finding| format!("{}: {finding}", file.name))
}

/// The header of a column as people read it.
pub(super) fn header(column: &ColumnProfile) -> &str {
    if column.header.trim().is_empty() { "(no name)" } else { &column.header }
}

//! Explains the plan in sentences.

use ecom_core::plan::{Role, Table, TableName};

use crate::choose::missing_roles::no_amount;
use crate::meaning::role::role_words;
use crate::profile::file::FileProfile;
use crate::roles::candidate::Candidate;
use crate::roles::event_time::other_times;
use crate::roles::naming::Why;

/// How a column got its role.
pub(crate) struct RoleEvidence {
    pub(crate) file: String,
    pub(crate) header: String,
    pub(crate) role: Role,
    pub(crate) why: String,
}

/// How the columns of a file got their roles.
pub(crate) fn evidence(candidate: &Candidate<'_>) -> Vec<RoleEvidence> {
    let columns = candidate.file.columns.iter().zip(&candidate.roles).zip(&candidate.why);
    let evidence = columns.filter_map(|((column, role), why)| {
        let (file, header) = (candidate.file.name.clone(), column.header.clone());
        Some(RoleEvidence { file, header, role: (*role)?, why: why.as_ref()?.to_string() })
    });
    evidence.collect()
}

/// Notes on roles that were derived from values, so that the user can check them.
pub(crate) fn role_notes(candidate: &Candidate<'_>) -> Vec<String> {
    let columns = candidate.file.columns.iter().zip(&candidate.roles).zip(&candidate.why);
    let notes = columns.filter_map(|((column, role), why)| match why {
        Some(Why::Values(what)) if !column.header.is_empty() => {
            Some(format!("{:?} is taken as the {}: {what}", column.header, role_words((*role)?)))
        }
        _ => None,
    });
    notes.chain(no_amount(candidate)).collect()
}

/// A note on times other than the event time, so that the user can check the choice.
pub(crate) fn time_notes(candidate: &Candidate<'_>) -> Option<String> {
    let event = candidate.column(Role::EventTime)?;
    let others: Vec<_> = other_times(&candidate.file.columns, &candidate.roles)
        .map(|column| format!("{:?}", column.header))
        .collect();
    (!others.is_empty()).then(|| {
        format!("the event time is {:?}; other times: {}", event.header, others.join(", "))
    })
}

/// Notes on the values of each file.
pub(crate) fn value_notes(files: &[FileProfile]) -> impl Iterator<Item = String> {
    let of = |file: &FileProfile| {
        let findings = file.columns.iter().flat_map(|column| &column.findings);
        findings.map(|finding| format!("{}: {finding}", file.name)).collect::<Vec<_>>()
    };
    files.iter().flat_map(of)
}

/// Why the transactions go to all three destinations.
pub(crate) fn transactions_reason(candidate: &Candidate<'_>) -> String {
    let roles = candidate.sale_roles();
    let with_article = |role: &&str| {
        let article = if role.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
        format!("{article} {role}")
    };
    let named: Vec<_> = roles.iter().take(3).map(with_article).collect();
    if named.is_empty() {
        return "is more likely than any other file to hold the sales".into();
    }
    format!("has {}", join(&named))
}

fn join(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [front @ .., last] => format!("{} and {last}", front.join(", ")),
    }
}

/// Notes on tables that the data set does not have.
pub(crate) fn missing_notes(tables: &[Table]) -> Vec<String> {
    let missing = [TableName::Customers, TableName::Products].into_iter();
    let missing = missing.filter(|name| !tables.iter().any(|table| table.name == *name));
    missing
        .map(|name| format!("no file or column identifies {name}, so there is no {name} table"))
        .collect()
}

/// Notes on references to missing records.
pub(crate) fn orphan_notes(table: &Table) -> Vec<String> {
    let orphans = table.foreign_keys.iter().filter(|key| key.orphans > 0);
    orphans
        .map(|key| {
            format!(
                "{} of {} {} refer{} to records missing from {}",
                key.orphans,
                table.rows,
                table.name,
                if key.orphans == 1 { "s" } else { "" },
                key.table
            )
        })
        .collect()
}

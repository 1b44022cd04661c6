//! From what the files hold to the plan: which file is which table, the keys, the references, the
//! cut, the routes.

use ecom_core::Failure;
use ecom_core::plan::{Column, Plan, Role, Route, SqlType, Table, TableName, VERSION, Way};
use serde::Serialize;

use crate::choose::{leftover, take_dimension, take_transactions};
use crate::complete::{lacks, likeliest, write_draft};
use crate::cut::{Sides, split};
use crate::draft::{Draft, id_role};
use crate::keys::Key;
use crate::names::sql_names;
use crate::profile::{FileProfile, Work};
use crate::roles::{Why, check_wishes, find_by_sums, other_times};
use crate::second_look::Proofs;
use crate::tables::{Candidate, role_words};
use crate::wishes::Wishes;

/// The plan and what belongs to its explanation.
pub(crate) struct Decision {
    pub(crate) plan: Plan,
    pub(crate) sides: Sides,
    /// Files that are no table of the plan, and why.
    pub(crate) others: Vec<(String, String)>,
    /// What the user should know.
    pub(crate) notes: Vec<String>,
    /// How columns came by their roles.
    pub(crate) roles: Vec<RoleFound>,
}

/// How a column of a file came by its role.
#[derive(Serialize)]
pub(crate) struct RoleFound {
    pub(crate) file: String,
    pub(crate) header: String,
    pub(crate) role: &'static str,
    pub(crate) why: String,
}

/// Decides everything, reading the files again where a proof needs it.
pub(crate) fn decide(
    files: &[FileProfile],
    wishes: &Wishes,
    work: &Work<'_>,
) -> Result<Decision, Failure> {
    check_wishes(&wishes.roles, files)?;
    let mut candidates: Vec<_> =
        files.iter().map(|file| Candidate::new(file, &wishes.roles)).collect();
    candidates.iter_mut().try_for_each(|candidate| find_by_sums(candidate, work))?;
    let mut others = Vec::new();
    match take_transactions(&mut candidates, &mut others) {
        Ok(sales) => decide_about(files, sales, candidates, others, wishes, work),
        Err(refusal) => Err(with_draft(refusal, files, candidates, wishes, work)),
    }
}

/// The refusal of a data set without a file of transactions, after a plan was left for a person to
/// complete.
fn with_draft(
    refusal: Failure,
    files: &[FileProfile],
    mut candidates: Vec<Candidate<'_>>,
    wishes: &Wishes,
    work: &Work<'_>,
) -> Failure {
    let best = likeliest(&candidates).map(|place| candidates.swap_remove(place));
    let (Some(path), Some(best)) = (&wishes.draft, best) else { return refusal };
    let lacks = lacks(&best);
    let drafted = decide_about(files, best, candidates, Vec::new(), wishes, work)
        .and_then(|decision| write_draft(&decision.plan, &lacks, path));
    if drafted.is_err() {
        return refusal;
    }
    let draft = path.display();
    Failure::refused(format!("{refusal}; or complete the plan in {draft} and save it as plan.toml"))
}

/// Decides everything about a data set whose transactions are known.
fn decide_about<'a>(
    files: &[FileProfile],
    sales: Candidate<'a>,
    mut candidates: Vec<Candidate<'a>>,
    mut others: Vec<(String, String)>,
    wishes: &Wishes,
    work: &Work<'_>,
) -> Result<Decision, Failure> {
    let mut notes = Vec::new();
    notes.extend(role_notes(&sales));
    let mut roles = roles_found(&sales);
    let mut transactions = Draft::new(sales, TableName::Transactions)?;
    let mut dimensions = Vec::new();
    for name in [TableName::Customers, TableName::Products] {
        if let Some(draft) = take_dimension(name, &mut candidates, &mut others, work)? {
            roles.extend(roles_found(&draft.candidate));
            dimensions.push((name, draft));
        }
    }
    let left =
        candidates.iter().map(|candidate| (candidate.file.name.clone(), leftover(candidate)));
    others.extend(left);
    for (name, draft) in &mut dimensions {
        draft.share_types(&mut transactions, *name);
    }
    let proofs = Proofs::make(&transactions, &dimensions, wishes, work)?;
    notes.extend(proofs.notes.iter().cloned());
    notes.extend(time_notes(&transactions.candidate));
    notes.extend(value_notes(files));
    let (split, sides, note) = split(
        wishes.by,
        wishes.ratio,
        transactions.candidate.file.rows,
        proofs.calendar.as_ref(),
        &transactions.candidate,
    )?;
    notes.extend(note);
    let tables = tables(proofs, transactions, dimensions, &mut notes);
    let plan = Plan {
        version: VERSION,
        data_set: wishes.data_set.clone(),
        folder: wishes.folder.clone(),
        split,
        left_out: Vec::new(),
        tables,
    };
    Ok(Decision { plan, sides, others, notes, roles })
}

/// How the columns of a file came by their roles.
fn roles_found(candidate: &Candidate<'_>) -> Vec<RoleFound> {
    let columns = candidate.file.columns.iter().zip(candidate.roles.iter().zip(&candidate.why));
    let found = columns.filter_map(|(column, (role, why))| {
        let (file, header) = (candidate.file.name.clone(), column.header.clone());
        let (role, why) = (role_words((*role)?), why.as_ref()?.to_string());
        Some(RoleFound { file, header, role, why })
    });
    found.collect()
}

/// Roles that no name tells, so that the choice can be seen.
fn role_notes(candidate: &Candidate<'_>) -> impl Iterator<Item = String> {
    let columns = candidate.file.columns.iter().zip(candidate.roles.iter().zip(&candidate.why));
    columns.filter_map(|(column, (role, why))| match why {
        Some(Why::Values(what)) if !column.header.is_empty() => {
            Some(format!("{:?} is taken for the {}: {what}", column.header, role_words((*role)?)))
        }
        _ => None,
    })
}

/// Times beside the event time, so that the choice can be seen.
fn time_notes(candidate: &Candidate<'_>) -> Option<String> {
    let event = candidate.column(Role::EventTime)?;
    let others: Vec<_> = other_times(&candidate.file.columns, &candidate.roles)
        .map(|column| format!("{:?}", column.header))
        .collect();
    (!others.is_empty())
        .then(|| format!("event time is {:?}; other times: {}", event.header, others.join(", ")))
}

/// What a person should know of the values of each file.
fn value_notes(files: &[FileProfile]) -> impl Iterator<Item = String> {
    let of = |file: &FileProfile| {
        let findings = file.columns.iter().flat_map(|column| &column.findings);
        findings.map(|finding| format!("{}: {finding}", file.name)).collect::<Vec<_>>()
    };
    files.iter().flat_map(of)
}

/// The tables of the plan, those that others refer to first.
fn tables(
    proofs: Proofs,
    mut transactions: Draft<'_>,
    dimensions: Vec<(TableName, Draft<'_>)>,
    notes: &mut Vec<String>,
) -> Vec<Table> {
    let reason = transactions_reason(&transactions.candidate);
    let key = transactions.key.take().or(proofs.key);
    let route = Route { to: vec![Way::Mysql, Way::Kafka, Way::Logs], reason };
    let mut table = if let Some(key) = key {
        transactions.table(TableName::Transactions, key, route)
    } else {
        notes.push("nothing is unique: a new column row_id numbers the records".into());
        with_row_id(transactions, route)
    };
    let mut tables = Vec::new();
    let references = proofs.references;
    for (name, mut draft) in dimensions {
        let Some(key) = draft.key.take() else { continue };
        let used = references.iter().any(|reference| reference.table == name);
        let reason = if used {
            format!("transactions refer to its {}", role_words(id_role(name)))
        } else {
            format!("holds the {name}, but transactions do not refer to it")
        };
        let route = Route { to: vec![Way::Mysql, Way::Kafka], reason };
        tables.push(draft.table(name, key, route));
    }
    table.foreign_keys = references;
    for (derivation, counts) in &proofs.derived {
        let (derived, reference) = derivation.table(&table, counts);
        tables.push(derived);
        table.foreign_keys.push(reference);
    }
    notes.extend(missing_notes(&tables));
    notes.extend(orphan_notes(&table));
    tables.push(table);
    tables.sort_by_key(|table| table.name);
    tables
}
/// The transactions with a number for each record in front, as no column tells them apart.
fn with_row_id(mut draft: Draft<'_>, route: Route) -> Table {
    const NAME: &str = "row_id";
    let headers: Vec<_> = draft.columns.iter().map(|column| column.header.clone()).collect();
    let names =
        sql_names(headers.iter().map(String::as_str), TableName::Transactions.singular(), &[NAME]);
    for (column, name) in draft.columns.iter_mut().zip(names) {
        column.name = name;
        column.role = column.role.filter(|role| *role != Role::LineId);
    }
    let proof = "numbered in file order: no column or pair of columns is unique".to_owned();
    let mut table = draft.table(TableName::Transactions, Key { places: Vec::new(), proof }, route);
    table.key.push(NAME.into());
    table.columns.insert(
        0,
        Column {
            header: String::new(),
            name: NAME.into(),
            from: None,
            role: Some(Role::LineId),
            sql_type: SqlType::BigInt,
            format: None,
            format_proof: None,
            missing: Vec::new(),
            nullable: false,
            nulls: None,
            minimum: None,
            maximum: None,
            longest: None,
            generated: true,
        },
    );
    table
}

/// Why the transactions take all three ways.
fn transactions_reason(candidate: &Candidate<'_>) -> String {
    let roles = candidate.sale_roles();
    let with_article = |role: &&str| {
        let article = if role.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
        format!("{article} {role}")
    };
    let named: Vec<_> = roles.iter().take(3).map(with_article).collect();
    format!("has {}", join(&named))
}

fn join(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [front @ .., last] => format!("{} and {last}", front.join(", ")),
    }
}

fn missing_notes(tables: &[Table]) -> Vec<String> {
    let missing = [TableName::Customers, TableName::Products].into_iter();
    let missing = missing.filter(|name| !tables.iter().any(|table| table.name == *name));
    missing
        .map(|name| {
            let word = name.singular();
            format!("no file and no column tells of a {word}: there is no table {name}")
        })
        .collect()
}

fn orphan_notes(table: &Table) -> Vec<String> {
    let orphans = table.foreign_keys.iter().filter(|key| key.orphans > 0);
    orphans
        .map(|key| {
            format!(
                "{} of {} transactions refer{} to {} that {} does not hold",
                key.orphans,
                table.rows,
                if key.orphans == 1 { "s" } else { "" },
                key.table,
                key.table
            )
        })
        .collect()
}

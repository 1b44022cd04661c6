//! From the profiles of the files to the plan: which file is which table, the keys, the references,
//! the cut and the routes.

use ecom_core::Failure;
use ecom_core::cut::Days;
use ecom_core::plan::{LeftOut, Plan, Role, Route, Table, TableName, VERSION, Way};

use super::cut::{Sides, split};
use super::explain::{
    RoleEvidence, evidence, missing_notes, orphan_notes, role_notes, time_notes,
    transactions_reason, value_notes,
};
use super::plan_draft::write_draft;
use super::second_look::Proofs;
use super::wishes::Wishes;
use crate::choose::dimension::take_dimension;
use crate::choose::further::{further, shared_headers};
use crate::choose::lines::find;
use crate::choose::missing_roles::{likeliest, missing_roles};
use crate::choose::sales::take_transactions;
use crate::profile::file::FileProfile;
use crate::profile::observe::Context;
use crate::profile::part::FilePart;
use crate::relate::links::links;
use crate::relate::relations::Relations;
use crate::roles::candidate::Candidate;
use crate::roles::sums::find_by_sums;
use crate::roles::wish::check_wishes;
use crate::table::draft::Draft;
use crate::table::names::TableNames;
use crate::table::node::{Left, Node};
use crate::table::row_number::numbered;

/// The plan and its explanation.
pub(crate) struct Decision {
    pub(crate) plan: Plan,
    pub(crate) sides: Sides,
    /// How many records each day has, if there is an event time.
    pub(crate) days: Option<Days>,
    /// How columns got their roles.
    pub(crate) evidence: Vec<RoleEvidence>,
    /// Files that are not tables of the plan, and why.
    pub(crate) others: Vec<(String, String)>,
    /// Notes for the user.
    pub(crate) notes: Vec<String>,
    /// The profile of all columns of transactions with joined columns.
    pub(crate) joined: Option<FileProfile>,
}

/// Decides everything, and reads the files again where a proof needs it.
pub(crate) fn decide(
    files: &[FileProfile],
    wishes: &Wishes,
    context: &Context<'_>,
) -> Result<Decision, Failure> {
    check_wishes(&wishes.roles, files)?;
    let mut candidates: Vec<_> =
        files.iter().map(|file| Candidate::new(file, &wishes.roles)).collect();
    candidates.iter_mut().try_for_each(|candidate| find_by_sums(candidate, context))?;
    let mut chosen = Chosen::new(files);
    chosen.evidence = candidates.iter().flat_map(evidence).collect();
    let lines = find(&candidates, &mut chosen.names, &mut chosen.notes, context)?;
    if let Some(lines) = lines {
        chosen.notes.extend(lines.notes());
        chosen.nodes.push(lines.take(&mut candidates)?);
        let mut sales = lines.sales(&wishes.roles);
        find_by_sums(&mut sales, context)?;
        chosen.evidence.extend(evidence(&sales));
        let decision = decide_about(sales, candidates, chosen, wishes, context)?;
        return Ok(Decision { joined: Some(lines.joined), ..decision });
    }
    match take_transactions(&mut candidates, &mut chosen.left) {
        Ok(sales) => decide_about(sales, candidates, chosen, wishes, context),
        Err(refusal) => Err(with_draft(refusal, candidates, files, wishes, context)),
    }
}

/// What is decided before the transactions are examined.
struct Chosen<'a> {
    files: &'a [FileProfile],
    names: TableNames,
    nodes: Vec<Node<'a>>,
    left: Vec<Left<'a>>,
    notes: Vec<String>,
    evidence: Vec<RoleEvidence>,
}

impl<'a> Chosen<'a> {
    fn new(files: &'a [FileProfile]) -> Self {
        let names = TableNames::new(files);
        Self {
            files,
            names,
            nodes: Vec::new(),
            left: Vec::new(),
            notes: Vec::new(),
            evidence: Vec::new(),
        }
    }
}

/// The refusal of a data set without a file of transactions, after a draft of the plan was written
/// for the user to complete.
fn with_draft(
    refusal: Failure,
    mut candidates: Vec<Candidate<'_>>,
    files: &[FileProfile],
    wishes: &Wishes,
    context: &Context<'_>,
) -> Failure {
    let best = likeliest(&candidates).map(|index| candidates.swap_remove(index));
    let (Some(path), Some(best)) = (&wishes.draft, best) else { return refusal };
    let missing_roles = missing_roles(&best);
    let drafted = decide_about(best, candidates, Chosen::new(files), wishes, context)
        .and_then(|decision| write_draft(&decision.plan, &missing_roles, path));
    if drafted.is_err() {
        return refusal;
    }
    let draft = path.display();
    Failure::refused(format!("{refusal}; or complete the plan in {draft} and save it as plan.toml"))
}

/// Decides everything about a data set whose transactions are known.
fn decide_about<'a>(
    sales: Candidate<'a>,
    mut candidates: Vec<Candidate<'a>>,
    chosen: Chosen<'a>,
    wishes: &Wishes,
    context: &Context<'_>,
) -> Result<Decision, Failure> {
    let Chosen { files, mut names, mut nodes, mut left, mut notes, evidence } = chosen;
    notes.extend(role_notes(&sales));
    let mut transactions = Draft::new(sales, TableName::Transactions)?;
    for name in [TableName::Customers, TableName::Products] {
        let draft = take_dimension(name, &mut candidates, &mut left, context)?;
        nodes.extend(draft.map(|draft| Node { name, draft, stays: true, sales: false }));
    }
    let shared = shared_headers(files);
    nodes.extend(further(candidates, (&mut names, &shared), &mut left, context)?);
    share_key_types(&mut transactions, &mut nodes);
    let mut proofs = Proofs::make(&transactions, &nodes, wishes, context)?;
    notes.append(&mut proofs.notes);
    let days = proofs.calendar.as_ref().map(|calendar| calendar.days.clone());
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
    let references = std::mem::take(&mut proofs.references);
    let key = proofs.key.as_ref();
    let relations = Relations::find(&mut transactions, &mut nodes, references, key, context)?;
    let nodes = relations.keep(nodes, &mut left);
    let tables = tables((proofs, &relations), transactions, nodes, &mut notes);
    let plan = Plan {
        version: VERSION,
        data_set: wishes.data_set.clone(),
        folder: wishes.folder.clone(),
        split,
        left_out: left.iter().flat_map(left_out).collect(),
        tables,
    };
    let others = left.into_iter().map(|one| (one.file.name.clone(), one.reason)).collect();
    Ok(Decision { plan, sides, days, evidence, others, notes, joined: None })
}

/// Gives the transactions' certain references the types of the keys, so that proofs compare equal
/// values.
fn share_key_types(transactions: &mut Draft<'_>, nodes: &mut [Node<'_>]) {
    for link in links((TableName::Transactions, true), transactions, nodes) {
        let target = nodes.iter_mut().find(|node| link.sure && node.name == link.key.table);
        if let Some(node) = target {
            transactions.share_type(&link.key.column, &mut node.draft, &link.key.references);
        }
    }
}

/// The files of a kind that is not in any table.
fn left_out(left: &Left<'_>) -> Vec<LeftOut> {
    let file = |part: &FilePart| LeftOut {
        file: part.shown(),
        rows: part.rows,
        sales: left.sales,
        reason: left.reason.clone(),
    };
    left.file.parts.iter().map(file).collect()
}

/// The tables of the plan, referenced tables first.
fn tables(
    (proofs, relations): (Proofs, &Relations),
    mut transactions: Draft<'_>,
    nodes: Vec<Node<'_>>,
    notes: &mut Vec<String>,
) -> Vec<Table> {
    let reason = transactions_reason(&transactions.candidate);
    let key = transactions.key.take().or(proofs.key);
    let route = Route { to: vec![Way::Mysql, Way::Kafka, Way::Logs], reason };
    let mut table = if let Some(key) = key {
        transactions.table(TableName::Transactions, key, route)
    } else {
        let (table, note) = numbered(transactions, &proofs.tried, route);
        notes.push(note);
        table
    };
    table.foreign_keys = relations.keys(TableName::Transactions);
    let mut tables = Vec::new();
    for Node { name, mut draft, .. } in nodes {
        let Some(key) = draft.key.take() else { continue };
        let route = relations.route(name);
        let mut other = draft.table(name, key, route);
        other.foreign_keys = relations.keys(name);
        tables.push(other);
    }
    for (derivation, counts) in &proofs.derived {
        let (derived, reference) = derivation.table(&table, counts);
        tables.push(derived);
        table.foreign_keys.push(reference);
    }
    notes.extend(missing_notes(&tables));
    notes.extend(orphan_notes(&table));
    notes.extend(tables.iter().flat_map(orphan_notes));
    // By name first, so that the order of the source files does not matter.
    tables.sort_by_key(|table| table.name);
    let mut tables = referred_first(tables);
    tables.push(table);
    tables
}

/// Orders tables so that none refers to a later one; keeps their order if that is impossible.
fn referred_first(mut waiting: Vec<Table>) -> Vec<Table> {
    let mut ordered: Vec<Table> = Vec::new();
    while !waiting.is_empty() {
        let is_there = |name: TableName| ordered.iter().any(|table| table.name == name);
        let ready = |table: &Table| table.foreign_keys.iter().all(|key| is_there(key.table));
        let next = waiting.iter().position(ready).unwrap_or(0);
        ordered.push(waiting.remove(next));
    }
    ordered
}

impl Decision {
    /// How the column with that header got its role; if several files have one, that of `file`
    /// comes first.
    pub(crate) fn why(&self, file: &str, header: &str, role: Role) -> Option<&str> {
        let mut found: Vec<_> =
            self.evidence.iter().filter(|one| one.header == header && one.role == role).collect();
        found.sort_by_key(|one| one.file != file);
        found.first().map(|one| one.why.as_str())
    }
}

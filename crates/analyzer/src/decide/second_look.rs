//! The second pass over the transactions, which proves everything that needs a proof.

use ecom_core::Failure;
use ecom_core::plan::{Role, TableName};

use super::cancelled::Cancelled;
use super::wishes::Wishes;
use crate::profile::observe::{Context, observe};
use crate::prove::calendar::Calendar;
use crate::prove::groups::{GroupCounts, Groups};
use crate::prove::orphans::Parents;
use crate::prove::tell::{near_misses, no_key, twins};
use crate::prove::unique::KeyProof;
use crate::read::batch::Observer;
use crate::relate::links::{LinkSearch, ProvenLink, links, searches};
use crate::table::derive::Derivation;
use crate::table::draft::Draft;
use crate::table::key::Key;
use crate::table::keys::KeySearch;
use crate::table::node::Node;

/// Above this number of records, order ids are not compared ignoring case and accents.
const ORDERS: u64 = 500_000;

/// What the second pass proved.
pub(crate) struct Proofs {
    pub(crate) key: Option<Key>,
    /// The candidates for the key, in words.
    pub(crate) tried: String,
    pub(crate) references: Vec<ProvenLink>,
    pub(crate) derived: Vec<(Derivation, GroupCounts)>,
    pub(crate) calendar: Option<Calendar>,
    pub(crate) notes: Vec<String>,
}

impl Proofs {
    /// Reads the transactions once more.
    pub(crate) fn make(
        transactions: &Draft<'_>,
        nodes: &[Node<'_>],
        wishes: &Wishes,
        context: &Context<'_>,
    ) -> Result<Self, Failure> {
        let folder = std::env::temp_dir();
        let file = transactions.candidate.file;
        let columns = &transactions.columns;
        let search = KeySearch::new(transactions);
        let mut keys = search.proofs(transactions, &folder);
        let mut calendar = transactions.index(Role::EventTime).and_then(|index| {
            let historical = ecom_core::cut::rows(file.rows, wishes.ratio);
            Some(Calendar::new(index, columns[index].format.as_deref()?, historical))
        });
        let order = transactions.column(Role::OrderId).filter(|column| column.sql_type.is_text());
        let order = order.filter(|_| file.rows <= ORDERS).map(|column| column.name.clone());
        let reader = order.as_ref().and_then(|name| transactions.reader(name));
        let mut orders = reader.map(|reader| Parents::new(reader, file.rows, &folder, 0));
        let links = links((TableName::Transactions, true), transactions, nodes);
        let mut references = searches(links, transactions, nodes, context)?;
        let missing = [TableName::Customers, TableName::Products];
        let missing =
            missing.into_iter().filter(|name| nodes.iter().all(|node| node.name != *name));
        let derivations = missing.filter_map(|name| {
            let derivation = Derivation::new(name, columns)?;
            let groups = derivation.groups(transactions, &folder)?;
            Some((derivation, groups))
        });
        let (derivations, mut groups): (Vec<_>, Vec<Groups>) = derivations.unzip();
        let mut observers =
            all_observers(&mut keys, &mut references, &mut groups, calendar.as_mut());
        observers.extend(orders.iter_mut().map(|one| one as &mut dyn Observer));
        let mut cancelled = Cancelled::new(transactions);
        observers.extend(cancelled.as_mut().map(|one| one as &mut dyn Observer));
        if !observers.is_empty() {
            observe(file, observers, "proving", context)?;
        }
        let found = search.finish(keys)?;
        let tried = found.tried();
        let failed = found.failed.iter();
        let mut notes: Vec<_> = failed.map(|(shown, outcome)| no_key(shown, *outcome)).collect();
        notes.extend(cancelled.and_then(|cancelled| cancelled.finding()));
        if let (Some(orders), Some(name)) = (orders, order) {
            notes.extend(twins(&file.name, transactions.header(&name), &orders.finish()?));
        }
        let references = references.into_iter().map(LinkSearch::finish);
        let references = references.collect::<Result<Vec<_>, _>>()?;
        for proven in references.iter().filter(|proven| proven.holds()) {
            notes.extend(reference_notes(proven, transactions, nodes));
        }
        let mut derived = Vec::new();
        for (derivation, groups) in derivations.into_iter().zip(groups) {
            let counts = groups.finish()?;
            notes.extend(derivation.notes(&counts));
            derived.push((derivation, counts));
        }
        Ok(Self { key: found.key, tried, references, derived, calendar, notes })
    }
}

/// Notes on a reference of the transactions and on the keys that it refers to.
fn reference_notes(
    proven: &ProvenLink,
    transactions: &Draft<'_>,
    nodes: &[Node<'_>],
) -> Vec<String> {
    let (key, found) = (&proven.link.key, &proven.found);
    let of = transactions.header(&key.column);
    let of = format!("{}: {of:?}", transactions.candidate.file.name);
    let mut notes = near_misses(&of, key.table.as_str(), found);
    if let Some(node) = nodes.iter().find(|node| node.name == key.table) {
        let header = node.draft.header(&key.references);
        notes.extend(twins(&node.draft.candidate.file.name, header, found));
    }
    notes
}

fn all_observers<'a>(
    keys: &'a mut [KeyProof],
    references: &'a mut [LinkSearch],
    groups: &'a mut [Groups],
    calendar: Option<&'a mut Calendar>,
) -> Vec<&'a mut dyn Observer> {
    let keys = keys.iter_mut().map(|one| one as &mut dyn Observer);
    let orphans = references.iter_mut().map(|one| &mut one.orphans as &mut dyn Observer);
    let groups = groups.iter_mut().map(|one| one as &mut dyn Observer);
    let calendar = calendar.map(|one| one as &mut dyn Observer);
    keys.chain(orphans).chain(groups).chain(calendar).collect()
}

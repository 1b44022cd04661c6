//! The second pass over the transactions, which proves everything that needs a proof.

use ecom_core::Failure;
use ecom_core::plan::{Role, TableName};

use super::cancelled::Cancelled;
use super::wishes::Wishes;
use crate::profile::observe::{Context, observe};
use crate::prove::calendar::Calendar;
use crate::prove::groups::{GroupCounts, Groups};
use crate::prove::notes::{near_misses, no_key, twins};
use crate::prove::orphans::Parents;
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

/// What is proven in the second pass.
struct SecondLook<'a> {
    transactions: &'a Draft<'a>,
    nodes: &'a [Node<'a>],
    search: KeySearch,
    keys: Vec<KeyProof>,
    calendar: Option<Calendar>,
    /// The SQL name of the order id, and the observer of its values.
    orders: Option<(String, Parents)>,
    references: Vec<LinkSearch>,
    derivations: Vec<(Derivation, Groups)>,
    cancelled: Option<Cancelled>,
}

impl Proofs {
    /// Reads the transactions once more.
    pub(crate) fn make(
        transactions: &Draft<'_>,
        nodes: &[Node<'_>],
        wishes: &Wishes,
        context: &Context<'_>,
    ) -> Result<Self, Failure> {
        let mut look = SecondLook::new(transactions, nodes, wishes, context)?;
        let observers = look.observers();
        if !observers.is_empty() {
            observe(transactions.candidate.file, observers, "proving", context)?;
        }
        look.finish()
    }
}

impl<'a> SecondLook<'a> {
    fn new(
        transactions: &'a Draft<'a>,
        nodes: &'a [Node<'a>],
        wishes: &Wishes,
        context: &Context<'_>,
    ) -> Result<Self, Failure> {
        let folder = std::env::temp_dir();
        let file = transactions.candidate.file;
        let columns = &transactions.columns;
        let search = KeySearch::new(transactions);
        let calendar = transactions.index(Role::EventTime).and_then(|index| {
            let historical = ecom_core::cut::rows(file.rows, wishes.ratio);
            Some(Calendar::new(index, columns[index].format.as_deref()?, historical))
        });
        let order = transactions.column(Role::OrderId).filter(|column| column.sql_type.is_text());
        // Ids of orders are compared in memory, so only in files of limited size.
        let orders = order.filter(|_| file.rows <= ORDERS).and_then(|column| {
            let reader = transactions.reader(&column.name)?;
            Some((column.name.clone(), Parents::new(reader, file.rows, &folder, 0)))
        });
        let links = links((TableName::Transactions, true), transactions, nodes);
        let missing = [TableName::Customers, TableName::Products].into_iter();
        let missing = missing.filter(|name| nodes.iter().all(|node| node.name != *name));
        let derivations = missing.filter_map(|name| {
            let derivation = Derivation::new(name, columns)?;
            let groups = derivation.groups(transactions, &folder)?;
            Some((derivation, groups))
        });
        Ok(Self {
            transactions,
            nodes,
            keys: search.proofs(transactions, &folder),
            search,
            calendar,
            orders,
            references: searches(links, transactions, nodes, context)?,
            derivations: derivations.collect(),
            cancelled: Cancelled::new(transactions),
        })
    }

    fn observers(&mut self) -> Vec<&mut dyn Observer> {
        let keys = self.keys.iter_mut().map(|one| one as &mut dyn Observer);
        let orphans = self.references.iter_mut().map(|one| &mut one.orphans as &mut dyn Observer);
        let groups = self.derivations.iter_mut().map(|(_, one)| one as &mut dyn Observer);
        let calendar = self.calendar.iter_mut().map(|one| one as &mut dyn Observer);
        let orders = self.orders.iter_mut().map(|(_, one)| one as &mut dyn Observer);
        let cancelled = self.cancelled.iter_mut().map(|one| one as &mut dyn Observer);
        let observers = keys.chain(orphans).chain(groups).chain(calendar);
        observers.chain(orders).chain(cancelled).collect()
    }

    fn finish(self) -> Result<Proofs, Failure> {
        let Self { transactions, nodes, search, keys, .. } = self;
        let calendar = self.calendar.map(Calendar::finish);
        let found = search.finish(keys)?;
        let tried = found.tried();
        let failed = found.failed.iter();
        let mut notes: Vec<_> = failed.map(|(shown, outcome)| no_key(shown, *outcome)).collect();
        notes.extend(self.cancelled.and_then(|cancelled| cancelled.finding()));
        if let Some((name, orders)) = self.orders {
            let (file, header) = (&transactions.candidate.file.name, transactions.header(&name));
            notes.extend(twins(file, header, &orders.finish()?));
        }
        let references = self.references.into_iter().map(LinkSearch::finish);
        let references = references.collect::<Result<Vec<_>, _>>()?;
        for proven in references.iter().filter(|proven| proven.holds()) {
            notes.extend(reference_notes(proven, transactions, nodes));
        }
        let mut derived = Vec::new();
        for (derivation, groups) in self.derivations {
            let counts = groups.finish()?;
            notes.extend(derivation.notes(&counts));
            derived.push((derivation, counts));
        }
        Ok(Proofs { key: found.key, tried, references, derived, calendar, notes })
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

//! How the tables of the plan are related: references that hold, and tables without a reference
//! that still belong to the transactions.

use std::collections::{BTreeMap, BTreeSet};

use ecom_core::Failure;
use ecom_core::plan::{ForeignKey, Role, Route, TableName, Way};

use super::accept::TakenLinks;
use super::links::{ProvenLink, prove};
use crate::meaning::role::role_words;
use crate::name::fold::plain_name;
use crate::profile::observe::{Context, observe};
use crate::prove::column_reader::ColumnReader;
use crate::prove::orphans::Parents;
use crate::read::batch::Observer;
use crate::table::draft::{Draft, id_role, shared};
use crate::table::key::Key;
use crate::table::node::{Left, Node};

/// Bytes of memory for the keys of the transactions, if they are too many for a set.
const BUDGET: usize = 12 << 20;

/// How the tables of the plan are related.
pub(crate) struct Relations {
    taken: TakenLinks,
    staying: BTreeSet<TableName>,
    /// Tables with a column that refers to the transactions, which are in two parts, and the header
    /// of that column.
    beside: BTreeMap<TableName, String>,
    /// Why a table is in the plan.
    reasons: BTreeMap<TableName, String>,
}

impl Relations {
    /// Proves the references that names suggest, accepts those that hold, and gives both ends the
    /// same type. `proven` are the references of the transactions, and `key` is their key.
    pub(crate) fn find(
        transactions: &mut Draft<'_>,
        nodes: &mut [Node<'_>],
        mut proven: Vec<ProvenLink>,
        key: Option<&Key>,
        context: &Context<'_>,
    ) -> Result<Self, Failure> {
        for node in &*nodes {
            proven.extend(prove(node, nodes, context)?);
        }
        let taken = TakenLinks::new(proven);
        let staying = taken.staying(nodes, &[]);
        let lonely = nodes.iter().filter(|node| !staying.contains(&node.name));
        let own = key.map_or(&[][..], |key| &key.columns);
        let beside = beside(transactions, own, &lonely.collect::<Vec<_>>(), context)?;
        let known: Vec<_> = beside.keys().copied().collect();
        let staying = taken.staying(nodes, &known);
        share_types(&taken, &staying, transactions, nodes);
        let mut relations = Self { taken, staying, beside, reasons: BTreeMap::new() };
        for node in &*nodes {
            let reason = relations.reason(node, transactions, nodes);
            relations.reasons.insert(node.name, reason);
        }
        Ok(relations)
    }

    /// The tables that stay; the files of the others are left out.
    pub(crate) fn keep<'a>(&self, nodes: Vec<Node<'a>>, left: &mut Vec<Left<'a>>) -> Vec<Node<'a>> {
        let (staying, going): (Vec<_>, Vec<_>) =
            nodes.into_iter().partition(|node| self.staying.contains(&node.name));
        left.extend(going.into_iter().map(|node| Left {
            file: node.draft.candidate.file,
            sales: node.sales,
            reason: self.taken.why_not(node.name),
        }));
        left.sort_by(|a, b| a.file.name.cmp(&b.file.name));
        staying
    }

    /// The references of a table.
    pub(crate) fn keys(&self, table: TableName) -> Vec<ForeignKey> {
        self.taken.keys(table, &self.staying)
    }

    /// The route of a table beside the transactions.
    pub(crate) fn route(&self, table: TableName) -> Route {
        let to = match table {
            TableName::Further(_) => vec![Way::Mysql],
            _ => vec![Way::Mysql, Way::Kafka],
        };
        Route { to, reason: self.reasons.get(&table).cloned().unwrap_or_default() }
    }

    /// Why a table is in the plan.
    fn reason(&self, node: &Node<'_>, transactions: &Draft<'_>, nodes: &[Node<'_>]) -> String {
        let name = node.name;
        let draft = |table: TableName| match nodes.iter().find(|node| node.name == table) {
            Some(node) => &node.draft,
            None => transactions,
        };
        let joined = transactions.candidate.file.joined.as_ref();
        if let Some(joined) = joined.filter(|joined| joined.table == name) {
            return format!("its columns are joined to its lines by {:?}", joined.column);
        }
        let links = &self.taken.links;
        let from = |link: &&crate::relate::links::Link| self.staying.contains(&link.from);
        let referring = links.iter().filter(from).find(|link| link.key.table == name);
        let is_dimension = !matches!(name, TableName::Further(_));
        if let Some(link) = referring {
            let header = node.draft.header(&link.key.references);
            let id =
                if is_dimension { role_words(id_role(name)).into() } else { format!("{header:?}") };
            return format!("{} refer to its {id}", link.from);
        }
        if is_dimension {
            return format!("holds the {name}, but transactions do not refer to it");
        }
        if let Some(header) = self.beside.get(&name) {
            return format!(
                "its {header:?} refers to transactions, which are in two parts, so there is no \
                 foreign key"
            );
        }
        let own = links.iter().find(|link| link.from == name);
        own.map_or_else(String::new, |link| {
            let header = draft(name).header(&link.key.column);
            format!("its {header:?} refers to {}", link.key.table)
        })
    }
}

/// Gives both ends of each accepted reference the same type.
fn share_types(
    taken: &TakenLinks,
    staying: &BTreeSet<TableName>,
    transactions: &mut Draft<'_>,
    nodes: &mut [Node<'_>],
) {
    // A type that widens for one reference may have to widen for the next one in a chain.
    for _ in 0..2 {
        for link in taken.links.iter().filter(|link| staying.contains(&link.key.table)) {
            let Some(to) = nodes.iter().position(|node| node.name == link.key.table) else {
                continue;
            };
            let (column, target) = (&link.key.column, &link.key.references);
            if link.from == TableName::Transactions {
                transactions.share_type(column, &mut nodes[to].draft, target);
                continue;
            }
            let from = nodes.iter().position(|node| node.name == link.from);
            let Some(from) = from.filter(|from| *from != to) else { continue };
            let (low, high) = nodes.split_at_mut(from.max(to));
            let (low, high) = (&mut low[from.min(to)], &mut high[0]);
            let (one, other) = if from < to { (low, high) } else { (high, low) };
            one.draft.share_type(column, &mut other.draft, target);
        }
    }
}

/// Tables that refer to the order id or the key of the transactions, and by which column.
fn beside(
    transactions: &Draft<'_>,
    key: &[String],
    lonely: &[&Node<'_>],
    context: &Context<'_>,
) -> Result<BTreeMap<TableName, String>, Failure> {
    let mut found = BTreeMap::new();
    let single =
        key.first().filter(|_| key.len() == 1).and_then(|name| transactions.index_of(name));
    let targets: BTreeSet<usize> =
        transactions.index(Role::OrderId).into_iter().chain(single).collect();
    for target in targets {
        let column = &transactions.columns[target];
        let plain = plain_name(&column.header);
        for node in lonely.iter().filter(|node| !matches!(node.name, TableName::Customers)) {
            let same = node.draft.columns.iter().position(|own| {
                (own.role.is_some() && own.role == column.role)
                    || (plain.len() > 2 && plain_name(&own.header) == plain)
            });
            let Some(own) = same.filter(|_| !found.contains_key(&node.name)) else { continue };
            let (theirs, mine) = shared((transactions, target), (&node.draft, own));
            let keys = ColumnReader::new(target, &theirs);
            let file = transactions.candidate.file;
            let mut parents = Parents::new(keys, file.rows, &std::env::temp_dir(), BUDGET);
            observe(file, vec![&mut parents as &mut dyn Observer], "reading the keys of", context)?;
            let mut search = parents.orphans(ColumnReader::new(own, &mine));
            let file = node.draft.candidate.file;
            observe(file, vec![&mut search], "proving the references of", context)?;
            let counts = search.finish()?;
            if counts.values > counts.orphans && counts.orphans * 20 <= counts.values {
                found.insert(node.name, node.draft.columns[own].header.clone());
            }
        }
    }
    Ok(found)
}

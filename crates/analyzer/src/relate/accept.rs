//! Which references are accepted, and which tables stay because of them.

use std::collections::BTreeSet;

use ecom_core::plan::{ForeignKey, TableName};
use ecom_core::show::counted;

use super::links::{Link, ProvenLink};
use crate::table::node::Node;

/// The references of all tables.
#[derive(Default)]
pub(crate) struct TakenLinks {
    pub(crate) links: Vec<Link>,
    /// Pairs of tables whose reference was not accepted, and why.
    refused: Vec<(TableName, TableName, String)>,
}

impl TakenLinks {
    /// Accepts the references that hold, the most certain first: none that would close a circle,
    /// and one for each column.
    pub(crate) fn new(mut proven: Vec<ProvenLink>) -> Self {
        // The most certain first, so that a doubtful reference cannot exclude it by closing a
        // circle.
        proven.sort_by_key(|one| (!one.link.sure, one.link.rank, one.found.orphans));
        let mut taken = Self::default();
        for one in proven {
            let Link { from, ref key, .. } = one.link;
            let has_one = |link: &Link| link.from == from && link.key.column == key.column;
            if taken.links.iter().any(has_one) || taken.leads(key.table, from) {
                continue;
            }
            if one.holds() {
                taken.links.push(one.link);
            } else {
                let fitting = one.found.values - one.found.orphans;
                let records = counted(one.found.values, "value");
                let why = format!(
                    "{from}.{} could refer to {}, but only {fitting} of {records} exist there",
                    key.column, key.table
                );
                taken.refused.push((from, key.table, why));
            }
        }
        taken
    }

    /// True if references lead from one table to another.
    fn leads(&self, from: TableName, to: TableName) -> bool {
        from == to
            || self.links.iter().any(|link| link.from == from && self.leads(link.key.table, to))
    }

    /// The tables that stay: those that stay in any case, and all that are linked with one of them.
    pub(crate) fn staying(&self, nodes: &[Node<'_>], known: &[TableName]) -> BTreeSet<TableName> {
        let anyway = nodes.iter().filter(|node| node.stays).map(|node| node.name);
        let mut staying: BTreeSet<TableName> = anyway.chain(known.iter().copied()).collect();
        staying.insert(TableName::Transactions);
        // Repeated, because each table that stays can make others stay.
        loop {
            let before = staying.len();
            for link in &self.links {
                let ends = [link.from, link.key.table];
                if ends.iter().any(|end| staying.contains(end)) {
                    staying.extend(ends);
                }
            }
            if staying.len() == before {
                return staying;
            }
        }
    }

    /// The references of a table to tables that stay.
    pub(crate) fn keys(&self, from: TableName, staying: &BTreeSet<TableName>) -> Vec<ForeignKey> {
        let own = self.links.iter().filter(|link| link.from == from);
        own.filter(|link| staying.contains(&link.key.table)).map(|link| link.key.clone()).collect()
    }

    /// Why a table does not stay.
    pub(crate) fn why_not(&self, table: TableName) -> String {
        let about =
            |(from, to, _): &&(TableName, TableName, String)| *from == table || *to == table;
        let refused = self.refused.iter().find(about);
        refused.map_or_else(
            || "it refers to no other table, and no table refers to it".into(),
            |(_, _, why)| why.clone(),
        )
    }
}

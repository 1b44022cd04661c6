//! Which table may refer to which, and what the values say about it.

use ecom_core::Failure;
use ecom_core::plan::{Column, ForeignKey, Role, SqlType, TableName};

use crate::name::fold::plain_name;
use crate::profile::observe::{Context, observe};
use crate::prove::column_reader::ColumnReader;
use crate::prove::orphans::{Orphans, Parents, Referred};
use crate::read::batch::Observer;
use crate::table::draft::{Draft, id_role, shared};
use crate::table::node::Node;

/// Bytes of memory for the keys of one referenced table, if they are too many for a set.
const BUDGET: usize = 12 << 20;
/// How many columns of a table are tried as references to another one.
const COLUMNS: usize = 3;
/// Headers that any table can have.
const GENERAL: [&str; 10] =
    ["id", "key", "code", "name", "number", "no", "nr", "date", "type", "index"];

/// Endings of the names of ids.
const ID_ENDS: [&str; 9] = ["id", "nr", "no", "code", "key", "kod", "number", "nummer", "ref"];

/// A possible reference.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) from: TableName,
    pub(crate) key: ForeignKey,
    /// True for a reference that is accepted however many orphans it has.
    pub(crate) sure: bool,
    /// How clearly the names say so; lower is clearer.
    pub(crate) rank: u8,
}

/// A reference whose target keys were read.
pub(crate) struct LinkSearch {
    pub(crate) link: Link,
    pub(crate) orphans: Orphans,
}

/// A reference and what the values say about it.
pub(crate) struct ProvenLink {
    pub(crate) link: Link,
    pub(crate) found: Referred,
}

impl ProvenLink {
    /// True if at least one record refers to the other table, and at most one in twenty is an
    /// orphan.
    pub(crate) fn holds(&self) -> bool {
        let Referred { values, orphans, .. } = self.found;
        self.link.sure || (values > orphans && orphans * 20 <= values)
    }
}

/// The possible references of a table, by the names and roles of its columns; `stays` means that
/// the table stays even without a reference.
pub(crate) fn links(
    (from, stays): (TableName, bool),
    draft: &Draft<'_>,
    nodes: &[Node<'_>],
) -> Vec<Link> {
    let joined = draft.candidate.file.joined.as_ref();
    let mut found = Vec::new();
    for node in nodes.iter().filter(|node| node.name != from) {
        let Some(target) = node.single_key().and_then(|name| node.draft.by_name(name)) else {
            continue;
        };
        let join = joined.filter(|joined| joined.table == node.name);
        let ranked = draft.columns.iter().filter_map(|column| {
            let rank = match join {
                Some(join) => (column.from.is_none() && column.header == join.column).then_some(0),
                None => rank(column, target, node.name),
            };
            let open = fits(column, target) && may_refer(draft, column, (from, stays), node);
            rank.filter(|_| open).map(|rank| (rank, column))
        });
        let mut ranked: Vec<_> = ranked.collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        let is_dimension = !matches!(node.name, TableName::Further(_));
        found.extend(ranked.into_iter().take(COLUMNS).map(|(rank, column)| {
            // Between transactions and dimensions the roles leave no doubt, so orphans are
            // reported, not a reason to drop the reference.
            let by_role = from == TableName::Transactions && is_dimension && rank == 0;
            let key = ForeignKey {
                column: column.name.clone(),
                table: node.name,
                references: target.name.clone(),
                orphans: 0,
            };
            Link { from, key, sure: join.is_some() || by_role, rank }
        }));
    }
    found
}

/// How clearly a column refers to the key of a table; `None` if it does not.
fn rank(column: &Column, target: &Column, table: TableName) -> Option<u8> {
    let role = match table {
        TableName::Customers | TableName::Products => Some(id_role(table)),
        _ => target.role.filter(|role| *role == Role::OrderId),
    };
    if role.is_some() && column.role == role {
        return Some(0);
    }
    let (own, key) = (plain_name(&column.header), plain_name(&target.header));
    let general = GENERAL.contains(&key.as_str());
    if own.is_empty() || (general && own == key) {
        return None;
    }
    if own == key {
        return Some(1);
    }
    // `channel_id` refers to the id of channels.
    let word =
        ID_ENDS.iter().find_map(|end| own.strip_suffix(end)).filter(|word| word.len() > 1)?;
    let of_table = is_singular(word, &plain_name(table.as_str()));
    let same = general || key.strip_prefix(word).is_some_and(|end| ID_ENDS.contains(&end));
    (of_table && same).then_some(2)
}

/// True if `plural` is the plural of the word.
fn is_singular(word: &str, plural: &str) -> bool {
    let ends = |stem: &str, most: usize| {
        plural.strip_prefix(stem).is_some_and(|end| end.chars().count() <= most)
    };
    ends(word, 2) || word.strip_suffix('y').is_some_and(|stem| plural == format!("{stem}ies"))
}

fn fits(column: &Column, target: &Column) -> bool {
    let typed = |one: &Column| {
        !one.sql_type.is_time() && !matches!(one.sql_type, SqlType::Boolean | SqlType::Text)
    };
    typed(column) && typed(target)
}

/// False for the key of a table if the other table is more likely to refer to this one: tables that
/// stay are referenced, and otherwise the larger table is.
fn may_refer(
    draft: &Draft<'_>,
    column: &Column,
    (from, stays): (TableName, bool),
    to: &Node<'_>,
) -> bool {
    let is_key = draft.key.as_ref().is_some_and(|key| key.columns == [column.name.as_str()]);
    if !is_key || from == TableName::Transactions {
        return true;
    }
    let smaller = draft.candidate.file.rows < to.draft.candidate.file.rows;
    !stays && (to.stays || smaller)
}

/// Reads the keys that the links of a table refer to.
pub(crate) fn searches(
    links: Vec<Link>,
    draft: &Draft<'_>,
    nodes: &[Node<'_>],
    context: &Context<'_>,
) -> Result<Vec<LinkSearch>, Failure> {
    let mut found = Vec::new();
    for link in links {
        let Some(node) = nodes.iter().find(|node| node.name == link.key.table) else { continue };
        let Some((values, keys)) = readers(&link, draft, &node.draft) else { continue };
        let file = node.draft.candidate.file;
        let mut parents = Parents::new(keys, file.rows, &std::env::temp_dir(), BUDGET);
        observe(file, vec![&mut parents], "reading the keys of", context)?;
        found.push(LinkSearch { link, orphans: parents.orphans(values) });
    }
    Ok(found)
}

/// Both columns of a link, read as values of the same type.
fn readers(link: &Link, from: &Draft<'_>, to: &Draft<'_>) -> Option<(ColumnReader, ColumnReader)> {
    let (own, target) = (from.index_of(&link.key.column)?, to.index_of(&link.key.references)?);
    let (own_column, target_column) = shared((from, own), (to, target));
    let values = ColumnReader::new(own, &own_column);
    Some((values, ColumnReader::new(target, &target_column)))
}

/// Reads a table beside the transactions, and proves its links.
pub(crate) fn prove(
    node: &Node<'_>,
    nodes: &[Node<'_>],
    context: &Context<'_>,
) -> Result<Vec<ProvenLink>, Failure> {
    let mut searches = {
        let links = links((node.name, node.stays), &node.draft, nodes);
        searches(links, &node.draft, nodes, context)?
    };
    if searches.is_empty() {
        return Ok(Vec::new());
    }
    let observers = searches.iter_mut().map(|search| &mut search.orphans as &mut dyn Observer);
    let observers = observers.collect();
    observe(node.draft.candidate.file, observers, "proving the references of", context)?;
    searches.into_iter().map(LinkSearch::finish).collect()
}

impl LinkSearch {
    pub(crate) fn finish(self) -> Result<ProvenLink, Failure> {
        let Self { mut link, orphans } = self;
        let found = orphans.finish()?;
        link.key.orphans = found.orphans;
        Ok(ProvenLink { link, found })
    }
}

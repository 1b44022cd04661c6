//! Orders and order lines in two kinds of files: the lines are the transactions, joined with the
//! columns of their orders.

use ecom_core::Failure;
use ecom_core::plan::{Role, SqlType, TableName};
use ecom_core::show::counted;

use crate::name::fold::plain_name;
use crate::profile::file::FileProfile;
use crate::profile::join::JoinRequest;
use crate::profile::observe::{Context, observe};
use crate::prove::column_reader::ColumnReader;
use crate::prove::orphans::{Parents, Referred};
use crate::prove::unique::KeyProof;
use crate::read::batch::Observer;
use crate::roles::candidate::{Candidate, Likely};
use crate::roles::naming::Why;
use crate::roles::wish::RoleWish;
use crate::table::draft::Draft;
use crate::table::key::Key;
use crate::table::names::TableNames;
use crate::table::node::Node;
use crate::value::column::ColumnProfile;

/// Bytes of memory for one proof.
const BUDGET: usize = 12 << 20;
/// Roles that order lines have and orders do not.
const OF_LINES: [Role; 4] = [Role::ProductId, Role::ProductName, Role::Quantity, Role::UnitPrice];

/// The lines joined with their orders.
pub(crate) struct OrderLines {
    pub(crate) joined: FileProfile,
    /// The names of the two kinds of files, as people know them.
    file: String,
    orders: String,
    /// The indices of the column that refers to the orders, and of the orders' key.
    column: usize,
    key: usize,
    /// How the key of the orders is proven.
    proof: String,
    pub(crate) table: TableName,
}

impl OrderLines {
    /// The orders as a table of their own; removes them and the lines from the candidates.
    pub(crate) fn take<'a>(
        &self,
        candidates: &mut Vec<Candidate<'a>>,
    ) -> Result<Node<'a>, Failure> {
        candidates.retain(|one| one.file.name != self.file);
        let index = candidates.iter().position(|one| one.file.name == self.orders);
        let index = index.ok_or_else(|| Failure::refused("the orders are missing"))?;
        let mut orders = candidates.remove(index);
        orders.give_at(self.key, Role::OrderId, Why::Values("lines refer to it".into()));
        let mut draft = Draft::new(orders, self.table)?;
        let columns = vec![draft.columns[self.key].name.clone()];
        draft.key = Some(Key { columns, proof: self.proof.clone() });
        Ok(Node { name: self.table, draft, stays: true, sales: true })
    }

    /// The lines with the columns of their orders, as a file of transactions.
    pub(crate) fn sales(&self, wishes: &[RoleWish]) -> Candidate<'_> {
        let mut sales = Candidate::new(&self.joined, wishes);
        sales.give_at(self.column, Role::OrderId, Why::Values("it refers to the orders".into()));
        sales
    }

    /// Notes on the join and on records without a counterpart.
    pub(crate) fn notes(&self) -> Vec<String> {
        let Some(joined) = &self.joined.joined else { return Vec::new() };
        let (lines, orders) = (&self.file, &self.orders);
        let mut notes = vec![format!(
            "transactions are the records of {lines}, joined with {orders} by {:?}",
            joined.column
        )];
        if joined.without > 0 {
            let have = if joined.without == 1 { "has" } else { "have" };
            notes.push(format!(
                "{} of {lines} {have} no order in {orders}: the order's columns of such a line \
                 have no values",
                counted(joined.without, "record")
            ));
        }
        if joined.unused > 0 {
            let have = if joined.unused == 1 { "has" } else { "have" };
            notes.push(format!(
                "{} of {orders} {have} no line in {lines}: such an order is only in the table {}",
                counted(joined.unused, "record"),
                self.table
            ));
        }
        notes
    }
}

/// Two candidates and the indices of the columns that connect them.
struct OrdersAndLines<'c, 'a> {
    lines: &'c Candidate<'a>,
    orders: &'c Candidate<'a>,
    column: usize,
    key: usize,
}

/// Finds orders and lines, proves that the lines refer to the orders, and reads them together. Adds
/// a note for each pair that does not fit.
pub(crate) fn find(
    candidates: &[Candidate<'_>],
    names: &mut TableNames,
    notes: &mut Vec<String>,
    context: &Context<'_>,
) -> Result<Option<OrderLines>, Failure> {
    if candidates.iter().any(is_whole) {
        return Ok(None);
    }
    let pairs = candidates.iter().flat_map(|lines| {
        candidates.iter().filter_map(move |orders| OrdersAndLines::new(lines, orders))
    });
    let mut pairs: Vec<OrdersAndLines<'_, '_>> = pairs.collect();
    pairs.sort_by_key(|pair| std::cmp::Reverse((pair.score(), pair.lines.file.rows)));
    for pair in pairs {
        let (lines, orders) = (pair.lines.file, pair.orders.file);
        if let Some(why) = pair.doubt(context)? {
            notes.push(format!("{} and {} are not joined: {why}", lines.name, orders.name));
            continue;
        }
        let table = names.name(orders);
        let request = JoinRequest { lines, orders, column: pair.column, key: pair.key };
        return Ok(Some(OrderLines {
            joined: request.profile(table, context)?,
            file: lines.name.clone(),
            orders: orders.name.clone(),
            column: pair.column,
            key: pair.key,
            proof: match orders.columns[pair.key].all_differ {
                Some(how) => format!("{how} over all {} records", orders.rows),
                None => format!("sorted: no two of {} records are equal", orders.rows),
            },
            table,
        }));
    }
    Ok(None)
}

/// True for a file that holds complete sales: what was sold, and when.
fn is_whole(candidate: &Candidate<'_>) -> bool {
    let has = |role| candidate.index(role).is_some();
    has(Role::EventTime) && candidate.holds_sales() && holds_lines(candidate)
}

fn holds_lines(candidate: &Candidate<'_>) -> bool {
    let has = |role| candidate.index(role).is_some();
    has(Role::ProductId)
        || (has(Role::ProductName) && (has(Role::Quantity) || has(Role::UnitPrice)))
}

impl<'c, 'a> OrdersAndLines<'c, 'a> {
    fn new(lines: &'c Candidate<'a>, orders: &'c Candidate<'a>) -> Option<Self> {
        let both = [lines, orders];
        let is_dimension = |one: &&Candidate<'_>| {
            matches!(one.likely(), Likely::Table(TableName::Customers | TableName::Products))
        };
        let useless = |one: &&Candidate<'_>| one.file.rows == 0 || one.words().beside_sales();
        let has = |one: &Candidate<'_>, role| one.index(role).is_some();
        let fits = !std::ptr::eq(lines.file, orders.file)
            && !both.iter().any(is_dimension)
            && !both.iter().any(useless)
            && OF_LINES.into_iter().any(|role| has(lines, role))
            && !has(lines, Role::EventTime)
            && (has(orders, Role::EventTime) || has(orders, Role::CustomerId))
            && !holds_lines(orders);
        if !fits {
            return None;
        }
        let (column, key) = common_id(lines, orders)?;
        Some(Self { lines, orders, column, key })
    }

    fn score(&self) -> u32 {
        self.lines.sale_score() + self.orders.sale_score()
    }

    /// Why the two do not belong together; `None` if the orders have a key and the lines refer to
    /// it.
    fn doubt(&self, context: &Context<'_>) -> Result<Option<String>, Failure> {
        let (lines, orders) = (self.lines.file, self.orders.file);
        let temp = std::env::temp_dir();
        let key = &orders.columns[self.key];
        let mut parents = Parents::new(as_text(self.key), orders.rows, &temp, BUDGET);
        let mut proof = KeyProof::new(vec![as_text(self.key)], &temp, BUDGET, false);
        let mut observers: Vec<&mut dyn Observer> = vec![&mut parents];
        if key.all_differ.is_none() {
            observers.push(&mut proof);
        }
        observe(orders, observers, "reading the keys of", context)?;
        let repeated = proof.finish()?.repeated;
        if repeated > 0 || key.nulls + key.empty > 0 {
            return Ok(Some(format!("{:?} does not identify an order", key.header)));
        }
        let mut search = parents.orphans(as_text(self.column));
        observe(lines, vec![&mut search], "reading the orders of", context)?;
        let Referred { values, orphans, .. } = search.finish()?;
        let header = &lines.columns[self.column].header;
        // At least half of the lines must have an order.
        let few = (values - orphans) * 2 < lines.rows;
        Ok(few.then(|| format!("{orphans} of {values} values of {header:?} refer to no order")))
    }
}

/// The join compares values as they are in the file, without trailing blanks.
fn as_text(index: usize) -> ColumnReader {
    ColumnReader::of_text(index)
}

/// The columns that connect lines to orders: the order id of both, otherwise columns with the same
/// name.
fn common_id(lines: &Candidate<'_>, orders: &Candidate<'_>) -> Option<(usize, usize)> {
    let role = |one: &Candidate<'_>| one.index(Role::OrderId);
    let may_be_key = |column: &ColumnProfile| {
        let rows = orders.file.rows as f64;
        column.nulls == 0
            && !column.sql_type().is_time()
            && !matches!(column.sql_type(), SqlType::Boolean | SqlType::Text)
            && column.counts.distinct as f64 > 0.9 * rows
    };
    let by_role = role(lines).zip(role(orders));
    let plain = |column: &ColumnProfile| plain_name(&column.header);
    let by_name = || {
        let keys = orders.file.columns.iter().enumerate();
        keys.filter(|(_, column)| may_be_key(column)).find_map(|(key, column)| {
            let name = plain(column);
            let found = lines.file.columns.iter().position(|other| plain(other) == name)?;
            (!name.is_empty()).then_some((found, key))
        })
    };
    by_role.filter(|(_, key)| may_be_key(&orders.file.columns[*key])).or_else(by_name)
}

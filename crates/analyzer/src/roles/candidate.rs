//! Which file is which table, judged by the roles of its columns.

use ecom_core::plan::{Role, TableName};

use super::naming::{Given, Why, given};
use super::wish::RoleWish;
use crate::meaning::file_words::{FileWords, stem};
use crate::meaning::header::speaks_of;
use crate::meaning::role::role_words;
use crate::name::fold::push_plain;
use crate::name::sql::snake_case;
use crate::profile::file::FileProfile;
use crate::value::column::ColumnProfile;

/// A file with the roles of its columns.
pub(crate) struct Candidate<'a> {
    pub(crate) file: &'a FileProfile,
    pub(crate) roles: Vec<Option<Role>>,
    /// How each column got its role, or that the user gave it none.
    pub(crate) why: Vec<Option<Why>>,
}

/// What a file probably is, judged by its columns and its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Likely {
    Table(TableName),
    /// None of the three tables.
    Other,
}

/// Senses of words in the name of a file of sales, in all languages.
const SALE_SENSES: &[&str] =
    &["order", "orders", "sale", "invoice", "invoices", "purchase", "purchases", "transactions"];

/// How much each role indicates a file of transactions.
const SALE_ROLES: [(Role, u32); 9] = [
    (Role::EventTime, 4),
    (Role::OrderId, 2),
    (Role::Amount, 2),
    (Role::Quantity, 2),
    (Role::UnitPrice, 1),
    (Role::CustomerId, 1),
    (Role::ProductId, 1),
    (Role::ProductName, 1),
    (Role::PaymentMethod, 1),
];

impl<'a> Candidate<'a> {
    /// Finds the roles of a file's columns.
    pub(crate) fn new(file: &'a FileProfile, wishes: &[RoleWish]) -> Self {
        let given = given(file, wishes).into_iter().map(|Given { role, why }| (role, why));
        let (roles, why) = given.unzip();
        let mut candidate = Self { file, roles, why };
        let (id, name) = match candidate.likely() {
            Likely::Table(TableName::Customers) => (Role::CustomerId, Some(Role::CustomerName)),
            Likely::Table(TableName::Products) => (Role::ProductId, Some(Role::ProductName)),
            likely => {
                let sales = likely == Likely::Table(TableName::Transactions);
                let orders = sales || candidate.words().of_sales();
                let is_free = orders && candidate.index(Role::OrderId).is_none();
                (if is_free { Role::OrderId } else { Role::LineId }, None)
            }
        };
        // A bare `id` or `name` belongs to whatever the file is about.
        candidate.give("id", id);
        if let Some(role) = name {
            candidate.give("name", role);
        }
        candidate
    }

    /// The index of the column of a role.
    pub(crate) fn index(&self, role: Role) -> Option<usize> {
        self.roles.iter().position(|found| *found == Some(role))
    }

    /// The column of a role.
    pub(crate) fn column(&self, role: Role) -> Option<&'a ColumnProfile> {
        self.index(role).map(|index| &self.file.columns[index])
    }

    /// What the file is by its name, otherwise by the id that is unique in its records.
    pub(crate) fn likely(&self) -> Likely {
        let has = |role| self.index(role).is_some();
        let (words, stem) = (self.words(), stem(&self.file.name));
        let about_sales = words.of_sales() || speaks_of(stem, SALE_SENSES) || has(Role::OrderId);
        if !about_sales && (words.of_customers() || speaks_of(stem, &["customer", "customers"])) {
            return Likely::Table(TableName::Customers);
        }
        let of_products = words.of_products() || speaks_of(stem, &["product"]);
        if !about_sales && of_products && !has(Role::CustomerId) {
            return Likely::Table(TableName::Products);
        }
        let own = |role| self.column(role).is_some_and(is_own_id) && !self.has_another_id(stem);
        let sells = has(Role::Quantity) || has(Role::PaymentMethod) || about_sales;
        if own(Role::CustomerId) && !sells && !has(Role::ProductId) && !has(Role::ProductName) {
            return Likely::Table(TableName::Customers);
        }
        if own(Role::ProductId) && !sells && !has(Role::CustomerId) && !has(Role::EventTime) {
            return Likely::Table(TableName::Products);
        }
        if self.sells() { Likely::Table(TableName::Transactions) } else { Likely::Other }
    }

    /// True for a file with a unique id of its own, as `promo_id` in promotions, which has no role:
    /// its ids of customers and products are references.
    fn has_another_id(&self, stem: &str) -> bool {
        let mut plain = String::new();
        push_plain(&mut plain, &snake_case(stem));
        let columns = self.file.columns.iter().zip(&self.roles);
        columns.filter(|(_, role)| role.is_none()).any(|(column, _)| {
            let mut name = String::new();
            push_plain(&mut name, &snake_case(&column.header));
            let word = ["_id", "_no", "_nr", "_code", "_key"]
                .iter()
                .find_map(|end| name.strip_suffix(end));
            let is_own =
                |word: &str| word.len() >= 3 && plain.split('_').any(|part| part.starts_with(word));
            word.is_some_and(is_own) && is_own_id(column)
        })
    }

    /// How much indicates a file of transactions.
    pub(crate) fn sale_score(&self) -> u32 {
        let roles = SALE_ROLES.iter().filter(|(role, _)| self.index(*role).is_some());
        roles.map(|(_, weight)| weight).sum()
    }

    /// The roles that indicate transactions, in words.
    pub(crate) fn sale_roles(&self) -> Vec<&'static str> {
        let roles = SALE_ROLES.iter().map(|(role, _)| *role);
        roles.filter(|role| self.index(*role).is_some()).map(role_words).collect()
    }

    /// True for a file of sales, without which the data set is incomplete.
    pub(crate) fn holds_sales(&self) -> bool {
        self.likely() == Likely::Table(TableName::Transactions) && !self.words().beside_sales()
    }

    /// An event time and something that is sold, or three signs of a sale without a time.
    fn sells(&self) -> bool {
        let has = |role| self.index(role).is_some();
        let strong = [Role::OrderId, Role::Amount, Role::Quantity].map(has);
        let strong = strong.into_iter().filter(|found| *found).count();
        if has(Role::EventTime) {
            strong > 0 || (has(Role::UnitPrice) && (has(Role::ProductId) || has(Role::ProductName)))
        } else {
            strong >= 2 && self.sale_roles().len() >= 3
        }
    }

    /// What the file's name says.
    pub(crate) fn words(&self) -> FileWords {
        FileWords::new(&self.file.name)
    }

    /// True for a column that has no role and may get one.
    pub(crate) fn is_open(&self, index: usize) -> bool {
        self.why[index].is_none()
    }

    /// Gives a column without a role one, if no column of the file has it yet.
    pub(crate) fn give_at(&mut self, index: usize, role: Role, why: Why) {
        if self.index(role).is_none() && self.is_open(index) {
            self.roles[index] = Some(role);
            self.why[index] = Some(why);
        }
    }

    /// Gives the column with that name a role, if no column of the file has it yet.
    fn give(&mut self, name: &str, role: Role) {
        let mut indices = 0..self.roles.len();
        let named = |index: &usize| snake_case(&self.file.columns[*index].header) == name;
        if let Some(index) = indices.find(|index| self.is_open(*index) && named(index)) {
            self.give_at(index, role, Why::Name);
        }
    }
}

/// True for a column whose values all differ, as far as the first pass can tell.
pub(crate) fn is_own_id(column: &ColumnProfile) -> bool {
    let rows = column.values + column.missing() + column.empty;
    column.missing() == 0
        && column.empty == 0
        && (column.all_differ.is_some()
            || (!column.counts.distinct_exact
                && column.counts.distinct as f64 > 0.95 * rows as f64))
}

//! Which tables of the database this tool created.
//!
//! Our tables are found by their comments, so those of an earlier data set are replaced too,
//! whatever their names. A comment names its table: `CREATE TABLE … LIKE` copies the comment as
//! well, but such a copy belongs to somebody else and stays.

use ecom_core::Failure;
use ecom_core::checksum::Tally;
use ecom_core::escape::sql_name;
use ecom_core::plan::TableName;
use ecom_core::schema::Naming;

use crate::session::Session;
use crate::work_file::WorkFile;

/// The prefix of tables that are not complete yet.
pub(crate) const STAGING: &str = "_stg_";
/// The prefix of tables that were replaced.
pub(crate) const OLD: &str = "_old_";

/// The beginning of every comment that this tool gives to a table.
const MARK: &str = "mysql-loader: ";
/// The comment of a table that is not complete yet.
pub(crate) const STAGING_MARK: &str = "mysql-loader: being loaded";

/// A table or view in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Existing {
    pub(crate) name: String,
    pub(crate) comment: String,
    pub(crate) view: bool,
}

/// The comment of a complete table: what it contains and how it is defined.
pub(crate) fn mark(file: &WorkFile, data_set: &str) -> String {
    let mut definition = Tally::default();
    definition.add(file.schema.create_table(&Naming::LIVE).as_bytes());
    let keys = file.schema.secondary_keys(&Naming::LIVE).unwrap_or_default();
    definition.add(keys.as_bytes());
    let entry = &file.entry;
    format!(
        "{}, data set {data_set}, file {}, {} rows, checksum {}, definition {}",
        named(file.name().as_str()),
        entry.sha256,
        entry.rows,
        entry.checksum,
        definition.checksum
    )
}

/// How the comment of a complete table of that name begins.
fn named(table: &str) -> String {
    format!("{MARK}table {table}")
}

impl Existing {
    /// True for a table that this tool created, whether live, being loaded or replaced.
    pub(crate) fn is_ours(&self) -> bool {
        let name = without_prefix(&self.name);
        let beginning = format!("{},", named(name));
        // Earlier versions created three tables, without their names in the comments.
        let earlier = || {
            TableName::KNOWN.iter().any(|known| known.as_str() == name)
                && self.comment.starts_with(&format!("{MARK}data set "))
        };
        let being_loaded = || self.name.starts_with(STAGING) && self.comment == STAGING_MARK;
        !self.view && (self.comment.starts_with(&beginning) || earlier() || being_loaded())
    }

    /// True for a table that is being loaded or was replaced.
    pub(crate) fn is_left_over(&self) -> bool {
        without_prefix(&self.name) != self.name
    }

    /// Refuses to drop what this tool did not create, unless it is an empty table.
    pub(crate) async fn check_may_go(
        &self,
        session: &mut Session,
        replace: bool,
    ) -> Result<(), Failure> {
        let name = sql_name(&self.name);
        if self.view {
            return Err(Failure::refused(format!("{name} is a view: drop or rename it first")));
        }
        if self.is_ours() || replace {
            return Ok(());
        }
        let holds = session.first::<u8>(format!("SELECT 1 FROM {name} LIMIT 1")).await?;
        if holds.is_none() {
            return Ok(());
        }
        Err(Failure::refused(format!(
            "the table {name} contains rows and was not created by mysql-loader: move it away, or \
             drop it with --replace"
        )))
    }
}

/// A table's name without a prefix of this tool.
pub(crate) fn without_prefix(name: &str) -> &str {
    [STAGING, OLD].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}

/// Refuses table names that look like those of unfinished or replaced tables.
pub(crate) fn check_names(names: &[TableName]) -> Result<(), Failure> {
    match names.iter().find(|name| without_prefix(name.as_str()) != name.as_str()) {
        None => Ok(()),
        Some(name) => Err(Failure::refused(format!(
            "{name}: names that begin with {STAGING} or {OLD} are reserved by mysql-loader: rename the \
             table in the plan"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_cannot_have_a_reserved_prefix() {
        let wanted = [TableName::Products, TableName::new("_stg_products").unwrap()];
        check_names(&wanted[..1]).unwrap();
        let refused = check_names(&wanted).unwrap_err().to_string();
        assert!(refused.starts_with("_stg_products: names that begin with"), "{refused}");
    }
}

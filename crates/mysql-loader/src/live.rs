//! The tables that stand in the database: which of them this tool made, what may be replaced, and
//! the step that publishes a new set of them.

use ecom_core::Failure;
use ecom_core::checksum::Tally;
use ecom_core::escape::{sql_name, sql_text};
use ecom_core::plan::TableName;
use ecom_core::schema::Naming;
use ecom_core::ui::Ui;

use crate::session::Session;
use crate::source::Source;

/// Stands before the names of tables that are not complete yet.
pub(crate) const STAGING: &str = "_stg_";
/// Stands before the names of tables that were replaced.
const OLD: &str = "_old_";

/// Every comment that this tool gives to a table begins so.
const MARK: &str = "mysql-loader: ";
/// The comment of a table that is not complete yet.
pub(crate) const STAGING_MARK: &str = "mysql-loader: being loaded";

/// Referring tables first.
const NAMES: [TableName; 3] = [TableName::Transactions, TableName::Customers, TableName::Products];

/// One table that stands in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Standing {
    name: String,
    comment: String,
    view: bool,
}

/// The tables of our names that stand in the database.
#[derive(Clone, Debug, Default)]
pub(crate) struct Live {
    tables: Vec<(TableName, Standing)>,
    left_over: Vec<Standing>,
}

/// The comment that a complete table carries: what it holds and how it is built.
pub(crate) fn mark(source: &Source, data_set: &str) -> String {
    let mut definition = Tally::default();
    definition.add(source.schema.create_table(&Naming::LIVE).as_bytes());
    let keys = source.schema.secondary_keys(&Naming::LIVE).unwrap_or_default();
    definition.add(keys.as_bytes());
    let entry = &source.entry;
    format!(
        "{MARK}data set {data_set}, file {}, {} rows, checksum {}, definition {}",
        entry.sha256, entry.rows, entry.checksum, definition.checksum
    )
}

impl Standing {
    fn is_ours(&self) -> bool {
        !self.view && self.comment.starts_with(MARK)
    }

    /// Refuses to lose what this tool did not make. An empty table is no loss.
    async fn check_may_go(&self, session: &mut Session, replace: bool) -> Result<(), Failure> {
        let name = sql_name(&self.name);
        if self.view {
            return Err(Failure::refused(format!("{name} is a view: drop or rename it first")));
        }
        if self.is_ours() || replace {
            return Ok(());
        }
        let holds = session.first::<u8>(&format!("SELECT 1 FROM {name} LIMIT 1")).await?;
        if holds.is_none() {
            return Ok(());
        }
        Err(Failure::refused(format!(
            "the table {name} holds rows and was not made by mysql-loader: move it away, or give \
             --replace to lose it"
        )))
    }
}

impl Live {
    /// Looks at the database.
    pub(crate) async fn inspect(session: &mut Session) -> Result<Self, Failure> {
        let ours = |prefix: &str| NAMES.map(|name| format!("{prefix}{name}"));
        let all: Vec<_> = ["", STAGING, OLD].iter().flat_map(|prefix| ours(prefix)).collect();
        let query = format!(
            "SELECT table_name, table_type, table_comment FROM information_schema.tables WHERE \
             table_schema = DATABASE() AND table_name IN ({})",
            text_list(&all)
        );
        let mut live = Self::default();
        for (name, kind, comment) in session.rows::<(String, String, String)>(&query).await? {
            let known = NAMES.into_iter().find(|known| known.as_str() == name);
            let standing = Standing { name, comment, view: kind.contains("VIEW") };
            match known {
                Some(name) => live.tables.push((name, standing)),
                None => live.left_over.push(standing),
            }
        }
        live.tables.sort_by_key(|(name, _)| NAMES.iter().position(|known| known == name));
        Ok(live)
    }

    /// True when the tables say of themselves that they hold exactly this.
    pub(crate) fn holds(&self, wanted: &[(TableName, String)]) -> bool {
        let ours = self.tables.iter().filter(|(_, standing)| standing.is_ours());
        let fits = |(name, standing): &(TableName, Standing)| {
            wanted.iter().any(|(want, mark)| want == name && *mark == standing.comment)
        };
        let mut fitting = 0;
        for table in ours {
            if !fits(table) {
                return false;
            }
            fitting += 1;
        }
        fitting == wanted.len()
    }

    /// Drops what an earlier run that was killed left behind.
    pub(crate) async fn drop_left_over(
        &self,
        session: &mut Session,
        replace: bool,
        ui: &Ui,
    ) -> Result<(), Failure> {
        if self.left_over.is_empty() {
            return Ok(());
        }
        for standing in &self.left_over {
            standing.check_may_go(session, replace).await?;
        }
        let names: Vec<_> = self.left_over.iter().map(|standing| standing.name.clone()).collect();
        ui.status(format!("removing what an unfinished run left: {}", names.join(", ")));
        drop_tables(session, &names).await
    }

    /// Refuses when publishing would lose what this tool did not make, or break what refers to it.
    pub(crate) async fn check_replaceable(
        &self,
        session: &mut Session,
        wanted: &[TableName],
        replace: bool,
    ) -> Result<(), Failure> {
        let going: Vec<_> = self.going(wanted).collect();
        for standing in &going {
            standing.check_may_go(session, replace).await?;
        }
        let names: Vec<_> = going.iter().map(|standing| standing.name.clone()).collect();
        if names.is_empty() {
            return Ok(());
        }
        let names = text_list(&names);
        let query = format!(
            "SELECT constraint_schema, table_name, referenced_table_name, constraint_name FROM \
             information_schema.referential_constraints WHERE unique_constraint_schema = \
             DATABASE() AND referenced_table_name IN ({names}) AND NOT (constraint_schema = \
             DATABASE() AND table_name IN ({names})) LIMIT 1"
        );
        let found = session.first::<(String, String, String, String)>(&query).await?;
        found.map_or(Ok(()), |(schema, table, referred, key)| {
            Err(Failure::refused(format!(
                "the table {}.{} refers to {} by the foreign key {}: drop that key first",
                sql_name(&schema),
                sql_name(&table),
                sql_name(&referred),
                sql_name(&key)
            )))
        })
    }

    /// Puts the staging tables into the place of the live ones, all in one step, and drops those
    /// that were replaced.
    pub(crate) async fn publish(
        &self,
        session: &mut Session,
        wanted: &[TableName],
    ) -> Result<(), Failure> {
        let pair = |from: &str, to: &str| format!("{} TO {}", sql_name(from), sql_name(to));
        let old: Vec<_> = self.going(wanted).map(|going| format!("{OLD}{}", going.name)).collect();
        let away = self.going(wanted).zip(&old).map(|(going, old)| pair(&going.name, old));
        let new = wanted.iter().map(|name| pair(&format!("{STAGING}{name}"), name.as_str()));
        let renames: Vec<_> = away.chain(new).collect();
        session.execute("SET SESSION foreign_key_checks = 1").await?;
        session.execute(&format!("RENAME TABLE {}", renames.join(", "))).await?;
        drop_tables(session, &old).await.map_err(|failure| {
            let code = failure.code();
            Failure::new(code, "published, but the old tables are still there: run again")
                .because(failure)
        })
    }

    /// Live tables that give way: those of the same name, and ours of an older data set.
    fn going(&self, wanted: &[TableName]) -> impl Iterator<Item = &Standing> {
        let going = self
            .tables
            .iter()
            .filter(move |(name, standing)| wanted.contains(name) || standing.is_ours());
        going.map(|(_, standing)| standing)
    }
}

/// The beginning of foreign key names that no table of the database has yet.
pub(crate) async fn free_foreign_key_prefix(session: &mut Session) -> Result<String, Failure> {
    let query = "SELECT constraint_name FROM information_schema.referential_constraints WHERE \
                 constraint_schema = DATABASE()";
    let taken = session.rows::<String>(query).await?;
    let free = |prefix: &String| {
        let beginning = format!("{prefix}_");
        taken.iter().all(|name| !name.starts_with(&beginning))
    };
    let mut prefixes = (0_u32..).map(|number| match number {
        0 => Naming::LIVE.foreign_key_prefix.to_owned(),
        number => format!("{}{number}", Naming::LIVE.foreign_key_prefix),
    });
    Ok(prefixes.find(free).unwrap_or_default())
}

/// Drops the staging tables that this tool made.
pub(crate) async fn drop_staging(session: &mut Session) -> Result<(), Failure> {
    let left = Live::inspect(session).await?.left_over.into_iter();
    let ours = left.filter(|table| table.is_ours() && table.name.starts_with(STAGING));
    let names: Vec<_> = ours.map(|table| table.name).collect();
    drop_tables(session, &names).await
}

async fn drop_tables(session: &mut Session, names: &[String]) -> Result<(), Failure> {
    if names.is_empty() {
        return Ok(());
    }
    // All that refer to them go too; their order is then of no matter.
    session.execute("SET SESSION foreign_key_checks = 0").await?;
    let names: Vec<_> = names.iter().map(|name| sql_name(name)).collect();
    session.execute(&format!("DROP TABLE IF EXISTS {}", names.join(", "))).await
}

fn text_list(names: &[String]) -> String {
    names.iter().map(|name| sql_text(name)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(tables: &[(TableName, &str)]) -> Live {
        let tables = tables.iter().map(|(name, comment)| {
            let name_text = name.to_string();
            let standing = Standing { name: name_text, comment: (*comment).into(), view: false };
            (*name, standing)
        });
        Live { tables: tables.collect(), left_over: Vec::new() }
    }

    #[test]
    fn only_all_tables_with_their_marks_hold_what_is_wanted() {
        let wanted = [
            (TableName::Products, "mysql-loader: a".to_owned()),
            (TableName::Transactions, "mysql-loader: b".to_owned()),
        ];
        let (products, transactions) = (TableName::Products, TableName::Transactions);
        let a = (products, "mysql-loader: a");
        assert!(live(&[a, (transactions, "mysql-loader: b")]).holds(&wanted));
        assert!(!live(&[a]).holds(&wanted));
        assert!(!live(&[a, (transactions, "mysql-loader: c")]).holds(&wanted));
        assert!(!live(&[a, (transactions, "b")]).holds(&wanted));
        let older = (TableName::Customers, "mysql-loader: z");
        assert!(!live(&[a, (transactions, "mysql-loader: b"), older]).holds(&wanted));
        let foreign = (TableName::Customers, "kept by hand");
        assert!(live(&[a, (transactions, "mysql-loader: b"), foreign]).holds(&wanted));
    }

    #[test]
    fn tables_of_an_older_data_set_go_and_those_of_others_stay() {
        let live = live(&[
            (TableName::Transactions, "kept by hand"),
            (TableName::Customers, "mysql-loader: z"),
            (TableName::Products, "kept by hand"),
        ]);
        let going: Vec<_> = live.going(&[TableName::Transactions]).map(|t| &t.name).collect();
        assert_eq!(going, ["transactions", "customers"]);
    }
}

//! The tables in the database: which of them may be replaced, and the step that publishes a new set
//! of tables.

use std::collections::BTreeSet;

use ecom_core::Failure;
use ecom_core::escape::{sql_name, sql_text};
use ecom_core::plan::TableName;
use ecom_core::schema::Naming;
use ecom_core::ui::Ui;

use crate::existing::{Existing, OLD, STAGING, without_prefix};
use crate::session::Session;

/// The tables of the database that are ours, or that have the name of one of ours.
#[derive(Clone, Debug, Default)]
pub(crate) struct Live {
    tables: Vec<Existing>,
    left_over: Vec<Existing>,
}

impl Live {
    /// Finds our tables in the database, including those of earlier data sets, and everything that
    /// has the name of a `wanted` one.
    pub(crate) async fn inspect(
        session: &mut Session,
        wanted: &[TableName],
    ) -> Result<Self, Failure> {
        let query = "SELECT table_name, table_type, table_comment FROM information_schema.tables \
                     WHERE table_schema = DATABASE()";
        let existing = session.rows(query, |row| {
            let kind: &str = row.get(1)?;
            Ok(Existing { name: row.get(0)?, comment: row.get(2)?, view: kind.contains("VIEW") })
        });
        Ok(Self::of(existing.await?.into_iter(), wanted))
    }

    /// Keeps the relevant ones of all tables in the database.
    fn of(existing: impl Iterator<Item = Existing>, wanted: &[TableName]) -> Self {
        let mut of_interest: Vec<_> = existing.collect();
        let ours: Vec<_> = of_interest.iter().filter(|existing| existing.is_ours()).collect();
        // Our own tables are replaced too, whatever their names.
        let mut names: BTreeSet<String> =
            ours.into_iter().map(|existing| without_prefix(&existing.name).to_owned()).collect();
        names.extend(wanted.iter().map(ToString::to_string));
        of_interest.retain(|existing| names.contains(without_prefix(&existing.name)));
        let (left_over, tables) = of_interest.into_iter().partition(Existing::is_left_over);
        Self { tables, left_over }
    }

    /// True if the comments of our tables are exactly these.
    pub(crate) fn holds(&self, wanted: &[(TableName, String)]) -> bool {
        let ours = self.tables.iter().filter(|existing| existing.is_ours());
        let fits = |existing: &Existing| {
            wanted
                .iter()
                .any(|(name, mark)| name.as_str() == existing.name && *mark == existing.comment)
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

    /// Drops the tables of an earlier run that was killed.
    pub(crate) async fn drop_left_over(
        &self,
        session: &mut Session,
        replace: bool,
        ui: &Ui,
    ) -> Result<(), Failure> {
        if self.left_over.is_empty() {
            return Ok(());
        }
        for existing in &self.left_over {
            existing.check_may_go(session, replace).await?;
        }
        let names: Vec<_> = self.left_over.iter().map(|existing| existing.name.clone()).collect();
        ui.status(format!("removing tables of an unfinished run: {}", names.join(", ")));
        drop_tables(session, &names).await
    }

    /// Refuses if publishing would drop what this tool did not create, or break references to it.
    pub(crate) async fn check_replaceable(
        &self,
        session: &mut Session,
        wanted: &[TableName],
        replace: bool,
    ) -> Result<(), Failure> {
        let going: Vec<_> = self.going(wanted).collect();
        for existing in &going {
            existing.check_may_go(session, replace).await?;
        }
        let names: Vec<_> = going.iter().map(|existing| existing.name.clone()).collect();
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
        let found = session.rows(query, |row| {
            Ok(format!(
                "the table {}.{} refers to {} by the foreign key {}: drop that key first",
                sql_name(row.get(0)?),
                sql_name(row.get(1)?),
                sql_name(row.get(2)?),
                sql_name(row.get(3)?)
            ))
        });
        found.await?.into_iter().next().map_or(Ok(()), |found| Err(Failure::refused(found)))
    }

    /// Replaces the live tables with the staging tables in one step, and drops the replaced ones.
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
        // With checks on, the renames also update the foreign keys between the tables.
        session.execute("SET SESSION foreign_key_checks = 1").await?;
        session.execute(format!("RENAME TABLE {}", renames.join(", "))).await?;
        drop_tables(session, &old).await.map_err(|failure| {
            let code = failure.code();
            Failure::new(code, "published, but the old tables could not be dropped: run again")
                .because(failure)
        })
    }

    /// Live tables to replace: those of the same name, and ours of an older data set.
    fn going(&self, wanted: &[TableName]) -> impl Iterator<Item = &Existing> {
        self.tables.iter().filter(move |existing| {
            wanted.iter().any(|name| name.as_str() == existing.name) || existing.is_ours()
        })
    }
}

/// A prefix of foreign key names that no table of the database uses yet.
pub(crate) async fn free_foreign_key_prefix(session: &mut Session) -> Result<String, Failure> {
    let query = "SELECT constraint_name FROM information_schema.referential_constraints WHERE \
                 constraint_schema = DATABASE()";
    let taken: Vec<String> = session.rows(query, |row| row.get(0)).await?;
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

/// Drops the staging tables that this tool created.
pub(crate) async fn drop_staging(session: &mut Session) -> Result<(), Failure> {
    let left = Live::inspect(session, &[]).await?.left_over.into_iter();
    let ours = left.filter(|table| table.is_ours() && table.name.starts_with(STAGING));
    let names: Vec<_> = ours.map(|table| table.name).collect();
    drop_tables(session, &names).await
}

async fn drop_tables(session: &mut Session, names: &[String]) -> Result<(), Failure> {
    if names.is_empty() {
        return Ok(());
    }
    // Everything that refers to them is dropped too, so their order does not matter.
    session.execute("SET SESSION foreign_key_checks = 0").await?;
    let names: Vec<_> = names.iter().map(|name| sql_name(name)).collect();
    session.execute(format!("DROP TABLE IF EXISTS {}", names.join(", "))).await
}

fn text_list(names: &[String]) -> String {
    names.iter().map(|name| sql_text(name)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::existing::STAGING_MARK;

    fn existing(tables: &[(&str, &str)]) -> impl Iterator<Item = Existing> {
        let existing = |(name, comment): &(&str, &str)| Existing {
            name: (*name).into(),
            comment: (*comment).into(),
            view: false,
        };
        tables.iter().map(existing).collect::<Vec<_>>().into_iter()
    }

    fn names<'a>(found: impl Iterator<Item = &'a Existing>) -> Vec<&'a str> {
        found.map(|existing| existing.name.as_str()).collect()
    }

    #[test]
    fn only_all_tables_with_their_marks_contain_the_data_set() {
        let payments = TableName::new("payments").unwrap();
        let (a, b) = ("mysql-loader: table payments, a", "mysql-loader: table transactions, b");
        let wanted = [(payments, a.to_owned()), (TableName::Transactions, b.to_owned())];
        let names = wanted.each_ref().map(|(name, _)| *name);
        let holds = |tables: &[(&str, &str)]| Live::of(existing(tables), &names).holds(&wanted);
        let both = [("payments", a), ("transactions", b)];
        assert!(holds(&both));
        assert!(!holds(&both[..1]));
        let changed = ("transactions", "mysql-loader: table transactions, c");
        assert!(!holds(&[both[0], changed]));
        assert!(!holds(&[both[0], ("transactions", "b")]));
        assert!(!holds(&[both[0], both[1], ("sellers", "mysql-loader: table sellers, z")]));
        assert!(holds(&[both[0], both[1], ("sellers", "kept by hand")]));
    }

    #[test]
    fn tables_of_an_older_data_set_are_replaced_and_those_of_others_kept() {
        let found = [
            ("customers", "mysql-loader: data set older, file z"),
            ("notes", "kept by hand"),
            ("payments", "mysql-loader: table payments, data set older"),
            ("products", "kept by hand"),
            ("transactions", "kept by hand"),
        ];
        let live = Live::of(existing(&found), &[TableName::Transactions]);
        let going = names(live.going(&[TableName::Transactions]));
        assert_eq!(going, ["customers", "payments", "transactions"]);
    }

    #[test]
    fn a_copy_of_our_table_is_not_ours() {
        let comment = "mysql-loader: table payments, data set shop";
        let found = [
            ("payments", comment),
            ("payments_copy", comment),
            ("_old_payments", comment),
            ("my_transactions", "mysql-loader: data set shop, file z"),
            ("kept", STAGING_MARK),
        ];
        let live = Live::of(existing(&found), &[TableName::Transactions]);
        assert_eq!(names(live.tables.iter()), ["payments"]);
        assert_eq!(names(live.left_over.iter()), ["_old_payments"]);
    }

    #[test]
    fn tables_of_an_unfinished_run_are_found_by_mark_and_by_name() {
        let found = [
            ("_stg_sellers", STAGING_MARK),
            ("_stg_payments", "kept by hand"),
            ("_stg_notes", "kept by hand"),
        ];
        let wanted = [TableName::new("payments").unwrap()];
        let live = Live::of(existing(&found), &wanted);
        assert_eq!(names(live.left_over.iter()), ["_stg_sellers", "_stg_payments"]);
        assert!(live.tables.is_empty());
    }
}

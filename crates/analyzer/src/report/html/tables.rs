//! What the page says about each table of the plan, and about each file that is in none.

use ecom_core::plan::{Column, Plan, Table};
use ecom_core::show::{counted, thousands};

use super::HtmlPage;
use super::column::ColumnEntry;
use super::distribution::Distribution;
use super::markup::Markup;
use super::timeline::capital;
use crate::profile::file::FileProfile;
use crate::profile::part::FilePart;
use crate::report::kind;
use crate::report::paint::bytes;
use crate::report::words::{dialect, source, ways};
use crate::roles::naming::given;

/// The section of a table.
pub(super) fn table(table: &Table, facts: &HtmlPage<'_>, page: &mut Markup) {
    let id = format!("table-{}", table.name);
    page.within("section", &[("class", "card"), ("id", &id)], |page| {
        page.within("h2", &[], |title| {
            title.text(table.name.as_str());
            let rows = counted(table.rows, "record");
            let derived = if table.derived { ", derived" } else { "" };
            title.leaf("span", &[], &format!("{rows}{derived}"));
        });
        page.within("dl", &[("class", "facts")], |list| about(table, facts, list));
        let lines = lines(table, facts);
        columns(&lines, page);
        if !table.derived
            && let Some(file) = facts.file(&table.file, table.member.as_deref())
        {
            first(&facts.results.files[file], page);
        }
    });
}

/// The section of a file that is in no table.
pub(super) fn file(index: usize, reason: Option<&str>, facts: &HtmlPage<'_>, page: &mut Markup) {
    let file = &facts.results.files[index];
    page.within("section", &[("class", "card file")], |page| {
        page.within("h2", &[], |title| {
            title.data(&kind(file));
            title.leaf("span", &[], &counted(file.rows, "record"));
        });
        page.within("dl", &[("class", "facts")], |list| {
            if let Some(reason) = reason {
                fact("left out", reason, list);
            }
            for part in &file.parts {
                fact("from", &about_part(part, file.parts.len() > 1), list);
            }
        });
        let given = given(file, &facts.results.wishes.roles);
        let lines =
            file.columns.iter().zip(given).enumerate().map(|(at, (profile, given))| ColumnEntry {
                planned: None,
                profile: Some(profile),
                why: given.role.and(given.why).map(|why| why.to_string()),
                role: given.role,
                distribution: facts.distribution(index, at),
                marks: Vec::new(),
                rows: file.rows,
            });
        columns(&lines.collect::<Vec<_>>(), page);
        first(file, page);
    });
}

fn about(table: &Table, facts: &HtmlPage<'_>, list: &mut Markup) {
    if table.derived {
        fact("from", &format!("{}: distinct values of its columns", source(table)), list);
    } else {
        let profile = facts.file(&table.file, table.member.as_deref());
        let parts = profile.map_or(&[][..], |index| &facts.results.files[index].parts);
        for part in parts {
            fact("from", &about_part(part, parts.len() > 1), list);
            if let Some(reason) = &part.encoding_reason {
                fact("encoding", &format!("{}, {reason}", part.dialect.encoding), list);
            }
        }
    }
    if table.rejected > 0 {
        fact("rejected", &counted(table.rejected, "record"), list);
    }
    if table.passed_over > 0 {
        fact("skipped", &counted(table.passed_over, "line"), list);
    }
    fact("key", &format!("{}: {}", table.key.join(" + "), table.key_proof), list);
    if let Some(join) = &table.join {
        let (without, unused) = (thousands(join.without), thousands(join.unused));
        fact(
            "joined",
            &format!(
                "with {} where {} = {}: {without} without a counterpart, {unused} unused there",
                join.table, join.column, join.references
            ),
            list,
        );
    }
    for key in &table.foreign_keys {
        let orphans = match key.orphans {
            0 => "no orphans".to_owned(),
            count => counted(count, "orphan"),
        };
        let (column, other, references) = (&key.column, key.table, &key.references);
        fact("refers to", &format!("{column} → {other}.{references}: {orphans}"), list);
    }
    fact("goes to", &format!("{}, because: {}", ways(table), table.route.reason), list);
}

/// How a file is written and, if there are several, its figures.
fn about_part(part: &FilePart, several: bool) -> String {
    let rejected = match part.rejected {
        0 => String::new(),
        count => format!(" and {} rejected", thousands(count)),
    };
    let rows = format!("{}{rejected}, ", counted(part.rows, "record"));
    let rows = if several { rows.as_str() } else { "" };
    format!("{}: {rows}{}, {}", part.shown(), bytes(part.bytes), dialect(&part.dialect))
}

fn fact(name: &str, text: &str, list: &mut Markup) {
    list.leaf("dt", &[], name);
    list.within("dd", &[], |value| value.data(text));
    list.line();
}

fn columns(lines: &[ColumnEntry<'_>], page: &mut Markup) {
    let title = capital(&counted(lines.len() as u64, "column"));
    page.leaf("h3", &[], &title);
    page.within("ul", &[("class", "columns")], |list| {
        for line in lines {
            line.write(list);
        }
    });
}

/// The columns of a table, each with its profile.
fn lines<'a>(table: &'a Table, facts: &HtmlPage<'a>) -> Vec<ColumnEntry<'a>> {
    let line = |(position, column): (usize, &'a Column)| {
        let found = origin(table, position, facts);
        let key = table.key.contains(&column.name).then(|| "key".to_owned());
        let references = table.foreign_keys.iter().filter(|key| key.column == column.name);
        let references = references.map(|key| format!("refers to {}", key.table));
        let joined = column.from.map(|other| format!("joined from {other}"));
        ColumnEntry {
            planned: Some(column),
            profile: found.map(|(file, at)| &facts.results.files[file].columns[at]),
            role: column.role,
            why: facts.why(table, column),
            distribution: found.and_then(|(file, at)| facts.distribution(file, at)),
            marks: key.into_iter().chain(references).chain(joined).collect(),
            rows: table.rows,
        }
    };
    table.columns.iter().enumerate().map(line).collect()
}

/// The indices of the file and of the column in it that a column comes from; columns with the same
/// header are distinguished by their order.
fn origin(table: &Table, position: usize, facts: &HtmlPage<'_>) -> Option<(usize, usize)> {
    let column = &table.columns[position];
    if column.generated {
        return None;
    }
    let alike = |one: &&Column| one.header == column.header && one.from == column.from;
    let before = table.columns[..position].iter().filter(alike).count();
    let source = match column.from {
        Some(other) => facts.plan()?.table(other)?,
        None => table,
    };
    let file = facts.file(&source.file, source.member.as_deref())?;
    let columns = facts.results.files[file].columns.iter().enumerate();
    let mut found = columns.filter(|(_, profile)| profile.header == column.header);
    found.nth(before).map(|(at, _)| (file, at))
}

/// The first records as they are in the file.
fn first(file: &FileProfile, page: &mut Markup) {
    if file.first.is_empty() {
        return;
    }
    let title = match file.first.len() {
        1 => "The first record".to_owned(),
        count => format!("The first {count} records"),
    };
    page.within("details", &[("class", "first"), ("open", "")], |details| {
        details.leaf("summary", &[], &title);
        let scroll =
            [("class", "scroll"), ("tabindex", "0"), ("role", "group"), ("aria-label", &title)];
        details.within("div", &scroll, |scroll| {
            scroll.within("table", &[], |table| records(file, table));
        });
    });
}

fn records(file: &FileProfile, table: &mut Markup) {
    let class = |at: usize| {
        if file.columns[at].sql_type().is_number() { "number" } else { "" }
    };
    table.within("thead", &[], |head| {
        head.within("tr", &[], |row| {
            for (at, column) in file.columns.iter().enumerate() {
                row.within("th", &[("scope", "col"), ("class", class(at))], |cell| {
                    cell.data(crate::report::statements::header(column));
                });
            }
        });
    });
    table.within("tbody", &[], |body| {
        for record in &file.first {
            body.within("tr", &[], |row| {
                for (at, value) in record.iter().enumerate().take(file.columns.len()) {
                    row.within("td", &[("class", class(at))], |cell| match value {
                        Some(value) => cell.data(value),
                        None => cell.leaf("i", &[], "NULL"),
                    });
                }
            });
            body.line();
        }
    });
}

impl<'a> HtmlPage<'a> {
    /// The index of a file's profile.
    pub(super) fn file(&self, file: &str, member: Option<&str>) -> Option<usize> {
        self.results.files.iter().position(|profile| {
            let first = profile.first_part();
            first.file == file && first.member.as_deref() == member
        })
    }

    /// How a column of a table got its role.
    fn why(&self, table: &Table, column: &Column) -> Option<String> {
        let why = self.results.decision.ok()?.why(&table.file, &column.header, column.role?);
        why.map(str::to_owned)
    }

    pub(super) fn plan(&self) -> Option<&'a Plan> {
        self.results.decision.ok().map(|decision| &decision.plan)
    }

    pub(super) fn distribution(&self, file: usize, column: usize) -> Option<&'a Distribution> {
        self.distributions.get(file)?.get(column)?.as_ref()
    }
}

//! What the page says about one column.

use ecom_core::plan::{Column, Role};
use ecom_core::show::thousands;

use super::chart::{bar, chart};
use super::distribution::Distribution;
use super::markup::Markup;
use crate::meaning::role::role_words;
use crate::report::statements::header;
use crate::report::words::{is_id, share, written};
use crate::value::column::{ColumnKind, ColumnProfile};

/// A column in the plan and in the profile of its file.
pub(super) struct ColumnEntry<'a> {
    pub(super) planned: Option<&'a Column>,
    pub(super) profile: Option<&'a ColumnProfile>,
    pub(super) role: Option<Role>,
    /// How the column got its role.
    pub(super) why: Option<String>,
    pub(super) distribution: Option<&'a Distribution>,
    /// Words beside the name: `key`, `refers to customers`.
    pub(super) marks: Vec<String>,
    /// Records of the table or the file.
    pub(super) rows: u64,
}

impl ColumnEntry<'_> {
    /// Writes the row of the column.
    pub(super) fn write(&self, page: &mut Markup) {
        page.within("li", &[("class", "column")], |item| {
            item.within("div", &[("class", "name")], |name| self.name(name));
            item.within("div", &[("class", "type")], |sql_type| self.sql_type(sql_type));
            item.within("dl", &[], |facts| self.facts(facts));
            if let Some(profile) = self.profile {
                // The distribution of numbers that identify something is meaningless.
                let found = self.distribution.filter(|_| !self.role.is_some_and(is_id));
                chart(profile, found, item);
            } else {
                item.leaf("p", &[("class", "quiet figure")], "the splitter generates the values");
            }
        });
        page.line();
    }

    fn name(&self, page: &mut Markup) {
        let shown = match (self.profile, self.planned) {
            (Some(profile), _) => header(profile),
            (None, Some(planned)) => &planned.name,
            (None, None) => "",
        };
        page.within("h4", &[], |title| title.data(shown));
        if let Some(planned) = self.planned.filter(|planned| planned.name != shown) {
            page.leaf("code", &[("class", "sql")], &planned.name);
        }
        page.within("p", &[("class", "marks")], |marks| {
            if let Some(role) = self.role {
                marks.leaf("span", &[("class", "role")], role_words(role));
            }
            for mark in &self.marks {
                marks.leaf("span", &[("class", "mark")], mark);
            }
            if let Some(why) = &self.why {
                marks.leaf("small", &[], why);
            }
        });
    }

    fn sql_type(&self, page: &mut Markup) {
        let planned = self.planned.map(|planned| planned.sql_type);
        let sql_type = planned.or_else(|| self.profile.map(ColumnProfile::sql_type));
        let open = self.profile.is_some_and(|one| matches!(one.kind, ColumnKind::Undecided { .. }));
        if let Some(sql_type) = sql_type {
            let open = if open { "?" } else { "" };
            page.leaf("code", &[], &format!("{sql_type}{open}"));
        }
        let planned = self.planned.map(|one| (one.format.as_deref(), one.format_proof.as_deref()));
        let found = self.profile.map(|one| (one.format(), one.format_proof()));
        let (format, proof) = planned.or(found).unwrap_or_default();
        if let Some(format) = format {
            let text = sql_type.map_or(format.to_owned(), |sql_type| written(format, sql_type));
            page.leaf("p", &[("title", format)], &format!("written {text}"));
        }
        if let Some(proof) = proof {
            page.leaf("p", &[("class", "quiet")], proof);
        }
        let missing = self.planned.map_or(&[][..], |planned| &planned.missing);
        if !missing.is_empty() {
            page.leaf("p", &[("class", "quiet")], &format!("no value: {}", missing.join(", ")));
        }
    }

    fn facts(&self, page: &mut Markup) {
        let planned = self.planned.and_then(|planned| planned.nulls);
        let nulls = planned.or_else(|| self.profile.map(ColumnProfile::missing)).unwrap_or(0);
        let part = share(nulls, self.rows);
        let percent = if nulls == 0 { String::new() } else { format!(" ({:.1} %)", part * 100.0) };
        fact("missing", page, |fact| {
            fact.text(&format!("{}{percent}", thousands(nulls)));
            if nulls > 0 {
                bar(part, "bar nulls", fact);
            }
        });
        let Some(profile) = self.profile else { return };
        let about = if profile.counts.distinct_exact { "" } else { "about " };
        let distinct = thousands(profile.counts.distinct);
        fact("different", page, |fact| fact.text(&format!("{about}{distinct}")));
        if profile.sql_type().is_text() {
            let longest = thousands(profile.longest as u64);
            fact("longest", page, |fact| fact.text(&format!("{longest} characters")));
        }
        for (name, value) in [("least", &profile.minimum), ("greatest", &profile.maximum)] {
            if let Some(value) = value {
                fact(name, page, |fact| fact.data(value));
            }
        }
    }
}

fn fact(name: &str, page: &mut Markup, inside: impl FnOnce(&mut Markup)) {
    page.leaf("dt", &[], name);
    page.within("dd", &[], inside);
}

//! The report as a page for a browser: one self-contained file. It has no script, and its policy
//! allows nothing but its own style sheet.

mod chart;
mod column;
mod distribution;
mod drawing;
mod guard;
mod layout;
mod markup;
mod periods;
mod problems;
mod tables;
mod timeline;

use std::path::Path;

use ecom_core::Failure;
use ecom_core::atomic;
use sha2::{Digest as _, Sha256};

use self::distribution::{Distribution, distributions};
pub(crate) use self::guard::guard;
use self::markup::Markup;
use super::Results;
use super::statements::{Statement, left_out, statements};
use crate::decide::plan::Decision;
use crate::profile::observe::Context;

const STYLE: &str = include_str!("page.css");

/// What the page is made of.
struct HtmlPage<'a> {
    results: &'a Results<'a>,
    /// For each file and each of its columns.
    distributions: &'a [Vec<Option<Distribution>>],
}

/// Reads the files once more for their distributions, and writes the page.
pub(crate) fn write(
    results: &Results<'_>,
    path: &Path,
    context: &Context<'_>,
) -> Result<(), Failure> {
    let found = results.files.iter().map(|file| distributions(file, context));
    let distributions: Vec<_> = found.collect::<Result<_, _>>()?;
    let page = HtmlPage { results, distributions: &distributions };
    atomic::write(path, page.whole().as_bytes())
}

impl HtmlPage<'_> {
    fn whole(&self) -> String {
        let mut page = Markup::default();
        page.own(guard::BEGIN);
        page.within("html", &[("lang", "en")], |html| {
            html.line();
            html.within("head", &[], |head| self.head(head));
            html.line();
            html.within("body", &[], |body| self.body(body));
            html.line();
        });
        page.line();
        page.finish()
    }

    fn head(&self, head: &mut Markup) {
        // The hash permits exactly this style sheet; scripts and requests are forbidden altogether.
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
            base64(&Sha256::digest(STYLE))
        );
        head.line();
        head.void("meta", &[("charset", "utf-8")]);
        head.void("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy)]);
        head.void(
            "meta",
            &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")],
        );
        head.void("meta", &[("name", "color-scheme"), ("content", "light dark")]);
        head.void("meta", &[("name", "referrer"), ("content", "no-referrer")]);
        head.leaf("title", &[], &format!("{} – analyzer", self.results.wishes.data_set));
        head.line();
        head.within("style", &[], |style| style.own(STYLE));
        head.line();
    }

    fn body(&self, body: &mut Markup) {
        let statements = statements(self.results);
        body.leaf("a", &[("class", "skip"), ("href", "#verdict")], "Skip to the verdict");
        body.within("header", &[], |header| self.header(header));
        body.within("main", &[], |main| {
            problems::problems(self, &statements, main);
            if let Ok(decision) = self.results.decision {
                self.decided(decision, &statements, main);
            }
            self.others(main);
        });
        body.within("footer", &[], |footer| self.footer(footer));
    }

    fn header(&self, header: &mut Markup) {
        let wishes = self.results.wishes;
        header.within("h1", &[], |title| {
            title.leaf("span", &[], "Data set");
            title.own(" ");
            title.data(&wishes.data_set);
        });
        header.leaf("p", &[], &self.results.size());
        if !self.results.split.is_empty() {
            let files = self.results.split.join(", ");
            header.leaf("p", &[], &format!("Skipped files that the splitter wrote: {files}"));
        }
        if let Some(plan) = self.plan() {
            header.within("nav", &[("aria-label", "On this page")], |nav| {
                for (link, name) in [("#drawing", "Tables and references"), ("#cut", "Cut")] {
                    nav.leaf("a", &[("href", link)], name);
                }
                for table in &plan.tables {
                    let link = format!("#table-{}", table.name);
                    nav.leaf("a", &[("href", &link)], table.name.as_str());
                }
            });
        }
    }

    fn decided(&self, decision: &Decision, statements: &[Statement], main: &mut Markup) {
        let plan = &decision.plan;
        main.within("section", &[("class", "card"), ("id", "drawing")], |section| {
            section.leaf("h2", &[], "Tables and references");
            let files = left_out(self.results).into_iter().map(|file| (file.file, file.rows));
            let files: Vec<_> = files.collect();
            let scroll = [("class", "scroll drawing"), ("tabindex", "0")];
            section.within("div", &scroll, |scroll| drawing::draw(plan, &files, scroll));
        });
        main.within("section", &[("class", "card"), ("id", "cut")], |section| {
            timeline::timeline(decision, section);
        });
        let notes: Vec<_> =
            statements.iter().filter(|statement| !statement.kind.is_problem()).collect();
        if !notes.is_empty() {
            main.within("section", &[("class", "card notes")], |section| {
                section.leaf("h2", &[], "Good to know");
                section.within("ul", &[], |list| {
                    for note in notes {
                        list.within("li", &[], |item| problems::sentence(note, item));
                        list.line();
                    }
                });
            });
        }
        // The other tables explain the transactions, so these come first.
        plan.tables.iter().rev().for_each(|table| tables::table(table, self, main));
    }

    /// The files that are in no table; all files of a refused data set.
    fn others(&self, main: &mut Markup) {
        let decision = self.results.decision.ok();
        let left_out = left_out(self.results);
        for (index, file) in self.results.files.iter().enumerate() {
            if decision.is_some() && !self.is_left_out(file) {
                continue;
            }
            let reason = left_out.iter().find(|one| one.file == file.name);
            tables::file(index, reason.map(|one| one.reason.as_str()), self, main);
        }
    }

    fn footer(&self, footer: &mut Markup) {
        let version = env!("CARGO_PKG_VERSION");
        footer.within("details", &[], |details| {
            details.leaf("summary", &[], "What was read");
            details.within("p", &[], |folder| {
                folder.own("The folder ");
                folder.data(&self.results.wishes.folder.display().to_string());
            });
            details.within("ul", &[], |list| {
                for file in self.results.files {
                    list.within("li", &[], |item| {
                        item.data(&file.name);
                        item.own(" ");
                        item.leaf("code", &[], &file.sha256);
                    });
                }
            });
        });
        footer.leaf(
            "p",
            &[],
            &format!("Created by analyzer {version}, which read every record, not a sample."),
        );
    }
}

/// Bytes in base64, as a policy writes a hash.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | usize::from(*three.get(at).unwrap_or(&0)));
        for at in 0..4 {
            let letter = char::from(LETTERS[bits >> (18 - 6 * at) & 63]);
            text.push(if at <= three.len() { letter } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (text, wanted) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(text.as_bytes()), wanted);
        }
    }

    #[test]
    fn the_style_sheet_cannot_end_its_element() {
        assert!(!STYLE.contains('<'), "no markup in the style sheet");
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"), "nothing is loaded");
    }
}

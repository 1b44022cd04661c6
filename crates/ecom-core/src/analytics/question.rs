//! One question: an SQL file and its comments.

use std::fs;
use std::path::Path;

use super::column::{ColumnName, View};
use super::proof::Proof;
use super::syntax::Tokens;
use crate::exit::{Failure, io_failure};
use crate::input;
use crate::plan::Plan;

/// One question and the result that answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The result's name: the folder in HDFS, the table in MySQL.
    pub name: String,
    /// The question, in a sentence.
    pub text: String,
    /// What the data set must have besides what the proofs name: views, and columns of them.
    pub needs: Vec<ColumnName>,
    /// What is computed again.
    pub proofs: Vec<Proof>,
}

impl Question {
    /// Reads every file `*.sql` of a folder, in the order of their names.
    ///
    /// # Errors
    /// The folder cannot be read, or a file is not a question: exit code 2.
    pub fn all(folder: &Path) -> Result<Vec<Self>, Failure> {
        let cannot = |error| io_failure("read the folder", folder, error);
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).map_err(cannot)? {
            let path = entry.map_err(cannot)?.path();
            if path.extension().is_some_and(|extension| extension == "sql") {
                paths.push(path);
            }
        }
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    /// Reads one file.
    ///
    /// # Errors
    /// The file cannot be read, or it is not a question: exit code 2, with the line.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = input::text(path)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        Self::parse(&name, &text).map_err(|(line, problem)| {
            Failure::usage(format!("{}: line {line}: {problem}", path.display()))
        })
    }

    /// Reads the text of a file; the error is the line at fault and what is wrong.
    fn parse(name: &str, text: &str) -> Result<Self, (usize, String)> {
        if !name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        {
            return Err((1, "the file's name is a table's: use a-z, 0-9 and _".into()));
        }
        let mut question = Self {
            name: name.to_owned(),
            text: String::new(),
            needs: Vec::new(),
            proofs: Vec::new(),
        };
        for (number, line) in (1..).zip(text.lines()) {
            let Some(comment) = line.strip_prefix("--") else {
                if number == 1 {
                    break;
                }
                continue;
            };
            let comment = comment.trim();
            let at = |problem| (number, problem);
            if number == 1 {
                comment.clone_into(&mut question.text);
            } else if let Some(needs) = comment.strip_prefix("needs:") {
                let needs = Tokens::of(needs).and_then(Tokens::needs).map_err(at)?;
                question.needs.extend(needs);
            } else if let Some(proof) = comment.strip_prefix("proof:") {
                question.proofs.push(Tokens::of(proof).and_then(Tokens::proof).map_err(at)?);
            }
        }
        if question.text.is_empty() {
            return Err((1, "the first line is a comment with the question: -- What …?".into()));
        }
        Ok(question)
    }

    /// Why a data set has no answer to this question; `None` if it has one.
    #[must_use]
    pub fn lacks(&self, plan: &Plan) -> Option<String> {
        let needs = self.needs.iter().find_map(|name| name.lacks(plan, View::Sales));
        needs.or_else(|| self.proofs.iter().find_map(|proof| proof.lacks(plan)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::{Groups, Measure, TimePart};
    use crate::testing::{plan, table};

    fn question(comments: &str) -> Result<Question, (usize, String)> {
        Question::parse("sales", &format!("-- What is sold?\n{comments}\nSELECT 1\n-- no proof: x"))
    }

    fn one(proof: &str) -> Proof {
        question(&format!("-- proof: {proof}")).unwrap().proofs.remove(0)
    }

    #[test]
    fn a_file_says_its_question_its_needs_and_its_proofs() {
        let found = question("-- needs: log_events, products.category\n-- a remark").unwrap();
        assert_eq!((found.name.as_str(), found.text.as_str()), ("sales", "What is sold?"));
        let needs: Vec<_> = found.needs.iter().map(ToString::to_string).collect();
        assert_eq!(needs, ["log_events", "products.category"]);
        assert_eq!(found.proofs, []);
        let proof = one(
            "rows where months_later in ('0'): from sales where lower(status) not in ('a', 'it''s') \
             and amount is not null top group by region, sale_date = day(sold_at): orders = count, \
             revenue = sum(amount) or 0, open = count(status like '%o%'), buyers = count(distinct customer_id)",
        );
        assert_eq!((proof.rows.len(), proof.groups), (1, Groups::Top));
        assert!(proof.conditions[0].column.lower && proof.conditions[0].not);
        assert_eq!(proof.keys[1].part, Some(TimePart::Day));
        assert!(proof.figures[1].or_zero && proof.figures[0].measure == Measure::Count);
        assert_eq!(one("revenue = sum(amount)").groups, Groups::Total);
        let every = one("group by every products.product_id: n = count");
        assert_eq!((every.groups, every.every), (Groups::All, true));
        let top = one("top group by every products.product_id: n = count");
        assert_eq!((top.groups, top.every), (Groups::Top, true));
    }

    #[test]
    fn what_is_no_question_is_refused_with_its_line() {
        for (comments, problem) in [
            ("-- proof: orders = counts", "counts is not a figure: count, sum, min or max"),
            ("-- proof: group region: n = count", "\"region\" where by is expected"),
            ("-- proof: n = count n", "\"n\" is not expected here"),
            ("-- proof: where a in ('b: n = count", "a quote is never closed"),
            (
                "-- proof: from Shop: n = count",
                "\"Shop\" is not a table name: use lower-case letters, digits and _, at most 48",
            ),
            ("-- needs: a b", "\"b\" is not expected here"),
        ] {
            assert_eq!(question(comments).unwrap_err(), (2, problem.to_owned()));
        }
        assert!(Question::parse("a", "SELECT 1").unwrap_err().1.contains("the question"));
        assert!(Question::parse("A b", "-- a").is_err());
    }

    #[test]
    fn a_data_set_without_what_is_named_has_no_answer() {
        let sales = table(
            "transactions",
            "id",
            "Id | id | INT
            Day | day | DATE | role = 'event_time'
            Sum | total | DECIMAL(9,2) | role = 'amount'
            Region | area | VARCHAR(9) | role = 'region'",
        );
        let plan = plan("shop", [sales]);
        let lacks = |comment: &str| question(&format!("-- {comment}")).unwrap().lacks(&plan);
        for (comment, reason) in [
            ("proof: group by region, day = day(sold_at): n = count, total = sum(amount)", None),
            ("proof: group by order_id: n = count", None),
            ("proof: from shops: n = count", Some("the data set has no shops")),
            ("proof: from log_events group by level: n = count", None),
            ("proof: group by category: n = count", Some("the data set has no category")),
            ("proof: group by hour = hour(sold_at): n = count", Some("sold_at is DATE")),
            ("proof: revenue = sum(region)", Some("region is VARCHAR(9)")),
            ("needs: time_of_day", Some("the data set has no time_of_day")),
            ("needs: customers", Some("the data set has no customers")),
            ("needs: products.category", Some("the data set has no products.category")),
        ] {
            assert_eq!(lacks(comment).as_deref(), reason, "{comment}");
        }
    }

    #[test]
    fn a_condition_means_what_it_means_in_sql() {
        let holds =
            |text: &str, value| one(&format!("where {text}: n = count")).conditions[0].holds(value);
        for (condition, value, wanted) in [
            ("a in ('x', 'y')", Some("y"), true),
            ("a not in ('x', 'y')", Some("Y"), true),
            ("lower(a) not in ('x', 'y')", Some("Y"), false),
            ("a not in ('x')", None, false),
            ("a is null", None, true),
            ("a is not null", Some(""), true),
            ("a like '%pay%declined%'", Some("payment was declined"), true),
            ("a like 'pay%'", Some("repay"), false),
            ("a like 'ab%ba'", Some("aba"), false),
            ("a not like '%x'", Some("y"), true),
        ] {
            assert_eq!(holds(condition, value), wanted, "{condition} {value:?}");
        }
    }

    #[test]
    fn parts_of_a_time() {
        let time = "2024-12-29 23:59:59.500000";
        for (part, wanted) in [
            (TimePart::Day, "2024-12-29"),
            (TimePart::Week, "2024-12-23"),
            (TimePart::Month, "2024-12-01"),
            (TimePart::YearMonth, "202412"),
            (TimePart::Year, "2024"),
            (TimePart::Hour, "23"),
            (TimePart::Weekday, "7"),
        ] {
            assert_eq!(part.of(time).as_deref(), Some(wanted));
        }
        assert_eq!(TimePart::Hour.of("2024-12-29").as_deref(), Some("0"));
        assert_eq!(TimePart::Day.of("soon"), None);
    }
}

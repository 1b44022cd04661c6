//! The proof of the numbers: the results of the analysis against the work files.
//!
//! Each aggregation that a question declares is computed again, from the work files and in exact
//! decimals, and compared with the result in HDFS row by row; then HDFS is compared with MySQL. Nothing
//! of Spark or of the lake takes part in the computing.

mod aggregate;
mod records;
mod rows;

use std::collections::BTreeSet;

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::analytics::{COLUMNS_FILE, Figure, Groups, Measure, Proof, Question, View};
use ecom_core::canonical::Canonical;
use ecom_core::decimal::Number;
use ecom_core::hdfs::name_of;
use ecom_core::plan::SqlType;

use self::aggregate::Aggregation;
use self::rows::{Columns, Found, Rows};
use crate::check::Check;
use crate::checks::Checks;
use crate::compare::Sides;
use crate::hdfs::Folder;
use crate::hop::Hop;
use crate::line::Parser;
use crate::mysql::TableRows;
use crate::side::Side;

/// The figure that is shown for people.
const REVENUE: &str = "revenue";

/// The result of a question in HDFS.
struct Outcome {
    question: Question,
    folder: String,
    /// Name and type of each column.
    columns: Vec<(String, SqlType)>,
}

impl Checks<'_> {
    /// Compares every result with the work files, and with its table in MySQL.
    pub(crate) fn analytics(&self, done: &mut dyn FnMut(Check)) -> Result<()> {
        self.ready()?;
        let questions = Question::all(&self.args.questions)?;
        self.strangers(&questions)?.into_iter().for_each(&mut *done);
        let mut outcomes = Vec::new();
        for question in questions {
            if let Some(reason) = question.lacks(self.plan) {
                self.ui.status(format!("analytics: {} has no answer: {reason}", question.name));
                continue;
            }
            let folder = self.args.stores.root.folder(&format!("analytics/{}", question.name));
            match self.columns(&folder)? {
                Some(columns) => outcomes.push(Outcome { question, folder, columns }),
                None => done(absent(&question, &folder)),
            }
        }
        let proofs: Vec<_> = outcomes
            .iter()
            .flat_map(|outcome| outcome.question.proofs.iter().map(move |proof| (outcome, proof)))
            .collect();
        let mut computed = self.compute(&proofs)?.into_iter();
        for outcome in &outcomes {
            for proof in &outcome.question.proofs {
                if let Some(rows) = computed.next() {
                    done(self.proven(outcome, proof, rows)?);
                }
            }
            done(self.in_mysql(outcome)?);
        }
        Ok(())
    }

    /// Name and type of each column of a result; `None` if there is no result.
    fn columns(&self, folder: &str) -> Result<Option<Vec<(String, SqlType)>>> {
        let path = format!("{folder}/{COLUMNS_FILE}");
        let text = self.runtime.wait(async {
            let Some(mut body) = self.hdfs.open(&path, 0).await? else { return Ok(None) };
            let mut text = Vec::new();
            while let Some(chunk) = body.chunk().await? {
                text.extend_from_slice(&chunk);
            }
            Ok(Some(text))
        })?;
        let Some(text) = text else { return Ok(None) };
        let wrong = || Failure::verification(format!("{path} is not a list of columns"));
        let columns = std::str::from_utf8(&text).map_err(|_| wrong())?.lines().map(|line| {
            let (name, sql_type) = line.split_once('\t').ok_or_else(wrong)?;
            Ok((name.to_owned(), sql_type.parse().map_err(|_| wrong())?))
        });
        Ok(Some(columns.collect::<Result<_, Failure>>()?))
    }

    /// Computes the rows of all proofs; each view is read once.
    fn compute(&self, proofs: &[(&Outcome, &Proof)]) -> Result<Vec<Rows>> {
        let mut computing = Vec::new();
        for (_, proof) in proofs {
            computing.push((*proof, Aggregation::new(self.plan, proof, self.work)?));
        }
        let others = self.others(computing.iter().flat_map(|(_, work)| work.places()))?;
        let views: Vec<_> = proofs.iter().map(|(_, proof)| proof.view).collect();
        for (index, view) in views.iter().enumerate() {
            if views[..index].contains(view) {
                continue;
            }
            self.records(*view, &others, &mut |values| {
                let mut of_view = computing.iter_mut().filter(|(proof, _)| proof.view == *view);
                Ok(of_view.try_for_each(|(_, work)| work.add(values))?)
            })?;
        }
        for (proof, work) in computing.iter_mut().filter(|(proof, _)| proof.every) {
            let Some(key) = proof.keys.first() else { continue };
            let view = key.column.view_in(proof.view);
            let places = proof.keys.iter().filter_map(|key| key.column.find(self.plan, view));
            let places: Vec<_> = places.map(|column| column.place).collect();
            self.records(view, &others, &mut |values| Ok(work.add_empty(values, &places)?))?;
        }
        let finished = computing.into_iter().zip(proofs).map(|((_, work), (outcome, proof))| {
            work.finish(Rows::new(self.work, outcome.compared(proof)?.0)?)
        });
        finished.collect()
    }

    /// Compares what one proof computed with the result.
    fn proven(&self, outcome: &Outcome, proof: &Proof, rows: Rows) -> Result<Check> {
        let result = self.result(outcome);
        let (columns, places) = outcome.compared(proof)?;
        let conditions = proof
            .rows
            .iter()
            .map(|condition| Ok((outcome.position(&condition.column.name)?, condition)));
        let is_total = proof.groups == Groups::Total;
        let measures = || proof.figures.iter().map(|figure| &figure.measure).collect();
        let found = Found {
            result: &result,
            columns,
            places,
            conditions: conditions.collect::<Result<_, Failure>>()?,
            total: is_total.then(measures),
        };
        let rows = if proof.groups == Groups::Top {
            found.begin()?;
            rows.only_those_of(&found)?
        } else {
            rows
        };
        let sides = Sides { expected: &rows, found: &found, columns: &names(proof) };
        let (subject, store) = (&outcome.question.name, format!("HDFS {}", outcome.folder));
        let mut check = self.compare(Hop::Analytics, subject, store, sides)?;
        check.revenue = revenue(proof, &rows, &found)?;
        Ok(check)
    }

    /// Compares a result in HDFS with its table in MySQL.
    fn in_mysql(&self, outcome: &Outcome) -> Result<Check> {
        let names: Vec<_> = outcome.columns.iter().map(|(name, _)| name.clone()).collect();
        let name = &outcome.question.name;
        let keys = outcome.keys();
        let expected = self.result(outcome);
        let mysql = &self.args.stores.mysql;
        let found = TableRows::of(mysql, self.runtime, name, names.clone(), keys);
        let store = format!("MySQL {}.{name}", mysql.mysql_database);
        let sides = Sides { expected: &expected, found: &found, columns: &names };
        let problem = expected.begin()?;
        let mut check = self.compare(Hop::Analytics, &format!("{name} in MySQL"), store, sides)?;
        check.judge(problem);
        Ok(check)
    }

    fn result(&self, outcome: &Outcome) -> Folder<'_> {
        let parser = Parser::Sqoop { columns: outcome.columns.len(), keys: outcome.keys() };
        Folder::imported(self.hdfs, self.runtime, &outcome.folder, parser)
    }

    /// Results that no question asks for: of an earlier run, with numbers of an earlier data set.
    fn strangers(&self, questions: &[Question]) -> Result<Vec<Check>> {
        let root = self.args.stores.root.folder("analytics");
        let walk = self.runtime.wait(async { Ok(self.hdfs.walk(&root).await?) })?;
        let answered = questions.iter().filter(|question| question.lacks(self.plan).is_none());
        let known: BTreeSet<_> = answered.map(|question| question.name.as_str()).collect();
        let files = walk.unwrap_or_default();
        let results = files.iter().filter(|file| name_of(&file.path) == COLUMNS_FILE);
        let folders =
            results.filter_map(|file| file.path.rsplit_once('/')).map(|(folder, _)| folder);
        let strangers = folders.filter(|folder| !known.contains(name_of(folder)));
        let check = |folder: &str| {
            let problem = format!("{folder} answers no question of this data set: delete it");
            Check::of_problem(Hop::Analytics, name_of(folder), format!("HDFS {folder}"), problem)
        };
        Ok(strangers.map(check).collect())
    }
}

impl Outcome {
    /// The index of a column.
    fn position(&self, name: &str) -> Result<usize, Failure> {
        self.columns.iter().position(|(known, _)| known == name).ok_or_else(|| {
            let file = &self.question.name;
            Failure::usage(format!("{file}.sql: its result has no column {name}"))
        })
    }

    /// The columns that a proof compares, and their indexes.
    fn compared(&self, proof: &Proof) -> Result<(Columns, Vec<usize>), Failure> {
        let places =
            names(proof).iter().map(|name| self.position(name)).collect::<Result<Vec<_>, _>>()?;
        let types = places.iter().map(|index| self.columns[*index].1).collect();
        Ok((Columns { types, keys: proof.keys.len() }, places))
    }

    /// What a row is named by: the keys of the first proof that has some, else all columns.
    fn keys(&self) -> Vec<usize> {
        let keyed = self.question.proofs.iter().find(|proof| !proof.keys.is_empty());
        let keys = keyed.map(|proof| {
            proof.keys.iter().filter_map(|key| self.position(&key.name).ok()).collect()
        });
        keys.unwrap_or_else(|| (0..self.columns.len()).collect())
    }
}

/// The check of a result that is missing.
fn absent(question: &Question, folder: &str) -> Check {
    let problem = format!("HDFS has no result {folder}: run orchestration/analytics.sh");
    Check::of_problem(Hop::Analytics, &question.name, format!("HDFS {folder}"), problem)
}

/// The names of the columns that a proof compares.
fn names(proof: &Proof) -> Vec<String> {
    let keys = proof.keys.iter().map(|key| key.name.clone());
    keys.chain(proof.figures.iter().map(|figure| figure.name.clone())).collect()
}

/// The revenue of all rows of both sides, if the proof is about every sale: first as it was computed
/// again, then as it was found.
fn revenue(proof: &Proof, rows: &Rows, found: &Found<'_>) -> Result<Option<(String, String)>> {
    let is_revenue =
        |figure: &Figure| figure.name == REVENUE && matches!(figure.measure, Measure::Sum(_));
    let whole = proof.view == View::Sales
        && proof.rows.is_empty()
        && proof.conditions.is_empty()
        && !proof.every
        && proof.groups != Groups::Top;
    let Some(index) = proof.figures.iter().position(is_revenue).filter(|_| whole) else {
        return Ok(None);
    };
    let sum = |side: &dyn Side| -> Result<String> {
        let (mut sum, mut row) = (Number::cents(), Canonical::new());
        side.visit(&mut |entry| {
            let read = row.assign_bytes(entry.record).is_ok();
            let place = proof.keys.len() + index;
            let value = if read && place < row.len() { row.value(place) } else { None };
            if let Some(number) = value.and_then(Number::parse) {
                sum = sum.plus(number)?;
            }
            Ok(())
        })?;
        Ok(sum.shown())
    };
    Ok(Some((sum(rows)?, sum(found)?)))
}

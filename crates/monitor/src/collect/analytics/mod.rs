//! The results of the analysis: what its report and the reconciler's say, and the rows from HDFS.
//!
//! Nothing is shown that the report does not vouch for: a result whose lines in HDFS are not those that
//! were counted when it was written is wrong. A result is read once; its proof is judged anew each time.

mod figures;
mod page;
mod proof;
mod rows;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use ecom_core::Failure;
use ecom_core::exit::describe;
use ecom_core::hdfs::Hdfs;
use ecom_core::report::{Report, ResultFolder, Results};
use ecom_core::settings::HdfsArgs;
use futures_util::stream::{self, StreamExt as _};
use tokio::time::{Instant, timeout_at};

pub(crate) use figures::RealTime;

use self::figures::Lookup;
use self::page::{OneResult, Page};
use self::proof::Reconciled;
use self::rows::Content;
use super::probe::Ask;
use super::subject::{Subject, Subjects};
use super::wanted::Wanted;
use crate::snapshot::{self, Analytics, Proof, ProofState};

/// Results that are read at the same time.
const AT_ONCE: usize = 4;

/// The most results; further ones are not shown.
const MOST_RESULTS: usize = 200;

/// Bytes of the rows of all results together: 4 MB with all the rest.
const BUDGET: usize = 3 << 20;

/// What to do where there are no results.
const ANALYZE: &str = "the lake has not been analyzed: run orchestration/analytics.sh";

/// The probe of the results.
pub(crate) struct Probe {
    hdfs: Hdfs,
    wanted: Wanted,
    subjects: Subjects,
    deadline: Duration,
    /// What was read, by the name of the result; it holds as long as the report has the same result.
    read: HashMap<String, (ResultFolder, Content)>,
    last: Option<Last>,
}

/// What was known last, and from what.
struct Last {
    subject: Arc<Subject>,
    report: Report<Results>,
    reconciled: Option<Reconciled>,
    /// True if every result was read and agrees.
    is_whole: bool,
    analysis: Analysis,
}

/// What is known of the analysis.
#[derive(Clone, Debug)]
pub(crate) struct Analysis {
    /// In a few numbers.
    pub(crate) summary: Analytics,
    /// With its rows.
    pub(crate) results: snapshot::Results,
    /// The sums of the real-time part.
    pub(crate) real_time: Option<RealTime>,
    /// When the analysis began to read the lake.
    pub(crate) began: Option<DateTime<Utc>>,
}

/// Both reports.
struct Reports {
    results: Option<Report<Results>>,
    reconciled: Option<Reconciled>,
}

impl Probe {
    /// Does not connect yet.
    pub(crate) fn new(
        args: &HdfsArgs,
        wanted: Wanted,
        subjects: Subjects,
        deadline: Duration,
    ) -> Result<Self, Failure> {
        let hdfs = Hdfs::new(args)?;
        Ok(Self { hdfs, wanted, subjects, deadline, read: HashMap::new(), last: None })
    }

    async fn look(&mut self) -> Result<Analysis, String> {
        let end = Instant::now() + self.deadline.mul_f64(0.8);
        self.wanted.known().await;
        let Some(subject) = self.subjects.borrow().clone() else {
            self.last = None;
            return Analysis::none("there is no data set");
        };
        let (work, since) = (subject.work.clone(), subject.since);
        let reports = Reports::read(&work, since).await?;
        let kept = self.last.take().filter(|last| last.subject == subject);
        if let Some(last) = kept.as_ref().filter(|last| last.still_holds(&reports)) {
            let analysis = last.analysis.clone();
            self.last = kept;
            return Ok(analysis);
        }
        // While an analysis publishes its results, there is no report.
        let is_gone = reports.results.is_none();
        let report = reports.results.or(kept.map(|last| last.report));
        let Some(report) = report else { return Analysis::none(ANALYZE) };
        let mut contents = self.contents(&report.details.results, end).await;
        let is_wrong = |content: &Result<Content, String>| matches!(content, Ok(Content::Wrong(_)));
        let is_moving = is_gone
            || contents.iter().any(is_wrong)
                && Reports::read(&work, since).await?.results.as_ref() != Some(&report);
        if is_moving {
            let moving = || Err("a new analysis is published, or was stopped".to_owned());
            contents.iter_mut().filter(|it| is_wrong(it)).for_each(|it| *it = moving());
        }
        let reconciled = reports.reconciled;
        let proof = reconciled.as_ref().filter(|_| !is_moving);
        let analysis = Analysis::of(&report, &contents, proof)?;
        let is_whole =
            !is_moving && contents.iter().all(|content| matches!(content, Ok(Content::Rows(_))));
        self.last =
            Some(Last { subject, report, reconciled, is_whole, analysis: analysis.clone() });
        Ok(analysis)
    }

    /// What HDFS holds of each result; those that were read before are not read again.
    async fn contents(
        &mut self,
        results: &[ResultFolder],
        end: Instant,
    ) -> Vec<Result<Content, String>> {
        let results = &results[..results.len().min(MOST_RESULTS)];
        self.read.retain(|name, (known, content)| {
            let is_same = results.iter().any(|result| result.name == *name && result == known);
            is_same && matches!(content, Content::Rows(_))
        });
        let budget = BUDGET / results.len().max(1);
        let known = |result: &ResultFolder| self.read.get(&result.name).map(|(_, it)| it.clone());
        let wanted: Vec<_> = results.iter().map(|result| (result.clone(), known(result))).collect();
        let hdfs = &self.hdfs;
        let contents = stream::iter(wanted).map(|(result, known)| async move {
            if let Some(content) = known {
                return Ok(content);
            }
            let content = timeout_at(end, rows::read(hdfs, &result, budget)).await;
            content.unwrap_or_else(|_| Err("HDFS has not answered in time".into()))
        });
        let contents: Vec<_> = contents.buffered(AT_ONCE).collect().await;
        for (result, content) in results.iter().zip(&contents) {
            if let Ok(content) = content {
                self.read.insert(result.name.clone(), (result.clone(), content.clone()));
            }
        }
        contents
    }
}

impl Last {
    /// True if nothing has changed that it depends on.
    fn still_holds(&self, now: &Reports) -> bool {
        let same = now.results.as_ref() == Some(&self.report);
        self.is_whole && same && now.reconciled == self.reconciled
    }
}

impl Ask for Probe {
    type Answer = Analysis;

    async fn ask(&mut self) -> Result<Analysis, String> {
        self.look().await
    }
}

impl Reports {
    /// Reads them; those from before `since` are about stores that are gone.
    async fn read(work: &Path, since: Option<DateTime<Utc>>) -> Result<Self, String> {
        let work = work.to_owned();
        let read = tokio::task::spawn_blocking(move || -> Result<Self, Failure> {
            let results = Report::<Results>::read(&work, None)?;
            let reconciled = Reconciled::read(&work, Some("analytics"))?;
            let is_of_now = |ended: DateTime<Utc>| since.is_none_or(|since| ended >= since);
            Ok(Self {
                results: results.filter(|report| report.is_done() && is_of_now(report.ended)),
                reconciled: reconciled.filter(|report| is_of_now(report.ended)),
            })
        });
        let read = read.await.map_err(|_| "reading the reports failed".to_owned())?;
        read.map_err(|failure| describe(&failure.into()))
    }
}

impl Analysis {
    /// No results, and why.
    fn none(why: &str) -> Result<Self, String> {
        let proof = Proof { is: ProofState::Waiting, at: None, text: why.to_owned() };
        let page = Page {
            version: 0,
            analyzed: None,
            proof: &proof,
            text: Some(why),
            results: Vec::new(),
            skipped: &[],
        };
        let results = page.into_results(true)?;
        let summary = Analytics { proof, ..Analytics::default() };
        Ok(Self { summary, results, real_time: None, began: None })
    }

    fn of(
        report: &Report<Results>,
        contents: &[Result<Content, String>],
        reconciled: Option<&Reconciled>,
    ) -> Result<Self, String> {
        let all: Vec<_> = report.details.results.iter().zip(contents).collect();
        let proofs =
            all.iter().map(|(result, content)| proof::of_result(result, content, reconciled));
        let proofs: Vec<Proof> = proofs.collect();
        let names = all.iter().map(|(result, _)| result.name.as_str());
        let named: Vec<_> = names.zip(&proofs).collect();
        let proof = proof::of_all(&named, reconciled);
        let one = |((result, content), proof)| OneResult::new(result, content, proof);
        let page = Page {
            version: 0,
            analyzed: Some(report.ended),
            proof: &proof,
            text: None,
            results: all.iter().copied().zip(&proofs).map(one).collect(),
            skipped: &report.details.skipped,
        };
        let results = page.into_results(false)?;
        let lookup = |name: &str| {
            let (result, content) = all.iter().find(|(result, _)| result.name == name)?;
            match content {
                Ok(Content::Rows(rows)) => Some(Lookup::new(result, rows)),
                _ => None,
            }
        };
        let waits = |proof: &Proof| proof.is == ProofState::Waiting;
        let waiting = named.iter().filter(|(_, proof)| waits(proof));
        let summary = Analytics {
            version: results.version,
            analyzed: Some(report.ended),
            waiting: waiting.map(|(name, _)| (*name).to_owned()).collect(),
            key_figures: figures::key_figures(
                lookup("key_figures").as_ref(),
                lookup("key_figures_customers").as_ref(),
            ),
            days: lookup("sales_by_day").as_ref().map(figures::days).unwrap_or_default(),
            proof,
        };
        let real_time = lookup("sales_by_part").as_ref().and_then(figures::real_time);
        Ok(Self { summary, results, real_time, began: Some(report.started) })
    }
}

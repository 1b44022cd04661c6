//! One pass over each source: records into their parts, rejects, derived tables, orphans.

use std::path::Path;

use ecom_core::Failure;
use ecom_core::checksum::Tally;
use ecom_core::escape;
use ecom_core::plan::{ForeignKey, Plan, Table, TableName};
use ecom_core::report::SourceCount;
use ecom_core::show::counted;
use ecom_core::source::reading_order;
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use ecom_core::work::Part;

use crate::claims::Judge;
use crate::cli::OnOrphan;
use crate::count;
use crate::derive::Derived;
use crate::observed::Observed;
use crate::orphans::{Missing, OrphanSearch, Unwanted, UnwantedList};
use crate::parents::Parents;
use crate::part::{Halves, PartFile};
use crate::rejects::Rejects;
use crate::request::{Cut, CutSearch, Request};
use crate::source::{Found, SourceReader, Way};
use crate::stubs::Output;

/// Records between two steps of the progress bar and two looks at the stop signal.
const STRIDE: u64 = 4096;

/// The work on one data set.
pub(crate) struct Run<'a> {
    plan: &'a Plan,
    folder: &'a Path,
    on_orphan: OnOrphan,
    threads: usize,
    ui: &'a Ui,
    stop: &'a Stop,
    judge: Judge<'a>,
    rejects: Rejects<'a>,
    parents: Parents<'a>,
}

/// What a run is asked to do.
pub(crate) struct Task<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) judge: Judge<'a>,
    pub(crate) folder: &'a Path,
    pub(crate) on_orphan: OnOrphan,
    /// More rejects end the run.
    pub(crate) limit: u64,
    /// Threads that read records.
    pub(crate) threads: usize,
}

/// Everything that a run made; none of it is visible yet.
pub(crate) struct Made<'a> {
    pub(crate) full: Vec<Output<'a>>,
    pub(crate) halves: Halves<'a>,
    pub(crate) rejects: Rejects<'a>,
    pub(crate) counts: Vec<SourceCount>,
}

impl<'a> Run<'a> {
    /// Prepares a run and creates `rejects.csv`.
    pub(crate) fn new(task: Task<'a>, ui: &'a Ui, stop: &'a Stop) -> Result<Self, Failure> {
        let Task { plan, judge, folder, on_orphan, limit, threads } = task;
        let rejects = Rejects::create(folder, plan, limit, ui)?;
        let parents = Parents::new(plan, folder);
        Ok(Self { plan, folder, on_orphan, threads, ui, stop, judge, rejects, parents })
    }

    /// Reads every source and writes every part.
    pub(crate) fn make(mut self, request: &Request) -> Result<Made<'a>, Failure> {
        let mut halves = None;
        for table in reading_order(self.plan)? {
            if table.name == TableName::Transactions {
                halves = Some(self.transactions(table, request)?);
            } else {
                self.full_table(table)?;
            }
        }
        self.judge.longest()?;
        let halves = halves.ok_or_else(|| Failure::refused("the plan has no transactions"))?;
        let (full, counts) = self.parents.into_parts();
        Ok(Made { full, halves, rejects: self.rejects, counts })
    }

    fn full_table(&mut self, table: &'a Table) -> Result<(), Failure> {
        let unwanted = self.unwanted(table)?;
        let unwanted = unwanted.as_ref().map(UnwantedList::open).transpose()?;
        let mut searches = self.searches(table)?;
        let mut file = PartFile::create(self.folder, table, Part::Full)?;
        let observed = self.parents.observed(table)?;
        let source = self.open(table, true, unwanted, Some(observed))?;
        let (mut count, values) = self.pass(table, source, true, |source| {
            let (number, form) = (source.fitting(), source.form());
            searches.iter_mut().try_for_each(|search| search.see(number, form))?;
            file.write_line(source.line(), form)
        })?;
        count.accepted = file.tally();
        self.parents.add(Output { file, values, stubs: 0 });
        self.resolve(table, &count, searches)?;
        self.parents.add_count(count);
        Ok(())
    }

    fn transactions(&mut self, table: &'a Table, request: &Request) -> Result<Halves<'a>, Failure> {
        let list = self.unwanted(table)?;
        let unwanted = || list.as_ref().map(UnwantedList::open).transpose();
        let cut = self.cut(request, table, unwanted()?)?;
        let mut searches = self.searches(table)?;
        let mut historical = PartFile::create(self.folder, table, Part::Historical)?;
        let mut realtime = PartFile::create(self.folder, table, Part::Realtime)?;
        let observed = self.parents.observed(table)?;
        let source = self.open(table, true, unwanted()?, Some(observed))?;
        let derived = self.plan.tables.iter().filter(|table| table.derived);
        let derived = derived.map(|one| Derived::new(self.folder, one, table));
        let mut derived = derived.collect::<Result<Vec<_>, _>>()?;
        let (mut count, values) = self.pass(table, source, true, |source| {
            let (number, form) = (source.accepted(), source.form());
            searches.iter_mut().try_for_each(|search| search.see(source.fitting(), form))?;
            let value = |column| source.value(column);
            derived.iter_mut().try_for_each(|one| one.see(number, value, form))?;
            let is_realtime = cut.is_realtime(number, form);
            let part = if is_realtime { &mut realtime } else { &mut historical };
            part.write_line(source.line(), form)
        })?;
        count.accepted = historical.tally();
        count.accepted += realtime.tally();
        let as_analyzed = count::is_as_analyzed(&count, table);
        if as_analyzed && request.is_of(&self.plan.split) {
            self.judge.cut(historical.rows(), realtime.rows())?;
        }
        self.resolve(table, &count, searches)?;
        self.parents.add_count(count);
        self.derive(derived, as_analyzed)?;
        Ok(Halves { historical, realtime: realtime.complete(self.stop)?, values, cut })
    }

    /// Writes the derived tables, and judges them if they are made of all records.
    fn derive(&mut self, derived: Vec<Derived<'a>>, as_analyzed: bool) -> Result<(), Failure> {
        for one in derived {
            let (file, values, observed) = one.write()?;
            if as_analyzed {
                self.judge.derived(&observed)?;
            }
            self.parents.add(Output { file, values, stubs: 0 });
        }
        self.parents.derived_are_judged(as_analyzed);
        Ok(())
    }

    /// The cut. Only a share needs a pass over all dates to find it.
    fn cut(
        &mut self,
        request: &Request,
        table: &'a Table,
        unwanted: Option<Unwanted<'a>>,
    ) -> Result<Cut, Failure> {
        let mut survey = match request.search(table)? {
            CutSearch::Known(cut) => return Ok(cut),
            CutSearch::Survey(survey) => survey,
        };
        let source = self.open(table, false, unwanted, None)?;
        self.pass(table, source, false, |source| {
            survey.see(source.form());
            Ok(())
        })?;
        survey.cut()
    }

    /// Opens the source of a table.
    fn open(
        &self,
        table: &'a Table,
        writes: bool,
        unwanted: Option<Unwanted<'a>>,
        observed: Option<Observed<'a>>,
    ) -> Result<SourceReader<'a>, Failure> {
        let way = Way { temp: self.folder, threads: self.threads, writes };
        SourceReader::open(self.plan, table, &way, unwanted, observed)
    }

    /// Reads a source to its end, and returns what was read and the tally of the values.
    ///
    /// `with_rejects` is false on a first look, which leaves warnings and rejects to the second.
    /// The checksum of the accepted records is that of the files that they are written to.
    fn pass(
        &mut self,
        table: &'a Table,
        mut source: SourceReader<'a>,
        with_rejects: bool,
        mut see: impl FnMut(&SourceReader<'a>) -> Result<(), Failure>,
    ) -> Result<(SourceCount, Tally), Failure> {
        for header in source.unused().filter(|_| with_rejects) {
            let (file, header) = (escape::line(&table.file), escape::line(header));
            self.ui
                .warn(format!("{file}: column {header:?} is not in any table: it is not stored"));
        }
        let progress = self.ui.bytes(&table.file, source.size());
        let (mut count, mut values) = (count::begin(table, source.file_names()), Tally::default());
        loop {
            match source.read()? {
                Found::End => break,
                Found::Reject(reject) => {
                    count.rejected += 1;
                    count.files[source.file()].rejected += 1;
                    if with_rejects {
                        self.rejects.add(table, &reject)?;
                    }
                }
                Found::Record => {
                    values.add_hash(source.values_hash());
                    count.accepted.count += 1;
                    count.files[source.file()].accepted += 1;
                    see(&source)?;
                }
            }
            if (count.accepted.count + count.rejected).is_multiple_of(STRIDE) {
                progress.set(source.position());
                self.stop.check(|| "nothing was changed".into())?;
            }
        }
        let (facts, observed) = source.finish();
        if let Some(observed) = observed {
            self.judge.table(&observed, &facts)?;
        }
        count::finish(&mut count, &facts);
        Ok((count, values))
    }

    /// Finds the orphans before the records are written, if they must be rejected.
    fn unwanted(&mut self, table: &'a Table) -> Result<Option<UnwantedList<'a>>, Failure> {
        if self.on_orphan != OnOrphan::Reject {
            return Ok(None);
        }
        let mut searches = self.parents.searches(table)?;
        if searches.is_empty() {
            return Ok(None);
        }
        let source = self.open(table, false, None, None)?;
        let (count, _) = self.pass(table, source, false, |source| {
            let (number, form) = (source.fitting(), source.form());
            searches.iter_mut().try_for_each(|search| search.see(number, form))
        })?;
        let list = UnwantedList::new(self.folder, searches)?;
        for (key, found) in &list.orphans {
            self.parents.judge_orphans(&self.judge, (table, &count), key, *found)?;
        }
        Ok((list.count > 0).then_some(list))
    }

    /// What finds orphans while the records are written; those to reject are known before that.
    fn searches(&mut self, table: &'a Table) -> Result<Vec<OrphanSearch<'a>>, Failure> {
        match self.on_orphan {
            OnOrphan::Reject => Ok(Vec::new()),
            OnOrphan::Stub | OnOrphan::Fail => self.parents.searches(table),
        }
    }

    /// Refuses orphans, or adds a record for each unknown value.
    fn resolve(
        &mut self,
        table: &'a Table,
        count: &SourceCount,
        searches: Vec<OrphanSearch<'a>>,
    ) -> Result<(), Failure> {
        for search in searches {
            let missing = search.missing()?;
            let (key, records) = (missing.key, missing.records);
            self.parents.judge_orphans(&self.judge, (table, count), key, records)?;
            if records == 0 {
                continue;
            }
            if self.on_orphan == OnOrphan::Fail {
                return Err(self.refusal(table, missing)?);
            }
            let stubs = self.parents.add_stubs(missing)?;
            let ForeignKey { table: parent, references, .. } = key;
            self.ui.status(format!(
                "{} {stubs} unknown {parent}: each got a record with only its {references}",
                refer(records)
            ));
        }
        Ok(())
    }

    /// Names the first orphan.
    fn refusal(&self, table: &Table, mut missing: Missing<'_>) -> Result<Failure, Failure> {
        let number = missing.next()?.map_or(1, |(number, _)| number);
        let source = self.open(table, false, None, None)?;
        let first = source.orphan(number, missing.key)?;
        Ok(Failure::refused(format!(
            "{first}: {} unknown {}: nothing was changed",
            refer(missing.records),
            missing.key.table
        )))
    }
}

fn refer(records: u64) -> String {
    let verb = if records == 1 { "refers" } else { "refer" };
    format!("{} {verb} to", counted(records, "record"))
}

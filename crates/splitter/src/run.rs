//! One pass over each source: records into their parts, rejects, derived tables, orphans.

use std::path::Path;

use ecom_core::Failure;
use ecom_core::checksum::Tally;
use ecom_core::escape;
use ecom_core::exit::Code;
use ecom_core::plan::{Plan, Table, TableName};
use ecom_core::record::Reject;
use ecom_core::report::{FileCount, SourceCount};
use ecom_core::source::{FileFacts, reading_order};
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use ecom_core::words::counted;
use ecom_core::work::Part;

use crate::claims::Judge;
use crate::cli::OnOrphan;
use crate::derive::Derived;
use crate::orphans::{Unwanted, UnwantedList};
use crate::part::{PartFile, add_cells};
use crate::rejects::RejectWriter;
use crate::request::{Cut, Request};
use crate::source::{Found, Row, Source};
use crate::stubs::Output;

/// How many rejects are shown; all of them are in `rejects.csv`.
const SHOWN_REJECTS: u64 = 5;
/// Records between two looks at the progress and at the wish to stop.
const BREATH: u64 = 4096;

/// The work on one data set.
pub(crate) struct Run<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) folder: &'a Path,
    pub(crate) on_orphan: OnOrphan,
    pub(crate) ui: &'a Ui,
    pub(crate) stop: &'a Stop,
    pub(crate) judge: Judge<'a>,
    rejects: RejectWriter,
    limit: u64,
    pub(crate) full: Vec<Output<'a>>,
    pub(crate) counts: Vec<Count>,
    /// True once the derived tables are made of the records that the plan was made with.
    pub(crate) derived_are_judged: bool,
}

/// What is asked of a run.
pub(crate) struct Task<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) judge: Judge<'a>,
    pub(crate) folder: &'a Path,
    pub(crate) on_orphan: OnOrphan,
    /// More rejects end the run.
    pub(crate) limit: u64,
}

/// The parts of `transactions`, which together hold the cells that were read.
pub(crate) struct Halves<'a> {
    pub(crate) historical: PartFile<'a>,
    pub(crate) realtime: PartFile<'a>,
    pub(crate) cells: Tally,
    pub(crate) cut: Cut,
}

/// What was read of one table's source files.
#[derive(Clone, Debug)]
pub(crate) struct Count {
    pub(crate) table: TableName,
    pub(crate) file: String,
    pub(crate) read: u64,
    pub(crate) cells: Tally,
    pub(crate) accepted: Tally,
    pub(crate) rejected: u64,
    /// Lines without any value, and headers again.
    pub(crate) passed_over: u64,
    /// Each of its files.
    pub(crate) files: Vec<FileCount>,
}

/// Everything that a run made; nothing of it is visible yet.
pub(crate) struct Made<'a> {
    pub(crate) full: Vec<Output<'a>>,
    pub(crate) halves: Halves<'a>,
    pub(crate) rejects: RejectWriter,
    pub(crate) counts: Vec<Count>,
}

impl<'a> Run<'a> {
    /// Begins.
    pub(crate) fn new(task: Task<'a>, ui: &'a Ui, stop: &'a Stop) -> Result<Self, Failure> {
        let Task { plan, judge, folder, on_orphan, limit } = task;
        Ok(Self {
            plan,
            folder,
            on_orphan,
            ui,
            stop,
            judge,
            rejects: RejectWriter::create(folder)?,
            limit,
            full: Vec::new(),
            counts: Vec::new(),
            derived_are_judged: false,
        })
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
        let Self { full, rejects, counts, .. } = self;
        Ok(Made { full, halves, rejects, counts })
    }

    fn full_table(&mut self, table: &'a Table) -> Result<(), Failure> {
        let unwanted = self.unwanted(table)?;
        let unwanted = unwanted.as_ref().map(UnwantedList::open).transpose()?;
        let mut joins = self.joins(table)?;
        let mut file = PartFile::create(self.folder, table, Part::Full)?;
        let source = Source::open(self.plan, table, self.folder, unwanted)?;
        let source = source.proving(self.proof(table)?);
        let mut count = self.pass(table, source, true, |source, row| {
            joins.iter_mut().try_for_each(|join| join.see(source.fitting(), &row.canonical))?;
            file.write(source.values(row), &row.canonical)
        })?;
        count.accepted = file.tally();
        self.full.push(Output { file, cells: count.cells, stubs: 0 });
        self.counts.push(count.clone());
        self.resolve((table, &count), joins)
    }

    fn transactions(&mut self, table: &'a Table, request: &Request) -> Result<Halves<'a>, Failure> {
        let list = self.unwanted(table)?;
        let unwanted = || list.as_ref().map(UnwantedList::open).transpose();
        let cut = self.cut(request, table, unwanted()?)?;
        let mut joins = self.joins(table)?;
        let mut historical = PartFile::create(self.folder, table, Part::Historical)?;
        let mut realtime = PartFile::create(self.folder, table, Part::Realtime)?;
        let source = Source::open(self.plan, table, self.folder, unwanted()?)?;
        let source = source.proving(self.proof(table)?);
        let derived = self.plan.tables.iter().filter(|table| table.derived);
        let derived = derived.map(|one| Derived::new(self.folder, one, table));
        let mut derived = derived.collect::<Result<Vec<_>, _>>()?;
        let mut count = self.pass(table, source, true, |source, row| {
            let (number, canonical) = (source.accepted(), &row.canonical);
            joins.iter_mut().try_for_each(|join| join.see(source.fitting(), canonical))?;
            let cell = |column| source.value(row, column);
            derived.iter_mut().try_for_each(|one| one.see(number, cell, canonical))?;
            let is_realtime = cut.is_realtime(number, canonical);
            let part = if is_realtime { &mut realtime } else { &mut historical };
            part.write(source.values(row), canonical)
        })?;
        count.accepted = historical.tally();
        count.accepted += realtime.tally();
        let (cells, as_analyzed) = (count.cells, count.is_as_analyzed(table));
        self.counts.push(count.clone());
        if as_analyzed && request.is_of(&self.plan.split) {
            self.judge.cut(historical.rows(), realtime.rows())?;
        }
        self.resolve((table, &count), joins)?;
        self.derive(derived, as_analyzed)?;
        Ok(Halves { historical, realtime: realtime.complete(self.stop)?, cells, cut })
    }

    /// Writes the derived tables, and judges them where they are made of all records.
    fn derive(&mut self, derived: Vec<Derived<'a>>, as_analyzed: bool) -> Result<(), Failure> {
        for one in derived {
            let (file, cells, proof) = one.write()?;
            if as_analyzed {
                self.judge.derived(&proof)?;
            }
            self.full.push(Output { file, cells, stubs: 0 });
        }
        self.derived_are_judged = as_analyzed;
        Ok(())
    }

    /// The cut, by a look at all dates where only its share is known.
    fn cut(
        &mut self,
        request: &Request,
        table: &'a Table,
        unwanted: Option<Unwanted<'a>>,
    ) -> Result<Cut, Failure> {
        if let Some(cut) = request.cut(table)? {
            return Ok(cut);
        }
        let Some(mut survey) = request.survey(table)? else {
            return Err(Failure::new(Code::Unexpected, "a request is a cut or a share"));
        };
        let source = Source::open(self.plan, table, self.folder, unwanted)?;
        self.pass(table, source, false, |_, row| {
            survey.see(&row.canonical);
            Ok(())
        })?;
        survey.cut()
    }

    /// Goes through a source; `with_rejects` is false on a look ahead, which leaves them alone. The
    /// checksum of the accepted records is that of the files that they go to.
    pub(crate) fn pass(
        &mut self,
        table: &'a Table,
        mut source: Source<'a>,
        with_rejects: bool,
        mut see: impl FnMut(&Source<'a>, &Row) -> Result<(), Failure>,
    ) -> Result<Count, Failure> {
        for header in source.unused().filter(|_| with_rejects) {
            let (file, header) = (escape::line(&table.file), escape::line(header));
            self.ui.warn(format!("{file}: column {header:?} is in no table: it is not stored"));
        }
        let progress = self.ui.bytes(&table.file, source.size());
        let (mut row, mut buffer) = (Row::default(), Vec::new());
        let mut count = Count::new(table, source.file_names());
        loop {
            match source.read(&mut row)? {
                Found::End => break,
                Found::Reject(reject) => {
                    count.rejected += 1;
                    count.files[source.file()].rejected += 1;
                    if with_rejects {
                        self.reject(table, &reject)?;
                    }
                }
                Found::Row => {
                    add_cells(&mut count.cells, &mut buffer, source.values(&row));
                    count.accepted.count += 1;
                    count.files[source.file()].accepted += 1;
                    see(&source, &row)?;
                }
            }
            if (count.accepted.count + count.rejected).is_multiple_of(BREATH) {
                progress.set(source.position());
                self.stop.check(|| "nothing was changed".into())?;
            }
        }
        let (facts, proof) = source.finish();
        if let Some(proof) = proof {
            self.judge.table(&proof, &facts)?;
        }
        Ok(count.finish(&facts))
    }

    fn reject(&mut self, table: &Table, reject: &Reject) -> Result<(), Failure> {
        self.rejects.write(reject)?;
        let count = self.rejects.count();
        if count <= SHOWN_REJECTS {
            self.ui.warn(format!("rejected: {reject}"));
        }
        if count <= self.limit {
            return Ok(());
        }
        // Another file than the one that was analyzed is the better explanation.
        self.plan.check_source(table)?;
        Err(Failure::refused(format!(
            "more than {}, the last one {reject}: nothing was changed (allow more with \
             --max-rejects)",
            counted(self.limit, "rejected record")
        )))
    }
}

impl Count {
    fn new(table: &Table, files: &[String]) -> Self {
        let file = |name: &String| FileCount { file: name.clone(), ..FileCount::default() };
        Self {
            table: table.name,
            file: files[0].clone(),
            read: 0,
            cells: Tally::default(),
            accepted: Tally::default(),
            rejected: 0,
            passed_over: 0,
            files: files.iter().map(file).collect(),
        }
    }

    fn finish(mut self, facts: &[FileFacts]) -> Self {
        for (file, facts) in self.files.iter_mut().zip(facts) {
            file.read = file.accepted + file.rejected;
            file.passed_over = facts.passed_over.lines();
        }
        self.read = self.accepted.count + self.rejected;
        self.passed_over = facts.iter().map(|file| file.passed_over.lines()).sum();
        self
    }

    /// The count as the run report has it.
    pub(crate) fn report(&self) -> SourceCount {
        SourceCount {
            table: self.table,
            file: self.file.clone(),
            read: self.read,
            accepted: self.accepted,
            rejected: self.rejected,
            passed_over: self.passed_over,
            files: self.files.clone(),
        }
    }

    /// True when the records are those that the plan was made with.
    pub(crate) fn is_as_analyzed(&self, table: &Table) -> bool {
        self.rejected == table.rejected && self.accepted.count == table.rows
    }
}

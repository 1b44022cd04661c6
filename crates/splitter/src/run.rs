//! One pass over each source: records into their parts, rejects, derived tables, orphans.

use std::path::Path;

use ecom_core::Failure;
use ecom_core::checksum::Tally;
use ecom_core::exit::{Code, io_failure};
use ecom_core::plan::{Plan, Table, TableName};
use ecom_core::record::{Reject, RejectWriter};
use ecom_core::schema::dependency_order;
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use ecom_core::words::counted;
use ecom_core::work::{Part, REJECTS};
use serde::Serialize;

use crate::cli::OnOrphan;
use crate::derive::Derived;
use crate::orphans::{Unwanted, UnwantedList};
use crate::part::{PartFile, add_cells};
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
    rejects: RejectWriter,
    limit: u64,
    pub(crate) full: Vec<Output<'a>>,
    pub(crate) counts: Vec<Count>,
}

/// The parts of `transactions`, which together hold the cells that were read.
pub(crate) struct Halves<'a> {
    pub(crate) historical: PartFile<'a>,
    pub(crate) realtime: PartFile<'a>,
    pub(crate) cells: Tally,
    pub(crate) cut: Cut,
}

/// What was read of one source.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Count {
    pub(crate) table: TableName,
    pub(crate) file: String,
    pub(crate) read: u64,
    #[serde(skip)]
    pub(crate) cells: Tally,
    pub(crate) accepted: Tally,
    pub(crate) rejected: u64,
}

/// Everything that a run made; nothing of it is visible yet.
pub(crate) struct Made<'a> {
    pub(crate) full: Vec<Output<'a>>,
    pub(crate) halves: Halves<'a>,
    pub(crate) rejects: RejectWriter,
    pub(crate) counts: Vec<Count>,
}

impl<'a> Run<'a> {
    /// Begins; more than `limit` rejects end the run.
    pub(crate) fn new(
        plan: &'a Plan,
        folder: &'a Path,
        on_orphan: OnOrphan,
        limit: u64,
        (ui, stop): (&'a Ui, &'a Stop),
    ) -> Result<Self, Failure> {
        let rejects = RejectWriter::create(&folder.join(REJECTS))?;
        let (full, counts) = (Vec::new(), Vec::new());
        Ok(Self { plan, folder, on_orphan, ui, stop, rejects, limit, full, counts })
    }

    /// Reads every source and writes every part.
    pub(crate) fn make(mut self, request: &Request) -> Result<Made<'a>, Failure> {
        for table in dependency_order(self.plan)? {
            if !table.derived && table.name != TableName::Transactions {
                self.full_table(table)?;
            }
        }
        let halves = self.transactions(request)?;
        let Self { full, rejects, counts, .. } = self;
        Ok(Made { full, halves, rejects, counts })
    }

    fn full_table(&mut self, table: &'a Table) -> Result<(), Failure> {
        let unwanted = self.unwanted(table)?;
        let unwanted = unwanted.as_ref().map(UnwantedList::open).transpose()?;
        let mut joins = self.joins(table)?;
        let mut file = PartFile::create(self.folder, table, Part::Full)?;
        let source = Source::open(self.plan, table, unwanted)?;
        let count = self.pass(table, source, true, |source, row| {
            joins.iter_mut().try_for_each(|join| join.see(source.fitting(), &row.canonical))?;
            file.write(source.values(row), &row.canonical)
        })?;
        self.full.push(Output { file, cells: count.cells, stubs: 0 });
        self.counts.push(count);
        self.resolve(table, joins)
    }

    fn transactions(&mut self, request: &Request) -> Result<Halves<'a>, Failure> {
        let table = self.plan.transactions()?;
        let list = self.unwanted(table)?;
        let unwanted = || list.as_ref().map(UnwantedList::open).transpose();
        let cut = self.cut(request, table, unwanted()?)?;
        let mut joins = self.joins(table)?;
        let mut historical = PartFile::create(self.folder, table, Part::Historical)?;
        let mut realtime = PartFile::create(self.folder, table, Part::Realtime)?;
        let source = Source::open(self.plan, table, unwanted()?)?;
        let derived = self.plan.tables.iter().filter(|table| table.derived);
        let derived = derived.map(|one| Derived::new(self.folder, one, table, source.header()));
        let mut derived = derived.collect::<Result<Vec<_>, _>>()?;
        let count = self.pass(table, source, true, |source, row| {
            let (number, canonical) = (source.accepted(), &row.canonical);
            joins.iter_mut().try_for_each(|join| join.see(source.fitting(), canonical))?;
            derived.iter_mut().try_for_each(|one| one.see(number, &row.record, canonical))?;
            let is_realtime = cut.is_realtime(number, canonical);
            let part = if is_realtime { &mut realtime } else { &mut historical };
            part.write(source.values(row), canonical)
        })?;
        self.resolve(table, joins)?;
        for one in derived {
            let (file, cells) = one.write()?;
            self.full.push(Output { file, cells, stubs: 0 });
        }
        let cells = count.cells;
        self.counts.push(count);
        Ok(Halves { historical, realtime: realtime.complete(self.stop)?, cells, cut })
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
        let source = Source::open(self.plan, table, unwanted)?;
        self.pass(table, source, false, |_, row| {
            survey.see(&row.canonical);
            Ok(())
        })?;
        survey.cut()
    }

    /// Goes through a source; `with_rejects` is false on a look ahead, which leaves them alone.
    pub(crate) fn pass(
        &mut self,
        table: &'a Table,
        mut source: Source<'a>,
        with_rejects: bool,
        mut see: impl FnMut(&Source<'a>, &Row) -> Result<(), Failure>,
    ) -> Result<Count, Failure> {
        let size =
            std::fs::metadata(self.plan.folder.join(&table.file)).map_or(0, |file| file.len());
        let progress = self.ui.bytes(&table.file, size);
        let (mut row, mut buffer) = (Row::default(), Vec::new());
        let (mut cells, mut accepted, mut rejected) = (Tally::default(), Tally::default(), 0);
        loop {
            match source.read(&mut row)? {
                Found::End => break,
                Found::Reject(reject) => {
                    rejected += 1;
                    if with_rejects {
                        self.reject(table, &reject)?;
                    }
                }
                Found::Row => {
                    add_cells(&mut cells, &mut buffer, source.values(&row));
                    accepted.add(row.canonical.bytes());
                    see(&source, &row)?;
                }
            }
            if (accepted.count + rejected) % BREATH == 0 {
                progress.set(source.position());
                self.stop.check(|| "nothing was changed".into())?;
            }
        }
        source.finish()?;
        let (name, file, read) = (table.name, table.file.clone(), accepted.count + rejected);
        Ok(Count { table: name, file, read, cells, accepted, rejected })
    }

    fn reject(&mut self, table: &Table, reject: &Reject) -> Result<(), Failure> {
        let path = self.folder.join(REJECTS);
        self.rejects.write(reject).map_err(|error| io_failure("write", &path, error))?;
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

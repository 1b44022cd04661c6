//! Shows the records of files to observers.

use std::sync::Arc;

use ecom_core::Failure;
use ecom_core::plan::Dialect;
use ecom_core::record::{Batches, Task};
use ecom_core::source::{File, JoinParts, Parts, TableReader};
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;

use super::file::FileProfile;
use super::joined::JoinedColumns;
use super::part::FilePart;
use crate::read::batch::{Observer, PassResult, RecordLayout, scan};
use crate::read::input::ObservedInput;
use crate::read::origin::Origin;
use crate::value::answers::Answers;

/// What work on files needs: the user interface, the stop signal and the user's answers.
pub(crate) struct Context<'a> {
    pub(crate) ui: &'a Ui,
    pub(crate) stop: &'a Stop,
    pub(crate) answers: &'a Answers,
    /// How many threads read and observe.
    pub(crate) threads: usize,
}

/// Shows every record of the files to each observer, with progress on standard error.
pub(crate) fn observe(
    file: &FileProfile,
    mut observers: Vec<&mut dyn Observer>,
    what: &str,
    context: &Context<'_>,
) -> Result<PassResult, Failure> {
    if let Some(joined) = &file.joined {
        return observe_joined(joined, file, observers, what, context);
    }
    let mut all = PassResult::default();
    for (index, part) in file.parts.iter().enumerate() {
        let origin = part.origin();
        let (input, passed) = ObservedInput::again(&origin)?;
        let mut batches = open(input, (&origin, &part.dialect), context)?;
        let fields = in_order(&part.fields, batches.header().len());
        let layout = RecordLayout { part: index, fields, before: all.rows };
        let progress = context.ui.bytes(&format!("{what} {}", part.shown()), origin.size());
        let observers = observers.iter_mut().map(|one| &mut **one as &mut dyn Observer).collect();
        let seen = scan(&mut batches, &layout, (observers, context.threads), &mut |_| {
            progress.set(passed.borrow().bytes);
            context.stop.check(|| format!("stopped before the end of {}", origin.path_shown()))
        })?;
        all.rows += seen.rows;
        all.rejected += seen.rejected;
    }
    Ok(all)
}

/// Shows every joined record to each observer.
fn observe_joined(
    joined: &JoinedColumns,
    file: &FileProfile,
    observers: Vec<&mut dyn Observer>,
    what: &str,
    context: &Context<'_>,
) -> Result<PassResult, Failure> {
    let path = &file.first_part().path;
    let folder = path.parent().unwrap_or(path).to_owned();
    let join = JoinParts {
        files: files(&joined.files),
        column: joined.column.clone(),
        references: joined.references.clone(),
    };
    let parts = Parts { folder, files: files(&file.parts), join: Some(join) };
    let mut reader = TableReader::of(&parts, &std::env::temp_dir())?;
    let progress = context.ui.bytes(&format!("{what} {}", file.name), reader.size());
    let width = reader.header().len();
    let own = file.first_part().fields.iter().copied();
    let fields: Vec<_> = own.chain(joined.fields.iter().map(|field| width + field)).collect();
    let layout = RecordLayout { fields: Some(fields.into()), ..RecordLayout::default() };
    let mut seen = scan(&mut reader, &layout, (observers, context.threads), &mut |position| {
        progress.set(position);
        context.stop.check(|| format!("stopped before the end of {}", path.display()))
    })?;
    seen.join = reader.join_counts();
    Ok(seen)
}

/// Opens a file whose bytes are `input`.
pub(super) fn open(
    input: ObservedInput,
    (origin, dialect): (&Origin, &Dialect),
    context: &Context<'_>,
) -> Result<Batches<()>, Failure> {
    let (path, task) = (origin.named_path(), Task { work: (), order: None });
    Batches::source(Box::new(input), (&path, dialect), context.threads, |_| Ok(task))
}

/// The fields, or `None` if they are all fields of the file in order.
pub(super) fn in_order(fields: &[usize], width: usize) -> Option<Arc<[usize]>> {
    let plain = fields.len() == width && fields.iter().enumerate().all(|(one, two)| one == *two);
    (!plain).then(|| fields.into())
}

fn files(parts: &[FilePart]) -> Vec<File> {
    let file = |part: &FilePart| File {
        name: part.file.clone(),
        member: part.member.clone(),
        dialect: part.dialect.clone(),
        sha256: Some(part.sha256.clone()),
    };
    parts.iter().map(file).collect()
}

//! What was read of one table's source files, as the run report has it.

use ecom_core::checksum::Tally;
use ecom_core::plan::Table;
use ecom_core::report::{FileCount, SourceCount};
use ecom_core::source::FileFacts;

/// Nothing read yet.
pub(crate) fn begin(table: &Table, files: &[String]) -> SourceCount {
    let file = |name: &String| FileCount { file: name.clone(), ..FileCount::default() };
    SourceCount {
        table: table.name,
        file: files[0].clone(),
        read: 0,
        accepted: Tally::default(),
        rejected: 0,
        passed_over: 0,
        files: files.iter().map(file).collect(),
    }
}

/// Completes the count once all files were read.
pub(crate) fn finish(count: &mut SourceCount, facts: &[FileFacts]) {
    for (file, facts) in count.files.iter_mut().zip(facts) {
        file.read = file.accepted + file.rejected;
        file.passed_over = facts.passed_over.lines();
    }
    count.read = count.accepted.count + count.rejected;
    count.passed_over = facts.iter().map(|file| file.passed_over.lines()).sum();
}

/// True if the records are those that the plan was made with.
pub(crate) fn is_as_analyzed(count: &SourceCount, table: &Table) -> bool {
    count.rejected == table.rejected && count.accepted.count == table.rows
}

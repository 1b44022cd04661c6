//! The two ends of a foreign key.

use ecom_core::Failure;
use ecom_core::canonical::Canonical;
use ecom_core::convert::ColumnConverter;
use ecom_core::plan::{ForeignKey, Table};
use ecom_core::record::{Next, Record};

use crate::part::PartFile;

/// The index of the column that refers to another table.
pub(crate) fn column(table: &Table, key: &ForeignKey) -> Result<usize, Failure> {
    index(table, &key.column, key)
}

/// Shows every value that may be referred to, in canonical form; `parent` is the finished file of
/// the table referred to.
pub(crate) fn each_target(
    parent: &mut PartFile<'_>,
    key: &ForeignKey,
    see: &mut dyn FnMut(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let column = index(parent.table(), &key.references, key)?;
    let converter = ColumnConverter::of(&parent.table().columns[column]).nullable();
    let mut reader = parent.reader()?;
    let (mut record, mut value) = (Record::new(), Canonical::new());
    while let Next::Record = reader.read(&mut record)? {
        value.clear();
        // Cannot fail: it was converted before it was written.
        let _ = converter.convert(record.value(column), &mut value);
        if let Some(text) = (!value.is_empty()).then(|| value.value(0)).flatten() {
            see(text)?;
        }
    }
    Ok(())
}

fn index(table: &Table, column: &str, key: &ForeignKey) -> Result<usize, Failure> {
    table.position(column).ok_or_else(|| {
        Failure::refused(format!(
            "the foreign key {} → {}.{} needs a column {column}, which {} does not have",
            key.column, key.table, key.references, table.name
        ))
    })
}

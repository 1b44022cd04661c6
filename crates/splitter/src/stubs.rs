//! Records with only their key, for customers and products that appear only in other tables.

use ecom_core::Failure;
use ecom_core::canonical::Canonical;
use ecom_core::checksum::Tally;
use ecom_core::convert::Converter;
use ecom_core::plan::{Role, Table};

use crate::orphans::Missing;
use crate::part::{PartFile, add_values};

/// A work file, and the tally of the values that it must hold.
pub(crate) struct Output<'a> {
    pub(crate) file: PartFile<'a>,
    pub(crate) values: Tally,
    /// Records that were added.
    pub(crate) stubs: u64,
}

impl Output<'_> {
    /// Adds a record with only the key for every missing value, and returns their number.
    pub(crate) fn add_stubs(&mut self, mut missing: Missing<'_>) -> Result<u64, Failure> {
        let relaxed = relaxed(self.file.table(), &missing.key.references)?;
        let converter = Converter::new(&relaxed);
        let (mut canonical, mut buffer) = (Canonical::new(), Vec::new());
        let references = missing.key.references.clone();
        let before = self.stubs;
        while let Some((_, value)) = missing.next()? {
            let number = (self.file.rows() + 1).to_string();
            let values = relaxed.columns.iter().map(|column| match column {
                column if column.name == references => Some(value),
                column if column.role == Some(Role::SourceFile) => None,
                column if column.generated => Some(number.as_str()),
                _ => None,
            });
            converter.convert_values(values.clone(), &mut canonical).map_err(|misfit| {
                let (name, reason) = (relaxed.name, misfit.reason);
                Failure::refused(format!("{name} cannot have a record with only its key: {reason}"))
            })?;
            add_values(&mut self.values, &mut buffer, values.clone());
            self.file.write(values, &canonical)?;
            self.stubs += 1;
        }
        Ok(self.stubs - before)
    }
}

/// The table as it is when some of its records have only their key.
pub(crate) fn relaxed(table: &Table, references: &str) -> Result<Table, Failure> {
    let mut table = table.clone();
    for column in &mut table.columns {
        // An added record comes from no file, so its source file is NULL.
        let is_number = column.generated && column.role != Some(Role::SourceFile);
        if is_number || column.name == references {
            continue;
        }
        if table.key.contains(&column.name) {
            return Err(Failure::refused(format!(
                "{} cannot have a record with only {references}, as {} is in its key too: use \
                 --on-orphan reject",
                table.name, column.name
            )));
        }
        column.nullable = true;
    }
    Ok(table)
}

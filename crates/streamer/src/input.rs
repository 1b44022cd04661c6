//! The file to stream: its plan, its table, its records in canonical form.

use std::path::{Path, PathBuf};

use ecom_core::canonical::{Canonical, Converter};
use ecom_core::exit::Failure;
use ecom_core::plan::{Dialect, FILE_NAME, Plan, Table};
use ecom_core::record::{Next, Reader, Record};
use ecom_core::work::{Manifest, ManifestFile};

/// A file of the work folder that was proven to be what the splitter wrote.
pub(crate) struct Input {
    pub(crate) plan: Plan,
    pub(crate) file: ManifestFile,
    path: PathBuf,
    folder: PathBuf,
}

/// The records of an input, each in canonical form with its number and key.
pub(crate) struct Records<'a> {
    input: &'a Input,
    table: &'a Table,
    reader: Reader,
    converter: Converter,
    key_places: Vec<usize>,
    record: Record,
    /// The record's values.
    pub(crate) canonical: Canonical,
    /// The record's key.
    pub(crate) key: String,
    /// The record's number; the first is 1.
    pub(crate) number: u64,
}

impl Input {
    /// Finds the plan and the manifest of a file and checks that the three fit together.
    pub(crate) fn open(path: &Path, plan: Option<&Path>) -> Result<Self, Failure> {
        std::fs::File::open(path)
            .map_err(|error| ecom_core::exit::io_failure("read", path, error))?;
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let plan = Plan::read(plan.unwrap_or(&folder.join(FILE_NAME)))?;
        let manifest = Manifest::read(&folder)?;
        manifest.check_plan(&plan)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let file = manifest.named(&name).cloned().ok_or_else(|| {
            Failure::refused(format!(
                "{} is no file that the splitter wrote: its manifest has {}",
                path.display(),
                names(&manifest)
            ))
        })?;
        if plan.table(file.table).is_none() {
            let table = file.table;
            return Err(Failure::refused(format!("the plan has no table {table}")));
        }
        file.check(&folder)?;
        Ok(Self { plan, file, path: path.to_owned(), folder })
    }

    /// The work folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The table that the records belong to.
    pub(crate) fn table(&self) -> Result<&Table, Failure> {
        let name = self.file.table;
        let table = self.plan.table(name);
        table.ok_or_else(|| Failure::refused(format!("the plan has no table {name}")))
    }

    /// The name of the data's source in a message: 16 hexadecimal digits of its SHA-256.
    pub(crate) fn source(&self) -> Result<String, Failure> {
        Ok(self.table()?.identity().chars().take(16).collect())
    }

    /// Where a record stands, for messages.
    pub(crate) fn place(&self, line: u64) -> String {
        format!("{}: line {line}", self.path.display())
    }

    /// Begins to read the records.
    pub(crate) fn records(&self) -> Result<Records<'_>, Failure> {
        let table = self.table()?;
        let reader = Reader::open(&self.path, &Dialect::work())?;
        let header = table
            .columns
            .iter()
            .map(|column| if column.generated { &column.name } else { &column.header });
        if !reader.header().iter().eq(header.map(String::as_str)) {
            return Err(Failure::refused(format!(
                "{}: the header is not that of table {} in the plan: run splitter again",
                self.path.display(),
                table.name
            )));
        }
        Ok(Records {
            input: self,
            table,
            reader,
            converter: Converter::new(table),
            key_places: table.key_positions(),
            record: Record::new(),
            canonical: Canonical::new(),
            key: String::new(),
            number: 0,
        })
    }
}

impl Records<'_> {
    /// Goes on to the next record; false at the end of the file.
    pub(crate) fn next(&mut self) -> Result<bool, Failure> {
        match self.reader.read(&mut self.record)? {
            Next::Record => {}
            Next::End => return Ok(false),
            Next::Reject(reject) => return Err(Failure::refused(reject.to_string())),
        }
        if let Err(misfit) = self.converter.convert(&self.record, &mut self.canonical) {
            let name = self.table.columns.get(misfit.column).map_or("", |column| &column.name);
            return Err(Failure::refused(format!(
                "{}: column {name}: {}",
                self.input.place(self.record.line()),
                misfit.reason
            )));
        }
        self.canonical.key_into(&self.key_places, &mut self.key);
        self.number += 1;
        Ok(true)
    }

    /// The line of the file on which the record begins.
    pub(crate) fn line(&self) -> u64 {
        self.record.line()
    }
}

fn names(manifest: &Manifest) -> String {
    manifest.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", ")
}

//! What is made of the records of a batch before they are judged in their order: their canonical forms,
//! their hashes, their lines in a work file. The workers do it, unless a record's number is needed.

use ecom_core::canonical::{Canonical, Form};
use ecom_core::checksum;
use ecom_core::convert::{Converter, Misfit};
use ecom_core::plan::Table;
use ecom_core::record::{Batch, Work, push_line};
use ecom_core::source::{Field, Fields};

use crate::observed::Values;
use crate::part::hash_values;

/// Prepares the records of one file.
pub(crate) struct Prepare {
    fields: Fields,
    converter: Converter,
    file: String,
    width: usize,
    is_numbered: bool,
    /// True if the fields are those of the file, one after the other.
    in_order: bool,
    writes: bool,
    begin: Option<Values>,
}

/// What was made of the records of a batch.
#[derive(Default)]
pub(crate) struct Prepared {
    records: Vec<Made>,
    width: usize,
    canonical: Canonical,
    misfits: Vec<(usize, Misfit)>,
    lines: Vec<u8>,
    buffer: Vec<u8>,
    pub(crate) observed: Option<Values>,
}

/// What was made of one record.
#[derive(Clone, Copy, Debug, Default)]
struct Made {
    /// The index of its first value.
    first: usize,
    canonical: u64,
    values: u64,
    /// Where its line is; `None` if it stands in the batch.
    line: Option<(usize, usize)>,
}

impl Prepare {
    /// For the records of the file `file`; `begin` is what was observed of no record.
    pub(crate) fn new(
        table: &Table,
        fields: Fields,
        file: &str,
        writes: bool,
        begin: Option<Values>,
    ) -> Self {
        let in_order = (0..).map(Field::Index).zip(fields.as_slice()).all(|(a, b)| a == *b);
        Self {
            width: fields.as_slice().len(),
            is_numbered: fields.as_slice().contains(&Field::Number),
            in_order,
            fields,
            converter: Converter::new(table),
            file: file.to_owned(),
            writes,
            begin,
        }
    }

    /// Where the values of the columns are.
    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The name of the file.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// Prepares a record; those before it are there.
    pub(crate) fn add(&self, batch: &Batch, index: usize, number: &str, prepared: &mut Prepared) {
        if self.in_order && batch.width() == self.width {
            let stands = self.writes && batch.written(index).is_some();
            self.add_values(batch.values(index), stands, index, prepared);
        } else {
            let values = self.fields.values_in(batch, index, (number, &self.file));
            self.add_values(values, false, index, prepared);
        }
    }

    /// Prepares a record from its values; `stands` if it is in the batch as it must be written.
    fn add_values<'v>(
        &self,
        values: impl Iterator<Item = Option<&'v str>> + Clone,
        stands: bool,
        index: usize,
        prepared: &mut Prepared,
    ) {
        let Prepared { records, canonical, misfits, lines, buffer, observed, .. } = prepared;
        let first = canonical.len();
        let same = match self.converter.append_values(values.clone(), canonical) {
            Ok(same) => same,
            Err(misfit) => {
                misfits.push((index, misfit));
                records.push(Made::default());
                return;
            }
        };
        let form = canonical.slice(first, self.width);
        if let Some(observed) = observed {
            observed.see(form);
        }
        let hash = checksum::hash(form.bytes());
        let mut made = Made { first, canonical: hash, values: hash, line: None };
        if !same {
            made.values = hash_values(buffer, values.clone());
        }
        if self.writes && !stands {
            let start = lines.len();
            push_line(lines, values);
            made.line = Some((start, lines.len()));
        }
        records.push(made);
    }
}

impl Work for Prepare {
    type Product = Prepared;

    fn work(&self, batch: &Batch, prepared: &mut Prepared) {
        prepared.records.clear();
        prepared.canonical.clear();
        prepared.misfits.clear();
        prepared.lines.clear();
        prepared.width = self.width;
        if prepared.observed.is_none() {
            prepared.observed.clone_from(&self.begin);
        }
        if !self.is_numbered {
            (0..batch.len()).for_each(|index| self.add(batch, index, "", prepared));
        }
    }
}

impl Prepared {
    /// Why a record does not fit its types, if so.
    pub(crate) fn misfit(&self, index: usize) -> Option<Misfit> {
        // Hardly any record.
        let found = self.misfits.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        Some(self.misfits[found].1.clone())
    }

    pub(crate) fn form(&self, index: usize) -> Form<'_> {
        self.canonical.slice(self.records[index].first, self.width)
    }

    pub(crate) fn values_hash(&self, index: usize) -> u64 {
        self.records[index].values
    }

    pub(crate) fn line<'r>(&'r self, batch: &'r Batch, index: usize) -> (u64, &'r [u8]) {
        let made = &self.records[index];
        let line = match made.line {
            Some((start, end)) => &self.lines[start..end],
            None => batch.raw(index).as_bytes(),
        };
        (made.canonical, line)
    }
}

//! A table of the plan in the making, with a file of its own.

use ecom_core::Failure;
use ecom_core::plan::{Column, Join, Role, Route, SqlType, Table, TableName};

use super::key::Key;
use crate::name::sql::{free_name, snake_case, sql_names};
use crate::prove::column_reader::ColumnReader;
use crate::roles::candidate::Candidate;
use crate::value::column::{ColumnKind, ColumnProfile, text_type};

/// Digits of the longest 64-bit number.
const LONGEST_WHOLE: u8 = 19;

/// A table of the plan in the making, with a file of its own.
pub(crate) struct Draft<'a> {
    pub(crate) candidate: Candidate<'a>,
    pub(crate) columns: Vec<Column>,
    pub(crate) key: Option<Key>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(candidate: Candidate<'a>, name: TableName) -> Result<Self, Failure> {
        let file = candidate.file;
        let path = file.path.display();
        // All questions are asked at once.
        let problems: Vec<_> = file.columns.iter().filter_map(problem).collect();
        if !problems.is_empty() {
            return Err(Failure::refused(format!("{path}: {}", problems.join("; "))));
        }
        let headers = file.columns.iter().map(|column| column.header.as_str());
        let names = sql_names(headers, name.singular(), &[]);
        let mut columns = Vec::with_capacity(names.len());
        for ((column, role), sql_name) in file.columns.iter().zip(&candidate.roles).zip(names) {
            let role = role.filter(|role| belongs(*role, name, &candidate));
            columns.push(planned(column, sql_name, role));
        }
        let mut draft = Self { candidate, columns, key: None };
        draft.mark_joined();
        Ok(draft)
    }

    /// Marks the joined columns with their origin, and renames those that have the same name as a
    /// column of the file.
    fn mark_joined(&mut self) {
        let Some(joined) = &self.candidate.file.joined else { return };
        let own = joined.own.min(self.columns.len());
        let (own, others) = self.columns.split_at_mut(own);
        let plain = |column: &Column| snake_case(&column.header);
        let mut known: Vec<String> = own.iter().map(plain).collect();
        let mut taken: Vec<String> = own.iter().map(|column| column.name.clone()).collect();
        for column in others {
            column.from = Some(joined.table);
            let name = plain(column);
            if known.contains(&name) {
                let taken: Vec<_> = taken.iter().map(String::as_str).collect();
                column.name = free_name(&[&format!("{}_{name}", joined.table)], &taken);
            }
            known.push(name);
            taken.push(column.name.clone());
        }
    }

    /// A reader for the column with that SQL name; `None` if the file does not have it.
    pub(crate) fn reader(&self, name: &str) -> Option<ColumnReader> {
        let index = self.index_of(name)?;
        Some(ColumnReader::new(index, &self.columns[index]))
    }

    /// The index of the column with that SQL name.
    pub(crate) fn index_of(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The column with that SQL name.
    pub(crate) fn by_name(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The header of the column with that SQL name.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.by_name(name).map_or("", |column| &column.header)
    }

    /// The column of a role.
    pub(crate) fn column(&self, role: Role) -> Option<&Column> {
        self.index(role).map(|index| &self.columns[index])
    }

    pub(crate) fn index(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|column| column.role == Some(role))
    }

    /// Gives a column and the one that it refers to the same type.
    pub(crate) fn share_type(&mut self, own: &str, other: &mut Draft<'_>, theirs: &str) {
        if let (Some(own), Some(theirs)) = (self.index_of(own), other.index_of(theirs)) {
            let (mine, others) = shared((self, own), (other, theirs));
            self.columns[own] = mine;
            other.columns[theirs] = others;
        }
    }

    /// A column for the name of the source file, if there are several files.
    fn source_file(&self) -> Option<Column> {
        let parts = &self.candidate.file.parts;
        if parts.len() < 2 {
            return None;
        }
        let lengths = parts.iter().map(|part| part.shown().chars().count());
        let longest = lengths.max().unwrap_or_default();
        let taken: Vec<_> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let name = free_name(&["source_file", "name_of_source_file"], &taken);
        let role = Some(Role::SourceFile);
        Some(Column {
            longest: self::longest(text_type(longest), longest),
            ..generated(name, role, text_type(longest))
        })
    }

    pub(crate) fn table(mut self, name: TableName, key: Key, route: Route) -> Table {
        self.columns.extend(self.source_file());
        let file = self.candidate.file;
        Table {
            name,
            file: file.first_part().file.clone(),
            member: file.first_part().member.clone(),
            sha256: file.sha256.clone(),
            rows: file.rows,
            rejected: file.rejected,
            passed_over: file.passed_over,
            encoding_reason: file.first_part().encoding_reason.clone(),
            further_files: file.further_files(),
            join: file.joined.as_ref().map(|joined| Join {
                table: joined.table,
                column: joined.column.clone(),
                references: joined.references.clone(),
                without: joined.without,
                unused: joined.unused,
            }),
            derived: false,
            dialect: file.dialect.clone(),
            key: key.columns,
            key_proof: key.proof,
            route,
            foreign_keys: Vec::new(),
            columns: self.columns,
        }
    }
}

/// Why a column cannot be in a plan.
fn problem(column: &ColumnProfile) -> Option<String> {
    let header = &column.header;
    match &column.kind {
        ColumnKind::Undecided { question, .. } => Some(question.asked(header)),
        ColumnKind::Known { .. } if column.is_too_long() => Some(format!(
            "column {header:?}: a value of {} bytes does not fit in a TEXT (65535 bytes)",
            column.longest_bytes
        )),
        ColumnKind::Known { .. } => None,
    }
}

/// A column of a file as one of the plan.
pub(crate) fn planned(column: &ColumnProfile, name: String, role: Option<Role>) -> Column {
    let sql_type = column.sql_type();
    let of_range = |value: &Option<String>| value.clone().filter(|_| has_range(sql_type));
    Column {
        header: column.header.clone(),
        name,
        from: None,
        role,
        sql_type,
        format: column.format().map(str::to_owned),
        format_proof: column.format_proof().map(str::to_owned),
        missing: column.missing_spellings(),
        nullable: column.missing() > 0,
        nulls: Some(column.missing()),
        minimum: of_range(&column.minimum),
        maximum: of_range(&column.maximum),
        longest: longest(sql_type, column.longest),
        generated: false,
    }
}

/// Two columns, one of which refers to the other, with the same type.
pub(crate) fn shared(
    (one, own): (&Draft<'_>, usize),
    (other, theirs): (&Draft<'_>, usize),
) -> (Column, Column) {
    let (mine, others) = (&one.candidate.file.columns[own], &other.candidate.file.columns[theirs]);
    let (mut a, mut b) = (one.columns[own].clone(), other.columns[theirs].clone());
    let longest = mine.longest.max(others.longest);
    let sql_type = common_type(a.sql_type, b.sql_type, longest);
    for (column, profile) in [(&mut a, mine), (&mut b, others)] {
        column.sql_type = sql_type;
        column.longest = self::longest(sql_type, longest);
        if sql_type.is_text() {
            // A blank text is not NULL, and text has no range.
            column.nulls = Some(profile.missing_as_text());
            (column.minimum, column.maximum) = (None, None);
            (column.format, column.format_proof) = (None, None);
        }
    }
    (a, b)
}

/// A column whose values the splitter generates.
pub(crate) fn generated(name: String, role: Option<Role>, sql_type: SqlType) -> Column {
    Column {
        header: String::new(),
        name,
        from: None,
        role,
        sql_type,
        format: None,
        format_proof: None,
        missing: Vec::new(),
        nullable: false,
        nulls: None,
        minimum: None,
        maximum: None,
        longest: None,
        generated: true,
    }
}

/// The plan holds the smallest and greatest value of numbers and times.
fn has_range(sql_type: SqlType) -> bool {
    sql_type.is_number() || sql_type.is_time()
}

/// The role of the id of a referenced table.
pub(crate) fn id_role(name: TableName) -> Role {
    match name {
        TableName::Customers => Role::CustomerId,
        TableName::Products => Role::ProductId,
        TableName::Transactions | TableName::Further(_) => Role::OrderId,
    }
}

/// True if a column of a table may have the role: a file of customers can hold an amount, but not
/// that of a sale.
fn belongs(role: Role, name: TableName, candidate: &Candidate<'_>) -> bool {
    let with = |id| candidate.index(id).is_some();
    match name {
        TableName::Transactions => true,
        // The name of a category is not that of a product, and its number not that of a line.
        TableName::Further(_) => match role {
            Role::ProductName | Role::UnitPrice | Role::Quantity => with(Role::ProductId),
            Role::CustomerName | Role::Email => with(Role::CustomerId),
            Role::LineId => with(Role::OrderId),
            _ => true,
        },
        TableName::Customers => matches!(
            role,
            Role::CustomerId | Role::CustomerName | Role::Email | Role::Region | Role::Status
        ),
        TableName::Products => matches!(
            role,
            Role::ProductId | Role::ProductName | Role::Category | Role::UnitPrice | Role::Status
        ),
    }
}

/// The plan holds the length of the longest text.
fn longest(sql_type: SqlType, characters: usize) -> Option<u32> {
    u32::try_from(characters).ok().filter(|_| sql_type.is_text())
}

/// The narrowest type for the values of both; `longest` is the length of the longest text.
fn common_type(a: SqlType, b: SqlType, longest: usize) -> SqlType {
    match (a, b) {
        _ if a == b => a,
        (SqlType::Int | SqlType::BigInt, SqlType::Int | SqlType::BigInt) => SqlType::BigInt,
        (SqlType::VarChar(a), SqlType::VarChar(b)) => SqlType::VarChar(a.max(b)),
        // An id written as `17850.0` is the number 17850.
        (SqlType::Decimal { precision, scale }, SqlType::Int | SqlType::BigInt)
        | (SqlType::Int | SqlType::BigInt, SqlType::Decimal { precision, scale }) => {
            let whole = (precision - scale).max(LONGEST_WHOLE);
            SqlType::Decimal { precision: whole + scale, scale }
        }
        (
            SqlType::Decimal { precision: a, scale: s },
            SqlType::Decimal { precision: b, scale: t },
        ) => {
            let (whole, scale) = ((a - s).max(b - t), s.max(t));
            match whole + scale {
                precision @ ..=65 => SqlType::Decimal { precision, scale },
                _ => text_type(longest),
            }
        }
        _ => text_type(longest),
    }
}

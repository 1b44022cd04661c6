//! The roles that a file of transactions needs and lacks, and the flags that give them.

use ecom_core::canonical::TimeFormat;
use ecom_core::escape::excerpt;
use ecom_core::plan::{Role, SqlType};

use crate::meaning::header::numbers_things;
use crate::meaning::role::role_words;
use crate::roles::candidate::Candidate;
use crate::roles::event_time::named_event_time;
use crate::value::column::ColumnProfile;

/// At most this many columns are listed.
const NAMED: usize = 6;

/// Date formats that are not recognized without a flag. A month is read as its first day.
const FORMATS: [&str; 16] = [
    "%Y-%m", "%Y/%m", "%m/%Y", "%m-%Y", "%b-%Y", "%b %Y", "%Y %b", "%b-%y", "%b %y", "%Y%m",
    "%d%m%Y", "%m%d%Y", "%y-%m-%d", "%y/%m/%d", "%y.%m.%d", "%y%m%d",
];

/// A role that a file of transactions needs and this one lacks, and the columns that could have it.
pub(crate) struct MissingRole {
    pub(crate) role: Role,
    pub(crate) headers: Vec<String>,
    /// If there are none: a column with a fitting name, and its first value.
    named: Option<(String, String)>,
}

/// The file that most likely holds the transactions, although a role is missing.
pub(crate) fn likeliest(candidates: &[Candidate<'_>]) -> Option<usize> {
    let with_records = (0..candidates.len()).filter(|index| candidates[*index].file.rows > 0);
    with_records.max_by_key(|index| {
        let one = &candidates[*index];
        (one.sale_score(), one.file.rows, std::cmp::Reverse(*index))
    })
}

/// The roles that a file of transactions needs and this one lacks.
pub(crate) fn missing_roles(candidate: &Candidate<'_>) -> Vec<MissingRole> {
    let has = |role| candidate.index(role).is_some();
    let strong =
        [Role::OrderId, Role::Amount, Role::Quantity].into_iter().filter(|role| has(*role));
    let strong = strong.count();
    let mut missing_roles = Vec::new();
    if !has(Role::EventTime) {
        let mut time =
            missing_role(candidate, Role::EventTime, |column| column.sql_type().is_time());
        time.named = named_time(candidate).filter(|_| time.headers.is_empty());
        missing_roles.push(time);
    }
    if strong == 0 {
        missing_roles.push(money(candidate));
    }
    missing_roles
}

/// A note on transactions without an amount if a column could be the amount.
pub(crate) fn no_amount(candidate: &Candidate<'_>) -> Option<String> {
    if candidate.index(Role::Amount).is_some() || candidate.index(Role::UnitPrice).is_some() {
        return None;
    }
    let headers = money(candidate).headers;
    let first = headers.first()?;
    let named: Vec<_> = headers.iter().take(NAMED).map(|header| format!("{header:?}")).collect();
    Some(format!(
        "no column is known to be the amount; it could be {}: say so with --role \
         \"{first}=amount\"",
        named.join(" or ")
    ))
}

/// The columns of numbers that could be an amount.
fn money(candidate: &Candidate<'_>) -> MissingRole {
    missing_role(candidate, Role::Amount, |column| {
        column.sql_type().is_number() && !numbers_things(&column.header)
    })
}

fn missing_role(
    candidate: &Candidate<'_>,
    role: Role,
    fits: impl Fn(&ColumnProfile) -> bool,
) -> MissingRole {
    let columns = candidate.file.columns.iter().enumerate();
    let open = columns.filter(|(index, column)| candidate.is_open(*index) && fits(column));
    let mut likely: Vec<_> = open.map(|(_, column)| column).collect();
    // Amounts of money are seldom whole numbers.
    likely.sort_by_key(|column| !matches!(column.sql_type(), SqlType::Decimal { .. }));
    let headers = likely.into_iter().map(|column| column.header.clone()).collect();
    MissingRole { role, headers, named: None }
}

/// The column with the name of an event time, and its first value.
fn named_time(candidate: &Candidate<'_>) -> Option<(String, String)> {
    let file = candidate.file;
    let index = named_event_time(&file.columns, |index| candidate.is_open(index))?;
    let value = file.first.iter().find_map(|record| record.get(index)?.clone())?;
    Some((file.columns[index].header.clone(), value))
}

/// The columns that could have the missing roles, and the flag to choose one: `the amount could be
/// "A", choose one with --role "A=amount"`.
pub(crate) fn answers(missing_roles: &[MissingRole]) -> String {
    let mut parts = Vec::new();
    for MissingRole { role, headers, named: like } in missing_roles {
        let word = role_words(*role);
        let named = headers.iter().take(NAMED).map(|header| format!("{:?}", excerpt(header, 40)));
        let named = named.collect::<Vec<_>>().join(" or ");
        let more = if headers.len() > NAMED { " or another" } else { "" };
        parts.push(match (headers.as_slice(), like) {
            ([], Some((header, value))) => unread_time(word, header, value),
            ([], None) if *role == Role::EventTime => {
                format!("no column holds times for the {word}")
            }
            ([], None) => format!("no column holds numbers that could be the {word}"),
            _ => format!("the {word} could be {named}{more}"),
        });
    }
    let example =
        missing_roles.iter().find_map(|one| Some((one.headers.first()?, role_words(one.role))));
    let flag = example.map_or_else(
        || "say what a column means with --role \"HEADER=ROLE\"".to_owned(),
        |(header, role)| format!("choose one with --role \"{header}={role}\""),
    );
    parts.push(flag);
    parts.join(", ")
}

/// The message for a column that is named like a time but whose values are not recognized as times.
fn unread_time(word: &str, header: &str, value: &str) -> String {
    let reads = |format: &&&str| {
        format.parse().is_ok_and(|format: TimeFormat| format.read(value).is_some())
    };
    let format = FORMATS.iter().find(reads).unwrap_or(&"%d.%m.%Y");
    let header = excerpt(header, 40);
    format!(
        "no column holds times for the {word}; {header:?} is named like one, but the format of \
         {:?} is unknown: give it with --format, such as --format \"{header}={format}\"",
        excerpt(value, 40)
    )
}

//! Roles given by the user: `--role "Bestelldatum=event time"`.

use std::str::FromStr;

use ecom_core::escape::excerpt;
use ecom_core::exit::Failure;
use ecom_core::plan::Role;

use super::asks::{Asks, asks, kind_words};
use crate::meaning::role::role_words;
use crate::meaning::shapes;
use crate::meaning::words::words_of;
use crate::profile::file::FileProfile;
use crate::value::column::ColumnProfile;

/// At most this many headers are listed.
const LISTED: usize = 12;

/// The role of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoleWish {
    header: String,
    /// `None` for no role at all.
    pub(super) role: Option<Role>,
}

impl FromStr for RoleWish {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (header, role) = text.rsplit_once('=').ok_or_else(|| {
            "expected HEADER=ROLE, such as \"Bestelldatum=event time\"".to_owned()
        })?;
        let wanted = words_of(role).join(" ");
        let role = shapes::roles().find(|role| role_words(*role) == wanted);
        if role.is_none() && wanted != "none" {
            let all: Vec<_> = shapes::roles().map(role_words).collect();
            return Err(format!("{wanted:?} is not a role (roles: {}, none)", all.join(", ")));
        }
        Ok(Self { header: header.trim().to_owned(), role })
    }
}

impl RoleWish {
    /// True for the column of that header.
    pub(super) fn is_of(&self, header: &str) -> bool {
        header.trim() == self.header
    }

    /// The flag as the user gave it.
    fn flag(&self) -> String {
        format!("--role \"{}={}\"", self.header, self.role.map_or("none", role_words))
    }
}

/// Refuses wishes that contradict each other, that name a header no column has, or that the values
/// do not fit.
pub(crate) fn check_wishes(wishes: &[RoleWish], files: &[FileProfile]) -> Result<(), Failure> {
    for (index, wish) in wishes.iter().enumerate() {
        let earlier = &wishes[..index];
        if let Some(other) = earlier.iter().find(|other| other.header == wish.header) {
            let (one, two) = (other.flag(), wish.flag());
            return Err(Failure::usage(format!("{two}: {one} already gives the column a role")));
        }
        let same = |other: &&RoleWish| wish.role.is_some() && other.role == wish.role;
        if let Some(other) = earlier.iter().find(same) {
            let (one, two) = (other.flag(), wish.flag());
            return Err(Failure::usage(format!("{two}: {one} already gives the role to a column")));
        }
        let columns =
            files.iter().flat_map(|file| file.columns.iter().map(move |column| (file, column)));
        let mut named = columns.filter(|(_, column)| wish.is_of(&column.header)).peekable();
        if named.peek().is_none() {
            return Err(Failure::usage(unknown(wish, files)));
        }
        named.try_for_each(|(file, column)| check_values(wish, file, column))?;
    }
    Ok(())
}

fn check_values(
    wish: &RoleWish,
    file: &FileProfile,
    column: &ColumnProfile,
) -> Result<(), Failure> {
    let (role, wanted) = match wish.role.map(|role| (role, asks(role))) {
        Some((role, Asks::Time)) => (role, "a time"),
        Some((role, Asks::Number)) => (role, "a number"),
        _ => return Ok(()),
    };
    if asks(role).fit(column) {
        return Ok(());
    }
    let odd = column.odd.as_ref().map_or_else(String::new, |odd| {
        let value = excerpt(&odd.value, 40);
        format!(": line {} has {value:?} after {} {}", odd.line, odd.before, odd.others)
    });
    Err(Failure::refused(format!(
        "{}: {}: {} is {wanted}, and the column holds {}{odd}",
        file.path.display(),
        wish.flag(),
        role_words(role),
        kind_words(column)
    )))
}

/// The message that no column has the header, with similar headers.
fn unknown(wish: &RoleWish, files: &[FileProfile]) -> String {
    let mut headers: Vec<&str> = Vec::new();
    for column in files.iter().flat_map(|file| &file.columns) {
        if !headers.contains(&column.header.as_str()) {
            headers.push(&column.header);
        }
    }
    let wanted = words_of(&wish.header);
    let alike = |header: &&&str| {
        let words = words_of(header);
        let begin = |word: &String| word.chars().take(4).collect::<String>();
        words.iter().any(|word| wanted.iter().any(|other| begin(word) == begin(other)))
    };
    let likely: Vec<&str> = headers.iter().filter(alike).copied().collect();
    let shown = if likely.is_empty() { headers } else { likely };
    let mut names: Vec<_> =
        shown.iter().take(LISTED).map(|header| format!("{:?}", excerpt(header, 40))).collect();
    if shown.len() > LISTED {
        names.push(format!("and {} more", shown.len() - LISTED));
    }
    format!("{}: no column has that header; the headers are {}", wish.flag(), names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_a_header_and_a_role_in_words() {
        for (text, header, role) in [
            ("Bestelldatum=event time", "Bestelldatum", Some(Role::EventTime)),
            ("a = b=Order_ID", "a = b", Some(Role::OrderId)),
            ("Foo = NONE", "Foo", None),
            ("=line-id", "", Some(Role::LineId)),
        ] {
            assert_eq!(text.parse(), Ok(RoleWish { header: header.into(), role }), "{text}");
        }
        let why = |text: &str| text.parse::<RoleWish>().unwrap_err();
        assert!(why("Foo").starts_with("expected HEADER=ROLE"));
        let list = why("Foo=date");
        assert!(
            list.starts_with("\"date\" is not a role (roles: event time, event type, order id, ")
        );
        assert!(list.ends_with("status, none)"), "{list}");
    }
}

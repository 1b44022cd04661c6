//! The pieces of a format, as `strftime` writes them.

use std::fmt;

/// A piece of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// `%Y`, four digits.
    Year,
    /// `%y`, two digits: 69 to 99 mean 1969 to 1999.
    ShortYear,
    /// `%m`
    Month,
    /// `%B`, in full or abbreviated, in any of the languages.
    MonthName,
    /// `%d`, also `1st` and `1er`.
    Day,
    /// `%A`, in full or abbreviated; its meaning is ignored.
    Weekday,
    /// `%H`
    Hour,
    /// `%I`
    HalfHour,
    /// `%M`
    Minute,
    /// `%S`
    Second,
    /// `%.f`, a fraction of a second; a value may lack it.
    Fraction,
    /// `%p`
    HalfDay,
    /// `%z`, also `Z` and `UTC`.
    Offset,
    /// `%Z`, an abbreviation such as `CET`.
    Zone,
    /// Any other character.
    Literal(char),
}

/// The letters of each item; the first one is used for writing.
const LETTERS: [(&str, Item); 25] = [
    ("Y", Item::Year),
    ("y", Item::ShortYear),
    ("m", Item::Month),
    ("B", Item::MonthName),
    ("b", Item::MonthName),
    ("h", Item::MonthName),
    ("d", Item::Day),
    ("e", Item::Day),
    ("A", Item::Weekday),
    ("a", Item::Weekday),
    ("H", Item::Hour),
    ("k", Item::Hour),
    ("I", Item::HalfHour),
    ("l", Item::HalfHour),
    ("M", Item::Minute),
    ("S", Item::Second),
    (".f", Item::Fraction),
    (".6f", Item::Fraction),
    (".3f", Item::Fraction),
    ("p", Item::HalfDay),
    ("P", Item::HalfDay),
    ("z", Item::Offset),
    (":z", Item::Offset),
    ("Z", Item::Zone),
    ("%", Item::Literal('%')),
];

/// Letters that stand for several items.
const SHORT: [(char, &str); 4] =
    [('F', "%Y-%m-%d"), ('T', "%H:%M:%S"), ('R', "%H:%M"), ('D', "%m/%d/%y")];

impl Item {
    pub(super) fn is_hour(&self) -> bool {
        matches!(self, Self::Hour | Self::HalfHour)
    }
}

impl fmt::Display for Item {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Literal(character) = self
            && *character != '%'
        {
            return write!(formatter, "{character}");
        }
        let letters = LETTERS.iter().find(|(_, item)| item == self).map_or("", |(text, _)| text);
        write!(formatter, "%{letters}")
    }
}

/// The items of a format.
///
/// # Errors
/// What is wrong with the format.
pub(super) fn parse(format: &str) -> Result<Vec<Item>, String> {
    let mut items = Vec::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        rest = &rest[first.len_utf8()..];
        if first != '%' {
            items.push(Item::Literal(first));
            continue;
        }
        // Padding makes no difference for reading.
        let bare = rest.strip_prefix(['-', '_', '0']).unwrap_or(rest);
        if let Some((letter, long)) = SHORT.iter().find(|(letter, _)| bare.starts_with(*letter)) {
            items.extend(parse_known(long));
            rest = &bare[letter.len_utf8()..];
        } else {
            let (letters, item) = LETTERS
                .iter()
                .find(|(letters, _)| bare.starts_with(letters))
                .ok_or_else(|| unknown(bare))?;
            items.push(item.clone());
            rest = &bare[letters.len()..];
        }
    }
    check(&items)?;
    Ok(items)
}

fn unknown(rest: &str) -> String {
    match rest.chars().next() {
        Some(letter) => format!("unknown item %{letter}"),
        None => "it ends with %".into(),
    }
}

fn parse_known(format: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        let letter = if character == '%' { characters.next() } else { None };
        let item = letter.and_then(|letter| {
            let known = LETTERS.iter().find(|(letters, _)| letters.chars().eq([letter]));
            known.map(|(_, item)| item.clone())
        });
        items.push(item.unwrap_or(Item::Literal(character)));
    }
    items
}

/// A format must give a day, or a month (which means its first day), and a time of day without gaps.
fn check(items: &[Item]) -> Result<(), String> {
    let count = |wanted: &[Item]| items.iter().filter(|item| wanted.contains(item)).count();
    let is_month = count(&[Item::Day]) == 0 && !items.iter().any(Item::is_hour);
    for (what, wanted) in [
        ("year", &[Item::Year, Item::ShortYear][..]),
        ("month", &[Item::Month, Item::MonthName]),
        ("day", &[Item::Day]),
    ] {
        if count(wanted) != 1 && !(is_month && what == "day") {
            return Err(format!("it must have exactly one {what}"));
        }
    }
    let [hours, halves, minutes, seconds, fractions, noons] =
        [Item::Hour, Item::HalfHour, Item::Minute, Item::Second, Item::Fraction, Item::HalfDay]
            .map(|item| count(&[item]));
    if halves != noons || hours + halves > 1 {
        return Err("it must have exactly one hour: use %H, or %I and %p".into());
    }
    let hour = hours + halves;
    let gap = (hours > minutes) || minutes > hour || seconds > minutes || fractions > seconds;
    if gap || minutes > 1 || count(&[Item::Offset, Item::Zone]) > hour {
        return Err("its time of day has a gap or a part twice".into());
    }
    Ok(())
}

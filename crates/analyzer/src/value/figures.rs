//! Numbers as people write them: finds the one notation that fits every value of a column.

use ecom_core::canonical::{Currency, DecimalSign, NumberFormat, Separator, Spelled, in_ascii};
use ecom_core::plan::SqlType;

use super::decimal_sign::SignEvidence;
use super::number::Numbers;

/// What is known of a column of numbers.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    /// True for a column of identifiers, whose numbers have no separators.
    strict: bool,
    /// All numbers, until one has a point or a comma.
    shared: Numbers,
    /// From then on the two readings, while they are possible: decimal point and decimal comma.
    readings: Option<[Option<SignReading>; 2]>,
    /// True while all numbers are in the plain form of a plan.
    plain: bool,
    currency: Option<Currency>,
    /// A currency other than that of earlier values, and its line.
    second: Option<(Currency, u64)>,
    percent: Option<bool>,
    /// How many different values are in parentheses, and how many are not.
    in_brackets: u64,
    bare: u64,
    /// The first value that fits only one reading, and its line.
    proof: Option<(String, u64)>,
    /// The first value that fits both, as different numbers.
    ambiguous: Option<String>,
    /// The first value whose digits are hidden by an exponent, and its line.
    cut: Option<(String, u64)>,
    after_apostrophe: bool,
    text: String,
}

#[derive(Clone, Debug)]
struct SignReading {
    numbers: Numbers,
    separator: Option<Separator>,
}

/// What a value means to a column of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    Number,
    /// A number whose last digits are lost: `1.23E+12`.
    Cut,
    /// A number with a currency other than that of earlier values.
    Foreign,
    None,
}

/// How the numbers of a column are written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figured {
    pub(crate) sql_type: SqlType,
    pub(crate) format: Option<String>,
    pub(crate) proof: Option<String>,
    pub(crate) range: (String, String),
}

const SIGNS: [DecimalSign; 2] = [DecimalSign::Point, DecimalSign::Comma];

impl Figures {
    /// For a column; `strict` for identifiers.
    pub(crate) fn new(strict: bool) -> Self {
        Self {
            strict,
            shared: Numbers::default(),
            readings: None,
            plain: true,
            currency: None,
            second: None,
            percent: None,
            in_brackets: 0,
            bare: 0,
            proof: None,
            ambiguous: None,
            cut: None,
            after_apostrophe: false,
            text: String::new(),
        }
    }

    /// Adds a value on that line.
    pub(crate) fn observe(&mut self, text: &str, line: u64) -> Fit {
        if self.percent != Some(true) && self.observe_plain(text) {
            self.bare += 1;
            self.percent = Some(false);
            return Fit::Number;
        }
        let ascii = in_ascii(text);
        let Some(spelled) = Spelled::parse(&ascii) else { return Fit::None };
        if spelled.is_cut() || (self.strict && spelled.has_exponent()) {
            self.cut.get_or_insert_with(|| (text.to_owned(), line));
            return Fit::Cut;
        }
        let strict = self.strict && !crate::value::number::is_plain(text);
        if !strict && !self.same_currency(&spelled, line) {
            return Fit::Foreign;
        }
        if strict || !self.same_percent(&spelled) || !self.read(&spelled, text, line) {
            return Fit::None;
        }
        self.after_apostrophe |= spelled.after_apostrophe;
        self.plain &= crate::value::number::is_plain(text);
        self.percent = Some(spelled.percent);
        self.in_brackets += u64::from(spelled.in_brackets);
        self.bare += u64::from(!spelled.in_brackets);
        self.currency = self.currency.or(spelled.currency);
        Fit::Number
    }

    /// Adds the most common values: plain numbers with only one possible reading.
    fn observe_plain(&mut self, text: &str) -> bool {
        match &mut self.readings {
            None => self.shared.observe_whole(text),
            Some([Some(point), None]) => point.numbers.observe(text),
            Some(_) => false,
        }
    }

    /// True if the currency is that of earlier values.
    fn same_currency(&mut self, spelled: &Spelled<'_>, line: u64) -> bool {
        let both = self.currency.zip(spelled.currency);
        let other = both.filter(|(own, other)| own.sign() != other.sign()).map(|(_, other)| other);
        if let Some(other) = other {
            self.second.get_or_insert((other, line));
        }
        other.is_none()
    }

    fn same_percent(&self, spelled: &Spelled<'_>) -> bool {
        self.percent.is_none_or(|percent| percent == spelled.percent)
    }

    /// Adds the value to each reading that it fits; a reading that it does not fit is dropped if
    /// the other one fits.
    fn read(&mut self, spelled: &Spelled<'_>, text: &str, line: u64) -> bool {
        let is_first = self.readings.is_none();
        let mut readings = self.readings.take().unwrap_or_else(|| self.both());
        let was_open = readings.iter().all(Option::is_some);
        let mut able = [false; 2];
        for ((sign, reading), able) in SIGNS.into_iter().zip(&mut readings).zip(&mut able) {
            if let Some(reading) = reading {
                self.text.clear();
                *able = reading.take(spelled, sign, &mut self.text);
            }
        }
        if able == [false; 2] {
            self.readings = (!is_first).then_some(readings);
            return false;
        }
        for (reading, able) in readings.iter_mut().zip(able) {
            if !able {
                *reading = None;
            }
        }
        if was_open && able != [true; 2] {
            self.proof = Some((text.to_owned(), line));
        } else if self.ambiguous.is_none() && spelled.is_ambiguous() {
            self.ambiguous = Some(text.to_owned());
        }
        self.readings = Some(readings);
        true
    }

    /// The readings of a column whose values had no separator so far; identifiers have only one.
    fn both(&self) -> [Option<SignReading>; 2] {
        let reading = || SignReading { numbers: self.shared.clone(), separator: None };
        [Some(reading()), (!self.strict).then(reading)]
    }

    /// An example if the values can be read in two ways.
    pub(crate) fn question(&self) -> Option<&str> {
        let open = matches!(&self.readings, Some([Some(_), Some(_)]));
        let whole = self.currency.is_some_and(Currency::is_whole);
        self.ambiguous.as_deref().filter(|_| open && !whole)
    }

    /// How the numbers are written; `None` if all of them are in parentheses, which is not
    /// accounting.
    pub(crate) fn decide(&self, sign: DecimalSign, why: Option<&str>) -> Option<Figured> {
        if self.in_brackets > 0 && self.bare == 0 {
            return None;
        }
        let index = usize::from(sign == DecimalSign::Comma);
        let reading = match &self.readings {
            None => None,
            Some(readings) => Some(readings[index].as_ref()?),
        };
        let numbers = reading.map_or(&self.shared, |reading| &reading.numbers);
        // A leading apostrophe keeps '10115 as text on purpose; '10.50 got it from a spreadsheet.
        if self.after_apostrophe && numbers.is_whole() && !numbers.is_whole_with_points() {
            return None;
        }
        let whole = self.strict && numbers.is_whole_with_points();
        let format = NumberFormat {
            decimal: sign,
            separator: reading.and_then(|reading| reading.separator),
            currency: self.currency,
            percent: self.percent == Some(true),
            whole,
        };
        let is_plain = self.plain && format == NumberFormat::default();
        let (minimum, maximum) = numbers.range();
        let shown = |number: &str| match number.split_once('.') {
            Some((integer, _)) if whole => integer.to_owned(),
            _ => number.to_owned(),
        };
        Some(Figured {
            sql_type: if whole { numbers.whole_type() } else { numbers.sql_type() },
            format: (!is_plain).then(|| format.to_string()),
            proof: self.proof_of(sign, why),
            range: (shown(minimum), shown(maximum)),
        })
    }

    /// The sign that the values prove, or the default if it makes no difference.
    pub(crate) fn sign(&self) -> DecimalSign {
        match &self.readings {
            Some([None, Some(_)]) => DecimalSign::Comma,
            Some([Some(_), Some(_)]) if self.is_thousands('.') => DecimalSign::Comma,
            _ => DecimalSign::Point,
        }
    }

    /// True if a currency has no decimals, so that this sign separates thousands.
    fn is_thousands(&self, sign: char) -> bool {
        let whole = self.currency.is_some_and(Currency::is_whole);
        whole && self.ambiguous.as_ref().is_some_and(|text| text.contains(sign))
    }

    fn proof_of(&self, sign: DecimalSign, why: Option<&str>) -> Option<String> {
        let mark = match sign {
            DecimalSign::Point => "decimal point",
            DecimalSign::Comma => "decimal comma",
        };
        match (&self.proof, why) {
            // The usual decimal point needs no proof unless a value is ambiguous.
            (Some(_), _) if sign == DecimalSign::Point && self.ambiguous.is_none() => None,
            (Some((text, line)), _) => Some(format!("{mark}: {text:?} in line {line} proves it")),
            (None, Some(why)) => Some(format!("{mark}: {why}")),
            (None, None) => None,
        }
    }

    /// What the column proves for the other columns of its file.
    pub(crate) fn evidence(&self, header: &str) -> Option<SignEvidence> {
        let (value, _) = self.proof.as_ref()?;
        Some(SignEvidence { sign: self.sign(), value: value.clone(), header: header.to_owned() })
    }

    /// True if two values with different text can be the same number.
    pub(crate) fn ambiguous(&self) -> bool {
        !self.plain || self.readings.is_some() || self.shared.ambiguous()
    }

    /// The first value whose digits are hidden by an exponent, and its line.
    pub(crate) fn cut(&self) -> Option<(&str, u64)> {
        self.cut.as_ref().map(|(text, line)| (text.as_str(), *line))
    }

    /// Two currencies of a column that mixes them, and the line of the second one.
    pub(crate) fn currencies(&self) -> Option<(&'static str, &'static str, u64)> {
        let (second, line) = self.second?;
        Some((self.currency?.sign(), second.sign(), line))
    }
}

impl SignReading {
    fn take(&mut self, spelled: &Spelled<'_>, sign: DecimalSign, text: &mut String) -> bool {
        let Ok(separator) = spelled.plain_into(sign, text) else { return false };
        let same = self.separator.is_none() || separator.is_none() || separator == self.separator;
        if !same || !self.numbers.observe(text) {
            return false;
        }
        self.separator = self.separator.or(separator);
        true
    }
}

#[cfg(test)]
#[path = "figures_tests.rs"]
mod tests;

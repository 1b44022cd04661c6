//! Converts the values of one column: numbers, dates, booleans, text.

use crate::canonical::write::{
    decimal, is_canonical_decimal, is_small_whole, push_date, push_date_time, push_fraction, whole,
};
use crate::canonical::{
    BooleanFormat, Canonical, Moment, NumberFormat, TimeFormats, is_iso_date, is_iso_date_time,
    plain_boolean,
};
use crate::escape;
use crate::plan::{Column, SqlType};

/// Brings the values of one column into canonical form.
#[derive(Debug)]
pub struct ColumnConverter {
    sql_type: SqlType,
    nullable: bool,
    format: Format,
    is_plain: bool,
    iso: bool,
    missing: Vec<String>,
}

/// How the values of a column are written.
#[derive(Debug, PartialEq)]
enum Format {
    Plain,
    Number(NumberFormat),
    Boolean(BooleanFormat),
    Times(TimeFormats),
    /// A format that cannot be read. No valid plan has one.
    Unknown,
}

impl ColumnConverter {
    /// For a column of that type whose values have that format; see [`NumberFormat`],
    /// [`TimeFormats`], [`BooleanFormat`].
    #[must_use]
    pub fn new(sql_type: SqlType, nullable: bool, format: Option<&str>) -> Self {
        let iso = match sql_type {
            SqlType::Date => format == Some("%Y-%m-%d"),
            SqlType::DateTime { .. } => format == Some("%Y-%m-%d %H:%M:%S"),
            _ => false,
        };
        let format = self::format(sql_type, format);
        let is_plain = format == Format::Plain;
        Self { sql_type, nullable, format, is_plain, iso, missing: Vec::new() }
    }

    /// For a column of a plan.
    #[must_use]
    pub fn of(column: &Column) -> Self {
        Self {
            missing: column.missing.clone(),
            ..Self::new(column.sql_type, column.nullable, column.format.as_deref())
        }
    }

    /// The same, but NULL is allowed.
    #[must_use]
    pub fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// Appends the canonical form of a value. An empty value of a type that is not text is NULL.
    ///
    /// # Errors
    /// Why the value does not fit, as a text; nothing is appended.
    pub fn convert(&self, value: Option<&str>, canonical: &mut Canonical) -> Result<(), String> {
        self.append(value, canonical).map(drop)
    }

    /// The same; true if the value was canonical already.
    #[inline]
    pub(super) fn append(
        &self,
        value: Option<&str>,
        canonical: &mut Canonical,
    ) -> Result<bool, String> {
        if let Some(text) = value.filter(|text| self.is_canonical(text)) {
            canonical.push_text(text);
            return Ok(true);
        }
        self.append_other(value, canonical)?;
        Ok(canonical.value(canonical.len() - 1) == value)
    }

    /// True for a value that is canonical already, if that is easily seen: most are.
    #[inline]
    fn is_canonical(&self, text: &str) -> bool {
        if !self.missing.is_empty() {
            return false;
        }
        match self.sql_type {
            SqlType::Int | SqlType::BigInt => self.is_plain && is_small_whole(text),
            SqlType::Decimal { precision, scale } => {
                self.is_plain
                    && is_canonical_decimal(text, usize::from(precision), usize::from(scale))
            }
            SqlType::Date => self.iso && is_iso_date(text),
            SqlType::DateTime { fraction: 0 } => self.iso && is_iso_date_time(text),
            SqlType::VarChar(length) => text.len() <= usize::from(length),
            SqlType::Text => text.len() <= 65_535,
            SqlType::Boolean | SqlType::DateTime { .. } => false,
        }
    }

    fn append_other(&self, value: Option<&str>, canonical: &mut Canonical) -> Result<(), String> {
        let value = match value {
            Some(text) if !self.sql_type.is_text() => Some(trimmed(text)),
            other => other,
        };
        let value = value.filter(|text| self.sql_type.is_text() || !text.is_empty());
        let value = value.filter(|text| self.missing.is_empty() || !self.is_missing(text));
        let Some(text) = value else {
            if !self.nullable {
                return Err("empty, but the column is not nullable".into());
            }
            canonical.push(None);
            return Ok(());
        };
        canonical.push_with(|out| self.convert_text(text, out)).map_err(|why| {
            format!("{:?} is not {}{why}", escape::excerpt(text, 60), article(self.sql_type))
        })
    }

    /// True for a word that stands for a missing value.
    fn is_missing(&self, text: &str) -> bool {
        let text = trimmed(text);
        self.missing.iter().any(|missing| missing == text)
    }

    fn convert_text(&self, text: &str, out: &mut String) -> Result<(), &'static str> {
        match self.sql_type {
            SqlType::Boolean => out.push(if self.boolean(text).ok_or("")? { '1' } else { '0' }),
            SqlType::Int | SqlType::BigInt if self.is_plain => {
                self.push_whole(text, out)?;
            }
            SqlType::Int | SqlType::BigInt => self.push_whole(&self.plain(text)?, out)?,
            SqlType::Decimal { precision, scale } => {
                let (precision, scale) = (usize::from(precision), usize::from(scale));
                // A column with decimal points may still have a format, for its currency.
                if self.is_plain {
                    decimal(text, precision, scale, out)?;
                } else {
                    decimal(&self.plain(text)?, precision, scale, out)?;
                }
            }
            // ISO values are canonical already.
            SqlType::Date if self.iso && is_iso_date(text) => out.push_str(text),
            SqlType::DateTime { fraction } if self.iso && is_iso_date_time(text) => {
                out.push_str(text);
                push_fraction(out, 0, fraction)?;
            }
            SqlType::Date => push_date(out, self.moment(text)?.at.date()),
            SqlType::DateTime { fraction } => push_date_time(out, self.moment(text)?.at, fraction)?,
            SqlType::VarChar(length) => {
                if text.len() > usize::from(length) && text.chars().count() > usize::from(length) {
                    return Err(": too long");
                }
                out.push_str(text);
            }
            SqlType::Text if text.len() > 65_535 => return Err(": too long"),
            SqlType::Text => out.push_str(text),
        }
        Ok(())
    }

    /// The plain form of a number in the column's format.
    fn plain(&self, text: &str) -> Result<String, &'static str> {
        let mut plain = String::with_capacity(text.len());
        let Format::Number(format) = &self.format else { return Err("") };
        if !format.plain_into(text, &mut plain) {
            return Err("");
        }
        if !matches!(self.sql_type, SqlType::Decimal { .. })
            && let Some((whole, fraction)) = plain.split_once('.')
            && fraction.bytes().all(|digit| digit == b'0')
        {
            plain.truncate(whole.len());
        }
        Ok(plain)
    }

    fn moment(&self, text: &str) -> Result<Moment, &'static str> {
        let Format::Times(formats) = &self.format else { return Err("") };
        formats.read(text).ok_or("")
    }

    fn boolean(&self, text: &str) -> Option<bool> {
        match &self.format {
            Format::Boolean(format) => format.read(text),
            _ => plain_boolean(text),
        }
    }

    /// Appends a whole number in plain form. Without leading zeros it is canonical already, except -0.
    fn push_whole(&self, text: &str, out: &mut String) -> Result<(), &'static str> {
        let number: i64 = whole(text)?.parse().map_err(|_| ": out of range")?;
        if self.sql_type == SqlType::Int && i32::try_from(number).is_err() {
            return Err(": out of range");
        }
        out.push_str(if number == 0 { "0" } else { text });
        Ok(())
    }
}

fn format(sql_type: SqlType, format: Option<&str>) -> Format {
    let Some(format) = format else { return Format::Plain };
    let found = match sql_type {
        SqlType::Boolean => format.parse().ok().map(Format::Boolean),
        SqlType::Date | SqlType::DateTime { .. } => format.parse().ok().map(Format::Times),
        _ if sql_type.is_number() => format.parse().ok().map(Format::Number),
        _ => Some(Format::Plain),
    };
    found.unwrap_or(Format::Unknown)
}

/// The value without blanks around it.
fn trimmed(text: &str) -> &str {
    let is_blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    let bytes = text.as_bytes();
    // Hardly any value has blanks.
    if is_blank(bytes.first()) || is_blank(bytes.last()) {
        text.trim_matches([' ', '\t'])
    } else {
        text
    }
}

fn article(sql_type: SqlType) -> String {
    let vowel = matches!(sql_type, SqlType::Int);
    format!("{} {sql_type}", if vowel { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(sql_type: &str, format: Option<&str>, text: &str) -> Result<String, String> {
        let column = ColumnConverter::new(sql_type.parse().unwrap(), true, format);
        let mut canonical = Canonical::new();
        column.convert(Some(text), &mut canonical)?;
        Ok(canonical.value(0).unwrap_or("NULL").to_owned())
    }

    #[test]
    fn decimals_have_their_columns_scale() {
        let price = |text| convert("DECIMAL(6,2)", None, text);
        for (text, wanted) in [
            ("12", "12.00"),
            ("12.5", "12.50"),
            (".5", "0.50"),
            ("-0", "0.00"),
            ("-1.10", "-1.10"),
            ("7.100", "7.10"),
            (" 3 ", "3.00"),
            ("\t0.07", "0.07"),
            ("9999.99", "9999.99"),
        ] {
            assert_eq!(price(text).as_deref(), Ok(wanted), "{text}");
        }
        for text in [
            "12.345", "10000", "10000.00", "01.00", "1.0x", "1e3", "1,5", "007", "-", ".", "+1",
            "$5",
        ] {
            assert!(price(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #![proptest_config(crate::fuzz::cases(256))]

        #[test]
        fn no_value_makes_a_converter_panic_and_what_is_refused_leaves_nothing(
            sql_type in 0..7_usize,
            format in 0..9_usize,
            text in "[-+0-9.,' :/TZ%€$eE()]{0,20}|\\PC{0,12}",
        ) {
            let types = ["BOOLEAN", "INT", "BIGINT", "DECIMAL(9,2)", "DATE", "DATETIME(3)", "TEXT"];
            let formats = [
                "", "1.234,56 €", "1234.0", "1234.56%", "y/n", "%d/%m/%y %H:%M:%S%.f", "excel days",
                "epoch milliseconds", "%B %d, %Y | %Y-%m-%d",
            ];
            let format = Some(formats[format]).filter(|format| !format.is_empty());
            let column = ColumnConverter::new(types[sql_type].parse().unwrap(), true, format);
            let mut canonical = Canonical::new();
            let converted = column.convert(Some(&text), &mut canonical);
            proptest::prop_assert_eq!(canonical.len(), usize::from(converted.is_ok()));
            proptest::prop_assert_eq!(canonical.is_empty(), canonical.bytes().is_empty());
        }
    }

    #[test]
    fn whole_numbers_keep_their_range_and_identifiers_stay_text() {
        assert_eq!(convert("INT", None, "-2147483648").as_deref(), Ok("-2147483648"));
        assert!(convert("INT", None, "2147483648").is_err());
        assert_eq!(convert("BIGINT", None, "2147483648").as_deref(), Ok("2147483648"));
        assert_eq!(convert("INT", None, "-0").as_deref(), Ok("0"));
        assert!(convert("BIGINT", None, "01529").is_err());
        assert_eq!(convert("VARCHAR(5)", None, "01529").as_deref(), Ok("01529"));
    }

    #[test]
    fn dates_are_iso_in_every_format() {
        let us = Some("%m/%d/%Y");
        assert_eq!(convert("DATE", us, "8/7/2024").as_deref(), Ok("2024-08-07"));
        assert_eq!(convert("DATE", Some("%Y-%m-%d"), "2024-02-29").as_deref(), Ok("2024-02-29"));
        for text in ["2023-02-29", "2024-13-01", "0999-01-01", "2024-01"] {
            assert!(convert("DATE", Some("%Y-%m-%d"), text).is_err(), "{text}");
        }
        assert!(convert("DATE", us, "8/7/24").is_err());
    }

    #[test]
    fn date_times_have_their_columns_digits() {
        let minutes = Some("%m/%d/%Y %H:%M");
        let found = convert("DATETIME", minutes, "10/2/2017 7:05");
        assert_eq!(found.as_deref(), Ok("2017-10-02 07:05:00"));
        let micros = Some("%Y-%m-%d %H:%M:%S%.f");
        let found = convert("DATETIME(3)", micros, "2017-10-02 07:05:01.25");
        assert_eq!(found.as_deref(), Ok("2017-10-02 07:05:01.250"));
        assert!(convert("DATETIME", micros, "2017-10-02 07:05:01.25").is_err());
        let zoned = Some("%Y-%m-%dT%H:%M:%S%z");
        let found = convert("DATETIME", zoned, "2017-10-02T07:05:01+02:00");
        assert_eq!(found.as_deref(), Ok("2017-10-02 05:05:01"));
    }

    #[test]
    fn booleans_are_one_and_zero_and_empty_is_null() {
        assert_eq!(convert("BOOLEAN", None, "Yes").as_deref(), Ok("1"));
        assert_eq!(convert("BOOLEAN", None, "FALSE").as_deref(), Ok("0"));
        assert_eq!(convert("INT", None, "").as_deref(), Ok("NULL"));
    }

    #[test]
    fn a_misfit_names_the_value_and_the_type() {
        let error = convert("INT", None, "twelve").unwrap_err();
        assert_eq!(error, "\"twelve\" is not an INT");
    }
}

//! How clean files are damaged.

use std::ops::Range;

use rand::{Rng, RngExt as _};

use crate::clean::Clean;

/// A polluted file.
pub(crate) struct Pollution {
    pub(crate) what: String,
    pub(crate) bytes: Vec<u8>,
    /// Indices of the records that were not touched, among the clean ones; the header is 0.
    pub(crate) untouched: Vec<usize>,
    /// The bytes that were touched, as whole lines.
    pub(crate) touched: Vec<u8>,
    /// The record after them, which belongs to them if their line end is gone.
    pub(crate) behind: Vec<u8>,
    pub(crate) header_is_intact: bool,
}

impl Pollution {
    /// The clean file itself.
    pub(crate) fn none(clean: &Clean) -> Self {
        Self::of(clean, "nothing", 0..0, &[])
    }

    pub(crate) fn random(clean: &Clean, random: &mut impl Rng) -> Self {
        let lines = clean.lines();
        let all: usize = lines.iter().map(Vec::len).sum();
        let header = lines[0].len();
        let kind = random.random_range(0..12);
        // Sometimes a defect in the header, otherwise after it.
        let from = if random.random_range(0..6) == 0 { 0 } else { header };
        let at = random.random_range(from..all);
        let delimiter = clean.delimiter as u8;
        let odd = [delimiter, b'"', b'\n', b'\r', 0, 0xff, b'x', b'\'', b' ', 0xe9]
            [random.random_range(0..10)];
        // Lines are put in front of a record.
        let border = |index: usize| lines[..index].iter().map(Vec::len).sum::<usize>();
        let index = random.random_range(1..lines.len());
        let whole =
            |text: &str| clean.encoding.encode(&format!("{text}{}", clean.line_end)).0.into_owned();
        let empty = whole(&clean.delimiter.to_string().repeat(5));
        let total = whole(&["Total", "", "", "", "7", "99.50"].join(&clean.delimiter.to_string()));
        match kind {
            0 => Self::of(clean, &format!("cut off at byte {at}"), at..all, &[]),
            1 | 2 => Self::of(clean, &format!("byte {at} removed"), at..at + 1, &[]),
            3 | 4 => Self::of(clean, &format!("byte {odd:#x} put in at {at}"), at..at, &[odd]),
            5 | 6 => Self::of(clean, &format!("byte {at} is {odd:#x}"), at..at + 1, &[odd]),
            7 => {
                let end = (at + random.random_range(1..40)).min(all);
                Self::of(clean, &format!("bytes {at} to {end} removed"), at..end, &[])
            }
            8 => {
                let offset = border(index);
                Self::of(clean, "a line of delimiters", offset..offset, &empty)
            }
            9 => {
                let offset = border(index);
                let header = clean.line(&clean.records[0]);
                Self::of(clean, "the header again", offset..offset, &header)
            }
            10 => Self::of(clean, "a total at the end", all..all, &total),
            _ => {
                let mut text = whole("Sales of the year");
                text.extend_from_slice(&empty);
                Self::of(clean, "a title", 0..0, &text)
            }
        }
    }

    /// Some bytes of the clean file replaced by others.
    fn of(clean: &Clean, what: &str, range: Range<usize>, by: &[u8]) -> Self {
        let lines = clean.lines();
        let all = lines.concat();
        let bytes = [&all[..range.start], by, &all[range.end..]].concat();
        // Whole lines between two others touch neither.
        let between = range.is_empty() && (by.is_empty() || by.len() > 1);
        let (mut untouched, mut from, mut to, mut begin) = (Vec::new(), range.start, range.end, 0);
        let mut behind = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            let end = begin + line.len();
            if between || end <= range.start || begin >= range.end.max(range.start + 1) {
                untouched.push(index);
            } else {
                (from, to) = (from.min(begin), to.max(end));
                behind = lines.get(index + 1).cloned().unwrap_or_default();
            }
            begin = end;
        }
        let touched = [&all[from..range.start], by, &all[range.end..to]].concat();
        let header_is_intact = untouched.first() == Some(&0);
        Self { what: what.to_owned(), bytes, untouched, touched, behind, header_is_intact }
    }
}

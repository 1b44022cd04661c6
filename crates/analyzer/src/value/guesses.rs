//! What the values of a column can be: truth values, numbers or times. Every value is tried, and
//! misfits are counted, so that a column that is nearly numbers can be reported.

use ecom_core::plan::SqlType;

use super::answers::Answers;
use super::column::{ColumnKind, Odd, Question};
use super::column_format::WrittenFormat;
use super::decimal_sign::{SignEvidence, known_sign};
use super::figures::{Figured, Figures, Fit};
use super::format_reader::{FormatReader, shown_moment};
use super::truths::Truths;
use crate::count::shown::push_shown;
use crate::meaning::header_words;
use crate::time::times::{CLASSES, DecidedTime, TimeDecision, Times};
use crate::time::years;

/// After this many misfits, a column that hardly fits is no longer tried.
const PATIENCE: u64 = 200;

/// Parts of a class: a number, a number with lost digits, one with another currency; the class of a
/// time is multiplied by `TIMES`.
const NUMBER: u16 = 1;
const CUT: u16 = 2;
const FOREIGN: u16 = 3;
const TIMES: u16 = 4;

/// What a column can be.
pub(crate) struct Guesses {
    truths: Truths,
    figures: Figures,
    times: Times,
    given_format: Option<FormatReader>,
    /// How many values of each class there are.
    tally: Box<[u64; CLASSES * TIMES as usize]>,
    numbers: TypeTrial,
    dates: TypeTrial,
}

/// Whether all values so far fit, and the first that does not.
struct TypeTrial {
    given_up: bool,
    fits: u64,
    misfits: u64,
    first: Option<FirstMisfit>,
}

struct FirstMisfit {
    before: u64,
    line: u64,
    value: String,
}

/// A type with its format, and smallest and greatest value if they are not those of the text.
pub(crate) type KindAndRange = (ColumnKind, Option<(String, String)>);

/// What decides if the values do not: the user and the other columns.
#[derive(Clone, Copy)]
pub(crate) struct Help<'a> {
    pub(crate) answers: &'a Answers,
    pub(crate) evidence: &'a [SignEvidence],
}

impl Guesses {
    pub(crate) fn new(header: &str, answers: &Answers) -> Self {
        let given = answers.format(header).and_then(|format| WrittenFormat::parse(format).ok());
        let (plain, text) =
            (given == Some(WrittenFormat::Plain), given == Some(WrittenFormat::Text));
        let mut truths = Truths::new();
        if plain || text {
            // The empty text is not a truth value, so this rules truth values out.
            truths.observe("");
        }
        Self {
            truths,
            figures: Figures::new(plain || header_words::is_id(header)),
            times: Times::new(header_words::is_time(header), header_words::is_day(header)),
            given_format: FormatReader::new(header, answers),
            tally: Box::new([0; CLASSES * TIMES as usize]),
            numbers: TypeTrial::new(text),
            dates: TypeTrial::new(plain || text),
        }
    }

    /// True while the values can be something other than text.
    pub(crate) fn are_open(&self) -> bool {
        self.numbers.is_open() || self.dates.is_open() || self.truths.are_possible()
    }

    /// Adds a repeated value with its known class.
    pub(crate) fn repeat(&mut self, class: u16) {
        self.tally[usize::from(class)] += 1;
    }

    /// Adds the value with that number on that line, and returns its class.
    pub(crate) fn observe(&mut self, text: &str, line: u64, number: u64) -> u16 {
        if self.truths.are_possible() {
            self.truths.observe(text);
        }
        if let Some(given_format) = &mut self.given_format {
            given_format.observe(text, line);
        }
        let mut class = 0;
        if !self.numbers.given_up {
            class = match self.figures.observe(text, line) {
                Fit::Number => NUMBER,
                Fit::Cut => CUT,
                Fit::Foreign => FOREIGN,
                Fit::None => 0,
            };
            self.numbers.count(class == NUMBER, text, line, number);
        }
        if !self.dates.given_up {
            let time = self.times.observe(text, line);
            self.dates.count(time > 0, text, line, number);
            class += TIMES * u16::try_from(time).unwrap_or(0);
        }
        self.repeat(class);
        class
    }

    /// The type that all values have; `None` for text. Adds notes to `findings`.
    pub(crate) fn kind(
        &self,
        header: &str,
        values: u64,
        help: Help<'_>,
        findings: &mut Vec<String>,
    ) -> Option<KindAndRange> {
        if values == 0 {
            return None;
        }
        if let Some(given_format) = &self.given_format {
            return Some(given_format.kind());
        }
        if let Some(pair) = self.truths.decide() {
            let format = (!pair.is_plain()).then(|| pair.to_string());
            let kind = ColumnKind::Known { sql_type: SqlType::Boolean, format, format_proof: None };
            return Some((kind, None));
        }
        // 20240131 is also a number; the header decides that it is a date.
        let are_times = self.dates.fits_all();
        if self.numbers.fits_all()
            && !(are_times && self.times.are_numbers())
            && let Some(found) = self.number_kind(header, help, findings)
        {
            return Some(found);
        }
        if are_times && let Some(found) = self.time_kind(header, help.answers, findings) {
            return Some(found);
        }
        findings.extend(self.text_finding(header, values));
        None
    }

    fn number_kind(
        &self,
        header: &str,
        help: Help<'_>,
        findings: &mut Vec<String>,
    ) -> Option<KindAndRange> {
        let Some(example) = self.figures.question() else {
            return self.figures.decide(self.figures.sign(), None).map(figured);
        };
        let Some((sign, why)) = known_sign(help.answers.number_style, help.evidence) else {
            let sql_type = self.figures.decide(self.figures.sign(), None)?.sql_type;
            let question = Question::ThousandsOrDecimals { example: example.to_owned() };
            return Some((ColumnKind::Undecided { sql_type, question }, None));
        };
        let found = self.figures.decide(sign, Some(&why))?;
        let number = found.range.0.as_str();
        findings.push(format!(
            "column {header:?}: {example} could be thousands or decimals and is read {why} (the \
             smallest value is {number})"
        ));
        Some(figured(found))
    }

    fn time_kind(
        &self,
        header: &str,
        answers: &Answers,
        findings: &mut Vec<String>,
    ) -> Option<KindAndRange> {
        match self.times.decide(answers.date_order, &self.times_tally(), header)? {
            TimeDecision::Decided(DecidedTime { sql_type, format, proof, finding, range }) => {
                findings.extend(finding);
                findings.extend(years::finding(header, &format, range));
                let range = (shown_moment(sql_type, range.0), shown_moment(sql_type, range.1));
                let kind =
                    ColumnKind::Known { sql_type, format: Some(format), format_proof: proof };
                Some((kind, Some(range)))
            }
            TimeDecision::Undecided { sql_type, example } => {
                let question = Question::DayOrMonth { example };
                Some((ColumnKind::Undecided { sql_type, question }, None))
            }
        }
    }

    /// How many values of each class of times there are.
    fn times_tally(&self) -> [u64; CLASSES] {
        let mut tally = [0; CLASSES];
        for (class, count) in self.tally.iter().enumerate() {
            tally[class / usize::from(TIMES)] += count;
        }
        tally
    }

    fn numbers_tally(&self, part: u16) -> u64 {
        self.tally.iter().skip(usize::from(part)).step_by(usize::from(TIMES)).sum()
    }

    /// Why a column of numbers is text after all.
    fn text_finding(&self, header: &str, values: u64) -> Option<String> {
        let (numbers, cut) = (self.numbers_tally(NUMBER), self.numbers_tally(CUT));
        if let Some((text, line)) = self.figures.cut().filter(|_| numbers + cut == values) {
            return Some(format!(
                "column {header:?} stays text: {cut} of {values} values are in scientific \
                 notation, first on line {line}: {text:?}; a spreadsheet has cut off their last \
                 digits"
            ));
        }
        let (one, other, line) = self.figures.currencies()?;
        ((numbers + self.numbers_tally(FOREIGN)) * 2 >= values).then(|| {
            format!(
                "column {header:?} stays text: it mixes currencies: {one} and, on line {line}, \
                 {other}"
            )
        })
    }

    /// The first value that keeps a column of mostly numbers or times from being one.
    pub(crate) fn odd(&self, values: u64) -> Option<Odd> {
        let numbers = self.numbers_tally(NUMBER);
        let dates = values.saturating_sub(self.times_tally()[0]);
        let odd = |trial: &TypeTrial, others, fits: u64| {
            let FirstMisfit { before, line, value } = trial.first.as_ref()?;
            let misfits = values.checked_sub(fits).filter(|misfits| *misfits <= fits)?;
            let (before, line, value) = (*before, *line, value.clone());
            Some(Odd { others, before, line, value, misfits, fits })
        };
        let as_number = || odd(&self.numbers, "numbers", numbers);
        let as_date = || odd(&self.dates, "dates", dates);
        if numbers >= dates { as_number().or_else(as_date) } else { as_date().or_else(as_number) }
    }

    /// What the column proves for the other columns of its file.
    pub(crate) fn evidence(&self, header: &str, values: u64) -> Option<SignEvidence> {
        (values > 0 && self.numbers.fits_all()).then(|| self.figures.evidence(header)).flatten()
    }

    /// True if two values with different text can be the same number.
    pub(crate) fn ambiguous(&self) -> bool {
        self.figures.ambiguous()
    }
}

fn figured(found: Figured) -> KindAndRange {
    let Figured { sql_type, format, proof, range } = found;
    (ColumnKind::Known { sql_type, format, format_proof: proof }, Some(range))
}

impl TypeTrial {
    fn new(given_up: bool) -> Self {
        Self { given_up, fits: 0, misfits: 0, first: None }
    }

    fn is_open(&self) -> bool {
        self.misfits == 0 && !self.given_up
    }

    fn fits_all(&self) -> bool {
        self.is_open() && self.fits > 0
    }

    fn count(&mut self, fits: bool, text: &str, line: u64, number: u64) {
        if fits {
            self.fits += 1;
            return;
        }
        self.misfits += 1;
        if self.first.is_none() {
            let mut value = String::new();
            push_shown(&mut value, text);
            self.first = Some(FirstMisfit { before: number - 1, line, value });
        }
        self.given_up = self.misfits >= PATIENCE && self.misfits > self.fits;
    }
}

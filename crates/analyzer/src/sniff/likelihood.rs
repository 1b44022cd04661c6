//! How likely bytes are as text in a given encoding, judged by letters and their neighbors in many
//! languages, currency signs next to digits, and symbols where they are used. The unit is the
//! natural logarithm of a probability.

use std::collections::HashMap;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GBK, IBM866, KOI8_R, KOI8_U, SHIFT_JIS};

use super::languages::{LANGUAGES, Language};

/// The score of a letter that the language does not have.
const FOREIGN: f64 = -10.0;
/// A character with no meaning in text.
const CONTROL: f64 = -14.0;
/// The score of a symbol in an unexpected position.
const SYMBOL: f64 = -9.0;
/// The bonus for a word of the header that belongs to the language.
const WORD: f64 = 2.0;
const MOST_WORDS: usize = 3;
/// The non-ASCII consonants of western languages.
const CONSONANTS: &str = "çčćďđðğģķłľĺļñňńņŕřśšşșßťţțþźžż";

/// How text reads in one encoding.
#[derive(Clone, Debug)]
pub(crate) struct EncodingScore {
    /// The logarithm of its likelihood by its characters alone, and with everything that is known.
    pub(crate) plain: f64,
    pub(crate) score: f64,
    /// The best language; empty if no letter tells.
    pub(crate) language: &'static str,
    /// A currency sign next to digits.
    pub(crate) currency: Option<char>,
    /// Letters that are not ASCII.
    pub(crate) letters: u32,
}

/// A letter and, in tenths, the penalty for its neighbors: in a language whose words mix it with
/// ASCII letters, and in one whose words do not.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Letter {
    lower: char,
    latin: u16,
    other: u16,
}

/// How the text in `chunks` reads in `encoding`; `None` if it cannot be decoded.
pub(crate) fn read(
    chunks: &[Vec<u8>],
    words: &[String],
    encoding: &'static Encoding,
) -> Option<EncodingScore> {
    let mut letters: HashMap<Letter, u32> = HashMap::new();
    let mut reading =
        EncodingScore { plain: 0.0, score: 0.0, language: "", currency: None, letters: 0 };
    for chunk in chunks {
        let text = encoding.decode_without_bom_handling_and_without_replacement(chunk)?;
        let characters: Vec<char> = text.chars().collect();
        for index in 0..characters.len() {
            observe(&characters, index, encoding, &mut reading, &mut letters);
        }
    }
    reading.letters += letters.values().sum::<u32>();
    if letters.is_empty() {
        return Some(reading);
    }
    let (score, language) = LANGUAGES
        .iter()
        .map(|language| (in_language(&letters, words, language), language.name))
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    reading.plain += score;
    reading.language = language;
    Some(reading)
}

fn observe(
    text: &[char],
    index: usize,
    encoding: &'static Encoding,
    reading: &mut EncodingScore,
    letters: &mut HashMap<Letter, u32>,
) {
    let found = text[index];
    if found.is_ascii() {
        return;
    }
    if let Some((score, language)) = eastern(text, index, encoding) {
        reading.plain += score;
        reading.letters += 1;
        reading.language = language;
    } else if found.is_alphabetic() || is_mark(found) {
        *letters.entry(letter(text, index)).or_default() += 1;
    } else {
        if beside(text, index, |other| other.is_ascii_digit()) && is_currency(found) {
            reading.currency = Some(found);
        }
        reading.plain += symbol(text, index, encoding);
    }
}

/// A vowel or tone mark above or below a letter.
fn is_mark(found: char) -> bool {
    matches!(found, '\u{e31}'..='\u{e4e}' | '\u{5b0}'..='\u{5c7}' | '\u{64b}'..='\u{652}')
}

fn letter(text: &[char], index: usize) -> Letter {
    let found = text[index];
    let sides = [index.checked_sub(1), Some(index + 1)];
    let [before, behind] = sides.map(|side| side.and_then(|side| text.get(side)).copied());
    let is = |side: Option<char>, what: fn(&char) -> bool| side.as_ref().is_some_and(what);
    let either = |what: fn(&char) -> bool| is(before, what) || is(behind, what);
    let upper: fn(&char) -> bool = |other| other.is_uppercase();
    let cost = |is: bool, tenths: u16| if is { tenths } else { 0 };
    let odd_case = if found.is_uppercase() {
        is(before, |other| other.is_lowercase())
    } else {
        found.is_lowercase() && is(before, upper) && is(behind, upper)
    };
    // A word in capitals is as good as one in small letters.
    let capital = match (found.is_uppercase(), is(before, upper)) {
        (false, _) => 0,
        (true, true) => 1,
        (true, false) => 10,
    };
    let alone = !either(|other| other.is_alphabetic());
    let stray = is_mark(found) && !is(before, |other| !other.is_ascii());
    let both =
        cost(stray, 60) + capital + cost(odd_case, 50) + cost(either(char::is_ascii_digit), 30);
    let behind_other = is(before, |other| other.is_alphabetic() && !other.is_ascii());
    Letter {
        lower: found.to_lowercase().next().unwrap_or(found),
        latin: both
            + cost(behind_other, 15)
            + cost(alone, 10)
            + cost(is_hard(before, found, behind), 15),
        other: both + cost(alone, 30) + cost(either(char::is_ascii_alphabetic), 60),
    }
}

/// True for a consonant between consonants or a vowel between vowels, which are rare.
fn is_hard(before: Option<char>, found: char, behind: Option<char>) -> bool {
    let is_vowel = |letter: char| "aeiouy".contains(letter.to_ascii_lowercase());
    let consonant = CONSONANTS.contains(found.to_lowercase().next().unwrap_or(found));
    let same = |side: Option<char>| {
        side.is_some_and(|side| side.is_ascii_alphabetic() && is_vowel(side) != consonant)
    };
    same(before) && same(behind)
}

fn in_language(letters: &HashMap<Letter, u32>, words: &[String], language: &Language) -> f64 {
    let one = |letter: &Letter| {
        let cost = if language.latin { letter.latin } else { letter.other };
        // A single stray byte must not outweigh a word.
        let share = language.log_share(letter.lower);
        share.map_or(FOREIGN, |share| (share - f64::from(cost) / 10.0).max(FOREIGN + 1.0))
    };
    let known = words.iter().filter(|word| language.has_word(word)).count().min(MOST_WORDS);
    letters.iter().map(|(letter, count)| one(letter) * f64::from(*count)).sum::<f64>()
        + f64::from(u32::try_from(known).unwrap_or_default()) * WORD
}

/// The score of an East Asian character, by how common characters in its range of the encoding are.
fn eastern(
    text: &[char],
    index: usize,
    encoding: &'static Encoding,
) -> Option<(f64, &'static str)> {
    let found = text[index];
    let japanese = encoding == SHIFT_JIS || encoding == EUC_JP;
    let language = match encoding {
        _ if japanese => "Japanese",
        _ if encoding == EUC_KR => "Korean",
        _ => "Chinese",
    };
    let score = match found {
        '\u{3040}'..='\u{30ff}' if japanese => -3.8,
        '\u{ff61}'..='\u{ff9f}' => {
            let kana = |other: char| matches!(other, '\u{ff61}'..='\u{ff9f}');
            if beside(text, index, kana) { -6.0 } else { -12.0 }
        }
        // The syllables that words use are those of the old standard.
        '\u{ac00}'..='\u{d7a3}' if !is_common(found, encoding) => -12.0,
        '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' | '\u{ac00}'..='\u{d7a3}' => -6.0,
        '\u{3040}'..='\u{30ff}' => -11.0,
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2ffff}' => {
            if is_common(found, encoding) {
                -7.0
            } else {
                -12.0
            }
        }
        _ => return None,
    };
    let sides = [index.checked_sub(1), Some(index + 1)];
    let letters = sides.into_iter().flatten().filter_map(|side| text.get(side));
    let letters = letters.filter(|side| side.is_ascii_alphabetic()).count();
    Some((score - if letters > 1 { 6.0 } else { 2.0 * letters as f64 }, language))
}

/// True for a character in the first level of its standard, which holds the common ones.
fn is_common(found: char, encoding: &'static Encoding) -> bool {
    let mut buffer = [0; 4];
    let (bytes, ..) = encoding.encode(found.encode_utf8(&mut buffer));
    let lead = bytes.first().copied().unwrap_or_default();
    match encoding {
        _ if encoding == SHIFT_JIS => (0x88..=0x98).contains(&lead),
        _ if encoding == EUC_JP => (0xb0..=0xcf).contains(&lead),
        _ if encoding == GBK => {
            (0xb0..=0xd7).contains(&lead) && bytes.get(1).is_some_and(|trail| *trail >= 0xa1)
        }
        _ if encoding == EUC_KR => {
            (0xb0..=0xc8).contains(&lead) && bytes.get(1).is_some_and(|trail| *trail >= 0xa1)
        }
        _ if encoding == BIG5 => (0xa4..=0xc6).contains(&lead),
        _ => false,
    }
}

fn is_currency(found: char) -> bool {
    matches!(found, '£' | '€' | '¥' | '¢' | '₺' | '₽' | '₪' | '₩' | '฿' | '₤' | '₴')
}

/// The score of a character that is not a letter, by its position.
fn symbol(text: &[char], index: usize, encoding: &'static Encoding) -> f64 {
    let near = |what: fn(char) -> bool| beside(text, index, what);
    let digit = near(|other| other.is_ascii_digit());
    let letter = near(char::is_alphabetic);
    match text[index] {
        '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' => CONTROL,
        found if is_currency(found) => {
            if digit {
                if matches!(found, '£' | '€' | '¥') { -1.0 } else { -4.0 }
            } else if touches(text, index) {
                -7.0
            } else {
                -4.0
            }
        }
        '°' | '½' | '¼' | '¾' | '²' | '³' | '×' | '±' | '‰' | 'º' | 'ª' if digit => {
            -2.5
        }
        '²' | '³' if letter => -3.5,
        '’' if between_letters(text, index) => -2.5,
        // These encodings have it where others have letters, and hardly any file uses it.
        '\u{a0}' if [IBM866, KOI8_R, KOI8_U].contains(&encoding) => SYMBOL,
        '\u{a0}' | '\u{202f}' | '“' | '”' | '„' | '«' | '»' | '…' | '–' | '—' | '®' | '™' | '©'
        | '•' => -3.5,
        '°' | '№' | '§' | '¿' | '¡' | '·' | '×' | '½' | '¼' | '¾' if !touches(text, index) => {
            -4.5
        }
        _ => SYMBOL,
    }
}

/// True for a character directly next to a letter.
fn touches(text: &[char], index: usize) -> bool {
    let sides = [index.checked_sub(1), Some(index + 1)];
    sides.into_iter().flatten().filter_map(|side| text.get(side)).any(|one| one.is_alphabetic())
}

/// True for a character in the middle or at the end of a word.
fn between_letters(text: &[char], index: usize) -> bool {
    let is_letter = |other: &char| other.is_alphabetic();
    let before = index.checked_sub(1).map(|before| text[before]);
    let behind = text.get(index + 1);
    before.as_ref().is_some_and(is_letter) && behind.is_none_or(|one| *one == ' ' || is_letter(one))
}

/// True if a neighbor, with at most one blank between, is of that kind.
fn beside(text: &[char], index: usize, what: impl Fn(char) -> bool) -> bool {
    let at = |index: Option<usize>| index.and_then(|index| text.get(index)).copied();
    let far = |one: Option<usize>, two: Option<usize>| match at(one) {
        Some(' ' | '\u{a0}') => at(two),
        other => other,
    };
    let before = far(index.checked_sub(1), index.checked_sub(2));
    let behind = far(Some(index + 1), Some(index + 2));
    before.is_some_and(&what) || behind.is_some_and(&what)
}

//! The most likely encoding of a file that is not UTF-8, and why.
//!
//! The file is later decoded line by line, so that offsets are those of the file and a UTF-8 line
//! among others is read as UTF-8.

use std::collections::HashSet;
use std::io::{self, BufRead};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GBK, IBM866, ISO_8859_2, ISO_8859_5, ISO_8859_7, ISO_8859_15,
    KOI8_R, KOI8_U, MACINTOSH, SHIFT_JIS, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257,
};

use super::likelihood::{EncodingScore, read};

/// How many different fields are examined, and how many bytes of each.
const CHUNKS: usize = 4000;
const CHUNK: usize = 200;
/// Longer lines are examined in pieces.
const PIECE: usize = 1 << 16;
/// Characters of an example.
const EXAMPLE: usize = 32;

/// The encodings that are compared, and how much less likely than the first each one is a priori.
const CANDIDATES: [(&Encoding, f64); 22] = [
    (WINDOWS_1252, 0.0),
    (WINDOWS_1251, 0.5),
    (SHIFT_JIS, 0.5),
    (GBK, 0.5),
    (BIG5, 0.5),
    (EUC_KR, 0.5),
    (WINDOWS_1253, 0.5),
    (WINDOWS_1250, 2.0),
    (WINDOWS_1254, 1.5),
    (WINDOWS_1257, 2.5),
    (WINDOWS_1255, 1.0),
    (WINDOWS_1256, 1.0),
    (WINDOWS_874, 1.0),
    (EUC_JP, 1.0),
    (ISO_8859_15, 1.0),
    (ISO_8859_7, 1.5),
    (ISO_8859_2, 2.5),
    (KOI8_R, 1.5),
    (IBM866, 1.5),
    (MACINTOSH, 4.0),
    (KOI8_U, 2.0),
    (ISO_8859_5, 2.0),
];

/// The same for an encoding that only `chardetng` suggests.
const UNUSUAL: f64 = 8.0;

/// The bonus for the suggestion of `chardetng`, and for one with several bytes per character.
const GUESSED: f64 = 2.0;
const GUESSED_EASTERN: f64 = 6.0;
/// A line that scores less than this per non-ASCII byte is damaged.
const DAMAGE: f64 = -8.5;

/// The evidence in the non-ASCII bytes of a whole file.
pub(crate) struct EncodingEvidence {
    /// Non-ASCII lines that are UTF-8, and those that are not.
    pub(crate) utf_8_lines: u64,
    pub(crate) other_lines: u64,
    detector: EncodingDetector,
    /// The fields that are not UTF-8, without repetition, in file order.
    chunks: Vec<Vec<u8>>,
    known: HashSet<Vec<u8>>,
    /// Words of the first line.
    words: Vec<String>,
}

/// The most likely encoding, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EncodingGuess {
    pub(crate) encoding: &'static Encoding,
    pub(crate) reason: String,
}

impl EncodingEvidence {
    /// Reads a file to its end.
    pub(crate) fn collect(input: &mut dyn BufRead) -> io::Result<Self> {
        let mut evidence = Self {
            utf_8_lines: 0,
            other_lines: 0,
            detector: EncodingDetector::new(Iso2022JpDetection::Deny),
            chunks: Vec::new(),
            known: HashSet::new(),
            words: Vec::new(),
        };
        let mut line = Vec::new();
        let mut first = true;
        while read_line(input, &mut line)? {
            if first {
                evidence.words = words(&line);
                first = evidence.words.is_empty();
            }
            if !line.is_ascii() {
                evidence.observe(&line);
            }
        }
        evidence.detector.feed(b"", true);
        Ok(evidence)
    }

    /// True if most non-ASCII lines are UTF-8, so that the others are damaged, if the others have
    /// more UTF-8 characters than invalid bytes, or if the only other line makes no sense in any
    /// encoding.
    pub(crate) fn is_utf_8(&self) -> bool {
        self.utf_8_lines >= self.other_lines
            || self.is_damaged_utf_8()
            || (self.other_lines == 1 && self.is_damage())
    }

    /// Text in another encoding hardly ever has two UTF-8 characters for each invalid byte.
    fn is_damaged_utf_8(&self) -> bool {
        let (mut characters, mut damage) = (0, 0);
        for chunk in self.chunks.iter().flat_map(|bytes| bytes.utf8_chunks()) {
            characters += chunk.valid().chars().filter(|one| !one.is_ascii()).count();
            damage += usize::from(!chunk.invalid().is_empty());
        }
        characters > 1 && characters >= 2 * damage
    }

    fn is_damage(&self) -> bool {
        let readings = self.readings();
        let characters = self.chunks.iter().flatten().filter(|byte| !byte.is_ascii()).count();
        let least = DAMAGE * characters as f64;
        readings.iter().all(|(_, reading)| reading.plain < least)
    }

    /// The most likely encoding; `None` if no encoding can decode all bytes.
    pub(crate) fn guess(&self) -> Option<EncodingGuess> {
        let readings = self.readings();
        let (encoding, best) = readings.first()?;
        let others = readings[1..].iter().map(|(encoding, _)| *encoding);
        Some(EncodingGuess { encoding, reason: self.reason(encoding, best, others) })
    }

    /// How the fields read in each encoding, the most likely first.
    fn readings(&self) -> Vec<(&'static Encoding, EncodingScore)> {
        // Of the two KOI8 encodings it suggests only the one that contains the other.
        let guessed = match self.detector.guess(None, Utf8Detection::Deny) {
            guessed if guessed == KOI8_U => KOI8_R,
            guessed => guessed,
        };
        let candidates = CANDIDATES.iter().copied().chain([(guessed, UNUSUAL)]);
        let mut readings: Vec<(&'static Encoding, EncodingScore)> = Vec::new();
        for (encoding, less) in candidates {
            if readings.iter().any(|(known, _)| *known == encoding) {
                continue;
            }
            let Some(mut reading) = read(&self.chunks, &self.words, encoding) else { continue };
            reading.score = reading.plain - less;
            if encoding == guessed {
                // A suggestion from a word or two counts for less.
                let sure = (self.chunks.len() as f64 / 4.0).min(1.0);
                reading.score +=
                    sure * if encoding.is_single_byte() { GUESSED } else { GUESSED_EASTERN };
            }
            readings.push((encoding, reading));
        }
        // The sort is stable: of equally likely encodings the first wins.
        readings.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
        readings
    }

    fn observe(&mut self, line: &[u8]) {
        if std::str::from_utf8(line).is_ok() {
            self.utf_8_lines += 1;
            return;
        }
        self.other_lines += 1;
        // The detector needs all lines; the comparison below only a limited number of fields.
        self.detector.feed(line, false);
        if self.chunks.len() >= CHUNKS {
            return;
        }
        // In no encoding is one of these the second byte of a character.
        for field in line.split(|byte| b",;\t\"\r\n".contains(byte)) {
            let field = cut(field);
            if !field.is_ascii() && !self.known.contains(field) {
                self.known.insert(field.to_owned());
                self.chunks.push(field.to_owned());
            }
        }
    }

    /// Why the encoding is the most likely, with an example that the next likely one reads
    /// differently.
    fn reason(
        &self,
        encoding: &'static Encoding,
        best: &EncodingScore,
        others: impl Iterator<Item = &'static Encoding>,
    ) -> String {
        let why = match (best.currency, best.language) {
            (Some(sign), _) => format!("{sign} next to numbers"),
            (None, "") => "its symbols are where such symbols are used".to_owned(),
            (None, language) => format!("its letters form {language} words"),
        };
        let mut examples = others.filter_map(|other| {
            let (mine, theirs) = self.example(encoding, other, best.currency)?;
            Some(format!("{mine:?} could be {theirs:?} in {}", other.name()))
        });
        match examples.next() {
            Some(example) => {
                format!("the most likely ({why}): {example}; --encoding overrides it")
            }
            None => format!("the most likely ({why}); --encoding overrides it"),
        }
    }

    /// A field as two encodings read it, if they differ; preferably one with that sign.
    fn example(
        &self,
        one: &'static Encoding,
        other: &'static Encoding,
        sign: Option<char>,
    ) -> Option<(String, String)> {
        let read = |encoding: &'static Encoding, chunk: &[u8]| {
            encoding.decode_without_bom_handling(chunk).0.into_owned()
        };
        let pairs = || self.chunks.iter().map(|chunk| (read(one, chunk), read(other, chunk)));
        let pairs = || pairs().filter(|(mine, theirs)| mine != theirs);
        let signed = |(mine, _): &(String, String)| sign.is_none_or(|sign| mine.contains(sign));
        let (mine, theirs) = pairs().find(signed).or_else(|| pairs().next())?;
        Some(excerpts(&mine, &theirs))
    }
}

/// The part of two readings of a field around the first different character.
fn excerpts(one: &str, other: &str) -> (String, String) {
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let before = one.chars().take(same).collect::<Vec<_>>();
    // From the beginning of the field or of a word not far before.
    let near = same.saturating_sub(EXAMPLE / 2);
    let word = (near..same).find(|index| *index == 0 || before[index - 1] == ' ');
    let from = word.unwrap_or(near);
    let part = |text: &str| text.chars().skip(from).take(EXAMPLE).collect::<String>();
    (part(one).trim().to_owned(), part(other).trim().to_owned())
}

/// A field cut to a length that can be examined, at a blank.
fn cut(field: &[u8]) -> &[u8] {
    if field.len() <= CHUNK {
        return field;
    }
    let blank = field[..CHUNK].iter().rposition(|byte| *byte == b' ');
    blank.map_or(&[], |blank| &field[..blank])
}

/// The ASCII words of a line in lower case.
fn words(line: &[u8]) -> Vec<String> {
    let words = line.split(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic());
    let words = words.filter(|word| word.len() > 1 && word.is_ascii());
    words.map(|word| String::from_utf8_lossy(word).to_lowercase()).collect()
}

/// Reads a line with its ending, or a piece of a very long line that ends in ASCII; returns false
/// at the end of the file.
fn read_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    loop {
        let data = match input.fill_buf() {
            Ok(data) => data,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if data.is_empty() {
            return Ok(!line.is_empty());
        }
        let end = memchr::memchr2(b'\n', b'\r', data);
        let end = match end {
            None if line.len() > PIECE => data.iter().position(u8::is_ascii),
            end => end,
        };
        let length = end.map_or(data.len(), |end| end + 1);
        line.extend_from_slice(&data[..length]);
        input.consume(length);
        if end.is_some() {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(bytes: &[u8]) -> EncodingGuess {
        EncodingEvidence::collect(&mut &bytes[..]).unwrap().guess().unwrap()
    }

    fn guess_of(encoding: &'static Encoding, text: &str) -> &'static str {
        let (bytes, _, unmappable) = encoding.encode(text);
        assert!(!unmappable, "{text} in {}", encoding.name());
        guess(&bytes).encoding.name()
    }

    #[test]
    fn a_currency_sign_next_to_numbers_decides() {
        let guess = guess(b"id,item\n1,GIFT VOUCHER \xa310\n2,\xa35 T-LIGHT\n");
        assert_eq!(guess.encoding.name(), "windows-1252");
        assert_eq!(
            guess.reason,
            "the most likely (£ next to numbers): \"GIFT VOUCHER £10\" could be \"GIFT VOUCHER Ł10\" in \
             windows-1250; --encoding overrides it"
        );
        assert_eq!(guess_of(WINDOWS_1252, "a,b\nx,€5\ny,12 €\n"), "windows-1252");
        assert_eq!(guess_of(ISO_8859_15, "a,b\nx,5€\ny,12 €\n"), "ISO-8859-15");
        assert_eq!(guess_of(MACINTOSH, "a,b\nx,5€\ny,12 €\n"), "macintosh");
        assert_eq!(guess_of(WINDOWS_1252, "a,b\nx,\"¥500\"\n"), "windows-1252");
    }

    #[test]
    fn letters_are_read_as_those_of_a_language() {
        for (encoding, text) in [
            (WINDOWS_1252, "id,item\n1,café crème\n2,thé à la menthe\n"),
            (WINDOWS_1252, "Kunde;Ort\nMüller;Köln\nGroß;Düsseldorf\n"),
            (WINDOWS_1252, "order_id,quantity,price,item\n1,1,2,Größe L\n2,1,2,Mug\n"),
            (WINDOWS_1252, "id,item\n1,crème brûlée\n2,Mug\n"),
            (WINDOWS_1252, "id,name\n1,Núñez\n2,Mug\n"),
            (WINDOWS_1250, "id,name\n1,Příští\n2,Mug\n"),
            (WINDOWS_1252, "id,city\n1,São Paulo\n2,Ribeirão Preto\n"),
            (WINDOWS_1252, "id,city\n1,Málaga\n2,La Coruña\n"),
            (WINDOWS_1252, "id,city\n1,Malmö\n2,Århus\n3,Tromsø\n"),
            (MACINTOSH, "id,item\n1,café crème\n2,thé à la menthe\n"),
            (WINDOWS_1250, "id,city\n1,Łódź\n2,Kraków\n3,Wrocław\n4,Poznań\n"),
            (ISO_8859_2, "id,city\n1,Łódź\n2,Gdańsk\n3,Wrocław\n4,Świdnica, Śródmieście\n"),
            (WINDOWS_1250, "id,zboží\n1,Křeslo černé\n2,Stůl dubový\n3,Židle\n"),
            (WINDOWS_1250, "id,áru\n1,Őszi kabát\n2,Fűtőtest\n3,Szék\n"),
            (WINDOWS_1254, "id,şehir\n1,İstanbul\n2,Eskişehir\n3,Diyarbakır\n4,Muğla\n"),
            (
                WINDOWS_1257,
                "id,miestas\n1,Šiauliai\n2,Panevėžys\n3,Alytus, Dainų g.\n4,Kėdainiai\n",
            ),
            (WINDOWS_1251, "id,город\n1,Москва\n2,Казань\n"),
            (WINDOWS_1251, "id,city\n1,МОСКВА\n2,КАЗАНЬ\n3,ЯРОСЛАВЛЬ\n"),
            (KOI8_R, "id,город\n1,Москва\n2,Казань\n"),
            (KOI8_R, "id,city\n1,МОСКВА\n2,КАЗАНЬ\n3,ЯРОСЛАВЛЬ\n"),
            (IBM866, "id,город\n1,Москва\n2,Казань\n"),
            (ISO_8859_5, "id,город\n1,Москва\n2,Казань\n"),
            (WINDOWS_1253, "id,πόλη\n1,Αθήνα\n2,Θεσσαλονίκη\n3,Άργος\n"),
        ] {
            assert_eq!(guess_of(encoding, text), encoding.name(), "{text}");
        }
    }

    #[test]
    fn east_asian_text_is_read_by_its_common_characters() {
        for (encoding, text) in [
            (SHIFT_JIS, "id,商品\n1,デスクランプ\n2,緑茶ティーバッグ\n3,東京都\n"),
            (EUC_JP, "id,商品\n1,デスクランプ\n2,緑茶ティーバッグ\n3,東京都\n"),
            (GBK, "id,商品\n1,台灯\n2,绿茶茶包\n3,北京市\n4,办公椅\n"),
            (BIG5, "id,商品\n1,檯燈\n2,綠茶茶包\n3,台北市\n4,辦公椅\n"),
            (EUC_KR, "id,상품\n1,책상 램프\n2,녹차 티백\n3,서울\n"),
        ] {
            assert_eq!(guess_of(encoding, text), encoding.name(), "{text}");
        }
    }

    #[test]
    fn utf_8_lines_are_distinguished_from_others() {
        let bytes = b"a,b\n1,caf\xe9\n2,caf\xc3\xa9\n3,th\xe9\n";
        let evidence = EncodingEvidence::collect(&mut &bytes[..]).unwrap();
        assert_eq!((evidence.utf_8_lines, evidence.other_lines), (1, 2));
        assert!(!evidence.is_utf_8());
        assert_eq!(evidence.guess().unwrap().encoding, WINDOWS_1252);
        let bytes = "a,b\n1,café\n2,thé\n".as_bytes();
        let damaged = [bytes, b"3,caf\xe9\n"].concat();
        assert!(EncodingEvidence::collect(&mut &damaged[..]).unwrap().is_utf_8());
        for stray in [b"\xff", b"\xa7"] {
            let damaged = [b"id,code\n1,C".as_slice(), stray, b"5\n"].concat();
            assert!(EncodingEvidence::collect(&mut &damaged[..]).unwrap().is_utf_8(), "{stray:?}");
        }
    }
}

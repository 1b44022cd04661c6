use super::*;

fn read(format: &str, text: &str) -> Option<String> {
    let formats: TimeFormats = format.parse().unwrap();
    formats.read(text).map(|moment| moment.at.to_string())
}

/// The format guessed without its optional fraction, and what it reads.
fn guessed(text: &str) -> Option<(String, String)> {
    let format = TimeFormat::guess(text)?;
    let format = [format.clone(), format.swapped().unwrap_or_else(|| format.clone())]
        .into_iter()
        .find(|format| format.read(text).is_some())?;
    let moment = format.read(text)?;
    let point = format.parts(text).is_some_and(|parts| parts.point);
    let format = if point { format } else { format.without_fraction() };
    Some((format.to_string(), moment.at.to_string()))
}

#[test]
fn what_people_write_is_guessed_and_read() {
    for (text, format, wanted) in [
        ("2024-01-31", "%Y-%m-%d", "2024-01-31 00:00:00"),
        ("2024/1/31", "%Y/%m/%d", "2024-01-31 00:00:00"),
        ("1/31/2024", "%m/%d/%Y", "2024-01-31 00:00:00"),
        ("31.1.2024", "%d.%m.%Y", "2024-01-31 00:00:00"),
        ("31. 1. 2024", "%d. %m. %Y", "2024-01-31 00:00:00"),
        ("31-01-24", "%d-%m-%y", "2024-01-31 00:00:00"),
        ("12-Mar-2024", "%d-%B-%Y", "2024-03-12 00:00:00"),
        ("12-Mar-24", "%d-%B-%y", "2024-03-12 00:00:00"),
        ("12.Mar.2024", "%d.%B.%Y", "2024-03-12 00:00:00"),
        ("Mar 5, 2024", "%B %d, %Y", "2024-03-05 00:00:00"),
        ("Mar. 5, 2024", "%B %d, %Y", "2024-03-05 00:00:00"),
        ("March 5th, 2024", "%B %d, %Y", "2024-03-05 00:00:00"),
        ("5th of March 2024", "%d of %B %Y", "2024-03-05 00:00:00"),
        ("3 févr. 2024", "%d %B %Y", "2024-02-03 00:00:00"),
        ("1er août 2024", "%d %B %Y", "2024-08-01 00:00:00"),
        ("5. März 2024", "%d. %B %Y", "2024-03-05 00:00:00"),
        ("5 de março de 2024", "%d de %B de %Y", "2024-03-05 00:00:00"),
        ("12 marca 2024", "%d %B %Y", "2024-03-12 00:00:00"),
        ("12 Şubat 2024", "%d %B %Y", "2024-02-12 00:00:00"),
        ("12 марта 2024", "%d %B %Y", "2024-03-12 00:00:00"),
        ("Mon, 12 Mar 2024", "%A, %d %B %Y", "2024-03-12 00:00:00"),
        ("mar. 12 mars 2024", "%A %d %B %Y", "2024-03-12 00:00:00"),
        ("Montag, 12.03.2024 10:30 Uhr", "%A, %m.%d.%Y %H:%M Uhr", "2024-12-03 10:30:00"),
        ("2024-Mar-12", "%Y-%B-%d", "2024-03-12 00:00:00"),
        ("10/13/2017 7:05", "%m/%d/%Y %H:%M", "2017-10-13 07:05:00"),
        ("3/14/24 1:05 PM", "%m/%d/%y %I:%M %p", "2024-03-14 13:05:00"),
        ("3/14/24 12:30 a.m.", "%m/%d/%y %I:%M %p", "2024-03-14 00:30:00"),
        ("3/14/2024, 1:05:09\u{202f}PM", "%m/%d/%Y, %I:%M:%S %p", "2024-03-14 13:05:09"),
        ("3/14/2024 3 PM", "%m/%d/%Y %I %p", "2024-03-14 15:00:00"),
        ("14.03.2024 10.30", "%d.%m.%Y %H.%M", "2024-03-14 10:30:00"),
        ("14/03/2024 10h30", "%d/%m/%Y %Hh%M", "2024-03-14 10:30:00"),
        ("14/03/2024 à 10:30", "%d/%m/%Y à %H:%M", "2024-03-14 10:30:00"),
        ("2017-10-02T07:05:01Z", "%Y-%m-%dT%H:%M:%SZ", "2017-10-02 07:05:01"),
        ("2017-10-02 07:05:01 UTC", "%Y-%m-%d %H:%M:%S UTC", "2017-10-02 07:05:01"),
        ("2017-10-02 07:05:01,25", "%Y-%m-%d %H:%M:%S%.f", "2017-10-02 07:05:01.250"),
        ("2017-10-02T07:05:01.250+02", "%Y-%m-%dT%H:%M:%S%.f%z", "2017-10-02 05:05:01.250"),
        ("2024-03-01 10:00:00 -0500", "%Y-%m-%d %H:%M:%S %z", "2024-03-01 15:00:00"),
        ("2024-07-01 10:00 CEST", "%Y-%m-%d %H:%M %Z", "2024-07-01 08:00:00"),
        ("Fri, 01 Mar 2024 10:00:00 GMT", "%A, %d %B %Y %H:%M:%S %Z", "2024-03-01 10:00:00"),
        ("20240312T103000Z", "%Y%m%dT%H%M%SZ", "2024-03-12 10:30:00"),
        ("2024-01-01  10:00", "%Y-%m-%d %H:%M", "2024-01-01 10:00:00"),
    ] {
        let found = guessed(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(found, (format.to_owned(), wanted.to_owned()), "{text}");
        assert_eq!(format.parse::<TimeFormat>().unwrap().to_string(), format);
    }
}

#[test]
fn what_leaves_a_doubt_is_no_date() {
    for text in [
        "20240101",
        "2024",
        "2024-01",
        "12:30",
        "2023-02-29",
        "2024-13-01",
        "0999-01-01",
        "1/2/3",
        "2024-01-01 24:00",
        "2024-01-01 1:5",
        "2024-01-01 10:00:00.1234567",
        "2024-1/1",
        "13:00 PM",
        "2024-01-01 13:00 PM",
        "2024-01-01 10",
        "Model 5, 2024",
        "jui 5, 2024",
        "10.12.20.5",
        "2024-01-01 10:00 BST",
        "1.2.2024.5",
        "March 2024",
        "",
        "-",
        "2024-01-01x",
    ] {
        assert_eq!(guessed(text), None, "{text}");
    }
}

#[test]
fn numbers_are_times_only_between_1990_and_2100() {
    for (text, format, wanted) in [
        ("20240312", "%Y%m%d", "2024-03-12 00:00:00"),
        ("20240312103005", "%Y%m%d%H%M%S", "2024-03-12 10:30:05"),
        ("202403121030", "%Y%m%d%H%M", "2024-03-12 10:30:00"),
        ("1709283600", "epoch seconds", "2024-03-01 09:00:00"),
        ("1709283600.5", "epoch seconds", "2024-03-01 09:00:00.500"),
        ("1709370000500", "epoch milliseconds", "2024-03-02 09:00:00.500"),
        ("1709370000500000999", "epoch nanoseconds", "2024-03-02 09:00:00.500"),
        ("1709370000500000", "epoch microseconds", "2024-03-02 09:00:00.500"),
        ("45352", "excel days", "2024-03-01 00:00:00"),
        ("45352.3958333333", "excel days", "2024-03-01 09:30:00"),
    ] {
        let found = TimeFormat::guess_number(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(found.to_string(), format, "{text}");
        assert_eq!(read(format, text).as_deref(), Some(wanted), "{text}");
    }
    for text in ["2024", "20241301", "12", "20240230", "99999", "123456789012345678", "-45352", "x"]
    {
        assert_eq!(TimeFormat::guess_number(text), None, "{text}");
    }
}

#[test]
fn dates_are_read_as_other_tools_and_countries_write_them() {
    for (text, format, wanted) in [
        ("Sat Jan 13 10:05:17 2024", "%A %B %d %H:%M:%S %Y", "2024-01-13 10:05:17"),
        ("Sat Jan 13 10:05:17 +0100 2024", "%A %B %d %H:%M:%S %z %Y", "2024-01-13 09:05:17"),
        (
            "Sat Jan 13 2024 10:05:17 GMT+0100 (Central European Standard Time)",
            "%A %B %d %Y %H:%M:%S %z (Central European Standard Time)",
            "2024-01-13 09:05:17",
        ),
        ("10:05 13/01/2024", "%H:%M %m/%d/%Y", "2024-01-13 10:05:00"),
        ("2024年1月13日", "%Y年%m月%d日", "2024-01-13 00:00:00"),
        ("2024년 1월 13일", "%Y년 %m월 %d일", "2024-01-13 00:00:00"),
        ("15 октября 2024 г.", "%d %B %Y г.", "2024-10-15 00:00:00"),
        ("3 maja 2024 r., 10:05", "%d %B %Y r., %H:%M", "2024-05-03 10:05:00"),
        ("13 de enero de 2024 10:05 hs.", "%d de %B de %Y %H:%M hs.", "2024-01-13 10:05:00"),
        ("13-JAN-24 10.05.17.120000000 PM", "%d-%B-%y %I.%M.%S %p", "2024-01-13 22:05:17.120"),
        ("２０２４-01-13", "%Y-%m-%d", "2024-01-13 00:00:00"),
    ] {
        let found = TimeFormat::guess(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(found.without_fraction().to_string(), format, "{text}");
        let found = if wanted == "2024-01-13 10:05:00" && text.starts_with("10") {
            found.swapped().unwrap()
        } else {
            found
        };
        assert_eq!(read(&found.to_string(), text).as_deref(), Some(wanted), "{text}");
    }
    assert_eq!(read("%b-%Y", "Jan-2024").as_deref(), Some("2024-01-01 00:00:00"));
}

#[test]
fn a_format_is_refused_that_does_not_tell_one_moment() {
    for format in [
        "",
        "%Y-%m %H:%M",
        "%Y",
        "%Y-%m-%d %I:%M",
        "%Y-%m-%d %M",
        "%Y-%m-%d %Q",
        "%d %d %m %Y",
        "%",
    ] {
        assert!(format.parse::<TimeFormats>().is_err(), "{format}");
    }
    for (format, same) in
        [("%F %T", "%Y-%m-%d %H:%M:%S"), ("%-d/%b/%y", "%d/%B/%y"), ("%e.%m.%Y", "%d.%m.%Y")]
    {
        assert_eq!(format.parse::<TimeFormats>().unwrap().to_string(), same);
    }
}

#[test]
fn of_several_formats_the_first_that_reads_counts() {
    let both = "%Y-%m-%d | %m/%d/%Y | %d/%m/%Y";
    assert_eq!(read(both, "1/13/2024").as_deref(), Some("2024-01-13 00:00:00"));
    assert_eq!(read(both, "13/1/2024").as_deref(), Some("2024-01-13 00:00:00"));
    assert_eq!(read(both, "1/2/2024").as_deref(), Some("2024-01-02 00:00:00"));
    assert_eq!(read(both, "1.2.2024"), None);
}

proptest::proptest! {
    #![proptest_config(crate::fuzz::cases(256))]

    #[test]
    fn no_text_makes_the_reader_of_times_panic(
        text in "[0-9/.: ,TZAPMapm+é-]{0,24}|[0-9]{0,20}(\\.[0-9]{0,20})?|\\PC{0,16}|[0-9]{1,2} (de )?(mars|févr\\.|Mai|март) [0-9]{2,4}( [0-9:]{0,8}( ?[ap]\\.?m\\.?)?)?",
        format in "(%[YymBdeHIMSpzZ]|%\\.f|[ :/-]){0,12}",
    ) {
        for found in [TimeFormat::guess(&text), TimeFormat::guess_number(&text)].into_iter().flatten() {
            let again: TimeFormat = found.to_string().parse().unwrap();
            proptest::prop_assert_eq!(&again, &found);
            let swapped = found.swapped().and_then(|swapped| swapped.read(&text));
            proptest::prop_assert!(found.read(&text).or(swapped).is_some(), "{} {}", text, found);
        }
        if let Ok(format) = format.parse::<TimeFormats>() {
            let _ = format.read(&text);
        }
    }

    #[test]
    fn a_moment_written_in_a_format_is_read_back(
        seconds in 0..3_100_000_000_i64,
        format in 0..12_usize,
    ) {
        let at = chrono::DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
        let format = [
            "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%d.%m.%Y %H:%M:%S", "%d %B %Y %H:%M:%S",
            "%b %d, %Y %H:%M:%S", "%A, %d %b %Y %I:%M:%S%p", "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%SZ",
            "%d-%b-%Y, %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%a %b %e %H:%M:%S %Y", "%y%m%d %H%M%S",
        ][format];
        let text = at.format(format).to_string();
        proptest::prop_assert_eq!(read(format, &text), Some(at.to_string()), "{} {}", format, text);
        if let Some(guess) = TimeFormat::guess(&text) {
            let swapped = guess.swapped().and_then(|swapped| swapped.read(&text));
            let found = [guess.read(&text), swapped];
            proptest::prop_assert!(found.into_iter().flatten().any(|moment| moment.at == at), "{}", text);
        }
    }
}

//! What is between the records of a source file.

use super::*;

fn of(text: &str) -> Found {
    read(text.as_bytes(), &Dialect::work(), SOURCE)
}

fn quoted_by(quote: char, blanks_before_quotes: bool) -> Dialect {
    Dialect { quote: Some(quote), blanks_before_quotes, ..Dialect::work() }
}

#[test]
fn lines_without_any_value_are_passed_over_and_counted() {
    let found = of("a,b,c\n1,2,3\n,,\n \t,,\"\"\n\n,,,,,\n\"\",\"\",\" \"\n\u{a0},,\n4,,\n");
    assert_eq!(found.texts(), [["1", "2", "3"], ["4", "-", "-"]]);
    assert!(found.rejects.is_empty());
    let blank = PassedOver { blank: 5, first_blank: Some(3), ..PassedOver::default() };
    assert_eq!((found.passed_over, found.passed_over.lines()), (blank, 5));
}

#[test]
fn thousands_of_lines_without_any_value_end_nothing() {
    let found = of(&format!("a,b\n1,2\n{}3,4\n", ",\n".repeat(200_000)));
    assert_eq!((found.records.len(), found.passed_over.blank), (2, 200_000));
}

#[test]
fn the_header_may_stand_behind_lines_without_any_value() {
    assert_eq!(of(",,\n\n,,\na,b,c\n1,2,3\n").texts(), [["1", "2", "3"]]);
}

#[test]
fn a_header_that_stands_there_again_is_passed_over_and_counted() {
    let text = "Day,Amount,\n1,2.50,\nDay,Amount,\n Day ,\"Amount\",\nDay,Amount\n\
        Day,2.50,\nDay,Amount,x\n";
    let found = of(text);
    let wanted = [["1", "2.50", "-"], ["Day", "2.50", "-"], ["Day", "Amount", "x"]];
    assert_eq!(found.texts(), wanted);
    let headers = PassedOver { headers: 3, first_header: Some(3), ..PassedOver::default() };
    assert_eq!(found.passed_over, headers);
}

#[test]
fn a_header_that_begins_without_a_name_is_known_again() {
    let found = of(",b\n,2\n,b\n \tx,3\n");
    assert_eq!(found.texts(), [["-", "2"], [" \tx", "3"]]);
    assert_eq!(found.passed_over.headers, 1);
}

#[test]
fn totals_are_rejected() {
    let found = of("id,day,n,sum\n1,2024-01-13,1,2.50\nTotal,,1,2.50\n,,Summe:,2.50\n");
    assert_eq!(found.texts(), [["1", "2024-01-13", "1", "2.50"]]);
    let reason = "a total, not a record";
    assert_eq!(found.reasons(), [(3, 33, reason), (4, 47, reason)]);
    assert_eq!(found.rejects[0].raw, b"Total,,1,2.50");
}

#[test]
fn a_full_record_of_numbers_called_total_is_one_only_at_the_end() {
    let text = "name,amount\nTotal,24.25\nCup,2.50\nTotal,26.75\n";
    for behind in ["", "\n", ",\n,\n", "\r\n\"\", \n"] {
        let found = of(&format!("{text}{behind}"));
        assert_eq!(found.texts(), [["Total", "24.25"], ["Cup", "2.50"]], "{behind:?}");
        assert_eq!(found.rejects.len(), 1, "{behind:?}");
    }
}

#[test]
fn a_short_total_is_called_a_total() {
    assert_eq!(of("a,b,c,d\nTotal,5.00\n").reasons(), [(2, 8, "a total, not a record")]);
}

#[test]
fn delimiters_that_only_end_a_line_are_no_fields() {
    assert_eq!(of("a,b,c\n1,2,3,\n1,2,3,\" \",\n").texts(), [["1", "2", "3"]; 2]);
    let found = of("a,b,c, ,\n1,2,3\n1,2,3,4\n1,2\n");
    assert_eq!(found.texts(), [["1", "2", "3", "-", "-"], ["1", "2", "3", "4", "-"]]);
    assert_eq!(found.reasons(), [(4, 23, "2 fields where the header has 5")]);
    let found = of("a,b\n1,2,,x\n1,\n1\n");
    assert_eq!(found.texts(), [["1", "-"]]);
    assert_eq!(found.reasons()[0].2, "4 fields where the header has 2");
    assert_eq!(found.reasons()[1].2, "1 fields where the header has 2");
}

#[test]
fn a_file_of_the_work_folder_is_read_strictly() {
    let found = read(b"a,b\n,\na,b\nTotal,1\n1,2,\n", &Dialect::work(), STRICT);
    assert_eq!(found.texts(), [["-", "-"], ["a", "b"], ["Total", "1"]]);
    assert_eq!(found.reasons(), [(5, 18, "3 fields where the header has 2")]);
    assert_eq!(found.passed_over, PassedOver::default());
}

#[test]
fn blanks_may_stand_around_quotes_where_the_dialect_says_so() {
    let text = b"a, b, c\n \"1\" ,\t\"x, y\"\t, z \n 2, \"\", \"say \"\"hi\"\"\" \r\n";
    let found = read(text, &quoted_by('"', true), SOURCE);
    assert_eq!(found.texts(), [["1", "x, y", " z "], [" 2", "", "say \"hi\""]]);
    assert!(found.rejects.is_empty());
    let found = read(text, &quoted_by('"', false), SOURCE);
    assert_eq!((found.records.len(), found.rejects.len()), (0, 2));
}

#[test]
fn a_blank_that_separates_is_none_that_may_stand_around_quotes() {
    for delimiter in ['\t', ' '] {
        let dialect = Dialect { delimiter, ..quoted_by('"', true) };
        let text = "a,b\n,\"x\"\n\"y\",\n".replace(',', &delimiter.to_string());
        assert_eq!(read(text.as_bytes(), &dialect, SOURCE).texts(), [["-", "x"], ["y", "-"]]);
    }
}

#[test]
fn an_apostrophe_inside_a_word_is_no_quote() {
    for blanks in [false, true] {
        let text = b"a,b\n'pen, red',baker's\n'baker''s dozen',rock 'n' roll\nx','\n";
        let found = read(text, &quoted_by('\'', blanks), SOURCE);
        let wanted = [["pen, red", "baker's"], ["baker's dozen", "rock 'n' roll"]];
        assert_eq!(found.texts(), wanted);
        assert_eq!(found.reasons(), [(4, 54, "quote that is never closed")]);
    }
    let found = read(b"a,b\n1, 'x, y'\n", &quoted_by('\'', true), SOURCE);
    assert_eq!(found.texts(), [["1", "x, y"]]);
}

#[test]
fn a_note_between_the_records_is_rejected_where_first_fields_are_single_words() {
    let reason = "a title or a note, not a record: all other fields are empty";
    let found = of("a,b,c,d\n1,2,3,4\nEnd of page,,,\nx,,,\n");
    assert_eq!(found.reasons(), [(3, 16, reason)]);
    // Names of several words, fewer columns, or nothing known yet.
    for text in
        ["a,b,c,d\nAnn Smith,2,3,4\nBob Jones,,,\n", "a,b,c\n1,2,3\nx y,,\n", "a,b,c,d\nx y,,,\n"]
    {
        assert!(of(text).rejects.is_empty(), "{text}");
    }
}

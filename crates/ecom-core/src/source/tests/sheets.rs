//! Excel workbooks.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::{all, folder};
use crate::source::{Findings, findings, members};

/// A workbook with a sheet of sales and one that is empty.
fn workbook(path: &std::path::Path) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Sales 2024").unwrap();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let time = Format::new().set_num_format("dd/mm/yyyy hh:mm:ss");
    for (column, header) in (0..).zip(["Id", "Day", "When", "Amount", "Paid", "Note", "Sum"]) {
        sheet.write(0, column, header).unwrap();
    }
    let day = |text| ExcelDateTime::parse_from_str(text).unwrap();
    sheet.write(1, 0, 17850.0).unwrap();
    sheet.write_with_format(1, 1, day("2024-03-01"), &date).unwrap();
    sheet.write_with_format(1, 2, day("2024-03-01 10:00:00"), &time).unwrap();
    sheet.write(1, 3, 0.1 + 0.2).unwrap();
    sheet.write(1, 4, true).unwrap();
    sheet.write(1, 5, "a \"b\", c").unwrap();
    sheet.write(1, 6, Formula::new("=A2*2").set_result("35700")).unwrap();
    // Row 3 has nothing, and in row 4 Excel made a date of a code.
    sheet.write(3, 0, 2).unwrap();
    sheet.write_with_format(3, 2, day("2024-03-02"), &time).unwrap();
    sheet.write(3, 4, false).unwrap();
    sheet.write_with_format(3, 5, day("2024-03-04"), &date).unwrap();
    sheet.write(3, 6, Formula::new("=NA()").set_result("#N/A")).unwrap();
    sheet.write(4, 5, "=x").unwrap();
    sheet.write(5, 5, "y").unwrap();
    sheet.merge_range(6, 0, 7, 1, "end", &Format::new()).unwrap();
    book.add_worksheet().set_name("Empty").unwrap();
    book.save(path).unwrap();
}

#[test]
fn a_sheet_is_csv_with_the_values_as_excel_shows_them() {
    let folder = folder(&[]);
    let path = folder.path().join("book.xlsx");
    workbook(&path);
    let names: Vec<_> = members(&path).unwrap().into_iter().map(|member| member.name).collect();
    assert_eq!(names, ["Sales 2024", "Empty"]);
    let text = all(folder.path(), "book.xlsx", Some("Sales 2024")).unwrap();
    let wanted = [
        "Id,Day,When,Amount,Paid,Note,Sum",
        "17850,2024-03-01,2024-03-01 10:00:00,0.3,TRUE,\"a \"\"b\"\", c\",35700",
        "",
        "2,,2024-03-02 00:00:00,,FALSE,2024-03-04,#N/A",
        ",,,,,=x,",
        ",,,,,y,",
        "end,,,,,,",
        "",
    ];
    assert_eq!(text, wanted.join("\n"));
    assert_eq!(all(folder.path(), "book.xlsx", Some("Empty")).as_deref(), Ok(""));
    let error = all(folder.path(), "book.xlsx", Some("Other")).unwrap_err();
    assert!(error.ends_with("book.xlsx has no sheet \"Other\""), "{error}");
}

#[test]
fn formulas_merged_cells_errors_and_dates_among_texts_are_found() {
    let folder = folder(&[]);
    let path = folder.path().join("book.xlsx");
    workbook(&path);
    let found = findings(&path, "Sales 2024").unwrap();
    let dates_among_others = vec![("F".to_owned(), 1, 4)];
    assert_eq!(found, Findings { formulas: 2, merged: 1, errors: 1, dates_among_others });
}

#[test]
fn what_is_no_workbook_is_refused() {
    let folder = folder(&[("book.xlsx", "Id,Day\n1,2\n")]);
    let error = members(&folder.path().join("book.xlsx")).unwrap_err().to_string();
    assert!(error.contains("cannot read the archive"), "{error}");
}

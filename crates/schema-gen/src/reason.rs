//! The reasons for a column: where it comes from, how much room its type leaves, why it may be NULL.

use ecom_core::escape::line;
use ecom_core::plan::{Column, Role, SqlType};

/// The reasons for a column of a table with `rows` records, on one escaped line; `note` is appended.
pub(crate) fn reason(column: &Column, rows: u64, note: Option<&str>) -> String {
    let parts = [
        Some(origin(column)),
        headroom(column),
        format(column),
        nulls(column, rows),
        note.map(str::to_owned),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn origin(column: &Column) -> String {
    let header = || match column.header.as_str() {
        "" => "its header is empty".to_owned(),
        header => format!("from \"{}\"", line(header)),
    };
    match (column.generated, column.role, column.from) {
        (true, Some(Role::SourceFile), _) => {
            "generated: the file that the record is from".to_owned()
        }
        (true, ..) => "generated: 1, 2, 3, …".to_owned(),
        (false, _, None) => header(),
        (false, _, Some(table)) => format!("{} of {table}", header()),
    }
}

/// How much of the type's range the values use.
fn headroom(column: &Column) -> Option<String> {
    let longest = column.longest;
    match column.sql_type {
        _ if column.generated => None,
        SqlType::VarChar(most) => {
            longest.map(|longest| format!("longest value {longest} of {most} characters"))
        }
        SqlType::Text => longest.map(|longest| format!("longest value {longest} characters")),
        SqlType::Boolean => Some("only true, false, yes or no".to_owned()),
        SqlType::Int => Some(number(column, &i32::MAX.to_string())),
        SqlType::BigInt => Some(number(column, &i64::MAX.to_string())),
        SqlType::Decimal { precision, scale } => {
            let nines = |count: u8| "9".repeat(usize::from(count));
            let whole = if precision > scale { nines(precision - scale) } else { "0".to_owned() };
            let point = if scale > 0 { "." } else { "" };
            Some(number(column, &format!("{whole}{point}{}", nines(scale))))
        }
        SqlType::Date | SqlType::DateTime { .. } => {
            range(column).map(|(least, greatest)| format!("{least} to {greatest}"))
        }
    }
}

/// How much of the range of a numeric type the values use.
fn number(column: &Column, limit: &str) -> String {
    match range(column) {
        None => format!("up to {limit}"),
        Some((least, greatest)) if least.starts_with('-') => {
            format!("{least} to {greatest} of ±{limit}")
        }
        Some((_, greatest)) => format!("largest {greatest} of {limit}"),
    }
}

fn range(column: &Column) -> Option<(String, String)> {
    Some((line(column.minimum.as_ref()?), line(column.maximum.as_ref()?)))
}

fn format(column: &Column) -> Option<String> {
    let written = format!("written as {}", line(column.format.as_ref()?));
    Some(match &column.format_proof {
        Some(proof) => format!("{written}, {}", line(proof)),
        None => written,
    })
}

fn nulls(column: &Column, rows: u64) -> Option<String> {
    Some(match column.nulls? {
        0 if column.nullable => format!("none of {rows} missing, but may be NULL"),
        0 => format!("none of {rows} missing"),
        missing => format!("{missing} of {rows} missing"),
    })
}

#[cfg(test)]
mod tests {
    use ecom_core::testing::{columns, table_name};

    use super::*;

    #[test]
    fn reasons_show_the_room_that_values_leave_and_why_null_is_allowed() {
        for (column, wanted) in [
            (
                "DECIMAL(6,2) | nulls = 0; minimum = '6.50'; maximum = '3899.99'",
                "largest 3899.99 of 9999.99; none of 240 missing",
            ),
            (
                "DECIMAL(2,2) | nulls = 0; minimum = '0'; maximum = '.5'",
                "largest .5 of 0.99; none of 240 missing",
            ),
            (
                "INT | nulls = 0; minimum = '-5'; maximum = '3'",
                "-5 to 3 of ±2147483647; none of 240 missing",
            ),
            (
                "BIGINT | nullable = true; nulls = 12",
                "up to 9223372036854775807; 12 of 240 missing",
            ),
            (
                "BOOLEAN | nullable = true; nulls = 0",
                "only true, false, yes or no; none of 240 missing, but may be NULL",
            ),
            (
                "DATE | nulls = 0; minimum = '2024-01-01'; maximum = '2024-02-29'; \
                 format = '%m/%d/%Y'; format_proof = 'month first'",
                "2024-01-01 to 2024-02-29; written as %m/%d/%Y, month first; none of 240 missing",
            ),
            ("TEXT | nullable = true; longest = 7", "longest value 7 characters"),
        ] {
            let column = &columns(&format!("H | h | {column}"))[0];
            assert_eq!(reason(column, 240, None), format!("from \"H\"; {wanted}"));
        }
    }

    #[test]
    fn the_origin_of_a_column_is_its_header_its_table_or_its_generator() {
        let with = |lines: &str| columns(lines).remove(0);
        let joined = with("Date | day | DATE | format = '%Y-%m-%d'");
        let joined = Column { from: Some(table_name("orders")), ..joined };
        assert_eq!(reason(&joined, 1, None), "from \"Date\" of orders; written as %Y-%m-%d");
        let file = with("| source_file | TEXT | role = 'source_file'; generated = true");
        assert_eq!(reason(&file, 1, None), "generated: the file that the record is from");
        let broken = with("Two\\nlines | two | INT");
        let wanted = "from \"Two\\n\
                      lines\"; up to 2147483647; INT instead of BIGINT: a note";
        assert_eq!(reason(&broken, 1, Some("INT instead of BIGINT: a note")), wanted);
    }
}

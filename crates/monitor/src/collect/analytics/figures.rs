//! The key figures, from the rows of the results that have them.

use ecom_core::decimal::Number;
use ecom_core::report::ResultFolder;

use super::rows::Rows;
use crate::snapshot::{Amount, KeyFigures};

/// The newest days that a snapshot has.
const DAYS: usize = 366;

/// The rows of a result, with the names of their columns.
pub(super) struct Lookup<'a> {
    result: &'a ResultFolder,
    rows: Vec<Vec<Option<String>>>,
}

/// The sums of the real-time part, as texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RealTime {
    /// Records.
    pub(crate) records: Option<String>,
    /// Different orders.
    pub(crate) orders: Option<String>,
    /// The sum of the quantities.
    pub(crate) units: Option<String>,
    /// The sum of the amounts.
    pub(crate) revenue: Option<String>,
}

impl<'a> Lookup<'a> {
    /// The kept rows of a result.
    pub(super) fn new(result: &'a ResultFolder, rows: &Rows) -> Self {
        Self { result, rows: serde_json::from_str(rows.json.get()).unwrap_or_default() }
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.result.columns.iter().position(|column| column.name == name)
    }

    /// The value of a column in the row whose other column has this value.
    fn value(&self, column: &str, (key, wanted): (&str, &str)) -> Option<String> {
        let (column, key) = (self.column(column)?, self.column(key)?);
        let of = |row: &Vec<Option<String>>, at: usize| row.get(at).cloned().flatten();
        let row = self.rows.iter().find(|row| of(row, key).as_deref() == Some(wanted))?;
        of(row, column)
    }
}

/// The key figures of all sales.
pub(super) fn key_figures(
    sales: Option<&Lookup<'_>>,
    customers: Option<&Lookup<'_>>,
) -> KeyFigures {
    let all = ("period", "all");
    let of = |lookup: Option<&Lookup<'_>>, column| lookup?.value(column, all);
    let number = |text: Option<String>| text?.parse::<u64>().ok();
    let buyers = number(of(customers, "customers"));
    let repeat = of(customers, "repeat_customers").and_then(|text| Number::parse(&text));
    let percent = |repeat: Number| repeat.times(Number::new(100, 0)).ok()?.per(buyers?, 2);
    KeyFigures {
        revenue: of(sales, "revenue"),
        orders: number(of(sales, "orders")),
        units: of(sales, "units").map(|text| Amount::of(&text)),
        average_order: of(sales, "average_order"),
        customers: buyers,
        repeat_percent: repeat.and_then(percent).map(|percent| percent.to_string()),
    }
}

/// The newest days with sales, and their revenue.
pub(super) fn days(sales: &Lookup<'_>) -> Vec<(String, Option<String>)> {
    let places = sales.column("sale_date").zip(sales.column("revenue"));
    let Some((day, revenue)) = places else { return Vec::new() };
    let row = |row: &Vec<Option<String>>| {
        Some((row.get(day)?.clone()?, row.get(revenue).cloned().flatten()))
    };
    let days: Vec<_> = sales.rows.iter().filter_map(row).collect();
    days[days.len().saturating_sub(DAYS)..].to_vec()
}

/// The sums of the real-time part; `None` without such a row.
pub(super) fn real_time(parts: &Lookup<'_>) -> Option<RealTime> {
    let part = ("part", "real-time");
    parts.value("part", part)?;
    let of = |column| parts.value(column, part);
    Some(RealTime {
        records: of("records"),
        orders: of("orders"),
        units: of("units"),
        revenue: of("revenue"),
    })
}

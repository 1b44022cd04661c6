//! The cut between the historical and the real-time part.

use chrono::NaiveDate;
use ecom_core::Failure;
use ecom_core::cut::{DayCut, rows as historical_rows};
use ecom_core::plan::{Role, Split, SplitBy};

use crate::prove::calendar::Calendar;
use crate::roles::candidate::Candidate;
use crate::roles::event_time::spoiled_event_time;

/// The first and the last day of the historical and of the real-time part.
pub(crate) type Sides = [Option<(NaiveDate, NaiveDate)>; 2];

/// Finds the cut: by date if there is one and the user did not ask for rows.
pub(crate) fn split(
    wish: Option<SplitBy>,
    ratio: f64,
    rows: u64,
    calendar: Option<&Calendar>,
    candidate: &Candidate<'_>,
) -> Result<(Split, Sides, Option<String>), Failure> {
    let by_rows = || {
        let historical = historical_rows(rows, ratio);
        let cut = (historical + 1).to_string();
        let realtime = rows - historical;
        let sides = calendar.map_or([None; 2], |calendar| calendar.by_rows);
        (Split { by: SplitBy::Rows, ratio, cut, historical, realtime }, sides)
    };
    let dated = calendar.and_then(|calendar| Some((calendar, calendar.days.cut(ratio)?)));
    let undated = || {
        let spoiled = spoiled_event_time(&candidate.file.columns);
        spoiled.unwrap_or_else(|| "no column holds the event time".into())
    };
    let (why, (split, sides)) = match (wish, dated) {
        (Some(SplitBy::Rows), _) => (None, by_rows()),
        (Some(SplitBy::Date), None) => {
            let (path, cause) = (candidate.file.path.display(), undated());
            return Err(Failure::refused(format!("{path}: cannot cut by date: {cause}")));
        }
        (None, None) => (Some(format!("the cut is by rows: {}", undated())), by_rows()),
        // One day can hold nearly all records; then no date divides them.
        (None, Some((_, cut))) if !cuts(cut, ratio) => {
            let header = candidate.column(Role::EventTime).map_or("", |column| &column.header);
            let why =
                format!("the cut is by rows: no day of {header:?} leaves records on both sides");
            (Some(why), by_rows())
        }
        (_, Some((calendar, cut))) => {
            let (historical, realtime) = (cut.historical, cut.realtime);
            let split =
                Split { by: SplitBy::Date, ratio, cut: cut.day.to_string(), historical, realtime };
            (None, (split, calendar.days.ranges(cut.day)))
        }
    };
    Ok((split, sides, why))
}

/// True for a cut with records on both sides, unless the ratio asks for one side only.
fn cuts(cut: DayCut, ratio: f64) -> bool {
    let one_record = cut.historical + cut.realtime < 2;
    let both = cut.historical > 0 && cut.realtime > 0;
    both || one_record || ratio <= 0.0 || ratio >= 1.0
}

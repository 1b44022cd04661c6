//! Where the user wants the cut, and where that is in the data.

use chrono::NaiveDate;
use ecom_core::Failure;
use ecom_core::canonical::Form;
use ecom_core::cut::{self, Days};
use ecom_core::plan::{Plan, Role, Split, SplitBy, Table, TableName};
use ecom_core::work::{Manifest, Part};

use crate::cli::Args;

/// What the user asks for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Request {
    /// The cut itself: the first value of the real-time part.
    At(SplitBy, String),
    /// The share of the historical part.
    Share(SplitBy, f64),
}

/// The point where real-time begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// At a date; `column` is the index of the event time in `transactions`.
    Date { column: usize, first: String },
    /// At a record number.
    Rows { first: u64 },
}

/// How a cut is found.
pub(crate) enum CutSearch {
    /// It is known without a look at the data.
    Known(Cut),
    /// The data must be counted first.
    Survey(Survey),
}

/// Counts what is needed to find the cut for a share.
pub(crate) struct Survey {
    by: SplitBy,
    share: f64,
    column: usize,
    days: Days,
    total: u64,
}

impl Request {
    /// What the flags and the plan ask for together.
    pub(crate) fn new(args: &Args, plan: &Plan) -> Result<Self, Failure> {
        let wanted = args.by;
        if let Some(cut) = &args.cut {
            let by = if is_day(cut) { SplitBy::Date } else { SplitBy::Rows };
            let valid = by == SplitBy::Date || cut.parse::<u64>().is_ok_and(|number| number > 0);
            if !valid || wanted.is_some_and(|wanted| wanted != by) {
                return Err(Failure::usage(match wanted {
                    Some(SplitBy::Date) => format!("--cut {cut}: not a date like 2024-06-17"),
                    Some(SplitBy::Rows) => format!("--cut {cut}: not a record number like 169"),
                    None => format!("--cut {cut}: neither a date nor a record number"),
                }));
            }
            return Ok(Self::At(by, cut.clone()));
        }
        let split = &plan.split;
        if args.ratio.is_none() && wanted.is_none_or(|by| by == split.by) {
            return Ok(Self::At(split.by, split.cut.clone()));
        }
        Ok(Self::Share(wanted.unwrap_or(split.by), args.ratio.unwrap_or(split.ratio)))
    }

    /// True for the plan's own cut.
    pub(crate) fn is_of(&self, plan: &Split) -> bool {
        matches!(self, Self::At(by, cut) if (*by, cut) == (plan.by, &plan.cut))
    }

    /// How the cut of `transactions` is found.
    pub(crate) fn search(&self, transactions: &Table) -> Result<CutSearch, Failure> {
        Ok(match self {
            Self::At(SplitBy::Date, first) => {
                let column = event_time(transactions)?;
                CutSearch::Known(Cut::Date { column, first: first.clone() })
            }
            Self::At(SplitBy::Rows, first) => {
                let first = first.parse().map_err(|_| {
                    Failure::refused(format!("split: cut {first:?} is not a record number"))
                })?;
                CutSearch::Known(Cut::Rows { first })
            }
            Self::Share(by, share) => {
                let column = if *by == SplitBy::Date { event_time(transactions)? } else { 0 };
                let (by, share) = (*by, *share);
                CutSearch::Survey(Survey { by, share, column, days: Days::default(), total: 0 })
            }
        })
    }

    /// A warning if a cut leaves all records on one side although nobody asked for that.
    pub(crate) fn empty_side(&self, manifest: &Manifest, plan: &Split) -> Option<String> {
        let rows = |part| manifest.file(TableName::Transactions, part).map_or(0, |file| file.rows);
        let (historical, realtime) = (rows(Part::Historical), rows(Part::Realtime));
        let wanted = match self {
            Self::Share(_, share) => *share,
            _ if self.is_of(plan) => plan.ratio,
            Self::At(..) => 0.5,
        };
        if wanted <= 0.0 || wanted >= 1.0 {
            return None;
        }
        let (empty, full) = match (historical, realtime) {
            (0, 1..) => ("historical", "real-time"),
            (1.., 0) => ("real-time", "historical"),
            _ => return None,
        };
        let cut = match self {
            Self::At(_, cut) => format!("the cut at {cut}"),
            Self::Share(..) => "the cut".to_owned(),
        };
        Some(format!("the {empty} part is empty: {cut} leaves every record in the {full} one"))
    }

    /// The split of the plan after a cut that left that many records on its sides.
    pub(crate) fn split(&self, cut: &Cut, plan: &Split, historical: u64, realtime: u64) -> Split {
        let (by, cut) = match cut {
            Cut::Date { first, .. } => (SplitBy::Date, first.clone()),
            Cut::Rows { first } => (SplitBy::Rows, first.to_string()),
        };
        let ratio = match self {
            Self::Share(_, share) => *share,
            Self::At(..) if by == plan.by && cut == plan.cut => plan.ratio,
            Self::At(..) => {
                let total = (historical + realtime).max(1) as f64;
                (historical as f64 / total * 10_000.0).round() / 10_000.0
            }
        };
        Split { by, ratio, cut, historical, realtime }
    }
}

impl Cut {
    /// True if the record with that number and that canonical form is in the real-time part.
    /// Records without a date are historical.
    pub(crate) fn is_realtime(&self, number: u64, canonical: Form<'_>) -> bool {
        match self {
            Self::Date { column, first } => {
                let time = canonical.value(*column);
                time.and_then(|time| time.get(..10)).is_some_and(|day| day >= first.as_str())
            }
            Self::Rows { first } => number >= *first,
        }
    }
}

impl Survey {
    /// Counts one record.
    pub(crate) fn see(&mut self, canonical: Form<'_>) {
        self.total += 1;
        if self.by == SplitBy::Date {
            let time = canonical.value(self.column);
            self.days.add(time.and_then(|time| time.get(..10)?.parse().ok()));
        }
    }

    /// The cut that gives the wanted share.
    pub(crate) fn cut(&self) -> Result<Cut, Failure> {
        if self.by == SplitBy::Rows {
            return Ok(Cut::Rows { first: cut::rows(self.total, self.share) + 1 });
        }
        let found = self.days.cut(self.share);
        let found = found.ok_or_else(|| Failure::refused("no record has a date: use --by rows"))?;
        Ok(Cut::Date { column: self.column, first: found.day.to_string() })
    }
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<NaiveDate>().is_ok()
}

fn event_time(transactions: &Table) -> Result<usize, Failure> {
    transactions
        .role(Role::EventTime)
        .filter(|index| transactions.columns[*index].sql_type.is_time())
        .ok_or_else(|| Failure::refused("transactions has no event time: use --by rows"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ecom_core::canonical::Canonical;

    fn canonical(value: Option<&str>) -> Canonical {
        let mut canonical = Canonical::new();
        canonical.push(value);
        canonical
    }

    #[test]
    fn a_date_cut_compares_days_and_keeps_records_without_a_date_in_the_past() {
        let cut = Cut::Date { column: 0, first: "2024-06-17".into() };
        for (value, wanted) in [
            (Some("2024-06-16"), false),
            (Some("2024-06-16 23:59:59"), false),
            (Some("2024-06-17"), true),
            (Some("2024-06-17 00:00:00"), true),
            (None, false),
        ] {
            assert_eq!(cut.is_realtime(1, canonical(value).form()), wanted, "{value:?}");
        }
    }

    #[test]
    fn a_row_cut_compares_record_numbers() {
        let cut = Cut::Rows { first: 3 };
        assert!(!cut.is_realtime(2, canonical(None).form()));
        assert!(cut.is_realtime(3, canonical(None).form()));
    }

    #[test]
    fn a_share_is_found_by_counting() {
        let days = ["2024-01-01", "2024-01-01", "2024-01-02", "2024-01-03"];
        let mut survey =
            Survey { by: SplitBy::Date, share: 0.7, column: 0, days: Days::default(), total: 0 };
        for day in days {
            survey.see(canonical(Some(day)).form());
        }
        let wanted = Cut::Date { column: 0, first: "2024-01-03".into() };
        assert_eq!(survey.cut().unwrap(), wanted);
        survey.by = SplitBy::Rows;
        assert_eq!(survey.cut().unwrap(), Cut::Rows { first: 4 });
    }
}

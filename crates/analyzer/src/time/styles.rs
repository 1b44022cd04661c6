//! Which order of day and month each form of a column has, and notes on columns with several forms.

use chrono::{Datelike as _, NaiveDateTime};
use ecom_core::canonical::TimeFormat;
use ecom_core::show::counted as plural;

use super::form::{DateOrder, TimeForm};

/// A format that some values of a column have.
pub(crate) struct TimeStyle {
    pub(crate) format: TimeFormat,
    pub(crate) range: Option<(NaiveDateTime, NaiveDateTime)>,
    /// How many values have it, the first of them, and its line.
    count: u64,
    first: Option<(String, u64)>,
    /// Why month and day are in that order.
    proof: Option<String>,
}

/// The counts of a form's values: month first only, day first only, both.
type KindCounts = [u64; 3];

/// The formats of the values of a form; the error is an example if day and month cannot be told
/// apart. `all` are the forms of the column; those with the same date decide together.
pub(crate) fn of(
    form: &TimeForm,
    counts: KindCounts,
    order: Option<DateOrder>,
    all: &[(&TimeForm, KindCounts)],
) -> Result<Vec<TimeStyle>, String> {
    let sum: u64 = counts.iter().sum();
    if form.swapped.is_none() {
        return Ok(vec![style(form, true, false, sum, None)]);
    }
    if order.is_none()
        && let Some(style) = year_first(form, sum)
    {
        return Ok(vec![style]);
    }
    let open = form.example.as_ref().filter(|_| counts[2] > 0);
    let month_first = match (counts, open) {
        ([0, 0, _], None) => {
            let proof = "day and month are equal in every value".to_owned();
            return Ok(vec![style(form, true, true, sum, Some(proof))]);
        }
        ([0, 0, _], Some(example)) => {
            let decided = by_flag(order).or_else(|| proven(form, all));
            let (first, proof) = decided.ok_or_else(|| example.clone())?;
            return Ok(vec![style(form, first, true, sum, Some(proof))]);
        }
        ([_, 0, _], _) => true,
        ([0, _, _], _) => false,
        // Both orders occur, so values that fit both need an answer.
        (_, Some(example)) => by_flag(order).ok_or_else(|| example.clone())?.0,
        (_, None) => true,
    };
    let [own, other] = if month_first { [counts[0], counts[1]] } else { [counts[1], counts[0]] };
    let proof = proof_of(form, month_first);
    let mut styles = vec![style(form, month_first, true, own + counts[2], proof)];
    if other > 0 {
        styles.push(style(form, !month_first, false, other, proof_of(form, !month_first)));
    }
    Ok(styles)
}

/// The style with the year in front, if its years make more sense.
fn year_first(form: &TimeForm, count: u64) -> Option<TimeStyle> {
    let (format, range, other) = form.better_year_first()?;
    let first = form.firsts.iter().flatten().min_by_key(|(_, line)| *line).cloned();
    let [least, most] = [other.0, other.1].map(|moment| moment.year());
    let proof = Some(format!("year first: else the years would be {least} to {most}"));
    Some(TimeStyle { format, range: Some(range), count, first, proof })
}

fn style(
    form: &TimeForm,
    month_first: bool,
    both: bool,
    count: u64,
    proof: Option<String>,
) -> TimeStyle {
    let own = form.firsts[usize::from(!month_first)].clone();
    let shared = form.firsts[2].clone().filter(|_| both);
    let first = [own, shared].into_iter().flatten().min_by_key(|(_, line)| *line);
    let range = form.range(month_first, both);
    TimeStyle { format: form.written(month_first), range, count, first, proof }
}

fn words(month_first: bool) -> &'static str {
    if month_first { "month first" } else { "day first" }
}

fn by_flag(order: Option<DateOrder>) -> Option<(bool, String)> {
    let first = order? == DateOrder::MonthFirst;
    Some((first, format!("{}, as --date-order says", words(first))))
}

fn proof_of(form: &TimeForm, month_first: bool) -> Option<String> {
    let (text, line) = form.firsts[usize::from(!month_first)].as_ref()?;
    Some(format!("{}: {text} in line {line} has a day above 12", words(month_first)))
}

/// The order proven by other forms with the same date part.
fn proven(form: &TimeForm, all: &[(&TimeForm, KindCounts)]) -> Option<(bool, String)> {
    let date = |form: &TimeForm| form.format.to_string().chars().take(8).collect::<String>();
    let mut found = None;
    for (other, counts) in all.iter().filter(|(other, _)| date(other) == date(form)) {
        let first = match counts {
            [0, 0, _] => continue,
            [_, 0, _] => true,
            [0, _, _] => false,
            _ => return None,
        };
        match &found {
            Some((already, _)) if *already != first => return None,
            Some(_) => {}
            None => found = Some((first, proof_of(other, first)?)),
        }
    }
    found
}

/// How the formats are proven, if some values also fit other formats.
pub(crate) fn proof(styles: &[TimeStyle]) -> Option<String> {
    if let [only] = styles {
        let counts = only.format.counts().map(|counts| format!("numbers that count {counts}"));
        return only.proof.clone().or(counts);
    }
    let formats: Vec<_> = styles
        .iter()
        .map(|style| {
            let proof = style.proof.as_ref().map_or(String::new(), |proof| format!(" ({proof})"));
            format!("{} as {}{proof}", style.count, style.format)
        })
        .collect();
    Some(formats.join(", "))
}

/// A note that numbers are read as times, or that there are several forms.
pub(crate) fn finding(styles: &[TimeStyle], header: &str) -> Option<String> {
    if let Some(style) = styles.iter().find(|style| style.format.counts().is_some()) {
        let (text, _) = style.first.as_ref()?;
        let moment = style.format.read(text)?.at;
        return Some(format!(
            "column {header:?}: its numbers are read as {} ({text} is {moment}); --format \
             \"{header}=plain\" keeps them as numbers",
            style.format.counts()?
        ));
    }
    if styles.len() < 2 {
        return None;
    }
    let formats = styles.iter().filter_map(|style| {
        let (text, line) = style.first.as_ref()?;
        Some(format!("{} as {text} (first on line {line})", plural(style.count, "value")))
    });
    let formats: Vec<_> = formats.collect();
    Some(format!("column {header:?} is written in {} ways: {}", styles.len(), formats.join(", ")))
}

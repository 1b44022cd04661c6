//! Which file becomes which table of the plan, and why the others do not.

use std::fmt::Write as _;

use ecom_core::Failure;
use ecom_core::plan::{Role, TableName};
use ecom_core::words::counted;

use crate::choose::complete::{answers, lacks, likeliest};
use crate::choose::further::Left;
use crate::meaning::role::role_words;
use crate::profile::file::{Work, observe};
use crate::prove::proof::{Occurrences, Uniqueness};
use crate::read::batch::Observer;
use crate::roles::candidate::{Candidate, Likely};
use crate::roles::event_time::spoiled_event_time;
use crate::table::draft::{Draft, id_role};
use crate::table::keys::KeySearch;

/// Takes the file of transactions out of the candidates. Another file of whole sales is left out;
/// what only belongs to sales stays a candidate for a table of its own.
pub(crate) fn take_transactions<'a>(
    candidates: &mut Vec<Candidate<'a>>,
    left: &mut Vec<Left<'a>>,
) -> Result<Candidate<'a>, Failure> {
    let is_sale = |one: &Candidate<'_>| one.likely() == Likely::Table(TableName::Transactions);
    let rank = |one: &Candidate<'_>| (one.holds_sales(), one.sale_score(), one.file.rows);
    let best = (0..candidates.len())
        .filter(|place| is_sale(&candidates[*place]))
        .max_by_key(|place| rank(&candidates[*place]));
    let Some(best) = best else { return Err(no_transactions(candidates)) };
    let sales = candidates.swap_remove(best);
    if sales.file.rows == 0 {
        let path = sales.file.path.display();
        return Err(Failure::refused(format!("{path}: a header but no records")));
    }
    candidates.sort_by(|a, b| a.file.name.cmp(&b.file.name));
    let measures = [Role::Amount, Role::Quantity, Role::UnitPrice];
    candidates.retain(|one| {
        let has = |role| one.place(role).is_some();
        let whole = one.holds_sales() && has(Role::EventTime) && measures.into_iter().any(has);
        if whole {
            left.push(Left::new(one, second_best(one, &sales)));
        }
        !whole
    });
    Ok(sales)
}

/// Why a file of transactions stands back behind another one.
fn second_best(one: &Candidate<'_>, sales: &Candidate<'_>) -> String {
    let chosen = &sales.file.name;
    if one.sale_score() < sales.sale_score() {
        return format!("{chosen} says more of the sales");
    }
    let records = if one.file.rows < sales.file.rows { "more" } else { "as many" };
    format!("{chosen} says as much of the sales and has {records} records")
}

fn no_transactions(candidates: &[Candidate<'_>]) -> Failure {
    let found = candidates.iter().map(|one| {
        let name = &one.file.name;
        if one.file.rows == 0 {
            return format!("{name} has a header but no records");
        }
        if let Some(spoiled) = spoiled_event_time(&one.file.columns) {
            return format!("{name}: {spoiled}");
        }
        let roles: Vec<_> = one.roles.iter().flatten().map(|role| role_words(*role)).collect();
        let roles = if roles.is_empty() { "none of them".into() } else { roles.join(", ") };
        format!("{name} has {roles}")
    });
    let mut found: Vec<_> = found.collect();
    if let Some(best) = likeliest(candidates).map(|place| &candidates[place]) {
        let answers = answers(&lacks(best));
        // The name stands before it already where there is only one file.
        let name = if found.len() > 1 { format!("in {} ", best.file.name) } else { String::new() };
        found.push(format!("{name}{answers}"));
    }
    Failure::refused(format!(
        "no file holds transactions, which need the date of a sale and an order id, an amount or a \
         quantity: {}",
        found.join("; ")
    ))
}

/// Takes the file of customers or products out of the candidates, if its id is proven to be a key.
pub(crate) fn take_dimension<'a>(
    name: TableName,
    candidates: &mut Vec<Candidate<'a>>,
    left: &mut Vec<Left<'a>>,
    work: &Work<'_>,
) -> Result<Option<Draft<'a>>, Failure> {
    let id = id_role(name);
    loop {
        let best = (0..candidates.len())
            .filter(|place| candidates[*place].likely() == Likely::Table(name))
            .filter(|place| candidates[*place].place(id).is_some())
            .max_by_key(|place| candidates[*place].file.rows);
        let Some(best) = best else { return Ok(None) };
        let candidate = candidates.remove(best);
        let file = candidate.file;
        let Some(place) = candidate.place(id).filter(|_| file.rows > 0) else {
            left.push(Left::new(&candidate, "a header but no records".into()));
            continue;
        };
        let mut draft = Draft::new(candidate, name)?;
        match prove_id(&mut draft, place, work)? {
            None => return Ok(Some(draft)),
            Some(why) => {
                let reason = format!("its {} {why}", role_words(id));
                left.push(Left { file, sales: false, reason });
            }
        }
    }
}

/// Proves that the column at `place` is the key of a table; else says why it is none.
fn prove_id(
    draft: &mut Draft<'_>,
    place: usize,
    work: &Work<'_>,
) -> Result<Option<String>, Failure> {
    let file = draft.candidate.file;
    let profile = &file.columns[place];
    let header = &profile.header;
    let missing = profile.nulls + profile.empty;
    if missing > 0 {
        return Ok(Some(format!("{header:?} is missing in {}", counted(missing, "record"))));
    }
    let search = KeySearch::of(draft, place);
    let mut proofs = search.proofs(draft, &std::env::temp_dir());
    if !proofs.is_empty() {
        let observers = proofs.iter_mut().map(|proof| proof as &mut dyn Observer).collect();
        observe(file, observers, "proving the key of", work)?;
    }
    let found = search.finish(proofs)?;
    draft.key = found.key;
    if draft.key.is_some() {
        return Ok(None);
    }
    match found.failed.first() {
        Some((_, outcome)) => repeats(draft, place, *outcome, work).map(Some),
        None => Ok(Some(format!("{header:?} repeats or is too long for a key"))),
    }
}

/// How often an id repeats, with the first example.
fn repeats(
    draft: &Draft<'_>,
    place: usize,
    outcome: Uniqueness,
    work: &Work<'_>,
) -> Result<String, Failure> {
    let file = draft.candidate.file;
    let header = &draft.columns[place].header;
    let records = counted(outcome.repeated, "record");
    // Writing to a String cannot fail.
    let mut told = format!("{header:?} repeats in {records}");
    if outcome.blanks > 0 {
        let _ =
            write!(told, ", in {} but for blanks behind it, which MySQL ignores", outcome.blanks);
    }
    let reading = draft.reading(&draft.columns[place].name);
    if let Some((reading, hash)) = reading.zip(outcome.example) {
        let mut found = Occurrences::new(reading, hash);
        observe(file, vec![&mut found], "reading the keys of", work)?;
        if let [first, second] = found.lines[..] {
            let value = ecom_core::escape::excerpt(&found.value, 40);
            let _ = write!(told, ": {value:?} stands on line {first} and on line {second}");
        }
    }
    Ok(told)
}

//! Which file becomes which table of the plan, and why the others do not.

use ecom_core::Failure;
use ecom_core::plan::TableName;

use crate::batch::Observer;
use crate::draft::{Draft, id_role};
use crate::keys::KeySearch;
use crate::profile::{Work, observe};
use crate::roles::spoiled_event_time;
use crate::tables::{Candidate, Likely, role_words};

/// Takes the file of transactions out of the candidates.
pub(crate) fn take_transactions<'a>(
    candidates: &mut Vec<Candidate<'a>>,
    others: &mut Vec<(String, String)>,
) -> Result<Candidate<'a>, Failure> {
    let is_sale = |one: &Candidate<'_>| one.likely() == Likely::Table(TableName::Transactions);
    let best = (0..candidates.len())
        .filter(|place| is_sale(&candidates[*place]))
        .max_by_key(|place| (candidates[*place].sale_score(), candidates[*place].file.rows));
    let Some(best) = best else { return Err(no_transactions(candidates)) };
    let sales = candidates.swap_remove(best);
    if sales.file.rows == 0 {
        let path = sales.file.path.display();
        return Err(Failure::refused(format!("{path}: a header but no records")));
    }
    candidates.sort_by(|a, b| a.file.name.cmp(&b.file.name));
    candidates.retain(|one| {
        if is_sale(one) {
            others.push((one.file.name.clone(), second_best(one, &sales)));
        }
        !is_sale(one)
    });
    Ok(sales)
}

/// Why a file of transactions stands back behind another one.
fn second_best(one: &Candidate<'_>, sales: &Candidate<'_>) -> String {
    let chosen = &sales.file.name;
    if one.file.sha256 == sales.file.sha256 {
        return format!("{chosen} is the same file, byte for byte");
    }
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
    let found: Vec<_> = found.collect();
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
    others: &mut Vec<(String, String)>,
    work: &Work<'_>,
) -> Result<Option<Draft<'a>>, Failure> {
    let id = id_role(name);
    loop {
        let best = (0..candidates.len())
            .filter(|place| candidates[*place].likely() == Likely::Table(name))
            .max_by_key(|place| candidates[*place].file.rows);
        let Some(best) = best else { return Ok(None) };
        let candidate = candidates.remove(best);
        let file = candidate.file;
        let mut leave_out = |reason: String| others.push((file.name.clone(), reason));
        let Some(place) = candidate.place(id) else {
            leave_out(format!("it has no {}", role_words(id)));
            continue;
        };
        if file.rows == 0 {
            leave_out("a header but no records".into());
            continue;
        }
        let header = file.columns[place].header.clone();
        let mut draft = Draft::new(candidate, name)?;
        let search = KeySearch::of(&draft.candidate, place);
        let mut proofs = search.proofs(|place| draft.reading(place), &std::env::temp_dir());
        if !proofs.is_empty() {
            let observers = proofs.iter_mut().map(|proof| proof as &mut dyn Observer).collect();
            observe(file, observers, "proving the key of", work)?;
        }
        draft.key = search.finish(proofs)?.key;
        if draft.key.is_some() {
            return Ok(Some(draft));
        }
        leave_out(format!("its {} {header:?} is missing or repeats", role_words(id)));
    }
}

/// Why a file that is left is no table of the plan.
pub(crate) fn leftover(candidate: &Candidate<'_>) -> String {
    match candidate.likely() {
        _ if candidate.file.rows == 0 => "a header but no records".into(),
        Likely::Table(name) => format!("another file holds the {name}"),
        Likely::Other => "neither customers nor products nor transactions".into(),
    }
}

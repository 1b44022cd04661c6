//! Which file holds the transactions, and why the others do not.

use ecom_core::Failure;
use ecom_core::plan::{Role, TableName};

use super::missing_roles::{answers, likeliest, missing_roles};
use crate::meaning::role::role_words;
use crate::roles::candidate::{Candidate, Likely};
use crate::roles::event_time::spoiled_event_time;
use crate::table::node::Left;

/// Takes the file of transactions out of the candidates. Another file of complete sales is left
/// out; a file that only belongs to sales remains a candidate for a table of its own.
pub(crate) fn take_transactions<'a>(
    candidates: &mut Vec<Candidate<'a>>,
    left: &mut Vec<Left<'a>>,
) -> Result<Candidate<'a>, Failure> {
    let is_sale = |one: &Candidate<'_>| one.likely() == Likely::Table(TableName::Transactions);
    let rank = |one: &Candidate<'_>| (one.holds_sales(), one.sale_score(), one.file.rows);
    let best = (0..candidates.len())
        .filter(|index| is_sale(&candidates[*index]))
        .max_by_key(|index| rank(&candidates[*index]));
    let Some(best) = best else { return Err(no_transactions(candidates)) };
    let sales = candidates.swap_remove(best);
    if sales.file.rows == 0 {
        let path = sales.file.path.display();
        return Err(Failure::refused(format!("{path}: it has a header but no records")));
    }
    candidates.sort_by(|a, b| a.file.name.cmp(&b.file.name));
    let measures = [Role::Amount, Role::Quantity, Role::UnitPrice];
    candidates.retain(|one| {
        let has = |role| one.index(role).is_some();
        let whole = one.holds_sales() && has(Role::EventTime) && measures.into_iter().any(has);
        if whole {
            left.push(Left::new(one, second_best(one, &sales)));
        }
        !whole
    });
    Ok(sales)
}

/// Why another file of transactions was chosen.
fn second_best(one: &Candidate<'_>, sales: &Candidate<'_>) -> String {
    let chosen = &sales.file.name;
    if one.sale_score() < sales.sale_score() {
        return format!("{chosen} describes the sales more completely");
    }
    let records = if one.file.rows < sales.file.rows { "more" } else { "as many" };
    format!("{chosen} describes the sales as completely and has {records} records")
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
    if let Some(best) = likeliest(candidates).map(|index| &candidates[index]) {
        let answers = answers(&missing_roles(best));
        // With only one file, the message already begins with its name.
        let name = if found.len() > 1 { format!("in {} ", best.file.name) } else { String::new() };
        found.push(format!("{name}{answers}"));
    }
    Failure::refused(format!(
        "no file holds transactions, which need the date of a sale and an order id, an amount or a \
         quantity: {}",
        found.join("; ")
    ))
}

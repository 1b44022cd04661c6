//! Which file holds the customers, and which the products.

use std::fmt::Write as _;

use ecom_core::Failure;
use ecom_core::plan::TableName;
use ecom_core::show::counted;

use crate::meaning::role::role_words;
use crate::profile::observe::{Context, observe};
use crate::prove::unique::{Occurrences, Uniqueness};
use crate::read::batch::Observer;
use crate::roles::candidate::{Candidate, Likely};
use crate::table::draft::{Draft, id_role};
use crate::table::keys::KeySearch;
use crate::table::node::Left;

/// Takes the file of customers or products out of the candidates if its id is proven to be a key.
pub(crate) fn take_dimension<'a>(
    name: TableName,
    candidates: &mut Vec<Candidate<'a>>,
    left: &mut Vec<Left<'a>>,
    context: &Context<'_>,
) -> Result<Option<Draft<'a>>, Failure> {
    let id = id_role(name);
    loop {
        let best = (0..candidates.len())
            .filter(|index| candidates[*index].likely() == Likely::Table(name))
            .filter(|index| candidates[*index].index(id).is_some())
            .max_by_key(|index| candidates[*index].file.rows);
        let Some(best) = best else { return Ok(None) };
        let candidate = candidates.remove(best);
        let file = candidate.file;
        let Some(index) = candidate.index(id).filter(|_| file.rows > 0) else {
            left.push(Left::new(&candidate, "it has a header but no records".into()));
            continue;
        };
        let mut draft = Draft::new(candidate, name)?;
        match prove_id(&mut draft, index, context)? {
            None => return Ok(Some(draft)),
            Some(why) => {
                let reason = format!("its {} {why}", role_words(id));
                left.push(Left { file, sales: false, reason });
            }
        }
    }
}

/// Proves that the column at `index` is the key of a table; otherwise returns the reason why it is
/// not.
fn prove_id(
    draft: &mut Draft<'_>,
    index: usize,
    context: &Context<'_>,
) -> Result<Option<String>, Failure> {
    let file = draft.candidate.file;
    let profile = &file.columns[index];
    let header = &profile.header;
    let missing = profile.nulls + profile.empty;
    if missing > 0 {
        return Ok(Some(format!("{header:?} is missing in {}", counted(missing, "record"))));
    }
    let search = KeySearch::of(draft, index);
    let mut proofs = search.proofs(draft, &std::env::temp_dir());
    if !proofs.is_empty() {
        let observers = proofs.iter_mut().map(|proof| proof as &mut dyn Observer).collect();
        observe(file, observers, "proving the key of", context)?;
    }
    let found = search.finish(proofs)?;
    draft.key = found.key;
    if draft.key.is_some() {
        return Ok(None);
    }
    match found.failed.first() {
        Some((_, outcome)) => repeats(draft, index, *outcome, context).map(Some),
        None => Ok(Some(format!("{header:?} repeats or is too long for a key"))),
    }
}

/// How often an id repeats, with the first example.
fn repeats(
    draft: &Draft<'_>,
    index: usize,
    outcome: Uniqueness,
    context: &Context<'_>,
) -> Result<String, Failure> {
    let file = draft.candidate.file;
    let header = &draft.columns[index].header;
    let records = counted(outcome.repeated, "record");
    // Writing to a String cannot fail.
    let mut told = format!("{header:?} repeats in {records}");
    if outcome.blanks > 0 {
        let _ =
            write!(told, ", {} of them only because MySQL ignores trailing blanks", outcome.blanks);
    }
    let reader = draft.reader(&draft.columns[index].name);
    if let Some((reader, hash)) = reader.zip(outcome.example) {
        let mut found = Occurrences::new(reader, hash);
        observe(file, vec![&mut found], "reading the keys of", context)?;
        if let [first, second] = found.lines[..] {
            let value = ecom_core::escape::excerpt(&found.value, 40);
            let _ = write!(told, ": {value:?} is on lines {first} and {second}");
        }
    }
    Ok(told)
}

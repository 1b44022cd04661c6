//! Tables beside the transactions that have a file of their own: customers, products, orders, and
//! anything else with a key.

use std::collections::HashSet;

use ecom_core::Failure;

use crate::name::fold::plain_name;
use crate::profile::file::FileProfile;
use crate::profile::observe::{Context, observe};
use crate::read::batch::Observer;
use crate::roles::candidate::Candidate;
use crate::table::draft::Draft;
use crate::table::keys::KeySearch;
use crate::table::names::TableNames;
use crate::table::node::{Left, Node};

/// The headers that more than one file has, in their plain form.
pub(crate) fn shared_headers(files: &[FileProfile]) -> HashSet<String> {
    let (mut once, mut shared) = (HashSet::new(), HashSet::new());
    for file in files {
        let names: HashSet<String> =
            file.columns.iter().map(|column| plain_name(&column.header)).collect();
        for name in names {
            if !once.insert(name.clone()) {
                shared.insert(name);
            }
        }
    }
    shared
}

/// Turns the files that have a key into tables; the others are left out with the reason.
pub(crate) fn further<'a>(
    candidates: Vec<Candidate<'a>>,
    (names, shared): (&mut TableNames, &HashSet<String>),
    left: &mut Vec<Left<'a>>,
    context: &Context<'_>,
) -> Result<Vec<Node<'a>>, Failure> {
    let mut nodes = Vec::new();
    for candidate in candidates {
        let (file, sales) = (candidate.file, candidate.holds_sales());
        let mut leave = |reason: String| left.push(Left { file, sales, reason });
        if file.rows == 0 {
            leave("it has a header but no records".into());
            continue;
        }
        // It may not become a table after all, so another table may still take the name.
        let name = names.propose(file);
        let mut draft = match Draft::new(candidate, name) {
            Ok(draft) => draft,
            Err(problem) => {
                leave(problem.to_string());
                continue;
            }
        };
        let search = KeySearch::further(&draft, name.singular(), shared);
        let mut proofs = search.proofs(&draft, &std::env::temp_dir());
        if !proofs.is_empty() {
            let observers = proofs.iter_mut().map(|proof| proof as &mut dyn Observer).collect();
            observe(file, observers, "proving the key of", context)?;
        }
        let found = search.finish(proofs)?;
        let tried = found.tried();
        draft.key = found.key;
        if draft.key.is_none() {
            leave(format!("no key was found ({tried})"));
            continue;
        }
        names.take(name);
        nodes.push(Node { name, draft, stays: false, sales });
    }
    Ok(nodes)
}

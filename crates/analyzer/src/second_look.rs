//! The second look at the transactions: everything that has to be proven, in one pass.

use ecom_core::Failure;
use ecom_core::plan::{ForeignKey, Role, TableName};

use crate::batch::Observer;
use crate::calendar::Calendar;
use crate::derive::Derivation;
use crate::draft::{Draft, id_role};
use crate::groups::{GroupCounts, Groups};
use crate::keys::{Key, KeySearch};
use crate::orphans::{Orphans, Parents, Referred};
use crate::profile::{Work, observe};
use crate::proof::KeyProof;
use crate::tell::{near_misses, no_key, twins};
use crate::wishes::Wishes;

/// Bytes of memory for the keys of one table referred to, where they are too many for a set.
const BUDGET: usize = 12 << 20;

/// What a second look at the transactions proved.
pub(crate) struct Proofs {
    pub(crate) key: Option<Key>,
    /// What was tried as a key, in words.
    pub(crate) tried: String,
    pub(crate) references: Vec<ForeignKey>,
    pub(crate) derived: Vec<(Derivation, GroupCounts)>,
    pub(crate) calendar: Option<Calendar>,
    pub(crate) notes: Vec<String>,
}

impl Proofs {
    /// Reads the transactions once more.
    pub(crate) fn make(
        transactions: &Draft<'_>,
        dimensions: &[(TableName, Draft<'_>)],
        wishes: &Wishes,
        work: &Work<'_>,
    ) -> Result<Self, Failure> {
        let folder = std::env::temp_dir();
        let file = transactions.candidate.file;
        let columns = &transactions.columns;
        let search = KeySearch::new(transactions);
        let mut keys = search.proofs(transactions, &folder);
        let mut calendar = transactions.place(Role::EventTime).and_then(|place| {
            let historical = ecom_core::cut::rows(file.rows, wishes.ratio);
            Some(Calendar::new(
                transactions.field(place),
                columns[place].format.as_deref()?,
                historical,
            ))
        });
        let mut orphans = Vec::new();
        for (name, draft) in dimensions {
            orphans.extend(orphan_search(*name, draft, transactions, work)?);
        }
        let missing = [TableName::Customers, TableName::Products];
        let missing =
            missing.into_iter().filter(|name| !dimensions.iter().any(|(has, _)| has == name));
        let derivations = missing.filter_map(|name| {
            let derivation = Derivation::new(name, columns)?;
            let groups = derivation.groups(transactions, &folder)?;
            Some((derivation, groups))
        });
        let (derivations, mut groups): (Vec<_>, Vec<Groups>) = derivations.unzip();
        let observers = all_observers(&mut keys, &mut orphans, &mut groups, calendar.as_mut());
        if !observers.is_empty() {
            observe(file, observers, "proving", work)?;
        }
        let found = search.finish(keys)?;
        let tried = found.tried();
        let failed = found.failed.iter();
        let mut notes: Vec<_> = failed.map(|(shown, outcome)| no_key(shown, *outcome)).collect();
        let mut references = Vec::new();
        for (mut reference, search) in orphans {
            let found = search.finish()?;
            reference.orphans = found.orphans;
            notes.extend(reference_notes(&reference, transactions, dimensions, &found));
            references.push(reference);
        }
        let mut derived = Vec::new();
        for (derivation, groups) in derivations.into_iter().zip(groups) {
            let counts = groups.finish()?;
            notes.extend(derivation.notes(&counts));
            derived.push((derivation, counts));
        }
        Ok(Self { key: found.key, tried, references, derived, calendar, notes })
    }
}

/// What finds the orphans of one reference, after the keys referred to were read.
fn orphan_search(
    name: TableName,
    draft: &Draft<'_>,
    transactions: &Draft<'_>,
    work: &Work<'_>,
) -> Result<Option<(ForeignKey, Orphans)>, Failure> {
    let id = id_role(name);
    let (Some(own), Some(theirs)) = (draft.column(id), transactions.column(id)) else {
        return Ok(None);
    };
    let (Some(keys), Some(values)) = (draft.reading(&own.name), transactions.reading(&theirs.name))
    else {
        return Ok(None);
    };
    let file = draft.candidate.file;
    let folder = std::env::temp_dir();
    let mut parents = Parents::new(keys, file.rows, &folder, BUDGET);
    observe(file, vec![&mut parents], "reading the keys of", work)?;
    let reference = ForeignKey {
        column: theirs.name.clone(),
        table: name,
        references: own.name.clone(),
        orphans: 0,
    };
    Ok(Some((reference, parents.orphans(values))))
}

/// What a person should know of a reference of the transactions, and of the keys referred to.
fn reference_notes(
    reference: &ForeignKey,
    transactions: &Draft<'_>,
    dimensions: &[(TableName, Draft<'_>)],
    found: &Referred,
) -> Vec<String> {
    let of = transactions.header(&reference.column);
    let of = format!("{}: {of:?}", transactions.candidate.file.name);
    let mut notes = near_misses(&of, reference.table.singular(), found);
    let draft = dimensions.iter().find(|(name, _)| *name == reference.table);
    if let Some((_, draft)) = draft {
        let header = draft.header(&reference.references);
        notes.extend(twins(&draft.candidate.file.name, header, found));
    }
    notes
}

fn all_observers<'a>(
    keys: &'a mut [KeyProof],
    orphans: &'a mut [(ForeignKey, Orphans)],
    groups: &'a mut [Groups],
    calendar: Option<&'a mut Calendar>,
) -> Vec<&'a mut dyn Observer> {
    let keys = keys.iter_mut().map(|one| one as &mut dyn Observer);
    let orphans = orphans.iter_mut().map(|(_, one)| one as &mut dyn Observer);
    let groups = groups.iter_mut().map(|one| one as &mut dyn Observer);
    let calendar = calendar.map(|one| one as &mut dyn Observer);
    keys.chain(orphans).chain(groups).chain(calendar).collect()
}

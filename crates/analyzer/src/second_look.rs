//! The second look at the transactions: everything that has to be proven, in one pass.

use ecom_core::Failure;
use ecom_core::plan::{Column, ForeignKey, Role, TableName};
use ecom_core::words::counted;

use crate::batch::Observer;
use crate::calendar::Calendar;
use crate::cancelled::Cancelled;
use crate::derive::Derivation;
use crate::draft::{Draft, id_role};
use crate::groups::{GroupCounts, Groups};
use crate::keys::{Key, KeySearch, headers};
use crate::orphans::{Orphans, Parents};
use crate::profile::{Work, observe};
use crate::proof::{KeyProof, Uniqueness};
use crate::wishes::Wishes;

/// Bytes of memory for the keys of one table referred to, where they are too many for a set.
const BUDGET: usize = 12 << 20;

/// What a second look at the transactions proved.
pub(crate) struct Proofs {
    pub(crate) key: Option<Key>,
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
        let search = KeySearch::new(&transactions.candidate);
        let mut keys = search.proofs(|place| transactions.reading(place), &folder);
        let mut calendar = transactions.place(Role::EventTime).and_then(|place| {
            let historical = ecom_core::cut::rows(file.rows, wishes.ratio);
            Some(Calendar::new(place, columns[place].format.as_deref()?, historical))
        });
        let mut orphans = Vec::new();
        for (name, draft) in dimensions {
            orphans.extend(orphan_search(*name, draft, transactions, work)?);
        }
        let missing = [TableName::Customers, TableName::Products];
        let missing =
            missing.into_iter().filter(|name| !dimensions.iter().any(|(has, _)| has == name));
        let derivations: Vec<_> =
            missing.filter_map(|name| Derivation::new(name, columns)).collect();
        let mut groups: Vec<Groups> =
            derivations.iter().map(|derivation| derivation.groups(columns, &folder)).collect();
        let mut cancelled = Cancelled::new(columns);
        let mut observers = all_observers(&mut keys, &mut orphans, &mut groups, calendar.as_mut());
        observers.extend(cancelled.as_mut().map(|one| one as &mut dyn Observer));
        if !observers.is_empty() {
            observe(&file.path, &file.dialect, observers, "proving", work)?;
        }
        let found = search.finish(keys)?;
        let mut notes: Vec<String> = found
            .failed
            .iter()
            .map(|(places, outcome)| no_key(columns, places, *outcome))
            .collect();
        notes.extend(cancelled.and_then(|cancelled| cancelled.finding()));
        let mut references = Vec::new();
        for (mut reference, search) in orphans {
            reference.orphans = search.finish()?;
            references.push(reference);
        }
        let mut derived = Vec::new();
        for (derivation, groups) in derivations.into_iter().zip(groups) {
            let counts = groups.finish()?;
            notes.extend(derivation.notes(columns, &counts));
            derived.push((derivation, counts));
        }
        Ok(Self { key: found.key, references, derived, calendar, notes })
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
    let (Some(own), Some(theirs)) = (draft.place(id), transactions.place(id)) else {
        return Ok(None);
    };
    let file = draft.candidate.file;
    let folder = std::env::temp_dir();
    let mut parents = Parents::new(draft.reading(own), file.rows, &folder, BUDGET);
    observe(&file.path, &file.dialect, vec![&mut parents], "reading the keys of", work)?;
    let reference = ForeignKey {
        column: transactions.columns[theirs].name.clone(),
        table: name,
        references: draft.columns[own].name.clone(),
        orphans: 0,
    };
    Ok(Some((reference, parents.orphans(transactions.reading(theirs)))))
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

fn no_key(columns: &[Column], places: &[usize], outcome: Uniqueness) -> String {
    let Uniqueness { repeated, missing } = outcome;
    let headers = headers(columns, places);
    if missing > 0 {
        let records = counted(missing, "record");
        return format!("{headers} is no key: it is missing in {records}");
    }
    let plural = if repeated == 1 { "record repeats" } else { "records repeat" };
    format!("{headers} is no key: {repeated} {plural} an earlier one")
}

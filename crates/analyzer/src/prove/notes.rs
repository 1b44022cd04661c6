//! Notes on keys and references, in sentences.

use ecom_core::escape::excerpt;
use ecom_core::show::counted;

use super::orphans::Referred;
use super::unique::Uniqueness;

/// Why a candidate is not a key.
pub(crate) fn no_key(shown: &str, outcome: Uniqueness) -> String {
    let Uniqueness { repeated, blanks, missing, .. } = outcome;
    if missing > 0 {
        let records = counted(missing, "record");
        return format!("{shown} is not a key: it is missing in {records}");
    }
    let plural = if repeated == 1 { "record repeats" } else { "records repeat" };
    let told = match blanks {
        0 => String::new(),
        blanks => format!(" ({blanks} of them only because MySQL ignores trailing blanks)"),
    };
    format!("{shown} is not a key: {repeated} {plural} an earlier one{told}")
}

/// A note on keys that look equal to a person; `file` and `header` are those of the key.
pub(crate) fn twins(file: &str, header: &str, found: &Referred) -> Option<String> {
    if found.twins == 0 {
        return None;
    }
    let verb = if found.twins == 1 { "differs" } else { "differ" };
    let values = counted(found.twins, "value");
    let example = example(found.twin.as_deref());
    Some(format!(
        "{file}: {values} of {header:?} {verb} from another one only in case, accents or leading \
         zeros{example}: they remain different keys"
    ))
}

/// Notes on values that nearly refer to a key; `of` is the referring column, `to` the referenced
/// table.
pub(crate) fn near_misses(of: &str, to: &str, found: &Referred) -> Vec<String> {
    let refer = |count: u64| {
        let verb = if count == 1 { "refers" } else { "refer" };
        format!("{} {verb}", counted(count, "record"))
    };
    let mut told = Vec::new();
    if found.blanks > 0 {
        let (records, example) = (refer(found.blanks), example(found.blank_example.as_deref()));
        told.push(format!(
            "{of}: {records} to {to} with trailing blanks{example}, which MySQL ignores"
        ));
    }
    if found.nearly > 0 {
        let (records, example) = (refer(found.nearly), example(found.example.as_deref()));
        told.push(format!(
            "{of}: {records} to no record of {to}, but would if case, accents and leading zeros \
             were ignored{example}"
        ));
    }
    told
}

fn example(value: Option<&str>) -> String {
    value.map(|value| format!(" (such as {:?})", excerpt(value, 40))).unwrap_or_default()
}

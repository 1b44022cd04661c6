//! Which files are of one kind: they have the same columns, in any order, and similar names if the
//! columns are too few to tell.

use std::collections::HashSet;

use crate::name::sql::snake_case;
use crate::read::origin::Origin;
use crate::sniff::sniffed::Sniffed;

/// This many columns identify a kind by themselves.
const TELLING: usize = 4;
/// The shortest word that makes names similar.
const SHORTEST: usize = 3;

/// A file and how it is written.
#[derive(Clone, Debug)]
pub(crate) struct SniffedFile {
    pub(crate) origin: Origin,
    pub(crate) sniffed: Sniffed,
}

/// Files with the same columns, in reading order; at least one.
#[derive(Clone, Debug)]
pub(crate) struct FileKind {
    pub(crate) files: Vec<SniffedFile>,
    /// The index of a file that turned out to be unreadable.
    pub(crate) broken: Option<usize>,
}

/// Words in file names that only distinguish periods, in several languages.
const TIMES: &[&str] = &[
    "january february march april may june july august september october november december",
    "jan feb mar apr jun jul aug sep sept oct nov dec",
    "januar februar maerz marz mai juni juli oktober dezember okt dez mrz",
    "janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre",
    "janeiro fevereiro marco maio junho julho setembro outubro novembro dezembro",
    "januari februari maart mei augustus",
    "styczen luty marzec kwiecien maj czerwiec lipiec sierpien wrzesien pazdziernik listopad \
     grudzien",
    "ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik",
    "yanvar fevral aprel iyun iyul avgust sentyabr oktyabr noyabr dekabr",
    "month year week day quarter monat jahr woche tag quartal mois annee trimestre q h part teil",
];

/// Words in file names for things that are never of one kind, whatever columns they have.
const THINGS: &[&str] = &[
    "customer",
    "client",
    "user",
    "buyer",
    "kunde",
    "supplier",
    "vendor",
    "seller",
    "employee",
    "staff",
    "product",
    "item",
    "article",
    "category",
    "order",
    "sale",
    "transaction",
    "invoice",
    "payment",
    "return",
    "refund",
    "review",
    "store",
    "shop",
    "shipper",
    "region",
    "country",
    "city",
];

/// Groups files by kind; keeps the order of files and kinds.
pub(crate) fn kinds(files: Vec<SniffedFile>) -> Vec<FileKind> {
    let mut kinds: Vec<FileKind> = Vec::new();
    for file in files {
        match kinds.iter_mut().find(|kind| is_of_kind(&kind.files[0], &file)) {
            Some(kind) => kind.files.push(file),
            None => kinds.push(FileKind { files: vec![file], broken: None }),
        }
    }
    kinds
}

fn is_of_kind(one: &SniffedFile, other: &SniffedFile) -> bool {
    let columns = columns(one);
    if columns.is_empty() || columns != self::columns(other) {
        return false;
    }
    let (one, other) = (name(one), name(other));
    // Two lists of `id` and `name` need not be of one kind, so few columns need similar names.
    if columns.len() >= TELLING { !are_other_things(&one, &other) } else { are_alike(&one, &other) }
}

/// The headers, sorted.
fn columns(file: &SniffedFile) -> Vec<&str> {
    let mut headers: Vec<&str> = file.sniffed.header.iter().map(|name| name.trim()).collect();
    headers.sort_unstable();
    headers
}

/// The words of the file name without extensions.
fn name(file: &SniffedFile) -> Vec<String> {
    let origin = &file.origin;
    let name = origin.member.as_deref().unwrap_or(&origin.file);
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = name.split('.').next().unwrap_or(name);
    let words = snake_case(stem);
    let letters = |word: &str| word.chars().filter(|one| !one.is_numeric()).collect::<String>();
    words.split('_').map(letters).filter(|word| !word.is_empty()).collect()
}

/// True for names that differ only in periods, or begin or end with the same word.
fn are_alike(one: &[String], other: &[String]) -> bool {
    let is_time = |word: &String| TIMES.iter().any(|list| list.split(' ').any(|time| time == word));
    let rest = |words: &[String]| -> Vec<String> {
        words.iter().filter(|word| !is_time(word)).cloned().collect()
    };
    let (one, other) = (rest(one), rest(other));
    let same = |a: Option<&String>, b: Option<&String>| {
        a.zip(b).is_some_and(|(a, b)| a == b && a.chars().count() >= SHORTEST)
    };
    one == other || same(one.first(), other.first()) || same(one.last(), other.last())
}

/// True for names of different things.
fn are_other_things(one: &[String], other: &[String]) -> bool {
    let things = |words: &[String]| -> HashSet<&str> {
        let thing = |word: &String| {
            let singular = word.strip_suffix("ies").map(|stem| format!("{stem}y"));
            let singular = singular.unwrap_or_else(|| word.trim_end_matches('s').to_owned());
            THINGS.iter().copied().find(|thing| *thing == singular)
        };
        words.iter().filter_map(thing).collect()
    };
    let (one, other) = (things(one), things(other));
    !one.is_empty() && !other.is_empty() && one.is_disjoint(&other)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ecom_core::plan::Dialect;

    use super::*;

    fn found(name: &str, header: &str) -> SniffedFile {
        let header = header.split(',').map(str::to_owned).collect();
        let sniffed =
            Sniffed { dialect: Dialect::work(), encoding_reason: None, header, is_table: true };
        SniffedFile { origin: Origin::of(Path::new(name), None), sniffed }
    }

    fn are_one(names: [&str; 2], headers: [&str; 2]) -> bool {
        kinds(vec![found(names[0], headers[0]), found(names[1], headers[1])]).len() == 1
    }

    #[test]
    fn many_equal_columns_make_a_kind_in_any_order() {
        let wide = ["id,date,customer,amount", "id, amount,date,customer "];
        assert!(are_one(["berlin.csv", "paris.csv"], wide));
        assert!(!are_one(["a.csv", "b.csv"], ["id,date,customer,amount", "id,date,customer,sum"]));
        assert!(!are_one(
            ["a.csv", "b.csv"],
            ["id,date,customer,amount", "ID,date,customer,amount"]
        ));
        assert!(!are_one(["customers.csv", "suppliers.csv"], wide));
        assert!(are_one(["store_sales_1.csv", "Sales.csv"], wide));
    }

    #[test]
    fn few_columns_make_a_kind_where_the_names_are_alike() {
        for names in [
            ["sales-2024-01.csv", "sales-2024-02.csv"],
            ["Sales_April_2019.csv", "Sales_May_2019.csv"],
            ["january.csv", "february.csv"],
            ["2023.csv", "2024.csv"],
            ["q1.tsv", "q2.tsv"],
            ["orders_north.csv", "orders_south.csv"],
            ["umsatz_mai.csv", "umsatz_juni.csv"],
            ["Nord Umsatz.csv", "Süd Umsatz.csv"],
        ] {
            assert!(are_one(names, ["id,amount"; 2]), "{names:?}");
        }
        for names in [
            ["customers.csv", "products.csv"],
            ["categories.csv", "countries.csv"],
            ["sales.csv", "rates.csv"],
            ["a.csv", "b.csv"],
        ] {
            assert!(!are_one(names, ["id,name"; 2]), "{names:?}");
        }
    }
}

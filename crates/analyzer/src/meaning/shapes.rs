//! Which meanings of a header name which role.

use std::collections::HashMap;
use std::sync::OnceLock;

use ecom_core::plan::Role;

/// For each role the meanings of headers that name it, the clearest first. The parts of a meaning
/// can be in any order. `deal` stands for each of [`DEALS`], `mark` for each of [`MARKS`].
const SHAPES: [(Role, &str); 16] = [
    (
        Role::EventTime,
        "deal+date deal+timestamp deal+date+time deal+time deal+day deal+created deal+created+date \
         deal+created+time event+time event+timestamp event+date timestamp date+time date created \
         created+date created+time created+timestamp deal time day week month",
    ),
    (Role::EventType, "event+type event action action+type event+name"),
    (Role::OrderId, "deal+mark deal+row+mark order invoice receipt transaction"),
    (
        Role::LineId,
        "row+mark line+mark deal+line+mark deal+detail+mark deal+product+mark line+product+mark row line deal+line \
         transaction+id transaction+number product+number",
    ),
    (Role::CustomerId, "customer+mark customer+unique+mark customer"),
    (
        Role::CustomerName,
        "customer+name customer+full+name full+name customer+contact+name contact+name \
         customer+company customer+company+name billing+name company+name company",
    ),
    (
        Role::Email,
        "email customer+email email+address customer+email+address billing+email contact+email",
    ),
    (
        Role::ProductId,
        "product+mark sku sku+barcode+product+mark product+sku line+sku sku+mark stock+mark barcode product+barcode \
         listing+mark",
    ),
    (
        Role::ProductName,
        "product+name product+title product product+description line+name product+detail line+product+name \
         product+purchase listing+title description title",
    ),
    (
        Role::Category,
        "product+category category product+category+name category+name category+code product+line \
         product+type product+group department category+id product+family family sub+category",
    ),
    (
        Role::Quantity,
        "quantity deal+quantity product+quantity line+quantity unit+quantity unit+sale \
         total+quantity line+product+quantity deal+product+quantity deal+unit",
    ),
    (
        Role::UnitPrice,
        "unit+price price unit+product+price unit+deal+price product+price line+price \
         quantity+price deal+price unit+value unit+amount list+price unit+list+price sold_for",
    ),
    (
        Role::Amount,
        "total+amount total+revenue amount revenue sale total+sale sale+amount line+total \
         line+amount product+total line+product+total total+price deal+total deal+amount deal+value \
         deal+revenue total+deal+amount total+deal+value total+deal+price deal+line+total \
         deal+product+total product+amount product+revenue line+value product+value total+value \
         value total period+sale period+revenue period+amount period+total grand+total \
         deal+subtotal subtotal purchase payment+value payment+amount payment+total gross net",
    ),
    (
        Role::Region,
        "region deal+region country country+name customer+country billing+country shipto+country \
         country+code billing+country+code shipto+country+code market deal+market state customer+state billing+state shipto+state city \
         customer+city billing+city shipto+city place",
    ),
    (
        Role::PaymentMethod,
        "payment+method payment+type payment+method+type payment+method+name payment",
    ),
    (
        Role::Status,
        "deal+status status deal+state product+status line+status payment+status shipto+status",
    ),
];

/// Words for a sale.
const DEALS: [&str; 6] = ["order", "invoice", "transaction", "purchase", "sale", "receipt"];
/// Words for what identifies something.
const MARKS: [&str; 4] = ["id", "number", "code", "reference"];
/// Words that only say how an amount or a price is calculated.
const MODIFIERS: [&str; 2] = ["gross", "net"];

/// Plurals count something if they are alone, as `Customers` or `Orders` of a day; together with
/// another word they mean the singular, as in `Kundennummer`.
const PLURALS: [(&str, &str); 6] = [
    ("orders", "order"),
    ("invoices", "invoice"),
    ("transactions", "transaction"),
    ("purchases", "purchase"),
    ("receipts", "receipt"),
    ("customers", "customer"),
];

/// The parts of a meaning, sorted and without repetition.
pub(super) fn sorted(parts: impl IntoIterator<Item = &'static str>) -> Vec<&'static str> {
    let mut parts: Vec<_> = parts.into_iter().collect();
    if parts.len() > 1 {
        for part in &mut parts {
            let plural = PLURALS.iter().find(|(plural, _)| plural == part);
            *part = plural.map_or(*part, |(_, singular)| singular);
        }
    }
    parts.sort_unstable();
    parts.dedup();
    parts
}

/// The roles in the order in which they are given to columns.
pub(crate) fn roles() -> impl Iterator<Item = Role> {
    SHAPES.iter().map(|(role, _)| *role)
}

/// How clearly a meaning names a role: 0 is the clearest; `None` if it does not.
pub(super) fn rank(role: Role, meaning: &[&'static str]) -> Option<usize> {
    let found_rank = |meaning: &[&'static str]| ranks().get(meaning)?.get(&role).copied();
    let mut found = found_rank(meaning);
    // `Sales Order Number` is the number of an order.
    let deals = DEALS.iter().filter(|deal| meaning.contains(deal));
    if found.is_none() && deals.clone().count() > 1 {
        let first = deals.clone().next();
        let one = |part: &&&str| !DEALS.contains(part) || Some(*part) == first;
        found = found_rank(&meaning.iter().filter(one).copied().collect::<Vec<_>>());
    }
    let less: Vec<_> = meaning.iter().copied().filter(|part| !MODIFIERS.contains(part)).collect();
    // After all meanings without a modifier.
    let modified =
        || found_rank(&less).filter(|_| less.len() < meaning.len()).map(|rank| 1000 + rank);
    found.or_else(modified)
}

/// Every meaning that names a role, and how clearly.
fn ranks() -> &'static HashMap<Vec<&'static str>, HashMap<Role, usize>> {
    static RANKS: OnceLock<HashMap<Vec<&'static str>, HashMap<Role, usize>>> = OnceLock::new();
    RANKS.get_or_init(|| {
        let mut ranks: HashMap<Vec<&'static str>, HashMap<Role, usize>> = HashMap::new();
        for (role, shapes) in SHAPES {
            let meanings = shapes.split_whitespace().flat_map(expand);
            for (rank, meaning) in meanings.enumerate() {
                ranks.entry(meaning).or_default().entry(role).or_insert(rank);
            }
        }
        ranks
    })
}

/// All meanings that a shape stands for.
fn expand(shape: &'static str) -> Vec<Vec<&'static str>> {
    let mut all: Vec<Vec<&'static str>> = vec![Vec::new()];
    for part in shape.split('+') {
        let one = [part];
        let parts: &[&'static str] = match part {
            "deal" => &DEALS,
            "mark" => &MARKS,
            _ => &one,
        };
        let longer = |front: &Vec<&'static str>| {
            let longer = |part: &&'static str| [front.as_slice(), &[*part]].concat();
            parts.iter().map(longer).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all.into_iter().map(sorted).collect()
}

/// All senses that the shapes use.
#[cfg(test)]
pub(super) fn parts() -> Vec<&'static str> {
    let shapes = SHAPES.iter().flat_map(|(_, shapes)| shapes.split_whitespace());
    let plurals = PLURALS.iter().map(|(plural, _)| *plural);
    let mut parts: Vec<_> = shapes.flat_map(expand).flatten().chain(plurals).collect();
    parts.sort_unstable();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clearer_meaning_comes_first() {
        let rank_of = |role, parts: &[&'static str]| rank(role, &sorted(parts.iter().copied()));
        let order = rank_of(Role::OrderId, &["id", "order"]);
        assert_eq!(order, Some(0));
        assert!(order < rank_of(Role::OrderId, &["invoice", "number"]));
        assert!(rank_of(Role::Amount, &["amount"]) < rank_of(Role::Amount, &["amount", "net"]));
        assert_eq!(rank_of(Role::Amount, &["amount", "discount"]), None);
        assert_eq!(rank_of(Role::OrderId, &["order", "sale", "number"]), Some(1));
    }
}

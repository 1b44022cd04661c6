//! The sums, by messages as the streamer writes them.

use std::path::Path;

use ecom_core::canonical::Canonical;
use ecom_core::message::{Encoder, Envelope};
use ecom_core::plan::{Plan, Table};
use ecom_core::testing::{WorkFolder, plan, reference, table};
use ecom_core::work::Part;

use super::shape::Shape;
use super::summary::summary;
use super::totals::{Arrival, Totals};
use crate::snapshot::{Group, Live};

const SALES: &str = "
    Id      | id      | INT          | role = 'order_id'
    Sold    | sold    | DATETIME     | role = 'event_time'; format = '%Y-%m-%d %H:%M:%S'; nullable = true
    Product | product | VARCHAR(300) | role = 'product_id'; nullable = true
    Units   | units   | INT          | role = 'quantity'; nullable = true
    Price   | price   | DECIMAL(8,2) | role = 'unit_price'; nullable = true
    Area    | area    | VARCHAR(20)  | role = 'region'; nullable = true
    Paid    | paid    | VARCHAR(20)  | role = 'payment_method'; nullable = true";

/// The beginning of a minute.
const MINUTE: i64 = 1_795_387_080_000;

fn shop() -> Plan {
    plan("shop", [table("transactions", "id", SALES)])
}

fn totals(plan: &Plan) -> Totals {
    Totals::new(Shape::new(plan, Path::new("/nowhere")).unwrap())
}

/// The message of a record.
fn message(plan: &Plan, number: u64, values: &str) -> Vec<u8> {
    let mut record = Canonical::new();
    values.split('|').for_each(|value| record.push(Some(value).filter(|value| *value != "-")));
    let envelope = Envelope {
        event_type: "NEW_ORDER".into(),
        record_number: number,
        streaming_timestamp: "2024-11-10T15:30:45.123456Z".into(),
        source: "65b3777500000000".into(),
    };
    let mut message = Vec::new();
    Encoder::new(plan.transactions().unwrap()).append(&record, &envelope, &mut message);
    message
}

/// Adds messages, one a second.
fn add(totals: &mut Totals, plan: &Plan, records: &[(u64, &str)]) {
    for (number, values) in records {
        let offset = totals.messages.try_into().unwrap();
        let arrival = Arrival { time: Some(MINUTE + offset * 1000), partition: 0, offset };
        totals.add(Some(&message(plan, *number, values)), arrival);
    }
}

fn shown(groups: Option<&Vec<Group>>) -> Vec<String> {
    let text = |value: Option<&String>| value.map_or("-".to_owned(), Clone::clone);
    let row = |group: &Group| {
        let orders = group.orders.map_or("?".into(), |orders| orders.to_string());
        let sums = [&group.key, &group.units, &group.revenue].map(|it| text(it.as_ref()));
        format!("{} {orders} {} {}", sums[0], sums[1], sums[2])
    };
    groups.map(|groups| groups.iter().map(row).collect()).unwrap_or_default()
}

fn live(totals: &Totals) -> Live {
    summary(totals, "topic")
}

const RECORDS: [(u64, &str); 5] = [
    (1, "10|2024-11-10 15:30:45|Salt|2|0.10|Asia|Card"),
    (2, "11|2024-11-10 00:00:00|Salt|1|0.20|Europe|Cash"),
    (3, "12|2024-11-11 09:00:00|Rice|3|12.50|Asia|Card"),
    (4, "13|-|-|-|9.99|-|-"),
    (5, "14|2024-11-09 09:00:00|Tea|1|-5.00|Asia|Cash"),
];

#[test]
fn each_record_counts_once_with_exact_sums_by_the_words_of_the_roles() {
    let plan = shop();
    let mut totals = totals(&plan);
    add(&mut totals, &plan, &RECORDS);
    add(&mut totals, &plan, &RECORDS[1..3]);
    let live = live(&totals);
    assert_eq!((live.messages, live.distinct, live.repeats, live.invalid), (7, 5, 2, 0));
    assert_eq!(live.orders, Some(5));
    assert_eq!((live.units.as_deref(), live.revenue.as_deref()), (Some("7"), Some("32.90")));
    let days = ["2024-11-09 1 1 -5.00", "2024-11-10 2 3 0.40", "2024-11-11 1 3 37.50"];
    assert_eq!(shown(live.days.as_ref()), days);
    let regions = ["Asia 3 6 32.70", "Europe 1 1 0.20", "- 1 0 0.00"];
    assert_eq!(shown(live.regions.as_ref()), regions);
    let products = ["Rice 1 3 37.50", "Salt 2 3 0.40", "- 1 0 0.00", "Tea 1 1 -5.00"];
    assert_eq!(shown(live.products.as_ref()), products);
    let methods = ["Card 2 5 37.70", "- 1 0 0.00", "Cash 2 2 -4.80"];
    assert_eq!(shown(live.payment_methods.as_ref()), methods);
    let last = live.last.iter().map(|sale| sale.order.as_deref().unwrap()).collect::<Vec<_>>();
    assert_eq!(last, ["14", "13", "12", "11", "10"]);
    assert_eq!(live.last[2].amount.as_deref(), Some("37.50"));
}

#[test]
fn the_same_messages_in_another_order_of_partitions_give_the_same() {
    let plan = shop();
    let messages: Vec<_> = (0..200_u64)
        .map(|number| {
            let values =
                format!("{number}|2024-11-10 15:30:45|P{}|1|1.5{}|A|C", number % 20, number % 7);
            let (partition, offset) =
                ((number % 3).try_into().unwrap(), number.try_into().unwrap());
            let time = Some(MINUTE + offset * 20_000);
            (message(&plan, number % 150 + 1, &values), Arrival { time, partition, offset })
        })
        .collect();
    let of = |order: &dyn Fn(&Arrival) -> (i32, i64)| {
        let mut sorted: Vec<_> = messages.iter().collect();
        sorted.sort_by_key(|(_, arrival)| order(arrival));
        let mut totals = totals(&plan);
        for (message, arrival) in sorted {
            totals.add(Some(message), *arrival);
        }
        live(&totals)
    };
    let one = of(&|arrival| (arrival.partition, arrival.offset));
    assert_eq!(one.distinct, 150);
    assert_eq!(one, of(&|arrival| (-arrival.partition, arrival.offset)));
}

#[test]
fn half_an_hour_of_minutes_has_no_gaps() {
    let plan = shop();
    let mut totals = totals(&plan);
    for (number, minute) in [(1, 0), (2, 40), (3, 42), (4, 39), (5, 42), (6, 13)] {
        let values = format!("{number}|-|-|1|2.00|-|-");
        let time = Some(MINUTE + minute * 60_000 + 59_999);
        let arrival = Arrival { time, partition: 0, offset: number.try_into().unwrap() };
        totals.add(Some(&message(&plan, number, &values)), arrival);
    }
    let minutes = live(&totals).minutes;
    assert_eq!(minutes.len(), 30);
    let row = |index: usize| {
        let minute = &minutes[index];
        (
            minute.at.timestamp_millis() - MINUTE,
            minute.orders.unwrap(),
            minute.revenue.clone().unwrap(),
        )
    };
    assert_eq!(row(0), (13 * 60_000, 1, "2.00".into()));
    assert_eq!(row(28), (41 * 60_000, 0, "0.00".into()));
    assert_eq!(row(29), (42 * 60_000, 2, "4.00".into()));
    // A clock that is wrong does no harm.
    let arrival = Arrival { time: Some(i64::MAX), partition: 0, offset: 9 };
    totals.add(Some(&message(&plan, 9, "9|-|-|1|2.00|-|-")), arrival);
    assert!(live(&totals).minutes.len() <= 30);
}

#[test]
fn what_is_no_record_is_counted_and_the_first_is_named() {
    let plan = shop();
    let mut totals = totals(&plan);
    let at = |partition, offset| Arrival { time: None, partition, offset };
    totals.add(Some(b"{\"id\":10}"), at(1, 7));
    totals.add(None, at(0, 9));
    let good = message(&plan, 1, "10|-|-|1|2.00|-|-");
    let odd = String::from_utf8(good.clone()).unwrap();
    totals.add(Some(odd.replace("2.00", "2.001").as_bytes()), at(2, 1));
    totals.add(Some(odd.replace("2.00", &"9".repeat(38)).as_bytes()), at(2, 2));
    totals.add(Some(&good), at(2, 3));
    let live = live(&totals);
    assert_eq!((live.messages, live.distinct, live.repeats, live.invalid), (5, 1, 0, 4));
    assert_eq!(live.first_invalid.as_deref(), Some("partition 0, offset 9: it has no value"));
    assert_eq!((live.units.as_deref(), live.revenue.as_deref()), (Some("1"), Some("2.00")));
}

#[test]
fn an_order_of_several_records_counts_once_and_what_is_absent_is_null() {
    let lines = "
        Order | order_id | INT          | role = 'order_id'; nullable = true
        Line  | line     | INT          | role = 'line_id'
        Day   | day      | DATE         | role = 'event_time'; format = '%Y-%m-%d'
        Item  | item     | VARCHAR(20)  | role = 'product_name'";
    let plan = plan("lines", [table("transactions", "order_id, line", lines)]);
    let mut totals = totals(&plan);
    let records = [
        (1, "7|1|2024-01-01|Tea"),
        (2, "7|2|2024-01-01|Salt"),
        (3, "8|1|2024-01-02|Tea"),
        (4, "-|1|2024-01-02|Tea"),
    ];
    add(&mut totals, &plan, &records);
    let live = live(&totals);
    assert_eq!((live.distinct, live.orders, live.revenue.as_deref()), (4, Some(2), None));
    assert_eq!(live.units.as_deref(), Some("4"));
    assert_eq!(shown(live.products.as_ref()), ["Tea 2 3 -", "Salt 1 1 -"]);
    assert_eq!(shown(live.days.as_ref()), ["2024-01-01 1 2 -", "2024-01-02 1 2 -"]);
    assert_eq!((live.regions, live.payment_methods), (None, None));
    assert_eq!(live.minutes[29].orders, Some(2));
}

#[test]
fn the_region_of_a_customer_is_that_of_the_sale() {
    let customers = table(
        "customers",
        "who",
        "
        Who  | who  | VARCHAR(9)  |
        Area | area | VARCHAR(20) | role = 'region'; nullable = true",
    );
    let sales = table(
        "transactions",
        "id",
        "
        Id     | id     | INT          | role = 'order_id'
        Who    | who    | VARCHAR(9)   | nullable = true
        Amount | amount | DECIMAL(9,2) | role = 'amount'",
    );
    let sales = Table { foreign_keys: vec![reference("who", "customers.who")], ..sales };
    let plan = plan("shop", [customers, sales]);
    let work = WorkFolder::new(plan.clone());
    work.write("customers", Part::Full, &["a,Asia", "b,Europe", "c,"]);
    let mut totals = Totals::new(Shape::new(&plan, work.path()).unwrap());
    let records =
        [(1, "1|a|1.00"), (2, "2|b|2.00"), (3, "3|a|4.00"), (4, "4|c|8.00"), (5, "5|-|1.00")];
    add(&mut totals, &plan, &records);
    let regions = ["- 2 2 9.00", "Asia 2 2 5.00", "Europe 1 1 2.00"];
    assert_eq!(shown(live(&totals).regions.as_ref()), regions);
    // Without the file, no region can be known.
    let totals = self::totals(&plan);
    assert_eq!(live(&totals).regions, None);
}

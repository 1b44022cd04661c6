//! The Kafka hop, against an in-process broker.

use ecom_core::kafka::partition_of;
use ecom_core::message::EventType;
use ecom_core::plan::Role;
use ecom_core::plan::TableName::{self, Customers, Products, Transactions};
use rdkafka::producer::BaseRecord;

use crate::support::fake_kafka::FakeKafka;
use crate::support::{DataSet, Message, differences, json, run};

fn reconciler(data_set: &DataSet, kafka: &FakeKafka) -> assert_cmd::Command {
    to(data_set.reconciler("kafka"), kafka)
}

fn to(mut command: assert_cmd::Command, kafka: &FakeKafka) -> assert_cmd::Command {
    command.args(["--bootstrap-servers", &kafka.servers(), "--kafka-timeout", "20"]);
    command
}

/// A broker with each table's messages after `change`.
fn filled(data_set: &DataSet, change: impl Fn(TableName, &mut Vec<Message>)) -> FakeKafka {
    let kafka = FakeKafka::start();
    for table in data_set.plan.tables.iter().map(|table| table.name) {
        let mut messages = data_set.drawn_messages(table);
        change(table, &mut messages);
        kafka.fill(table.topic(), &messages);
    }
    kafka
}

#[test]
fn every_damage_to_a_topic_is_named() {
    let data_set = DataSet::with_customers();
    let kafka = filled(&data_set, |_, _| {});
    let (code, stdout, stderr) = run(&mut reconciler(&data_set, &kafka));
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(stdout.ends_with("✓ shop: kafka holds every record\n"), "{stdout}");

    let kafka = filled(&data_set, |table, messages| {
        let (from, into) = match table {
            Customers => ("\"customer_name\":null", "\"customer_name\":\"\""),
            Products => ("Chair", "chair"),
            _ => ("300.00", "301.00"),
        };
        let altered = messages[1].1.replace(from, into);
        assert_ne!(altered, messages[1].1);
        messages[1].1 = altered;
        messages.push(messages[2].clone());
        messages.remove(0);
    });
    let (code, verdict, stderr) = json(&mut reconciler(&data_set, &kafka));
    assert_eq!(code, 7, "{verdict:#}");
    assert_eq!(stderr, "reconciler: 3 missing, 3 duplicated, 3 altered (kafka)\n");
    for (table, named) in [
        (Customers, ["missing C1", "duplicated C3", "altered C2 customer_name: null → \"\""]),
        (
            Products,
            ["missing P1", "duplicated P3", "altered P2 product_name: \"Chair\" → \"chair\""],
        ),
        (
            Transactions,
            ["missing 10008", "duplicated 10010", "altered 10009 total: \"300.00\" → \"301.00\""],
        ),
    ] {
        assert_eq!(differences(&verdict, "kafka", table.as_str()), named);
    }
}

#[test]
fn a_value_that_only_looks_the_same_is_another_one() {
    let data_set = DataSet::new();
    let note = |found: &str| format!("altered 10009 note: \"tab\\there\" → {found}");
    for (old, new, wanted) in [
        ("300.00", "300.0", "altered 10009 total: \"300.00\" → \"300.0\"".to_owned()),
        ("300.00", "3e2", "altered 10009 total: \"300.00\" → \"3e2\"".to_owned()),
        ("300.00", "\"300.00\"", "missing 10009".to_owned()),
        ("true", "1", "missing 10009".to_owned()),
        ("\"tab\\there\"", "null", note("null")),
        ("tab\\there", "", note("\"\"")),
        ("tab\\there", "tab\\tHere", note("\"tab\\tHere\"")),
        ("tab\\there", "tab\\there ", note("\"tab\\there \"")),
        ("tab\\there", "\u{feff}tab\\there", note("\"\u{feff}tab\\there\"")),
        ("tab\\there", "tab\\u0000here", note("\"tab\\\\0here\"")),
    ] {
        let kafka = filled(&data_set, |table, messages| {
            if table == Transactions {
                let altered = messages[1].1.replace(old, new);
                assert_ne!(altered, messages[1].1);
                messages[1].1 = altered;
            }
        });
        let (code, verdict, _) = json(&mut reconciler(&data_set, &kafka));
        let named = differences(&verdict, "kafka", "transactions");
        assert_eq!((code, named.first()), (7, Some(&wanted)), "{old} → {new}");
    }
}

#[test]
fn what_surrounds_a_record_is_compared_too() {
    let data_set = DataSet::new();
    let kafka = FakeKafka::start();
    kafka.fill(Transactions.topic(), &[]);
    let drawn = EventType::of_key("10008");
    let other = EventType::ALL.into_iter().find(|event| *event != drawn).unwrap();
    let source = &data_set.plan.transactions().unwrap().sha256[..16];
    let messages = data_set.drawn_messages(Transactions);
    let [first, second, third] = &messages[..] else { panic!("{messages:?}") };
    let send = |key: &str, value: &str, partition| {
        let topic = Transactions.topic();
        let (key, value) = (key.to_owned(), value.to_owned());
        kafka.send(BaseRecord::to(topic).key(&key).payload(&value).partition(partition));
    };
    let partition = |(key, _): &Message| partition_of(key.as_bytes(), 3);
    let value = first.1.replace("\"record_number\":1,", "\"record_number\":7,");
    let value = value.replace(drawn.as_str(), other.as_str()).replace(source, "0123456789abcdef");
    send(&first.0, &value, partition(first));
    send("stranger", &second.1, partition(second));
    let wrong = (partition(third) + 1) % 3;
    send(&third.0, &third.1, wrong);
    let (code, verdict, _) = json(&mut reconciler(&data_set, &kafka));
    assert_eq!(code, 7, "{verdict:#}");
    assert_eq!(
        differences(&verdict, "kafka", "transactions"),
        [
            format!(
                "altered 10008 event_type: \"{}\" → \"{}\" record_number: \"1\" → \"7\" source: \
                 \"{source}\" → \"0123456789abcdef\"",
                drawn.as_str(),
                other.as_str()
            ),
            "altered 10009 message key: \"10009\" → \"stranger\"".into(),
            format!("altered 10010 partition: \"{}\" → \"{wrong}\"", partition(third)),
        ]
    );
}

#[test]
fn a_list_that_was_streamed_must_exist() {
    let data_set = DataSet::with_customers();
    let kafka = filled(&data_set, |_, _| {});
    for list in [Customers, Products] {
        data_set.report_stream(list);
    }
    kafka.lose(Customers.topic());
    kafka.lose(Products.topic());
    kafka.fill(Products.topic(), &[]);
    let (code, verdict, stderr) = json(&mut reconciler(&data_set, &kafka));
    assert_eq!((code, stderr.as_str()), (7, "reconciler: 6 missing (kafka)\n"));
    for (list, keys) in [(Customers, ["C1", "C2", "C3"]), (Products, ["P1", "P2", "P3"])] {
        let named = differences(&verdict, "kafka", list.as_str());
        assert_eq!(named, keys.map(|key| format!("missing {key}")));
    }
}

#[test]
fn a_list_that_was_never_streamed_is_skipped() {
    let data_set = DataSet::with_customers();
    let kafka = FakeKafka::start();
    kafka.fill(Products.topic(), &[]);
    kafka.fill(Transactions.topic(), &data_set.drawn_messages(Transactions));
    let (code, stdout, stderr) = run(&mut to(data_set.speaking_reconciler("kafka"), &kafka));
    let message = "kafka: products were never streamed: skipped\n\
                kafka: customers were never streamed: skipped\n";
    assert_eq!((code, stderr.as_str()), (0, message), "{stdout}");

    // Streamed from elsewhere: there are messages, but no report.
    kafka.lose(Products.topic());
    kafka.fill(Products.topic(), &data_set.drawn_messages(Products)[1..]);
    let (code, verdict, _) = json(&mut reconciler(&data_set, &kafka));
    assert_eq!(code, 7);
    assert_eq!(differences(&verdict, "kafka", "products"), ["missing P1"]);
}

#[test]
fn an_empty_list_that_was_streamed_is_equal_to_an_empty_topic() {
    let data_set = DataSet::new();
    data_set.write("products_full.csv", "product,name", &[]);
    data_set.manifest();
    data_set.report_stream(Products);
    let kafka = filled(&data_set, |_, _| {});
    let (code, verdict, stderr) = json(&mut reconciler(&data_set, &kafka));
    assert_eq!((code, stderr.as_str()), (0, ""), "{verdict:#}");
    let products = &verdict["checks"][0];
    assert_eq!((&products["subject"], &products["equal"]), (&"products".into(), &true.into()));
    assert_eq!(products["found"]["count"], 0);
}

#[test]
fn an_event_of_the_record_itself_is_compared_like_a_drawn_one() {
    let data_set = DataSet::new();
    data_set.change_plan(|plan| {
        let sales = plan.tables.iter_mut().find(|table| table.name == Transactions).unwrap();
        let note = sales.columns.iter_mut().find(|column| column.name == "note").unwrap();
        note.role = Some(Role::EventType);
    });
    let with_own_events = |table: TableName, messages: &mut Vec<Message>| {
        for (_, value) in messages.iter_mut().filter(|_| table == Transactions) {
            let message: serde_json::Value = serde_json::from_str(value).unwrap();
            let drawn = format!("\"event_type\":{}", message["event_type"]);
            *value = value.replace(&drawn, &format!("\"event_type\":{}", message["note"]));
        }
    };
    let kafka = filled(&data_set, with_own_events);
    let (code, stdout, _) = run(&mut reconciler(&data_set, &kafka));
    assert_eq!(code, 0, "{stdout}");

    let kafka = filled(&data_set, |table, messages| {
        with_own_events(table, messages);
        if table == Transactions {
            let of_last = ["\"event_type\":\"last\"", "\"event_type\":\"NEW_ORDER\""];
            messages[2].1 = messages[2].1.replace(of_last[0], of_last[1]);
        }
    });
    let (code, verdict, _) = json(&mut reconciler(&data_set, &kafka));
    assert_eq!(code, 7, "{verdict:#}");
    let named = ["altered 10010 event_type: \"last\" → \"NEW_ORDER\""];
    assert_eq!(differences(&verdict, "kafka", "transactions"), named);
}

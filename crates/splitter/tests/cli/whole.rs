//! Invariants 1 and 2 on any data: read = accepted + rejected, and the two parts together are the
//! input, record for record, cell for cell.

use ecom_core::plan::Dialect;
use ecom_core::record::Writer;
use proptest::prelude::*;

use crate::repeated::long;
use crate::shop::{Shop, records, small_split, transactions};

const COLUMNS: &str = "
    A    | a    | TEXT     | role = \"order_id\"
    When | moment | DATETIME | role = \"event_time\"; format = \"%m/%d/%Y %H:%M\"; nullable = true
    B    | b    | TEXT     | nullable = true";

type Cells = (String, Option<(u32, u32, u32)>, Option<String>);

fn cells() -> impl Strategy<Value = Vec<Cells>> {
    let text = "[a-z,\"\\\\\n\r;' éß日NULL]{0,6}";
    let time = proptest::option::weighted(0.8, (1..13_u32, 1..29_u32, 0..24_u32));
    proptest::collection::vec((text, time, proptest::option::of(text)), 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_two_parts_together_are_the_input(
        rows in cells(),
        broken in proptest::collection::vec(any::<prop::sample::Index>(), 0..4),
        cut in (1..13_u32, 1..29_u32),
    ) {
        let mut text = Vec::new();
        let mut writer = Writer::new(&mut text);
        writer.write(["A", "When", "B"].map(Some)).unwrap();
        let mut lines = Vec::new();
        for (a, time, b) in &rows {
            let time = time.map(|(month, day, hour)| format!("{month}/{day}/2024 {hour}:05"));
            // A line without any value would be skipped.
            lines.push(vec![Some(format!("x{a}")), time, b.clone()]);
            writer.write(lines[lines.len() - 1].iter().map(Option::as_deref)).unwrap();
        }
        for position in &broken {
            // One field too few, and a time that is none.
            let line: &[Option<&str>] =
                if position.index(2) == 0 { &[Some("x")] } else { &[Some("x"), Some("noon"), None] };
            writer.write(line.iter().copied()).unwrap();
        }
        let shop = Shop::new(&[("t.csv", std::str::from_utf8(&text).unwrap())]);
        let mut table = transactions("t.csv", rows.len(), "[\"a\"]", COLUMNS, "");
        table.rejected = broken.len();
        shop.write_plan(&small_split().replace("2024", "1999"), &[table]);
        let cut = format!("2024-{:02}-{:02}", cut.0, cut.1);
        let code = if broken.is_empty() { 0 } else { 3 };
        shop.splitter(&["--quiet", "--cut", &cut]).code(code);
        let work = Dialect::work();
        let historical = records(&shop.out().join("transactions_historical.csv"), &work);
        let realtime = records(&shop.out().join("transactions_realtime.csv"), &work);
        let rejects = records(&shop.out().join("rejects.csv"), &work);
        prop_assert_eq!(rejects.len(), broken.len());
        let key = |line: &Vec<Option<String>>| {
            let time = line[1].as_ref().map(|time| {
                chrono::NaiveDateTime::parse_from_str(time, "%m/%d/%Y %H:%M").unwrap()
            });
            (time.map(|time| time.date().to_string()), time)
        };
        let is_realtime = |line: &&Vec<Option<String>>| key(line).0.is_some_and(|day| day >= cut);
        let mut wanted: Vec<_> = lines.iter().filter(is_realtime).cloned().collect();
        wanted.sort_by_key(|line| key(line).1);
        prop_assert_eq!(realtime, wanted);
        let wanted: Vec<_> = lines.iter().filter(|line| !is_realtime(line)).cloned().collect();
        prop_assert_eq!(historical, wanted);
    }
}

#[test]
fn every_number_of_records_arrives_whole_where_batches_end_as_well() {
    for count in [0, 1, 511, 512, 513, 1024, 5120] {
        let shop = long(count);
        shop.splitter(&["--quiet"]).success();
        let work = Dialect::work();
        let mut found: Vec<_> = ["transactions_historical.csv", "transactions_realtime.csv"]
            .iter()
            .flat_map(|name| records(&shop.out().join(name), &work))
            .collect();
        found.sort();
        let mut wanted = records(&shop.source("t.csv"), &work);
        wanted.sort();
        assert_eq!(wanted.len(), count);
        assert_eq!(found, wanted, "{count} records");
    }
}

#[test]
fn any_number_of_threads_makes_the_same_files() {
    let good = "7,1/2/2024 10:05,\"a \"\"b\"\"\n c\"\n8,1/2/2024 10:05,NULL\n".repeat(20_000);
    // Lines that are none, with quotes that do not fit, so that chunks end in the wrong places.
    let odd = "9,noon,x\n9,1/2/2024 10:05,x\"y\n9,1/2/2024 10:05,\"x\n,,\nA,When,B\n9,x\n";
    let text = format!("A,When,B\n{good}{odd}{good}{odd}{good}");
    let shop = Shop::new(&[("t.csv", &text)]);
    let made = |threads: &str| {
        let mut table = transactions("t.csv", 120_000, "[\"a\"]", COLUMNS, "");
        table.rejected = 8;
        shop.write_plan(&small_split().replace("2024", "1999"), &[table]);
        let flags = ["--quiet", "--cut", "60000", "--threads", threads];
        shop.splitter_into(threads, &flags).code(3);
        ["transactions_historical.csv", "transactions_realtime.csv", "rejects.csv", "manifest.json"]
            .map(|name| std::fs::read(shop.out().with_file_name(threads).join(name)).unwrap())
    };
    let wanted = made("1");
    for threads in ["2", "3", "8"] {
        assert!(made(threads) == wanted, "{threads} threads");
    }
    shop.splitter(&["--threads", "0"]).code(2);
}

//! A lesson on the sample data set, as snapshots: 2,000 rows, of which 1,398 are historical and 602
//! real-time, 200 customers, 60 products, 5,000 log lines.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};

use crate::snapshot::*;

/// 10:44:07 on the day of the lesson.
pub(super) fn now() -> DateTime<Utc> {
    "2026-03-02T10:44:07Z".parse().unwrap()
}

fn ago(seconds: i64) -> DateTime<Utc> {
    now() - Duration::seconds(seconds)
}

/// Before the first tool has run.
pub(super) fn before() -> Snapshot {
    let mut snapshot = complete();
    snapshot.verdict = Verdict::Idle;
    snapshot.data_set = None;
    (snapshot.analytics, snapshot.live) = (None, None);
    for hop in &mut snapshot.hops {
        hop.expected = None;
        hop.arrived = None;
        hop.in_flight = None;
        hop.newest = None;
        hop.rate = None;
        hop.state = HopState::Waiting;
    }
    snapshot.mysql.as_mut().unwrap().tables.clear();
    snapshot.kafka.as_mut().unwrap().topics.clear();
    for folder in &mut snapshot.hdfs.as_mut().unwrap().folders {
        *folder = Folder {
            exists: false,
            bytes: 0,
            files: 0,
            modified: None,
            rows: None,
            ..folder.clone()
        };
    }
    snapshot
}

/// Everything has arrived.
pub(super) fn complete() -> Snapshot {
    Snapshot {
        version: VERSION,
        taken: now(),
        interval_seconds: 5.0,
        data_set: Some("sample".into()),
        verdict: Verdict::Complete,
        problems: Vec::new(),
        probes: ["work", "mysql", "kafka", "hdfs", "log-agent", "kafka-agent"].map(probe).into(),
        hops: hops(),
        mysql: Some(Mysql {
            version: "10.11.19-MariaDB".into(),
            tables: vec![
                table("customers", 200, None),
                table("products", 60, None),
                table("transactions", 1_398, Some("2024-09-30 17:21:44")),
            ],
        }),
        kafka: Some(Kafka {
            brokers: 1,
            topics: vec![
                topic("ecommerce-customers", 200),
                topic("ecommerce-products", 60),
                topic("ecommerce-transactions", 602),
            ],
        }),
        hdfs: Some(Hdfs {
            safe_mode: false,
            live_data_nodes: 1,
            dead_data_nodes: 0,
            capacity_total: 250 << 30,
            capacity_used: 984_068,
            capacity_remaining: 61 << 30,
            folders: vec![
                folder("/user/sqoop/customers", 200, 16_804, 4),
                folder("/user/sqoop/products", 60, 3_820, 4),
                folder("/user/sqoop/transactions", 1_398, 152_382, 4),
                folder("/user/flume/kafka-transactions", 602, 207_090, 1),
                folder("/user/flume/logs", 5_000, 603_972, 1),
            ],
        }),
        agents: vec![agent("log-agent", 5_000, 10_000), agent("kafka-agent", 602, 1_000_000)],
        analytics: Some(analytics()),
        live: Some(live()),
        results: None,
    }
}

/// Halfway: MySQL is complete, Sqoop has not started, both streams continue.
pub(super) fn moving() -> Snapshot {
    let mut snapshot = complete();
    snapshot.verdict = Verdict::Moving;
    let mut set = |id, arrived, in_flight, rate, state| {
        let hop = hop_mut(&mut snapshot, id);
        hop.arrived = arrived;
        hop.in_flight = in_flight;
        hop.rate = rate;
        hop.state = state;
    };
    let estimate = Count::estimate(3_120);
    set(HopId::Sqoop, Some(Count::exact(0)), None, Some(0.0), HopState::Waiting);
    set(HopId::Kafka, Some(Count::exact(412)), Some(190), Some(20.4), HopState::Moving);
    set(HopId::FlumeKafka, Some(Count::exact(390)), Some(22), Some(19.8), HopState::Moving);
    set(HopId::FlumeLogs, Some(estimate), Some(1_880), Some(624.0), HopState::Moving);
    let kafka = snapshot.kafka.as_mut().unwrap();
    kafka.topics[2].messages = Count::exact(412);
    kafka.topics[2].lag = BTreeMap::from([("flume".into(), 22)]);
    let folders = &mut snapshot.hdfs.as_mut().unwrap().folders;
    folders[4].rows = Some(estimate);
    folders[4].open_files = 1;
    snapshot
}

/// A DataNode was lost, MySQL does not answer, an agent fails.
pub(super) fn broken() -> Snapshot {
    let mut snapshot = moving();
    snapshot.verdict = Verdict::Unreachable;
    let proof = &mut snapshot.analytics.as_mut().unwrap().proof;
    proof.is = ProofState::Waiting;
    proof.text =
        "not proven yet: 22 of 22 results; run orchestration/run_pipeline.sh --only 12".into();
    let live = snapshot.live.as_mut().unwrap();
    (live.state, live.agreement.is) = (LiveState::Unreachable, Agrees::Unknown);
    let mysql = &mut snapshot.probes[1];
    mysql.state = ProbeState::Unreachable;
    mysql.unreachable_since = Some(ago(120));
    mysql.last_good = Some(ago(125));
    mysql.error = Some("Connection refused (os error 111)".into());
    mysql.milliseconds = None;
    for id in [HopId::Mysql, HopId::Sqoop] {
        hop_mut(&mut snapshot, id).state = HopState::Unknown;
    }
    hop_mut(&mut snapshot, HopId::FlumeLogs).stale = true;
    let hdfs = snapshot.hdfs.as_mut().unwrap();
    (hdfs.live_data_nodes, hdfs.dead_data_nodes) = (0, 1);
    snapshot.agents[0].state = AgentState::Failing;
    snapshot.agents[0].trouble = Some("the HDFS sink fails for good: no live DataNode".into());
    snapshot.problems = vec![
        problem(Severity::Critical, "hdfs", "no live DataNode, nothing can be written", 130),
        problem(Severity::Critical, "log-agent", "the HDFS sink fails for good", 90),
        problem(Severity::Warning, "mysql", "unreachable since 10:42:07: Connection refused", 120),
        problem(
            Severity::Warning,
            "flume-logs",
            "no arrival for 2 min although 1,880 are open",
            60,
        ),
        problem(Severity::Notice, "kafka", "retention of ecommerce-products is short", 3_000),
    ];
    snapshot
}

/// Three are missing at one end, two are too many at another.
pub(super) fn wrong() -> Snapshot {
    let mut snapshot = complete();
    snapshot.verdict = Verdict::Wrong;
    let sqoop = hop_mut(&mut snapshot, HopId::Sqoop);
    sqoop.arrived = Some(Count::exact(1_655));
    sqoop.state = HopState::Short { by: 3 };
    let flume = hop_mut(&mut snapshot, HopId::FlumeKafka);
    flume.arrived = Some(Count::exact(604));
    flume.state = HopState::Over { by: 2 };
    snapshot.problems = vec![
        problem(Severity::Critical, "/user/sqoop/transactions", "3 of 1,398 rows are missing", 20),
        problem(Severity::Critical, "/user/flume/kafka-transactions", "2 rows too many", 15),
    ];
    snapshot.hdfs.as_mut().unwrap().folders[2].rows = Some(Count::exact(1_395));
    snapshot.hdfs.as_mut().unwrap().folders[3].rows = Some(Count::exact(604));
    snapshot
}

/// Names with control sequences, and numbers at their limits.
pub(super) fn hostile() -> Snapshot {
    let mut snapshot = wrong();
    let evil = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}gnp.exe\u{200f}\u{61c}\r\n<script>注文の記録";
    snapshot.data_set = Some(evil.into());
    for problem in &mut snapshot.problems {
        problem.subject = evil.into();
        problem.message = evil.repeat(20);
    }
    for hop in &mut snapshot.hops {
        (hop.from, hop.to, hop.carrier) = (evil.into(), evil.into(), evil.into());
        hop.arrived = Some(Count { value: u64::MAX, precision: Precision::UpperBound });
        (hop.expected, hop.in_flight) = (Some(u64::MAX - 1), Some(u64::MAX));
        hop.rate = Some(f64::MAX);
        hop.newest = Some(DateTime::<Utc>::MIN_UTC);
    }
    for probe in &mut snapshot.probes {
        (probe.address, probe.error) = (evil.into(), Some(evil.into()));
        probe.unreachable_since = Some(DateTime::<Utc>::MAX_UTC);
    }
    snapshot.mysql.as_mut().unwrap().version = evil.into();
    let topics = &mut snapshot.kafka.as_mut().unwrap().topics;
    topics.extend((0..1_000).map(|number| topic(&format!("{number}{evil}"), number)));
    topics[3].name = evil.into();
    topics[4].lag = BTreeMap::from([("a".into(), u64::MAX), ("b".into(), u64::MAX)]);
    topics[5].leaderless = 1;
    for agent in &mut snapshot.agents {
        (agent.name, agent.trouble) = (evil.into(), Some(evil.repeat(9)));
        (agent.channel_size, agent.channel_capacity) = (u64::MAX, 0);
    }
    let analytics = snapshot.analytics.as_mut().unwrap();
    analytics.proof =
        Proof { is: ProofState::Wrong, at: Some(DateTime::<Utc>::MAX_UTC), text: evil.into() };
    analytics.key_figures.revenue = Some(evil.into());
    analytics.days = (0..2_000).map(|_| (evil.to_owned(), Some("1e308".into()))).collect();
    let live = snapshot.live.as_mut().unwrap();
    (live.topic, live.units, live.revenue) =
        (evil.into(), Some(evil.into()), Some("9".repeat(400)));
    live.agreement.text = evil.repeat(9);
    (live.orders, live.unread) = (Some(u64::MAX), u64::MAX);
    snapshot.interval_seconds = f64::MAX;
    snapshot
}

fn analytics() -> Analytics {
    let day = |at: i64| {
        let day = (now() - Duration::days(60 - at)).date_naive().to_string();
        (day, Some(format!("{}.50", 400 + at * 7919 % 900)))
    };
    Analytics {
        version: 3,
        analyzed: Some(ago(300)),
        proof: Proof {
            is: ProofState::Proven,
            at: Some(ago(240)),
            text: "recomputed from the files and compared with MySQL".into(),
        },
        waiting: Vec::new(),
        key_figures: KeyFigures {
            revenue: Some("410478.17".into()),
            orders: Some(2_000),
            units: Some(Amount::Whole(5_210)),
            average_order: Some("205.24".into()),
            customers: Some(200),
            repeat_percent: Some("93.50".into()),
        },
        days: (0..60).map(day).collect(),
    }
}

fn live() -> Live {
    Live {
        topic: "ecommerce-transactions".into(),
        state: LiveState::Current,
        error: None,
        messages: 602,
        distinct: 602,
        repeats: 0,
        unread: 0,
        invalid: 0,
        first_invalid: None,
        orders: Some(602),
        units: Some("1540".into()),
        revenue: Some("123456.78".into()),
        minutes: Vec::new(),
        days: None,
        regions: None,
        products: None,
        payment_methods: None,
        others: Vec::new(),
        last: Vec::new(),
        agreement: Agreement {
            is: Agrees::Equal,
            live: Some("123456.78".into()),
            batch: Some("123456.78".into()),
            text: "records, orders, units, revenue are equal in the topic and in the lake".into(),
        },
        spark: None,
    }
}

fn hop_mut(snapshot: &mut Snapshot, id: HopId) -> &mut Hop {
    snapshot.hops.iter_mut().find(|hop| hop.id == id).unwrap()
}

fn hops() -> Vec<Hop> {
    let all = ["work", "hdfs"];
    vec![
        hop(HopId::Split, ["CSV files", "work files", "splitter"], Unit::Rows, 2_000, &["work"]),
        hop(
            HopId::Mysql,
            ["historical CSV", "MySQL", "mysql-loader"],
            Unit::Rows,
            1_658,
            &["work", "mysql"],
        ),
        hop(
            HopId::Sqoop,
            ["MySQL", "/user/sqoop", "Sqoop"],
            Unit::Rows,
            1_658,
            &["work", "mysql", "hdfs"],
        ),
        hop(
            HopId::Kafka,
            ["real-time CSV", "ecommerce-transactions", "streamer"],
            Unit::Messages,
            602,
            &["work", "kafka"],
        ),
        hop(
            HopId::FlumeKafka,
            ["ecommerce-transactions", "/user/flume/kafka-transactions", "kafka-agent"],
            Unit::Messages,
            602,
            &all,
        ),
        hop(
            HopId::Spool,
            ["real-time CSV", "spool folder", "log-gen"],
            Unit::Lines,
            5_000,
            &["work"],
        ),
        hop(
            HopId::FlumeLogs,
            ["spool folder", "/user/flume/logs", "log-agent"],
            Unit::Lines,
            5_000,
            &all,
        ),
    ]
}

fn hop(id: HopId, [from, to, carrier]: [&str; 3], unit: Unit, rows: u64, probes: &[&str]) -> Hop {
    Hop {
        id,
        from: from.into(),
        to: to.into(),
        carrier: carrier.into(),
        unit,
        expected: Some(rows),
        arrived: Some(Count::exact(rows)),
        in_flight: Some(0),
        state: HopState::Complete,
        rate: Some(0.0),
        newest: Some(ago(42)),
        stale: false,
        probes: probes.iter().map(|&name| name.into()).collect(),
    }
}

fn probe(name: &str) -> Probe {
    Probe {
        name: name.into(),
        address: format!("localhost ({name})"),
        state: ProbeState::Reachable,
        last_good: Some(ago(0)),
        unreachable_since: None,
        error: None,
        milliseconds: Some(12),
    }
}

fn problem(severity: Severity, subject: &str, message: &str, seconds: i64) -> Problem {
    Problem { severity, subject: subject.into(), message: message.into(), since: ago(seconds) }
}

fn table(name: &str, rows: u64, newest: Option<&str>) -> Table {
    Table {
        name: name.into(),
        rows: Some(rows),
        expected: Some(rows),
        newest_event: newest.map(Into::into),
        counted: Some(now()),
    }
}

fn topic(name: &str, messages: u64) -> Topic {
    Topic {
        name: name.into(),
        partitions: 3,
        leaderless: 0,
        messages: Count::exact(messages),
        expected: Some(messages),
        newest: Some(ago(42)),
        lag: BTreeMap::new(),
    }
}

fn folder(path: &str, rows: u64, bytes: u64, files: u64) -> Folder {
    Folder {
        path: path.into(),
        exists: true,
        bytes,
        files,
        open_files: 0,
        modified: Some(ago(40)),
        rows: Some(Count::exact(rows)),
        expected: Some(rows),
    }
}

fn agent(name: &str, events: u64, capacity: u64) -> Agent {
    Agent {
        name: name.into(),
        state: AgentState::Healthy,
        received: events,
        delivered: events,
        channel_size: 0,
        channel_capacity: capacity,
        started: Some(ago(600)),
        last_progress: Some(ago(42)),
        trouble: None,
    }
}

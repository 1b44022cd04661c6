//! What the monitor sums over the messages of the topic.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use super::world::{TOPIC, World, hop, message};

/// The topic of Spark's stream.
const SPARK: &str = "ecommerce-analytics";

/// The sums of one snapshot.
fn live(world: &World) -> Value {
    world.snapshot().1["live"].clone()
}

/// A monitor that prints a snapshot whenever it has one.
struct Running(Child);

impl Running {
    fn of(world: &World) -> Self {
        let mut command = world.monitor();
        command.args(["--interval", "0.5", "--format", "json"]).stdout(Stdio::piped());
        Self(command.stderr(Stdio::null()).spawn().unwrap())
    }

    /// Follows the sums until they are as wanted.
    fn follow(&mut self) -> impl FnMut(&dyn Fn(&Value) -> bool) -> Value {
        let mut lines = BufReader::new(self.0.stdout.take().unwrap()).lines();
        move |wanted| {
            let mut last = Value::Null;
            // Two minutes on any machine.
            for _ in 0..240 {
                let line = lines.next().unwrap().unwrap();
                last = serde_json::from_str::<Value>(&line).unwrap()["live"].clone();
                if wanted(&last) {
                    return last;
                }
            }
            panic!("it never is as wanted: {last:#}");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn group(key: &str, orders: u64, units: &str, revenue: &str) -> Value {
    json!({ "key": key, "orders": orders, "units": units, "revenue": revenue })
}

#[test]
fn the_topic_is_summed_with_each_record_once_and_a_restart_gives_the_same() {
    let world = World::new();
    // A streamer that was killed sends again; and something that is no record.
    world.put_record(1, 2);
    world.put_record(2, 3);
    world.put(0, ["{\"id\":10}".to_owned()]);
    let first = live(&world);
    let counts = ["messages", "distinct", "repeats", "unread", "invalid"];
    assert_eq!(
        counts.map(|name| first[name].clone()),
        [6, 3, 2, 0, 1].map(Value::from),
        "{first:#}"
    );
    assert_eq!((&first["state"], &first["error"]), (&json!("current"), &Value::Null));
    let sums = ["orders", "units", "revenue"].map(|name| first[name].clone());
    assert_eq!(sums, [json!(3), json!("6"), json!("7.50")]);
    assert_eq!(first["products"], json!([group("Tea", 3, "6", "7.50")]));
    assert_eq!(
        first["regions"],
        json!([group("Asia", 2, "4", "5.00"), group("Peru", 1, "2", "2.50")])
    );
    let methods = json!([group("Card", 2, "4", "5.00"), group("Cash", 1, "2", "2.50")]);
    assert_eq!(first["payment_methods"], methods);
    let days = ["2024-10-11", "2024-10-12", "2024-10-13"].map(|day| group(day, 1, "2", "2.50"));
    assert_eq!(first["days"], json!(days));
    let minutes = first["minutes"].as_array().unwrap();
    let orders: u64 = minutes.iter().map(|minute| minute["orders"].as_u64().unwrap()).sum();
    assert_eq!((minutes.len(), orders), (30, 3));
    assert_eq!(first["last"].as_array().unwrap().len(), 3);
    assert_eq!(first["first_invalid"], "partition 0, offset 1: field sold is missing");
    assert_eq!(first["agreement"]["is"], "unknown");
    assert_eq!(live(&world), first);
}

#[test]
fn what_is_no_record_is_a_problem_that_names_the_first() {
    let world = World::new();
    assert_eq!(world.snapshot().1["problems"], json!([]));
    world.put(2, ["\u{1b}[2J".to_owned(), message(4).replace("1.25", "\"1.25\"")]);
    let (_, snapshot) = world.snapshot();
    let problems = snapshot["problems"].as_array().unwrap();
    let found = problems
        .iter()
        .find(|problem| problem["subject"] == TOPIC && problem["severity"] == "warning");
    let message = found.unwrap()["message"].as_str().unwrap();
    let wanted = "no record of the data set: 2 messages; the first is in partition 2, offset 1: not \
                  a JSON object";
    assert!(message.starts_with(wanted), "{message}");
}

#[test]
fn a_topic_that_is_deleted_and_made_again_is_another_one() {
    let world = World::new();
    let mut running = Running::of(&world);
    let mut follow = running.follow();
    let seen = follow(&|live| live["state"] == "current");
    assert_eq!(seen["revenue"], "7.50");
    assert!(world.kafka.delete_topic(TOPIC));
    let seen = follow(&|live| live["error"].is_string());
    assert_eq!(seen["error"], format!("the topic {TOPIC} does not exist"));
    assert_eq!((&seen["state"], &seen["messages"]), (&json!("reading"), &json!(0)));
    assert_eq!(seen["agreement"]["is"], "unknown");
    assert!(world.kafka.create_topic(TOPIC, 3));
    world.put_record(0, 7);
    let seen = follow(&|live| live["messages"] == 1 && live["state"] == "current");
    assert_eq!((&seen["revenue"], &seen["error"]), (&json!("2.50"), &Value::Null));
    // At once, with as many messages as before: only the id tells.
    assert!(world.kafka.delete_topic(TOPIC) && world.kafka.create_topic(TOPIC, 3));
    world.put(0, [message(8).replace("1.25", "9.00")]);
    let seen = follow(&|live| live["revenue"] == "18.00");
    assert_eq!((&seen["messages"], &seen["repeats"]), (&json!(1), &json!(0)));
}

#[test]
fn what_arrives_later_is_added() {
    let world = World::new();
    let mut running = Running::of(&world);
    let mut follow = running.follow();
    follow(&|live| live["state"] == "current" && live["messages"] == 3);
    world.put_record(0, 4);
    world.put_record(0, 4);
    let seen = follow(&|live| live["messages"] == 5);
    assert_eq!((&seen["distinct"], &seen["revenue"]), (&json!(4), &json!("10.00")));
}

#[test]
fn a_replay_can_be_summed_while_the_hops_stay_those_of_the_transactions() {
    let world = World::new();
    assert!(world.kafka.create_topic("replay", 1));
    let (_, snapshot) = world.snapshot_with(&["--live-topic", "replay"]);
    let seen = &snapshot["live"];
    assert_eq!((&seen["topic"], &seen["messages"]), (&json!("replay"), &json!(0)), "{seen:#}");
    assert_eq!(hop(&snapshot, "kafka")["state"]["is"], "complete");
}

#[test]
fn without_kafka_nothing_is_compared_and_without_a_plan_nothing_is_read() {
    let mut world = World::new();
    world.settings = vec![("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1".into())];
    let seen = live(&world);
    assert_eq!(
        (&seen["state"], &seen["agreement"]["is"]),
        (&json!("unreachable"), &json!("unknown"))
    );
    assert!(seen["error"].as_str().unwrap().contains("Connection refused"), "{seen:#}");
    std::fs::remove_file(world.folder.path().join("var/stack/data/data_set")).unwrap();
    assert_eq!(live(&world), Value::Null);
}

/// The message of a group, as Spark writes it.
fn spark_group(day: &str, numbers: Option<&str>) -> (Option<String>, Option<String>) {
    let key = format!(r#""sale_date":"2024-10-{day}","region":"Asia""#);
    (Some(format!("{{{key}}}")), numbers.map(|numbers| format!("{{{key},{numbers}}}")))
}

const GROUP: &str = r#""orders":1,"units":2,"revenue":2.50"#;

#[test]
fn the_newest_messages_of_spark_s_stream_are_summed_and_compared() {
    let world = World::new();
    assert_eq!(live(&world)["spark"], Value::Null);
    assert!(world.kafka.create_topic(SPARK, 1));
    assert_eq!(live(&world)["spark"], Value::Null);
    let old = r#""orders":9,"units":9.5,"revenue":9.99"#;
    let groups = [("11", old), ("12", GROUP), ("11", GROUP), ("13", GROUP), ("14", old)];
    world.put_pairs(SPARK, 0, groups.map(|(day, numbers)| spark_group(day, Some(numbers))));
    world.put_pairs(SPARK, 0, [spark_group("14", None)]);
    let (_, snapshot) = world.snapshot();
    let spark = &snapshot["live"]["spark"];
    let names = ["state", "groups", "orders", "units", "revenue"];
    let wanted = [json!("current"), json!(3), json!(3), json!("6"), json!("7.50")];
    assert_eq!(names.map(|name| spark[name].clone()), wanted, "{spark:#}");
    assert!(spark["newest"].is_string());
    let text = "orders, units, revenue are equal in Spark's groups and in the topic";
    assert_eq!(spark["agreement"], json!({ "is": "equal", "text": text }));
    let output = world.monitor().arg("--once").output().unwrap();
    let line = "\nspark       revenue 7.50, 3 orders, 6 units, equal to the topic\n";
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains(line), "{text}");
    // Another topic than the one that Spark reads.
    assert!(world.kafka.create_topic("replay", 1));
    let (_, snapshot) = world.snapshot_with(&["--live-topic", "replay"]);
    assert_eq!(snapshot["live"]["spark"], Value::Null);
}

#[test]
fn spark_s_topic_is_followed_and_read_again_when_it_is_made_again() {
    let world = World::new();
    assert!(world.kafka.create_topic(SPARK, 1));
    let groups = ["11", "12", "13"].map(|day| spark_group(day, Some(GROUP)));
    world.put_pairs(SPARK, 0, groups);
    let mut running = Running::of(&world);
    let mut follow = running.follow();
    follow(&|live| live["spark"]["agreement"]["is"] == "equal");
    // A record that Spark has not read, then its group.
    world.put_record(0, 4);
    let seen = follow(&|live| live["messages"] == 4 && live["state"] == "current");
    assert_eq!(seen["spark"]["agreement"]["is"], "moving", "{seen:#}");
    world.put_pairs(SPARK, 0, [spark_group("14", Some(GROUP))]);
    let seen = follow(&|live| live["spark"]["agreement"]["is"] == "equal");
    assert_eq!((&seen["spark"]["groups"], &seen["revenue"]), (&json!(4), &json!("10.00")));
    // At once, with the same number of messages and other groups: only the id tells.
    assert!(world.kafka.delete_topic(SPARK) && world.kafka.create_topic(SPARK, 1));
    let groups = ["21", "22", "23", "24"].map(|day| spark_group(day, Some(GROUP)));
    world.put_pairs(SPARK, 0, [spark_group("20", Some("\"orders\":1"))]);
    let seen = follow(&|live| live["spark"]["groups"] == 1);
    assert_eq!(seen["spark"]["agreement"]["is"], "unknown");
    world.put_pairs(SPARK, 0, [spark_group("20", None)].into_iter().chain(groups));
    let seen = follow(&|live| live["spark"]["agreement"]["is"] == "equal");
    assert_eq!(seen["spark"]["groups"], 4);
    assert!(world.kafka.delete_topic(SPARK));
    follow(&|live| live["spark"].is_null());
}

/// The stand-in for Kafka answers with all that it has, which a client accepts up to 16 MiB.
#[test]
fn many_messages_are_read_once_and_none_is_kept() {
    let count = 30_000;
    let world = World::new();
    let number = |record: u64| {
        message(1).replace("\"record_number\":1", &format!("\"record_number\":{}", record + 4))
    };
    for partition in 0..3_u8 {
        world.put(
            partition.into(),
            (0..count).filter(|at| at % 3 == u64::from(partition)).map(number),
        );
    }
    let begin = std::time::Instant::now();
    let mut running = Running::of(&world);
    let id = running.0.id();
    let mut follow = running.follow();
    let seen = follow(&|live| live["messages"] == count + 3 && live["state"] == "current");
    let took = begin.elapsed();
    assert_eq!((&seen["distinct"], &seen["repeats"]), (&json!(count + 3), &json!(0)));
    let cents = (count + 3) * 250;
    assert_eq!(seen["revenue"], format!("{}.{:02}", cents / 100, cents % 100));
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let held = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    println!(
        "{count} messages: {took:?}, {:?} KiB, at most {:?} KiB",
        held("VmRSS:"),
        held("VmHWM:")
    );
    assert!(held("VmHWM:").is_none_or(|kibibytes| kibibytes < 96 << 10), "{status}");
}

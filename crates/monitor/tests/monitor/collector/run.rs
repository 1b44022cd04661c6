//! How the monitor runs and ends: waiting, signals, closed pipes, recordings.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::world::{LOGS, World};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

fn wait(child: &mut Child) -> i32 {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code().unwrap_or(-1);
        }
        thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    panic!("the process does not end");
}

fn piped(command: &mut Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
}

fn text(stream: Option<impl std::io::Read>) -> String {
    let mut text = String::new();
    stream.unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn until_complete_waits_and_prints_each_change_once() {
    let mut world = World::new();
    world.stale = "86400";
    let file = format!("{LOGS}/2026/11/22/ecommerce-logs-.1.log");
    world.state.files.lock().unwrap().remove(&file);
    world.file(&format!("{LOGS}/2026/11/22/_ecommerce-logs-.1.log.tmp"), 0);
    let mut command = world.monitor();
    let mut child =
        piped(command.args(["--until", "complete", "--interval", "1", "--timeout", "60"]));
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut seen: Vec<String> = Vec::new();
    for line in lines.by_ref() {
        let verdict = line.contains("verdict");
        seen.push(line);
        if verdict {
            break;
        }
    }
    assert!(
        seen.iter().any(|line| line.ends_with("flume-logs  0 of 10 lines, moving")),
        "{seen:?}"
    );
    assert!(seen.last().unwrap().ends_with("verdict     moving"), "{seen:?}");
    let mut files = world.state.files.lock().unwrap();
    files.retain(|name, _| !name.contains('_'));
    files.insert(file, 100);
    drop(files);
    let rest: Vec<String> = lines.collect();
    assert_eq!(wait(&mut child), 0);
    let words: Vec<&str> = rest.iter().map(|line| &line[9..]).collect();
    assert_eq!(words, ["flume-logs  10 of 10 lines, complete", "verdict     complete"]);
}

#[test]
fn until_complete_gives_up_with_where_the_records_are() {
    let mut world = World::new();
    world.stale = "86400";
    world.file(&format!("{LOGS}/2026/11/22/_ecommerce-logs-.2.log.tmp"), 0);
    let until = ["--until", "complete", "--interval", "2", "--timeout", "5"];
    let mut child = piped(world.monitor().args(until));
    assert_eq!(wait(&mut child), 5);
    let stderr = text(child.stderr.take());
    assert_eq!(
        stderr,
        "monitor: warning: not complete within 5 s: flume-logs 10 of 10 lines, moving\n"
    );
    world.rows.lock().unwrap().insert("transactions".into(), 9);
    let mut child = piped(world.monitor().args(["--until", "complete", "--interval", "1"]));
    assert_eq!(wait(&mut child), 7);
}

#[test]
fn signals_end_it_whatever_hangs() {
    let mut world = World::new();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    world.settings = vec![
        ("KAFKA_BOOTSTRAP_SERVERS", address.to_string()),
        ("MYSQL_PORT", address.port().to_string()),
    ];
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let mut child = piped(world.monitor().args(["--interval", "1", "--format", "json"]));
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        assert!(line.starts_with("{\"version\":1,"));
        signal(&child, name);
        assert_eq!(wait(&mut child), code, "{name}");
        assert_eq!(text(child.stderr.take()), "");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let world = World::new();
    let mut child = piped(world.monitor().args(["--interval", "0.5", "--format", "json"]));
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(wait(&mut child), 0);
    assert_eq!(text(child.stderr.take()), "");
}

#[test]
fn a_recording_shows_again_what_was_seen() {
    let world = World::new();
    let file = world.folder.path().join("recording.jsonl");
    let path = file.to_str().unwrap();
    let mut command = world.monitor();
    let mut child =
        piped(command.args(["--interval", "0.5", "--format", "json", "--record", path]));
    let out = BufReader::new(child.stdout.take().unwrap());
    let mut seen: Vec<String> = Vec::new();
    for line in out.lines().map_while(Result::ok) {
        seen.push(line);
        if seen.len() == 3 {
            signal(&child, "TERM");
        }
    }
    assert_eq!(wait(&mut child), 143);
    let replay = ["--replay", path, "--speed", "100", "--format", "json"];
    let output = Command::new(env!("CARGO_BIN_EXE_monitor")).args(replay).output().unwrap();
    assert!(output.status.success());
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(seen.len() >= 3);
    assert_eq!(shown.lines().collect::<Vec<_>>(), seen);
    let rate = |line: &str| serde_json::from_str::<Value>(line).unwrap()["hops"][3]["rate"].clone();
    assert_eq!((rate(&seen[0]), rate(&seen[1])), (Value::Null, 0.0.into()));
}

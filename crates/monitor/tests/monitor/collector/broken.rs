//! Each server refuses, hangs, or answers garbage or without end: the other probes keep working,
//! nothing unseen is complete, and the memory stays bounded.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::world::{World, hop, probe};

/// The peak memory that the monitor may have.
const MEMORY_LIMIT: u64 = 64 << 10;

/// How a server is broken.
#[derive(Clone, Copy, Debug)]
enum Broken {
    Gone,
    Hangs,
    Garbage,
    Endless,
}

/// Starts such a server; returns its port.
fn start(broken: Broken) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    if matches!(broken, Broken::Gone) {
        return port;
    }
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut question = [0; 4096];
                let wrote = match broken {
                    Broken::Garbage => stream.write_all(b"\x1b[31mwhat?\n\0\xff\xfe"),
                    Broken::Endless => {
                        let head =
                            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"a\":\"";
                        let mut wrote = stream.write_all(head);
                        while wrote.is_ok() {
                            wrote = stream.write_all(&[b'x'; 1 << 14]);
                        }
                        wrote
                    }
                    Broken::Gone | Broken::Hangs => Ok(()),
                };
                // The client disconnects at some point.
                while wrote.is_ok() && stream.read(&mut question).is_ok_and(|read| read > 0) {}
            });
        }
    });
    port
}

/// Breaks one server and runs the monitor once; returns exit code, snapshot and peak memory in KiB.
fn snapshot_of(world: &mut World, probe: &str, broken: Broken) -> (i32, Value, u64) {
    let port = start(broken);
    let setting = match probe {
        "mysql" => ("MYSQL_PORT", port),
        "kafka" => ("KAFKA_BOOTSTRAP_SERVERS", format!("127.0.0.1:{port}")),
        "hdfs" => ("WEBHDFS_URL", format!("http://127.0.0.1:{port}")),
        "log-agent" => ("FLUME_LOG_AGENT_PORT", port),
        _ => ("FLUME_KAFKA_AGENT_PORT", port),
    };
    world.settings = vec![setting];
    let mut command = world.monitor();
    command.args(["--once", "--format", "json", "--interval", "3"]).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let reader = thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).unwrap();
        text
    });
    let mut peak = 0;
    let code = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.code().unwrap();
        }
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = peak.max(kibibytes.unwrap_or(0));
        thread::sleep(Duration::from_millis(20));
    };
    let text = reader.join().unwrap();
    (code, serde_json::from_str(&text).unwrap(), peak)
}

/// Breaks a server in every way; `lost` is a hop that is unknown then, if any.
fn assert_others_live(name: &str, lost: Option<&str>) {
    let mut world = World::new();
    for broken in [Broken::Gone, Broken::Hangs, Broken::Garbage, Broken::Endless] {
        let (code, snapshot, peak) = snapshot_of(&mut world, name, broken);
        let context = format!("{name} {broken:?}: {snapshot:#}");
        for other in ["work", "mysql", "kafka", "hdfs", "log-agent", "kafka-agent"] {
            let state = if other == name { "unreachable" } else { "reachable" };
            assert_eq!(probe(&snapshot, other)["state"], state, "{other} of {context}");
        }
        assert!(probe(&snapshot, name)["error"].is_string(), "{context}");
        assert!(peak < MEMORY_LIMIT, "{peak} KiB: {context}");
        match lost {
            Some(id) => {
                assert_eq!(
                    (code, &hop(&snapshot, id)["state"]["is"]),
                    (5, &"unknown".into()),
                    "{context}"
                );
                assert_eq!(snapshot["verdict"], "unreachable", "{context}");
            }
            // Everything has arrived: nothing depends on an agent any more.
            None => assert_eq!((code, &snapshot["verdict"]), (0, &"complete".into()), "{context}"),
        }
    }
}

#[test]
fn mysql_broken_in_every_way_leaves_the_others() {
    assert_others_live("mysql", Some("mysql"));
}

#[test]
fn kafka_broken_in_every_way_leaves_the_others() {
    assert_others_live("kafka", Some("kafka"));
}

#[test]
fn hdfs_broken_in_every_way_leaves_the_others() {
    assert_others_live("hdfs", Some("sqoop"));
}

#[test]
fn agents_broken_in_every_way_leave_the_others() {
    assert_others_live("log-agent", None);
    assert_others_live("kafka-agent", None);
}

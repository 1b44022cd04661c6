//! A monitor that serves a recording, and recordings of rare situations.

pub(crate) mod browser;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A name from a hostile data set.
pub(crate) const HOSTILE: &str = "<img src=x onerror=alert(1)>";

/// A speed at which a recording ends almost at once.
pub(crate) const AT_ONCE: &str = "100000";

/// Each snapshot of the lesson that all views share.
pub(crate) fn lesson() -> Vec<Value> {
    recording("steps")
}

/// The end of a run, with the results of the analysis.
pub(crate) fn sales() -> Vec<Value> {
    recording("analytics")
}

fn recording(name: &str) -> Vec<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replays");
    let text = fs::read_to_string(format!("{folder}/{name}.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The lesson until everything is in flight.
pub(crate) fn moving() -> Vec<Value> {
    lesson().into_iter().take(8).collect()
}

/// The lesson with hostile names wherever a name can come from data.
pub(crate) fn hostile() -> Vec<Value> {
    let mut snapshots = moving();
    for snapshot in &mut snapshots {
        snapshot["data_set"] = HOSTILE.into();
        for hop in snapshot["hops"].as_array_mut().unwrap() {
            hop["from"] = HOSTILE.into();
            hop["to"] = HOSTILE.into();
        }
        for list in ["/mysql/tables", "/kafka/topics", "/hdfs/folders", "/probes", "/agents"] {
            let Some(list) = snapshot.pointer_mut(list).and_then(Value::as_array_mut) else {
                continue;
            };
            for field in ["name", "path", "error", "trouble", "newest_event"] {
                let Some(row) = list.first_mut().filter(|row| !row[field].is_null()) else {
                    continue;
                };
                row[field] = format!("\"{HOSTILE}\\\n").into();
            }
        }
        snapshot["problems"] = json!([{ "severity": "warning", "subject": HOSTILE,
            "message": HOSTILE, "since": snapshot["taken"] }]);
    }
    snapshots
}

/// The lesson with MySQL unreachable since 22:38:17.
pub(crate) fn without_mysql() -> Vec<Value> {
    let mut snapshots = moving();
    for snapshot in &mut snapshots[4..] {
        snapshot["verdict"] = "unreachable".into();
        let probe = &mut snapshot["probes"][1];
        probe["state"] = "unreachable".into();
        probe["last_good"] = "2026-11-22T22:38:15Z".into();
        probe["unreachable_since"] = "2026-11-22T22:38:17Z".into();
        probe["error"] = "connection refused".into();
        snapshot["hops"][1]["state"] = json!({ "is": "unknown" });
        snapshot["problems"] = json!([{ "severity": "warning", "subject": "mysql",
            "message": "unreachable since 22:38:17: connection refused", "since": "2026-11-22T22:38:17Z" }]);
    }
    snapshots
}

/// The lesson, but its last messages never arrive: short by 3.
pub(crate) fn short() -> Vec<Value> {
    let mut snapshots = lesson();
    for snapshot in snapshots.iter_mut().filter(|snapshot| snapshot["verdict"] == "complete") {
        snapshot["verdict"] = "wrong".into();
        snapshot["hops"][4]["arrived"]["value"] = 599.into();
        snapshot["hops"][4]["state"] = json!({ "is": "short", "by": 3 });
        snapshot["problems"] = json!([{ "severity": "critical", "subject": "flume-kafka",
            "message": "3 messages of 602 missing, none in flight",
            "since": "2026-11-22T22:39:00Z" }]);
    }
    snapshots
}

/// A monitor in a separate process, killed when dropped.
pub(crate) struct Monitor {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
    _folder: TempDir,
}

impl Monitor {
    /// Serves a recording, `speed` times as fast as it was taken.
    pub(crate) fn replay(snapshots: &[Value], speed: &str) -> Self {
        Self::with(snapshots, speed, &[], &[])
    }

    /// Serves a recording that has already ended.
    pub(crate) fn at_the_end_of(snapshots: &[Value]) -> Self {
        let monitor = Self::replay(snapshots, AT_ONCE);
        let last = &snapshots.last().unwrap()["taken"];
        let begin = Instant::now();
        while monitor.snapshot()["taken"] != *last {
            assert!(begin.elapsed() < Duration::from_mins(1), "the recording never ends");
        }
        monitor
    }

    /// The same with more arguments and environment.
    pub(crate) fn with(
        snapshots: &[Value],
        speed: &str,
        args: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self::at(&format!("127.0.0.1:{port}"), snapshots, speed, args, environment)
    }

    /// Watches the servers of the tests, without a recording.
    pub(crate) fn of_the_stack() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = plain_command("127.0.0.1:0");
        command.current_dir(folder.path());
        Self::started(command, folder)
    }

    /// The same at an address.
    pub(crate) fn at(
        listen: &str,
        snapshots: &[Value],
        speed: &str,
        args: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let recording = folder.path().join("recording.jsonl");
        write(&recording, snapshots);
        let mut command = command(&recording, listen);
        command.args(["--speed", speed]).args(args).envs(environment.iter().copied());
        command.current_dir(folder.path());
        Self::started(command, folder)
    }

    fn started(mut command: Command, folder: TempDir) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().trim_start_matches("http://").trim_end_matches('/').parse();
        let mut address: SocketAddr = address.unwrap_or_else(|_| panic!("no address: {line}"));
        if address.ip().is_unspecified() {
            address.set_ip([127, 0, 0, 1].into());
        }
        let monitor = Self { child, address, _folder: folder };
        let begin = Instant::now();
        while !monitor.get("/api/snapshot").starts_with("HTTP/1.1 200")
            && !monitor.get("/").starts_with("HTTP/1.1 401")
        {
            assert!(begin.elapsed() < Duration::from_mins(1), "no snapshot: {line}");
        }
        monitor
    }

    /// `http://…/`
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// A connection, with a deadline for what is read from it.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        stream
    }

    /// The whole answer to `GET path`.
    pub(crate) fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
    }

    /// The whole answer to a request, after which the server closes the connection.
    pub(crate) fn ask(&self, request: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // A server that refuses before it has read everything may reset the connection after its
        // answer.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    }

    /// The newest snapshot.
    pub(crate) fn snapshot(&self) -> Value {
        serde_json::from_str(body(&self.get("/api/snapshot"))).unwrap()
    }

    /// Kilobytes that the process holds, if the system reports them.
    pub(crate) fn resident_kilobytes(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The monitor's command for a recording, with a neutral environment.
pub(crate) fn command(recording: &Path, listen: &str) -> Command {
    let mut command = plain_command(listen);
    command.arg("--replay").arg(recording);
    command
}

fn plain_command(listen: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_monitor"));
    command.env_remove("MONITOR_TOKEN").env_remove("MONITOR_TOKEN_FILE").env_remove("ECOM_PLAN");
    command.args(["--web", "--listen", listen]);
    command
}

/// Writes a recording.
pub(crate) fn write(path: &Path, snapshots: &[Value]) {
    let lines: Vec<String> = snapshots.iter().map(Value::to_string).collect();
    fs::write(path, lines.join("\n")).unwrap();
}

/// The body of an answer.
pub(crate) fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head: {answer}")).1
}

/// A header's value.
pub(crate) fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    let mut lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

//! What the server answers, refuses and withstands: the real binary with a recording.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use crate::support::{
    AT_ONCE, HOSTILE, Monitor, body, command, header, hostile, lesson, moving, without_mysql, write,
};
use serde_json::Value;

const TOKEN: &str = "a-token+of/24=characters";

#[test]
fn the_newest_snapshot_and_the_history_are_told_as_json() {
    let monitor = Monitor::at_the_end_of(&lesson());
    assert_eq!(monitor.snapshot(), lesson().pop().unwrap());
    let answer = monitor.get("/api/history");
    assert_eq!(header(&answer, "content-type"), Some("application/json"));
    let points: Vec<Value> = serde_json::from_str(body(&answer)).unwrap();
    assert_eq!(points.len(), lesson().len());
    for (point, snapshot) in points.iter().zip(lesson()) {
        assert_eq!(point["taken"], snapshot["taken"]);
        for (point, hop) in
            point["hops"].as_array().unwrap().iter().zip(snapshot["hops"].as_array().unwrap())
        {
            assert_eq!((&point["id"], &point["rate"]), (&hop["id"], &hop["rate"]));
            assert_eq!(point["arrived"], hop["arrived"]["value"]);
        }
    }
    assert_eq!(body(&monitor.get("/healthz")), "ok\n");
}

#[test]
fn each_snapshot_is_sent_as_an_event_when_it_comes() {
    let monitor = Monitor::replay(&lesson(), "20");
    let mut events = Events::of(&monitor);
    assert_eq!(events.next("hello")["replay"], true);
    let all = lesson();
    let first = events.next("snapshot");
    let begin = all.iter().position(|snapshot| *snapshot == first).unwrap();
    // A slow follower may miss some, but their order stays.
    let mut at = begin;
    while at + 1 < all.len() {
        let event = events.next("snapshot");
        at += 1 + all[at + 1..].iter().position(|snapshot| *snapshot == event).unwrap();
    }
    assert!(events.head.contains("content-type: text/event-stream"), "{}", events.head);
    assert!(events.retry, "the browser learns when to reconnect");
}

#[test]
fn every_answer_has_the_headers_that_keep_others_out() {
    let monitor = Monitor::replay(&moving(), AT_ONCE);
    let paths = ["/", "/page.js", "/page.css", "/api/snapshot", "/metrics", "/nothing-here"];
    let refused = "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    let answers = paths.into_iter().map(|path| monitor.get(path)).chain([monitor.ask(refused)]);
    for answer in answers {
        let policy = header(&answer, "content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        for never in ["unsafe", "*", "http:", "data:"] {
            assert!(!policy.contains(never), "{policy}");
        }
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(header(&answer, name), Some(value), "{answer}");
        }
        assert!(!answer.to_lowercase().contains("access-control-"), "{answer}");
        assert!(header(&answer, "server").is_none());
    }
}

#[test]
fn the_page_is_whole_and_asks_nothing_of_anyone_else() {
    let monitor = Monitor::replay(&moving(), AT_ONCE);
    let page = monitor.get("/");
    assert_eq!(header(&page, "content-type"), Some("text/html; charset=utf-8"));
    for never in ["style=", "onclick", "onload", "<script>", "<style", "//"] {
        assert!(
            !body(&page).to_lowercase().replace("<!doctype html>", "").contains(never),
            "{never}"
        );
    }
    for (path, kind) in [
        ("/page.js", "text/javascript; charset=utf-8"),
        ("/flow.js", "text/javascript; charset=utf-8"),
        ("/page.css", "text/css; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
    ] {
        let answer = monitor.get(path);
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert_eq!(header(&answer, "content-type"), Some(kind));
        assert!(!body(&answer).contains("innerHTML"), "{path}");
    }
}

#[test]
fn only_get_and_head_are_answered_and_no_body_is_taken() {
    let monitor = Monitor::replay(&moving(), AT_ONCE);
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"] {
        let target = if method == "CONNECT" { "localhost:80" } else { "/" };
        let request =
            format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let answer = monitor.ask(&request);
        assert!(answer.starts_with("HTTP/1.1 405 "), "{method}: {answer}");
        assert_eq!(header(&answer, "allow"), Some("GET, HEAD"));
    }
    let head = |path: &str| {
        monitor
            .ask(&format!("HEAD {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
    };
    for path in ["/api/snapshot", "/page.js"] {
        let answer = head(path);
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && body(&answer).is_empty(), "{answer}");
    }
    // This path does not change between the two requests.
    let (answer, whole) = (head("/page.js"), monitor.get("/page.js"));
    assert_eq!(header(&answer, "content-length"), header(&whole, "content-length"));
    for line in ["Content-Length: 5", "Transfer-Encoding: chunked"] {
        let request = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{line}\r\n\r\n");
        let answer = monitor.ask(&request);
        assert!(answer.starts_with("HTTP/1.1 413 "), "{line}: {answer}");
    }
}

#[test]
fn a_page_whose_name_was_made_to_point_here_gets_nothing() {
    let monitor = Monitor::with(&moving(), AT_ONCE, &["--allowed-host", "monitor.school"], &[]);
    let ask = |head: &str| monitor.ask(&format!("{head}Connection: close\r\n\r\n"));
    let port = monitor.address.port();
    for host in [
        "localhost",
        "127.0.0.1",
        "[::1]",
        "monitor.school",
        "192.168.7.7",
        &format!("localhost:{port}"),
    ] {
        let answer = ask(&format!("GET /api/snapshot HTTP/1.1\r\nHost: {host}\r\n"));
        assert!(answer.starts_with("HTTP/1.1 200 "), "{host}: {answer}");
    }
    for head in [
        "GET / HTTP/1.1\r\nHost: evil.example\r\n",
        "GET / HTTP/1.1\r\nHost: localhost.evil.example\r\n",
        "GET / HTTP/1.1\r\nHost: localhost@evil.example\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n",
        "GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n",
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.0\r\n",
    ] {
        let answer = ask(head);
        assert!(
            answer.starts_with("HTTP/1.1 421 ") || answer.starts_with("HTTP/1.0 421 "),
            "{head}{answer}"
        );
        assert!(body(&answer).contains("--allowed-host"), "{answer}");
    }
}

#[test]
fn without_the_token_nothing_is_told() {
    let monitor = Monitor::with(&moving(), AT_ONCE, &[], &[("MONITOR_TOKEN", TOKEN)]);
    let ask = |path: &str, line: &str| {
        monitor.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{line}\r\n"
        ))
    };
    let wrong = format!("Authorization: Bearer {}\r\n", &TOKEN[1..]);
    let basic = format!("Authorization: Basic {TOKEN}\r\n");
    let cookie = format!("Cookie: ecom_monitor_token=x{TOKEN}\r\n");
    for path in ["/", "/api/snapshot", "/api/events", "/metrics", "/healthz", "/page.js", "/x"] {
        for line in ["", &wrong, &basic, &cookie] {
            let answer = ask(path, line);
            assert!(answer.starts_with("HTTP/1.1 401 "), "{path} {line}: {answer}");
            assert_eq!(header(&answer, "www-authenticate"), Some("Bearer realm=\"monitor\""));
            assert!(!answer.contains("sample") && header(&answer, "set-cookie").is_none());
        }
    }
    assert!(ask("/?token=wrong", "").starts_with("HTTP/1.1 401 "));
    for line in [
        format!("Authorization: Bearer {TOKEN}\r\n"),
        format!("authorization: bearer {TOKEN}\r\n"),
        format!("Cookie: other=1; ecom_monitor_token={TOKEN}\r\n"),
    ] {
        assert!(ask("/api/snapshot", &line).starts_with("HTTP/1.1 200 "), "{line}");
    }
}

#[test]
fn a_token_in_the_address_becomes_a_cookie_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    fs::write(&file, format!("{TOKEN}\n")).unwrap();
    let args = ["--token-file", file.to_str().unwrap()];
    let monitor = Monitor::at("0.0.0.0:0", &moving(), AT_ONCE, &args, &[]);
    let answer = monitor.get("//evil.example/?x=1&token=a-token%2Bof/24%3Dcharacters");
    assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
    assert_eq!(header(&answer, "location"), Some("/evil.example/"));
    let cookie = header(&answer, "set-cookie").unwrap();
    assert_eq!(cookie, format!("ecom_monitor_token={TOKEN}; Path=/; HttpOnly; SameSite=Strict"));
    assert_eq!(header(&answer, "referrer-policy"), Some("no-referrer"));
    assert!(!body(&answer).contains(TOKEN));
}

#[test]
fn an_address_that_others_can_reach_needs_a_token() {
    for (listen, environment, cause) in [
        ("0.0.0.0:0", None, "--listen 0.0.0.0:0: others can reach this address"),
        ("[::]:0", None, "--listen [::]:0: others can reach this address"),
        (
            "0.0.0.0:0",
            Some(("MONITOR_TOKEN", "short")),
            "MONITOR_TOKEN: a token must have 16 to 512",
        ),
        ("127.0.0.1:0", Some(("MONITOR_TOKEN_FILE", "/nowhere/token")), "/nowhere/token"),
        ("nonsense", None, "--listen nonsense: not an address and port"),
        ("192.0.2.1:0", Some(("MONITOR_TOKEN", TOKEN)), "not an address of this computer"),
    ] {
        let (code, stderr) = refused(listen, environment);
        assert_eq!(code, Some(2), "{stderr}");
        assert!(stderr.contains(cause) && stderr.trim().lines().count() == 1, "{stderr}");
    }
}

#[test]
fn a_port_in_use_is_reported_in_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let (code, stderr) = refused(&listen, None);
    assert_eq!(code, Some(2));
    assert_eq!(stderr, format!("monitor: --listen {listen}: the port is in use\n"));
}

#[test]
fn a_head_that_is_too_large_or_invalid_is_refused() {
    let monitor = Monitor::replay(&moving(), AT_ONCE);
    let long = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(64 << 10));
    let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "X: y\r\n".repeat(100));
    let target = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "x".repeat(64 << 10));
    for request in [long, many, target, "\u{16}\u{3}\u{1}hello\r\n\r\n".into(), "NO\r\n\r\n".into()]
    {
        let mut stream = monitor.connect();
        // It may be refused before it is sent completely.
        let _ = stream.write_all(request.as_bytes());
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        let refused = answer.is_empty() || answer.starts_with("HTTP/1.1 4");
        assert!(refused, "{}: {answer}", &request[..20]);
    }
    assert!(monitor.get("/healthz").starts_with("HTTP/1.1 200 "));
}

#[test]
fn a_client_that_does_not_finish_its_request_is_disconnected() {
    let monitor = Monitor::replay(&moving(), AT_ONCE);
    let mut silent = monitor.connect();
    let mut slow = monitor.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: local").unwrap();
    for stream in [&mut silent, &mut slow] {
        let mut answer = Vec::new();
        // The read's own deadline is a minute; the server's is ten seconds.
        match stream.read_to_end(&mut answer) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 408 "));
    }
}

#[test]
fn a_thousand_slow_clients_and_two_hundred_browsers_leave_room_for_one_more() {
    let monitor = Monitor::replay(&lesson(), "10");
    let mut browsers: Vec<_> = (0..200).map(|_| Events::of(&monitor)).collect();
    let slow: Vec<_> = (0..1000).filter_map(|_| slow_client(&monitor)).collect();
    let last = lesson().pop().unwrap();
    for _ in 0..20 {
        assert!(monitor.get("/api/snapshot").starts_with("HTTP/1.1 200 "));
    }
    for browser in &mut browsers {
        while browser.next("snapshot") != last {}
    }
    if let Some(kilobytes) = monitor.resident_kilobytes() {
        assert!(kilobytes < 64 << 10, "{kilobytes} kB");
    }
    assert!(slow.len() > 500, "{}", slow.len());
}

#[test]
fn a_browser_that_does_not_read_costs_no_memory_and_stops_nobody() {
    // Many large snapshots: keeping them for slow readers would exhaust the memory.
    let mut snapshots = Vec::new();
    let mut model = lesson().pop().unwrap();
    let topic = model["kafka"]["topics"][0].clone();
    model["kafka"]["topics"] = (0..1000)
        .map(|number| {
            let mut topic = topic.clone();
            topic["name"] = format!("topic-{number:04}").into();
            topic
        })
        .collect();
    for second in 0..40 {
        model["taken"] = format!("2026-11-22T22:40:{second:02}Z").into();
        snapshots.push(model.clone());
    }
    let monitor = Monitor::replay(&snapshots, "20");
    let asleep: Vec<_> = (0..50).map(|_| Events::asked(&monitor)).collect();
    let mut awake = Events::of(&monitor);
    while awake.next("snapshot")["taken"] != model["taken"] {}
    if let Some(kilobytes) = monitor.resident_kilobytes() {
        assert!(kilobytes < 64 << 10, "{kilobytes} kB");
    }
    drop(asleep);
}

#[test]
fn signals_end_it_although_browsers_watch() {
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        let mut monitor = Monitor::replay(&moving(), AT_ONCE);
        let mut events = Events::of(&monitor);
        events.next("snapshot");
        monitor.signal(signal);
        assert_eq!(monitor.child.wait().unwrap().code(), Some(code));
        assert!(events.ends_well(), "the stream is closed in order");
    }
}

#[test]
fn metrics_are_strict_openmetrics() {
    let monitor = Monitor::at_the_end_of(&hostile());
    let answer = monitor.get("/metrics");
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(header(&answer, "content-type"), Some(kind));
    let metrics = Metrics::parse(body(&answer));
    let snapshot = monitor.snapshot();
    for hop in snapshot["hops"].as_array().unwrap() {
        let labels = [("hop", hop["id"].as_str().unwrap())];
        let value = |name: &str| metrics.value(name, &labels);
        assert_eq!(value("ecom_hop_arrived_records"), hop["arrived"]["value"].as_f64());
        assert_eq!(value("ecom_hop_expected_records"), hop["expected"].as_f64());
        let state = ("state", hop["state"]["is"].as_str().unwrap());
        assert_eq!(metrics.value("ecom_hop_state", &[labels[0], state]), Some(1.0));
    }
    let hostile = format!("\"{HOSTILE}\\\n");
    assert_eq!(metrics.value("ecom_topic_partitions", &[("topic", &hostile)]), Some(3.0));
    assert_eq!(metrics.value("ecom_verdict", &[("verdict", "moving")]), Some(1.0));
    assert_eq!(metrics.value("ecom_verdict", &[("verdict", "complete")]), Some(0.0));
    assert_eq!(metrics.value("ecom_problems", &[("severity", "warning")]), Some(1.0));
    assert!(metrics.value("ecom_snapshot_age_seconds", &[]).is_some());
}

#[test]
fn what_is_not_fresh_is_no_metric() {
    let monitor = Monitor::at_the_end_of(&without_mysql());
    let metrics = Metrics::parse(body(&monitor.get("/metrics")));
    assert_eq!(metrics.value("ecom_verdict", &[("verdict", "unreachable")]), Some(1.0));
    assert_eq!(metrics.value("ecom_probe_up", &[("probe", "mysql")]), Some(0.0));
    assert_eq!(metrics.value("ecom_probe_up", &[("probe", "kafka")]), Some(1.0));
    let age = metrics.value("ecom_probe_age_seconds", &[("probe", "mysql")]).unwrap();
    assert!((19.0..=21.0).contains(&age), "{age}");
    assert_eq!(metrics.value("ecom_table_rows", &[("table", "customers")]), None);
    assert_eq!(metrics.value("ecom_hop_arrived_records", &[("hop", "mysql")]), None);
    assert_eq!(metrics.value("ecom_hop_arrived_records", &[("hop", "sqoop")]), Some(1658.0));
    let unknown = [("hop", "mysql"), ("state", "unknown")];
    assert_eq!(metrics.value("ecom_hop_state", &unknown), Some(1.0));
}

#[test]
fn ten_thousand_topics_are_not_ten_thousand_series() {
    let mut snapshots = moving();
    let snapshot = snapshots.last_mut().unwrap();
    let topic = snapshot["kafka"]["topics"][0].clone();
    let topics = (0..10_000).map(|number| {
        let mut topic = topic.clone();
        topic["name"] = format!("topic-{number}-{}", "x".repeat(300)).into();
        topic["lag"] = serde_json::json!({ "one": 1, "two": 2 });
        topic
    });
    snapshot["kafka"]["topics"] = topics.collect();
    let snapshot = [snapshots.pop().unwrap()];
    let monitor = Monitor::replay(&snapshot, AT_ONCE);
    let text = monitor.get("/metrics");
    let metrics = Metrics::parse(body(&text));
    assert_eq!(metrics.count("ecom_topic_messages"), 1000);
    assert_eq!(metrics.count("ecom_group_lag_messages"), 1000);
    assert_eq!(metrics.value("ecom_left_out_series", &[("kind", "topic")]), Some(9000.0));
}

/// The stream of one browser.
struct Events {
    reader: BufReader<TcpStream>,
    head: String,
    retry: bool,
}

impl Events {
    fn asked(monitor: &Monitor) -> TcpStream {
        let mut stream = monitor.connect();
        stream.write_all(b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        stream
    }

    fn of(monitor: &Monitor) -> Self {
        let mut reader = BufReader::new(Self::asked(monitor));
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(reader.read_line(&mut head).unwrap() > 0, "{head}");
        }
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        Self { reader, head, retry: false }
    }

    /// The data of the next event of that name.
    fn next(&mut self, name: &str) -> Value {
        loop {
            let chunk = self.chunk().expect("the stream ended");
            self.retry |= chunk.contains("retry: ");
            let Some(data) = chunk.split_once(&format!("event: {name}\ndata: ")) else { continue };
            return serde_json::from_str(data.1.strip_suffix("\n\n").unwrap()).unwrap();
        }
    }

    /// One chunk of the body: the server sends an event as a chunk.
    fn chunk(&mut self) -> Option<String> {
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        let length = usize::from_str_radix(line.trim(), 16).unwrap_or_else(|_| panic!("{line:?}"));
        let mut bytes = vec![0; length + 2];
        self.reader.read_exact(&mut bytes).unwrap();
        bytes.truncate(length);
        (length > 0).then(|| String::from_utf8(bytes).unwrap())
    }

    fn ends_well(&mut self) -> bool {
        while self.chunk().is_some() {}
        self.reader.read(&mut [0]).is_ok_and(|count| count == 0)
    }
}

/// A client that starts a request and never finishes it.
fn slow_client(monitor: &Monitor) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(monitor.address).ok()?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: loc").ok()?;
    Some(stream)
}

/// How a monitor ends if it cannot serve there.
fn refused(listen: &str, environment: Option<(&str, &str)>) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("recording");
    write(&recording, &moving());
    let mut command = command(&recording, listen);
    let output = command.envs(environment).current_dir(folder.path()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// The samples of an exposition, which must follow the standard exactly.
struct Metrics(BTreeMap<(String, Vec<(String, String)>), f64>);

impl Metrics {
    fn parse(text: &str) -> Self {
        let text = text.strip_suffix("# EOF\n").expect("the last line is # EOF");
        let mut samples = BTreeMap::new();
        let mut family = String::new();
        let mut families = Vec::new();
        for line in text.lines() {
            if let Some(comment) = line.strip_prefix("# ") {
                let words: Vec<_> = comment.splitn(3, ' ').collect();
                let [kind, name, rest] = words[..] else { panic!("{line}") };
                if name != family {
                    assert!(!families.contains(&name.to_owned()), "{name} comes twice");
                    families.push(name.to_owned());
                    name.clone_into(&mut family);
                }
                match kind {
                    "TYPE" => assert_eq!(rest, "gauge"),
                    "UNIT" => assert!(name.ends_with(&format!("_{rest}")), "{line}"),
                    "HELP" => assert!(!rest.is_empty()),
                    _ => panic!("{line}"),
                }
                continue;
            }
            let (name, labels, value) = sample(line);
            assert_eq!(name, family, "{line}");
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
            assert!(name.starts_with("ecom_") && name.bytes().all(plain), "{line}");
            assert!(samples.insert((name, labels), value).is_none(), "twice: {line}");
        }
        Self(samples)
    }

    fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let labels = labels.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        self.0.get(&(name.to_owned(), labels.collect())).copied()
    }

    fn count(&self, name: &str) -> usize {
        self.0.keys().filter(|(found, _)| found == name).count()
    }
}

/// Parses `name{label="value",…} number`, and decodes the values.
fn sample(line: &str) -> (String, Vec<(String, String)>, f64) {
    let (name, mut rest) = line.split_at(line.find(['{', ' ']).expect("a value"));
    let mut labels = Vec::new();
    if let Some(inner) = rest.strip_prefix('{') {
        rest = inner;
        while !rest.starts_with('}') {
            let (label, quoted) = rest.split_once("=\"").expect("a quoted value");
            let mut value = String::new();
            let mut characters = quoted.char_indices();
            let end = loop {
                match characters.next().expect("a closing quote") {
                    (end, '"') => break end,
                    (_, '\\') => value.push(match characters.next().unwrap().1 {
                        'n' => '\n',
                        other => other,
                    }),
                    (_, other) => value.push(other),
                }
            };
            labels.push((label.to_owned(), value));
            rest = &quoted[end + 1..];
            rest = rest.strip_prefix(',').unwrap_or(rest);
        }
        rest = &rest[1..];
    }
    let value = rest.strip_prefix(' ').unwrap().parse().unwrap_or_else(|_| panic!("{line}"));
    (name.to_owned(), labels, value)
}

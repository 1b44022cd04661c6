//! The tool and a private server: one without `LOAD DATA LOCAL`, one that dies, one that is full,
//! and a tool that is killed.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::database::{Target, try_query};
use crate::shop::{CUSTOMERS, Shop, TRANSACTIONS, run};
use tempfile::TempDir;

const DATABASE: &str = "testdb";
const MORE: u32 = 60_000;

/// A private MariaDB, removed at the end.
struct Server {
    folder: TempDir,
    port: u16,
    child: Option<Child>,
}

impl Server {
    /// `None` if MariaDB is not installed.
    fn new(options: &str) -> Option<Self> {
        if std::env::var_os("ECOM_TEST_STACK").is_none() {
            println!("SKIPPED: starts servers of its own (ECOM_TEST_STACK=1)");
            return None;
        }
        if Command::new("mariadbd").arg("--version").stdout(Stdio::null()).status().is_err() {
            println!("SKIPPED: there is no mariadbd to start");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Self { folder: TempDir::new().unwrap(), port, child: None };
        server.start(options);
        server.query_anywhere(&format!("CREATE DATABASE {DATABASE}"));
        // A clean restart writes its first pages to disk.
        server.query_anywhere("SHUTDOWN");
        server.child.take().unwrap().wait().unwrap();
        server.start(options);
        Some(server)
    }

    fn start(&mut self, options: &str) {
        let folder = self.folder.path().display();
        // MariaDB refuses to run as root without this.
        let user =
            if std::fs::metadata("/proc/self").unwrap().uid() == 0 { "--user=root" } else { "" };
        let line = format!(
            "{options} exec mariadbd --no-defaults {user} --datadir='{folder}' --port={} \
             --socket='{folder}/s' --bind-address=127.0.0.1 --skip-grant-tables \
             --innodb-log-file-size=8M --innodb-buffer-pool-size=32M $OPTIONS",
            self.port
        );
        let child = Command::new("sh").args(["-c", &line]).stderr(Stdio::null()).spawn();
        self.child = Some(child.unwrap());
        let deadline = Instant::now() + Duration::from_secs(30);
        while try_query(&self.target(None), "SELECT 1").is_err() {
            assert!(Instant::now() < deadline, "mariadbd does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Kills it like `kill -9`.
    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    fn target(&self, database: Option<&str>) -> Target {
        Target::at("127.0.0.1", self.port, "root").database(database)
    }

    fn query_anywhere(&self, query: &str) {
        try_query(&self.target(None), query).unwrap();
    }

    fn query(&self, query: &str) -> Vec<String> {
        try_query(&self.target(Some(DATABASE)), query).unwrap()
    }

    fn tables(&self) -> Vec<String> {
        self.query("SHOW TABLES")
    }

    /// The number of customers and transactions in one snapshot.
    fn counts(&self) -> String {
        self.query("SELECT (SELECT COUNT(*) FROM customers), (SELECT COUNT(*) FROM transactions)")
            .remove(0)
    }

    fn tool(&self, shop: &Shop) -> Command {
        let mut command = shop.process(DATABASE);
        let port = self.port.to_string();
        command.args(["--mysql-host", "127.0.0.1", "--mysql-port", &port, "--mysql-user", "root"]);
        command.env_remove("MYSQL_PASSWORD_FILE").env("MYSQL_PASSWORD", "");
        command
    }

    fn run(&self, shop: &Shop) -> (Option<i32>, String, String) {
        run(&mut assert_cmd::Command::from_std(self.tool(shop)))
    }

    /// Starts the tool and waits until it loads transactions.
    fn start_loading(&self, shop: &Shop) -> Child {
        let mut command = self.tool(shop);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        while self.query("SHOW TABLES LIKE '_stg_transactions'").is_empty() {
            assert_eq!(child.try_wait().unwrap(), None, "too early");
            std::thread::sleep(Duration::from_millis(2));
        }
        child
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A shop with one more customer and many more transactions than the first.
fn larger() -> Shop {
    larger_by("note")
}

fn larger_by(note: &str) -> Shop {
    let mut text = TRANSACTIONS.to_owned();
    for order in 0..MORE {
        let _ =
            writeln!(text, "{},1/9/2024,C4,Lamp,{}.5,{note} {order},no", order + 10, order % 999);
    }
    Shop::with(Some(&format!("{CUSTOMERS}C4,Dee\n")), &text)
}

fn old() -> String {
    "3|5".into()
}

fn new() -> String {
    format!("4|{}", MORE + 5)
}

fn stderr_of(child: Child) -> (ExitStatus, String) {
    let output = child.wait_with_output().unwrap();
    (output.status, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn where_load_data_local_is_forbidden_inserts_give_the_same() {
    let Some(server) = Server::new("OPTIONS=--local-infile=0;") else { return };
    let (code, _, error) = server.run(&larger());
    let said = "the server forbids LOAD DATA LOCAL: sending INSERT statements instead\n";
    assert_eq!((code, error.as_str()), (Some(0), said));
    assert_eq!(server.counts(), new());
    let note = server.query("SELECT note FROM transactions WHERE order_id < 4 ORDER BY order_id");
    assert_eq!(note, ["tab\there, back\\slash and \"quote\"", "two\nlines", "NULL"]);

    let more = "10,1/9/2024,C1,Lamp,1,,no\n".repeat(2);
    let repeated = Shop::with(Some(CUSTOMERS), &format!("{TRANSACTIONS}{more}"));
    let (code, _, error) = server.run(&repeated);
    assert_eq!(code, Some(4));
    assert!(error.contains("1 record repeats a key (order_id): line 9 has \"10\" of line 8"));
    assert_eq!(server.counts(), new());
}

#[test]
fn a_tool_killed_at_any_moment_leaves_the_old_or_the_new() {
    let Some(server) = Server::new("") else { return };
    let (small, large) = (Shop::new(), larger());
    let begin = Instant::now();
    assert_eq!(server.run(&large).0, Some(0));
    let whole = begin.elapsed();
    let mut seen = Vec::new();
    for moment in 0..12 {
        assert_eq!(server.run(&small).0, Some(0));
        let begin = Instant::now();
        let mut child =
            server.tool(&large).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(whole * moment / 11);
        child.kill().unwrap();
        child.wait().unwrap();
        let counts = server.counts();
        let after = begin.elapsed();
        assert!(counts == old() || counts == new(), "{counts} after {after:?}");
        seen.push(counts);
    }
    assert!(seen.contains(&old()), "{seen:?}");
    let (code, _, error) = server.run(&large);
    assert_eq!(code, Some(0), "{error}");
    assert_eq!(server.counts(), new());
    assert_eq!(server.tables(), ["customers", "products", "transactions"]);
}

#[test]
fn a_signal_ends_the_tool_and_leaves_no_trace() {
    let Some(server) = Server::new("") else { return };
    let large = larger();
    assert_eq!(server.run(&Shop::new()).0, Some(0));
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let child = server.start_loading(&large);
        let kill = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        assert!(kill.unwrap().success());
        let (status, error) = stderr_of(child);
        assert_eq!(status.code(), Some(code));
        let end = "mysql-loader: stopped by a signal: the old tables are unchanged\n";
        assert!(error.ends_with(end), "{error}");
        assert_eq!(server.tables(), ["customers", "products", "transactions"]);
        assert_eq!(server.counts(), old());
    }
}

#[test]
fn a_server_that_dies_is_reported_and_a_second_run_finishes() {
    let Some(mut server) = Server::new("") else { return };
    let large = larger();
    assert_eq!(server.run(&Shop::new()).0, Some(0));
    let child = server.start_loading(&large);
    server.kill();
    let (status, error) = stderr_of(child);
    assert_eq!(status.code(), Some(5), "{error}");
    let line = error.lines().last().unwrap();
    assert!(line.starts_with("mysql-loader: no connection to MySQL (root@127.0.0.1:"), "{error}");
    server.start("");
    assert_eq!(server.counts(), old());
    let (code, _, error) = server.run(&large);
    assert_eq!(code, Some(0), "{error}");
    assert_eq!(server.counts(), new());
    assert_eq!(server.tables(), ["customers", "products", "transactions"]);
}

#[test]
fn a_server_that_is_full_is_reported_and_keeps_the_old_tables() {
    let Some(mut server) = Server::new("") else { return };
    assert_eq!(server.run(&Shop::new()).0, Some(0));
    server.kill();
    // No file may grow beyond 14 MiB, which the log and the small tables do not.
    server.start("ulimit -f 28672; trap '' XFSZ;");
    let large = larger_by(&"note ".repeat(80));
    let (code, _, error) = server.run(&large);
    assert_eq!(code, Some(5), "{error}");
    assert!(error.starts_with("mysql-loader: MySQL cannot store more (root@"), "{error}");
    server.kill();
    server.start("");
    assert_eq!(server.counts(), old());
    assert_eq!(server.run(&large).0, Some(0));
    assert_eq!(server.counts(), new());
}

//! What the tool refuses before it connects to a server.

use std::fs;
use std::net::TcpListener;

use crate::shop::{Shop, run};
use ecom_core::lock::RunLock;

/// Runs the tool without a server.
fn refusal(shop: &Shop) -> (Option<i32>, String) {
    let (code, _, error) = run(shop.tool("testdb").args(["--mysql-port", "1"]));
    (code, error.replace(&shop.folder.path().display().to_string(), "WORK"))
}

#[test]
fn the_help_begins_with_what_the_tool_does() {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_mysql-loader"));
    let (code, help, _) = run(command.arg("--help"));
    assert_eq!(code, Some(0));
    assert!(help.starts_with("Load the work files of a data set into MySQL"), "{help}");
}

#[test]
fn a_missing_plan_or_folder_is_refused() {
    let shop = Shop::new();
    fs::remove_file(shop.path("manifest.json")).unwrap();
    let message = "mysql-loader: WORK has no manifest.json: split the data set first\n";
    assert_eq!(refusal(&shop), (Some(4), message.into()));

    let folder = shop.path("nowhere");
    let (code, _, error) = run(shop.tool("testdb").arg("--data-dir").arg(&folder));
    assert_eq!(code, Some(2), "given twice: {error}");
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_mysql-loader"));
    command.arg("--plan").arg(shop.path("plan.toml")).arg("--data-dir").arg(&folder);
    let (code, _, error) = run(&mut command);
    assert_eq!(code, Some(4));
    let folder = folder.display();
    assert_eq!(
        error,
        format!("mysql-loader: there is no folder {folder}: split the data set first\n")
    );

    fs::remove_file(shop.path("plan.toml")).unwrap();
    let message =
        "mysql-loader: cannot read WORK/plan.toml: No such file or directory (os error 2)\n";
    assert_eq!(refusal(&shop), (Some(4), message.into()));
}

#[test]
fn a_file_that_was_changed_after_the_split_is_refused() {
    let shop = Shop::new();
    fs::write(shop.path("customers_full.csv"), "Id,Name\nC1,Eve\n").unwrap();
    let message = "mysql-loader: WORK/customers_full.csv was changed after it was written: split \
                   the data set again\n";
    assert_eq!(refusal(&shop), (Some(4), message.into()));
}

#[test]
fn a_plan_of_other_data_is_refused() {
    let shop = Shop::new();
    shop.change_plan(|plan| plan.tables[1].sha256 = "ef".repeat(32));
    let message = "mysql-loader: the work files were not made from the data in the plan of \
                   shop: split the data set again\n";
    assert_eq!(refusal(&shop), (Some(4), message.into()));
}

#[test]
fn a_folder_in_which_another_run_is_at_work_is_left_alone() {
    let shop = Shop::new();
    let _lock = RunLock::acquire(shop.folder.path(), "mysql-loader").unwrap();
    let message = "mysql-loader: another run is at work in WORK (lock mysql-loader)\n";
    assert_eq!(refusal(&shop), (Some(6), message.into()));
}

#[test]
fn a_missing_server_is_waited_for_and_then_named() {
    let shop = Shop::new();
    let mut command = shop.tool("testdb");
    command.args(["--mysql-host", "127.0.0.1", "--mysql-port", "1", "--mysql-timeout", "1"]);
    let (code, output, error) = run(&mut command);
    assert_eq!((code, output.as_str()), (Some(5), ""));
    assert_eq!(
        error,
        "waiting for MySQL at 127.0.0.1:1\n\
         mysql-loader: MySQL at 127.0.0.1:1 did not become available within 1 s: Connection \
         refused (os error 111)\n"
    );
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let shop = Shop::new();
    let mut command = shop.tool("testdb");
    command.args(["--mysql-host", "127.0.0.1", "--mysql-port", &port, "--mysql-timeout", "1"]);
    let (code, _, error) = run(&mut command);
    assert_eq!(code, Some(5));
    let message =
        format!("MySQL at 127.0.0.1:{port} did not become available within 1 s: no answer\n");
    assert!(error.ends_with(&message), "{error}");
}

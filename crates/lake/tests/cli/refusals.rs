//! What HDFS refuses, in one line and with its exit code.

use tokio::runtime::Runtime;
use wiremock::matchers::{any, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::lake;

/// An HDFS that gives every request with that method the same answer.
fn hdfs(runtime: &Runtime, verb: &str, status: u16, answer: &str) -> MockServer {
    runtime.block_on(async {
        let server = MockServer::start().await;
        let response = ResponseTemplate::new(status).set_body_raw(answer, "application/json");
        Mock::given(any()).and(method(verb)).respond_with(response).mount(&server).await;
        server
    })
}

fn exception(name: &str, message: &str) -> String {
    format!(r#"{{"RemoteException":{{"exception":"{name}","message":"{message}"}}}}"#)
}

#[test]
fn safe_mode_is_named_with_the_way_out() {
    let runtime = Runtime::new().unwrap();
    let answer = exception("SafeModeException", "Cannot delete /x. Name node is in safe mode.");
    let server = hdfs(&runtime, "DELETE", 403, &answer);
    let message =
        "lake: HDFS is in safe mode: try again when it has ended (hdfs dfsadmin -safemode get)\n";
    lake(&server.uri(), &["delete", "/x"]).assert().code(5).stdout("").stderr(message);
}

#[test]
fn a_user_without_permission_is_refused() {
    let runtime = Runtime::new().unwrap();
    let answer = exception("AccessControlException", "Permission denied: user=ann");
    let server = hdfs(&runtime, "PUT", 403, &answer);
    let message =
        "lake: HDFS refuses /.x.partial: AccessControlException: Permission denied: user=ann\n";
    lake(&server.uri(), &["write", "/x"]).assert().code(4).stderr(message);
}

#[test]
fn a_rename_that_hdfs_refuses_is_an_error() {
    let runtime = Runtime::new().unwrap();
    let server = hdfs(&runtime, "PUT", 200, r#"{"boolean":false}"#);
    let message = "lake: HDFS cannot rename /a to /b\n";
    lake(&server.uri(), &["rename", "/a", "/b"]).assert().code(1).stderr(message);
}

#[test]
fn a_folder_that_is_missing_is_empty_and_a_file_that_is_missing_is_refused() {
    let runtime = Runtime::new().unwrap();
    let server = hdfs(&runtime, "GET", 404, &exception("FileNotFoundException", "gone"));
    let uri = server.uri();
    for words in
        [&["list", "/x"][..], &["walk", "/x"], &["id", "/x"], &["cat", "/x", "--if-exists"]]
    {
        lake(&uri, words).assert().code(0).stdout("").stderr("");
    }
    lake(&uri, &["count", "/x"]).assert().code(0).stdout("0\n");
    lake(&uri, &["cat", "/x"]).assert().code(4).stderr("lake: HDFS has no /x\n");
}

#[test]
fn an_hdfs_that_does_not_answer_is_unavailable() {
    let run = lake("http://localhost:1", &["list", "/"]).assert().code(5);
    let message = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    assert!(message.starts_with("lake: cannot reach HDFS at localhost:1: "), "{message}");
}

//! The client against servers that answer well, badly and not at all.

use super::*;
use wiremock::matchers::{body_string, method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn server(mocks: Vec<Mock>) -> (MockServer, Hdfs) {
    let server = MockServer::start().await;
    for mock in mocks {
        mock.mount(&server).await;
    }
    let hdfs = client(&server.uri());
    (server, hdfs)
}

fn client(address: &str) -> Hdfs {
    let args = HdfsArgs {
        webhdfs_url: address.to_owned(),
        hdfs_user: Some("ada".into()),
        hdfs_timeout: 1,
    };
    Hdfs::new(&args).unwrap()
}

fn answer(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, "application/json")
}

fn refused(status: u16, exception: &str) -> ResponseTemplate {
    answer(
        status,
        &format!(r#"{{"RemoteException":{{"exception":"{exception}","message":"why\nat java"}}}}"#),
    )
}

fn page(names: &[(&str, &str)], remaining: u64) -> ResponseTemplate {
    let files: Vec<_> = names
        .iter()
        .map(|(name, kind)| {
            format!(r#"{{"pathSuffix":"{name}","type":"{kind}","length":7,"modificationTime":5}}"#)
        })
        .collect();
    answer(
        200,
        &format!(
            r#"{{"DirectoryListing":{{"partialListing":{{"FileStatuses":{{"FileStatus":[{}]}}}},
            "remainingEntries":{remaining}}}}}"#,
            files.join(",")
        ),
    )
}

async fn text(mut body: Body) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.chunk().await? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8(bytes).unwrap())
}

#[tokio::test]
async fn folders_are_walked_page_by_page() {
    let folder = |name: &str| Mock::given(method("GET")).and(path(format!("/webhdfs/v1{name}")));
    let first = query_param_is_missing("startAfter");
    let (_server, hdfs) = server(vec![
        folder("/a").and(first).respond_with(page(&[("b c", "DIRECTORY")], 1)),
        folder("/a").and(query_param("startAfter", "b c")).respond_with(page(&[("z", "FILE")], 0)),
        folder("/a/b%20c")
            .and(query_param("user.name", "ada"))
            .respond_with(page(&[("_x.tmp", "FILE")], 0)),
    ])
    .await;
    let files = hdfs.walk("/a").await.unwrap().unwrap();
    let paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["/a/b c/_x.tmp", "/a/z"]);
    assert_eq!((files[1].length, files[1].modified), (7, 5));
}

#[tokio::test]
async fn a_file_is_read_from_the_data_node_that_the_name_node_names() {
    let (server, hdfs) = server(vec![]).await;
    let target = format!("{}/datanode?token=1", server.uri());
    let redirect = ResponseTemplate::new(307).insert_header("Location", target.as_str());
    Mock::given(path("/webhdfs/v1/f"))
        .and(query_param("op", "OPEN"))
        .respond_with(redirect)
        .mount(&server)
        .await;
    let body = ResponseTemplate::new(200).set_body_string("lo\n");
    Mock::given(path("/datanode")).respond_with(body).mount(&server).await;
    let body = hdfs.open("/f", 3).await.unwrap().unwrap();
    assert_eq!(text(body).await.unwrap(), "lo\n");
}

#[tokio::test]
async fn a_small_file_is_hidden_until_the_data_node_that_the_name_node_names_has_all_of_it() {
    let (server, hdfs) = server(vec![]).await;
    let target = format!("{}/datanode", server.uri());
    let redirect = ResponseTemplate::new(307).insert_header("Location", target.as_str());
    let name_node = || Mock::given(method("PUT")).and(path("/webhdfs/v1/.f.partial"));
    let create = name_node().and(query_param("op", "CREATE")).and(query_param("overwrite", "true"));
    create.respond_with(redirect).mount(&server).await;
    let rename = name_node().and(query_param("op", "RENAME")).and(query_param("destination", "/f"));
    let rename = rename.and(query_param("renameoptions", "OVERWRITE"));
    rename.respond_with(ResponseTemplate::new(200)).expect(1).mount(&server).await;
    let data_node = Mock::given(method("PUT")).and(path("/datanode")).and(body_string("lo\n"));
    data_node.respond_with(ResponseTemplate::new(201)).expect(1).mount(&server).await;
    hdfs.write("/f", b"lo\n".to_vec()).await.unwrap();
}

#[tokio::test]
async fn safe_mode_and_a_refused_rename_are_errors() {
    let (_server, hdfs) = server(vec![
        Mock::given(method("DELETE")).respond_with(refused(403, "SafeModeException")),
        Mock::given(method("PUT")).respond_with(answer(200, r#"{"boolean":false}"#)),
    ])
    .await;
    let failure = hdfs.delete("/a").await.unwrap_err();
    assert_eq!(failure.code(), Code::Unavailable);
    assert!(failure.to_string().starts_with("HDFS is in safe mode: "), "{failure}");
    let failure = hdfs.rename("/a", "/b c").await.unwrap_err();
    assert_eq!(failure.to_string(), "HDFS cannot rename /a to /b c");
}

#[tokio::test]
async fn a_data_node_that_cannot_be_reached_is_named() {
    let redirect = ResponseTemplate::new(307).insert_header("Location", "http://127.0.0.1:9/x");
    let (_server, hdfs) = server(vec![Mock::given(method("GET")).respond_with(redirect)]).await;
    let failure = hdfs.open("/f", 0).await.unwrap_err();
    assert_eq!(failure.code(), Code::Unavailable);
    assert_eq!(failure.to_string(), "cannot reach HDFS at 127.0.0.1:9");
}

#[tokio::test]
async fn what_is_missing_is_none_and_what_is_forbidden_is_refused() {
    let (_server, hdfs) = server(vec![
        Mock::given(path("/webhdfs/v1/gone")).respond_with(refused(404, "FileNotFoundException")),
        Mock::given(path("/webhdfs/v1/mine")).respond_with(refused(403, "AccessControlException")),
        Mock::given(path("/webhdfs/v1/standby")).respond_with(refused(403, "StandbyException")),
    ])
    .await;
    assert_eq!(hdfs.status("/gone").await.unwrap(), None);
    assert_eq!(hdfs.walk("/gone").await.unwrap(), None);
    assert_eq!(hdfs.summary("/gone").await.unwrap(), None);
    assert!(hdfs.open("/gone", 0).await.unwrap().is_none());
    let failure = hdfs.list("/mine").await.unwrap_err();
    assert_eq!(failure.code(), Code::Refused);
    let error = anyhow::Error::from(failure);
    let message = crate::exit::describe(&error);
    assert_eq!(message, "HDFS refuses /mine: AccessControlException: why");
    let failure = hdfs.list("/standby").await.unwrap_err();
    assert_eq!(failure.code(), Code::Unavailable);
}

#[tokio::test]
async fn an_answer_that_is_not_from_a_name_node_is_unavailable() {
    let (_server, hdfs) = server(vec![
        Mock::given(path("/webhdfs/v1/html")).respond_with(answer(200, "<html>hello</html>")),
        Mock::given(path("/webhdfs/v1/lost")).respond_with(answer(404, "<html>lost</html>")),
        Mock::given(path("/webhdfs/v1/away"))
            .and(query_param("op", "OPEN"))
            .respond_with(ResponseTemplate::new(307)),
    ])
    .await;
    for (path, problem) in
        [("/html", "it does not answer like a NameNode"), ("/lost", "it answered 404 Not Found")]
    {
        let failure = hdfs.list(path).await.unwrap_err();
        assert_eq!(failure.code(), Code::Unavailable);
        let address = hdfs.address();
        let message = format!("cannot ask HDFS at {address} for {path}: {problem}");
        assert_eq!(failure.to_string(), message);
    }
    let failure = hdfs.open("/away", 0).await.unwrap_err();
    assert!(failure.to_string().ends_with("redirects to no address"));
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_at_the_deadline() {
    let slow = answer(200, "{}").set_delay(Duration::from_secs(30));
    let (_server, hdfs) = server(vec![Mock::given(method("GET")).respond_with(slow)]).await;
    let failure = hdfs.list("/a").await.unwrap_err();
    assert_eq!(failure.code(), Code::Unavailable);
    assert!(failure.to_string().ends_with(" did not answer within 1 s"), "{failure}");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_an_error_and_not_an_end() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hdfs = client(&format!("http://{}", listener.local_addr().unwrap()));
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 1024]).await.unwrap() > 0);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf").await.unwrap();
    });
    let body = hdfs.open("/f", 0).await.unwrap().unwrap();
    let failure = text(body).await.unwrap_err();
    assert_eq!(failure.code(), Code::Unavailable);
    assert_eq!(failure.to_string(), "cannot read /f from HDFS to its end");
}

#[tokio::test]
async fn safe_mode_and_a_lack_of_data_nodes_are_not_ready() {
    for (state, live, message) in
        [("safeMode", 1, "is in safe mode"), ("Operational", 0, "DataNode")]
    {
        let bean = format!(
            r#"{{"beans":[{{"FSState":"{state}","NumLiveDataNodes":{live},"NumDeadDataNodes":0,
            "CapacityTotal":9,"CapacityUsed":1,"CapacityRemaining":8}}]}}"#
        );
        let jmx = Mock::given(path("/jmx")).respond_with(answer(200, &bean));
        let (_server, hdfs) = server(vec![jmx]).await;
        let failure = hdfs.ready().await.unwrap_err();
        assert_eq!(failure.code(), Code::Unavailable);
        assert!(failure.to_string().contains(message), "{failure}");
    }
}

#[test]
fn an_invalid_address_is_a_wrong_setting() {
    for address in ["localhost:9870", "hdfs://localhost:9000", ""] {
        let args = HdfsArgs { webhdfs_url: address.into(), hdfs_user: None, hdfs_timeout: 1 };
        assert_eq!(Hdfs::new(&args).unwrap_err().code(), Code::Usage, "{address}");
    }
}

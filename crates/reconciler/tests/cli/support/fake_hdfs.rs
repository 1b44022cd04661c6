//! An HDFS with a few files that answers over WebHDFS.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::runtime::Runtime;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// A server with files that a test may change while they are read.
pub(crate) struct FakeHdfs {
    pub(crate) files: Files,
    pub(crate) url: String,
    _server: MockServer,
    _runtime: Runtime,
}

/// The files by path, and whether safe mode is on.
#[derive(Clone, Default)]
pub(crate) struct Files(Arc<Mutex<(BTreeMap<String, String>, bool)>>);

impl FakeHdfs {
    pub(crate) fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let files = Files::default();
        let server = runtime.block_on(async {
            let server = MockServer::start().await;
            Mock::given(any()).respond_with(files.clone()).mount(&server).await;
            server
        });
        Self { files, url: server.uri(), _server: server, _runtime: runtime }
    }
}

impl Files {
    pub(crate) fn put(&self, path: &str, text: impl Into<String>) {
        self.0.lock().unwrap().0.insert(path.to_owned(), text.into());
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        let mut files = self.0.lock().unwrap();
        let text = files.0.remove(from).unwrap();
        files.0.insert(to.to_owned(), text);
    }

    pub(crate) fn safe_mode(&self, on: bool) {
        self.0.lock().unwrap().1 = on;
    }

    fn list(&self, folder: &str) -> ResponseTemplate {
        let folder = format!("{folder}/");
        let mut found = BTreeMap::new();
        for (path, text) in &self.0.lock().unwrap().0 {
            let Some(rest) = path.strip_prefix(&folder) else { continue };
            let (name, kind) = match rest.split_once('/') {
                Some((name, _)) => (name, "DIRECTORY"),
                None => (rest, "FILE"),
            };
            found.insert(name.to_owned(), (kind, text.len()));
        }
        if found.is_empty() {
            let exception = json!({"exception": "FileNotFoundException", "message": "gone"});
            return ResponseTemplate::new(404).set_body_json(json!({"RemoteException": exception}));
        }
        let status: Vec<_> = found
            .iter()
            .map(|(name, (kind, length))| {
                // As in HDFS, a listing shows less of an open file than can be read.
                let length = if name.starts_with('_') { 0 } else { *length };
                json!({"pathSuffix": name, "type": kind, "length": length, "modificationTime": 1})
            })
            .collect();
        ResponseTemplate::new(200).set_body_json(json!({"DirectoryListing": {
            "partialListing": {"FileStatuses": {"FileStatus": status}}, "remainingEntries": 0
        }}))
    }

    fn open(&self, path: &str) -> ResponseTemplate {
        match self.0.lock().unwrap().0.get(path) {
            Some(text) => ResponseTemplate::new(200).set_body_string(text.clone()),
            None => ResponseTemplate::new(404).set_body_json(json!({"RemoteException":
                {"exception": "FileNotFoundException", "message": "gone"}})),
        }
    }
}

impl Respond for Files {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        if request.url.path() == "/jmx" {
            let state = if self.0.lock().unwrap().1 { "safeMode" } else { "Operational" };
            return ResponseTemplate::new(200).set_body_json(json!({"beans": [{
                "FSState": state, "NumLiveDataNodes": 1, "NumDeadDataNodes": 0,
                "CapacityTotal": 3, "CapacityUsed": 1, "CapacityRemaining": 2
            }]}));
        }
        let path = request.url.path().strip_prefix("/webhdfs/v1").unwrap().to_owned();
        let query: BTreeMap<_, _> = request.url.query_pairs().collect();
        match &*query["op"] {
            "LISTSTATUS_BATCH" => self.list(&path),
            "OPEN" => self.open(&path),
            other => panic!("op {other}"),
        }
    }
}

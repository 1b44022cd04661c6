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

/// The files, which are those of all clones.
#[derive(Clone, Default)]
pub(crate) struct Files(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    files: BTreeMap<String, String>,
    safe_mode: bool,
    /// A file that is held open under its final name.
    held: Option<String>,
    /// A file that appears when the first one is read.
    next: Option<(String, String)>,
}

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
        self.0.lock().unwrap().files.insert(path.to_owned(), text.into());
    }

    pub(crate) fn remove(&self, path: &str) {
        self.0.lock().unwrap().files.remove(path);
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        let mut files = self.0.lock().unwrap();
        let text = files.files.remove(from).unwrap();
        files.files.insert(to.to_owned(), text);
    }

    pub(crate) fn safe_mode(&self, on: bool) {
        self.0.lock().unwrap().safe_mode = on;
    }

    pub(crate) fn hold(&self, path: Option<&str>) {
        self.0.lock().unwrap().held = path.map(str::to_owned);
    }

    /// Puts a file as soon as any other one is read.
    pub(crate) fn put_later(&self, path: &str, text: &str) {
        self.0.lock().unwrap().next = Some((path.to_owned(), text.to_owned()));
    }

    fn list(&self, folder: &str) -> ResponseTemplate {
        let folder = format!("{folder}/");
        let mut found = BTreeMap::new();
        for (path, text) in &self.0.lock().unwrap().files {
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
        let mut state = self.0.lock().unwrap();
        let next = state.next.take();
        state.files.extend(next);
        match state.files.get(path) {
            Some(_) if state.held.as_deref() == Some(path) => ResponseTemplate::new(403)
                .set_body_json(json!({"RemoteException":
                    {"exception": "IOException", "message": "Cannot obtain block length"}})),
            Some(text) => ResponseTemplate::new(200).set_body_string(text.clone()),
            None => ResponseTemplate::new(404).set_body_json(json!({"RemoteException":
                {"exception": "FileNotFoundException", "message": "gone"}})),
        }
    }
}

impl Respond for Files {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        if request.url.path() == "/jmx" {
            let state = self.0.lock().unwrap();
            let mode = if state.safe_mode { "safeMode" } else { "Operational" };
            let open = u64::from(state.held.is_some());
            return ResponseTemplate::new(200).set_body_json(json!({"beans": [{
                "FSState": mode, "NumLiveDataNodes": 1, "NumDeadDataNodes": 0,
                "CapacityTotal": 3, "CapacityUsed": 1, "CapacityRemaining": 2
            }, { "NumFilesUnderConstruction": open }]}));
        }
        let path = request.url.path().strip_prefix("/webhdfs/v1").unwrap().to_owned();
        let query: BTreeMap<_, _> = request.url.query_pairs().collect();
        match &*query["op"] {
            "LISTSTATUS_BATCH" => self.list(&path),
            "OPEN" => self.open(&path),
            "GET_BLOCK_LOCATIONS" => {
                let held = self.0.lock().unwrap().held.as_deref() == Some(&*path);
                ResponseTemplate::new(200).set_body_json(
                    json!({"LocatedBlocks": {"fileLength": 0, "isUnderConstruction": held}}),
                )
            }
            other => panic!("op {other}"),
        }
    }
}

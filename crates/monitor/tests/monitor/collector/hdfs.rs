//! A stand-in for HDFS: WebHDFS, and the NameNode's state.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wiremock::{Request, Respond, ResponseTemplate};

/// The files of the data lake: bytes by path.
pub(crate) type Files = BTreeMap<String, u64>;

/// What the stand-ins answer.
#[derive(Clone, Default)]
pub(crate) struct State {
    pub(crate) files: Arc<Mutex<Files>>,
    pub(crate) safe_mode: Arc<Mutex<bool>>,
    /// A file that HDFS holds open under its final name.
    pub(crate) held: Arc<Mutex<Option<String>>>,
    /// What files hold, by path, for those that are read.
    pub(crate) texts: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Respond for State {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let answer = |value: Value| ResponseTemplate::new(200).set_body_json(value);
        if request.url.path() == "/jmx" {
            let state = if *self.safe_mode.lock().unwrap() { "safeMode" } else { "Operational" };
            let open = u64::from(self.held.lock().unwrap().is_some());
            return answer(json!({ "beans": [{ "FSState": state, "NumLiveDataNodes": 1,
                "NumDeadDataNodes": 0, "CapacityTotal": 1000, "CapacityUsed": 1,
                "CapacityRemaining": 900 }, { "NumFilesUnderConstruction": open }] }));
        }
        let path = request.url.path().strip_prefix("/webhdfs/v1").unwrap().to_owned();
        if request.url.query().unwrap().contains("GET_BLOCK_LOCATIONS") {
            let held = self.held.lock().unwrap().as_ref() == Some(&path);
            return answer(json!({ "LocatedBlocks": { "isUnderConstruction": held } }));
        }
        if request.url.query().unwrap().contains("op=OPEN")
            && let Some(text) = self.texts.lock().unwrap().get(&path)
        {
            return ResponseTemplate::new(200)
                .set_body_raw(text.as_bytes(), "application/octet-stream");
        }
        let files = self.files.lock().unwrap();
        let below: Vec<(&str, u64)> = files
            .iter()
            .filter_map(|(name, bytes)| {
                Some((name.strip_prefix(&path)?.strip_prefix('/')?, *bytes))
            })
            .collect();
        if below.is_empty() {
            let gone = json!({ "RemoteException": { "exception": "FileNotFoundException",
                "message": "File does not exist" } });
            return ResponseTemplate::new(404).set_body_json(gone);
        }
        let length: u64 = below.iter().map(|(_, bytes)| bytes).sum();
        if request.url.query().unwrap().contains("GETCONTENTSUMMARY") {
            return answer(json!({ "ContentSummary": { "directoryCount": 1,
                "fileCount": below.len(), "length": length } }));
        }
        let now = ecom_core::clock::now().timestamp_millis();
        let mut entries: BTreeMap<&str, Value> = BTreeMap::new();
        for (name, bytes) in &below {
            let (name, kind) = match name.split_once('/') {
                Some((folder, _)) => (folder, "DIRECTORY"),
                None => (*name, "FILE"),
            };
            let length = if kind == "FILE" { *bytes } else { 0 };
            entries.insert(
                name,
                json!({ "pathSuffix": name, "type": kind, "length": length,
                "modificationTime": now }),
            );
        }
        let statuses: Vec<Value> = entries.into_values().collect();
        answer(json!({ "DirectoryListing": { "remainingEntries": 0,
            "partialListing": { "FileStatuses": { "FileStatus": statuses } } } }))
    }
}

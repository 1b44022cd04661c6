//! The JSON documents in which WebHDFS and the NameNode answer.

use reqwest::{Response, StatusCode};
use serde::{Deserialize, Serialize};

use crate::escape::excerpt;
use crate::exit::{Code, Failure};

/// A file or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The whole path.
    pub path: String,
    /// True for a folder.
    pub folder: bool,
    /// Bytes; for a file that is still being written, fewer than can be read.
    pub length: u64,
    /// The time of its last change: milliseconds since 1970.
    pub modified: u64,
    /// Its inode number, which does not change when it is renamed.
    pub id: u64,
}

/// What is below a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(deserialize = "camelCase"))]
pub struct Summary {
    /// Folders, including the folder itself.
    pub directory_count: u64,
    /// Files.
    pub file_count: u64,
    /// Bytes of all files.
    pub length: u64,
}

/// The state of the NameNode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct State {
    /// True while nothing can be written.
    pub safe_mode: bool,
    /// `DataNodes` that send heartbeats.
    pub live_data_nodes: u64,
    /// `DataNodes` that no longer send heartbeats.
    pub dead_data_nodes: u64,
    /// Bytes of all `DataNodes`.
    pub capacity_total: u64,
    /// Bytes in use.
    pub capacity_used: u64,
    /// Bytes free.
    pub capacity_remaining: u64,
    /// Files in the whole file system that are being written, or were never closed.
    pub open_files: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct FileStatus {
    pub(super) file_status: RawStatus,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ContentSummary {
    pub(super) content_summary: Summary,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawStatus {
    pub(super) path_suffix: String,
    pub(super) length: u64,
    pub(super) modification_time: u64,
    pub(super) r#type: String,
    #[serde(default)]
    pub(super) file_id: u64,
}

/// The answer to a rename.
#[derive(Deserialize)]
pub(super) struct Done {
    pub(super) boolean: bool,
}

impl RawStatus {
    /// False for a name that would lead to another folder.
    pub(super) fn is_named(&self) -> bool {
        !self.path_suffix.contains(['/', '\0']) && !matches!(self.path_suffix.as_str(), "." | "..")
    }

    /// The status with its whole path. The suffix is empty for the path that was asked for.
    pub(super) fn at(self, parent: &str) -> Status {
        let path = match self.path_suffix.as_str() {
            "" => parent.to_owned(),
            name => format!("{}/{name}", parent.trim_end_matches('/')),
        };
        let folder = self.r#type == "DIRECTORY";
        let Self { length, modification_time: modified, file_id: id, .. } = self;
        Status { path, folder, length, modified, id }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listing {
    pub(super) directory_listing: Page,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page {
    pub(super) partial_listing: Partial,
    pub(super) remaining_entries: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Partial {
    pub(super) file_statuses: Files,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Files {
    pub(super) file_status: Vec<RawStatus>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Refusal {
    pub(super) remote_exception: RemoteException,
}

#[derive(Deserialize)]
pub(super) struct RemoteException {
    exception: String,
    message: String,
}

impl RemoteException {
    /// What it means for a tool; `None` if the file does not exist.
    pub(super) fn failure(self, path: &str, status: StatusCode) -> Option<Failure> {
        let code = match self.exception.as_str() {
            "FileNotFoundException" => return None,
            "SafeModeException" => {
                let problem = "HDFS is in safe mode: try again when it has ended";
                let how = "hdfs dfsadmin -safemode get";
                return Some(Failure::unavailable(format!("{problem} ({how})")));
            }
            "AccessControlException" | "SecurityException" => Code::Refused,
            "StandbyException" | "RetriableException" => Code::Unavailable,
            _ if status.is_server_error() || status == StatusCode::FORBIDDEN => Code::Unavailable,
            _ => Code::Unexpected,
        };
        let message = excerpt(self.message.lines().next().unwrap_or_default(), 600);
        let cause = format!("{}: {message}", excerpt(&self.exception, 100));
        Some(Failure::new(code, format!("HDFS refuses {path}")).because(cause))
    }
}

#[derive(Deserialize)]
pub(super) struct Beans {
    beans: Vec<Bean>,
}

/// The NameNode's state stands in one bean, the number of open files in another.
#[derive(Deserialize)]
#[serde(untagged)]
enum Bean {
    State {
        #[serde(rename = "FSState")]
        state: String,
        #[serde(rename = "NumLiveDataNodes")]
        live: u64,
        #[serde(rename = "NumDeadDataNodes")]
        dead: u64,
        #[serde(rename = "CapacityTotal")]
        total: u64,
        #[serde(rename = "CapacityUsed")]
        used: u64,
        #[serde(rename = "CapacityRemaining")]
        remaining: u64,
    },
    Files {
        #[serde(rename = "NumFilesUnderConstruction")]
        open: u64,
    },
    Other {},
}

impl Beans {
    /// The state that they describe; `None` if they do not.
    pub(super) fn state(self) -> Option<State> {
        let (mut found, mut open_files) = (None, 0);
        for bean in self.beans {
            match bean {
                Bean::State { state, live, dead, total, used, remaining } => {
                    found = Some(State {
                        safe_mode: state != "Operational",
                        live_data_nodes: live,
                        dead_data_nodes: dead,
                        capacity_total: total,
                        capacity_used: used,
                        capacity_remaining: remaining,
                        open_files: 0,
                    });
                }
                Bean::Files { open } => open_files = open,
                Bean::Other {} => {}
            }
        }
        found.map(|state| State { open_files, ..state })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Blocks {
    pub(super) located_blocks: LocatedBlocks,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LocatedBlocks {
    pub(super) is_under_construction: bool,
}

/// The bytes of an answer, up to its end or a little more than `limit`.
pub(super) async fn bounded(mut answer: Response, limit: usize) -> Result<Vec<u8>, reqwest::Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > limit {
            break;
        }
    }
    Ok(bytes)
}

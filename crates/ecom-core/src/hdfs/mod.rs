//! A small WebHDFS client: listings, content summaries, files as streams, writing small files, and the
//! state of the NameNode. Protocol: Hadoop's "WebHDFS REST API" and the NameNode's `/jmx`.
//!
//! Unless a method says otherwise, its errors have exit code 4 if HDFS forbids the request, 5 if HDFS
//! is unreachable, too slow or in safe mode, and 1 for anything else.
//!
//! What answers may be no HDFS at all, or a hostile one. So a document has at most 8 MiB, a listing 100,000 entries, a
//! file not much more than its listing says; each of them ends within a time that follows from `--hdfs-timeout`; one
//! redirection is followed, from this machine only to this machine.

mod answer;
mod list;
mod names;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::net::IpAddr;
use std::time::Duration;

use reqwest::header::LOCATION;
use reqwest::{Client, RequestBuilder, Response, Url};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};

pub use self::answer::{State, Status, Summary};
pub use self::names::{is_hidden, is_open_in_flume, name_of};
pub use self::read::Body;

use self::answer::{Beans, Blocks, ContentSummary, FileStatus, Refusal, bounded};
use crate::escape::excerpt;
use crate::exit::{Code, Failure};
use crate::settings::HdfsArgs;

/// How many bytes of an error's answer are read.
const ANSWER_LIMIT: usize = 1 << 16;

/// The longest document, in bytes: a page of a listing has 1,000 entries of about 300 bytes.
const DOCUMENT_LIMIT: usize = 8 << 20;

/// How long to wait before asking the NameNode again.
const PAUSE: Duration = Duration::from_millis(500);

/// An HDFS, through its NameNode's web interface.
#[derive(Clone, Debug)]
pub struct Hdfs {
    client: Client,
    base: Url,
    user: Option<String>,
    timeout: Duration,
}

impl Hdfs {
    /// A client that does not connect yet.
    ///
    /// # Errors
    /// Exit code 2 if the address is not valid.
    pub fn new(args: &HdfsArgs) -> Result<Self, Failure> {
        let wrong = || Failure::usage(format!("{:?} is not the address of HDFS", args.webhdfs_url));
        let base = Url::parse(&args.webhdfs_url).map_err(|error| wrong().because(error))?;
        if !matches!(base.scheme(), "http" | "https") || base.cannot_be_a_base() {
            return Err(wrong().because("it must start with http:// or https://"));
        }
        let timeout = Duration::from_secs(args.hdfs_timeout.max(1));
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(timeout)
            .read_timeout(timeout)
            // The servers are local; a proxy for the internet cannot reach them.
            .no_proxy()
            .build()
            .map_err(|error| Failure::new(Code::Unexpected, "cannot create an HTTP client").because(error))?;
        Ok(Self { client, base, user: args.hdfs_user.clone().or_else(current_user), timeout })
    }

    /// The NameNode's address, for messages.
    #[must_use]
    pub fn address(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// The file or folder at `path`; `None` if there is none.
    pub async fn status(&self, path: &str) -> Result<Option<Status>, Failure> {
        let answer: Option<FileStatus> = self.ask(path, &[("op", "GETFILESTATUS")]).await?;
        Ok(answer.map(|answer| answer.file_status.at(path)))
    }

    /// How much is below a folder; `None` if it is missing.
    pub async fn summary(&self, path: &str) -> Result<Option<Summary>, Failure> {
        let answer: Option<ContentSummary> = self.ask(path, &[("op", "GETCONTENTSUMMARY")]).await?;
        Ok(answer.map(|answer| answer.content_summary))
    }

    /// The files among these that HDFS holds open under their final names: their writer gave them up
    /// without closing them, because a DataNode was gone. Nobody can read their ends, and nobody closes
    /// them. A listing does not show it, the blocks of the file do.
    pub async fn held_open(&self, files: &[Status]) -> Result<Vec<String>, Failure> {
        let mut held = Vec::new();
        if files.is_empty() || self.state().await?.open_files == 0 {
            return Ok(held);
        }
        for file in files.iter().filter(|file| !is_open_in_flume(&file.path)) {
            let query = [("op", "GET_BLOCK_LOCATIONS"), ("length", "0")];
            let blocks: Option<Blocks> = self.ask(&file.path, &query).await?;
            if blocks.is_some_and(|blocks| blocks.located_blocks.is_under_construction) {
                held.push(file.path.clone());
            }
        }
        Ok(held)
    }

    /// The DataNode's address to which the NameNode redirects a client that reads or writes a file.
    fn redirect(&self, url: &Url, response: &Response) -> Result<Url, Failure> {
        let wrong = |how: &str| Failure::unavailable(format!("{} redirects {how}", self.address()));
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let target = location.and_then(|location| url.join(location).ok());
        let target = target.ok_or_else(|| wrong("to no address"))?;
        if target.scheme() != url.scheme() {
            return Err(wrong(&format!("to another protocol, {}:", excerpt(target.scheme(), 20))));
        }
        // What a server of this machine gets must not leave it.
        if is_local(url) && !is_local(&target) {
            let host = excerpt(target.host_str().unwrap_or_default(), 60);
            return Err(wrong(&format!("to another machine, {host}")));
        }
        Ok(target)
    }

    /// The state of the NameNode.
    pub async fn state(&self) -> Result<State, Failure> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("jmx");
        }
        // Two beans: FSNamesystemState, and FSNamesystem with the number of open files.
        url.query_pairs_mut().append_pair("qry", "Hadoop:service=NameNode,name=FSNamesystem*");
        let response = self.send(url, "/jmx").await?;
        let response = response.ok_or_else(|| self.strange("/jmx", "the page does not exist"))?;
        let beans: Beans = self.parse(response, "/jmx").await?;
        beans.state().ok_or_else(|| self.strange("/jmx", "it does not report its state"))
    }

    /// Waits until HDFS can serve: the NameNode answers, safe mode is off and a DataNode is live.
    ///
    /// # Errors
    /// Exit code 5 with the last reason after `--hdfs-timeout`.
    pub async fn ready(&self) -> Result<State, Failure> {
        let deadline = Instant::now() + self.timeout;
        loop {
            let failure = match self.state().await {
                Ok(State { safe_mode: true, .. }) => {
                    Failure::unavailable(format!("HDFS at {} is in safe mode", self.address()))
                }
                Ok(State { live_data_nodes: 0, .. }) => {
                    Failure::unavailable(format!("HDFS at {} has no live DataNode", self.address()))
                }
                Ok(state) => return Ok(state),
                Err(failure) => failure,
            };
            if Instant::now() + PAUSE >= deadline {
                return Err(failure);
            }
            sleep(PAUSE).await;
        }
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["webhdfs", "v1"]);
            segments.extend(path.split('/').filter(|part| !part.is_empty()));
        }
        url.query_pairs_mut().extend_pairs(query);
        if let Some(user) = &self.user {
            url.query_pairs_mut().append_pair("user.name", user);
        }
        url
    }

    /// Asks for a JSON document; `None` if there is no such file.
    async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Option<T>, Failure> {
        match self.send(self.url(path, query), path).await? {
            Some(response) => self.parse(response, path).await.map(Some),
            None => Ok(None),
        }
    }

    /// Sends a GET; `None` if HDFS says that there is no such file.
    async fn send(&self, url: Url, path: &str) -> Result<Option<Response>, Failure> {
        self.deliver(self.client.get(url), path).await
    }

    /// Sends a request; `None` if HDFS says that there is no such file.
    async fn deliver(
        &self,
        request: RequestBuilder,
        path: &str,
    ) -> Result<Option<Response>, Failure> {
        let request = request.build().map_err(|error| self.strange(path, &cause(error)))?;
        let url = request.url();
        let host = format!(
            "{}:{}",
            url.host_str().unwrap_or(""),
            url.port_or_known_default().unwrap_or(0)
        );
        let sent = tokio::time::timeout(self.timeout, self.client.execute(request)).await;
        let response = match sent {
            Ok(Ok(response)) => response,
            Ok(Err(error)) if !error.is_timeout() => {
                let failure = Failure::unavailable(format!("cannot reach HDFS at {host}"));
                return Err(failure.because(cause(error)));
            }
            _ => {
                let seconds = self.timeout.as_secs();
                return Err(Failure::unavailable(format!(
                    "HDFS at {host} did not answer within {seconds} s"
                )));
            }
        };
        let status = response.status();
        if status.is_success() || status.is_redirection() {
            return Ok(Some(response));
        }
        let answer = tokio::time::timeout(self.timeout, bounded(response, ANSWER_LIMIT)).await;
        let answer = answer.ok().and_then(Result::ok).unwrap_or_default();
        match serde_json::from_slice(&answer) {
            Ok(Refusal { remote_exception: error }) => {
                error.failure(path, status).map_or(Ok(None), Err)
            }
            Err(_) => Err(self.strange(path, &format!("it answered {status}"))),
        }
    }

    async fn parse<T: DeserializeOwned>(&self, answer: Response, path: &str) -> Result<T, Failure> {
        let read = tokio::time::timeout(self.timeout, bounded(answer, DOCUMENT_LIMIT)).await;
        let text = match read {
            Ok(Ok(text)) => text,
            Ok(Err(error)) => return Err(self.strange(path, &cause(error))),
            Err(_) => return Err(self.strange(path, "its answer was not complete in time")),
        };
        if text.len() > DOCUMENT_LIMIT {
            return Err(self.strange(path, "its answer is too long"));
        }
        serde_json::from_slice(&text)
            .map_err(|_| self.strange(path, "it does not answer like a NameNode"))
    }

    fn strange(&self, path: &str, problem: &str) -> Failure {
        Failure::unavailable(format!("cannot ask HDFS at {} for {path}: {problem}", self.address()))
    }
}

/// True for an address of this machine alone.
fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or(host == "localhost", |address| address.is_loopback())
}

/// The innermost cause; reqwest's own text repeats the address.
fn cause(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "timed out".into();
    }
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// The user that Hadoop's own clients would use: `HADOOP_USER_NAME`, or the owner of the process.
fn current_user() -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let given = std::env::var("HADOOP_USER_NAME").ok().filter(|name| !name.is_empty());
    given.or_else(|| {
        let id = std::fs::metadata("/proc/self").ok()?.uid().to_string();
        let users = std::fs::read_to_string("/etc/passwd").ok()?;
        let mut lines = users.lines().map(|line| line.split(':'));
        lines.find_map(|mut fields| {
            let name = fields.next()?;
            (fields.nth(1)? == id).then(|| name.to_owned())
        })
    })
}

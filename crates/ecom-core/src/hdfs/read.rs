//! Files as streams.

use std::ops::Deref;
use std::time::Duration;

use tokio::time::Instant;

use super::{Hdfs, Response, cause};
use crate::exit::Failure;

/// How many more bytes than its listing says a file may have: Flume is writing it, in blocks of 128 MiB.
const GROWTH: u64 = 1 << 28;

/// The fewest bytes that must arrive within `--hdfs-timeout`.
const SLOWEST: u64 = 1 << 10;

/// The bytes of a file, as they arrive.
#[derive(Debug)]
pub struct Body {
    response: Response,
    path: String,
    /// How many more bytes are taken.
    left: u64,
    pace: Pace,
}

/// How fast a file arrives.
#[derive(Debug)]
struct Pace {
    limit: Duration,
    waited: Duration,
    bytes: u64,
}

impl Hdfs {
    /// Opens a file that has `listed` bytes in a listing; `None` if it is missing. A file that is still being
    /// written can be read beyond that.
    pub async fn open(&self, path: &str, listed: u64) -> Result<Option<Body>, Failure> {
        let url = self.url(path, &[("op", "OPEN")]);
        let Some(response) = self.send(url.clone(), path).await? else {
            return Ok(None);
        };
        let body = |response: Response| Body {
            response,
            path: path.to_owned(),
            left: listed.saturating_add(GROWTH),
            pace: Pace { limit: self.timeout, waited: Duration::ZERO, bytes: 0 },
        };
        if !response.status().is_redirection() {
            return Ok(Some(body(response)));
        }
        let target = self.redirect(&url, &response)?;
        let response = self.send(target, path).await?;
        match response {
            Some(response) if response.status().is_redirection() => {
                Err(self.strange(path, "the DataNode redirects again"))
            }
            found => Ok(found.map(body)),
        }
    }
}

impl Body {
    /// The next bytes; `None` at the end of the file.
    ///
    /// # Errors
    /// Exit code 5 if the connection breaks before the end, if there is hardly any progress, or if there is more
    /// than the file can have.
    pub async fn chunk(&mut self) -> Result<Option<impl Deref<Target = [u8]>>, Failure> {
        let asked = Instant::now();
        let chunk = self.response.chunk().await.map_err(|error| self.failure(&cause(error)))?;
        let bytes = chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
        if chunk.is_some() && !self.pace.keeps(asked.elapsed(), bytes) {
            return Err(self.failure("it arrives too slowly"));
        }
        let left = self.left.checked_sub(bytes);
        self.left = left.ok_or_else(|| self.failure("it has more bytes than its listing says"))?;
        Ok(chunk)
    }

    fn failure(&self, why: &str) -> Failure {
        let problem = format!("cannot read {} from HDFS to its end", self.path);
        Failure::unavailable(problem).because(why)
    }
}

impl Pace {
    /// False if too little arrived in the time spent waiting for it.
    fn keeps(&mut self, waited: Duration, bytes: u64) -> bool {
        self.waited += waited;
        self.bytes += bytes;
        if self.waited < self.limit {
            return true;
        }
        let enough = self.bytes >= SLOWEST;
        (self.waited, self.bytes) = (Duration::ZERO, 0);
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_arrives_byte_by_byte_is_too_slow_and_a_pause_is_not() {
        let second = Duration::from_secs(1);
        let mut pace = Pace { limit: second * 3, waited: Duration::ZERO, bytes: 0 };
        assert!(pace.keeps(second * 2, 1) && pace.keeps(second * 2, SLOWEST));
        assert!(pace.keeps(second, 1) && pace.keeps(second, 1));
        assert!(!pace.keeps(second, 1));
    }
}

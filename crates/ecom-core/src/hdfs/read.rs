//! Files as streams.

use std::ops::Deref;

use super::{Hdfs, Response, cause};
use crate::exit::Failure;

/// The bytes of a file, as they arrive.
#[derive(Debug)]
pub struct Body {
    response: Response,
    path: String,
}

impl Hdfs {
    /// Opens a file at a byte offset; `None` if it is missing. A file that is still being written can be
    /// read beyond the length that a listing shows.
    pub async fn open(&self, path: &str, offset: u64) -> Result<Option<Body>, Failure> {
        let offset = offset.to_string();
        let url = self.url(path, &[("op", "OPEN"), ("offset", &offset)]);
        let Some(response) = self.send(url.clone(), path).await? else {
            return Ok(None);
        };
        if !response.status().is_redirection() {
            return Ok(Some(Body { response, path: path.to_owned() }));
        }
        let target = self.redirect(&url, &response)?;
        let response = self.send(target, path).await?;
        match response {
            Some(response) if response.status().is_redirection() => {
                Err(self.strange(path, "the DataNode redirects again"))
            }
            found => Ok(found.map(|response| Body { response, path: path.to_owned() })),
        }
    }
}

impl Body {
    /// The next bytes; `None` at the end of the file.
    ///
    /// # Errors
    /// Exit code 5 if the connection breaks before the end.
    pub async fn chunk(&mut self) -> Result<Option<impl Deref<Target = [u8]>>, Failure> {
        self.response.chunk().await.map_err(|error| {
            Failure::unavailable(format!("cannot read {} from HDFS to its end", self.path))
                .because(cause(error))
        })
    }
}

//! What the client changes: folders, small files, names.

use reqwest::header::CONTENT_TYPE;

use super::answer::Done;
use super::{Hdfs, Response};
use crate::exit::{Code, Failure};

impl Hdfs {
    /// Creates a folder and its parents; an existing folder is kept.
    ///
    /// # Errors
    ///
    /// Exit code 4 if the user may not write, 5 if HDFS does not answer or is in safe mode.
    pub async fn make_folder(&self, path: &str) -> Result<(), Failure> {
        self.put(path, &[("op", "MKDIRS")]).await.map(|_| ())
    }

    /// Writes a small file, replacing an existing one. It is hidden as `.NAME.partial` until it is
    /// complete: HDFS shows a file while it is written, and what has come before a connection breaks.
    ///
    /// # Errors
    ///
    /// Exit code 4 if the user may not write, 5 if HDFS does not answer or is in safe mode.
    pub async fn write(&self, path: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let partial = format!("{folder}/.{name}.partial");
        self.create(&partial, bytes).await?;
        let to = [("op", "RENAME"), ("destination", path), ("renameoptions", "OVERWRITE")];
        self.put(&partial, &to).await.map(|_| ())
    }

    async fn create(&self, path: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        let url = self.url(path, &[("op", "CREATE"), ("overwrite", "true")]);
        let asked = self.deliver(self.client.put(url.clone()), path).await?;
        let asked = asked.ok_or_else(|| missing(path))?;
        let target = self.redirect(&url, &asked)?;
        let request = self.client.put(target).header(CONTENT_TYPE, "application/octet-stream");
        let written = self.deliver(request.body(bytes), path).await?;
        written.map(|_| ()).ok_or_else(|| missing(path))
    }

    /// Renames a file or a folder.
    ///
    /// # Errors
    ///
    /// Exit code 1 if `from` is missing or `to` exists.
    pub async fn rename(&self, from: &str, to: &str) -> Result<(), Failure> {
        let response = self.put(from, &[("op", "RENAME"), ("destination", to)]).await?;
        let Done { boolean } = self.parse(response, from).await?;
        let problem = || format!("HDFS cannot rename {from} to {to}");
        boolean.then_some(()).ok_or_else(|| Failure::new(Code::Unexpected, problem()))
    }

    /// Deletes a file, or a folder with everything in it; a missing one is no error.
    pub async fn delete(&self, path: &str) -> Result<(), Failure> {
        let url = self.url(path, &[("op", "DELETE"), ("recursive", "true")]);
        self.deliver(self.client.delete(url), path).await.map(|_| ())
    }

    async fn put(&self, path: &str, query: &[(&str, &str)]) -> Result<Response, Failure> {
        let response = self.deliver(self.client.put(self.url(path, query)), path).await?;
        response.ok_or_else(|| missing(path))
    }
}

fn missing(path: &str) -> Failure {
    Failure::refused(format!("HDFS has no {path}"))
}

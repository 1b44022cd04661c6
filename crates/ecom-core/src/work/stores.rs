//! Which data set the stores hold.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::exit::Failure;
use crate::{atomic, input};

/// A file beside the data of the stores: one line, the name of the data set that they hold. It is
/// also the name of the data set's folder in `var/runs`. Empty stores have no mark.
#[derive(Clone, Debug)]
pub struct StoresMark(PathBuf);

impl StoresMark {
    /// The mark in the folder of the stores' data, `var/stack/data`.
    #[must_use]
    pub fn of(stores: &Path) -> Self {
        Self(stores.join("data_set"))
    }

    /// The name of the data set, if the stores hold one.
    ///
    /// # Errors
    /// The file cannot be read. Exit code 4: the name would lead to another folder.
    pub fn read(&self) -> Result<Option<String>, Failure> {
        let Some(bytes) = input::bytes_if_exists(&self.0)? else { return Ok(None) };
        let text = String::from_utf8_lossy(&bytes);
        let name = text.trim_end();
        let is_plain = !name.starts_with('.') && !name.contains('/') && !name.contains('\0');
        if name.is_empty() || !is_plain {
            return Err(Failure::refused(format!("{}: not a data set name", self.0.display())));
        }
        Ok(Some(name.to_owned()))
    }

    /// Writes the name, once: the file's time stays the time when filling the stores began.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn set(&self, data_set: &str) -> Result<(), Failure> {
        if self.0.exists() {
            return Ok(());
        }
        atomic::write(&self.0, format!("{data_set}\n").as_bytes())
    }

    /// When filling the stores began.
    #[must_use]
    pub fn since(&self) -> Option<DateTime<Utc>> {
        fs::metadata(&self.0).and_then(|file| file.modified()).ok().map(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_names_the_data_set_and_keeps_its_time() {
        let stores = tempfile::tempdir().unwrap();
        let mark = StoresMark::of(stores.path());
        assert_eq!(mark.read().unwrap(), None);
        assert_eq!(mark.since(), None);
        mark.set("größe_数据").unwrap();
        let since = mark.since().unwrap();
        mark.set("another").unwrap();
        assert_eq!(mark.read().unwrap().as_deref(), Some("größe_数据"));
        assert_eq!(mark.since(), Some(since));
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        let stores = tempfile::tempdir().unwrap();
        for name in ["", "..", "../runs", ".staging", "a/b"] {
            fs::write(stores.path().join("data_set"), name).unwrap();
            let error = StoresMark::of(stores.path()).read().unwrap_err().to_string();
            assert!(error.ends_with("data_set: not a data set name"), "{error}");
        }
    }
}

//! Which data set the stores hold, and from which topic.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::exit::Failure;
use crate::settings::VAR_DIR;
use crate::{atomic, escape, input};

/// The name of the file with the topic that Flume reads.
const TOPIC: &str = "topic";

/// A file beside the data of the stores: one line, the name of the data set that they hold. It is
/// also the name of the data set's folder in `var/runs`. Empty stores have no mark. Two files beside it
/// say more: `sources` names the files that the data set was read from, and `topic` the topic that
/// Flume reads into HDFS, with its id. A topic that was deleted and made again has another id: all its
/// messages would be in HDFS a second time, so the stores are filled from one topic only.
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

    /// The mark of the stack's stores: below `ECOM_VAR_DIR`.
    #[must_use]
    pub fn of_stack() -> Self {
        let var = std::env::var_os("ECOM_VAR_DIR").filter(|folder| !folder.is_empty());
        Self::of(&PathBuf::from(var.unwrap_or_else(|| VAR_DIR.into())).join("stack/data"))
    }

    /// The file with the sources of the data set: the path of its folder, then a line for each file.
    #[must_use]
    pub fn sources(&self) -> PathBuf {
        self.0.with_file_name("sources")
    }

    /// The name and the id of the topic that Flume reads, once messages were sent to it.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn topic(&self) -> Result<Option<(String, String)>, Failure> {
        let path = self.0.with_file_name(TOPIC);
        let Some(bytes) = input::bytes_if_exists(&path)? else { return Ok(None) };
        let text = String::from_utf8_lossy(&bytes);
        Ok(text.trim_end().split_once(' ').map(|(name, id)| (name.to_owned(), id.to_owned())))
    }

    /// Writes them, before the first message is sent.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn set_topic(&self, name: &str, id: &str) -> Result<(), Failure> {
        atomic::write(&self.0.with_file_name(TOPIC), format!("{name} {id}\n").as_bytes())
    }

    /// Refuses a topic that is not the one of the mark; `id` is that of the topic as it is now, if it
    /// exists.
    ///
    /// # Errors
    /// Exit code 4, with the command that empties the stores and fills them again.
    pub fn check_topic(&self, name: &str, id: Option<&str>) -> Result<(), Failure> {
        let Some((held, held_id)) = self.topic()? else { return Ok(()) };
        let problem = match id {
            _ if held != name => format!("HDFS holds messages of the topic {held}, not of {name}"),
            None => format!("topic {name} was deleted, and HDFS holds its messages"),
            Some(id) if id != held_id => format!(
                "topic {name} was deleted and made again: its id is {id}, but HDFS holds messages \
                 of the topic with the id {held_id}"
            ),
            Some(_) => return Ok(()),
        };
        let command = self.refill();
        Err(Failure::refused(format!(
            "{problem}: to empty the stores and fill them again: {command}"
        )))
    }

    /// The command that empties the stores and fills them again.
    #[must_use]
    pub fn refill(&self) -> String {
        let sources = input::text(&self.sources()).unwrap_or_default();
        let folder =
            sources.lines().next().map(|folder| format!(" {}", escape::shell_word(folder)));
        format!("orchestration/run_pipeline.sh{} --reset --from 2", folder.unwrap_or_default())
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
    fn another_topic_is_refused_with_the_command_that_helps() {
        let stores = tempfile::tempdir().unwrap();
        let mark = StoresMark::of(stores.path());
        mark.check_topic("sales", None).unwrap();
        mark.set_topic("sales", "A").unwrap();
        mark.check_topic("sales", Some("A")).unwrap();
        let refused = |name, id| mark.check_topic(name, id).unwrap_err().to_string();
        let command = "orchestration/run_pipeline.sh --reset --from 2";
        let expected = format!(
            "topic sales was deleted, and HDFS holds its messages: to empty the stores and fill \
             them again: {command}"
        );
        assert_eq!(refused("sales", None), expected);
        fs::write(mark.sources(), "/data/O'Neil & sons\nsales.csv 12\n").unwrap();
        let command = r"orchestration/run_pipeline.sh '/data/O'\''Neil & sons' --reset --from 2";
        for text in [refused("sales", Some("B")), refused("other", Some("A"))] {
            assert!(text.ends_with(command), "{text}");
        }
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

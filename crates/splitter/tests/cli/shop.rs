//! A data set in a temporary folder with a plan written by hand.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use ecom_core::plan::{Dialect, sha256_of};
use ecom_core::record::{Next, Reader, Record};
use tempfile::TempDir;

/// One table of the plan: `columns` are lines `header | name | type | rest`, `rest` in TOML.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) file: &'static str,
    pub(crate) rows: usize,
    pub(crate) rejected: usize,
    pub(crate) key: &'static str,
    pub(crate) columns: &'static str,
    /// More lines of the table in TOML.
    pub(crate) more: &'static str,
}

pub(crate) const BY_DATE: &str =
    "by = \"date\"\nratio = 0.7\ncut = \"2024-06-17\"\nhistorical = 168\nrealtime = 72";

pub(crate) struct Shop {
    folder: TempDir,
    pub(crate) data: PathBuf,
}

impl Shop {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir_all(&data).unwrap();
        for (name, text) in files {
            fs::write(data.join(name), text).unwrap();
        }
        Self { folder, data }
    }

    pub(crate) fn at(data: &Path) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), data: data.to_owned() }
    }

    pub(crate) fn plan(&self) -> PathBuf {
        self.folder.path().join("plan.toml")
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    pub(crate) fn write_plan(&self, split: &str, tables: &[Table]) {
        let mut text = format!(
            "version = 1\ndata_set = \"shop\"\nfolder = {:?}\n[split]\n{split}\n",
            self.data
        );
        for table in tables {
            let Table { name, file, rows, rejected, key, columns, more } = table;
            let sha256 = sha256_of(&self.data.join(file)).unwrap();
            text += &format!(
                "[[table]]\nname = {name:?}\nfile = {file:?}\nsha256 = {sha256:?}\nrows = {rows}\n\
                 rejected = {rejected}\nkey = {key}\nkey_proof = \"by hand\"\n{more}\n\
                 route = {{ to = [\"mysql\"], reason = \"by hand\" }}\n"
            );
            if !more.contains("dialect") {
                text += "dialect = { delimiter = \",\", quote = '\"', encoding = \"UTF-8\", bom = \
                         false, line_ending = \"LF\", header_line = 1 }\n";
            }
            for line in columns.trim().lines() {
                let parts: Vec<_> = line.split('|').map(str::trim).collect();
                let [header, name, sql_type, rest] = parts[..] else { panic!("{line}") };
                let nullable = if rest.contains("nullable") { "" } else { "nullable = false" };
                text += &format!(
                    "[[table.column]]\nheader = {header:?}\nname = {name:?}\ntype = \
                     {sql_type:?}\n{}\n{nullable}\n",
                    rest.replace("; ", "\n")
                );
            }
        }
        fs::write(self.plan(), text).unwrap();
    }

    pub(crate) fn splitter(&self, args: &[&str]) -> assert_cmd::assert::Assert {
        let mut command = Command::new(env!("CARGO_BIN_EXE_splitter"));
        command.current_dir(self.folder.path()).arg("--plan").arg(self.plan());
        command.arg("--out-dir").arg(self.out()).args(args).assert()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.out().join(name)).unwrap()
    }

    /// Every file of the work folder and its bytes; the lock apart.
    pub(crate) fn everything(&self) -> Vec<(String, Vec<u8>)> {
        let Ok(folder) = fs::read_dir(self.out()) else { return Vec::new() };
        let files = folder.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let files = files.map(|path| (name(&path), fs::read(&path).unwrap()));
        let mut files: Vec<_> = files.filter(|(name, _)| name != ".splitter.lock").collect();
        files.sort();
        files
    }
}

/// The records of a file, `None` for NULL.
pub(crate) fn records(path: &Path, dialect: &Dialect) -> Vec<Vec<Option<String>>> {
    let mut reader = Reader::open(path, dialect).unwrap();
    let (mut record, mut all) = (Record::new(), Vec::new());
    loop {
        match reader.read(&mut record).unwrap() {
            Next::Record => all.push(record.values().map(|v| v.map(str::to_owned)).collect()),
            Next::Reject(reject) => panic!("{reject}"),
            Next::End => return all,
        }
    }
}

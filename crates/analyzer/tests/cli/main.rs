//! Runs the real binary.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "only tests use it")]

mod beside;
mod facts;
mod files;
mod html;
mod kept;
mod name;
mod refused;
mod related;
mod roles;
mod shapes;
mod shown;
mod tables;

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use ecom_core::plan::Plan;
use tempfile::TempDir;

/// A data set in a folder of its own, and a folder for its plan.
struct Shop {
    folder: TempDir,
}

/// The output of the tool.
struct Said {
    code: i32,
    out: String,
    err: String,
}

const SALES: &str = "Order ID,Order Date,Customer ID,Product ID,Quantity,Total\n\
                     1001,2024-01-01,7,A1,1,10.50\n\
                     1002,2024-01-02,8,A2,2,20.00\n\
                     1003,2024-01-03,7,A1,3,31.50\n\
                     1004,2024-01-04,9,A3,1,5.25\n";

impl Shop {
    fn new(files: &[(&str, &str)]) -> Self {
        let bytes: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        Self::of_bytes(&bytes)
    }

    fn of_bytes(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::Builder::new().prefix("shop").tempdir().unwrap();
        fs::create_dir(folder.path().join("My Shop")).unwrap();
        for (name, bytes) in files {
            fs::write(folder.path().join("My Shop").join(name), bytes).unwrap();
        }
        Self { folder }
    }

    /// A shop with one of the real files; `None`, with a message, if they do not exist.
    fn real(file: &str) -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap();
        let path = root.join("shared/data").join(file);
        if !path.exists() {
            println!("SKIPPED: the real files are not there ({})", path.display());
            return None;
        }
        let shop = Self::new(&[]);
        let link = shop.data().join(path.file_name().unwrap());
        std::os::unix::fs::symlink(path, link).unwrap();
        Some(shop)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("My Shop")
    }

    fn plan_file(&self) -> PathBuf {
        self.folder.path().join("work/plan.toml")
    }

    fn run(&self, args: &[&str]) -> Said {
        run(Command::new(env!("CARGO_BIN_EXE_analyzer")).arg(self.data()).args(args))
    }

    /// Runs with a plan, which must be written.
    fn plan(&self, args: &[&str]) -> Plan {
        let path = self.plan_file();
        let said = self.run(&[&["--plan", path.to_str().unwrap()], args].concat());
        assert_eq!((said.code, said.err.lines().count()), (0, 1), "{}", said.err);
        Plan::read(&path).unwrap()
    }

    fn json(&self, args: &[&str]) -> serde_json::Value {
        let said = self.run(&[&["--format", "json"], args].concat());
        assert_eq!(said.code, 0, "{}", said.err);
        serde_json::from_str(&said.out).unwrap()
    }

    /// Runs, and expects a refusal whose message ends with `end`.
    fn refused(&self, args: &[&str], end: &str) -> Said {
        let said = self.run(args);
        assert_eq!(said.code, 4, "{}", said.err);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
        assert!(
            said.err.starts_with("analyzer: ") && said.err.trim_end().ends_with(end),
            "{}",
            said.err
        );
        said
    }
}

fn run(command: &mut Command) -> Said {
    let output = command.env_remove("COLUMNS").output().unwrap();
    Said {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The statistics of a column in the JSON report.
fn column<'a>(report: &'a serde_json::Value, table: &str, header: &str) -> &'a serde_json::Value {
    let tables = report["table"].as_array().unwrap();
    let table = tables.iter().find(|one| one["name"] == table).unwrap();
    let columns = table["column"].as_array().unwrap();
    columns.iter().find(|one| one["header"] == header).unwrap()
}

//! What a run was asked for: two runs of the same request make the same lines.

use std::path::{Path, PathBuf};

use ecom_core::exit::Failure;
use ecom_core::plan::{Table, sha256_of};
use serde::{Deserialize, Serialize};

use crate::cli::Args;
use crate::orders;

/// The most lines of one run.
const LINES_LIMIT: u64 = 1_000_000_000_000;

/// What a run was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Request {
    /// The CSV file's name.
    pub(crate) csv: String,
    /// The CSV file's SHA-256.
    pub(crate) sha256: String,
    /// The columns that decide what the lines say.
    pub(crate) columns: Vec<String>,
    /// Lines in each file.
    pub(crate) logs_per_file: u64,
    /// Files.
    pub(crate) num_files: u64,
    /// Lines of all files, where the last one has fewer than the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) lines: Option<u64>,
    /// The seed.
    pub(crate) seed: u64,
    /// The output folder, absolute.
    pub(crate) output_dir: PathBuf,
}

impl Request {
    /// What the command line asks for.
    pub(crate) fn new(args: &Args, table: &Table) -> Result<Self, Failure> {
        let name = args.csv.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let output_dir = std::path::absolute(&args.output_dir).map_err(|error| {
            Failure::usage(format!("--output-dir {}", args.output_dir.display())).because(error)
        })?;
        let (logs_per_file, num_files, lines) = shares(args)?;
        Ok(Self {
            csv: name,
            sha256: sha256_of(&args.csv)?,
            columns: orders::fields(table),
            logs_per_file,
            num_files,
            lines,
            seed: args.seed,
            output_dir,
        })
    }

    /// Lines of all files.
    pub(crate) fn lines(&self) -> u64 {
        self.lines.unwrap_or(self.logs_per_file * self.num_files)
    }

    /// Lines of the file number `number`; the first is 0.
    pub(crate) fn lines_of(&self, number: u64) -> u64 {
        self.logs_per_file.min(self.lines() - number * self.logs_per_file)
    }

    /// In which ways another request is another one.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let mut compare = |what: &str, mine: String, theirs: String| {
            if mine != theirs {
                found.push(format!("{what} {mine} instead of {theirs}"));
            }
        };
        let folder = |path: &Path| path.display().to_string();
        let hash = |hash: &str| format!("{}…", hash.get(..16).unwrap_or(hash));
        compare("file", self.csv.clone(), other.csv.clone());
        compare("SHA-256", hash(&self.sha256), hash(&other.sha256));
        let number = |number: u64| number.to_string();
        compare("--logs-per-file", number(self.logs_per_file), number(other.logs_per_file));
        compare("--num-files", number(self.num_files), number(other.num_files));
        if self.lines.or(other.lines).is_some() {
            compare("--lines", number(self.lines()), number(other.lines()));
        }
        compare("--seed", number(self.seed), number(other.seed));
        compare("--output-dir", folder(&self.output_dir), folder(&other.output_dir));
        if self.columns != other.columns {
            found.push("other columns in the plan".into());
        }
        found
    }
}

/// Lines of each file, files, and the lines of all where the last file is a shorter one.
fn shares(args: &Args) -> Result<(u64, u64, Option<u64>), Failure> {
    let files = args.num_files.get();
    let Some(lines) = args.lines else {
        let each = args.logs_per_file.get();
        let product = each.checked_mul(files).filter(|lines| *lines <= LINES_LIMIT);
        return product.map(|_| (each, files, None)).ok_or_else(|| {
            Failure::usage(format!(
                "--logs-per-file {each} times --num-files {files} is more than {LINES_LIMIT} lines"
            ))
        });
    };
    let lines = lines.get();
    if lines > LINES_LIMIT {
        return Err(Failure::usage(format!("--lines {lines} is more than {LINES_LIMIT}")));
    }
    let each = lines.div_ceil(files);
    let files = lines.div_ceil(each);
    Ok((each, files, (each * files != lines).then_some(lines)))
}

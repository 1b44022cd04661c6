//! The request that the command line makes, and how it differs from an earlier one.

use std::path::Path;

use ecom_core::exit::Failure;
use ecom_core::plan::{Table, sha256_of};
use ecom_core::work::LogRequest;

use crate::cli::Args;
use crate::orders;

/// The most lines of one run.
const LINES_LIMIT: u64 = 1_000_000_000_000;

/// What the command line asks for.
pub(crate) fn of(args: &Args, table: &Table) -> Result<LogRequest, Failure> {
    let output_dir = std::path::absolute(&args.output_dir).map_err(|error| {
        Failure::usage(format!("--output-dir {}", args.output_dir.display())).because(error)
    })?;
    let (logs_per_file, num_files, lines) = shares(args)?;
    Ok(LogRequest {
        csv: args.csv.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        sha256: sha256_of(&args.csv)?,
        columns: orders::fields(table),
        logs_per_file,
        num_files,
        lines,
        seed: args.seed,
        output_dir,
    })
}

/// How a request differs from an earlier one.
pub(crate) fn differences(request: &LogRequest, earlier: &LogRequest) -> Vec<String> {
    let mut found = Vec::new();
    let mut compare = |what: &str, now: String, then: String| {
        if now != then {
            found.push(format!("{what} {now} instead of {then}"));
        }
    };
    let folder = |path: &Path| path.display().to_string();
    let hash = |hash: &str| format!("{}…", hash.get(..16).unwrap_or(hash));
    compare("file", request.csv.clone(), earlier.csv.clone());
    compare("SHA-256", hash(&request.sha256), hash(&earlier.sha256));
    let number = |number: u64| number.to_string();
    compare("--logs-per-file", number(request.logs_per_file), number(earlier.logs_per_file));
    compare("--num-files", number(request.num_files), number(earlier.num_files));
    if request.lines.or(earlier.lines).is_some() {
        compare("--lines", number(request.lines()), number(earlier.lines()));
    }
    compare("--seed", number(request.seed), number(earlier.seed));
    compare("--output-dir", folder(&request.output_dir), folder(&earlier.output_dir));
    if request.columns != earlier.columns {
        found.push("other columns in the plan".into());
    }
    found
}

/// Lines per file, files, and the lines of all files if the last one is shorter.
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

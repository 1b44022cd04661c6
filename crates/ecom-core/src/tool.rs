//! The body of every tool's `main`.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser;

use crate::exit::{Code, finish};

/// Loads `.env`, parses the command line, runs the tool, and turns its result into an exit code.
///
/// `TOOL completions SHELL` prints the shell completions of any tool.
pub fn main<A: Parser>(run: impl FnOnce(A) -> anyhow::Result<Code>) -> ExitCode {
    let tool = A::command().get_name().to_owned();
    let words: Vec<OsString> = std::env::args_os().collect();
    if let Some(shell) = completions_wanted(&words) {
        let mut command = A::command();
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut command, &tool, &mut script);
        let written = io::stdout().write_all(&script);
        return finish(&tool, written.map(|()| Code::Success).map_err(Into::into));
    }
    if let Err(error) = crate::settings::load_dot_env() {
        return finish(&tool, Err(error.into()));
    }
    let parsed = A::command().try_get_matches_from(words).and_then(|mut matches| {
        A::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut A::command()))
    });
    match parsed {
        Ok(args) => finish(&tool, run(args)),
        Err(error) => {
            // Nothing is left to tell when even standard error is closed.
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Code::Usage as u8))
        }
    }
}

fn completions_wanted(words: &[OsString]) -> Option<clap_complete::Shell> {
    let [_, verb, shell] = words else { return None };
    (verb == "completions").then(|| shell.to_str()?.parse().ok()).flatten()
}

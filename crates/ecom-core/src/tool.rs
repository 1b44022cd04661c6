//! The body of every tool's `main`.

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::{Error, Parser};

use crate::dot_env::{self, DotEnv};
use crate::exit::{Code, Failure, finish};
use crate::in_force;
use crate::show;

/// Loads `.env`, parses the command line, runs the tool and turns its result into an exit code.
///
/// `TOOL completions SHELL` prints the shell completions of any tool. Completions, help and version
/// are printed even if `.env` is wrong.
pub fn main<A: Parser>(run: impl FnOnce(A) -> anyhow::Result<Code>) -> ExitCode {
    let tool = A::command().get_name().to_owned();
    let words: Vec<OsString> = std::env::args_os().collect();
    if let Some(shell) = completions_wanted(&words) {
        let mut command = A::command();
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut command, &tool, &mut script);
        let printed = show::print(&String::from_utf8_lossy(&script));
        return finish(&tool, printed.map(|()| Code::Success).map_err(Into::into));
    }
    let (dot_env, wrong) = match dot_env::load(&A::command()) {
        Ok(dot_env) => (dot_env, None),
        Err(failure) => (DotEnv::default(), Some(failure)),
    };
    let parsed = parse::<A>(words, &dot_env);
    match (wrong, parsed) {
        (None, Ok(args)) => finish(&tool, caught(|| run(args))),
        (Some(failure), Ok(_)) => finish(&tool, Err(failure.into())),
        (Some(failure), Err(error)) if error.use_stderr() => finish(&tool, Err(failure.into())),
        (_, Err(error)) => {
            // Nothing can be printed if even standard error is closed.
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Code::Usage as u8))
        }
    }
}

/// A panic is an error in one line with exit code 1, like any other.
fn caught(run: impl FnOnce() -> anyhow::Result<Code>) -> anyhow::Result<Code> {
    static PANIC: Mutex<String> = Mutex::new(String::new());
    set_hook(Box::new(|panic| {
        let text = panic.to_string();
        tracing::info!("{text}");
        *PANIC.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }));
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let panic = PANIC.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Err(Failure::new(Code::Unexpected, "internal error").because(panic).into())
    })
}

fn parse<A: Parser>(words: Vec<OsString>, dot_env: &DotEnv) -> Result<A, Error> {
    let mut command = A::command();
    let mut matches = command.try_get_matches_from_mut(words)?;
    in_force::remember(&command, &matches, dot_env);
    A::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

fn completions_wanted(words: &[OsString]) -> Option<clap_complete::Shell> {
    let [_, verb, shell] = words else { return None };
    (verb == "completions").then(|| shell.to_str()?.parse().ok()).flatten()
}

//! The effective settings and where each comes from, for `--verbose`.

use std::sync::OnceLock;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

use crate::dot_env::DotEnv;

static LINES: OnceLock<Vec<String>> = OnceLock::new();

/// Keeps the effective settings until the log is set up.
pub(crate) fn remember(command: &Command, matches: &ArgMatches, dot_env: &DotEnv) {
    // A second call, as in tests, changes nothing.
    let _ = LINES.set(lines(command, matches, dot_env));
}

/// One line for the tool and its `.env`, and one for every setting.
pub(crate) fn lines_kept() -> &'static [String] {
    LINES.get().map_or(&[], Vec::as_slice)
}

fn lines(command: &Command, matches: &ArgMatches, dot_env: &DotEnv) -> Vec<String> {
    let version = command.get_version().unwrap_or_default();
    let file = match &dot_env.path {
        Some(path) => format!("settings from {}", path.display()),
        None => "no .env".into(),
    };
    let mut lines = vec![format!("{} {version}: {file}", command.get_name())];
    let (mut command, mut matches) = (command, matches);
    while let Some((name, inner)) = matches.subcommand()
        && let Some(found) = command.find_subcommand(name)
    {
        (command, matches) = (found, inner);
    }
    let settings = command.get_arguments().filter_map(|arg| setting(arg, matches, dot_env));
    lines.extend(settings);
    lines
}

/// `MYSQL_PORT is 3307, from .env`. No argument is a secret, but an address might contain one.
fn setting(arg: &Arg, matches: &ArgMatches, dot_env: &DotEnv) -> Option<String> {
    let name = arg.get_env()?.to_str()?;
    let values = matches.get_raw(arg.get_id().as_str())?;
    let values: Vec<_> = values.map(|value| without_user(&value.to_string_lossy())).collect();
    let source = match matches.value_source(arg.get_id().as_str())? {
        ValueSource::CommandLine => "from the command line",
        ValueSource::EnvVariable if dot_env.names.iter().any(|known| known == name) => "from .env",
        ValueSource::EnvVariable if dot_env.followed.contains(&name) => "from its port",
        ValueSource::EnvVariable => "from the environment",
        _ => "the default",
    };
    Some(format!("{name} is {}, {source}", values.join(", ")))
}

/// An address without a user and password in front of its host.
fn without_user(value: &str) -> String {
    let (scheme, rest) = value.split_once("://").unwrap_or(("", value));
    let host_end = rest.find('/').unwrap_or(rest.len());
    match rest[..host_end].rfind('@') {
        Some(end) if !scheme.is_empty() => format!("{scheme}://…@{}", &rest[end + 1..]),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn each_setting_is_printed_with_its_source_also_after_a_subcommand() {
        let setting = |id: &'static str, name: &'static str| {
            Arg::new(id).long(id).env(name).default_value("9092").global(true)
        };
        let mut command = Command::new("tool")
            .version("1.2.3")
            .arg(setting("port", "IN_FORCE_PORT"))
            // Cargo sets these for every test.
            .arg(setting("crate", "CARGO_PKG_NAME"))
            .arg(setting("server", "CARGO_PKG_VERSION_MAJOR"))
            .arg(setting("page", "CARGO_PKG_VERSION_MINOR"))
            .arg(setting("plan", "IN_FORCE_PLAN"))
            .subcommand(Command::new("list"));
        let words = ["tool", "list", "--plan", "http://ann:s3cret@host/a@b"];
        let matches = command.try_get_matches_from_mut(words).unwrap();
        let dot_env = DotEnv {
            path: Some(PathBuf::from("/p/.env")),
            names: vec!["CARGO_PKG_VERSION_MAJOR".into()],
            followed: vec!["CARGO_PKG_VERSION_MINOR"],
        };
        let (major, minor) = (env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"));
        assert_eq!(
            lines(&command, &matches, &dot_env),
            [
                "tool 1.2.3: settings from /p/.env".to_owned(),
                "IN_FORCE_PORT is 9092, the default".to_owned(),
                "CARGO_PKG_NAME is ecom-core, from the environment".to_owned(),
                format!("CARGO_PKG_VERSION_MAJOR is {major}, from .env"),
                format!("CARGO_PKG_VERSION_MINOR is {minor}, from its port"),
                "IN_FORCE_PLAN is http://…@host/a@b, from the command line".to_owned(),
            ]
        );
        assert_eq!(lines(&command, &matches, &DotEnv::default())[0], "tool 1.2.3: no .env");
    }
}

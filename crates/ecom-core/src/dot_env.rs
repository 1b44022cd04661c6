//! `.env`: the settings of a checkout in a file. Its grammar is that of `read_env_file` in
//! `orchestration/stack/settings.sh`; `tests/dot_env.table` is run against both.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap::Command;

use crate::exit::{Code, Failure};
use crate::input;

const FILE_NAME: &str = ".env";

/// Marks the root of a checkout: the scripts read the `.env` next to it, wherever they are called.
const ROOT_MARK: &str = "orchestration/lib.sh";

/// Settings that the library itself reads, in addition to the arguments of a tool.
const LIBRARY: [&str; 5] =
    ["ECOM_VAR_DIR", "KAFKA_PORT", "MYSQL_PASSWORD", "MYSQL_PASSWORD_FILE", "NAMENODE_HTTP_PORT"];

/// Those of them that are paths.
const LIBRARY_PATHS: [&str; 2] = ["ECOM_VAR_DIR", "MYSQL_PASSWORD_FILE"];

/// Addresses that follow from a port unless they are set: address, port, text before the port.
const FOLLOWING: [(&str, &str, &str); 2] = [
    ("KAFKA_BOOTSTRAP_SERVERS", "KAFKA_PORT", "localhost:"),
    ("WEBHDFS_URL", "NAMENODE_HTTP_PORT", "http://localhost:"),
];

/// Values by their names.
type Values = BTreeMap<String, String>;

/// What a tool takes from `.env`; every other name in it is ignored.
#[derive(Debug)]
struct Known {
    names: BTreeSet<String>,
    /// The names whose values are paths: relative ones start at the folder of `.env`.
    paths: BTreeSet<String>,
}

/// What was put into the environment, and from where.
#[derive(Debug, Default)]
pub(crate) struct DotEnv {
    /// The file, if there is one.
    pub(crate) path: Option<PathBuf>,
    /// The names that it sets: known ones that are unset or empty in the environment.
    pub(crate) names: Vec<String>,
    /// Addresses that follow from their ports.
    pub(crate) followed: Vec<&'static str>,
}

impl Known {
    /// The environment variables of all arguments, and those that the library reads. A secret may
    /// be given itself instead of its file: `X` beside `X_FILE`.
    fn of(command: &Command) -> Self {
        let texts = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let mut known = Self { names: texts(&LIBRARY), paths: texts(&LIBRARY_PATHS) };
        known.add(command);
        known
    }

    fn add(&mut self, command: &Command) {
        for arg in command.get_arguments() {
            let Some(name) = arg.get_env().and_then(OsStr::to_str) else { continue };
            self.names.insert(name.to_owned());
            self.names.extend(name.strip_suffix("_FILE").map(str::to_owned));
            if arg.get_value_parser().type_id() == TypeId::of::<PathBuf>() {
                self.paths.insert(name.to_owned());
            }
        }
        command.get_subcommands().for_each(|command| self.add(command));
    }
}

/// Puts what `.env` sets for the tool into the environment, unless it is set there. Inside a
/// checkout, `.env` is the checkout's own, as for the scripts; elsewhere that of the working folder.
///
/// # Errors
/// The file cannot be read, or a line of it is not of the form `NAME=VALUE`.
pub(crate) fn load(command: &Command) -> Result<DotEnv, Failure> {
    let known = Known::of(command);
    let environment = |name: &str| Some(env::var_os(name)?.to_string_lossy().into_owned());
    let path = env::current_dir().ok().and_then(|folder| find(&folder));
    let mut values = match &path {
        Some(path) => wanted(read(path, &known)?, path, &known, environment),
        None => Values::new(),
    };
    let names = values.keys().cloned().collect();
    let followed = follow(&mut values, environment);
    put_into_environment(&values)?;
    Ok(DotEnv { path, names, followed })
}

fn find(folder: &Path) -> Option<PathBuf> {
    let root = folder.ancestors().find(|above| above.join(ROOT_MARK).is_file());
    let path = root.unwrap_or(folder).join(FILE_NAME);
    path.exists().then_some(path)
}

fn read(path: &Path, known: &Known) -> Result<Values, Failure> {
    let bytes = input::bytes(path).map_err(|failure| {
        Failure::usage(format!("cannot read the settings {}", path.display())).because(failure)
    })?;
    // The line itself is not shown: it may contain a secret.
    parse(&bytes, known).map_err(|line| {
        Failure::usage(format!("{}, line {line}: not of the form NAME=VALUE", path.display()))
    })
}

/// The known settings of a file, the first non-empty value of each; or the number of the first line
/// that is not an assignment.
fn parse(bytes: &[u8], known: &Known) -> Result<Values, usize> {
    let mut values = Values::new();
    for (line, number) in bytes.split(|byte| *byte == b'\n').zip(1_usize..) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let begin = line.iter().position(|byte| !is_space(char::from(*byte)));
        let Some(begin) = begin.filter(|begin| line[*begin] != b'#') else { continue };
        let text = std::str::from_utf8(&line[begin..]).ok().filter(|text| !text.contains('\0'));
        let (name, value) = text.and_then(assignment).ok_or(number)?;
        if known.names.contains(name) && values.get(name).is_none_or(String::is_empty) {
            values.insert(name.to_owned(), unquoted(value).to_owned());
        }
    }
    Ok(values)
}

/// Name and value of `NAME=VALUE` or `export NAME=VALUE`.
fn assignment(text: &str) -> Option<(&str, &str)> {
    let exported = text.strip_prefix("export").filter(|rest| rest.starts_with(is_space));
    let (name, value) = exported.unwrap_or(text).trim_start_matches(is_space).split_once('=')?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_name =
        name.bytes().all(plain) && !name.starts_with(|first: char| first.is_ascii_digit());
    (is_name && !name.is_empty()).then_some((name, value))
}

/// A value without trailing spaces and the quotes around it; nothing in it is expanded.
fn unquoted(value: &str) -> &str {
    let value = value.trim_end_matches(is_space);
    let inside = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).unwrap_or(value)
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\x0b' | '\x0c' | '\r')
}

/// What the environment leaves to `.env`. A password in the environment takes precedence over a
/// password file in `.env`.
fn wanted(
    mut values: Values,
    path: &Path,
    known: &Known,
    environment: impl Fn(&str) -> Option<String>,
) -> Values {
    let has_password = environment("MYSQL_PASSWORD").is_some();
    values.retain(|name, value| {
        !value.is_empty()
            && environment(name).is_none_or(|given| given.is_empty())
            && !(has_password && name == "MYSQL_PASSWORD_FILE")
    });
    let folder = path.parent().unwrap_or(path);
    for (name, value) in &mut values {
        if known.paths.contains(name) {
            *value = folder.join(&*value).to_string_lossy().into_owned();
        }
    }
    values
}

/// Adds the addresses that follow from their ports.
fn follow(values: &mut Values, environment: impl Fn(&str) -> Option<String>) -> Vec<&'static str> {
    let mut followed = Vec::new();
    for (address, port, before) in FOLLOWING {
        let given = |name: &str| {
            let given = environment(name).filter(|value| !value.is_empty());
            given.or_else(|| values.get(name).cloned())
        };
        // Kubernetes sets KAFKA_PORT and the like to tcp://…, which is not a port.
        let port = given(port).filter(|port| port.parse::<u16>().is_ok());
        if let (None, Some(port)) = (given(address), port) {
            values.insert(address.to_owned(), format!("{before}{port}"));
            followed.push(address);
        }
    }
    followed
}

/// Setting a variable is unsafe code, which this workspace forbids: dotenvy does it, and is given
/// what `parse` found.
fn put_into_environment(values: &Values) -> Result<(), Failure> {
    dotenvy::from_read_override(quoted(values).as_bytes()).map_err(|error| {
        Failure::new(Code::Unexpected, "cannot apply the settings of .env").because(error)
    })
}

/// Values quoted for dotenvy, so that nothing in them is expanded.
fn quoted(values: &Values) -> String {
    let mut text = String::new();
    for (name, value) in values {
        text.extend([name, "=\""]);
        for character in value.chars() {
            if matches!(character, '\\' | '"' | '$') {
                text.push('\\');
            }
            text.push(character);
        }
        text.push_str("\"\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::fs;

    use clap::{Arg, value_parser};
    use proptest::prelude::*;

    use super::*;

    /// The lines on which this parser and that of the scripts must agree.
    const TABLE: &str = include_str!("../tests/dot_env.table");

    fn known() -> Known {
        let arg = |name| Arg::new(name).long(name).env(name);
        let path = |name| arg(name).value_parser(value_parser!(PathBuf));
        let list = Command::new("list").args(["MYSQL_PORT", "MYSQL_USER"].map(arg));
        let paths = ["LOG_SPOOL_DIR", "TOKEN_FILE"].map(path);
        Known::of(&Command::new("tool").args([arg("KAFKA_TOPIC")]).args(paths).subcommand(list))
    }

    fn values(pairs: &[(&str, &str)]) -> Values {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn unescaped(text: &str) -> String {
        let mut characters = text.chars();
        let mut plain = String::new();
        while let Some(character) = characters.next() {
            plain.push(match character {
                '\\' => match characters.next() {
                    Some('t') => '\t',
                    Some('r') => '\r',
                    Some('n') => '\n',
                    Some('\\') => '\\',
                    other => panic!("no escape: {other:?} in {text}"),
                },
                character => character,
            });
        }
        plain
    }

    #[test]
    fn the_grammar_is_that_of_the_table() {
        let rows = TABLE.lines().filter(|row| !row.starts_with('#'));
        let rows: Vec<_> = rows.map(|row| row.split('\t').collect::<Vec<_>>()).collect();
        assert!(rows.len() > 20);
        for row in rows {
            let found = parse(unescaped(row[1]).as_bytes(), &known());
            match row[..] {
                ["takes", _, value] => {
                    assert_eq!(found, Ok(values(&[("KAFKA_TOPIC", &unescaped(value))])), "{row:?}");
                }
                ["nothing", _] => assert_eq!(found, Ok(Values::new()), "{row:?}"),
                ["refuses", _, line] => assert_eq!(found, Err(line.parse().unwrap()), "{row:?}"),
                _ => panic!("no row: {row:?}"),
            }
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_allowed_in_comments_only() {
        assert_eq!(
            parse(b"# caf\xe9\nKAFKA_TOPIC=a", &known()),
            Ok(values(&[("KAFKA_TOPIC", "a")]))
        );
        assert_eq!(parse(b"\nKAFKA_TOPIC=caf\xe9", &known()), Err(2));
        assert_eq!(parse(b"KAFKA_TOPIC=a\0b", &known()), Err(1));
    }

    #[test]
    fn a_tool_takes_the_settings_of_its_arguments_and_of_the_library_alone() {
        assert_eq!(
            parse(b"PATH=/nowhere\nRUST_LOG=trace\nLD_PRELOAD=x\nHDFS_USER=a", &known()),
            Ok(Values::new())
        );
        let found = parse(b"MYSQL_USER=ann\nTOKEN=x\nKAFKA_PORT=1", &known());
        assert_eq!(
            found,
            Ok(values(&[("KAFKA_PORT", "1"), ("MYSQL_USER", "ann"), ("TOKEN", "x")]))
        );
        let paths: Vec<_> = known().paths.into_iter().collect();
        assert_eq!(paths, ["ECOM_VAR_DIR", "LOG_SPOOL_DIR", "MYSQL_PASSWORD_FILE", "TOKEN_FILE"]);
    }

    #[test]
    fn a_wrong_line_is_named_with_its_file_and_without_its_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        fs::write(&path, "KAFKA_PORT=1\ns3cret\n").unwrap();
        let failure = read(&path, &known()).unwrap_err();
        let wanted = format!("{}, line 2: not of the form NAME=VALUE", path.display());
        assert_eq!((failure.code(), failure.to_string()), (Code::Usage, wanted));
    }

    #[test]
    fn a_checkout_has_one_file_and_a_folder_outside_a_checkout_has_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let (root, outside) = (folder.path().join("checkout"), folder.path().join("outside/deep"));
        let inside = root.join("data/deep");
        for folder in [&inside, &outside, &root.join("orchestration")] {
            fs::create_dir_all(folder).unwrap();
        }
        fs::write(root.join(ROOT_MARK), "").unwrap();
        fs::write(inside.join(FILE_NAME), "").unwrap();
        fs::write(folder.path().join("outside").join(FILE_NAME), "").unwrap();
        assert_eq!((find(&inside), find(&outside)), (None, None));
        fs::write(root.join(FILE_NAME), "").unwrap();
        fs::write(outside.join(FILE_NAME), "").unwrap();
        assert_eq!(find(&inside), Some(root.join(FILE_NAME)));
        assert_eq!(find(&outside), Some(outside.join(FILE_NAME)));
    }

    #[test]
    fn what_the_environment_sets_is_kept_and_what_is_empty_there_is_filled() {
        let given = values(&[("KAFKA_PORT", "1"), ("MYSQL_PORT", "2"), ("MYSQL_USER", "3")]);
        let left = wanted(given, Path::new("/p/.env"), &known(), |name| match name {
            "KAFKA_PORT" => Some("9".into()),
            "MYSQL_PORT" => Some(String::new()),
            _ => None,
        });
        assert_eq!(left, values(&[("MYSQL_PORT", "2"), ("MYSQL_USER", "3")]));
    }

    #[test]
    fn a_relative_path_starts_at_the_folder_of_the_file() {
        let given = values(&[("ECOM_VAR_DIR", "my var"), ("LOG_SPOOL_DIR", "/abs")]);
        let counted = wanted(given, Path::new("/p/.env"), &known(), |_| None);
        assert_eq!(counted, values(&[("ECOM_VAR_DIR", "/p/my var"), ("LOG_SPOOL_DIR", "/abs")]));
    }

    #[test]
    fn a_password_in_the_environment_takes_precedence_over_a_file_in_dot_env() {
        let given = values(&[("MYSQL_PASSWORD_FILE", "secret"), ("MYSQL_USER", "ann")]);
        let password = |name: &str| (name == "MYSQL_PASSWORD").then(|| "s3cret".to_owned());
        let left = wanted(given.clone(), Path::new("/p/.env"), &known(), password);
        assert_eq!(left, values(&[("MYSQL_USER", "ann")]));
        assert!(
            wanted(given, Path::new("/p/.env"), &known(), |_| None)
                .contains_key("MYSQL_PASSWORD_FILE")
        );
    }

    #[test]
    fn an_address_follows_from_its_port_unless_it_is_set() {
        let followed = |pairs: &[(&str, &str)]| {
            let mut values = values(pairs);
            follow(&mut values, |name| (name == "NAMENODE_HTTP_PORT").then(|| "tcp://1:2".into()));
            assert!(!values.contains_key("WEBHDFS_URL"));
            values.remove("KAFKA_BOOTSTRAP_SERVERS")
        };
        assert_eq!(followed(&[("KAFKA_PORT", "9093")]).as_deref(), Some("localhost:9093"));
        let both = [("KAFKA_PORT", "9093"), ("KAFKA_BOOTSTRAP_SERVERS", "h:1")];
        assert_eq!(followed(&both).as_deref(), Some("h:1"));
        assert_eq!(followed(&[]), None);
    }

    proptest! {
        #[test]
        fn every_value_reaches_the_environment_unchanged(value in "[^\n\r\0]*") {
            let text = quoted(&values(&[("KAFKA_TOPIC", &value)]));
            let read: Vec<_> = dotenvy::from_read_iter(text.as_bytes()).collect::<Result<_, _>>().unwrap();
            prop_assert_eq!(read, vec![("KAFKA_TOPIC".to_owned(), value)]);
        }
    }
}

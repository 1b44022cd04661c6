//! What a MySQL server may say, packet by packet: the drivers behind this trust their server too much.
//!
//! sqlx 0.9.0 sends the password in clear to a server whose greeting asks for `mysql_clear_password`, both drivers encrypt
//! it with whatever key the server sends, and a packet that is too short, a million columns or a packet without end make
//! them panic or fill the memory. So only these packets pass: a greeting and a login by a challenge, and after each
//! statement one answer, whose every part has the length that it says. Protocol:
//! <https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html>

use super::packet::{Greeting, is_definition, is_ok, is_old_end, is_row, number};
use crate::escape::{excerpt, sql_text};

/// The length of a packet that another one continues; nothing that the tools read is as long.
const CONTINUED: usize = 0xff_ffff;
/// The longest packet before the login is done, and the longest error, in bytes.
const SHORT: usize = 1 << 13;
/// The most columns of a table, in MySQL and MariaDB.
const MOST_COLUMNS: u64 = 4096;
/// The beginning of a statement that is kept to compare it with what the server asks for.
pub(super) const STATEMENT: usize = 1 << 10;

const QUIT: u8 = 0x01;
const OK: u8 = 0x00;
const ERROR: u8 = 0xff;
const FILE: u8 = 0xfb;
/// The end of the definitions or rows; during the login, a switch of the method.
pub(super) const END: u8 = 0xfe;

/// Capabilities without which a server is older than any that the drivers know: protocol 4.1, its login, and the names of
/// login methods.
const NEEDED: u32 = 0x0200 | 0x8000 | 0x0008_0000;
/// The capability by which definitions have no end of their own.
const NO_END_OF_DEFINITIONS: u32 = 0x0100_0000;

/// The methods that send an answer to a challenge, never the password.
const METHODS: [&[u8]; 2] = [b"mysql_native_password", b"caching_sha2_password"];

/// Why a packet does not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The server does not have the password's hash in its cache and wants the password.
    Password,
    /// The packet is not one of MySQL's, or one that no honest server sends now.
    Broken(String),
}

/// How far the dialogue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Greeting,
    Login,
    /// Nothing is asked.
    Idle,
    Asked,
    Definitions {
        left: u64,
        columns: u64,
    },
    EndOfDefinitions {
        columns: u64,
    },
    Rows {
        columns: u64,
    },
    /// The driver sends the file that the statement names.
    File,
}

/// A connection's dialogue, as far as it is needed to know what may come next.
#[derive(Debug)]
pub(super) struct Dialogue {
    state: State,
    capabilities: u32,
    switched: bool,
    statement: Vec<u8>,
}

impl Dialogue {
    /// A new connection: the server speaks first.
    pub(super) fn new() -> Self {
        Self { state: State::Greeting, capabilities: 0, switched: false, statement: Vec::new() }
    }

    /// True until the server has accepted or refused the user.
    pub(super) fn is_login(&self) -> bool {
        matches!(self.state, State::Greeting | State::Login)
    }

    /// True while no answer is due.
    pub(super) fn is_idle(&self) -> bool {
        self.state == State::Idle
    }

    /// Refuses a packet of the server for its length, before it has arrived.
    pub(super) fn check_length(&self, length: usize) -> Result<(), Refusal> {
        let limit = match self.state {
            State::Rows { .. } => CONTINUED - 1,
            _ => SHORT,
        };
        if length <= limit {
            return Ok(());
        }
        broken(format!("its packet of {length} bytes or more is longer than {limit} bytes"))
    }

    /// A packet of the driver: its number and the beginning of its content.
    pub(super) fn sent(&mut self, number: u8, beginning: &[u8]) {
        if let (State::Login, 1, [a, b, c, d, ..]) = (self.state, number, beginning) {
            self.capabilities &= u32::from_le_bytes([*a, *b, *c, *d]);
        }
        let asks = number == 0 && !self.is_login() && self.state != State::File;
        if let [command, statement @ ..] = beginning
            && asks
            && *command != QUIT
        {
            self.state = State::Asked;
            self.statement.clear();
            self.statement.extend_from_slice(&statement[..statement.len().min(STATEMENT)]);
        }
    }

    /// A whole packet of the server.
    pub(super) fn received(&mut self, packet: &[u8]) -> Result<(), Refusal> {
        let Some(kind) = packet.first() else { return broken("it sends an empty packet") };
        if *kind == ERROR {
            // A server says at any time that it ends the connection.
            self.state = State::Idle;
            return well_formed((3..=SHORT).contains(&packet.len()), "error");
        }
        self.state = match self.state {
            State::Greeting => self.greeting(packet)?,
            State::Login => self.login(packet)?,
            State::Idle => return broken("it answers without a question"),
            State::Asked => self.answer(packet)?,
            State::File if *kind == OK => ended(packet)?,
            State::File => return broken("it does not answer the file"),
            State::Definitions { left, columns } => {
                well_formed(is_definition(packet), "definition of a column")?;
                match left - 1 {
                    0 if self.capabilities & NO_END_OF_DEFINITIONS == 0 => {
                        State::EndOfDefinitions { columns }
                    }
                    0 => State::Rows { columns },
                    left => State::Definitions { left, columns },
                }
            }
            State::EndOfDefinitions { columns } => {
                well_formed(is_old_end(packet), "end of the columns")?;
                State::Rows { columns }
            }
            State::Rows { .. } if *kind == END => {
                let old = self.capabilities & NO_END_OF_DEFINITIONS == 0;
                well_formed(
                    if old { is_old_end(packet) } else { is_ok(packet) },
                    "end of the rows",
                )?;
                State::Idle
            }
            State::Rows { columns } => {
                well_formed(is_row(packet, columns), "row")?;
                State::Rows { columns }
            }
        };
        Ok(())
    }

    fn greeting(&mut self, packet: &[u8]) -> Result<State, Refusal> {
        let Some(greeting) = Greeting::read(packet) else {
            return broken("its greeting is not MySQL's");
        };
        if greeting.capabilities & NEEDED != NEEDED {
            return broken("it is older than MySQL 5.6");
        }
        check_method(greeting.method)?;
        self.capabilities = greeting.capabilities;
        Ok(State::Login)
    }

    fn login(&mut self, packet: &[u8]) -> Result<State, Refusal> {
        match packet {
            [OK, ..] => ended(packet),
            // The hash is in the server's cache; OK follows.
            [1, 3] => Ok(State::Login),
            [1, 4] => Err(Refusal::Password),
            [END, switch @ ..] if !self.switched => {
                self.switched = true;
                let end = switch.iter().position(|byte| *byte == 0).unwrap_or(switch.len());
                check_method(&switch[..end])?;
                // A challenge of 20 bytes and its end.
                well_formed(switch.len() == end + 1 + 21, "challenge")?;
                Ok(State::Login)
            }
            _ => broken("its answer to the login is not MySQL's"),
        }
    }

    fn answer(&self, packet: &[u8]) -> Result<State, Refusal> {
        match packet {
            [OK, ..] => ended(packet),
            [FILE, name @ ..] => self.file(name),
            _ => {
                let mut rest = packet;
                // MariaDB may say behind the number that the definitions follow.
                let columns = number(&mut rest);
                // sqlx reads the answers to the statements with which it begins without giving a timer its turn: rows
                // without end would keep it for ever.
                if self.statement.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case(b"SET "))
                {
                    return broken("it answers SET with rows");
                }
                match columns.filter(|_| matches!(rest, [] | [1])) {
                    Some(columns @ 1..=MOST_COLUMNS) => {
                        Ok(State::Definitions { left: columns, columns })
                    }
                    Some(columns) => broken(format!("it announces {columns} columns")),
                    None => broken("its answer is not MySQL's"),
                }
            }
        }
    }

    /// Only the file that the statement itself names is sent.
    fn file(&self, name: &[u8]) -> Result<State, Refusal> {
        let name = String::from_utf8_lossy(name);
        let named = format!("LOAD DATA LOCAL INFILE {} ", sql_text(&name));
        if self.statement.starts_with(named.as_bytes()) {
            return Ok(State::File);
        }
        broken(format!("it asks for the file {:?}, which is not sent", excerpt(&name, 60)))
    }
}

fn check_method(method: &[u8]) -> Result<(), Refusal> {
    if METHODS.contains(&method) {
        return Ok(());
    }
    let method = String::from_utf8_lossy(method);
    broken(format!("it wants the password by {:?}, which is not used", excerpt(&method, 40)))
}

/// The dialogue after an OK.
fn ended(packet: &[u8]) -> Result<State, Refusal> {
    well_formed(is_ok(packet), "OK")?;
    Ok(State::Idle)
}

fn well_formed(fine: bool, what: &str) -> Result<(), Refusal> {
    if fine { Ok(()) } else { broken(format!("a packet is too short or too long: {what}")) }
}

fn broken<T>(why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Broken(why.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server's greeting with this method.
    fn greeting(method: &str) -> Vec<u8> {
        let [a, b, c, d] = (NEEDED | NO_END_OF_DEFINITIONS).to_le_bytes();
        let fixed = [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, a, b, 45, 2, 0, c, d, 21];
        [b"\x0a8.4.0\0".as_slice(), &fixed, &[0; 10], &[7; 12], &[0], method.as_bytes(), &[0]]
            .concat()
    }

    /// A dialogue in which the driver may ask.
    fn open() -> Dialogue {
        let mut dialogue = Dialogue::new();
        dialogue.received(&greeting("caching_sha2_password")).unwrap();
        dialogue.sent(1, &u32::MAX.to_le_bytes());
        dialogue.received(&[1, 3]).unwrap();
        dialogue.received(&[0, 0, 0, 2, 0, 0, 0]).unwrap();
        assert!(!dialogue.is_login() && dialogue.is_idle());
        dialogue
    }

    const COLUMN: &[u8] = b"\x03def\0\0\0\x01a\0\x0c\x3f\0\x01\0\0\0\x08\0\0\0\0\0";
    const END_OF_ROWS: &[u8] = &[0xfe, 0, 0, 2, 0, 0, 0];

    #[test]
    fn an_honest_dialogue_passes() {
        let mut dialogue = open();
        for count in [&[1][..], &[1, 1]] {
            dialogue.sent(0, b"\x03SELECT 1");
            for packet in [count, COLUMN, b"\x011", &[0xfb], END_OF_ROWS] {
                dialogue.received(packet).unwrap();
            }
            assert!(dialogue.is_idle());
        }
        dialogue.sent(0, b"\x03LOAD DATA LOCAL INFILE 'it''s' INTO TABLE t");
        dialogue.received(b"\xfbit's").unwrap();
        dialogue.sent(0, b"\x03its two hundred and fifty-sixth packet");
        dialogue.received(&[0, 5, 0, 2, 0, 0, 0]).unwrap();
        dialogue.sent(0, b"\x03BAD");
        dialogue.received(b"\xff\x28\x04#42000no").unwrap();
        dialogue.sent(0, &[QUIT]);
        assert!(dialogue.is_idle());
    }

    #[test]
    fn a_statement_without_rows_gets_none() {
        let mut dialogue = open();
        dialogue.sent(0, b"\x03SET NAMES utf8mb4");
        dialogue.received(&[0, 0, 0, 2, 0, 0, 0]).unwrap();
        dialogue.sent(0, b"\x03set names utf8mb4");
        let refusal = dialogue.received(&[1]).unwrap_err();
        assert_eq!(refusal, Refusal::Broken("it answers SET with rows".into()));
    }

    #[test]
    fn a_server_without_the_newer_end_passes_too() {
        let mut dialogue = Dialogue::new();
        dialogue.received(&greeting("mysql_native_password")).unwrap();
        dialogue.sent(1, &NEEDED.to_le_bytes());
        dialogue.received(b"\xfemysql_native_password\0abcdefghijabcdefghij\0").unwrap();
        dialogue.received(&[0, 0, 0, 2, 0, 0, 0]).unwrap();
        dialogue.sent(0, b"\x03SELECT 1");
        let end = [0xfe, 0, 0, 2, 0];
        for packet in [&[1][..], COLUMN, &end, b"\x011", &end] {
            dialogue.received(packet).unwrap();
        }
        assert!(dialogue.is_idle());
    }

    #[test]
    fn the_password_is_asked_for_in_vain() {
        for method in ["mysql_clear_password", "sha256_password", "mysql_old_password", ""] {
            assert!(Dialogue::new().received(&greeting(method)).is_err(), "{method}");
            let mut dialogue = Dialogue::new();
            dialogue.received(&greeting("caching_sha2_password")).unwrap();
            let switch = [b"\xfe", method.as_bytes(), b"\0abcdefghijabcdefghij\0"].concat();
            assert!(dialogue.received(&switch).is_err(), "{method}");
        }
        let mut dialogue = Dialogue::new();
        dialogue.received(&greeting("caching_sha2_password")).unwrap();
        assert_eq!(dialogue.received(&[1, 4]), Err(Refusal::Password));
    }

    #[test]
    fn another_file_and_an_unasked_file_are_not_sent() {
        for statement in ["SELECT 1", "LOAD DATA LOCAL INFILE 'a' INTO TABLE t"] {
            let mut dialogue = open();
            dialogue.sent(0, format!("\x03{statement}").as_bytes());
            let refusal = dialogue.received(b"\xfb/etc/passwd").unwrap_err();
            let why = "it asks for the file \"/etc/passwd\", which is not sent";
            assert_eq!(refusal, Refusal::Broken(why.into()));
        }
    }

    #[test]
    fn whatever_is_cut_is_refused() {
        let greeting = greeting("mysql_native_password");
        for length in 0..greeting.len() {
            assert!(Dialogue::new().received(&greeting[..length]).is_err(), "{length}");
        }
        for (whole, before) in [(COLUMN, &[&[1][..]][..]), (b"\x03abc", &[&[1], COLUMN])] {
            for length in 0..whole.len() {
                let mut dialogue = open();
                dialogue.sent(0, b"\x03SELECT 1");
                for packet in before {
                    dialogue.received(packet).unwrap();
                }
                assert!(dialogue.received(&whole[..length]).is_err(), "{whole:?} {length}");
            }
        }
    }

    #[test]
    fn what_would_fill_the_memory_is_refused_before_it_arrives() {
        let mut dialogue = open();
        dialogue.sent(0, b"\x03SELECT 1");
        assert!(dialogue.check_length(SHORT + 1).is_err());
        assert!(dialogue.received(&[0xfc, 1, 16]).is_err(), "4,097 columns");
        dialogue.received(&[1]).unwrap();
        dialogue.received(COLUMN).unwrap();
        assert!(dialogue.check_length(CONTINUED - 1).is_ok());
        assert!(dialogue.check_length(CONTINUED).is_err());
        dialogue.received(END_OF_ROWS).unwrap();
        assert!(dialogue.received(&[1]).is_err(), "a second answer to one question");
    }
}

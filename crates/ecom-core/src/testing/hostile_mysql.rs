//! Hostile servers that speak MySQL's protocol, up to a point.

use std::io;

use super::hostile::{Manner, Peer};

const PROTOCOL_41: u32 = 0x0200;
const SECURE: u32 = 0x8000;
const METHODS: u32 = 0x0008_0000;
const NO_END: u32 = 0x0100_0000;
const LOCAL_FILES: u32 = 0x0080;

/// The reply that a server gets only if it may see the password: the request for its key.
pub const KEY_REQUEST: &[u8] = b"the client asks for the key";

/// What a hostile MySQL can do, beside what any server can.
pub static MANNERS: [(&str, Manner); 19] = [
    ("the greeting wants the password in clear", |peer| {
        peer.say(&packet(0, &greeting("mysql_clear_password")))?;
        peer.wait()
    }),
    ("the greeting wants the password by RSA", |peer| {
        peer.say(&packet(0, &greeting("sha256_password")))?;
        peer.hear()?;
        key(peer)
    }),
    ("it switches to the password in clear", |peer| switch(peer, "mysql_clear_password")),
    ("it switches to the dialog of PAM", |peer| switch(peer, "dialog")),
    ("it switches to the password by RSA", |peer| switch(peer, "sha256_password")),
    ("it switches to the old password", |peer| {
        peer.say(&packet(0, &greeting("mysql_native_password")))?;
        peer.hear()?;
        peer.say(&packet(2, &[0xfe]))?;
        peer.wait()
    }),
    ("it wants the whole password for its cache", |peer| {
        peer.say(&packet(0, &greeting("caching_sha2_password")))?;
        peer.hear()?;
        peer.say(&packet(2, &[1, 4]))?;
        key(peer)
    }),
    ("its greeting is cut", |peer| {
        let greeting = greeting("mysql_native_password");
        peer.say(&packet(0, &greeting[..20]))?;
        peer.wait()
    }),
    ("its greeting comes byte by byte", |peer| {
        for byte in packet(0, &greeting("mysql_native_password")) {
            peer.say(&[byte])?;
            std::thread::sleep(std::time::Duration::from_millis(500));
        }
        peer.wait()
    }),
    ("it answers the login with an empty packet", |peer| {
        peer.say(&packet(0, &greeting("mysql_native_password")))?;
        peer.hear()?;
        peer.say(&packet(2, &[]))?;
        peer.wait()
    }),
    ("it asks for another file", |peer| {
        answer(peer, |peer| {
            peer.say(&packet(1, b"\xfb/etc/passwd"))?;
            peer.wait()
        })
    }),
    ("its answer is a packet without end", |peer| {
        answer(peer, |peer| {
            loop {
                peer.say(&[0xff, 0xff, 0xff, 1])?;
                for _ in 0..0xff_ffff / 255 {
                    peer.say(&[3; 255])?;
                }
            }
        })
    }),
    ("it announces columns without number", |peer| {
        answer(peer, |peer| {
            peer.say(&packet(1, &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]))?;
            peer.without_end(&packet(2, &column()))
        })
    }),
    ("it sends rows without end", |peer| {
        answer(peer, |peer| {
            peer.say(&[packet(1, &[1]), packet(2, &column())].concat())?;
            peer.without_end(&packet(3, b"\x011").repeat(1000))
        })
    }),
    ("its column is cut", |peer| {
        answer(peer, |peer| {
            peer.say(&[packet(1, &[1]), packet(2, &column()[..9])].concat())?;
            peer.wait()
        })
    }),
    ("its row is longer than it", |peer| {
        answer(peer, |peer| {
            peer.say(
                &[packet(1, &[1]), packet(2, &column()), packet(3, b"\xfd\xff\xff\x00x")].concat(),
            )?;
            peer.wait()
        })
    }),
    ("its error has no end", |peer| {
        answer(peer, |peer| {
            peer.say(&[0xfe, 0xff, 0xff, 1, 0xff])?;
            peer.without_end(&[b'!'; 1 << 16])
        })
    }),
    ("its error obeys a terminal", |peer| {
        answer(peer, |peer| {
            let text = "no \u{1b}]0;owned\u{7}\u{1b}[2J\r\nroot# \u{202e}".repeat(100);
            let error = [b"\xff\x15\x05#42000".as_slice(), text.as_bytes()].concat();
            peer.say(&packet(1, &error))?;
            peer.wait()
        })
    }),
    ("it never answers a statement", |peer| answer(peer, Peer::wait)),
];

/// A packet: its length in three bytes, its number, its content.
fn packet(number: u8, content: &[u8]) -> Vec<u8> {
    let [low, middle, high, _] = u32::try_from(content.len()).expect("short").to_le_bytes();
    [&[low, middle, high, number], content].concat()
}

fn greeting(method: &str) -> Vec<u8> {
    let [a, b, c, d] = (PROTOCOL_41 | SECURE | METHODS | NO_END | LOCAL_FILES).to_le_bytes();
    let mut greeting = b"\x0a8.4.0\0\x01\0\0\0challeng\0".to_vec();
    greeting.extend([a, b, 45, 2, 0, c, d, 21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    greeting.extend(b"challenge123\0");
    greeting.extend(method.as_bytes());
    greeting.push(0);
    greeting
}

fn switch(peer: &mut Peer, method: &str) -> io::Result<()> {
    peer.say(&packet(0, &greeting("mysql_native_password")))?;
    peer.hear()?;
    let switch = [b"\xfe", method.as_bytes(), b"\0challengechallenge12\0"].concat();
    peer.say(&packet(2, &switch))?;
    key(peer)
}

/// Notes it if the client asks for a key to send its password.
fn key(peer: &mut Peer) -> io::Result<()> {
    peer.hear()?;
    peer.note(KEY_REQUEST);
    peer.wait()
}

/// Lets the client in, and answers its first statement.
fn answer(peer: &mut Peer, answer: impl Fn(&mut Peer) -> io::Result<()>) -> io::Result<()> {
    peer.say(&packet(0, &greeting("mysql_native_password")))?;
    peer.hear()?;
    peer.say(&packet(2, &[0, 0, 0, 2, 0, 0, 0]))?;
    peer.hear()?;
    answer(peer)
}

fn column() -> Vec<u8> {
    let mut column = b"\x03def\0\0\0\x01a\0\x0c".to_vec();
    column.extend([63, 0, 1, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
    column
}

//! Hostile servers that speak HTTP, as a NameNode's WebHDFS or a Flume agent's metrics.

use std::io;

use super::hostile::{Manner, Peer};

/// What a hostile HDFS can do, beside what any server can.
pub static MANNERS: [(&str, Manner); 14] = [
    ("headers without end", |peer| {
        peer.hear()?;
        peer.say(b"HTTP/1.1 200 OK\r\n")?;
        peer.without_end(&b"X-Header: value\r\n".repeat(1000))
    }),
    ("a header without end", |peer| {
        peer.hear()?;
        peer.say(b"HTTP/1.1 200 OK\r\nX-Header: ")?;
        peer.without_end(&[b'a'; 1 << 16])
    }),
    ("a document of chunks without end", |peer| {
        head(peer, "200 OK", "Transfer-Encoding: chunked")?;
        peer.without_end(&[b"10000\r\n".as_slice(), &[b' '; 1 << 16], b"\r\n"].concat())
    }),
    ("a chunk of 2^63 bytes", |peer| {
        head(peer, "200 OK", "Transfer-Encoding: chunked")?;
        peer.say(b"7fffffffffffffff\r\n")?;
        peer.without_end(&[b'a'; 1 << 16])
    }),
    ("a list without end", |peer| {
        head(peer, "200 OK", "Connection: close")?;
        peer.say(br#"{"DirectoryListing":{"partialListing":{"FileStatuses":{"FileStatus":["#)?;
        peer.without_end(&format!("{},", entry("part-0", "FILE")).into_bytes().repeat(100))
    }),
    ("brackets without end", |peer| {
        head(peer, "200 OK", "Connection: close")?;
        peer.without_end(&[b'['; 1 << 16])
    }),
    ("a length of 10 GB", |peer| {
        head(peer, "200 OK", "Content-Length: 10000000000")?;
        peer.without_end(&[b' '; 1 << 16])
    }),
    ("a length that is too large", |peer| {
        head(peer, "200 OK", "Content-Length: 1000")?;
        peer.say(b"{}")
    }),
    ("an error without end", |peer| {
        head(peer, "500 Internal Server Error", "Connection: close")?;
        peer.say(br#"{"RemoteException":{"exception":"IOException","message":""#)?;
        peer.without_end(&[b'!'; 1 << 16])
    }),
    ("an error that obeys a terminal", |peer| {
        let text = r"no \u001b]0;owned\u0007\u001b[2J\r\u202e ".repeat(1000);
        let body = format!(r#"{{"RemoteException":{{"exception":"X{text}","message":"{text}"}}}}"#);
        answer(peer, "500 Internal Server Error", "X: y", &body)
    }),
    ("the same page again and again", |peer| {
        let page = page(&vec![entry("part-0", "FILE"); 1000].join(","), 1);
        answer(peer, "200 OK", "X: y", &page)
    }),
    ("folders in folders without end", |peer| {
        answer(peer, "200 OK", "X: y", &page(&vec![entry("again", "DIRECTORY"); 900].join(","), 0))
    }),
    ("a name that leads elsewhere", |peer| {
        answer(peer, "200 OK", "X: y", &page(&entry("../../../etc", "DIRECTORY"), 0))
    }),
    ("a redirection to itself", |peer| {
        answer(peer, "307 Temporary Redirect", "Location: /webhdfs/v1/again", "")
    }),
];

/// Answers the first question about a file with a redirection, and serves what it leads to.
pub static FILES: [(&str, Manner); 6] = [
    ("a file on another machine", |peer| {
        file(peer, "Location: http://example.org/secret", |_| Ok(()))
    }),
    ("a file of this machine", |peer| file(peer, "Location: file:///etc/passwd", |_| Ok(()))),
    ("a file without end", |peer| {
        file(peer, "Location: /data", |peer| {
            head(peer, "200 OK", "Connection: close")?;
            peer.without_end(&b"0123456789abcde\n".repeat(1 << 14))
        })
    }),
    ("a line without end", |peer| {
        file(peer, "Location: /data", |peer| {
            head(peer, "200 OK", "Connection: close")?;
            peer.without_end(&[b'a'; 1 << 18])
        })
    }),
    ("a file that comes byte by byte", |peer| {
        file(peer, "Location: /data", |peer| {
            head(peer, "200 OK", "Connection: close")?;
            loop {
                peer.say(b"a\n")?;
                std::thread::sleep(std::time::Duration::from_millis(200));
            }
        })
    }),
    ("a file that redirects again", |peer| {
        file(peer, "Location: /data", |peer| {
            head(peer, "307 Temporary Redirect", "Location: /data")
        })
    }),
];

/// Each connection hears one question.
fn head(peer: &mut Peer, status: &str, header: &str) -> io::Result<()> {
    peer.hear()?;
    say_head(peer, status, header)
}

fn say_head(peer: &mut Peer, status: &str, header: &str) -> io::Result<()> {
    peer.say(format!("HTTP/1.1 {status}\r\n{header}\r\n\r\n").as_bytes())
}

fn answer(peer: &mut Peer, status: &str, header: &str, body: &str) -> io::Result<()> {
    let length = body.len();
    head(peer, status, &format!("{header}\r\nContent-Length: {length}\r\nConnection: close"))?;
    peer.say(body.as_bytes())
}

/// A NameNode with one file, `data`, and the DataNode to which it redirects.
fn file(peer: &mut Peer, location: &str, serve: fn(&mut Peer) -> io::Result<()>) -> io::Result<()> {
    let asked = String::from_utf8_lossy(&peer.peek()?).into_owned();
    if asked.starts_with("GET /data") {
        return serve(peer);
    }
    if asked.contains("op=OPEN") {
        return answer(peer, "307 Temporary Redirect", location, "");
    }
    if asked.contains("op=LISTSTATUS") {
        return answer(peer, "200 OK", "X: y", &page(&entry("data", "FILE"), 0));
    }
    let status = format!(r#"{{"FileStatus":{}}}"#, entry("", "FILE"));
    answer(peer, "200 OK", "X: y", &status)
}

fn page(entries: &str, remaining: u32) -> String {
    format!(
        r#"{{"DirectoryListing":{{"partialListing":{{"FileStatuses":{{"FileStatus":[{entries}]}}}},
        "remainingEntries":{remaining}}}}}"#
    )
}

fn entry(name: &str, kind: &str) -> String {
    format!(
        r#"{{"pathSuffix":"{name}","type":"{kind}","length":9,"modificationTime":5,"fileId":3}}"#
    )
}

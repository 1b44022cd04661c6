//! A relay between the tool and the running server that can change every packet of the tool.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::database::address;

/// Sees the content of a packet of the tool before the server does, and may change it.
pub(crate) trait Meddle: FnMut(&mut Vec<u8>) + Send + 'static {}

impl<F: FnMut(&mut Vec<u8>) + Send + 'static> Meddle for F {}

/// Both ends of a connection; when one direction ends, for whatever reason, so does the other.
struct Ends {
    tool: TcpStream,
    server: TcpStream,
}

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = (self.tool.shutdown(Shutdown::Both), self.server.shutdown(Shutdown::Both));
    }
}

/// Starts forwarding everything in both directions; returns the port to connect to.
pub(crate) fn start(meddle: impl Meddle) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let meddle = Arc::new(Mutex::new(meddle));
    thread::spawn(move || {
        for tool in listener.incoming().map(Result::unwrap) {
            let server = TcpStream::connect(address()).unwrap();
            let back =
                Ends { tool: tool.try_clone().unwrap(), server: server.try_clone().unwrap() };
            let forth = Ends { tool, server };
            let meddle = Arc::clone(&meddle);
            thread::spawn(move || hand_over(&forth, &meddle));
            thread::spawn(move || io::copy(&mut &back.server, &mut &back.tool));
        }
    });
    port
}

/// Forwards the packets of the tool. Each has the length of its content in three bytes, its number
/// in one byte, and the content:
/// <https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html>
fn hand_over(ends: &Ends, meddle: &Mutex<impl Meddle>) -> io::Result<()> {
    let (mut tool, mut server) = (&ends.tool, &ends.server);
    loop {
        let mut head = [0; 4];
        tool.read_exact(&mut head)?;
        let [low, middle, high, number] = head;
        let length = u32::from_le_bytes([low, middle, high, 0]);
        let mut packet = vec![0; usize::try_from(length).unwrap()];
        tool.read_exact(&mut packet)?;
        meddle.lock().unwrap_or_else(PoisonError::into_inner)(&mut packet);
        let [low, middle, high, _] = u32::try_from(packet.len()).unwrap().to_le_bytes();
        // In one piece: a second one would be delayed.
        server.write_all(&[&[low, middle, high, number], &*packet].concat())?;
    }
}

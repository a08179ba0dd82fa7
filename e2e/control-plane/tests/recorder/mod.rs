//! A server on loopback that stands for a user's cluster and keeps what it is asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// The server. It lives as long as the process.
pub struct Recorder {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    /// Starts one on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let line = answer(&stream);
                kept.lock().unwrap().push(line);
            }
        });
        Self { address, requests }
    }

    /// Its address, as a kubeconfig has it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The first line of each request so far; empty for a connection that sent none.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn answer(mut stream: &TcpStream) -> String {
    let mut line = String::new();
    // A connection counts, whatever comes over it.
    let _ = BufReader::new(stream).read_line(&mut line);
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
    line.trim().to_owned()
}

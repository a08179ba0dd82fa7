//! A TLS server that answers by script, a resolver that answers by script, and a dialer that writes down what is dialed.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use sluice_api::{AllowedHookHost, HookUrl, ListedUrl};
use sluice_hook_http::{Client, Dial, Error, Headers, Post, Resolve};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

/// The name in the server's certificate.
pub const GATE: &str = "gate.example.com";

/// What a server does with a connection whose request was read.
#[derive(Clone)]
pub enum Script {
    /// Sends this and closes.
    Answer(Vec<u8>),
    /// Sends the first, and the second again and again.
    Endless(Vec<u8>, Vec<u8>),
    /// Sends one byte, waits, and goes on.
    Drip(Vec<u8>, Duration),
    /// Says nothing.
    Silence,
    /// Accepts and says nothing, not even TLS.
    NoTls,
    /// Speaks HTTP without TLS.
    Plain,
    /// The same, once the request was read.
    PlainAnswer,
}

impl Script {
    pub fn answer(head: &str, body: &str) -> Self {
        let length = body.len();
        Self::Answer(format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes())
    }
}

/// A server on this machine.
pub struct Server {
    pub address: SocketAddr,
    pub root: CertificateDer<'static>,
    accepted: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Listens, with a certificate for this name.
    pub async fn start(name: &str, script: Script) -> Self {
        let (root, config) = identity(name);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (accepted, requests) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let (counter, seen) = (Arc::clone(&accepted), Arc::clone(&requests));
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                let acceptor = TlsAcceptor::from(Arc::clone(&config));
                tokio::spawn(serve(connection, acceptor, script.clone(), Arc::clone(&seen)));
            }
        });
        Self { address, root, accepted, requests }
    }

    /// How many connections there were.
    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// Heads and bodies of what was asked.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn identity(name: &str) -> (CertificateDer<'static>, Arc<ServerConfig>) {
    let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    (authority.der().clone(), Arc::new(builder.with_single_cert(vec![leaf.der().clone()], private).unwrap()))
}

async fn serve(mut connection: TcpStream, acceptor: TlsAcceptor, script: Script, seen: Arc<Mutex<Vec<String>>>) {
    match script {
        Script::NoTls => tokio::time::sleep(Duration::from_mins(1)).await,
        Script::Plain => drop(connection.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await),
        Script::PlainAnswer => {
            let request = read_request(&mut connection).await;
            seen.lock().unwrap().push(request);
            drop(connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await);
        }
        script => {
            let Ok(mut connection) = acceptor.accept(connection).await else { return };
            let request = read_request(&mut connection).await;
            seen.lock().unwrap().push(request);
            drop(play(&mut connection, script).await);
        }
    }
}

async fn play(connection: &mut TlsStream<TcpStream>, script: Script) -> io::Result<()> {
    match script {
        Script::Answer(bytes) => connection.write_all(&bytes).await?,
        Script::Endless(first, again) => {
            connection.write_all(&first).await?;
            loop {
                connection.write_all(&again).await?;
            }
        }
        Script::Drip(bytes, pause) => {
            for byte in bytes {
                connection.write_all(&[byte]).await?;
                connection.flush().await?;
                tokio::time::sleep(pause).await;
            }
        }
        Script::Silence | Script::NoTls | Script::Plain | Script::PlainAnswer => {
            tokio::time::sleep(Duration::from_mins(1)).await;
        }
    }
    connection.shutdown().await
}

/// The request with its body, by its Content-Length.
async fn read_request(connection: &mut (impl AsyncRead + Unpin)) -> String {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).to_string();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ").map(str::to_owned));
            if body.len() >= length.and_then(|length| length.parse().ok()).unwrap_or(0) {
                return text;
            }
        }
        let mut buffer = [0; 4096];
        match connection.read(&mut buffer).await {
            Ok(0) | Err(_) => return text,
            Ok(count) => read.extend_from_slice(&buffer[..count]),
        }
    }
}

/// Answers the first look-up with the first list, and so on; the last again and again.
#[derive(Clone, Default)]
pub struct Names {
    answers: Arc<Mutex<Vec<Vec<SocketAddr>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Names {
    pub fn of(answers: &[&[&str]]) -> Self {
        let socket = |text: &&str| match text.split_once('%') {
            Some((address, zone)) => {
                SocketAddr::V6(std::net::SocketAddrV6::new(address.parse().unwrap(), 0, 0, zone.parse().unwrap()))
            }
            None => SocketAddr::new(text.parse::<IpAddr>().unwrap_or_else(|error| panic!("{text}: {error}")), 0),
        };
        let answers = answers.iter().map(|answer| answer.iter().map(socket).collect()).collect();
        Self { answers: Arc::new(Mutex::new(answers)), ..Self::default() }
    }

    /// What was looked up.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Resolve for Names {
    async fn resolve(&self, host: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        self.asked.lock().unwrap().push(host.to_owned());
        let mut answers = self.answers.lock().unwrap();
        match answers.len() {
            0 => Err(io::ErrorKind::NotFound.into()),
            1 => Ok(answers[0].clone()),
            _ => Ok(answers.remove(0)),
        }
    }
}

/// Writes down what is dialed, and connects to the server whatever that is.
#[derive(Clone)]
pub struct Dialed {
    server: SocketAddr,
    seen: Arc<Mutex<Vec<SocketAddr>>>,
    dead: Vec<IpAddr>,
}

impl Dialed {
    pub fn to(server: &Server) -> Self {
        Self { server: server.address, seen: Arc::default(), dead: Vec::new() }
    }

    pub fn but_not(mut self, address: &str) -> Self {
        self.dead.push(address.parse().unwrap());
        self
    }

    /// Every address that was dialed.
    pub fn dialed(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(ToString::to_string).collect()
    }
}

impl Dial for Dialed {
    async fn dial(&self, address: SocketAddr) -> io::Result<TcpStream> {
        self.seen.lock().unwrap().push(address);
        if self.dead.contains(&address.ip()) {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        TcpStream::connect(self.server).await
    }
}

/// The binding's list: a public host, and one of each kind of network that can be listed.
pub fn hosts() -> Vec<AllowedHookHost> {
    let host = |host: &str, port, blocks: &[&str]| AllowedHookHost {
        host: host.to_owned(),
        port,
        private_addresses: Some(blocks.iter().map(|&block| block.to_owned()).collect()),
    };
    vec![
        host(GATE, None, &[]),
        host("inner.example.com", Some(8443), &["10.20.0.0/16", "fd00:1::/32", "100.64.0.0/16", "127.0.0.1/32"]),
        host("wide.example.com", None, &["0.0.0.0/0", "::/0"]),
    ]
}

/// Sends a hook to the URL, as far as it is let.
pub async fn post(url: &str, names: &Names, dialer: &Dialed, server: &Server) -> Result<Vec<u8>, String> {
    let url = HookUrl::parse(url).map_err(|error| error.to_string())?;
    let target = ListedUrl::among(&hosts(), &url).ok_or("the host is not listed")?;
    let client = Client::with(names.clone(), dialer.clone(), vec![server.root.clone()]);
    send(&client, &target, Duration::from_secs(20)).await.map_err(|error| error.in_full())
}

pub async fn send(client: &Client<Names, Dialed>, target: &ListedUrl, timeout: Duration) -> Result<Vec<u8>, Error> {
    let headers = Headers::new([("Authorization", &b"Bearer abc"[..])].into_iter()).unwrap();
    client.post(Post { target, headers: &headers, body: br#"{"event":"Ready"}"#.to_vec(), timeout }).await
}

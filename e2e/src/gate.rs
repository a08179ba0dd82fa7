//! A host of HTTP hooks: an HTTPS server on loopback, with a certificate of an authority of its own.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::kill_point::{Callee, KillPoint, Passage, Request};

/// The name of the host, which the resolver of every machine knows.
pub const HOST: &str = "localhost";

/// What was asked of it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Head of the request: its first line and its headers.
    pub head: String,
    /// Its body.
    pub body: Value,
}

#[derive(Debug, Default)]
struct Script {
    answers: VecDeque<(String, String)>,
    asked: Vec<Asked>,
    point: KillPoint,
}

/// A host that answers what it was told to, one answer after the other, and the last again and again.
#[derive(Debug)]
pub struct Gate {
    address: SocketAddr,
    authority: PathBuf,
    script: Arc<Mutex<Script>>,
}

impl Gate {
    /// Listens; the certificate of its authority is written into the folder.
    pub fn start(folder: &Path) -> Result<Self> {
        let (authority, config) = identity()?;
        let file = folder.join("gate-authority.pem");
        std::fs::write(&file, authority).map_err(Error::of("write the authority of the gate"))?;
        let listener = TcpListener::bind("127.0.0.1:0").map_err(Error::of("listen as a gate"))?;
        let address = listener.local_addr().map_err(Error::of("listen as a gate"))?;
        let script = Arc::new(Mutex::new(Script::default()));
        let shared = Arc::clone(&script);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (config, script) = (Arc::clone(&config), Arc::clone(&shared));
                // One that does not speak TLS, or goes away, is of no interest.
                std::thread::spawn(move || serve(connection, config, &script).ok());
            }
        });
        Ok(Self { address, authority: file, script })
    }

    /// Its URL, with a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("https://{HOST}:{}{path}", self.address.port())
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The file that `--hook-ca-file` names.
    #[must_use]
    pub fn authority(&self) -> &Path {
        &self.authority
    }

    /// Answers with this from now on: statuses such as `200 OK`, and bodies.
    pub fn answer(&self, answers: &[(&str, &str)]) {
        let answers = answers.iter().map(|(status, body)| ((*status).to_owned(), (*body).to_owned()));
        self.script.lock().unwrap_or_else(PoisonError::into_inner).answers = answers.collect();
    }

    /// Asks this, from now on, before it takes in a request and before it answers one.
    pub fn watch(&self, point: &KillPoint) {
        self.script.lock().unwrap_or_else(PoisonError::into_inner).point = point.clone();
    }

    /// What was asked of it until now.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner).asked.clone()
    }
}

fn identity() -> Result<(String, Arc<ServerConfig>)> {
    let of = |_| Error::new("failed to make a certificate");
    let mut parameters = CertificateParams::new(Vec::<String>::new()).map_err(of)?;
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(parameters, KeyPair::generate().map_err(of)?).map_err(of)?;
    let key = KeyPair::generate().map_err(of)?;
    let leaf = CertificateParams::new(vec![HOST.to_owned()]).map_err(of)?.signed_by(&key, &authority).map_err(of)?;
    let private = PrivateKeyDer::try_from(key.serialize_der()).map_err(Error::new)?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![leaf.der().clone()], private))
        .map_err(Error::of("make a server of TLS"))?;
    Ok((authority.pem(), Arc::new(config)))
}

fn serve(mut connection: TcpStream, config: Arc<ServerConfig>, script: &Mutex<Script>) -> Result<()> {
    let point = script.lock().unwrap_or_else(PoisonError::into_inner).point.clone();
    // What it says is not known before TLS is spoken, and then it was sent.
    let passage = point.came(Request { to: Callee::Host, head: String::new(), body: String::new() });
    if passage == Passage::Held {
        return std::io::copy(&mut connection, &mut std::io::sink()).map(|_| ()).map_err(Error::of("hold a request"));
    }
    let tls = ServerConnection::new(config).map_err(Error::of("speak TLS"))?;
    let mut stream = BufReader::new(StreamOwned::new(tls, connection));
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).map_err(Error::of("read a request"))?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().map_err(Error::of("read a length"))?;
        }
        head.push_str(line);
        head.push('\n');
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).map_err(Error::of("read a body"))?;
    let (status, answer) = {
        let mut script = script.lock().unwrap_or_else(PoisonError::into_inner);
        script.asked.push(Asked { head, body: serde_json::from_slice(&body).unwrap_or_default() });
        let next = if script.answers.len() > 1 { script.answers.pop_front() } else { script.answers.front().cloned() };
        next.unwrap_or_else(|| ("200 OK".to_owned(), String::new()))
    };
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}", answer.len());
    if passage == Passage::AnswerIsTold {
        point.answered();
    }
    let stream = stream.get_mut();
    stream.write_all(answer.as_bytes()).and_then(|()| stream.flush()).map_err(Error::of("answer"))?;
    stream.conn.send_close_notify();
    stream.flush().map_err(Error::of("answer"))
}

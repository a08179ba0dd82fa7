//! Starting and stopping etcd and the API server.

use std::ffi::OsString;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::builder;
use crate::credentials::Credentials;
use crate::data::DataDirectory;
use crate::error::{Error, Result};
use crate::interrupt::Interrupt;
use crate::kubectl::Kubectl;
use crate::programs::{Program, Programs};
use crate::readiness;
use crate::server::{self, Launch, Server};
use crate::user::User;

/// How often another port is tried when somebody took ours before the API
/// server did.
const ATTEMPTS: usize = 3;

/// How to start a control plane. The default is one for a test: in a temporary
/// directory and gone with the value that stands for it.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where it keeps its data. It stays there afterwards, for a look at the
    /// logs; a temporary directory is removed.
    pub data: Option<PathBuf>,
    /// Whether it may go on running when this process ends.
    pub outlives_us: bool,
    /// What makes the start give up.
    pub interrupt: Interrupt,
}

/// A running control plane, which is stopped when this is dropped.
#[derive(Debug)]
pub struct ControlPlane {
    // Dropped in this order: the API server must not lose its store, and the
    // directory is removed when nobody writes to it any more.
    api_server: Server,
    etcd: Server,
    temporary: Option<TempDir>,
    data: DataDirectory,
    programs: Programs,
    port: u16,
    outlives_us: bool,
}

impl ControlPlane {
    /// Starts one in a temporary directory, after building its programs if
    /// that never happened.
    pub fn start() -> Result<Self> {
        Self::start_with(&Options::default())
    }

    /// Starts one as `options` say.
    pub fn start_with(options: &Options) -> Result<Self> {
        let programs = builder::ensure(&Program::OF_A_CONTROL_PLANE, &options.interrupt)?;
        let (data, temporary) = match &options.data {
            Some(path) => (DataDirectory::at(path)?, None),
            None => temporary_directory()?,
        };
        if runs_in(&data) {
            return Err(Error::AlreadyRunning(data.path().to_owned()));
        }
        data.prepare()?;
        let credentials = Credentials::create(&data)?;
        let launch = etcd_launch(&data, options.outlives_us);
        let mut etcd = Server::start(&launch, &programs, &data)?;
        let (api_server, port) = start_api_server(options, &programs, &data, &credentials, &mut etcd)?;
        Ok(Self { api_server, etcd, temporary, data, programs, port, outlives_us: options.outlives_us })
    }

    /// The kubeconfig of the user who may do everything.
    #[must_use]
    pub fn kubeconfig_path(&self) -> PathBuf {
        self.data.kubeconfig_of(User::ADMIN)
    }

    /// Where it keeps its data, and the kubeconfigs of its other users.
    #[must_use]
    pub fn data(&self) -> &DataDirectory {
        &self.data
    }

    /// The programs it was started from, kubectl among them.
    #[must_use]
    pub fn programs(&self) -> &Programs {
        &self.programs
    }

    /// The process identifiers of the API server and of etcd.
    #[must_use]
    pub fn process_ids(&self) -> [Option<u32>; 2] {
        [self.api_server.id(), self.etcd.id()]
    }

    /// Stops the API server, which ends every watch, and starts it again on
    /// the same port, certificate and store. Returns when it is ready.
    pub fn restart_api_server(&mut self) -> Result<()> {
        self.api_server.stop()?;
        let launch = api_server_launch(&self.data, self.port, self.outlives_us);
        self.api_server = Server::start(&launch, &self.programs, &self.data)?;
        let kubectl = Kubectl { programs: &self.programs, kubeconfig: Some(&self.kubeconfig_path()) };
        let never = Interrupt::default();
        readiness::wait(&mut self.api_server, self.port, &kubectl, &never)
    }

    /// Stops both servers and removes the data if it was temporary.
    pub fn stop(mut self) -> Result<()> {
        self.api_server.stop()?;
        self.etcd.stop()?;
        match self.temporary.take() {
            Some(temporary) => temporary.close().map_err(Error::io("remove the data directory")),
            None => Ok(()),
        }
    }

    /// Leaves both servers running, for `control-plane stop` to end.
    pub(crate) fn release(mut self) {
        self.api_server.release();
        self.etcd.release();
    }
}

/// Whether a control plane runs in this directory.
pub(crate) fn runs_in(data: &DataDirectory) -> bool {
    [Program::Etcd, Program::KubeApiserver].iter().any(|program| server::runs(&data.pid_file_of(*program)))
}

fn temporary_directory() -> Result<(DataDirectory, Option<TempDir>)> {
    let directory = tempfile::Builder::new()
        .prefix("sluice-control-plane-")
        .tempdir()
        .map_err(Error::io("create a temporary directory"))?;
    Ok((DataDirectory::at(directory.path())?, Some(directory)))
}

/// Starts the API server on a free port and waits until it is ready.
fn start_api_server(
    options: &Options,
    programs: &Programs,
    data: &DataDirectory,
    credentials: &Credentials,
    etcd: &mut Server,
) -> Result<(Server, u16)> {
    let kubeconfig = data.kubeconfig_of(User::ADMIN);
    let kubectl = Kubectl { programs, kubeconfig: Some(&kubeconfig) };
    let mut attempt = 1;
    loop {
        let port = free_port()?;
        credentials.write_kubeconfigs(data, port)?;
        let launch = api_server_launch(data, port, options.outlives_us);
        let mut server = Server::start(&launch, programs, data)?;
        match readiness::wait(&mut server, port, &kubectl, &options.interrupt) {
            Ok(()) => return Ok((server, port)),
            Err(Error::ServerEnded { log, .. }) if attempt < ATTEMPTS && log.contains("address already in use") => {
                attempt += 1;
            }
            Err(error) => {
                // An API server without a store only says that it waits.
                etcd.check()?;
                return Err(error);
            }
        }
    }
}

/// A port that was free a moment ago.
fn free_port() -> Result<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(Error::io("find a free port"))
}

/// Sockets instead of ports: whoever reaches etcd may do everything, and only
/// the owner of the data directory reaches into it.
fn etcd_launch(data: &DataDirectory, outlives_us: bool) -> Launch {
    let client = format!("unix://{}", DataDirectory::CLIENT_SOCKET);
    let peer = format!("unix://{}", DataDirectory::PEER_SOCKET);
    // No other member will ever ask for this address.
    let nowhere = "http://127.0.0.1:1";
    Launch {
        program: Program::Etcd,
        arguments: vec![
            path_flag("data-dir", &data.store()),
            flag("listen-client-urls", &client),
            flag("advertise-client-urls", &client),
            flag("listen-peer-urls", &peer),
            flag("initial-advertise-peer-urls", nowhere),
            flag("initial-cluster", &format!("default={nowhere}")),
            // The data is worth nothing after a crash.
            flag("unsafe-no-fsync", "true"),
        ],
        outlives_us,
    }
}

fn api_server_launch(data: &DataDirectory, port: u16, outlives_us: bool) -> Launch {
    let socket = format!("unix://{}", DataDirectory::CLIENT_SOCKET);
    Launch {
        program: Program::KubeApiserver,
        arguments: vec![
            path_flag("cert-dir", &data.certificates()),
            flag("etcd-servers", &socket),
            flag("bind-address", "127.0.0.1"),
            flag("advertise-address", "127.0.0.1"),
            flag("secure-port", &port.to_string()),
            flag("authorization-mode", "RBAC"),
            path_flag("token-auth-file", &data.tokens()),
            flag("service-account-issuer", "https://kubernetes.default.svc"),
            path_flag("service-account-signing-key-file", &data.signing_key()),
            path_flag("service-account-key-file", &data.verification_key()),
            // It waits for service accounts that only a controller manager makes.
            flag("disable-admission-plugins", "ServiceAccount"),
            flag("service-cluster-ip-range", "10.0.0.0/24"),
            flag("endpoint-reconciler-type", "none"),
            // Half a minute passes before it ends by itself while somebody
            // watches, unless it is told to end the watches as well.
            flag("shutdown-watch-termination-grace-period", "1s"),
            // Load tests ask more at once than the defaults of 400 and 200.
            flag("max-requests-inflight", "2000"),
            flag("max-mutating-requests-inflight", "1000"),
        ],
        outlives_us,
    }
}

fn flag(name: &str, value: &str) -> OsString {
    OsString::from(format!("--{name}={value}"))
}

fn path_flag(name: &str, value: &Path) -> OsString {
    let mut flag = OsString::from(format!("--{name}="));
    flag.push(value);
    flag
}

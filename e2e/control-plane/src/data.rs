//! The directory in which a control plane keeps everything it writes.

use std::fs::{self, DirBuilder, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{self, Path, PathBuf};

use crate::error::{Error, Result};
use crate::programs::Program;
use crate::user::User;

/// Where a control plane keeps its store, certificates, logs and kubeconfigs.
/// Only its owner may look inside: who reaches etcd's socket needs no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataDirectory {
    path: PathBuf,
}

impl DataDirectory {
    /// The directory at `path`, which need not exist.
    pub fn at(path: &Path) -> Result<Self> {
        let path = path::absolute(path).map_err(Error::io(format!("find the absolute path of {}", path.display())))?;
        Ok(Self { path })
    }

    /// Its absolute path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The kubeconfig of a user.
    #[must_use]
    pub fn kubeconfig_of(&self, user: User) -> PathBuf {
        if user == User::ADMIN {
            self.path.join("kubeconfig")
        } else {
            self.path.join(format!("{}.kubeconfig", user.name))
        }
    }

    /// The log of a server.
    #[must_use]
    pub fn log_of(&self, server: Program) -> PathBuf {
        self.path.join(format!("{}.log", server.name()))
    }

    pub(crate) fn pid_file_of(&self, server: Program) -> PathBuf {
        self.path.join(format!("{}.pid", server.name()))
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.path.join("etcd")
    }

    pub(crate) fn certificates(&self) -> PathBuf {
        self.path.join("certificates")
    }

    /// What the API server writes into [`Self::certificates`]: its own
    /// certificate, followed by that of the authority it made up for it.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.certificates().join("apiserver.crt")
    }

    pub(crate) fn tokens(&self) -> PathBuf {
        self.path.join("tokens.csv")
    }

    pub(crate) fn signing_key(&self) -> PathBuf {
        self.path.join("service-accounts.key")
    }

    pub(crate) fn verification_key(&self) -> PathBuf {
        self.path.join("service-accounts.pub")
    }

    /// The sockets of etcd. Their names are relative, because the path of a
    /// socket has room for 108 characters; the port is part of the name.
    pub(crate) const CLIENT_SOCKET: &str = "etcd.sock:0";
    pub(crate) const PEER_SOCKET: &str = "etcd-peer.sock:0";

    /// What kubectl and helm write, in place of the user's home.
    pub(crate) fn clients(&self) -> PathBuf {
        clients_beside(&self.kubeconfig_of(User::ADMIN))
    }

    /// Creates the directory, or empties it of what an earlier control plane
    /// left: each one starts from nothing.
    pub(crate) fn prepare(&self) -> Result<()> {
        let failed = |action: &str| Error::io(format!("{action} {}", self.path.display()));
        if self.path.exists() {
            self.refuse_foreign_entries()?;
            self.remove_entries()?;
            return fs::set_permissions(&self.path, Permissions::from_mode(0o700)).map_err(failed("protect"));
        }
        DirBuilder::new().recursive(true).mode(0o700).create(&self.path).map_err(failed("create"))
    }

    /// Removes what a control plane made, and the directory when that was all.
    pub(crate) fn remove(&self) -> Result<()> {
        self.remove_entries()?;
        match fs::remove_dir(&self.path) {
            Err(error) if ![ErrorKind::NotFound, ErrorKind::DirectoryNotEmpty].contains(&error.kind()) => {
                Err(Error::io(format!("remove {}", self.path.display()))(error))
            }
            _ => Ok(()),
        }
    }

    fn remove_entries(&self) -> Result<()> {
        for entry in self.entries() {
            let removed = if entry.is_dir() { fs::remove_dir_all(&entry) } else { fs::remove_file(&entry) };
            match removed {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(Error::io(format!("remove {}", entry.display()))(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn refuse_foreign_entries(&self) -> Result<()> {
        let ours = self.entries();
        let failed = || Error::io(format!("list {}", self.path.display()));
        for entry in fs::read_dir(&self.path).map_err(failed())? {
            let entry = entry.map_err(failed())?;
            if !ours.contains(&entry.path()) {
                return Err(Error::ForeignData {
                    path: self.path.clone(),
                    entry: entry.file_name().to_string_lossy().into_owned(),
                });
            }
        }
        Ok(())
    }

    /// Everything that a control plane may have made.
    fn entries(&self) -> Vec<PathBuf> {
        let mut entries = vec![
            self.store(),
            self.certificates(),
            self.tokens(),
            self.signing_key(),
            self.verification_key(),
            self.clients(),
            self.path.join(Self::CLIENT_SOCKET),
            self.path.join(Self::PEER_SOCKET),
        ];
        entries.extend(User::ALL.map(|user| self.kubeconfig_of(user)));
        for server in [Program::Etcd, Program::KubeApiserver] {
            entries.extend([self.log_of(server), self.pid_file_of(server)]);
        }
        entries
    }
}

/// The folder for what the clients of a cluster write: next to its kubeconfig.
pub(crate) fn clients_beside(kubeconfig: &Path) -> PathBuf {
    kubeconfig.with_file_name("clients")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::write_private;

    #[test]
    fn a_directory_with_something_else_in_it_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDirectory::at(folder.path()).unwrap();
        let thesis = folder.path().join("thesis.txt");
        fs::write(&thesis, "years of work").unwrap();
        fs::write(data.tokens(), "").unwrap();
        let error = data.prepare().unwrap_err();
        assert!(error.to_string().contains("thesis.txt"), "{error}");
        data.remove().unwrap();
        assert!(thesis.exists());
        assert!(!data.tokens().exists());
    }

    #[test]
    fn what_an_earlier_control_plane_left_is_removed_before_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDirectory::at(&folder.path().join("data")).unwrap();
        data.prepare().unwrap();
        fs::create_dir(data.store()).unwrap();
        write_private(&data.tokens(), "old").unwrap();
        let mode = fs::metadata(data.tokens()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        data.prepare().unwrap();
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
        data.remove().unwrap();
        assert!(!data.path().exists());
    }
}

//! The programs that make up a control plane and the folder they are kept in.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{self, Path, PathBuf};

use clap::ValueEnum;

use crate::error::{Error, Result};
use crate::versions::Versions;

/// A program that is built from our Go module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Program {
    /// The store.
    Etcd,
    /// The API server.
    KubeApiserver,
    /// The client.
    Kubectl,
    /// The installer of charts.
    Helm,
}

impl Program {
    /// All that are pinned, in the order in which they are built.
    pub const ALL: [Self; 4] = [Self::Etcd, Self::KubeApiserver, Self::Kubectl, Self::Helm];

    /// What a control plane of our own needs.
    pub const OF_A_CONTROL_PLANE: [Self; 3] = [Self::Etcd, Self::KubeApiserver, Self::Kubectl];

    /// What is needed to work with a cluster that exists already.
    pub const OF_A_CLIENT: [Self; 1] = [Self::Kubectl];

    /// The name of its file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::KubeApiserver => "kube-apiserver",
            Self::Kubectl => "kubectl",
            Self::Helm => "helm",
        }
    }

    /// The Go package it is built from.
    pub(crate) const fn package(self) -> &'static str {
        match self {
            Self::Etcd => "go.etcd.io/etcd/server/v3",
            Self::KubeApiserver => "k8s.io/kubernetes/cmd/kube-apiserver",
            Self::Kubectl => "k8s.io/kubernetes/cmd/kubectl",
            Self::Helm => "helm.sh/helm/v3/cmd/helm",
        }
    }

    /// The name that `go build` gives to its file: the last part of the package that is no version.
    pub(crate) const fn file_of_go(self) -> &'static str {
        match self {
            Self::Etcd => "server",
            Self::KubeApiserver => "kube-apiserver",
            Self::Kubectl => "kubectl",
            Self::Helm => "helm",
        }
    }

    /// A rough figure of what the first build takes, in seconds of one core, with Cargo at work beside it.
    pub(crate) const fn rough_cost(self) -> u64 {
        match self {
            Self::Etcd => 60,
            Self::KubeApiserver => 330,
            Self::Kubectl | Self::Helm => 40,
        }
    }
}

/// The folder of the programs, one for each set of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    cache: PathBuf,
    folder: PathBuf,
}

impl Programs {
    /// The folder in the user's cache: `$SLUICE_CACHE`, else
    /// `$XDG_CACHE_HOME/sluice`, else `~/.cache/sluice`.
    pub(crate) fn in_cache(versions: &Versions) -> Result<Self> {
        let cache = cache_folder(|name| env::var_os(name)).ok_or(Error::NoCacheFolder)?;
        let folder = cache.join("control-plane").join(versions.folder_name());
        Ok(Self { cache, folder })
    }

    /// Programs in one folder that is the cache as well.
    #[cfg(test)]
    pub(crate) fn at(folder: &Path) -> Self {
        Self { cache: folder.to_owned(), folder: folder.to_owned() }
    }

    /// Where it is remembered how long builds took. It outlives the programs, so that a new version of them finds it.
    pub(crate) fn build_times(&self) -> PathBuf {
        self.cache.join("build-times")
    }

    /// The folder that holds them.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of one of them.
    #[must_use]
    pub fn path(&self, program: Program) -> PathBuf {
        self.folder.join(program.name())
    }

    /// The value of `PATH` with which these are found before any other.
    #[must_use]
    pub fn first_on_path(&self) -> OsString {
        let mut value = OsString::from(&self.folder);
        if let Some(rest) = env::var_os("PATH").filter(|path| !path.is_empty()) {
            value.push(OsStr::new(":"));
            value.push(rest);
        }
        value
    }
}

/// `SLUICE_CACHE` may be relative to the working directory. A relative
/// `XDG_CACHE_HOME` is ignored, as its specification asks.
fn cache_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    variable("SLUICE_CACHE")
        .and_then(|path| path::absolute(path).ok())
        .or_else(|| Some(folder("XDG_CACHE_HOME")?.join("sluice")))
        .or_else(|| Some(folder("HOME")?.join(".cache/sluice")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(variables: &[(&str, &str)]) -> Option<PathBuf> {
        cache_folder(|name| {
            let (_, value) = variables.iter().find(|(known, _)| *known == name)?;
            Some(OsString::from(value))
        })
    }

    #[test]
    fn the_cache_is_the_most_specific_folder_that_is_set() {
        let home = ("HOME", "/home/ada");
        let xdg = ("XDG_CACHE_HOME", "/var/cache/ada");
        let own = ("SLUICE_CACHE", "/srv/sluice");
        assert_eq!(chosen(&[home]), Some("/home/ada/.cache/sluice".into()));
        assert_eq!(chosen(&[home, xdg]), Some("/var/cache/ada/sluice".into()));
        assert_eq!(chosen(&[home, xdg, own]), Some("/srv/sluice".into()));
        assert_eq!(chosen(&[]), None);
    }

    #[test]
    fn a_relative_xdg_folder_and_an_empty_variable_are_ignored() {
        let variables = [("SLUICE_CACHE", ""), ("XDG_CACHE_HOME", "cache"), ("HOME", "/home/ada")];
        assert_eq!(chosen(&variables), Some("/home/ada/.cache/sluice".into()));
    }
}

//! Clusters that are the user's: left alone unless they are named, and refused where a run could do harm.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests are tests as well")]

use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sluice_control_plane::{ControlPlane, Interrupt, Program, RUN_LABEL};
use tempfile::TempDir;

/// A server on this machine that stands for a user's cluster, and knows whether anybody has come.
struct Server(TcpListener);

impl Server {
    fn start() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    /// Who has connected waits in the kernel until asked in.
    #[track_caller]
    fn assert_nobody_came(&self) {
        self.0.set_nonblocking(true).unwrap();
        match self.0.accept() {
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
            Ok((_, address)) => panic!("somebody came from {address}"),
        }
    }
}

/// A kubeconfig with the contexts `local` and `remote`, the first of them current.
fn made_up(local: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    let entry = |name: &str, server: &str| {
        (
            format!("- {{name: {name}, cluster: {{server: {server}}}}}\n"),
            format!("- {{name: {name}, context: {{cluster: {name}, user: ada}}}}\n"),
        )
    };
    let [here, there] = [entry("local", local), entry("remote", "https://203.0.113.1:6443")];
    let text = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: local\nclusters:\n{}{}contexts:\n{}{}users:\n\
         - {{name: ada, user: {{token: secret}}}}\n",
        here.0, there.0, here.1, there.1
    );
    fs::write(&path, text).unwrap();
    (folder, path)
}

/// `control-plane run` of a shell script, as a person with this kubeconfig would call it.
fn run(kubeconfig: &Path, settings: &[(&str, &str)], script: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_control-plane"))
        .args(["run", "--", "sh", "-c", script])
        .env_remove("SLUICE_TEST_CLUSTER")
        .env_remove("SLUICE_TEST_CLUSTER_YES")
        .env("KUBECONFIG", kubeconfig)
        .envs(settings.iter().copied())
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}

#[test]
fn the_cluster_of_kubeconfig_is_sent_nothing_and_neither_its_file_nor_the_home_is_written() {
    let server = Server::start();
    let (_folder, kubeconfig) = made_up(&server.url());
    let before = fs::read(&kubeconfig).unwrap();
    let script = r#"
        test "$KUBECONFIG" != "$USERS" || exit 3
        test -z "$AWS_PROFILE$HELM_NAMESPACE" || exit 4
        kubectl create configmap colours --from-literal=sky=blue && kubectl delete configmap colours
    "#;
    let home = tempfile::tempdir().unwrap();
    // What is built is in the cache, wherever the home is.
    let programs = sluice_control_plane::ensure(&Program::OF_A_CONTROL_PLANE, &Interrupt::default()).unwrap();
    let cache = programs.folder().ancestors().nth(2).unwrap();
    let users = [
        ("USERS", kubeconfig.to_str().unwrap()),
        ("HOME", home.path().to_str().unwrap()),
        ("SLUICE_CACHE", cache.to_str().unwrap()),
        ("AWS_PROFILE", "prod"),
        ("HELM_NAMESPACE", "prod"),
    ];
    let output = run(&kubeconfig, &users, script);
    let told = told(&output);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("is left alone") && told.contains(kubeconfig.to_str().unwrap()), "{told}");
    server.assert_nobody_came();
    assert_eq!(fs::read(&kubeconfig).unwrap(), before);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "something was written into the user's home");
}

#[test]
fn a_context_that_is_not_there_or_not_on_this_machine_is_refused_and_sent_nothing() {
    let server = Server::start();
    let (_folder, kubeconfig) = made_up(&server.url());
    let table: [(&str, &[&str]); 2] = [
        ("prod", &["context prod", "local, remote", "SLUICE_TEST_CLUSTER"]),
        ("remote", &["context remote", "https://203.0.113.1:6443", "--yes"]),
    ];
    for (context, words) in table {
        let output = run(&kubeconfig, &[("SLUICE_TEST_CLUSTER", context)], "echo it ran");
        let told = told(&output);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(!told.contains("it ran"), "{told}");
        for word in words {
            assert!(told.contains(word), "{word}: {told}");
        }
    }
    server.assert_nobody_came();
}

/// A control plane of a test's own, as if it was the user's, with the definitions of our kinds in it.
struct UsersCluster {
    control_plane: ControlPlane,
}

impl UsersCluster {
    fn start() -> Self {
        Self { control_plane: ControlPlane::start().unwrap() }
    }

    fn kubectl(&self, arguments: &[&str]) -> String {
        let output = Command::new(self.control_plane.programs().path(Program::Kubectl))
            .args(arguments)
            .env("KUBECONFIG", self.control_plane.kubeconfig_path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", told(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    fn apply_definitions(&self) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crds");
        self.kubectl(&["apply", "--server-side", "--filename", folder.to_str().unwrap()]);
        self.kubectl(&["wait", "--for=condition=Established", "customresourcedefinitions", "--all", "--timeout=60s"]);
    }

    fn run(&self, settings: &[(&str, &str)], script: &str) -> Output {
        let named = [("SLUICE_TEST_CLUSTER", "admin@sluice-local"), ("LABEL", RUN_LABEL)];
        run(&self.control_plane.kubeconfig_path(), &[&named, settings].concat(), script)
    }
}

#[test]
fn a_cluster_in_which_sluice_is_seen_is_refused_and_stays_as_it_is() {
    let cluster = UsersCluster::start();
    cluster.apply_definitions();
    let every = ["get", "customresourcedefinitions,namespaces", "--output", "yaml"];
    let before = cluster.kubectl(&every);
    let output = cluster.run(&[], "kubectl delete customresourcedefinitions --all");
    let told = told(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    for word in ["admin@sluice-local", "https://127.0.0.1:", "deploymentgroups.sluice.dev", "--yes"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    assert_eq!(cluster.kubectl(&every), before);
    let output = cluster.run(&[("SLUICE_TEST_CLUSTER_YES", "1")], "kubectl get customresourcedefinitions");
    assert!(output.status.success());
    assert_eq!(cluster.kubectl(&every), before, "what the run did not label is not deleted");
}

#[test]
fn only_what_a_run_labelled_is_deleted_when_it_ends_even_if_it_fails() {
    let cluster = UsersCluster::start();
    cluster.kubectl(&["create", "namespace", "theirs"]);
    cluster.kubectl(&["create", "clusterrole", "theirs", "--verb=get", "--resource=pods"]);
    let script = r#"
        set -e
        label="$LABEL=$SLUICE_TEST_RUN"
        kubectl apply --server-side --filename "$DEFINITIONS"
        kubectl label --filename "$DEFINITIONS" "$label"
        kubectl wait --for=condition=Established customresourcedefinitions --all --timeout=60s
        kubectl create namespace ours && kubectl label namespace ours "$label"
        kubectl create clusterrole ours --verb=get --resource=pods && kubectl label clusterrole ours "$label"
        kubectl apply --namespace ours --filename "$EXAMPLES/application.yaml"
        kubectl patch application shop --namespace ours --type merge --patch '{"metadata":{"finalizers":["example.org/x"]}}'
        kubectl apply --filename "$EXAMPLES/binding.yaml" && kubectl label awsbinding team-shop "$label"
        exit 7
    "#;
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let paths = [repository.join("crds"), repository.join("docs/examples")];
    let settings = [("DEFINITIONS", paths[0].to_str().unwrap()), ("EXAMPLES", paths[1].to_str().unwrap())];
    let output = cluster.run(&settings, script);
    assert_eq!(output.status.code(), Some(7), "{}", told(&output));
    let left = cluster.kubectl(&["get", "clusterroles,customresourcedefinitions", "--output", "name"]);
    assert!(left.contains("/theirs\n") && !left.contains("/ours\n") && !left.contains("sluice.dev"), "{left}");
    // There is no controller here that would take the namespace away for good.
    let phases = "--output=jsonpath={range .items[*]}{.metadata.name} {.status.phase}{\"\\n\"}{end}";
    let namespaces = cluster.kubectl(&["get", "namespaces", phases]);
    assert!(namespaces.contains("ours Terminating\n") && namespaces.contains("theirs Active\n"), "{namespaces}");
    // Nothing is in the way of the next run.
    assert!(cluster.run(&[], "true").status.success());
}

//! Control planes from their start to their end, with the real programs.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests as well")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use sluice_control_plane::{ControlPlane, Program};

/// Our binary, without a cluster that the tests themselves may have been told to use.
fn control_plane(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_control-plane"));
    command.args(arguments).env_remove("KUBECONFIG").env_remove("SLUICE_TEST_CLUSTER");
    command
}

fn succeed(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let errors = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{command:?}: {status}\n{errors}");
    String::from_utf8(stdout).unwrap().trim().to_owned()
}

fn eventually(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !holds() {
        assert!(Instant::now() < deadline, "{what} did not happen");
        thread::sleep(Duration::from_millis(50));
    }
}

/// Whether any process has `text` among its arguments.
fn is_in_use(text: &str) -> bool {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|process| fs::read(process.path().join("cmdline")).ok())
        .any(|line| String::from_utf8_lossy(&line).contains(text))
}

/// Runs `sleep` against a control plane in `data` and returns when it sleeps.
fn run_for_long(data: &Path) -> Child {
    let mark = data.with_file_name("ready");
    let child = control_plane(&["run", "--data", data.to_str().unwrap()])
        .args(["--", "sh", "-c", "touch \"$MARK\"; exec sleep 600"])
        .env("MARK", &mark)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    eventually("the start", || mark.exists());
    child
}

#[test]
fn what_was_stored_survives_a_restart_of_the_api_server() {
    let mut control_plane = ControlPlane::start().unwrap();
    let kubectl = |control_plane: &ControlPlane, arguments: &[&str]| {
        let program = control_plane.programs().path(Program::Kubectl);
        let kubeconfig = control_plane.kubeconfig_path();
        succeed(Command::new(program).args(arguments).env("KUBECONFIG", kubeconfig))
    };
    let literal = "--from-literal=colour=blue";
    kubectl(&control_plane, &["create", "configmap", "settings", literal]);
    let [before, etcd] = control_plane.process_ids();

    control_plane.restart_api_server().unwrap();

    let [after, same_etcd] = control_plane.process_ids();
    assert_ne!(before, after);
    assert_eq!(etcd, same_etcd);
    let path = "-ojsonpath={.data.colour}";
    let colour = kubectl(&control_plane, &["get", "configmap", "settings", path]);
    assert_eq!(colour, "blue");

    let data = control_plane.data().path().to_owned();
    control_plane.stop().unwrap();
    assert!(!data.exists());
    assert!(!is_in_use(data.to_str().unwrap()));
}

#[test]
fn a_command_finds_the_cluster_and_its_exit_code_is_passed_on() {
    let script = r#"
        test "$(kubectl config current-context)" = admin@sluice-local || exit 1
        helm list >/dev/null || exit 2
        operator=$("$CONTROL_PLANE" kubeconfig --user sluice-operator) || exit 3
        test "$(kubectl --kubeconfig "$operator" auth can-i create leases)" = no || exit 4
        kubectl create role lead --verb=create --resource=leases.coordination.k8s.io >/dev/null || exit 5
        kubectl create rolebinding lead --role=lead --group=sluice >/dev/null || exit 6
        test "$(kubectl --kubeconfig "$operator" auth can-i create leases)" = yes || exit 7
        echo "$SLUICE_CONTROL_PLANE_DIR"
        exit 42
    "#;
    let output = control_plane(&["run", "--helm", "--", "sh", "-c", script])
        .env("CONTROL_PLANE", env!("CARGO_BIN_EXE_control-plane"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(42), "{errors}");
    let data = String::from_utf8(output.stdout).unwrap();
    assert!(data.trim().starts_with('/'), "{data}");
    assert!(!Path::new(data.trim()).exists());
}

#[test]
fn a_detached_control_plane_runs_until_it_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let arguments = |action| [action, "--data", data.to_str().unwrap()];
    let start = || succeed(&mut control_plane(&arguments("start")));
    let stop = || succeed(&mut control_plane(&arguments("stop")));

    let kubeconfig = start();
    assert_eq!(start(), kubeconfig);
    // `run --keep` finds it, too, and leaves it running.
    let arguments = ["run", "--keep", "--data", data.to_str().unwrap(), "--", "sh", "-c", "echo $KUBECONFIG"];
    assert_eq!(succeed(&mut control_plane(&arguments)), kubeconfig);
    assert!(is_in_use(data.to_str().unwrap()));
    // One that a context of a kubeconfig names serves `run` as well as one of its own.
    let named = control_plane(&["run", "--", "kubectl", "get", "namespaces", "-oname"])
        .env("KUBECONFIG", &kubeconfig)
        .env("SLUICE_TEST_CLUSTER", "admin@sluice-local")
        .output();
    let namespaces = String::from_utf8(named.unwrap().stdout).unwrap();
    assert!(namespaces.contains("namespace/default"), "{namespaces}");

    stop();
    assert!(!data.exists());
    assert!(!is_in_use(data.to_str().unwrap()));
    stop();
}

#[test]
fn nothing_outlives_a_run_that_is_interrupted_or_killed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let in_use = || is_in_use(data.to_str().unwrap());

    let mut interrupted = run_for_long(&data);
    assert!(in_use());
    succeed(Command::new("kill").arg(interrupted.id().to_string()));
    assert_eq!(interrupted.wait().unwrap().code(), Some(128 + 15));
    assert!(!in_use());

    let setpriv = Command::new("setpriv").arg("--version").output();
    if !setpriv.is_ok_and(|output| output.status.success()) {
        // Without it the kernel cannot be asked to kill the servers.
        return;
    }
    fs::remove_file(folder.path().join("ready")).unwrap();
    let mut killed = run_for_long(&data);
    killed.kill().unwrap();
    killed.wait().unwrap();
    eventually("the end of the servers", || !in_use());
}

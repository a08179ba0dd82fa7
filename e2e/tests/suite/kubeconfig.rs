//! The cluster that `KUBECONFIG` names is the user's, and nothing of ours touches it by itself.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::process::Command;

#[test]
fn without_a_run_the_demo_and_the_bench_send_nothing_to_the_cluster_of_kubeconfig() {
    // Who connects waits in the kernel until asked in.
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let kubeconfig = folder.path().join("config");
    let cluster = format!("clusters: [{{name: prod, cluster: {{server: 'http://{}'}}}}]", server.local_addr().unwrap());
    let context = "contexts: [{name: prod, context: {cluster: prod, user: ada}}]\ncurrent-context: prod";
    std::fs::write(&kubeconfig, format!("apiVersion: v1\nkind: Config\n{cluster}\n{context}\n")).unwrap();
    for program in [env!("CARGO_BIN_EXE_demo"), env!("CARGO_BIN_EXE_bench")] {
        let output =
            Command::new(program).env("KUBECONFIG", &kubeconfig).env_remove("SLUICE_TEST_RUN").output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && told.contains("control-plane run"), "{told}");
        let came = server.accept();
        assert_eq!(came.map(|(_, address)| address).map_err(|error| error.kind()), Err(ErrorKind::WouldBlock));
    }
}

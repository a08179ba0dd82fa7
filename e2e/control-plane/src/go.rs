//! What the Go toolchain wants to be told.

use crate::versions::Versions;

/// No debugging information: the linker would leave it out anyway (`-w`), and to make it takes time.
const FOR_ALL: &str = "all=-dwarf=0";

/// Nor is anything inlined in code that is large and seldom runs, most of it generated: kinds that nothing of ours uses,
/// and clients for them. What serves our kinds is elsewhere, and stays fast.
const SELDOM_RUN: [&str; 5] = [
    "k8s.io/kubernetes/...=-dwarf=0 -l",
    "k8s.io/api/...=-dwarf=0 -l",
    "k8s.io/client-go/...=-dwarf=0 -l",
    "k8s.io/kubectl/...=-dwarf=0 -l",
    "sigs.k8s.io/kustomize/...=-dwarf=0 -l",
];

/// Arguments of `go build` that make it quick: it is what the first run of the demo waits for. The last pattern that
/// matches a package is the one that counts.
pub(crate) fn compiler_flags() -> impl Iterator<Item = String> {
    [FOR_ALL].into_iter().chain(SELDOM_RUN).map(|flags| format!("-gcflags={flags}"))
}

/// Compilers live for seconds: to collect no garbage before a gigabyte has come together saves a tenth of their time.
const UNCOLLECTED: [(&str, &str); 2] = [("GOGC", "off"), ("GOMEMLIMIT", "1GiB")];

/// With two cores or fewer a compiler has one of them, and as many run as there are cores: threads of one compiler that
/// wait for each other cost another tenth.
const FEW_CORES: usize = 2;

/// The variables of `go build` that make it quick, and how many compilers run at a time.
pub(crate) fn compilers(cores: usize) -> (Vec<(&'static str, &'static str)>, String) {
    let one_core = (cores <= FEW_CORES).then_some(("GOMAXPROCS", "1"));
    (UNCOLLECTED.into_iter().chain(one_core).collect(), format!("-p={}", cores.max(1)))
}

/// Kubernetes calls itself v0.0.0 and helm takes clusters for v1.20 unless the
/// linker says otherwise, and charts that ask for a newer one would be refused.
pub(crate) fn linker_flags(versions: &Versions) -> String {
    let mut parts = versions.kubernetes.split('.');
    let mut part = || parts.next().unwrap_or("0");
    let (major, minor) = (part(), part());
    let (kubernetes, helm) = (&versions.kubernetes, &versions.helm);
    let variables = [
        format!("k8s.io/component-base/version.gitVersion=v{kubernetes}"),
        format!("k8s.io/component-base/version.gitMajor={major}"),
        format!("k8s.io/component-base/version.gitMinor={minor}"),
        format!("helm.sh/helm/v3/internal/version.version=v{helm}"),
        format!("helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor={major}"),
        format!("helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor={minor}"),
        format!("helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor={major}"),
        format!("helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor={minor}"),
    ];
    format!("-s -w -X {}", variables.join(" -X "))
}

/// Compares `go1.26.8` with `1.26.0`. A Go built from its development branch
/// has no such number and gets the benefit of the doubt.
pub(crate) fn is_new_enough(found: &str, needed: &str) -> bool {
    match found.trim().strip_prefix("go") {
        Some(release) => numbers(release) >= numbers(needed),
        None => true,
    }
}

/// The leading numbers of a version, without what follows them as in `1.27rc1`.
fn numbers(version: &str) -> Vec<u32> {
    let digits = |part: &str| {
        let end = part.find(|it: char| !it.is_ascii_digit());
        part[..end.unwrap_or(part.len())].parse().ok()
    };
    version.split('.').map_while(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_go_is_compared_by_number_and_not_by_letter() {
        assert!(is_new_enough("go1.26.8\n", "1.26.0"));
        assert!(is_new_enough("go1.100", "1.26.0"));
        assert!(is_new_enough("go1.27rc1", "1.26.0"));
        assert!(is_new_enough("devel +0123abc", "1.26.0"));
        assert!(!is_new_enough("go1.9.7", "1.26.0"));
        assert!(!is_new_enough("go1.25.11", "1.26.0"));
    }

    #[test]
    fn a_compiler_has_one_core_where_there_are_few() {
        let (variables, at_a_time) = compilers(2);
        assert!(variables.contains(&("GOMAXPROCS", "1")) && at_a_time == "-p=2", "{variables:?} {at_a_time}");
        let (variables, at_a_time) = compilers(8);
        assert!(!variables.iter().any(|(name, _)| *name == "GOMAXPROCS") && at_a_time == "-p=8", "{variables:?}");
    }

    #[test]
    fn the_linker_sets_the_versions_that_the_programs_report() {
        let flags = linker_flags(&Versions {
            go: "1.26.0".to_owned(),
            kubernetes: "1.36.1".to_owned(),
            etcd: "3.6.8".to_owned(),
            helm: "3.22.0".to_owned(),
        });
        let expected = [
            "-X k8s.io/component-base/version.gitVersion=v1.36.1 ",
            "-X k8s.io/component-base/version.gitMinor=36 ",
            "-X helm.sh/helm/v3/internal/version.version=v3.22.0 ",
            "-X helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1 ",
        ];
        for flag in expected {
            assert!(flags.contains(flag), "{flag}\n{flags}");
        }
    }
}

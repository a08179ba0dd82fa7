//! The manifest by which krew, the package manager of kubectl's plugins, installs ours. Its form is that of
//! `krew.googlecontainertools.github.com/v1alpha2`.

use serde::Serialize;

use crate::error::Error;

/// Name of the program in the archives, and what their names begin with.
const PROGRAM: &str = "kubectl-sluice";

/// The manifest, as YAML.
///
/// `sums` is what `sha256sum` printed of the archives of a release; those of other programs are passed over. `from` is
/// where they can be fetched, with no slash at the end.
pub fn manifest(version: &str, sums: &str, from: &str) -> Result<String, Error> {
    let mut platforms = Vec::new();
    for line in sums.lines().filter(|line| !line.trim().is_empty()) {
        let (sum, file) = sum_of(line)?;
        if let Some(target) = target_of(file, version) {
            platforms.push(Platform::of(target, file, sum, from)?);
        }
    }
    if platforms.is_empty() {
        return Err(Error::NoArchive { name: PROGRAM, version: version.to_owned() });
    }
    platforms.sort_by(|one, other| one.uri.cmp(&other.uri));
    let plugin = Plugin {
        api_version: "krew.googlecontainertools.github.com/v1alpha2",
        kind: "Plugin",
        metadata: Metadata { name: "sluice" },
        spec: Spec {
            version: format!("v{version}"),
            homepage: env!("CARGO_PKG_REPOSITORY"),
            short_description: "Watch and steer releases of Amazon ECS services",
            description: "Shows releases that the operator Sluice makes of Amazon ECS services as they go on, acts on\n\
                          them (deploy, approve, promote, pause, stop, rollback, retry), waits for them in pipelines,\n\
                          checks manifests, and reads what AWS CodeDeploy and ECS have today.\n",
            caveats: "The operator must run in the cluster: see the homepage.\n",
            platforms,
        },
    };
    serde_saphyr::to_string(&plugin).map_err(|error| Error::Yaml { message: error.to_string() })
}

fn sum_of(line: &str) -> Result<(&str, &str), Error> {
    let parts = line.split_once("  ").or_else(|| line.split_once(" *"));
    parts
        .filter(|(sum, file)| {
            sum.len() == 64 && sum.bytes().all(|byte| byte.is_ascii_hexdigit()) && !file.trim().is_empty()
        })
        .ok_or_else(|| Error::Sum { line: line.to_owned() })
}

/// What follows the version in the name of an archive of the plugin.
fn target_of<'name>(file: &'name str, version: &str) -> Option<&'name str> {
    let name = file.rsplit('/').next()?;
    name.strip_prefix(PROGRAM)?.strip_prefix('-')?.strip_prefix(version)?.strip_prefix('-')?.strip_suffix(".tar.gz")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Plugin {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    spec: Spec,
}

#[derive(Serialize)]
struct Metadata {
    name: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    version: String,
    homepage: &'static str,
    short_description: &'static str,
    description: &'static str,
    caveats: &'static str,
    platforms: Vec<Platform>,
}

#[derive(Serialize)]
struct Platform {
    selector: Selector,
    uri: String,
    sha256: String,
    files: Vec<File>,
    bin: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Selector {
    match_labels: Labels,
}

#[derive(Serialize)]
struct Labels {
    os: String,
    arch: String,
}

#[derive(Serialize)]
struct File {
    from: String,
    to: &'static str,
}

impl Platform {
    fn of(target: &str, file: &str, sum: &str, from: &str) -> Result<Self, Error> {
        let known = target
            .split_once('-')
            .filter(|(os, arch)| ["linux", "darwin"].contains(os) && ["amd64", "arm64"].contains(arch));
        let Some((os, arch)) = known else {
            return Err(Error::Target { target: target.to_owned(), file: file.to_owned() });
        };
        let name = file.rsplit('/').next().unwrap_or(file);
        let folder = name.strip_suffix(".tar.gz").unwrap_or(name);
        let files = [PROGRAM, "LICENSE"].map(|part| File { from: format!("{folder}/{part}"), to: "." });
        Ok(Self {
            selector: Selector { match_labels: Labels { os: os.to_owned(), arch: arch.to_owned() } },
            uri: format!("{from}/{name}"),
            sha256: sum.to_ascii_lowercase(),
            files: files.into(),
            bin: PROGRAM,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUM: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    #[test]
    fn every_archive_of_the_plugin_is_a_platform_of_the_manifest() {
        let sums = format!(
            "{SUM}  kubectl-sluice-1.2.3-linux-arm64.tar.gz\n{SUM}  dist/kubectl-sluice-1.2.3-linux-amd64.tar.gz\n\
             {SUM}  sluice-1.2.3-linux-amd64.tar.gz\n"
        );
        let made = manifest("1.2.3", &sums, "https://example.test/v1.2.3").unwrap();
        let expected = [
            "version: v1.2.3",
            "os: linux",
            "arch: amd64",
            "arch: arm64",
            "uri: https://example.test/v1.2.3/kubectl-sluice-1.2.3-linux-amd64.tar.gz",
            "from: kubectl-sluice-1.2.3-linux-arm64/kubectl-sluice",
            SUM,
        ];
        for words in expected {
            assert!(made.contains(words), "{words} is not in\n{made}");
        }
        assert_eq!(made.matches("bin: kubectl-sluice").count(), 2, "{made}");
    }

    #[test]
    fn sums_that_make_no_manifest_are_refused_by_their_line() {
        let rows = [
            ("abc  kubectl-sluice-1.2.3-linux-amd64.tar.gz".to_owned(), "\"abc  kubectl-sluice"),
            (format!("{SUM}kubectl-sluice-1.2.3-linux-amd64.tar.gz"), "two spaces"),
            (format!("{SUM}  "), "two spaces"),
            (format!("{SUM}  kubectl-sluice-1.2.4-linux-amd64.tar.gz"), "no archive kubectl-sluice-1.2.3"),
            (format!("{SUM}  kubectl-sluice-1.2.3-plan9-mips.tar.gz"), "plan9-mips"),
            (String::new(), "no archive"),
        ];
        for (sums, expected) in rows {
            let error = manifest("1.2.3", &sums, "https://example.test").unwrap_err().to_string();
            assert!(error.contains(expected), "{sums}: {error}");
        }
    }
}

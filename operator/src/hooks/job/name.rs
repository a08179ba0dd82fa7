//! The name of the Job of an execution.

/// Longest name: it is also the value of a label of its Pods.
const LIMIT: usize = 63;

/// The name of the Job of an execution, the same whenever it is asked: readable at its beginning, and no two alike by its
/// end.
pub fn job_name(deployment: &str, hook: &str, execution_id: &str) -> String {
    let end = format!("{:016x}", fnv(execution_id.as_bytes()));
    let plain = |one: char| if one.is_ascii_lowercase() || one.is_ascii_digit() { one } else { '-' };
    let readable: String = format!("{deployment}-{hook}").to_ascii_lowercase().chars().map(plain).collect();
    let cut: String = readable.trim_matches('-').chars().take(LIMIT - 1 - end.len()).collect();
    match cut.trim_matches('-') {
        "" => format!("hook-{end}"),
        cut => format!("{cut}-{end}"),
    }
}

/// FNV-1a of 64 bits. It has to be the same in the next version of the operator, which a hasher of the standard library
/// need not be; whether a Job of that name is the right one is looked at besides.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sluice_api::well_formed::is_object_name;

    use super::*;

    #[test]
    fn a_job_has_the_same_name_whenever_it_is_asked_and_no_two_are_alike() {
        let long = "d".repeat(253);
        let table = [
            ("prod-7", "smoke", "uid/smoke/AfterInstall/1"),
            ("prod-7", "smoke", "uid/smoke/AfterInstall/2"),
            ("prod-7", "smoke", "uid/smoke/AfterStep-0/1"),
            ("prod.eu-7", "Smoke_Test", "uid/Smoke_Test/AfterInstall/1"),
            (&long, "smoke", "uid/smoke/Ready/1"),
            (&long, "other", "uid/other/Ready/1"),
            ("---", "---", "uid/x/Ready/1"),
        ];
        let names: BTreeSet<String> =
            table.iter().map(|(deployment, hook, id)| job_name(deployment, hook, id)).collect();
        assert_eq!(names.len(), table.len(), "{names:?}");
        for name in &names {
            assert!(name.len() <= LIMIT && is_object_name(name) && !name.contains('.'), "{name}");
        }
        // The next version has to find it again.
        assert!(names.contains("prod-7-smoke-b42a6a7f12f6aaf9"), "{names:?}");
    }
}

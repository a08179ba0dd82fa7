//! Names of CodeDeploy and ECS as names of Kubernetes.

/// Longest name of an Application.
pub const APPLICATION: usize = 63;

/// Longest name of a DeploymentGroup: the names of its Deployments add a number.
pub const GROUP: usize = 52;

/// Longest name of another object.
pub const OBJECT: usize = 253;

/// A name in lower case letters, digits and hyphens, of at most so many characters, as like the given one as can be.
#[must_use]
pub fn translated(name: &str, most: usize) -> String {
    let mut made = String::new();
    for one in name.chars() {
        if one.is_ascii_alphanumeric() {
            made.push(one.to_ascii_lowercase());
        } else if !made.is_empty() && !made.ends_with('-') {
            made.push('-');
        }
    }
    made.truncate(most);
    let made = made.trim_matches('-');
    if made.is_empty() { "imported".to_owned() } else { made.to_owned() }
}

/// The same, and another one than those that are taken.
#[must_use]
pub fn free(name: &str, most: usize, is_taken: impl Fn(&str) -> bool) -> String {
    let made = translated(name, most);
    let numbered = (2..).map(|number: u32| {
        let suffix = format!("-{number}");
        format!("{}{suffix}", translated(&made, most.saturating_sub(suffix.len())))
    });
    std::iter::once(made.clone()).chain(numbered).find(|name| !is_taken(name)).unwrap_or(made)
}

#[cfg(test)]
mod tests {
    use sluice_api::well_formed::is_object_name;

    use super::*;

    #[test]
    fn any_name_becomes_one_of_kubernetes() {
        let long = "a-".repeat(300);
        for (name, made) in [
            ("shop", "shop"),
            ("Shop_Web (prod)", "shop-web-prod"),
            ("shop.web", "shop-web"),
            ("--x--", "x"),
            ("42", "42"),
            ("läden", "l-den"),
            ("店", "imported"),
            (&long, &long[..GROUP - 1]),
        ] {
            assert_eq!(translated(name, GROUP), made, "{name}");
            assert!(is_object_name(&translated(name, GROUP)), "{name}");
        }
        assert_eq!(free("Shop", GROUP, |name| ["shop", "shop-2"].contains(&name)), "shop-3");
    }
}

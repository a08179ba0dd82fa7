//! A step of the move.

/// A step of the move.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// What it does.
    pub title: String,
    /// What is to be known of it.
    pub text: String,
    /// What is typed.
    pub commands: Vec<String>,
    /// What is typed to take it back.
    pub back: Vec<String>,
    /// Why nothing is typed to take it back.
    pub no_back: &'static str,
}

/// Where manifests are, and go.
#[derive(Clone, Copy, Debug)]
pub struct Where<'a> {
    /// The namespace.
    pub namespace: &'a str,
    /// The region.
    pub region: &'a str,
    /// What is applied: the folder, or the file that the output was put into.
    pub manifests: &'a str,
}

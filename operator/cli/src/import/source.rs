//! A text that was handed in.

/// A text that was handed in, and where it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// As it is told of, such as `shop/get-deployment-group.json`.
    pub name: String,
    /// Its folder, which says what belongs together where several are read.
    pub folder: String,
    /// What is in it.
    pub text: String,
    /// Whether it was named itself, and not found in a folder: then it has to be something that is read.
    pub is_named: bool,
}

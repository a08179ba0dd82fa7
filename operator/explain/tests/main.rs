//! Tests of the classifier from outside: how it does on labelled messages, the documentation made of it, and what is hostile.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod codes;
mod documentation;
mod hostile;
mod layers;
mod score;

//! Requests and answers as bytes with a little structure, and the encodings of the services.

pub mod cbor;
pub mod credentials;
pub mod decode;
pub mod decoded;
pub mod encode;
pub mod error;
pub mod json;
pub mod message;
pub mod query;
pub mod rest;
pub mod timestamp;
pub mod xml;

pub use message::{Outcome, Reply, Request, Response};

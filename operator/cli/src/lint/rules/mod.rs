//! The rules of the definitions, in CEL, as the API server asks them of an object that is created.
//!
//! Source: k8s.io/apiextensions-apiserver, `pkg/apiserver/schema/cel`. Rules about changes, which name `oldSelf`, are asked of
//! no new object.

mod functions;
mod length;
mod pattern;
mod program;
mod url;
mod value;

pub use program::{FUNCTIONS, Rules, functions_of};

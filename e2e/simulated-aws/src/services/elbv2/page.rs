//! Answers in pages.

use serde_json::{Value, json};

use crate::wire::error::ApiError;

/// Cuts a list into pages, whose marker is the number of items before them.
pub fn page(name: &str, items: Vec<Value>, marker: Option<&str>, size: Option<usize>) -> Result<Value, ApiError> {
    if size.is_some_and(|size| !(1..=400).contains(&size)) {
        return Err(ApiError::validation("PageSize must be between 1 and 400."));
    }
    let before: usize = match marker {
        Some(marker) => marker.parse().map_err(|_| ApiError::validation(format!("Invalid marker '{marker}'.")))?,
        None => 0,
    };
    let size = size.unwrap_or(400);
    let total = items.len();
    let shown: Vec<Value> = items.into_iter().skip(before).take(size).collect();
    let next = (before + shown.len() < total).then(|| (before + shown.len()).to_string());
    Ok(json!({name: shown, "NextMarker": next}))
}

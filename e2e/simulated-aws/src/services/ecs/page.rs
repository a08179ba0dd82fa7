//! Lists in pages, in the order of their identifiers.

use crate::wire::error::ApiError;

/// The most items in a page.
pub const MOST: usize = 100;

/// The items of one page, of those in `items` that come after the token's, and the token of the next page.
///
/// `items` are in the order of their keys; `usual` is how many a page has if the request does not say.
pub fn page<'a, T>(
    items: impl Iterator<Item = (&'a str, T)>,
    token: Option<&str>,
    max_results: Option<usize>,
    usual: usize,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let most = max_results.unwrap_or(usual);
    if !(1..=MOST).contains(&most) {
        return Err(ApiError::invalid_parameter("maxResults must be between 1 and 100."));
    }
    let from = match token {
        Some(token) => token.strip_prefix("after-").ok_or_else(|| ApiError::invalid_parameter("Invalid token."))?,
        None => "",
    };
    let mut found: Vec<(&str, T)> = items.filter(|(key, _)| *key > from).take(most + 1).collect();
    let more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| more).map(|(key, _)| format!("after-{key}"));
    Ok((found.into_iter().map(|(_, item)| item).collect(), next))
}

//! Filters and pages of lists.

use pm2_api::JsonObject;
use serde_json::Value;

/// Returns `true` if there is no filter or the name equals it.
pub fn matches_filter(name: &str, filter: Option<&str>) -> bool {
    filter.is_none_or(|filter| filter == name)
}

/// Returns `true` if there is no filter, the filter is empty, or it contains the name.
pub fn matches_any(name: &str, filter: Option<&[String]>) -> bool {
    filter.is_none_or(|filter| filter.is_empty() || filter.iter().any(|filter| filter == name))
}

/// Returns up to `size` items after the first `from`.
pub fn paginate<T>(
    items: impl Iterator<Item = T>,
    from: Option<i64>,
    size: Option<i64>,
    default_size: usize,
) -> Vec<T> {
    let number = |value: Option<i64>, default| value.and_then(|value| usize::try_from(value).ok()).unwrap_or(default);
    items.skip(number(from, 0)).take(number(size, default_size)).collect()
}

/// Returns the values that are JSON objects.
pub fn to_objects(values: impl IntoIterator<Item = Value>) -> Vec<JsonObject> {
    values.into_iter().filter_map(|value| value.as_object().cloned()).collect()
}

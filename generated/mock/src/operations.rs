//! The operations of the API, as `openapi.json` describes them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use http::Method;
use serde_json::Value;

pub const OPENAPI: &str = include_str!("../openapi.json");

/// The operations of the API.
pub static OPERATIONS: LazyLock<Operations> = LazyLock::new(Operations::read);

/// The maximum length of a name for which a similar one is searched.
const MAX_NAME_LENGTH: usize = 60;
/// How similar a name must be to be suggested, from 0 to 1.
const MIN_SIMILARITY: f64 = 0.6;

pub struct Operations {
    /// The operations by path template, without a slash at its end, and method.
    by_route: BTreeMap<String, BTreeMap<String, Operation>>,
    /// The path parameters that contain secrets, such as `{token}`.
    secret_parameters: BTreeSet<String>,
    /// The segments of path templates that are not parameters.
    literal_segments: BTreeSet<String>,
}

struct Operation {
    /// Such as `bucket.alert.create`.
    name: String,
    /// Such as `bucket_alert_create`.
    id: String,
}

impl Operations {
    fn read() -> Self {
        let document: Value = serde_json::from_str(OPENAPI).unwrap_or_default();
        let mut operations =
            Self { by_route: BTreeMap::new(), secret_parameters: BTreeSet::new(), literal_segments: BTreeSet::new() };
        for (template, by_method) in document["paths"].as_object().into_iter().flatten() {
            let segments = template.split('/').filter(|segment| !segment.starts_with('{'));
            operations.literal_segments.extend(segments.map(str::to_owned));
            for (method, operation) in by_method.as_object().into_iter().flatten() {
                operations.insert(template, method, operation);
            }
        }
        operations
    }

    fn insert(&mut self, template: &str, method: &str, operation: &Value) {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        // The name with dots is part of the description only.
        let description = operation["description"].as_str().unwrap_or_default();
        let name = description.rsplit_once("Operation `").and_then(|(_, rest)| rest.split('`').next());
        let name = name.map_or_else(|| id.clone(), str::to_owned);
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] == "path" && parameter["schema"]["format"] == "password" {
                self.secret_parameters.insert(format!("{{{}}}", parameter["name"].as_str().unwrap_or_default()));
            }
        }
        let by_method = self.by_route.entry(without_final_slash(template).to_owned()).or_default();
        by_method.insert(method.to_ascii_uppercase(), Operation { name, id });
    }

    /// Returns the name of the operation with this path template and method.
    pub fn name(&self, template: &str, method: &Method) -> Option<&str> {
        // axum answers `HEAD` with the handler for `GET`.
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        Some(self.by_route.get(without_final_slash(template))?.get(method.as_str())?.name.as_str())
    }

    /// Returns the name of the operation with this name or id.
    pub fn find(&self, name_or_id: &str) -> Option<&str> {
        let mut all = self.by_route.values().flat_map(BTreeMap::values);
        all.find(|known| known.name == name_or_id || known.id == name_or_id).map(|known| known.name.as_str())
    }

    /// Returns the name that is most similar to an unknown one.
    pub fn closest_match(&self, name: &str) -> Option<&str> {
        if name.len() > MAX_NAME_LENGTH {
            return None;
        }
        let all = self.by_route.values().flat_map(BTreeMap::values).map(|known| known.name.as_str());
        let name = name.to_lowercase();
        let similarity = |known: &str| strsim::normalized_damerau_levenshtein(&name, &known.to_lowercase());
        let ranked =
            all.map(|known| (similarity(known), known)).filter(|(similarity, _)| *similarity >= MIN_SIMILARITY);
        ranked.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, known)| known)
    }

    /// Returns `true` if operations have this path template.
    pub fn has_path(&self, template: &str) -> bool {
        self.by_route.contains_key(without_final_slash(template))
    }

    pub fn is_secret_parameter(&self, segment: &str) -> bool {
        self.secret_parameters.contains(segment)
    }

    pub fn is_literal_segment(&self, segment: &str) -> bool {
        self.literal_segments.contains(segment)
    }
}

/// The server accepts each path with and without a slash at its end.
fn without_final_slash(template: &str) -> &str {
    template.strip_suffix('/').unwrap_or(template)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_a_name_with_dots() {
        let all: BTreeSet<_> =
            OPERATIONS.by_route.values().flat_map(BTreeMap::values).map(|known| &known.name).collect();
        assert_eq!(all.len(), OPENAPI.matches("\"operationId\"").count());
        assert!(all.iter().all(|name| name.contains('.')), "{all:?}");
        assert_eq!(OPERATIONS.find("bucket_alert_create"), Some("bucket.alert.create"));
        assert!(OPERATIONS.is_secret_parameter("{token}") && !OPERATIONS.is_secret_parameter("{id}"));
    }

    #[test]
    fn a_misspelled_name_has_a_suggestion() {
        assert_eq!(OPERATIONS.closest_match("bucket.retreiveAll"), Some("bucket.retrieveAll"));
        assert_eq!(OPERATIONS.closest_match("BUCKET.RETRIEVEALL"), Some("bucket.retrieveAll"));
        assert_eq!(OPERATIONS.closest_match("x"), None);
        assert_eq!(OPERATIONS.closest_match(&"bucket.retrieveAll".repeat(10_000)), None);
    }
}

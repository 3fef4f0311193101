//! The errors in the arguments of a request.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{SchemaMismatch, decode};

/// The maximum number of reported errors per location.
pub(super) use crate::decode::MAX_MISMATCHES as MAX_ERRORS;

/// A part of a request that does not match the documentation.
#[derive(Debug)]
pub(super) struct ArgumentError {
    pub(super) location: Location,
    /// The path to the part, such as `actions[2].type`; empty for the whole location.
    pub(super) path: String,
    pub(super) problem: String,
}

impl ArgumentError {
    pub(super) fn new(location: Location, path: String, problem: &str) -> Self {
        Self { location, path, problem: problem.to_owned() }
    }

    fn from_mismatch(location: Location, mismatch: &SchemaMismatch) -> Self {
        Self::new(location, mismatch.path().to_owned(), &mismatch.kind().to_string())
    }
}

/// Where an argument is in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Location {
    Path,
    Query,
    Body,
}

impl Location {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Body => "body",
        }
    }
}

/// Returns the errors in a path parameter of type `T`.
pub(super) fn path_errors<T: DeserializeOwned>(name: &str, value: &str) -> Vec<ArgumentError> {
    string_errors::<T>(Location::Path, &value.into(), Some(name))
}

/// Returns the errors in query parameters of type `T`. In `query`, each name has an array of its values.
pub(super) fn query_errors<T: DeserializeOwned>(query: &Value) -> Vec<ArgumentError> {
    string_errors::<T>(Location::Query, query, None)
}

/// Returns the errors in a body of type `T`.
pub(super) fn body_errors<T: DeserializeOwned>(body: &[u8]) -> Vec<ArgumentError> {
    let location = Location::Body;
    match decode::mismatches::<T>(body) {
        Ok(mismatches) => mismatches.iter().map(|it| ArgumentError::from_mismatch(location, it)).collect(),
        // The message of serde_json contains the position, but no values.
        Err(error) => vec![ArgumentError::new(location, String::new(), &format!("must be JSON: {error}"))],
    }
}

fn string_errors<T: DeserializeOwned>(location: Location, value: &Value, name: Option<&str>) -> Vec<ArgumentError> {
    // A serialized `Value` is always JSON, so there is no error.
    let mismatches = decode::mismatches_in_strings::<T>(value.to_string().as_bytes(), name).unwrap_or_default();
    mismatches.iter().map(|it| ArgumentError::from_mismatch(location, it)).collect()
}

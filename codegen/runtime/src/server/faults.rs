//! What is wrong with a request, all of it at once.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{SchemaMismatch, decode};

/// More errors of one part of a request than this are not reported.
pub(super) use crate::decode::MAX_MISMATCHES as MAX_FAULTS;

/// Where a request is not as documented, and what is wanted there.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) part: Part,
    /// The place, such as `actions[2].type`; empty for the whole part.
    pub(super) path: String,
    pub(super) problem: String,
}

impl Fault {
    pub(super) fn new(part: Part, path: String, problem: &str) -> Self {
        Self { part, path, problem: problem.to_owned() }
    }

    fn mismatch(part: Part, mismatch: &SchemaMismatch) -> Self {
        Self::new(part, mismatch.path().to_owned(), &mismatch.kind().to_string())
    }
}

/// A part of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Path,
    Query,
    Body,
}

impl Part {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Body => "body",
        }
    }
}

/// What is wrong with a path parameter that is to be a `T`; empty where nothing is.
pub(super) fn in_path<T: DeserializeOwned>(name: &str, text: &str) -> Vec<Fault> {
    in_text::<T>(Part::Path, &text.into(), Some(name))
}

/// What is wrong with query parameters that are to be a `T`; empty where nothing is. Each name has an array of its values.
pub(super) fn in_query<T: DeserializeOwned>(query: &Value) -> Vec<Fault> {
    in_text::<T>(Part::Query, query, None)
}

/// What is wrong with a body that is to be a `T`; empty where nothing is.
pub(super) fn in_body<T: DeserializeOwned>(body: &[u8]) -> Vec<Fault> {
    match decode::mismatches::<T>(body) {
        Ok(mismatches) => mismatches.iter().map(|mismatch| Fault::mismatch(Part::Body, mismatch)).collect(),
        // serde_json says where, and never what stands there.
        Err(error) => vec![Fault::new(Part::Body, String::new(), &format!("must be JSON: {error}"))],
    }
}

fn in_text<T: DeserializeOwned>(part: Part, text: &Value, name: Option<&str>) -> Vec<Fault> {
    // What a `Value` is written as is always JSON.
    let mismatches = decode::mismatches_of_text::<T>(text.to_string().as_bytes(), name).unwrap_or_default();
    mismatches.iter().map(|mismatch| Fault::mismatch(part, mismatch)).collect()
}

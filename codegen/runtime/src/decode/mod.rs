//! JSON into types, and all that does not match on the way.
//!
//! serde stops at the first value that does not match. The deserializer here goes on, in one pass and without a tree of the
//! document: time and memory are those of reading it. What it reports is made of places and types; neither a value of the
//! document nor a message of serde's is part of it.

mod deserializer;
mod error;
mod keys;
mod scalar;
mod state;
#[cfg(all(test, feature = "client", feature = "server"))]
mod tests;

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use self::deserializer::{Json, read};
use self::error::{Reason, Stop};
#[cfg(feature = "server")]
use self::state::Encoding;
pub(super) use self::state::MAX_MISMATCHES;
use self::state::{Path, Policy, State};
use super::SchemaMismatch;

/// Why a document cannot be decoded.
#[cfg(feature = "client")]
#[derive(Debug)]
pub(super) enum DecodeError {
    /// It is not JSON. The error names line and column, never a value.
    NotJson(serde_json::Error),
    /// Too much of it does not match, or something that cannot be left out.
    Mismatches(Vec<SchemaMismatch>),
}

/// Decodes a document as far as it matches. What does not match is left out and reported.
///
/// A part can be left out where a field may be absent, in an array and in a map; a part that cannot makes what is around it
/// a part that does not match.
///
/// # Errors
/// Where it is not JSON, where nothing of it matches, and where there are more than a hundred mismatches.
#[cfg(feature = "client")]
pub(super) fn lenient<T: DeserializeOwned>(document: &[u8]) -> Result<(T, Vec<SchemaMismatch>), DecodeError> {
    let mut state = State::new(Policy::Lenient);
    let mut value = decode(document, &Path::Root, &state);
    if state.has_duplicates() && !state.has_too_many() {
        state = State::new(Policy::LenientDistinct);
        value = decode(document, &Path::Root, &state);
    }
    match value {
        Ok(Some(value)) => Ok((value, state.into_mismatches())),
        Ok(None) => Err(DecodeError::Mismatches(state.into_mismatches())),
        Err(error) => Err(DecodeError::NotJson(error)),
    }
}

/// Everything in a document that does not match, up to a hundred mismatches.
///
/// # Errors
/// Where it is not JSON.
#[cfg(feature = "server")]
pub(super) fn mismatches<T: DeserializeOwned>(document: &[u8]) -> Result<Vec<SchemaMismatch>, serde_json::Error> {
    let state = State::new(Policy::Collect);
    decode::<T>(document, &Path::Root, &state).map(|_| state.into_mismatches())
}

/// The same for what is made of strings: the object of a query, with an array of values for each name, or the string of a
/// path parameter with that name.
///
/// # Errors
/// Where it is not JSON.
#[cfg(feature = "server")]
pub(super) fn mismatches_of_text<T: DeserializeOwned>(
    document: &[u8],
    name: Option<&str>,
) -> Result<Vec<SchemaMismatch>, serde_json::Error> {
    let state = State::new(Policy::Collect).with_encoding(Encoding::Text);
    let at = name.map_or(Path::Root, |name| Path::Field { parent: &Path::Root, name });
    decode::<T>(document, &at, &state).map(|_| state.into_mismatches())
}

/// Nothing where the mismatches leave no value.
///
/// # Errors
/// Where the document is not JSON.
fn decode<T: DeserializeOwned>(document: &[u8], at: &Path<'_>, state: &State) -> Result<Option<T>, serde_json::Error> {
    let mut json = Json::from_slice(document);
    let mut value = Err(Stop::Fatal);
    match read(PhantomData::<T>, &mut json, at, state, &mut value) {
        Ok(()) => json.end().map(|()| value.ok()),
        // Reading has not come to the end of the document.
        Err(_) if state.has_too_many() => Ok(None),
        // A type that takes any JSON has rejected it after all. The message may hold a value.
        Err(error) if error.is_data() => {
            state.record(Stop::Mismatch(Reason::Other), None, at);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

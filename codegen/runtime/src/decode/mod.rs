//! Decodes JSON, and reports all mismatches between a document and a type.
//!
//! serde stops at the first value that does not match. The deserializer of this module continues, in one pass and without a
//! tree of the document: it takes no more time and memory than plain decoding. Its reports consist of paths and types; they
//! contain neither a value of the document nor a message of serde.

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
use self::error::{Reason, ValueError};
#[cfg(feature = "server")]
use self::state::Encoding;
pub(super) use self::state::MAX_MISMATCHES;
use self::state::{Path, Policy, State};
use super::SchemaMismatch;

/// Why a document cannot be decoded.
#[cfg(feature = "client")]
#[derive(Debug)]
pub(super) enum DecodeError {
    /// The document is not JSON. The error names line and column, never a value.
    NotJson(serde_json::Error),
    /// The document has too many mismatches, or one that cannot be omitted.
    Mismatches(Vec<SchemaMismatch>),
}

/// Decodes a document. Parts that do not match are omitted and reported.
///
/// A part can be omitted if it is an optional field, an element of an array or an entry of a map. Otherwise, the value that
/// contains it does not match either.
///
/// # Errors
/// If the document is not JSON, if it does not match as a whole, or if there are more than a hundred mismatches.
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

/// Returns the mismatches of a document, at most a hundred.
///
/// # Errors
/// If the document is not JSON.
#[cfg(feature = "server")]
pub(super) fn mismatches<T: DeserializeOwned>(document: &[u8]) -> Result<Vec<SchemaMismatch>, serde_json::Error> {
    let state = State::new(Policy::Collect);
    decode::<T>(document, &Path::Root, &state).map(|_| state.into_mismatches())
}

/// Returns the mismatches of a document whose scalars are all strings: the object of a query, which has an array of values
/// for each name, or the string of a path parameter with the given name.
///
/// # Errors
/// If the document is not JSON.
#[cfg(feature = "server")]
pub(super) fn mismatches_in_strings<T: DeserializeOwned>(
    document: &[u8],
    name: Option<&str>,
) -> Result<Vec<SchemaMismatch>, serde_json::Error> {
    let state = State::new(Policy::Collect).with_encoding(Encoding::Strings);
    let at = name.map_or(Path::Root, |name| Path::Field { parent: &Path::Root, name });
    decode::<T>(document, &at, &state).map(|_| state.into_mismatches())
}

/// Decodes a document. Returns `None` if it does not match as a whole.
///
/// # Errors
/// If the document is not JSON.
fn decode<T: DeserializeOwned>(document: &[u8], at: &Path<'_>, state: &State) -> Result<Option<T>, serde_json::Error> {
    let mut json = Json::from_slice(document);
    let mut value = Err(ValueError::Fatal);
    match read(PhantomData::<T>, &mut json, at, state, &mut value) {
        Ok(()) => json.end().map(|()| value.ok()),
        // Decoding has stopped before the end of the document.
        Err(_) if state.has_too_many() => Ok(None),
        // A type that accepts any JSON has rejected a value after all. The message is dropped, because it may quote the
        // value.
        Err(error) if error.is_data() => {
            state.record(ValueError::Mismatch(Reason::Other), None, at);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

//! Decodes the arguments of a trait method from path, query and body. Reports all errors of a request at once.

use http::Uri;
use serde::de::DeserializeOwned;

use super::argument_error::{ArgumentError, Location, MAX_ERRORS, body_errors, path_errors, query_errors};
use super::strict::Strict;
use super::template::{PathValues, Template};
use super::uri_values::{self, StringDeserializer};
use crate::string_enum;

/// The arguments of a method, as a tuple.
pub trait Arguments: Sized {
    /// Whether the body must be received before the arguments are decoded.
    const HAS_BODY: bool;

    /// Decodes the arguments, or records their errors.
    fn decode(decoder: &mut ArgumentDecoder<'_>) -> Option<Self>;
}

/// One argument. A type other than the wrappers below is the next path parameter.
pub trait Argument: Sized {
    const HAS_BODY: bool = false;

    fn decode(decoder: &mut ArgumentDecoder<'_>) -> Option<Self>;
}

/// The query parameters.
pub struct QueryArg<T>(pub T);

/// The body.
pub struct BodyArg<T>(pub T);

/// The arguments that do not fit into one tuple.
pub struct RestArgs<T>(pub T);

/// What arguments are decoded from, besides the URI.
pub(super) struct Input<'a> {
    pub(super) template: &'a Template,
    pub(super) body: &'a [u8],
    pub(super) depth_limit: usize,
}

/// Decodes arguments, and collects the errors in them.
pub struct ArgumentDecoder<'a> {
    path_values: PathValues<'a>,
    query: &'a str,
    body: &'a [u8],
    depth_limit: usize,
    errors: Vec<ArgumentError>,
}

impl<'a> ArgumentDecoder<'a> {
    pub(super) fn new(uri: &'a Uri, input: Input<'a>) -> Self {
        let Input { template, body, depth_limit } = input;
        let path_values = template.values(uri.path());
        let query = uri.query().unwrap_or_default();
        Self { path_values, query, body, depth_limit, errors: encoding_errors(query) }
    }

    /// Returns the arguments, or all errors in them.
    pub(super) fn finish<A: Arguments>(mut self) -> Result<A, Vec<ArgumentError>> {
        let arguments = string_enum::reject_unknown(|| A::decode(&mut self));
        match arguments {
            Some(arguments) if self.errors.is_empty() => Ok(arguments),
            Some(_) | None => Err(self.errors),
        }
    }

    /// Records the errors of an argument that cannot be decoded. Makes sure that there is at least one.
    fn record(&mut self, location: Location, path: &str, errors: Vec<ArgumentError>) {
        let is_known = |error: &ArgumentError| error.location == location && error.path.starts_with(path);
        if errors.is_empty() && !self.errors.iter().any(is_known) {
            self.errors.push(ArgumentError::new(location, path.to_owned(), "is not of the documented type"));
        }
        for error in errors {
            if !self.errors.iter().any(|known| known.location == location && known.path == error.path) {
                self.errors.push(error);
            }
        }
    }
}

/// Returns an error for each name in a query whose encoding is invalid, up to the maximum number.
fn encoding_errors(query: &str) -> Vec<ArgumentError> {
    let mut errors: Vec<ArgumentError> = Vec::new();
    if query.is_empty() {
        return errors;
    }
    for (name, problem) in uri_values::invalid_pairs(query) {
        if errors.len() == MAX_ERRORS {
            break;
        }
        if !errors.iter().any(|known| known.path == name) {
            errors.push(ArgumentError::new(Location::Query, name, problem));
        }
    }
    errors
}

impl<T: DeserializeOwned> Argument for T {
    fn decode(decoder: &mut ArgumentDecoder<'_>) -> Option<Self> {
        let (name, encoded) = decoder.path_values.next().unwrap_or_default();
        let value = match uri_values::percent_decode(encoded) {
            Ok(value) => value,
            Err(problem) => {
                let error = ArgumentError::new(Location::Path, name.to_owned(), problem);
                decoder.record(Location::Path, name, vec![error]);
                return None;
            }
        };
        // Most values are not encoded, so only the argument itself is allocated.
        match T::deserialize(StringDeserializer(value.as_ref().into())) {
            Ok(argument) => Some(argument),
            Err(_) => {
                decoder.record(Location::Path, name, path_errors::<T>(name, &value));
                None
            }
        }
    }
}

impl<T: DeserializeOwned> Argument for QueryArg<T> {
    fn decode(decoder: &mut ArgumentDecoder<'_>) -> Option<Self> {
        match serde_html_form::from_str(decoder.query) {
            Ok(query) => Some(Self(query)),
            Err(_) => {
                decoder.record(Location::Query, "", query_errors::<T>(&uri_values::query_to_json(decoder.query)));
                None
            }
        }
    }
}

impl<T: DeserializeOwned> Argument for BodyArg<T> {
    const HAS_BODY: bool = true;

    fn decode(decoder: &mut ArgumentDecoder<'_>) -> Option<Self> {
        // An empty body counts as an object without fields.
        let body = if decoder.body.is_empty() { b"{}" } else { decoder.body };
        if is_deeper(body, decoder.depth_limit) {
            let problem = format!("is nested deeper than {} levels", decoder.depth_limit);
            decoder.record(Location::Body, "", vec![ArgumentError::new(Location::Body, String::new(), &problem)]);
            return None;
        }
        match decode_body(body) {
            Ok(body) => Some(Self(body)),
            Err(_) => {
                decoder.record(Location::Body, "", body_errors::<T>(body));
                None
            }
        }
    }
}

fn decode_body<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = T::deserialize(Strict(&mut json))?;
    json.end()?;
    Ok(value)
}

/// Returns `true` if arrays and objects are nested deeper than the limit. Invalid JSON is detected later.
fn is_deeper(json: &[u8], limit: usize) -> bool {
    // Counting is faster than tracking the depth, and few bodies have that many brackets.
    if json.iter().filter(|byte| matches!(byte, b'[' | b'{')).count() <= limit {
        return false;
    }
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return true;
        }
    }
    false
}

impl<T: Arguments> Argument for RestArgs<T> {
    const HAS_BODY: bool = T::HAS_BODY;

    fn decode(decoder: &mut ArgumentDecoder<'_>) -> Option<Self> {
        T::decode(decoder).map(Self)
    }
}

impl Arguments for () {
    const HAS_BODY: bool = false;

    fn decode(_: &mut ArgumentDecoder<'_>) -> Option<Self> {
        Some(())
    }
}

/// Implements [`Arguments`] for tuples. All arguments are decoded even after an error, so that all errors are reported.
macro_rules! tuples {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<$first: Argument, $($rest: Argument),*> Arguments for ($first, $($rest),*) {
            const HAS_BODY: bool = $first::HAS_BODY $(|| $rest::HAS_BODY)*;

            fn decode(decoder: &mut ArgumentDecoder<'_>) -> Option<Self> {
                let all = ($first::decode(decoder), $($rest::decode(decoder)),*);
                #[allow(non_snake_case, reason = "each variable has the name of its type")]
                let ($first, $($rest),*) = all;
                Some(($first?, $($rest?),*))
            }
        }
        tuples!($($rest)*);
    };
}

tuples!(A B C D E F G H);

//! Helpers with which handlers build responses and errors.

use http::StatusCode;
use pm2_api::{ErrorResponse, HandlerError, HandlerResult, JsonObject, RouteError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Returns an error with the first of these status codes that the route documents.
///
/// If the route documents none of them, the status is 403 if it is among the codes, and 400 otherwise. Every route can
/// return these two.
pub fn documented_error<E: RouteError>(codes: &[u16], message: &str) -> HandlerError<E> {
    let documented = |code: &u16| E::CODES.iter().find(|(known, _)| known == code).map(|(_, error)| *error);
    match codes.iter().find_map(documented) {
        Some(error) => HandlerError::new(error, message),
        None => {
            let status = if codes.contains(&403) { StatusCode::FORBIDDEN } else { StatusCode::BAD_REQUEST };
            HandlerError::Other(status, ErrorResponse::new(message))
        }
    }
}

/// Rejects an empty name.
pub fn require_name<E: RouteError>(name: &str) -> Result<(), HandlerError<E>> {
    if name.is_empty() { Err(documented_error(&[400], "the name must not be empty")) } else { Ok(()) }
}

/// Returns a response for a route whose body can be any JSON.
pub fn json_body<E>(result: HandlerResult<impl Serialize, E>) -> HandlerResult<Value, E> {
    result.map(|response| json!(response.into_inner()).into())
}

/// Converts a stored resource to the type of a response body. A resource of another shape results in status 500.
pub fn typed<T: DeserializeOwned, E>(resource: impl Serialize) -> Result<T, HandlerError<E>> {
    serde_json::to_value(resource)
        .and_then(serde_json::from_value)
        .map_err(|error| HandlerError::Other(StatusCode::INTERNAL_SERVER_ERROR, ErrorResponse::new(error.to_string())))
}

/// Returns a successful response with an empty body, array or object.
pub fn empty<T: Default, E>() -> HandlerResult<T, E> {
    Ok(T::default().into())
}

/// Serializes a value to a JSON object; a value of another JSON type results in an empty object.
pub fn to_object(value: &impl Serialize) -> JsonObject {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => object,
        Ok(_) | Err(_) => JsonObject::new(),
    }
}

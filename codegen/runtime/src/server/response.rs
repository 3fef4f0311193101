//! Converts the results of handlers to HTTP responses.

use std::future::Future;
use std::mem;

use axum::body::Body;
use bytes::Bytes;
use http::header::{
    CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, PROXY_AUTHENTICATE, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE, WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

use crate::{Api, Download, ErrorResponse, Operation, Response, RouteError, json};

/// The result of a handler: the typed response or an error.
///
/// A proxy returns what its client has received: `Ok(client.…().await?)`. Status code and headers are forwarded, except for
/// the headers that concern the connection. The body is serialized again from its type, without parts that do not belong to
/// it.
pub type HandlerResult<T, E> = Result<Response<T>, HandlerError<E>>;

/// The future that a handler returns. An `async fn` that returns a [`HandlerResult`] is one.
pub trait HandlerFuture<T, E>: Future<Output = HandlerResult<T, E>> + Send {}

impl<T, E, F: Future<Output = HandlerResult<T, E>> + Send> HandlerFuture<T, E> for F {}

/// The error of a handler.
///
/// A documented error of the route can be converted with or without a message for the caller:
/// `Err(DeleteError::NotFound.into())`, `Err(HandlerError::new(DeleteError::NotFound, "there is no such thing"))`. A
/// documented redirection of a route that also documents a success is such an error, too.
/// [`ErrorResponse::with_header`] adds its `Location`.
#[derive(Debug, Clone, PartialEq)]
pub enum HandlerError<E> {
    /// A documented error of the route.
    Documented(E, ErrorResponse),
    /// Any other status code.
    Other(StatusCode, ErrorResponse),
}

impl<E: RouteError> HandlerError<E> {
    /// Creates a documented error with a message or an error response.
    pub fn new(error: E, response: impl Into<ErrorResponse>) -> Self {
        Self::Documented(error, response.into())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Documented(error, _) => error.status(),
            Self::Other(status, _) => *status,
        }
    }
}

impl<E: RouteError> From<E> for HandlerError<E> {
    /// Uses the reason phrase of the status code as the message.
    fn from(error: E) -> Self {
        let without_message = Self::Documented(error, ErrorResponse::default());
        let reason = without_message.status().canonical_reason().unwrap_or("failed");
        Self::new(error, reason)
    }
}

/// Converts a result to a response with a JSON body.
pub(super) fn json<T: Serialize, E: RouteError>(
    operation: &Operation,
    mut result: HandlerResult<T, E>,
) -> http::Response<Body> {
    // Results are large, so they are not moved.
    match &mut result {
        Ok(response) => match json::to_bytes(&response.body) {
            Ok(body) => success(operation, response.status, &mut response.headers, Some(body)),
            Err(error) => {
                let response = ErrorResponse::new(format!("the response cannot be serialized as JSON: {error}"));
                error_response(Some(operation.api()), StatusCode::INTERNAL_SERVER_ERROR, &response)
            }
        },
        Err(error) => handler_error(operation, error),
    }
}

/// Converts a result to a response without a documented body. A body that a proxy has received anyway is forwarded.
pub(super) fn empty<E: RouteError>(operation: &Operation, result: HandlerResult<(), E>) -> http::Response<Body> {
    match result {
        Ok(mut response) => {
            let content_type = response.headers.remove(CONTENT_TYPE);
            response.headers.remove(CONTENT_ENCODING);
            let status = response.status.map_or(operation.success(), |status| status.as_u16());
            let body = (allows_body(status) && !response.raw.is_empty()).then_some(response.raw);
            let has_body = body.is_some();
            let mut forwarded = success(operation, response.status, &mut response.headers, body);
            if let Some(content_type) = content_type.filter(|_| has_body) {
                forwarded.headers_mut().insert(CONTENT_TYPE, content_type);
            }
            forwarded
        }
        Err(error) => handler_error(operation, &error),
    }
}

/// Converts a result to a response with a binary body.
pub(super) fn file<E: RouteError>(operation: &Operation, result: HandlerResult<Download, E>) -> http::Response<Body> {
    match result {
        Ok(Response { status, mut headers, body, .. }) => {
            let mut response = success(operation, status, &mut headers, None);
            *response.body_mut() = Body::new(body);
            let binary = HeaderValue::from_static("application/octet-stream");
            response.headers_mut().entry(CONTENT_TYPE).or_insert(binary);
            response
        }
        Err(error) => handler_error(operation, &error),
    }
}

/// Creates a successful response. Moves the headers out of `headers`.
fn success(
    operation: &Operation,
    status: Option<StatusCode>,
    headers: &mut HeaderMap,
    body: Option<Bytes>,
) -> http::Response<Body> {
    let documented = StatusCode::from_u16(operation.success()).unwrap_or(StatusCode::OK);
    let has_body = body.is_some();
    let mut response = http::Response::new(body.map_or_else(Body::empty, Body::from));
    *response.status_mut() = status.unwrap_or(documented);
    if !headers.is_empty() {
        *response.headers_mut() = end_to_end(mem::take(headers));
    }
    if has_body {
        // The body was serialized again, so the original encoding no longer applies.
        response.headers_mut().remove(CONTENT_ENCODING);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}

fn handler_error<E: RouteError>(operation: &Operation, error: &HandlerError<E>) -> http::Response<Body> {
    let (HandlerError::Documented(_, response) | HandlerError::Other(_, response)) = error;
    error_response(Some(operation.api()), error.status(), response)
}

/// Creates an error response.
pub(super) fn error_response(api: Option<&Api>, status: StatusCode, error: &ErrorResponse) -> http::Response<Body> {
    let has_body = allows_body(status.as_u16());
    let mut response = http::Response::new(if has_body { Body::from(error.body(api)) } else { Body::empty() });
    *response.status_mut() = status;
    *response.headers_mut() = end_to_end(error.headers().clone());
    let headers = response.headers_mut();
    // Headers that were received, or that a handler has added, include the content type.
    if has_body && headers.is_empty() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.entry(WWW_AUTHENTICATE).or_insert(HeaderValue::from_static("Bearer"));
    }
    response
}

/// Returns `false` for the status codes whose responses have no body.
fn allows_body(status: u16) -> bool {
    !matches!(status, 204 | 205 | 304)
}

/// Returns the headers that a proxy forwards: all but those that concern the connection or the length, which are the
/// server's own.
fn end_to_end(mut headers: HeaderMap) -> HeaderMap {
    if headers.is_empty() {
        return headers;
    }
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| HeaderName::try_from(name.trim()).ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
    headers
}

const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    CONTENT_LENGTH,
    HeaderName::from_static("keep-alive"),
    PROXY_AUTHENTICATE,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

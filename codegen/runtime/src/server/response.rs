//! What a stub's method returns, and the answer that it becomes.

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

/// What a stub's method returns: the typed answer, or why there is none.
///
/// A proxy returns what its client has received: `Ok(client.…().await?)`. Status code and headers are handed on, those of
/// the connection left out; the body is written anew from its type, without what is not of it.
pub type HandlerResult<T, E> = Result<Response<T>, HandlerError<E>>;

/// The future of a [`HandlerResult`]: what an `async fn` of a stub is.
pub trait HandlerFuture<T, E>: Future<Output = HandlerResult<T, E>> + Send {}

impl<T, E, F: Future<Output = HandlerResult<T, E>> + Send> HandlerFuture<T, E> for F {}

/// Why a stub does not answer with success.
///
/// An error of the route becomes one by itself, or with a text for the caller:
/// `Err(DeleteError::NotFound.into())`, `Err(HandlerError::new(DeleteError::NotFound, "there is no such thing"))`. Redirections that
/// are documented beside a success are such errors, too; [`ErrorResponse::with_header`] gives them a `Location`.
#[derive(Debug, Clone, PartialEq)]
pub enum HandlerError<E> {
    /// An error that the documentation has for this route.
    Documented(E, ErrorResponse),
    /// Any other status code.
    Other(StatusCode, ErrorResponse),
}

impl<E: RouteError> HandlerError<E> {
    /// A documented error with what the caller is to be told.
    pub fn new(error: E, reply: impl Into<ErrorResponse>) -> Self {
        Self::Documented(error, reply.into())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Documented(error, _) => {
                let code = E::CODES.iter().find(|(_, known)| known == error).map(|(code, _)| *code);
                code.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
            Self::Other(status, _) => *status,
        }
    }
}

impl<E: RouteError> From<E> for HandlerError<E> {
    /// The message of the answer is the reason phrase of the status code.
    fn from(error: E) -> Self {
        let failure = Self::Documented(error, ErrorResponse::default());
        let reason = failure.status().canonical_reason().unwrap_or("failed");
        Self::new(error, reason)
    }
}

/// A stub's reply as an answer with JSON.
pub(super) fn json<T: Serialize, E: RouteError>(
    operation: &Operation,
    mut reply: HandlerResult<T, E>,
) -> http::Response<Body> {
    // HandlerFuture are large, so that they are looked at where they are.
    match &mut reply {
        Ok(response) => match json::to_bytes(&response.body) {
            Ok(body) => success(operation, response.status, &mut response.headers, Some(body)),
            Err(error) => {
                let reply = ErrorResponse::new(format!("the answer is no JSON: {error}"));
                refusal(Some(operation.api()), StatusCode::INTERNAL_SERVER_ERROR, &reply)
            }
        },
        Err(failure) => failed(operation, failure),
    }
}

/// A stub's reply as an answer of which no body is documented; one that is there all the same is sent.
pub(super) fn empty<T, E: RouteError>(operation: &Operation, reply: HandlerResult<T, E>) -> http::Response<Body> {
    match reply {
        Ok(mut response) => {
            response.headers.remove(CONTENT_TYPE);
            response.headers.remove(CONTENT_ENCODING);
            let status = response.status.map_or(operation.success(), |status| status.as_u16());
            let body = (allows_body(status) && !response.raw.is_empty()).then_some(response.raw);
            success(operation, response.status, &mut response.headers, body)
        }
        Err(failure) => failed(operation, &failure),
    }
}

/// A stub's reply as an answer with a file.
pub(super) fn file<E: RouteError>(operation: &Operation, reply: HandlerResult<Download, E>) -> http::Response<Body> {
    match reply {
        Ok(Response { status, mut headers, body, .. }) => {
            let mut answer = success(operation, status, &mut headers, None);
            *answer.body_mut() = Body::new(body);
            let of_bytes = HeaderValue::from_static("application/octet-stream");
            answer.headers_mut().entry(CONTENT_TYPE).or_insert(of_bytes);
            answer
        }
        Err(failure) => failed(operation, &failure),
    }
}

/// The answer with those headers, which are taken.
fn success(
    operation: &Operation,
    status: Option<StatusCode>,
    headers: &mut HeaderMap,
    body: Option<Bytes>,
) -> http::Response<Body> {
    let documented = StatusCode::from_u16(operation.success()).unwrap_or(StatusCode::OK);
    let has_body = body.is_some();
    let mut answer = http::Response::new(body.map_or_else(Body::empty, Body::from));
    *answer.status_mut() = status.unwrap_or(documented);
    if !headers.is_empty() {
        *answer.headers_mut() = end_to_end(mem::take(headers));
    }
    if has_body {
        // The body was written anew, whatever it was before.
        answer.headers_mut().remove(CONTENT_ENCODING);
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    answer
}

fn failed<E: RouteError>(operation: &Operation, failure: &HandlerError<E>) -> http::Response<Body> {
    let (HandlerError::Documented(_, reply) | HandlerError::Other(_, reply)) = failure;
    refusal(Some(operation.api()), failure.status(), reply)
}

/// An answer that means failure.
pub(super) fn refusal(api: Option<&Api>, status: StatusCode, reply: &ErrorResponse) -> http::Response<Body> {
    let has_body = allows_body(status.as_u16());
    let mut answer = http::Response::new(if has_body { Body::from(reply.body(api)) } else { Body::empty() });
    *answer.status_mut() = status;
    *answer.headers_mut() = end_to_end(reply.headers().clone());
    let headers = answer.headers_mut();
    // A reply with headers says itself what its body is: it was received from somewhere, or a stub has added them.
    if has_body && headers.is_empty() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.entry(WWW_AUTHENTICATE).or_insert(HeaderValue::from_static("Bearer"));
    }
    answer
}

/// False for the status codes whose responses end behind their headers.
fn allows_body(status: u16) -> bool {
    !matches!(status, 204 | 205 | 304)
}

/// The headers that are handed on where an answer was received from another server: not those that concern the connection
/// or the length, which are this server's own.
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

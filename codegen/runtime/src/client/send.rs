//! Sends one HTTP request and receives its response within the client's size limits.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use http_body_util::{BodyExt, Full};
use tracing::Span;

use super::clock::SkewEstimator;
use super::error::{ErrorCause, ErrorKind};
use super::prepare::PreparedRequest;
use super::trace;
use super::transport::{RequestBody, ResponseBody, Transport};
use crate::error::Extent;
use crate::{BoxError, ErrorResponse, Operation};

/// Sends HTTP requests. It handles neither authentication nor retries.
pub(super) struct HttpSender {
    pub(super) transport: Box<dyn Transport>,
    /// The headers of every request, among them the user agent.
    pub(super) headers: HeaderMap,
    /// The maximum size of a response body in bytes.
    pub(super) response_limit: usize,
    /// How many bytes of the body of an error response are read.
    pub(super) error_body_limit: usize,
    pub(super) clock: Arc<SkewEstimator>,
}

/// A response that has not been interpreted yet.
pub(super) struct RawResponse {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: RawBody,
    /// Only the body of an error response is ever truncated.
    pub(super) extent: Extent,
}

/// The body of a response.
pub(super) enum RawBody {
    Buffered(Bytes),
    Streaming(StreamingBody),
}

/// A body that is received while it is read.
pub(super) struct StreamingBody {
    pub(super) body: ResponseBody,
    /// The maximum size in bytes.
    pub(super) limit: usize,
    pub(super) chunk_timeout: Duration,
}

/// When the body of a successful response is received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyMode {
    /// Before the call completes.
    Buffered,
    /// When the caller reads it.
    Streaming,
}

/// How the body of a response is received.
#[derive(Debug, Clone, Copy)]
pub(super) struct BodyOptions {
    pub(super) mode: BodyMode,
    /// How long each chunk of a streaming body may take.
    pub(super) chunk_timeout: Duration,
}

impl HttpSender {
    /// Sends a request once. `resend_count` is the number of earlier attempts.
    pub(super) async fn send(
        &self,
        request: &PreparedRequest,
        base_url: &str,
        authorization: Option<HeaderValue>,
        resend_count: u32,
        options: BodyOptions,
    ) -> Result<RawResponse, ErrorCause> {
        let operation = request.operation;
        let request = http_request(request, base_url, &self.headers, authorization).map_err(|error| {
            ErrorCause::new(ErrorKind::Argument, "the arguments do not form a valid request").with_source(error)
        })?;
        trace::record_attempt(&Span::current(), request.uri(), resend_count);
        let (parts, body) = self.transport.send(request).await.map_err(unreachable)?.into_parts();
        self.clock.observe(&parts.headers);
        let http::response::Parts { status, headers, .. } = parts;
        let is_success = !is_error_status(operation, status);
        let limit = if is_success { self.response_limit } else { self.error_body_limit.min(self.response_limit) };
        let mut partial = BytesMut::new();
        let (cause, raw) = match options.mode {
            _ if is_success && exceeds(&headers, limit) => (too_large(), Bytes::new()),
            BodyMode::Streaming if is_success => {
                let body = StreamingBody { body, limit, chunk_timeout: options.chunk_timeout };
                return Ok(RawResponse { status, headers, body: RawBody::Streaming(body), extent: Extent::Complete });
            }
            BodyMode::Streaming | BodyMode::Buffered => match receive(body, limit, &mut partial).await {
                Ok((raw, extent)) if !is_success || extent == Extent::Complete => {
                    return Ok(RawResponse { status, headers, body: RawBody::Buffered(raw), extent });
                }
                Ok((raw, _)) => (too_large(), raw),
                Err(error) => (incomplete(error), partial.freeze()),
            },
        };
        let api = operation.api();
        Err(cause.with_response(ErrorResponse::from_parts(api, status, headers, raw, Extent::Truncated)))
    }
}

fn unreachable(error: BoxError) -> ErrorCause {
    ErrorCause::new(ErrorKind::Transport, "the service could not be reached").with_source(error)
}

fn incomplete(error: BoxError) -> ErrorCause {
    ErrorCause::new(ErrorKind::Transport, "the response body is incomplete").with_source(error)
}

fn too_large() -> ErrorCause {
    ErrorCause::new(ErrorKind::TooLarge, "the response is larger than the client's limit")
}

fn http_request(
    request: &PreparedRequest,
    base_url: &str,
    default_headers: &HeaderMap,
    authorization: Option<HeaderValue>,
) -> Result<http::Request<RequestBody>, http::Error> {
    let PreparedRequest { operation, path, query, body, headers: own_headers, .. } = request;
    let mut url = String::with_capacity(base_url.len() + path.encoded.len() + query.len() + 1);
    url.push_str(base_url);
    url.push_str(&path.encoded);
    if !query.is_empty() {
        url.push('?');
        url.push_str(query);
    }
    let mut request = http::Request::builder().method(operation.method().clone()).uri(url);
    if let Some(headers) = request.headers_mut() {
        // The headers below, and those that a transport adds.
        let own_count = own_headers.as_ref().map_or(0, |headers| headers.len());
        headers.reserve(default_headers.len() + own_count + if body.is_some() { 7 } else { 5 });
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json, */*;q=0.5"));
        for (name, value) in default_headers.iter().chain(own_headers.iter().flat_map(|headers| headers.iter())) {
            headers.insert(name, value.clone());
        }
        if body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(value) = authorization {
            headers.insert(AUTHORIZATION, value);
        }
    }
    request.body(Full::new(body.clone().unwrap_or_default()))
}

/// Returns `true` for a status code that means an error.
///
/// The codes from 200 to 299 mean success, and so does a redirection that a route documents as its success. The client
/// never follows a redirection.
pub(super) fn is_error_status(operation: &Operation, status: StatusCode) -> bool {
    !status.is_success() && status.as_u16() != operation.success()
}

/// Returns `true` if the declared length exceeds the limit. The transport removes the length of a compressed body.
fn exceeds(headers: &HeaderMap, limit: usize) -> bool {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    length.is_some_and(|length| length > limit)
}

/// Receives a body up to the limit. A body that arrives in one chunk, as most do, is not copied. If the connection fails,
/// `partial` contains what has arrived.
async fn receive(mut body: ResponseBody, limit: usize, partial: &mut BytesMut) -> Result<(Bytes, Extent), BoxError> {
    let mut only_chunk = Bytes::new();
    while let Some(frame) = body.frame().await {
        partial.extend_from_slice(&std::mem::take(&mut only_chunk));
        let Ok(mut data) = frame?.into_data() else { continue };
        let remaining = limit.saturating_sub(partial.len());
        if data.len() > remaining {
            // Copied even if it is the only chunk, which may be much larger than the limit.
            data.truncate(remaining);
            partial.extend_from_slice(&data);
            return Ok((partial.split().freeze(), Extent::Truncated));
        }
        if partial.is_empty() {
            only_chunk = data;
        } else {
            partial.extend_from_slice(&data);
        }
    }
    Ok((if partial.is_empty() { only_chunk } else { partial.split().freeze() }, Extent::Complete))
}

//! One request and its answer.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, StatusCode};
use http_body_util::{BodyExt, Full};
use tracing::Span;

use super::clock::Clock;
use super::error::{CallError, CallErrorKind, SharedError};
use super::failure::Failure;
use super::request::Prepared;
use super::trace;
use super::transport::{RequestBody, ResponseBody, Transport};
use crate::error::Extent;
use crate::{BoxError, ErrorResponse, Operation, ServiceId};

/// What every exchange needs.
pub(super) struct Wire {
    pub(super) transport: Box<dyn Transport>,
    /// One for each service of the API.
    pub(super) base_urls: Vec<Arc<str>>,
    /// The one for a service that is not of the API.
    pub(super) default_base_url: Arc<str>,
    pub(super) response_limit: usize,
    pub(super) error_body_limit: usize,
    pub(super) clock: Arc<Clock>,
}

/// An answer.
pub(super) struct Received {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: ReceivedBody,
    /// Only the body of an error is ever truncated.
    pub(super) extent: Extent,
}

/// Whether a body is received before the call is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyMode {
    /// It is.
    Buffered,
    /// It is received when it is read.
    Streaming,
}

/// The body of an answer.
pub(super) enum ReceivedBody {
    /// All of it.
    Whole(Bytes),
    /// Nothing yet.
    Unread(Unread),
}

/// A body to be received.
pub(super) struct Unread {
    pub(super) body: ResponseBody,
    /// How many bytes it may have.
    pub(super) limit: usize,
    /// How long each piece may take.
    pub(super) timeout: Duration,
}

/// Why there is no answer.
pub(super) struct Broken {
    pub(super) kind: CallErrorKind,
    problem: &'static str,
    source: Option<SharedError>,
    reply: Option<ErrorResponse>,
}

impl Broken {
    pub(super) fn new(kind: CallErrorKind, problem: &'static str, source: Option<BoxError>) -> Self {
        Self { kind, problem, source: source.map(Into::into), reply: None }
    }

    pub(super) fn with_reply(mut self, reply: ErrorResponse) -> Self {
        self.reply = Some(reply);
        self
    }

    pub(super) fn into_error(self, prepared: &Prepared) -> Box<CallError> {
        let Self { kind, problem, source, reply } = self;
        let mut error = CallError::new(prepared.operation, prepared.path.shown(), kind, problem.to_owned(), None);
        if let Some(source) = source {
            error = error.with_source(source);
        }
        if let Some(reply) = reply {
            error = error.with_reply(reply);
        }
        Box::new(error)
    }
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        let Failure { kind, problem, source } = failure;
        Self { kind, problem, source, reply: None }
    }
}

/// How an answer is received.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reception {
    pub(super) way: BodyMode,
    /// How long each piece of a body may take that is received as it is read.
    pub(super) timeout: Duration,
}

impl Wire {
    /// The base URL of a service as it was set, without a slash at its end.
    pub(super) fn base_url(&self, service: ServiceId) -> &Arc<str> {
        self.base_urls.get(service.0).unwrap_or(&self.default_base_url)
    }

    /// Sends a request once. `resent` is how often that was done before.
    pub(super) async fn exchange(
        &self,
        prepared: &Prepared,
        base_url: &str,
        authorization: Option<HeaderValue>,
        resent: u32,
        reception: Reception,
    ) -> Result<Received, Broken> {
        let request = http_request(prepared, base_url, authorization).map_err(|error| {
            Broken::new(CallErrorKind::Argument, "no request can be made of the arguments", Some(error.into()))
        })?;
        trace::sent(&Span::current(), request.uri(), resent);
        let answer = self.transport.send(request).await;
        let (parts, body) = answer.map_err(unreachable)?.into_parts();
        self.clock.learn(&parts.headers);
        let http::response::Parts { status, headers, .. } = parts;
        let is_success = !is_failure(prepared.operation, status);
        let limit = if is_success { self.response_limit } else { self.error_body_limit.min(self.response_limit) };
        let mut received = BytesMut::new();
        let (broken, raw) = match reception.way {
            _ if is_success && is_longer(&headers, limit) => (too_large(), Bytes::new()),
            BodyMode::Streaming if is_success => {
                let body = ReceivedBody::Unread(Unread { body, limit, timeout: reception.timeout });
                return Ok(Received { status, headers, body, extent: Extent::Whole });
            }
            BodyMode::Streaming | BodyMode::Buffered => match receive(body, limit, &mut received).await {
                Ok((raw, extent)) if !is_success || extent == Extent::Whole => {
                    return Ok(Received { status, headers, body: ReceivedBody::Whole(raw), extent });
                }
                Ok((raw, _)) => (too_large(), raw),
                Err(error) => {
                    (Broken::new(CallErrorKind::Transport, "the answer broke off", Some(error)), received.freeze())
                }
            },
        };
        let api = prepared.operation.api();
        Err(broken.with_reply(ErrorResponse::from_parts(api, status, headers, raw, Extent::Truncated)))
    }
}

fn unreachable(error: BoxError) -> Broken {
    Broken::new(CallErrorKind::Transport, "the service could not be reached", Some(error))
}

fn http_request(
    prepared: &Prepared,
    base_url: &str,
    authorization: Option<HeaderValue>,
) -> Result<http::Request<RequestBody>, http::Error> {
    let Prepared { operation, path, query, body, .. } = prepared;
    let mut url = String::with_capacity(base_url.len() + path.sent.len() + query.len() + 1);
    url.push_str(base_url);
    url.push_str(&path.sent);
    if !query.is_empty() {
        url.push('?');
        url.push_str(query);
    }
    let mut request = http::Request::builder().method(operation.method().clone()).uri(url);
    if let Some(headers) = request.headers_mut() {
        // Those below, and what a transport adds.
        headers.reserve(if body.is_some() { 8 } else { 6 });
        headers.insert(USER_AGENT, HeaderValue::from_static(operation.api().user_agent));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json, */*;q=0.5"));
        if body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(value) = authorization {
            headers.insert(AUTHORIZATION, value);
        }
    }
    request.body(Full::new(body.clone().unwrap_or_default()))
}

/// True for every status code but those that mean success: the ones from 200 to 299, and the redirection that a route
/// documents in their stead. No redirection is ever followed.
pub(super) fn is_failure(operation: &Operation, status: StatusCode) -> bool {
    !status.is_success() && status.as_u16() != operation.success()
}

/// True where an answer says beforehand that it is too long. Of a compressed one, the transport has removed the length.
fn is_longer(headers: &HeaderMap, limit: usize) -> bool {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    length.is_some_and(|length| length > limit)
}

fn too_large() -> Broken {
    Broken::new(CallErrorKind::TooLarge, "the answer is larger than the client's limit", None)
}

/// Receives a body up to the limit. One that comes in a single piece, as most do, is not copied. Of one whose connection
/// breaks, `begun` is what came.
async fn receive(mut body: ResponseBody, limit: usize, begun: &mut BytesMut) -> Result<(Bytes, Extent), BoxError> {
    let mut only = Bytes::new();
    while let Some(frame) = body.frame().await {
        begun.extend_from_slice(&std::mem::take(&mut only));
        let Ok(mut data) = frame?.into_data() else { continue };
        let room = limit.saturating_sub(begun.len());
        if data.len() > room {
            // Copied even if it is the only piece, which may be much larger.
            data.truncate(room);
            begun.extend_from_slice(&data);
            return Ok((begun.split().freeze(), Extent::Truncated));
        }
        if begun.is_empty() {
            only = data;
        } else {
            begun.extend_from_slice(&data);
        }
    }
    Ok((if begun.is_empty() { only } else { begun.split().freeze() }, Extent::Whole))
}

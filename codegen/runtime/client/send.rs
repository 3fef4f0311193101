//! The way of one request through the transport.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, StatusCode};
use http_body_util::{BodyExt, Full};

use super::Client;
use super::error::{CallError, CallErrorKind};
use super::receive::Way;
use super::request::{Ready, Request};
use super::transport::{RequestBody, ResponseBody};
use crate::runtime::{Auth, BoxError, ErrorReply, Mismatch, Operation, Response};

/// What this crate calls itself.
const AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// An answer whose body has been received.
pub(super) enum Answer {
    /// A status code below 400.
    Success(Success),
    /// Any other.
    Failure { operation: &'static Operation, path: String, reply: ErrorReply },
}

/// An answer that means success.
pub struct Success {
    pub(super) operation: &'static Operation,
    pub(super) path: String,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Received,
}

/// The body of an answer.
pub(super) enum Received {
    /// All of it.
    Whole(Bytes),
    /// Nothing yet, and how large it may become.
    Unread(ResponseBody, usize),
}

impl Success {
    /// The body, if it has been received.
    pub(super) fn raw(&self) -> &Bytes {
        static NOTHING: Bytes = Bytes::new();
        match &self.body {
            Received::Whole(raw) => raw,
            Received::Unread(..) => &NOTHING,
        }
    }

    pub(super) fn into_response<T>(self, body: T, mismatches: Vec<Mismatch>) -> Response<T> {
        let raw = self.raw().clone();
        Response { status: Some(self.status), headers: self.headers, body, raw, mismatches }
    }
}

/// Sends a request and receives the answer within the time that a call has; a body that is unread has none.
pub(super) async fn send(request: Request, timeout: Option<Duration>, way: Way) -> Result<Answer, Box<CallError>> {
    let (client, operation) = (request.client.clone(), request.operation);
    let Ready { path, query, body } = request.ready()?;
    let timeout = timeout.unwrap_or(client.core.timeout);
    let received = match http_request(&client, operation, &path.sent, &query, body) {
        Ok(request) => match tokio::time::timeout(timeout, exchange(&client, request, way)).await {
            Ok(received) => received,
            Err(elapsed) => Err(Broken(CallErrorKind::Timeout, "the call took too long", Some(elapsed.into()))),
        },
        Err(error) => {
            Err(Broken(CallErrorKind::Argument, "no request can be made of the arguments", Some(error.into())))
        }
    };
    let path = path.shown();
    let (status, headers, body) = match received {
        Ok(received) => received,
        Err(Broken(kind, problem, source)) => {
            return Err(Box::new(CallError::new(operation, path, kind, problem.to_owned(), source)));
        }
    };
    match body {
        Received::Whole(raw) if is_failure(status) => {
            let reply = ErrorReply::from_parts(status, headers, raw);
            Ok(Answer::Failure { operation, path, reply })
        }
        body => Ok(Answer::Success(Success { operation, path, status, headers, body })),
    }
}

fn is_failure(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

/// Why there is no answer.
struct Broken(CallErrorKind, &'static str, Option<BoxError>);

/// One request and the whole of its answer.
async fn exchange(
    client: &Client,
    request: http::Request<RequestBody>,
    way: Way,
) -> Result<(StatusCode, HeaderMap, Received), Broken> {
    let (parts, body) = match client.core.transport.send(request).await {
        Ok(answer) => answer.into_parts(),
        Err(error) => return Err(Broken(CallErrorKind::Transport, "the service could not be reached", Some(error))),
    };
    let limit = client.core.response_limit;
    let body = match way {
        Way::AsRead if !is_failure(parts.status) => Received::Unread(body, limit),
        Way::AsRead | Way::Whole => Received::Whole(receive(body, limit).await?),
    };
    Ok((parts.status, parts.headers, body))
}

fn http_request(
    client: &Client,
    operation: &Operation,
    path: &str,
    query: &str,
    body: Option<Bytes>,
) -> Result<http::Request<RequestBody>, http::Error> {
    let mut url = String::with_capacity(client.base_url(operation.service()).len() + path.len() + query.len() + 1);
    url.push_str(client.base_url(operation.service()));
    url.push_str(path);
    if !query.is_empty() {
        url.push('?');
        url.push_str(query);
    }
    let mut request = http::Request::builder().method(operation.method().clone()).uri(url);
    if let Some(headers) = request.headers_mut() {
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json, */*;q=0.5"));
        if body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(value) = authorization(client, operation.auth())? {
            headers.insert(AUTHORIZATION, value);
        }
    }
    request.body(Full::new(body.unwrap_or_default()))
}

fn authorization(client: &Client, auth: Auth) -> Result<Option<HeaderValue>, http::Error> {
    let token = match auth {
        Auth::Required | Auth::Optional => client.core.access_token.as_ref(),
        Auth::None => None,
    };
    let Some(token) = token else { return Ok(None) };
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose()))?;
    value.set_sensitive(true);
    Ok(Some(value))
}

/// The whole of a body. One that comes in a single piece, as most do, is not copied.
async fn receive(mut body: ResponseBody, limit: usize) -> Result<Bytes, Broken> {
    let mut first = Bytes::new();
    let mut all: Option<BytesMut> = None;
    while let Some(frame) = body.frame().await {
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) => return Err(Broken(CallErrorKind::Transport, "the answer broke off", Some(error))),
        };
        let Ok(data) = frame.into_data() else { continue };
        let length = all.as_ref().map_or(first.len(), BytesMut::len);
        if length.saturating_add(data.len()) > limit {
            return Err(Broken(CallErrorKind::TooLarge, "the answer is larger than the client's limit", None));
        }
        match &mut all {
            Some(all) => all.extend_from_slice(&data),
            None if first.is_empty() => first = data,
            None => {
                let mut both = BytesMut::from(first.as_ref());
                both.extend_from_slice(&data);
                all = Some(both);
            }
        }
    }
    Ok(all.map_or(first, BytesMut::freeze))
}

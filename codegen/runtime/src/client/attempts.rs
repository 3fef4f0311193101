//! Sends a request with authentication and retries. It does not choose the base URL.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tokio::time::Instant;

use super::auth::{CachedToken, TokenProvider};
use super::error::{ErrorCause, ErrorKind};
use super::prepare::PreparedRequest;
use super::retry::{Retries, is_transient};
use super::send::{BodyOptions, HttpSender, RawBody, RawResponse};
use super::trace::TARGET;
use crate::{Auth, ErrorResponse};

/// Sends requests with the client's access token.
pub(super) struct AuthenticatedSender {
    pub(super) http: Arc<HttpSender>,
    pub(super) tokens: TokenProvider,
}

/// The limits of one call.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallLimits {
    pub(super) deadline: Instant,
    pub(super) retries: usize,
    pub(super) body: BodyOptions,
}

/// The attempts to send one request.
pub(super) struct Attempts<'a> {
    http: &'a HttpSender,
    tokens: &'a TokenProvider,
    request: &'a PreparedRequest,
    body: BodyOptions,
    retries: Retries,
    token: Option<CachedToken>,
    /// Whether a rejected token may still be replaced, which is done once per call.
    can_replace_token: bool,
    sent: u32,
}

/// The result of one attempt.
pub(super) struct Attempt {
    pub(super) result: Result<RawResponse, ErrorCause>,
    /// Whether another base URL may work better than the one of this attempt.
    pub(super) is_base_url_suspect: bool,
    /// How long to wait before the next attempt, or `None` if this was the last one.
    pub(super) retry_after: Option<Duration>,
}

impl AuthenticatedSender {
    /// Prepares the attempts to send a request: obtains the access token if the operation uses one.
    pub(super) async fn attempts<'a>(
        &'a self,
        request: &'a PreparedRequest,
        limits: CallLimits,
    ) -> Result<Attempts<'a>, ErrorCause> {
        let Self { http, tokens } = self;
        let CallLimits { deadline, retries, body } = limits;
        let max_retries = if request.operation.is_idempotent() { retries } else { 0 };
        let token = match request.operation.auth() {
            Auth::Required | Auth::Optional => tokens.token(deadline).await?,
            Auth::None => None,
        };
        let can_replace_token = token.is_some();
        let retries = Retries::new(max_retries, deadline);
        Ok(Attempts { http, tokens, request, body, retries, token, can_replace_token, sent: 0 })
    }
}

impl Attempts<'_> {
    /// Sends the request to one base URL, and retries it there.
    pub(super) async fn send(&mut self, base_url: &str) -> Result<RawResponse, ErrorCause> {
        loop {
            let attempt = self.send_once(base_url).await;
            let Some(delay) = attempt.retry_after else { return attempt.result };
            tokio::time::sleep(delay).await;
        }
    }

    /// Makes one attempt. The caller waits before the next one.
    pub(super) async fn send_once(&mut self, base_url: &str) -> Attempt {
        let result = self.exchange(base_url).await;
        let (is_transient, status, headers) = match &result {
            Ok(response) => (is_transient(response.status), Some(response.status), Some(&response.headers)),
            Err(cause) => (cause.kind == ErrorKind::Transport, None, None),
        };
        if !is_transient {
            return Attempt { result, is_base_url_suspect: false, retry_after: None };
        }
        // 429 comes from the right server. After any other transient failure, another base URL may work.
        let is_base_url_suspect = status != Some(StatusCode::TOO_MANY_REQUESTS);
        let retry_after = self.retries.next_delay(headers);
        if let Some(delay) = retry_after {
            tracing::debug!(target: TARGET, ?status, ?delay, sent = self.sent, "retrying the request");
        }
        Attempt { result, is_base_url_suspect, retry_after }
    }

    /// Sends the request, and once more with another token if the service rejects the first one.
    async fn exchange(&mut self, base_url: &str) -> Result<RawResponse, ErrorCause> {
        loop {
            let authorization = self.token.as_ref().map(CachedToken::to_header).transpose()?;
            let result = self.http.send(self.request, base_url, authorization, self.sent, self.body).await;
            self.sent += 1;
            let (Ok(response), Some(token), true) = (&result, &self.token, self.can_replace_token) else {
                return result;
            };
            if response.status != StatusCode::UNAUTHORIZED {
                return result;
            }
            self.can_replace_token = false;
            match self.tokens.replace_rejected(token).await {
                Ok(Some(other)) => self.token = Some(other),
                Ok(None) => return result,
                Err(cause) => return Err(with_rejection(cause, self.request, result)),
            }
        }
    }
}

/// Adds the response that rejected the token to the reason why there is no other token.
fn with_rejection(
    cause: ErrorCause,
    request: &PreparedRequest,
    rejection: Result<RawResponse, ErrorCause>,
) -> ErrorCause {
    match rejection {
        Ok(RawResponse { status, headers, body: RawBody::Buffered(raw), extent }) => {
            let api = request.operation.api();
            cause.with_response(ErrorResponse::from_parts(api, status, headers, raw, extent))
        }
        Ok(RawResponse { body: RawBody::Streaming(_), .. }) | Err(_) => cause,
    }
}

//! Exchanges refresh tokens for access tokens, through the operation that the API declares.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;
use tracing::Instrument;

use super::super::trace;
use super::source::{AccessToken, TokenSource, Tokens};
use crate::client::error::{ErrorCause, ErrorKind};
use crate::client::outcome::{OnMismatch, classify};
use crate::client::prepare::PreparedRequest;
use crate::client::send::{BodyMode, BodyOptions, HttpSender};
use crate::{BoxError, Refresh, Secret};

/// A callback that receives new tokens.
pub(in crate::client) type TokenListener = Arc<dyn Fn(&Tokens) + Send + Sync>;

/// How long the exchange may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Exchanges refresh tokens.
pub(in crate::client) struct RefreshTokenExchange {
    pub(in crate::client) http: Arc<HttpSender>,
    pub(in crate::client) base_url: Arc<str>,
    pub(in crate::client) refresh: Refresh,
    /// The body fields besides the refresh token.
    pub(in crate::client) fields: BTreeMap<String, String>,
    pub(in crate::client) current: Mutex<Secret>,
    pub(in crate::client) listener: Option<TokenListener>,
}

impl TokenSource for RefreshTokenExchange {
    async fn access_token(&self, _: Option<&Secret>) -> Result<AccessToken, BoxError> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let operation = self.refresh.operation;
        let request = PreparedRequest::with_body(operation, self.body(&current)?);
        let body = BodyOptions { mode: BodyMode::Buffered, chunk_timeout: TIMEOUT };
        let exchange = async {
            let result = self.http.send(&request, &self.base_url, None, 0, body).await;
            classify(&request, result, OnMismatch::Omit)
        };
        let success = tokio::time::timeout(TIMEOUT, exchange.instrument(trace::call_span(operation))).await??;
        let tokens = self.parse_tokens(success.raw(), current)?;
        // The tokens are valid even if the listener panics.
        if let Some(listener) = &self.listener
            && catch_unwind(AssertUnwindSafe(|| listener(&tokens))).is_err()
        {
            tracing::error!(target: trace::TARGET, "the listener for new tokens panicked");
        }
        Ok(tokens.access_token)
    }
}

impl RefreshTokenExchange {
    fn body(&self, current: &Secret) -> Result<Bytes, serde_json::Error> {
        let mut fields: BTreeMap<&str, &str> = BTreeMap::new();
        fields.extend(self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        fields.insert(self.refresh.token, current.expose());
        serde_json::to_vec(&fields).map(Bytes::from)
    }

    /// Extracts the tokens from a response. A refresh token in it replaces the old one, which may have become
    /// invalid, even if there is no access token.
    fn parse_tokens(&self, response: &[u8], current: Secret) -> Result<Tokens, ErrorCause> {
        let failed = |problem: String| ErrorCause::new(ErrorKind::Token, problem);
        let fields: Value = serde_json::from_slice(response)
            .map_err(|error| failed("the response to the token refresh is not JSON".to_owned()).with_source(error))?;
        let secret = |name: &str| fields.get(name)?.as_str().filter(|value| !value.is_empty()).map(Secret::from);
        let Refresh { access_token, refresh_token, expires_at, .. } = self.refresh;
        let next = refresh_token.and_then(secret).unwrap_or(current);
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = next.clone();
        let token = secret(access_token)
            .ok_or_else(|| failed(format!("the response to the token refresh has no `{access_token}`")))?;
        let expires_at = expires_at.and_then(|name| parse_timestamp(fields.get(name)?));
        Ok(Tokens { access_token: AccessToken { token, expires_at }, refresh_token: Some(next) })
    }
}

/// Parses a date in RFC 3339, or a number of milliseconds since 1970 as in JavaScript.
fn parse_timestamp(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(date) => date.parse().ok(),
        Value::Number(number) => Timestamp::from_millisecond(number.as_i64()?).ok(),
        _ => None,
    }
}

//! Access tokens from a refresh token, through the operation that the spec names.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;
use tracing::Instrument;

use super::outcome::succeeded;
use super::request::Prepared;
use super::tokens::{AccessToken, TokenSource, Tokens};
use super::trace;
use super::wire::{BodyMode, Reception, Wire};
use crate::{BoxError, Refresh, Secret};

/// What is told of new tokens.
pub(super) type Listener = Arc<dyn Fn(&Tokens) + Send + Sync>;

/// How long the exchange may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Exchanges refresh tokens.
pub(super) struct RefreshTokens {
    pub(super) wire: Arc<Wire>,
    pub(super) refresh: Refresh,
    /// The fields that are sent beside the token.
    pub(super) fields: BTreeMap<String, String>,
    pub(super) current: Mutex<Secret>,
    pub(super) listener: Option<Listener>,
}

impl TokenSource for RefreshTokens {
    async fn access_token(&self, _: Option<&Secret>) -> Result<AccessToken, BoxError> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Refresh { operation, .. } = self.refresh;
        let prepared = Prepared::with_body(operation, self.body(&current)?);
        let base_url = self.wire.base_url(operation.service);
        let reception = Reception { way: BodyMode::Buffered, timeout: TIMEOUT };
        let exchange = async {
            let received = self.wire.exchange(&prepared, base_url, None, 0, reception).await;
            succeeded(&prepared, received)
        };
        let success = tokio::time::timeout(TIMEOUT, exchange.instrument(trace::call(operation))).await??;
        let tokens = self.tokens(success.raw(), current)?;
        // Whatever happens there, the tokens are good.
        if let Some(listener) = &self.listener
            && catch_unwind(AssertUnwindSafe(|| listener(&tokens))).is_err()
        {
            tracing::error!(target: trace::TARGET, "what is told of new tokens panicked");
        }
        Ok(tokens.access_token)
    }
}

impl RefreshTokens {
    fn body(&self, current: &Secret) -> Result<Bytes, serde_json::Error> {
        let mut fields: BTreeMap<&str, &str> = BTreeMap::new();
        fields.extend(self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        fields.insert(self.refresh.token, current.expose());
        serde_json::to_vec(&fields).map(Bytes::from)
    }

    /// The tokens in an answer. A refresh token in it takes the place of the one that was exchanged, even where there is no
    /// access token: the old one may be good no more.
    fn tokens(&self, answer: &[u8], current: Secret) -> Result<Tokens, Unusable> {
        let fields: Value = serde_json::from_slice(answer).map_err(Unusable::NoJson)?;
        let text = |name: &str| fields.get(name)?.as_str().filter(|text| !text.is_empty()).map(Secret::from);
        let next = self.refresh.refresh_token.and_then(text).unwrap_or(current);
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = next.clone();
        let token = text(self.refresh.access_token).ok_or(Unusable::Lacks(self.refresh.access_token))?;
        let expires_at = self.refresh.expires_at.and_then(|name| point_in_time(fields.get(name)?));
        Ok(Tokens { access_token: AccessToken { token, expires_at }, refresh_token: Some(next) })
    }
}

/// A date in RFC 3339, or milliseconds since 1970, which is how JavaScript counts.
fn point_in_time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => Timestamp::from_millisecond(number.as_i64()?).ok(),
        _ => None,
    }
}

/// The answer says success but has no token.
#[derive(Debug)]
enum Unusable {
    NoJson(serde_json::Error),
    Lacks(&'static str),
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoJson(_) => f.write_str("the answer to the refresh token is not JSON"),
            Self::Lacks(field) => write!(f, "the answer to the refresh token has no `{field}`"),
        }
    }
}

impl StdError for Unusable {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::NoJson(error) => Some(error),
            Self::Lacks(_) => None,
        }
    }
}

//! Authenticates callers: finds the bearer token of a request and its principal.

use std::borrow::Cow;
use std::future::Future;

use http::StatusCode;
use http::header::AUTHORIZATION;
use http::request::Parts;

use super::rejection::Rejection;
use crate::{Auth, Operation, Secret};

/// Finds the principal that a token belongs to. Handlers receive the principal in their context.
pub trait Authenticator: Send + Sync + 'static {
    /// The identity of a caller, which handlers receive.
    type Principal: Send + 'static;

    /// Returns the principal that a token belongs to. It is called for every request with a token, except on routes that
    /// ignore tokens.
    ///
    /// # Errors
    /// If the token is invalid, or does not permit the request.
    fn authenticate(
        &self,
        token: &Secret,
        request: &Parts,
    ) -> impl Future<Output = Result<Self::Principal, AuthRejection>> + Send;
}

/// Why a token is rejected. The string becomes the message of the response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthRejection {
    /// 401: the token is unknown or has expired.
    Unauthorized(String),
    /// 403: the owner of the token is not allowed to make this request.
    Forbidden(String),
}

/// An authenticator for tests. It accepts any token, and returns the same principal for all of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnyToken<P>(pub P);

impl<P: Clone + Send + Sync + 'static> Authenticator for AnyToken<P> {
    type Principal = P;

    async fn authenticate(&self, _token: &Secret, _request: &Parts) -> Result<P, AuthRejection> {
        Ok(self.0.clone())
    }
}

/// An authenticator with a fixed list of tokens and their principals.
#[derive(Debug, Clone)]
pub struct FixedTokens<P> {
    known: Vec<(Secret, P)>,
}

impl<P> FixedTokens<P> {
    /// Creates an authenticator from tokens and their principals.
    pub fn new<T: Into<Secret>>(known: impl IntoIterator<Item = (T, P)>) -> Self {
        Self { known: known.into_iter().map(|(token, principal)| (token.into(), principal)).collect() }
    }
}

impl<P: Clone + Send + Sync + 'static> Authenticator for FixedTokens<P> {
    type Principal = P;

    async fn authenticate(&self, token: &Secret, _request: &Parts) -> Result<P, AuthRejection> {
        let found = self.known.iter().find(|(known, _)| known == token);
        found
            .map(|(_, principal)| principal.clone())
            .ok_or_else(|| AuthRejection::Unauthorized("the token is unknown".to_owned()))
    }
}

/// Returns the principal of a request, or `None` if the route needs none.
pub(super) async fn principal<A: Authenticator>(
    parts: &Parts,
    operation: &Operation,
    authenticator: &A,
) -> Result<Option<A::Principal>, Rejection> {
    let token = match operation.auth() {
        Auth::Required => token(parts, operation)?.ok_or_else(Rejection::missing_token)?,
        Auth::Optional => match token(parts, operation)? {
            Some(token) => token,
            None => return Ok(None),
        },
        Auth::None => return Ok(None),
    };
    Ok(Some(authenticator.authenticate(&token, parts).await?))
}

/// Returns the token in the headers, or in the query if the route allows that.
fn token(parts: &Parts, operation: &Operation) -> Result<Option<Secret>, Rejection> {
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    match (headers.next(), headers.next()) {
        (None, _) => Ok(operation
            .api()
            .token_parameter
            .filter(|_| operation.token_in_query())
            .and_then(|parameter| query_token(parts.uri.query()?, parameter))),
        (Some(header), None) => header.to_str().ok().and_then(bearer_token).map(Some).ok_or_else(malformed_header),
        (Some(_), Some(_)) => Err(malformed_header()),
    }
}

fn malformed_header() -> Rejection {
    Rejection::new(StatusCode::UNAUTHORIZED, "the header `Authorization` must be `Bearer`, a space and a token")
}

fn bearer_token(header: &str) -> Option<Secret> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    let is_token = !token.is_empty() && !token.contains(char::is_whitespace);
    (scheme.eq_ignore_ascii_case("bearer") && is_token).then(|| Secret::from(token))
}

fn query_token(query: &str, parameter: &str) -> Option<Secret> {
    let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = serde_html_form::from_str(query).ok()?;
    pairs
        .into_iter()
        .find(|(name, value)| name == parameter && !value.is_empty())
        .map(|(_, value)| Secret::from(&*value))
}

impl From<AuthRejection> for Rejection {
    fn from(rejection: AuthRejection) -> Self {
        match rejection {
            AuthRejection::Unauthorized(message) => Self::new(StatusCode::UNAUTHORIZED, &message),
            AuthRejection::Forbidden(message) => Self::new(StatusCode::FORBIDDEN, &message),
        }
    }
}

//! Who is calling: from the bearer token to a principal.

use std::borrow::Cow;
use std::future::Future;

use http::StatusCode;
use http::header::AUTHORIZATION;
use http::request::Parts;

use super::rejection::Rejection;
use crate::{Auth, Operation, Secret};

/// Tells who a token belongs to. The principal is handed to the stubs.
pub trait Authenticator: Send + Sync + 'static {
    /// What the stubs learn of the caller.
    type Principal: Send + 'static;

    /// The caller that a token belongs to. Asked on every request with a token, unless the route never wants one.
    ///
    /// # Errors
    /// Where the token is not good for the request.
    fn authenticate(
        &self,
        token: &Secret,
        request: &Parts,
    ) -> impl Future<Output = Result<Self::Principal, AuthRejection>> + Send;
}

/// Why a token is not good for a request; the text becomes the message of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthRejection {
    /// 401: nobody is known by it, or its time is over.
    Unauthorized(String),
    /// 403: its owner may not make this request.
    Forbidden(String),
}

/// An authenticator for tests: any token is good, and belongs to this principal.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnyToken<P>(pub P);

impl<P: Clone + Send + Sync + 'static> Authenticator for AnyToken<P> {
    type Principal = P;

    async fn authenticate(&self, _token: &Secret, _request: &Parts) -> Result<P, AuthRejection> {
        Ok(self.0.clone())
    }
}

/// An authenticator for a fixed list of tokens, each with its principal.
#[derive(Debug, Clone)]
pub struct FixedTokens<P> {
    known: Vec<(Secret, P)>,
}

impl<P> FixedTokens<P> {
    /// The tokens and whom they belong to.
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
            .ok_or_else(|| AuthRejection::Unauthorized("the token is not known".to_owned()))
    }
}

/// The principal of a request, as far as its route wants one.
pub(super) async fn principal<A: Authenticator>(
    parts: &Parts,
    operation: &Operation,
    authenticator: &A,
) -> Result<Option<A::Principal>, Rejection> {
    let token = match operation.auth() {
        Auth::Required => token(parts, operation)?
            .ok_or_else(|| Rejection::new(StatusCode::UNAUTHORIZED, "a bearer token is needed"))?,
        Auth::Optional => match token(parts, operation)? {
            Some(token) => token,
            None => return Ok(None),
        },
        Auth::None => return Ok(None),
    };
    Ok(Some(authenticator.authenticate(&token, parts).await?))
}

/// The token of a request: from its header, or from its query where the route allows that.
fn token(parts: &Parts, operation: &Operation) -> Result<Option<Secret>, Rejection> {
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    match (headers.next(), headers.next()) {
        (None, _) => Ok(operation
            .api()
            .token_parameter
            .filter(|_| operation.token_in_query())
            .and_then(|parameter| in_query(parts.uri.query()?, parameter))),
        (Some(header), None) => header.to_str().ok().and_then(bearer).map(Some).ok_or_else(malformed),
        (Some(_), Some(_)) => Err(malformed()),
    }
}

fn malformed() -> Rejection {
    Rejection::new(StatusCode::UNAUTHORIZED, "the header `Authorization` must be `Bearer`, a blank and a token")
}

fn bearer(header: &str) -> Option<Secret> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    let is_token = !token.is_empty() && !token.contains(char::is_whitespace);
    (scheme.eq_ignore_ascii_case("bearer") && is_token).then(|| Secret::from(token))
}

fn in_query(query: &str, parameter: &str) -> Option<Secret> {
    let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = serde_html_form::from_str(query).ok()?;
    pairs
        .into_iter()
        .find(|(name, value)| name == parameter && !value.is_empty())
        .map(|(_, value)| Secret::from(&*value))
}

impl From<AuthRejection> for Rejection {
    fn from(refused: AuthRejection) -> Self {
        match refused {
            AuthRejection::Unauthorized(message) => Self::new(StatusCode::UNAUTHORIZED, &message),
            AuthRejection::Forbidden(message) => Self::new(StatusCode::FORBIDDEN, &message),
        }
    }
}

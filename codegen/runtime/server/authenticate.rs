//! Who is calling: from the bearer token to a principal.

use std::future::Future;

use http::request::Parts;

use crate::runtime::Secret;

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
    ) -> impl Future<Output = Result<Self::Principal, Refused>> + Send;
}

/// Why a token is not good for a request; the text becomes the message of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// 401: nobody is known by it, or its time is over.
    Unauthorized(String),
    /// 403: its owner may not make this request.
    Forbidden(String),
}

/// An authenticator for services without tokens: whatever is sent, nobody is told apart.
#[derive(Debug, Clone, Copy, Default)]
pub struct Anonymous;

impl Authenticator for Anonymous {
    type Principal = ();

    async fn authenticate(&self, _token: &Secret, _request: &Parts) -> Result<(), Refused> {
        Ok(())
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

    async fn authenticate(&self, token: &Secret, _request: &Parts) -> Result<P, Refused> {
        let found = self.known.iter().find(|(known, _)| known == token);
        found
            .map(|(_, principal)| principal.clone())
            .ok_or_else(|| Refused::Unauthorized("the token is not known".to_owned()))
    }
}

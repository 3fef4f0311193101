//! From endpoints to a router.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::routing::{MethodFilter, MethodRouter};
use http::header::{AUTHORIZATION, CONTENT_LENGTH};
use http::request::Parts;
use http::{HeaderMap, StatusCode};

use super::authenticate::Authenticator;
use super::incoming::Incoming;
use super::refusal::Refusal;
use super::wiring::{Endpoint, Endpoints};
use crate::api::TOKEN_PARAMETER;
use crate::runtime::{Auth, Operation, Secret};

/// Joins the routes of stubs into a router.
pub struct Server<A: Authenticator> {
    authenticator: Arc<A>,
    body_limit: usize,
    endpoints: Vec<Endpoint<A::Principal>>,
}

impl<A: Authenticator> Server<A> {
    /// A server without any route.
    pub fn new(authenticator: A) -> Self {
        Self { authenticator: Arc::new(authenticator), body_limit: 2 * 1024 * 1024, endpoints: Vec::new() }
    }

    /// How many bytes the body of a request may have. Default: 2 MiB.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Adds the routes of a namespace. Of two stubs for the same routes, the one that was added last serves them.
    #[must_use]
    pub fn with(mut self, endpoints: Endpoints<A::Principal>) -> Self {
        self.endpoints.extend(endpoints.all);
        self
    }

    /// The router. It merges with other routers and takes layers like any other.
    pub fn into_router(self) -> Router {
        // Paths that differ only in a slash at their end, or in the names of their parameters, are one path to the router.
        let mut paths: BTreeMap<String, BTreeMap<&str, Endpoint<A::Principal>>> = BTreeMap::new();
        for endpoint in self.endpoints {
            let methods = paths.entry(pattern(endpoint.operation.path())).or_default();
            methods.insert(endpoint.operation.method().as_str(), endpoint);
        }
        let mut router = Router::new();
        for (pattern, methods) in paths {
            let mut method_router = MethodRouter::new();
            for endpoint in methods.into_values() {
                let Ok(filter) = MethodFilter::try_from(endpoint.operation.method().clone()) else { continue };
                let (authenticator, body_limit) = (Arc::clone(&self.authenticator), self.body_limit);
                let endpoint = Arc::new(endpoint);
                method_router = method_router.on(filter, move |request: axum::extract::Request| {
                    let (authenticator, endpoint) = (Arc::clone(&authenticator), Arc::clone(&endpoint));
                    serve(request, endpoint, authenticator, body_limit)
                });
            }
            if pattern.is_empty() {
                router = router.route("/", method_router);
            } else {
                router = router.route(&format!("{pattern}/"), method_router.clone()).route(&pattern, method_router);
            }
        }
        router
    }
}

/// A path template in the router's own words, without a slash at its end; parameters are numbered.
fn pattern(template: &str) -> String {
    let mut pattern = String::new();
    for (index, segment) in template.split('/').enumerate().filter(|(_, segment)| !segment.is_empty()) {
        pattern.push('/');
        if segment.starts_with('{') {
            pattern.push_str(&format!("{{p{index}}}"));
        } else {
            pattern.push_str(segment);
        }
    }
    pattern
}

async fn serve<A: Authenticator>(
    request: axum::extract::Request,
    endpoint: Arc<Endpoint<A::Principal>>,
    authenticator: Arc<A>,
    body_limit: usize,
) -> http::Response<Body> {
    let (mut parts, body) = request.into_parts();
    if announced_length(&parts.headers).is_some_and(|length| length > body_limit as u64) {
        return Refusal::too_large(body_limit).into_answer();
    }
    let principal = match authenticate(&parts, endpoint.operation, &*authenticator).await {
        Ok(principal) => principal,
        Err(refusal) => return refusal.into_answer(),
    };
    let path = match RawPathParams::from_request_parts(&mut parts, &()).await {
        Ok(path) => path.iter().map(|(_, value)| value.to_owned()).collect(),
        Err(_) => return Refusal::new(StatusCode::BAD_REQUEST, "the path is not UTF-8").into_answer(),
    };
    (endpoint.serve)(Incoming::new(endpoint.operation, principal, parts, path, body, body_limit)).await
}

fn announced_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn authenticate<A: Authenticator>(
    parts: &Parts,
    operation: &Operation,
    authenticator: &A,
) -> Result<Option<A::Principal>, Refusal> {
    let token = match operation.auth() {
        Auth::Required => {
            let needed = || Refusal::new(StatusCode::UNAUTHORIZED, "a bearer token is needed");
            token(parts, operation).ok_or_else(needed)?
        }
        Auth::Optional => match token(parts, operation) {
            Some(token) => token,
            None => return Ok(None),
        },
        Auth::None => return Ok(None),
    };
    Ok(Some(authenticator.authenticate(&token, parts).await?))
}

/// The token of a request: from its header, or from its query where the route allows that.
fn token(parts: &Parts, operation: &Operation) -> Option<Secret> {
    let from_query = || {
        let parameter = TOKEN_PARAMETER.filter(|_| operation.token_in_query())?;
        let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = serde_html_form::from_str(parts.uri.query()?).ok()?;
        pairs
            .into_iter()
            .find(|(name, value)| name == parameter && !value.is_empty())
            .map(|(_, value)| Secret::from(&*value))
    };
    bearer(&parts.headers).or_else(from_query)
}

fn bearer(headers: &HeaderMap) -> Option<Secret> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| Secret::from(token))
}

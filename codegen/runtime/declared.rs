//! What the API declares about itself, so that the client does it unasked: refreshing tokens and finding base URLs.

use super::Operation;

/// How a refresh token becomes an access token.
#[allow(dead_code, reason = "an API may declare none")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refresh {
    /// The operation to call.
    pub(crate) operation: &'static Operation,
    /// The field of its body that takes the refresh token.
    pub(crate) token: &'static str,
    /// Fields of its body with a fixed value.
    pub(crate) send: &'static [(&'static str, &'static str)],
    /// The field of its answer with the access token.
    pub(crate) access_token: &'static str,
    /// The field with the next refresh token.
    pub(crate) refresh_token: Option<&'static str>,
    /// The field with the date at which the access token ends.
    pub(crate) expires_at: Option<&'static str>,
}

/// How the base URL of a service is found.
#[allow(dead_code, reason = "an API may declare none")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resolution {
    /// The operation to ask, at the default service; it has one path parameter.
    pub(crate) operation: &'static Operation,
    /// The path parameter of the calling route that is passed on.
    pub(crate) by: &'static str,
    /// The fields of the answer on the way to the URL.
    pub(crate) url: &'static [&'static str],
}

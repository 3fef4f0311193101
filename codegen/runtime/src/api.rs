//! What a generated crate declares about its API, so that the runtime needs no code of its own for it.

use crate::Operation;

/// An API as a whole. Every generated crate has one, and each of its operations refers to it.
#[derive(Debug)]
pub struct Api {
    /// The services that operations belong to; the default one comes first.
    pub services: &'static [ApiService],
    /// How a refresh token becomes an access token, if the API has a way.
    pub refresh: Option<Refresh>,
    /// The query parameter that may hold the token, on the operations that say so.
    pub token_parameter: Option<&'static str>,
    /// The paths of fields to the message in an error's body, the preferred one first.
    pub message_fields: &'static [&'static [&'static str]],
    /// What the client sends as `User-Agent`.
    pub user_agent: &'static str,
}

/// A group of operations with a base URL of its own.
#[derive(Debug)]
pub struct ApiService {
    /// The name in the spec.
    pub name: &'static str,
    /// The base URL, without a slash at its end; that of the default service if another operation returns it.
    pub base_url: &'static str,
    /// How the base URL is found, if another operation returns it.
    pub discovery: Option<Discovery>,
}

/// The position of a service in [`Api::services`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ServiceId(pub usize);

impl ServiceId {
    /// The service that operations return the base URLs of others from.
    pub const DEFAULT: Self = Self(0);
}

/// How a refresh token becomes an access token.
#[derive(Debug, Clone, Copy)]
pub struct Refresh {
    /// The operation to call. It has no path parameters and needs no token.
    pub operation: &'static Operation,
    /// The field of its body that takes the refresh token.
    pub token: &'static str,
    /// Fields of its body with a fixed value.
    pub send: &'static [(&'static str, &'static str)],
    /// The field of its response with the access token.
    pub access_token: &'static str,
    /// The field with the next refresh token.
    pub refresh_token: Option<&'static str>,
    /// The field with the time at which the access token expires.
    pub expires_at: Option<&'static str>,
}

/// How the base URL of a service is found.
#[derive(Debug, Clone, Copy)]
pub struct Discovery {
    /// The operation to call, at the default service. It has one path parameter.
    pub operation: &'static Operation,
    /// The fields of its response that lead to the base URL.
    pub base_url: &'static [&'static str],
}

impl Api {
    /// The service of an operation of this API. A generated crate declares no operation without one.
    pub(crate) fn service(&self, id: ServiceId) -> Option<&ApiService> {
        self.services.get(id.0)
    }
}

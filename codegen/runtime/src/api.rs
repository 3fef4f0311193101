//! The metadata of an API that a generated crate declares. API and operations refer to each other, so both are in this
//! file.

use std::fmt;

use http::Method;

/// An API. Every generated crate declares one, and each of its operations refers to it.
#[derive(Debug)]
pub struct Api {
    /// The services that operations belong to, starting with the default one.
    pub services: &'static [ApiService],
    /// How a refresh token is exchanged for an access token, if the API supports it.
    pub refresh: Option<Refresh>,
    /// The query parameter that may contain the token, for operations that allow it.
    pub token_parameter: Option<&'static str>,
    /// The paths to the message in the body of an error response, starting with the preferred one. Each path consists of
    /// field names.
    pub message_fields: &'static [&'static [&'static str]],
    /// The client's `User-Agent`.
    pub user_agent: &'static str,
}

/// A group of operations with one base URL.
#[derive(Debug)]
pub struct ApiService {
    /// The name in the spec.
    pub name: &'static str,
    /// The base URL, without a trailing slash. If the base URL is discovered, this is the one of the default service.
    pub base_url: &'static str,
    /// How the base URL is discovered, if another operation returns it.
    pub discovery: Option<Discovery>,
}

/// The index of a service in [`Api::services`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ServiceId(pub usize);

impl ServiceId {
    /// The default service. The operations that return the base URLs of other services belong to it.
    pub const DEFAULT: Self = Self(0);
}

/// How a refresh token is exchanged for an access token.
#[derive(Debug, Clone, Copy)]
pub struct Refresh {
    /// The operation to call. It has no path parameters and requires no token.
    pub operation: &'static Operation,
    /// The field of its request body that contains the refresh token.
    pub token: &'static str,
    /// The fields of its request body with fixed values.
    pub send: &'static [(&'static str, &'static str)],
    /// The field of its response that contains the access token.
    pub access_token: &'static str,
    /// The field of its response that contains the next refresh token.
    pub refresh_token: Option<&'static str>,
    /// The field of its response that contains the time at which the access token expires.
    pub expires_at: Option<&'static str>,
}

/// How the base URL of a service is discovered.
#[derive(Debug, Clone, Copy)]
pub struct Discovery {
    /// The operation to call. It belongs to the default service and has one path parameter.
    pub operation: &'static Operation,
    /// The names of the fields that lead to the base URL in its response.
    pub base_url: &'static [&'static str],
}

impl Api {
    /// Returns a service. It exists for every operation that a generated crate declares.
    pub(crate) fn service(&self, id: ServiceId) -> Option<&ApiService> {
        self.services.get(id.0)
    }
}

/// An operation of an API. Generated crates declare one for each route.
pub struct Operation {
    #[doc(hidden)]
    pub api: &'static Api,
    #[doc(hidden)]
    pub id: &'static str,
    #[doc(hidden)]
    pub method: Method,
    #[doc(hidden)]
    pub path: &'static str,
    #[doc(hidden)]
    pub service: ServiceId,
    /// The index of the path parameter that the base URL is discovered with.
    #[doc(hidden)]
    pub base_url_parameter: Option<usize>,
    #[doc(hidden)]
    pub auth: Auth,
    #[doc(hidden)]
    pub token_in_query: bool,
    #[doc(hidden)]
    pub is_idempotent: bool,
    #[doc(hidden)]
    pub success: u16,
}

/// Whether an operation uses a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// The service rejects requests without a token.
    Required,
    /// A token is sent if there is one.
    Optional,
    /// A token is never sent.
    None,
}

impl fmt::Debug for Operation {
    /// Shows what identifies the operation. The API is omitted, because it refers to operations in turn.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, method, path, .. } = self;
        let mut shown = f.debug_struct("Operation");
        shown.field("id", id).field("method", method).field("path", path).finish_non_exhaustive()
    }
}

impl Operation {
    /// Returns the API that the operation belongs to.
    pub fn api(&self) -> &'static Api {
        self.api
    }

    /// Returns the name with its namespace, as in the documentation.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Returns the HTTP method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the path template, with parameters in braces.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// Returns the service whose base URL the path is appended to.
    pub fn service(&self) -> Option<&'static ApiService> {
        self.api.service(self.service)
    }

    /// Returns whether the operation uses a token.
    pub fn auth(&self) -> Auth {
        self.auth
    }

    /// Returns `true` if a server accepts the token in the query as well.
    pub fn token_in_query(&self) -> bool {
        self.token_in_query
    }

    /// Returns `true` if repeating the request has no further effect, so that it can be retried after its response was lost.
    pub fn is_idempotent(&self) -> bool {
        self.is_idempotent
    }

    /// Returns the first status code that is documented for success.
    pub fn success(&self) -> u16 {
        self.success
    }
}

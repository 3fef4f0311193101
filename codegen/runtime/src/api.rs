//! What a generated crate declares about its API and its operations. They refer to each other, so they are one file.

use std::fmt;

use http::Method;

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

/// An operation as the documentation describes it. Generated crates declare one for each route.
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
    /// The position of the path parameter by which the base URL is discovered.
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

/// Whether a route wants a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// The service refuses without one.
    Required,
    /// One is sent if there is one.
    Optional,
    /// None is ever sent.
    None,
}

impl fmt::Debug for Operation {
    /// Leaves out the API, which refers to operations itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            api: _,
            id,
            method,
            path,
            service,
            base_url_parameter,
            auth,
            token_in_query,
            is_idempotent,
            success,
        } = self;
        f.debug_struct("Operation")
            .field("id", id)
            .field("method", method)
            .field("path", path)
            .field("service", service)
            .field("base_url_parameter", base_url_parameter)
            .field("auth", auth)
            .field("token_in_query", token_in_query)
            .field("is_idempotent", is_idempotent)
            .field("success", success)
            .finish()
    }
}

impl Operation {
    /// The API that the operation belongs to.
    pub fn api(&self) -> &'static Api {
        self.api
    }

    /// The name with its namespace, as the documentation has it.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// The HTTP method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path with its parameters in braces.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// The service whose base URL the path is appended to.
    pub fn service(&self) -> Option<&'static ApiService> {
        self.api.service(self.service)
    }

    /// Whether a token is wanted.
    pub fn auth(&self) -> Auth {
        self.auth
    }

    /// True where a token is taken from the query as well.
    pub fn token_in_query(&self) -> bool {
        self.token_in_query
    }

    /// True where the request may be repeated without changing more than once, as where an answer was lost on its way.
    pub fn is_idempotent(&self) -> bool {
        self.is_idempotent
    }

    /// The first status code that the documentation gives for success.
    pub fn success(&self) -> u16 {
        self.success
    }
}

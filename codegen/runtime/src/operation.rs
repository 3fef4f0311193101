//! What is known of an operation: one description that client and server share.

use std::fmt;

use http::Method;

use crate::{Api, ApiService, ServiceId};

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

//! What is known of a route: one description that client and server share.

use http::Method;

use crate::api::Service;

/// A route as the documentation describes it.
#[derive(Debug)]
pub struct Operation {
    id: &'static str,
    method: Method,
    path: &'static str,
    service: Service,
    auth: Auth,
    token_in_query: bool,
    success: u16,
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

impl Service {
    /// A route of this service with `GET`: it wants a token and answers 200.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) const fn get(self, id: &'static str, path: &'static str) -> Operation {
        self.route(Method::GET, id, path)
    }

    /// A route of this service with `POST`: it wants a token and answers 200.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) const fn post(self, id: &'static str, path: &'static str) -> Operation {
        self.route(Method::POST, id, path)
    }

    /// A route of this service with `PUT`: it wants a token and answers 200.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) const fn put(self, id: &'static str, path: &'static str) -> Operation {
        self.route(Method::PUT, id, path)
    }

    /// A route of this service with `PATCH`: it wants a token and answers 200.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) const fn patch(self, id: &'static str, path: &'static str) -> Operation {
        self.route(Method::PATCH, id, path)
    }

    /// A route of this service with `DELETE`: it wants a token and answers 200.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) const fn delete(self, id: &'static str, path: &'static str) -> Operation {
        self.route(Method::DELETE, id, path)
    }

    const fn route(self, method: Method, id: &'static str, path: &'static str) -> Operation {
        Operation { id, method, path, service: self, auth: Auth::Required, token_in_query: false, success: 200 }
    }
}

impl Operation {
    /// Another need for a token.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) const fn with_auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// The token may stand in the query, too.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) const fn with_token_in_query(mut self) -> Self {
        self.token_in_query = true;
        self
    }

    /// Another status code that means success.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) const fn with_success(mut self, success: u16) -> Self {
        self.success = success;
        self
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
    pub fn service(&self) -> Service {
        self.service
    }

    /// Whether a token is wanted.
    pub fn auth(&self) -> Auth {
        self.auth
    }

    /// True where a token is taken from the query as well.
    pub fn token_in_query(&self) -> bool {
        self.token_in_query
    }

    /// The first status code that the documentation gives for success.
    pub fn success(&self) -> u16 {
        self.success
    }
}

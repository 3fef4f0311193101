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
    idempotent: bool,
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
        self.idempotent(Method::GET, id, path)
    }

    /// A route of this service with `POST`: it wants a token and answers 200.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) const fn post(self, id: &'static str, path: &'static str) -> Operation {
        self.one_time(Method::POST, id, path)
    }

    /// A route with `POST` that may be repeated.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) const fn idempotent_post(self, id: &'static str, path: &'static str) -> Operation {
        self.idempotent(Method::POST, id, path)
    }

    /// A route of this service with `PUT`: it wants a token and answers 200.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) const fn put(self, id: &'static str, path: &'static str) -> Operation {
        self.idempotent(Method::PUT, id, path)
    }

    /// A route with `PUT` that may not be repeated.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) const fn one_time_put(self, id: &'static str, path: &'static str) -> Operation {
        self.one_time(Method::PUT, id, path)
    }

    /// A route of this service with `PATCH`: it wants a token and answers 200.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) const fn patch(self, id: &'static str, path: &'static str) -> Operation {
        self.one_time(Method::PATCH, id, path)
    }

    /// A route with `PATCH` that may be repeated.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) const fn idempotent_patch(self, id: &'static str, path: &'static str) -> Operation {
        self.idempotent(Method::PATCH, id, path)
    }

    /// A route of this service with `DELETE`: it wants a token and answers 200.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) const fn delete(self, id: &'static str, path: &'static str) -> Operation {
        self.idempotent(Method::DELETE, id, path)
    }

    /// A route with `DELETE` that may not be repeated.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) const fn one_time_delete(self, id: &'static str, path: &'static str) -> Operation {
        self.one_time(Method::DELETE, id, path)
    }

    const fn idempotent(self, method: Method, id: &'static str, path: &'static str) -> Operation {
        let mut operation = self.one_time(method, id, path);
        operation.idempotent = true;
        operation
    }

    const fn one_time(self, method: Method, id: &'static str, path: &'static str) -> Operation {
        let (auth, token_in_query, idempotent) = (Auth::Required, false, false);
        Operation { id, method, path, service: self, auth, token_in_query, idempotent, success: 200 }
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

    /// True where the request may be repeated without changing more than once, as where an answer was lost on its way.
    pub fn is_idempotent(&self) -> bool {
        self.idempotent
    }

    /// The first status code that the documentation gives for success: one from 200 to 299, or a redirection where the
    /// documentation has none of these.
    pub fn success(&self) -> u16 {
        self.success
    }
}

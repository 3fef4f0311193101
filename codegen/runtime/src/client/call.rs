//! The typed API of the client: the arguments of a call, and the call, which is sent when it is awaited.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use serde::Serialize;

use super::error::Error;
use super::execute::{self, CallOptions, Core};
use super::from_response::FromResponse;
use super::outcome::Success;
use super::prepare::Arguments;
use crate::{Operation, Response, RouteError, Secret};

/// The request of one call while generated code sets its arguments. An invalid argument becomes the error of the call.
pub struct Request {
    core: Arc<Core>,
    arguments: Arguments,
}

impl Request {
    pub(super) fn new(core: Arc<Core>, operation: &'static Operation) -> Self {
        Self { core, arguments: Arguments::new(operation) }
    }

    /// Sets the next path parameter.
    pub fn path(mut self, value: &str) -> Self {
        self.arguments.push_path(value);
        self
    }

    /// Sets the next path parameter to a value that error messages do not show.
    pub fn path_secret(mut self, value: &Secret) -> Self {
        self.arguments.push_secret_path(value);
        self
    }

    /// Sets the next path parameter to a value of any scalar type.
    pub fn path_value(mut self, value: &impl Serialize) -> Self {
        self.arguments.push_path_value(value);
        self
    }

    /// Sets the query parameters.
    pub fn query(mut self, query: &impl Serialize) -> Self {
        self.arguments.set_query(query);
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        self.arguments.set_body(body);
        self
    }

    /// Returns the call with the types of its response and of its documented errors.
    pub fn call<T: FromResponse, E: RouteError>(self) -> Call<T, E> {
        Call { request: self, options: CallOptions::default(), types: PhantomData }
    }
}

/// A call that is sent when it is awaited.
///
/// `T` is the body of a successful response, `E` the enum of the route's documented errors. A call that is dropped is
/// canceled.
#[must_use = "a call is sent when it is awaited"]
pub struct Call<T, E> {
    request: Request,
    options: CallOptions,
    types: PhantomData<fn() -> (T, E)>,
}

impl<T, E> Call<T, E> {
    /// Sets how long this call may take in total, instead of the client's timeout.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Sets how many times the request is retried after a transient failure, instead of the client's setting; 0 turns
    /// retries off. Only [idempotent](crate::Operation::is_idempotent) operations are retried.
    pub fn retries(mut self, max: usize) -> Self {
        self.options.retries = Some(max);
        self
    }
}

impl<T, E> fmt::Debug for Call<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &self.request.arguments.operation.id()).finish_non_exhaustive()
    }
}

impl<T: FromResponse, E: RouteError> IntoFuture for Call<T, E> {
    type Output = Result<Response<T>, Error<E>>;
    type IntoFuture = CallFuture<T, E>;

    fn into_future(self) -> CallFuture<T, E> {
        let Self { request: Request { core, arguments }, options, types: _ } = self;
        // The state machine has no type parameters, so that it is compiled once and not for every route.
        CallFuture { outcome: Box::pin(execute::execute(core, arguments, options, T::BODY_MODE)), types: PhantomData }
    }
}

/// The future of a [`Call`].
pub struct CallFuture<T, E> {
    outcome: Pin<Box<dyn Future<Output = Result<Success, Error>> + Send>>,
    types: PhantomData<fn() -> (T, E)>,
}

impl<T: FromResponse, E: RouteError> Future for CallFuture<T, E> {
    type Output = Result<Response<T>, Error<E>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.outcome.as_mut().poll(cx).map(|outcome| outcome.and_then(T::from_success).map_err(Error::into_documented))
    }
}

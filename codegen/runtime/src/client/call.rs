//! The typed API of the client: the arguments of a call, and the call, which is sent when it is awaited.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use serde::Serialize;

use super::error::Error;
use super::execute::{self, CallOptions, Core};
use super::from_response::FromResponse;
use super::outcome::Success;
use super::prepare::Arguments;
use crate::{BoxError, Operation, Response, RouteError, Secret};

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
///
/// # Many calls at once
/// `tokio::spawn` and `join_all` take futures. [`into_future`](IntoFuture::into_future) turns a call into one:
///
/// ```
/// # use std::future::IntoFuture;
/// # use routegen_runtime::{Response, RouteError, client::{Call, Error, FromResponse}};
/// async fn all<T, E>(calls: Vec<Call<T, E>>) -> Result<Vec<Response<T>>, Error<E>>
/// where
///     T: FromResponse,
///     E: RouteError,
/// {
///     futures_util::future::join_all(calls.into_iter().map(Call::into_future)).await.into_iter().collect()
/// }
///
/// async fn in_the_background<T, E>(call: Call<T, E>) -> Result<Response<T>, Box<dyn std::error::Error>>
/// where
///     T: FromResponse + Send + 'static,
///     E: RouteError,
/// {
///     Ok(tokio::spawn(call.into_future()).await??)
/// }
/// ```
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

    /// Sets a header of this call, instead of the client's value. A value that is [sensitive](HeaderValue::set_sensitive)
    /// does not appear in `Debug` output.
    ///
    /// The call fails with [`ErrorKind::Argument`](super::ErrorKind::Argument) if the name or the value is invalid, or if the
    /// client controls the header, as it does with `Authorization`, `Host` and `Content-Length`.
    pub fn header(
        mut self,
        name: impl TryInto<HeaderName, Error: Into<BoxError>>,
        value: impl TryInto<HeaderValue, Error: Into<BoxError>>,
    ) -> Self {
        let (name, value) = (name.try_into().map_err(Into::into), value.try_into().map_err(Into::into));
        self.request.arguments.set_header(name, value);
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

/// The future of a [`Call`]. It owns everything that it needs, so that it can be spawned.
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

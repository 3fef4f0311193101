//! A call: what the client's methods return, sent when it is awaited.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::error::{CallError, Error};
use super::from_response::FromResponse;
use super::outcome::Answer;
use super::request::Request;
use super::send::{self, Options};
use crate::{Response, RouteError};

/// A call that is sent when it is awaited. `T` is the body of success, `E` the route's documented errors.
#[must_use = "a call is sent when it is awaited"]
pub struct Call<T, E> {
    request: Request,
    options: Options,
    types: PhantomData<fn() -> (T, E)>,
}

impl Request {
    /// The call, with the types of its answer and of its errors.
    pub fn call<T: FromResponse, E: RouteError>(self) -> Call<T, E> {
        Call { request: self, options: Options::default(), types: PhantomData }
    }
}

impl<T, E> Call<T, E> {
    /// How long this call may take as a whole, instead of the client's time.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// How often the request is sent again where a failure may pass, instead of the client's number; 0 for never. Only
    /// requests that change nothing when they are repeated are.
    pub fn retries(mut self, most: usize) -> Self {
        self.options.retries = Some(most);
        self
    }
}

impl<T, E> fmt::Debug for Call<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &self.request.operation.id()).finish_non_exhaustive()
    }
}

impl<T: FromResponse, E: RouteError> IntoFuture for Call<T, E> {
    type Output = Result<Response<T>, Error<E>>;
    type IntoFuture = CallFuture<T, E>;

    fn into_future(self) -> CallFuture<T, E> {
        // The state machine knows no types of the route, so it is compiled once and not for each of them.
        CallFuture { answer: Box::pin(send::send(self.request, self.options, T::BODY_MODE)), types: PhantomData }
    }
}

/// The future of a [`Call`].
pub struct CallFuture<T, E> {
    answer: Pin<Box<dyn Future<Output = Result<Answer, Box<CallError>>> + Send>>,
    types: PhantomData<fn() -> (T, E)>,
}

impl<T: FromResponse, E: RouteError> Future for CallFuture<T, E> {
    type Output = Result<Response<T>, Error<E>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.answer.as_mut().poll(cx).map(|answer| match answer {
            Ok(Answer::Success(success)) => T::receive(success).map_err(Error::Call),
            Ok(Answer::Failure(refusal)) => Err(Error::Api(Box::new(refusal.into_error()))),
            Err(failure) => Err(Error::Call(failure)),
        })
    }
}

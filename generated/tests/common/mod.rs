//! What several tests need.

#![allow(dead_code, reason = "no test needs all of it")]

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, Request, StatusCode};
use http_body::Frame;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// The principal of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ada;

/// What a router answers.
pub async fn answer(router: Router, request: Request<Body>) -> (StatusCode, HeaderMap, Bytes) {
    let (parts, body) = router.oneshot(request).await.expect("a router always answers").into_parts();
    (parts.status, parts.headers, body.collect().await.expect("a whole body").to_bytes())
}

/// A body as JSON.
pub fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(body)))
}

/// A body in pieces, whose length nobody knows before its end.
pub struct Pieces(Vec<Bytes>);

impl Pieces {
    pub fn of(text: &str, size: usize) -> Self {
        Self(text.as_bytes().chunks(size).rev().map(Bytes::copy_from_slice).collect())
    }
}

impl Stream for Pieces {
    type Item = Result<Frame<Bytes>, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop().map(|piece| Ok(Frame::data(piece))))
    }
}

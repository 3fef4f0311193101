//! Binary bodies, which are streamed because they may be large.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};

use crate::BoxError;

/// A binary body, as a stream of chunks.
///
/// The body of a response is received while it is read. The stream ends with an error if the body exceeds the client's
/// limit, the connection fails, or a chunk exceeds the timeout of the call. In the last case, the error is a
/// [`std::io::Error`] of the kind [`TimedOut`](std::io::ErrorKind::TimedOut).
pub struct Download(UnsyncBoxBody<Bytes, BoxError>);

impl Download {
    /// Creates a body from bytes, for servers.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self::from_body(Full::new(bytes.into()))
    }

    /// Creates a body from a stream of chunks, for servers and proxies.
    pub fn from_body<B>(body: B) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self(body.map_err(Into::into).boxed_unsync())
    }

    /// Returns the next chunk, or `None` at the end.
    ///
    /// # Errors
    /// If the body is too large, the connection fails, or a chunk takes too long.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, BoxError> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }

    /// Reads the whole body into memory.
    ///
    /// # Errors
    /// If the body is too large, the connection fails, or a chunk takes too long.
    pub async fn bytes(mut self) -> Result<Bytes, BoxError> {
        let mut all = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            all.extend_from_slice(&chunk);
        }
        Ok(all.freeze())
    }
}

/// The chunks of the body. The stream ends after an error.
impl Stream for Download {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while let Some(frame) = ready!(self.as_mut().poll_frame(cx)?) {
            if let Ok(data) = frame.into_data() {
                return Poll::Ready(Some(Ok(data)));
            }
        }
        Poll::Ready(None)
    }
}

impl Body for Download {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = ready!(Pin::new(&mut self.0).poll_frame(cx));
        if let Some(Err(_)) = frame {
            // Drops the connection, and makes sure that the stream ends: a failed body may return errors forever.
            *self = Self::new(Bytes::new());
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").finish_non_exhaustive()
    }
}

//! A request on its way to a stub: its parts as types.

use axum::body::Body;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, StatusCode, Uri};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde::de::value::{Error as ValueError, StrDeserializer};

use super::context::Context;
use super::faults;
use super::refusal::Refusal;
use crate::runtime::Operation;
use crate::runtime::decode::{self, Fault};

/// A request whose caller is known. Its body is received when it is asked for.
pub(crate) struct Incoming<P> {
    pub(super) operation: &'static Operation,
    principal: Option<P>,
    parts: Option<Parts>,
    uri: Uri,
    path: Vec<String>,
    body: Body,
    body_limit: usize,
    is_json: bool,
}

impl<P> Incoming<P> {
    pub(super) fn new(
        operation: &'static Operation,
        principal: Option<P>,
        parts: Parts,
        path: Vec<String>,
        body: Body,
        body_limit: usize,
    ) -> Self {
        // The rest of the parts goes to the stub before the arguments are read.
        let (uri, is_json) = (parts.uri.clone(), is_json(&parts.headers));
        Self { operation, principal, parts: Some(parts), uri, path, body, body_limit, is_json }
    }

    /// A path parameter: text, a secret or an enum.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) fn path<T: DeserializeOwned>(&self, index: usize) -> Result<T, Refusal> {
        let text = self.path.get(index).map_or("", String::as_str);
        T::deserialize(StrDeserializer::<ValueError>::new(text))
            .map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "a path parameter is not of the documented type"))
    }

    /// A path parameter that is a whole number.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) fn path_integer(&self, index: usize) -> Result<i64, Refusal> {
        let text = self.path.get(index).map_or("", String::as_str);
        text.parse().map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "a path parameter must be a whole number"))
    }

    /// The query parameters.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) fn query<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let query = self.uri.query().unwrap_or_default();
        let pairs = serde_html_form::Deserializer::from_bytes(query.as_bytes());
        decode::exactly(pairs).map_err(|fault| Refusal::malformed("query", &[fault]))
    }

    /// The body. A body that is not there counts as an object without fields.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) async fn body<T: DeserializeOwned>(&mut self) -> Result<T, Refusal> {
        let body = std::mem::take(&mut self.body);
        let received = receive(self.is_json, body, self.body_limit).await?;
        read(if received.is_empty() { b"{}" } else { &received })
    }

    /// The context of a route that wants a token.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) fn required(&mut self) -> Result<Context<P>, Refusal> {
        match self.principal.take() {
            Some(principal) => self.context(principal),
            None => Err(Refusal::new(StatusCode::UNAUTHORIZED, "a bearer token is needed")),
        }
    }

    /// The context of a route that may do without a token.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) fn optional(&mut self) -> Result<Context<Option<P>>, Refusal> {
        let principal = self.principal.take();
        self.context(principal)
    }

    /// The context of a route that never looks at a token.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) fn anonymous(&mut self) -> Result<Context<()>, Refusal> {
        self.context(())
    }

    /// Hands over what came beside the arguments; a handler asks for it once.
    fn context<Q>(&mut self, principal: Q) -> Result<Context<Q>, Refusal> {
        let asked_twice = || Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "the request was taken apart twice");
        let parts = self.parts.take().ok_or_else(asked_twice)?;
        Ok(Context { principal, operation: self.operation, parts })
    }
}

/// A body as a type, with every fault where it is none.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let read = serde_json::from_slice::<T>(body);
    // serde takes a list for a struct, field by field; where there are no lists, none can be in the wrong place.
    let is_certain = read.is_ok() && !body.contains(&b'[');
    let faults = if is_certain { Vec::new() } else { faults_of::<T>(body) };
    match read {
        Ok(read) if faults.is_empty() => Ok(read),
        Err(_) if faults.is_empty() => {
            Err(Refusal::malformed("body", &[Fault::new(String::new(), "is not of the documented type")]))
        }
        Ok(_) | Err(_) => Err(Refusal::malformed("body", &faults)),
    }
}

fn faults_of<T: DeserializeOwned>(body: &[u8]) -> Vec<Fault> {
    match serde_json::from_slice(body) {
        Ok(tree) => faults::faults::<T>(&tree),
        // serde_json says where, and never what stands there.
        Err(error) => vec![Fault::new(String::new(), &format!("must be JSON: {error}"))],
    }
}

/// The bytes of a body, refused where they are too many or no JSON.
async fn receive(is_json: bool, body: Body, limit: usize) -> Result<Bytes, Refusal> {
    let received = match Limited::new(body, limit).collect().await {
        Ok(received) => received.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Err(Refusal::too_large(limit)),
        Err(_) => return Err(Refusal::new(StatusCode::BAD_REQUEST, "the body broke off")),
    };
    if !received.is_empty() && !is_json {
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be application/json"));
    }
    Ok(received)
}

/// True for JSON, and where nothing is said of the content type.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else { return true };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

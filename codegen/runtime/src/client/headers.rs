//! The headers that callers set: which of them the client allows.

use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, HeaderName, HeaderValue,
    PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};

use crate::BoxError;

/// The headers that the client, the transport or HTTP itself controls.
const CONTROLLED: [HeaderName; 12] = [
    ACCEPT_ENCODING,
    AUTHORIZATION,
    CONNECTION,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    EXPECT,
    HOST,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Why a header cannot be set. It never contains the value.
#[derive(Debug)]
pub(super) struct InvalidHeader {
    pub(super) problem: String,
    pub(super) source: Option<BoxError>,
}

/// Checks a header that a caller sets.
pub(super) fn check(
    name: Result<HeaderName, BoxError>,
    value: Result<HeaderValue, BoxError>,
) -> Result<(HeaderName, HeaderValue), InvalidHeader> {
    let name = name.map_err(|error| InvalidHeader {
        problem: "a header name contains an invalid character".to_owned(),
        source: Some(error),
    })?;
    if CONTROLLED.contains(&name) {
        return Err(InvalidHeader { problem: format!("the client sets the header `{name}` itself"), source: None });
    }
    match value {
        Ok(value) => Ok((name, value)),
        Err(error) => Err(InvalidHeader {
            problem: format!("the value of the header `{name}` contains an invalid character"),
            source: Some(error),
        }),
    }
}

//! Which web pages may send requests to the mock server from a browser.

use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::{HeaderValue, Method, Uri};
use tower_http::cors::{AllowHeaders, AllowOrigin, Any, CorsLayer};

/// How long a browser may cache the response to a preflight request.
const MAX_AGE: Duration = Duration::from_secs(3600);

/// The web pages that may send requests to a mock server and read the responses (CORS). Default: all pages.
///
/// A browser blocks requests of other pages. Programs other than browsers are not affected.
///
/// ```
/// use pm2_mock::{Cors, Mock};
///
/// let builder = Mock::builder().cors("http://localhost:3000".parse::<Cors>()?);
/// let builder = Mock::builder().cors(Cors::disabled());
/// # Ok::<(), pm2_mock::InvalidOrigin>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cors(AllowedPages);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum AllowedPages {
    #[default]
    All,
    OfOrigins(Vec<HeaderValue>),
    Own,
}

impl Cors {
    /// Allows the pages of any origin.
    pub fn any_origin() -> Self {
        Self(AllowedPages::All)
    }

    /// Allows no pages other than those of the mock server itself.
    pub fn disabled() -> Self {
        Self(AllowedPages::Own)
    }

    /// Returns the middleware, unless only the server's own pages are allowed.
    pub(crate) fn layer(&self) -> Option<CorsLayer> {
        let origin = match &self.0 {
            AllowedPages::All => AllowOrigin::any(),
            AllowedPages::OfOrigins(origins) => AllowOrigin::list(origins.iter().cloned()),
            AllowedPages::Own => return None,
        };
        let methods = [Method::DELETE, Method::GET, Method::HEAD, Method::PATCH, Method::POST, Method::PUT];
        let layer = CorsLayer::new()
            .allow_origin(origin)
            .allow_methods(methods)
            // The wildcard does not include `Authorization`.
            .allow_headers(AllowHeaders::mirror_request())
            .expose_headers(Any)
            .allow_private_network(true)
            .max_age(MAX_AGE);
        Some(layer)
    }
}

/// Parses `any`, `none`, or a list of origins that are separated by commas.
impl FromStr for Cors {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        match text.trim() {
            "any" => Ok(Self::any_origin()),
            "none" => Ok(Self::disabled()),
            origins => origins.split(',').map(origin).collect::<Result<_, _>>().map(AllowedPages::OfOrigins).map(Self),
        }
    }
}

/// Parses an origin as browsers send it.
fn origin(text: &str) -> Result<HeaderValue, InvalidOrigin> {
    let text = text.trim();
    let invalid = || InvalidOrigin(text.to_owned());
    let uri: Uri = text.parse().map_err(|_| invalid())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(invalid()) };
    // Origins are compared as strings, so a path, user information or an upper-case letter would never match.
    let is_origin = text == format!("{scheme}://{authority}").to_ascii_lowercase() && !authority.as_str().contains('@');
    if is_origin { HeaderValue::from_str(text).map_err(|_| invalid()) } else { Err(invalid()) }
}

/// A string that is not an origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidOrigin(String);

impl fmt::Display for InvalidOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an origin, such as `http://localhost:3000`; `any` and `none` must stand alone", self.0)
    }
}

impl Error for InvalidOrigin {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_parsed_as_browsers_send_them() {
        assert_eq!("any".parse(), Ok(Cors::any_origin()));
        assert_eq!(" none ".parse(), Ok(Cors::disabled()));
        let two = "http://localhost:3000, https://example.com".parse::<Cors>().expect("two origins");
        let origins = ["http://localhost:3000", "https://example.com"].map(HeaderValue::from_static);
        assert_eq!(two, Cors(AllowedPages::OfOrigins(origins.to_vec())));
        for invalid in [
            "",
            ",",
            "*",
            "localhost",
            "localhost:3000",
            "http://a.com/",
            "http://a.com/x",
            "HTTP://a.com",
            "http://A.com",
            "http://me@a.com",
            "http://a.com,any",
            "none,http://a.com",
            "http://a.com?x",
            "null",
            "http://",
            "http://a b.com",
            "http://a.com,,http://b.com",
        ] {
            let error = invalid.parse::<Cors>().expect_err(invalid);
            assert!(error.to_string().contains("is not an origin"), "{error}");
        }
    }
}

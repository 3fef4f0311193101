//! Validates the syntax of base URLs.
//!
//! The generator includes this file to validate the services of a spec, so it must not use other modules of the runtime.

use http::Uri;
use http::uri::Authority;

/// Returns a base URL without a trailing slash.
///
/// # Errors
/// If the URL cannot be used, returns the requirement that it violates.
pub(super) fn normalize(mut url: String) -> Result<String, &'static str> {
    validate(&url)?;
    url.truncate(url.trim_end_matches('/').len());
    Ok(url)
}

fn validate(url: &str) -> Result<(), &'static str> {
    let Ok(uri) = url.parse::<Uri>() else { return Err("must be a URL such as `https://example.com`") };
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err("must start with `http://` or `https://`");
    }
    if uri.authority().is_none_or(|authority| authority.host().is_empty() || authority.as_str().contains('@')) {
        return Err("must name a host, without a user name or a password");
    }
    let authority = uri.authority().map_or("", Authority::as_str);
    if uri.port().is_none() && authority.rsplit(']').next().is_some_and(|rest| rest.contains(':')) {
        return Err("must have a number as its port");
    }
    if uri.query().is_some() || url.contains('#') {
        return Err("must have neither a query nor a fragment");
    }
    Ok(())
}

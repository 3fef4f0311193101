//! Which base URLs can be used at all.
//!
//! The generator holds the services of a spec against this file as well, so it must use nothing of the runtime.

use http::Uri;
use http::uri::Authority;

/// A base URL as the client uses it: without a slash at its end.
///
/// # Errors
/// What a base URL must be and this one is not.
pub(super) fn checked(mut url: String) -> Result<String, &'static str> {
    check(&url)?;
    url.truncate(url.trim_end_matches('/').len());
    Ok(url)
}

fn check(url: &str) -> Result<(), &'static str> {
    let Ok(uri) = url.parse::<Uri>() else { return Err("must be a URL such as `https://example.com`") };
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err("must start with `http://` or `https://`");
    }
    if uri.authority().is_none_or(|authority| authority.host().is_empty() || authority.as_str().contains('@')) {
        return Err("must name a host, without a user name or a password");
    }
    let text = uri.authority().map_or("", Authority::as_str);
    if uri.port().is_none() && text.rsplit(']').next().is_some_and(|rest| rest.contains(':')) {
        return Err("must have a number as its port");
    }
    if uri.query().is_some() || url.contains('#') {
        return Err("must have neither a query nor a fragment");
    }
    Ok(())
}

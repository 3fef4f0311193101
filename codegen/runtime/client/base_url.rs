//! Base URLs: which can be used at all, and which may be trusted with a token.

use std::net::IpAddr;

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

/// A base URL that a service answered, if it may be sent what the service at `asked` may be sent.
///
/// # Errors
/// Why it may not.
pub(super) fn trusted(answered: &str, asked: &str, allowed: &[String]) -> Result<String, String> {
    let url = checked(answered.to_owned()).map_err(|why| format!("it {why}"))?;
    if is_https(asked) && !is_https(&url) {
        return Err("it is not `https`, but the base URL of the service that was asked is".to_owned());
    }
    let (host, home) = (host(&url), host(asked));
    let is_allowed = host == home
        || registrable_domain(&home).is_some_and(|domain| lies_in(&host, domain))
        || allowed.iter().any(|domain| lies_in(&host, domain));
    if is_allowed {
        return Ok(url);
    }
    Err(format!("the host `{host}` is not one of the service's own; `ClientBuilder::allow_host` allows it"))
}

fn is_https(url: &str) -> bool {
    url.parse::<Uri>().is_ok_and(|uri| uri.scheme_str() == Some("https"))
}

fn host(url: &str) -> String {
    url.parse::<Uri>().ok().and_then(|uri| uri.host().map(comparable)).unwrap_or_default()
}

/// The name of a host as it is compared: in lower case, without the dot that ends an absolute name.
fn comparable(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

/// The domain below which everything is of one owner; none for an IP address or a public suffix.
fn registrable_domain(host: &str) -> Option<&str> {
    let is_address = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    if is_address { None } else { psl::domain_str(host) }
}

fn lies_in(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// A host or domain as it is compared.
///
/// # Errors
/// Where it is more or less than the name of a host.
pub(super) fn checked_host(host: &str) -> Result<String, &'static str> {
    let host = comparable(host);
    match host.parse::<Authority>() {
        Ok(authority) if authority.host() == host && !host.is_empty() && !host.starts_with('.') => Ok(host),
        _ => Err("an allowed host must be a name such as `example.com`, without scheme and port"),
    }
}

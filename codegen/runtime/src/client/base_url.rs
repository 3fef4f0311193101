//! Base URLs: which may be trusted with a token.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::Uri;

use super::base_url_syntax::checked;

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

/// The name of a host as it is compared: in lower case, without the dot that ends an absolute name; an IPv6 address in its
/// shortest form and in brackets.
fn comparable(host: &str) -> String {
    let host = host.strip_suffix('.').unwrap_or(host);
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match inner.parse::<Ipv6Addr>() {
        Ok(address) => format!("[{address}]"),
        Err(_) => host.to_ascii_lowercase(),
    }
}

fn is_address(host: &str) -> bool {
    host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok()
}

/// The domain below which every host has the same owner. There is none for an IP address and for a public suffix, nor for a
/// name whose suffix is not on the public suffix list: nobody knows who owns what below `cluster.local`.
fn registrable_domain(host: &str) -> Option<&str> {
    if is_address(host) {
        return None;
    }
    let domain = psl::domain(host.as_bytes()).filter(|domain| domain.suffix().is_known())?;
    std::str::from_utf8(domain.as_bytes()).ok()
}

/// True for the domain itself and for each name below it. Nothing is below an address.
fn lies_in(host: &str, domain: &str) -> bool {
    let is_below = |rest: &str| rest.ends_with('.') && !is_address(host) && !is_address(domain);
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || is_below(rest))
}

/// A host or domain as it is compared.
///
/// # Errors
/// Where it is more or less than the name or the address of a host.
pub(super) fn checked_host(host: &str) -> Result<String, &'static str> {
    if host.contains('*') {
        return Err("an allowed host must not contain `*`: `example.com` allows itself and every host below it");
    }
    if !host.is_ascii() {
        return Err("an allowed host must be in ASCII, an internationalized name such as `xn--bcher-kva.example`");
    }
    let host = comparable(host);
    if is_name(&host) || host.parse::<Ipv4Addr>().is_ok() || is_bracketed_address(&host) {
        return Ok(host);
    }
    Err(
        "an allowed host must be a name such as `example.com` or an IP address, without a scheme, a port or a path; a name \
         allows itself and every host below it",
    )
}

/// True for a name that a URL's host can have. One that ends in a number is no name: systems take it for an IPv4 address.
fn is_name(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x");
    host.len() <= 253 && host.split('.').all(is_label) && !is_number
}

fn is_bracketed_address(host: &str) -> bool {
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    inner.is_some_and(|inner| inner.parse::<Ipv6Addr>().is_ok())
}

//! Decides which discovered base URLs may receive the access token.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::Uri;

use super::base_url::normalize;

/// Returns a discovered base URL if it may receive the token of the service at `origin`.
///
/// # Errors
/// Returns the reason if the base URL is not trusted.
pub(super) fn check_trusted(discovered: &str, origin: &str, allowed_hosts: &[String]) -> Result<String, String> {
    let url = normalize(discovered.to_owned()).map_err(|why| format!("it {why}"))?;
    if is_https(origin) && !is_https(&url) {
        return Err("it is not `https`, unlike the base URL of the service that returned it".to_owned());
    }
    let (host, origin) = (host(&url), host(origin));
    let is_trusted = host == origin
        || registrable_domain(&origin).is_some_and(|domain| is_same_or_subdomain(&host, domain))
        || allowed_hosts.iter().any(|domain| is_same_or_subdomain(&host, domain));
    if is_trusted {
        return Ok(url);
    }
    Err(format!("the host `{host}` is outside of the service's domain; `ClientBuilder::allow_host` allows it"))
}

fn is_https(url: &str) -> bool {
    url.parse::<Uri>().is_ok_and(|uri| uri.scheme_str() == Some("https"))
}

fn host(url: &str) -> String {
    url.parse::<Uri>().ok().and_then(|uri| uri.host().map(normalize_host)).unwrap_or_default()
}

/// Returns a host in a form that can be compared. A name is in lower case and has no trailing dot. An IPv6 address has its
/// shortest form and is in brackets.
fn normalize_host(host: &str) -> String {
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

/// Returns the domain whose subdomains all have the same owner. IP addresses and public suffixes have none. Neither has a
/// name whose suffix is missing from the public suffix list: the owners of the names below `cluster.local` are unknown.
fn registrable_domain(host: &str) -> Option<&str> {
    if is_address(host) {
        return None;
    }
    let domain = psl::domain(host.as_bytes()).filter(|domain| domain.suffix().is_known())?;
    std::str::from_utf8(domain.as_bytes()).ok()
}

/// Returns `true` for the domain itself and for its subdomains. An IP address has no subdomains.
fn is_same_or_subdomain(host: &str, domain: &str) -> bool {
    let is_subdomain = |prefix: &str| prefix.ends_with('.') && !is_address(host) && !is_address(domain);
    host.strip_suffix(domain).is_some_and(|prefix| prefix.is_empty() || is_subdomain(prefix))
}

/// Validates a host that the caller allows, and returns its normalized form.
///
/// # Errors
/// If it is not exactly the name or the address of a host, returns what it must be.
pub(super) fn check_allowed_host(host: &str) -> Result<String, &'static str> {
    if host.contains('*') {
        return Err("an allowed host must not contain `*`: `example.com` allows itself and every host below it");
    }
    if !host.is_ascii() {
        return Err("an allowed host must be in ASCII, an internationalized name such as `xn--bcher-kva.example`");
    }
    let host = normalize_host(host);
    if is_name(&host) || host.parse::<Ipv4Addr>().is_ok() || is_bracketed_address(&host) {
        return Ok(host);
    }
    Err(
        "an allowed host must be a name such as `example.com` or an IP address, without a scheme, a port or a path; a name \
         allows itself and every host below it",
    )
}

/// Returns `true` for a valid host name in a URL. A name must not end in a number, because systems take it for an IPv4
/// address.
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

//! The services and their base URLs.

use indexmap::IndexMap;

use super::names::{self, NameKind, NameScope};
use super::{base_url, errata, strings};
use crate::ident::RustIdent;
use crate::ir::{Service, ServiceId};
use crate::spec::{ApiFile, Cursor, Reporter, ServiceSpec, Spec};
use crate::suggest;

/// Checks every service. Discovery of base URLs is checked once the operations are known.
pub fn check(spec: &Spec, reporter: &mut Reporter) -> Vec<Service> {
    let root = Cursor::root(&spec.api_source);
    let ApiFile { services, .. } = &spec.api;
    let cursor = root.child("services");
    if services.is_empty() {
        reporter.missing(&root, "services", "`services: { api: { url: https://…, description: … } }`");
    }
    check_defaults(services, &cursor, reporter);
    let mut scope = NameScope::default();
    services.iter().map(|(name, service)| check_one(name, service, &cursor.child(name), &mut scope, reporter)).collect()
}

/// Returns the service of the pages and routes that name none.
pub fn default(spec: &Spec) -> ServiceId {
    ServiceId(spec.api.services.values().position(|service| service.is_default).unwrap_or_default())
}

fn check_defaults(services: &IndexMap<String, ServiceSpec>, cursor: &Cursor<'_>, reporter: &mut Reporter) {
    let defaults: Vec<&String> =
        services.iter().filter(|(_, service)| service.is_default).map(|(name, _)| name).collect();
    match defaults.as_slice() {
        [] if services.len() > 1 => {
            let help = "add `default: true` to the service that most routes use";
            reporter.error(&cursor.key(), "missing default service", "none has `default: true`", help);
        }
        [first, second, ..] => {
            let (first, second) = (cursor.child(first.as_str()), cursor.child(second.as_str()));
            let (location, other) = (second.child("default").key(), first.child("default").key());
            reporter.duplicate(&location, &other, "duplicate default service", "keep one `default: true`");
        }
        [] | [_] => {}
    }
}

fn check_one(
    name: &str,
    service: &ServiceSpec,
    cursor: &Cursor<'_>,
    scope: &mut NameScope,
    reporter: &mut Reporter,
) -> Service {
    let ServiceSpec { url, description, is_default: _, resolve, errata } = service;
    errata::check_of_service(errata, cursor, reporter);
    let description = strings::required(description.as_deref(), "description", cursor, reporter);
    let variant = RustIdent::upper_camel(name);
    if names::check_has_words(name, &cursor.key(), "rename it", reporter) {
        scope.claim(&variant, cursor.key(), NameKind::Service, reporter);
    }
    let is_discovered = resolve.is_some() || reporter.is_invalid(&cursor.child("resolve"));
    match url.as_deref() {
        Some(_) if is_discovered => {
            let message = "`url` and `resolve` are mutually exclusive";
            reporter.error(&cursor.child("url").key(), message, "conflicts with `resolve`", "remove one of the two");
        }
        Some(url) => check_url(url, cursor, reporter),
        None if is_discovered => {}
        None => reporter.missing(cursor, "url", "`url: https://…`"),
    }
    // A service with errors remains in the list, so that pages that name it cause no further error.
    let url = url.as_deref().unwrap_or_default().trim_end_matches('/').to_owned();
    let description = description.unwrap_or_default();
    Service { wire_name: name.to_owned(), variant, url, discovery: None, description }
}

fn check_url(url: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) {
    let location = cursor.child("url").value();
    // No URL contains braces or angle brackets. They mark a part to fill in.
    if url.contains(['{', '}', '<', '>']) {
        let help =
            "write the URL of one host, which callers can change, or use `resolve` if an operation returns the URL";
        reporter.error(&location, "base URL contains a placeholder", "not a fixed URL", help);
        return;
    }
    // `http::Uri` accepts paths that are not ASCII, but other clients and servers reject them.
    let checked = match url.chars().all(|c| c.is_ascii_graphic()) {
        true => base_url::normalize(url.to_owned()).map(drop),
        false => Err("must not contain spaces or non-ASCII characters"),
    };
    if let Err(reason) = checked {
        let help = "write it as in `https://api.example.com`";
        reporter.error(&location, format!("invalid base URL: it {reason}"), "invalid URL", help);
    }
}

/// Returns the service that a key names.
pub fn find(name: &str, services: &[Service], cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<ServiceId> {
    let found = services.iter().position(|service| service.wire_name == name);
    if found.is_none() && !services.is_empty() && !reporter.is_invalid_anywhere(&["services", name]) {
        let help = match reporter.has_many_errors() {
            true => "name a service of api.yaml".to_owned(),
            false => suggest::did_you_mean(
                name,
                services.iter().map(|service| service.wire_name.as_str()),
                "the services are",
            ),
        };
        let message = format!("unknown service `{name}`");
        reporter.error(&cursor.child("service").value(), message, "not in api.yaml", help);
    }
    found.map(ServiceId)
}

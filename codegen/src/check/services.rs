//! The base URLs.

use indexmap::IndexMap;

use super::names::{self, Named};
use super::{errata, prose};
use crate::ident::RustIdent;
use crate::ir::{Service, ServiceId};
use crate::spec::{ApiFile, Cursor, Reporter, ServiceSpec, Spec};
use crate::suggest;

/// What the client holds a base URL against when it is built.
#[path = "../../runtime/src/client/base_url_syntax.rs"]
mod base_url_syntax;

/// Checks every service. How their URLs are resolved is checked once
/// the operations are known.
pub fn check(spec: &Spec, reporter: &mut Reporter) -> Vec<Service> {
    let root = Cursor::root(&spec.api_source);
    let ApiFile { services, .. } = &spec.api;
    let cursor = root.child("services");
    if services.is_empty() {
        reporter.missing(&root, "services", "`services: { api: { url: https://…, description: … } }`");
    }
    check_defaults(services, &cursor, reporter);
    let mut taken = names::Taken::default();
    services
        .iter()
        .map(|(wire, service)| check_one(wire, service, &cursor.child(wire), &mut taken, reporter))
        .collect()
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
            let help = "add `default: true` to the one that most routes use";
            reporter.error(&cursor.key(), "one of several services must be the default", "none is", help);
        }
        [first, second, ..] => {
            let (first, second) = (cursor.child(first.as_str()), cursor.child(second.as_str()));
            let (place, other) = (second.child("default").key(), first.child("default").key());
            let message = "no two services must be the default";
            reporter.duplicate(&place, &other, message, "keep `default: true` on one of them");
        }
        [] | [_] => {}
    }
}

fn check_one(
    wire: &str,
    service: &ServiceSpec,
    cursor: &Cursor<'_>,
    taken: &mut names::Taken,
    reporter: &mut Reporter,
) -> Service {
    let ServiceSpec { url, description, is_default: _, resolve, errata } = service;
    errata::check_of_service(errata, cursor, reporter);
    let description = prose::required(description.as_deref(), "description", cursor, reporter);
    let variant = RustIdent::pascal(wire);
    if names::must_have_words(wire, &cursor.key(), "rename it", reporter) {
        taken.claim(&variant, cursor.key(), Named::Service, reporter);
    }
    let is_resolved = resolve.is_some() || reporter.is_invalid(&cursor.child("resolve"));
    // Braces and angle brackets stand in no URL; they mark what has yet to be filled in.
    let has_placeholder = url.as_deref().is_some_and(|url| url.contains(['{', '}', '<', '>']));
    match url.as_deref().map(check_url) {
        Some(_) if is_resolved => {
            let message = "a resolved service must not have a URL of its own";
            let help = "remove `url`, or remove `resolve`";
            reporter.error(&cursor.child("url").key(), message, "it has `resolve` as well", help);
        }
        Some(_) if has_placeholder => {
            let help = "write the URL of one host: callers can set another one, and a URL that an operation returns is \
                        a service with `resolve`";
            let place = cursor.child("url").value();
            reporter.error(&place, "a base URL must not have placeholders", "it has one", help);
        }
        Some(Ok(())) => {}
        Some(Err(reason)) => {
            let help = "write it as in `https://api.example.com`";
            reporter.error(&cursor.child("url").value(), format!("a base URL {reason}"), "not a base URL", help);
        }
        None if is_resolved => {}
        None => reporter.missing(cursor, "url", "`url: https://…`"),
    }
    // Kept even with mistakes, so that pages can name it without one more.
    let url = url.as_deref().unwrap_or_default().trim_end_matches('/').to_owned();
    let description = description.unwrap_or_default();
    Service { wire: wire.to_owned(), variant, url, resolution: None, description }
}

fn check_url(url: &str) -> Result<(), &'static str> {
    // `http::Uri` takes paths that are not ASCII; others on the way do not.
    if !url.chars().all(|c| c.is_ascii_graphic()) {
        return Err("must hold neither blanks nor characters beyond ASCII");
    }
    base_url_syntax::checked(url.to_owned()).map(drop)
}

/// The service that a key names.
pub fn find(name: &str, services: &[Service], cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<ServiceId> {
    let found = services.iter().position(|service| service.wire == name);
    if found.is_none() && !services.is_empty() && !reporter.is_invalid_anywhere(&["services", name]) {
        let help = match reporter.has_many_errors() {
            true => "name a service of api.yaml".to_owned(),
            false => {
                suggest::did_you_mean(name, services.iter().map(|service| service.wire.as_str()), "the services are")
            }
        };
        let message = format!("a service must be one that api.yaml lists, `{name}` is not");
        reporter.error(&cursor.child("service").value(), message, "unknown service", help);
    }
    found.map(ServiceId)
}

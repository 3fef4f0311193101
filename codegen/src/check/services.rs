//! The base URLs.

use std::collections::BTreeMap;

use super::{names, prose};
use crate::ident::RustIdent;
use crate::ir::{Service, ServiceId};
use crate::spec::{ApiFile, Cursor, Reporter, ResolveSpec, ServiceSpec, Spec};
use crate::suggest;

/// Checks every service; the default one comes first, the others by name.
pub fn check(spec: &Spec, reporter: &mut Reporter) -> Vec<Service> {
    let root = Cursor::root(&spec.api_source);
    let ApiFile { services, .. } = &spec.api;
    let cursor = root.child("services");
    if services.is_empty() {
        let help = "add `services: { api: { url: https://…, means: … } }`";
        reporter.error(&root.key(), "there must be at least one service", "no `services`", help);
    }
    check_defaults(services, &cursor, reporter);
    let mut taken = names::Taken::default();
    let mut checked: Vec<(bool, Service)> = services
        .iter()
        .filter_map(|(wire, service)| check_one(wire, service, &cursor.child(wire), &mut taken, reporter))
        .collect();
    checked.sort_by(|(a_first, a), (b_first, b)| b_first.cmp(a_first).then_with(|| a.wire.cmp(&b.wire)));
    checked.into_iter().map(|(_, service)| service).collect()
}

fn check_defaults(services: &BTreeMap<String, ServiceSpec>, cursor: &Cursor<'_>, reporter: &mut Reporter) {
    let defaults: Vec<&String> =
        services.iter().filter(|(_, service)| service.is_default).map(|(name, _)| name).collect();
    match defaults.as_slice() {
        [] if services.len() > 1 => {
            let help = "add `default: true` to the one that most routes use";
            reporter.error(&cursor.key(), "one of several services must be the default", "none is", help);
        }
        [first, second, ..] => {
            let (first, second) = (cursor.child(first.as_str()), cursor.child(second.as_str()));
            let help = "keep `default: true` on one of them".to_owned();
            let message = "only one service must be the default".to_owned();
            let (place, other) = (second.child("default").key(), first.child("default").key());
            reporter.conflict(&place, &other, message, ["a second default", "the first"], help);
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
) -> Option<(bool, Service)> {
    let ServiceSpec { url, means, is_default, resolve } = service;
    let means = prose::required(means.as_deref(), "means", cursor, reporter);
    let variant = RustIdent::pascal(wire);
    names::must_have_words(wire, &cursor.key(), reporter);
    taken.claim(&variant, cursor.key(), "service", reporter);
    if let Some(ResolveSpec { operation: _, by: _, url: _ }) = resolve {
        let help = "give it a fixed `url` for now";
        let message = "services whose URL another operation answers are not built yet";
        reporter.error(&cursor.child("resolve").key(), message, "cannot be generated", help);
        return None;
    }
    let Some(url) = url else {
        reporter.error(&cursor.key(), format!("`{wire}` must have `url`"), "no `url`", "add `url: https://…`");
        return None;
    };
    if let Err(reason) = check_url(url) {
        let message = format!("a base URL must be plain http or https: {reason}");
        reporter.error(
            &cursor.child("url").value(),
            message,
            "not a base URL",
            "write it as in `https://api.example.com`",
        );
        return None;
    }
    let service = Service { wire: wire.to_owned(), variant, url: url.trim_end_matches('/').to_owned(), means: means? };
    Some((*is_default, service))
}

fn check_url(url: &str) -> Result<(), &'static str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let rest = rest.ok_or("it starts with neither `https://` nor `http://`")?;
    let authority = rest.split('/').next().unwrap_or(rest);
    if authority.is_empty() {
        return Err("it names no host");
    }
    if authority.contains('@') {
        return Err("it holds a user name or a password");
    }
    if url.contains(['?', '#']) {
        return Err("it has a query or a fragment");
    }
    if !url.chars().all(|c| c.is_ascii_graphic()) {
        return Err("it holds a blank or a character that is not ASCII");
    }
    Ok(())
}

/// The service that a key names.
pub fn find(name: &str, services: &[Service], cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<ServiceId> {
    let found = services.iter().position(|service| service.wire == name);
    if found.is_none() && !services.is_empty() {
        let help = suggest::nearest(name, services.iter().map(|service| service.wire.as_str()), "the services are");
        let message = format!("a service must be one that api.yaml lists, `{name}` is not");
        reporter.error(&cursor.child("service").value(), message, "unknown service", help);
    }
    found.map(ServiceId)
}

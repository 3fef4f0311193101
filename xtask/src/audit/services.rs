//! Checks services that the documentation never names, such as one that serves some routes at a discovered base URL.
//!
//! The documentation has no facts about such a service, so its routes are compared with each other. The service must serve
//! all routes below one path and no others, unless evidence explains an exception.

use std::collections::{BTreeMap, BTreeSet};

use routegen::facts;
use routegen::spec::{Cursor, RouteSpec, Spec};

use super::doc_facts::DocSource;
use super::finding::{Finding, yaml_scalar};

/// Returns the services that the documentation never names. A documented route without a service may use any of them.
pub fn undocumented<'a>(spec: &'a Spec, sources: &[DocSource]) -> BTreeSet<&'a str> {
    let documented: BTreeSet<String> = sources
        .iter()
        .flat_map(|source| &source.documentation.routes)
        .filter_map(|route| route.service.as_deref().map(str::to_lowercase))
        .collect();
    let services = spec.api.services.iter().filter(|(_, service)| !service.is_default);
    services.map(|(name, _)| name.as_str()).filter(|name| !documented.contains(&name.to_lowercase())).collect()
}

/// How a route fits the path whose routes use a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Placement {
    /// The route is below the path and uses the service, or neither.
    Consistent,
    /// The route is below the path and uses another service.
    UsesAnotherService,
    /// The route uses the service and is outside of the path.
    OutsideOfPath,
}

/// Checks every route.
pub fn check(spec: &Spec, undocumented: &BTreeSet<&str>, findings: &mut Vec<Finding>) {
    for name in undocumented {
        let Some(path) = most_common_base_path(spec, name) else { continue };
        for_each_route(spec, |page, operation, route, cursor| {
            let service = facts::service(spec, page, route);
            let placement = match (base_path(route) == Some(path), service == *name) {
                (true, true) | (false, false) => Placement::Consistent,
                (true, false) => Placement::UsesAnotherService,
                (false, true) => Placement::OutsideOfPath,
            };
            let evidence = route.evidence.iter().position(|evidence| evidence.facts.contains_key("service"));
            let finding = |source, label: String, message, help| Finding { source, label, other: None, message, help };
            let add_evidence =
                format!("add evidence: `{{ facts: {{ service: {} }}, because: … }}`", yaml_scalar(service));
            let label = format!("its service is `{service}`");
            let source = cursor.child("service").key();
            findings.extend(match (placement, evidence) {
                (Placement::Consistent, Some(index)) if service == *name => {
                    let source = cursor.child("evidence").item(index).child("facts").child("service").key();
                    let message = format!("`service` needs no evidence: all routes below `{path}` use `{name}`");
                    Some(finding(source, "superfluous evidence".to_owned(), message, "remove it".to_owned()))
                }
                (Placement::UsesAnotherService, None) => {
                    let message =
                        format!("`{operation}` does not use the service `{name}` of the routes below `{path}`");
                    let help = format!("write `service: {}`, or {add_evidence}", yaml_scalar(name));
                    Some(finding(source, label, message, help))
                }
                (Placement::OutsideOfPath, None) => {
                    let message = format!("`{operation}` uses the service `{name}` of the routes below `{path}`");
                    Some(finding(source, label, message, format!("use another `service`, or {add_evidence}")))
                }
                (Placement::Consistent | Placement::UsesAnotherService | Placement::OutsideOfPath, _) => None,
            });
        });
    }
}

/// Returns the base path of most routes of a service.
fn most_common_base_path<'a>(spec: &'a Spec, name: &str) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for_each_route(spec, |page, _, route, _| {
        if let Some(path) = base_path(route).filter(|_| facts::service(spec, page, route) == name) {
            *counts.entry(path).or_default() += 1;
        }
    });
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(path, _)| path)
}

fn for_each_route<'a>(spec: &'a Spec, mut visit: impl FnMut(usize, &str, &'a RouteSpec, &Cursor<'_>)) {
    for (index, page) in spec.pages.iter().enumerate() {
        let root = Cursor::root(&page.source);
        let section = root.child("routes");
        for (name, route) in &page.file.routes {
            visit(index, &format!("{}.{name}", page.stem), route, &section.child(name.as_str()));
        }
    }
}

/// Returns the path up to its first parameter, which identifies the resource of all routes below it.
fn base_path(route: &RouteSpec) -> Option<&str> {
    let (_, path) = facts::method_and_path(route.route.as_deref()?);
    path.find('}').and_then(|end| path.get(..=end))
}

//! Services that the documentation never names, such as one that serves a part of the routes under a base URL of its own.
//!
//! Where the documentation is silent, the routes are held against one another: a service serves the routes below one path
//! and no others, or evidence says why.

use std::collections::{BTreeMap, BTreeSet};

use routegen::spec::{Cursor, RouteSpec, Spec};

use super::documented::Source;
use super::finding::{Finding, yaml};
use super::stated;

/// The services that the documentation never names: where it names none, each of them is as likely as the default one.
pub fn unnamed<'a>(spec: &'a Spec, sources: &[Source]) -> BTreeSet<&'a str> {
    let named: BTreeSet<String> = sources
        .iter()
        .flat_map(|source| &source.facts.routes)
        .filter_map(|route| route.service.as_deref().map(str::to_lowercase))
        .collect();
    let services = spec.api.services.iter().filter(|(_, service)| !service.is_default);
    services.map(|(name, _)| name.as_str()).filter(|name| !named.contains(&name.to_lowercase())).collect()
}

/// How a route stands to the path whose routes use a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It lies below the path and uses the service, or neither.
    Rule,
    /// It lies below the path and uses another service.
    UsesAnother,
    /// It uses the service and lies elsewhere.
    LiesElsewhere,
}

/// Checks every route.
pub fn check(spec: &Spec, unnamed: &BTreeSet<&str>, findings: &mut Vec<Finding>) {
    for name in unnamed {
        let Some(most) = base_of_most(spec, name) else { continue };
        each_route(spec, |page, operation, route, cursor| {
            let own = stated::service(spec, page, route);
            let standing = match (base(route) == Some(most), own == *name) {
                (true, true) | (false, false) => Standing::Rule,
                (true, false) => Standing::UsesAnother,
                (false, true) => Standing::LiesElsewhere,
            };
            let evidence = route.evidence.iter().position(|evidence| evidence.facts.contains_key("service"));
            let finding = |place, label: String, message, help| Finding { place, label, other: None, message, help };
            let needs = format!("add evidence: `{{ facts: {{ service: {} }}, because: … }}`", yaml(own));
            let label = format!("its service is `{own}`");
            let place = cursor.child("service").key();
            findings.extend(match (standing, evidence) {
                (Standing::Rule, Some(index)) if own == *name => {
                    let place = cursor.child("evidence").item(index).child("facts").child("service").key();
                    let message =
                        format!("evidence of a service must be of an exception: below `{most}` it is `{name}`");
                    Some(finding(place, "no exception".to_owned(), message, "remove it".to_owned()))
                }
                (Standing::UsesAnother, None) => {
                    let message =
                        format!("`{operation}` must use the service `{name}`, as the routes below `{most}` do");
                    Some(finding(place, label, message, format!("write `service: {}`, or {needs}", yaml(name))))
                }
                (Standing::LiesElsewhere, None) => {
                    let message =
                        format!("`{operation}` must not use the service `{name}` of the routes below `{most}`");
                    Some(finding(place, label, message, format!("name another `service`, or {needs}")))
                }
                (Standing::Rule | Standing::UsesAnother | Standing::LiesElsewhere, _) => None,
            });
        });
    }
}

/// The path below which most routes of a service lie.
fn base_of_most<'a>(spec: &'a Spec, name: &str) -> Option<&'a str> {
    let mut bases: BTreeMap<&str, usize> = BTreeMap::new();
    each_route(spec, |page, _, route, _| {
        if let Some(base) = base(route).filter(|_| stated::service(spec, page, route) == name) {
            *bases.entry(base).or_default() += 1;
        }
    });
    bases.into_iter().max_by_key(|(_, count)| *count).map(|(base, _)| base)
}

fn each_route<'a>(spec: &'a Spec, mut each: impl FnMut(usize, &str, &'a RouteSpec, &Cursor<'_>)) {
    for (number, page) in spec.pages.iter().enumerate() {
        let root = Cursor::root(&page.source);
        let section = root.child("routes");
        for (name, route) in &page.file.routes {
            each(number, &format!("{}.{name}", page.stem), route, &section.child(name.as_str()));
        }
    }
}

/// The path with its first parameter, which names the thing that all routes below it are about.
fn base(route: &RouteSpec) -> Option<&str> {
    let path = route.route.as_deref()?.split_whitespace().nth(1)?;
    path.find('}').and_then(|end| path.get(..=end))
}

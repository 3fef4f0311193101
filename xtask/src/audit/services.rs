//! Services that the documentation never names, such as one that serves a part of the routes under a base URL of its own.
//!
//! Where the documentation is silent, the routes are held against one another: those below the same path use the same
//! service, or evidence says why one does not.

use std::collections::BTreeSet;

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

/// Checks every route.
pub fn check(spec: &Spec, unnamed: &BTreeSet<&str>, findings: &mut Vec<Finding>) {
    for name in unnamed {
        let mut bases = BTreeSet::new();
        each_route(spec, |page, _, route, _| {
            if stated::service(spec, page, route) == *name {
                bases.extend(base(route));
            }
        });
        each_route(spec, |page, operation, route, cursor| {
            if let Some(base) = base(route).filter(|base| bases.contains(base)) {
                findings.extend(check_route(name, base, stated::service(spec, page, route), operation, route, cursor));
            }
        });
    }
}

fn check_route(
    name: &str,
    base: &str,
    own: &str,
    operation: &str,
    route: &RouteSpec,
    cursor: &Cursor<'_>,
) -> Option<Finding> {
    let evidence = route.evidence.iter().position(|evidence| evidence.facts.contains_key("service"));
    match evidence {
        None if own != name => {
            let evidence = format!("{{ facts: {{ service: {} }}, because: … }}", yaml(own));
            Some(Finding {
                place: cursor.child("service").key(),
                label: format!("its service is `{own}`"),
                other: None,
                message: format!("`{operation}` must use the service `{name}`, as other routes below `{base}` do"),
                help: format!("write `service: {}`, or add evidence: `{evidence}`", yaml(name)),
            })
        }
        Some(index) if own == name => Some(Finding {
            place: cursor.child("evidence").item(index).child("facts").child("service").key(),
            label: "no exception".to_owned(),
            other: None,
            message: format!("evidence for a service must be of an exception; routes below `{base}` use `{name}`"),
            help: "remove it".to_owned(),
        }),
        None | Some(_) => None,
    }
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

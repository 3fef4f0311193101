//! `cargo xtask audit`: holds the spec against the facts of the documentation.
//!
//! Both sides become facts under the names that errata use (`stated`, `documented`); a route's facts are compared
//! (`compare`), then named types are held against their evidence (`evidence`) and routes against one another where the
//! documentation is silent (`services`); base URLs are compared by themselves (`base_urls`). All of that is pure; `run`
//! alone reads files and prints.

mod base_urls;
mod compare;
mod documented;
mod evidence;
mod finding;
mod run;
mod services;
mod stated;
#[cfg(test)]
mod tests;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use routegen::spec::{Cursor, RemovedSpec, RouteSpec, Spec};

pub use documented::{Origin, Source};
pub use finding::Finding;
pub(crate) use run::run;
pub use run::{Against, diagnostics, sources};

use crate::docs::documented::Route;
use compare::{Pair, Tally};

/// What an audit comes to.
#[derive(Debug)]
pub struct Audit {
    /// How many routes the spec has.
    pub routes: usize,
    /// How many facts were compared.
    pub facts: usize,
    /// How many of them are the same on both sides.
    pub equal: usize,
    /// How many differ for a reason that an erratum gives.
    pub covered: usize,
    /// What does not hold.
    pub findings: Vec<Finding>,
}

impl fmt::Display for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { routes, facts, equal, covered, findings } = self;
        let unexplained = findings.len();
        write!(
            f,
            "{routes} routes, {facts} facts compared, {equal} equal, {covered} covered, {unexplained} unexplained"
        )
    }
}

/// A route of the spec with the number of its page.
struct Written<'a> {
    page: usize,
    route: &'a RouteSpec,
}

/// A route of the documentation with its number in its file of facts.
struct Documented<'a> {
    source: &'a Source,
    index: usize,
    route: &'a Route,
}

/// Audits a spec that `check` has nothing against.
pub fn audit(spec: &Spec, sources: &[Source]) -> Audit {
    let mut written: BTreeMap<String, Written<'_>> = BTreeMap::new();
    for (page, file) in spec.pages.iter().enumerate() {
        for (name, route) in &file.file.routes {
            written.insert(format!("{}.{name}", file.stem), Written { page, route });
        }
    }
    let unnamed = services::unnamed(spec, sources);
    let mut tally = Tally::default();
    let mut known = BTreeSet::new();
    for source in sources {
        for (index, route) in source.facts.routes.iter().enumerate() {
            known.insert(route.operation.as_str());
            match written.get(&route.operation) {
                Some(written) => check_route(spec, written, &unnamed, Documented { source, index, route }, &mut tally),
                None => lacking(spec, Documented { source, index, route }, &mut tally),
            }
        }
    }
    for (operation, Written { page, route }) in &written {
        if !known.contains(operation.as_str()) && route.source.is_none() {
            tally.findings.push(undocumented(spec, *page, operation));
        }
    }
    check_removals(spec, sources, &mut tally.findings);
    check_pages(spec, sources, &mut tally.findings);
    base_urls::check(spec, sources, &mut tally);
    let Tally { equal, covered, differing, listed, mut findings } = tally;
    evidence::check(spec, &listed, &mut findings);
    services::check(spec, &unnamed, &mut findings);
    Audit { routes: written.len(), facts: equal + covered + differing, equal, covered, findings }
}

/// Calls `then` with the place of a route; a cursor borrows those above it, and so cannot be returned.
fn at_route<T>(spec: &Spec, page: usize, operation: &str, then: impl FnOnce(&Cursor<'_>) -> T) -> T {
    let file = spec.pages.get(page);
    let root = Cursor::root(file.map_or(&spec.api_source, |page| &page.source));
    let name = operation.rsplit_once('.').map_or(operation, |(_, name)| name);
    then(&root.child("routes").child(name))
}

fn check_route(
    spec: &Spec,
    written: &Written<'_>,
    unnamed: &BTreeSet<&str>,
    Documented { source, index, route }: Documented<'_>,
    tally: &mut Tally,
) {
    let Written { page, route: own } = written;
    at_route(spec, *page, &route.operation, |cursor| {
        let (documented, implied) = documented::route(route, index);
        tally.equal += implied;
        let shown = source.origin.shown(route);
        let there = documented::place_of_route(&source.origin, index);
        let message = match (&source.origin, &own.source) {
            (Origin::Documented(_) | Origin::Pages(_), Some(_)) => {
                Some(("must not name a `source`", "remove `source`"))
            }
            (Origin::Mapping(_), None) => Some(("must name its `source`", "add `source: …`")),
            (Origin::Documented(_) | Origin::Pages(_), None) | (Origin::Mapping(_), Some(_)) => None,
        };
        if let Some((message, help)) = message {
            tally.findings.push(Finding {
                place: cursor.child("source").key(),
                label: format!("it stands on {shown}"),
                other: there.clone().map(|there| (there, "here".to_owned())),
                message: format!("`{}` {message}", route.operation),
                help: help.to_owned(),
            });
        }
        let stated = stated::route(spec, *page, own, cursor);
        let operation = &route.operation;
        let origin = &source.origin;
        let pair =
            Pair { spec, unnamed, operation, route: own, cursor, stated, documented, origin, there, page: shown };
        compare::compare(&pair, tally);
    });
}

/// A route of the documentation that the spec does not have, which is right where it was removed.
fn lacking(spec: &Spec, Documented { source, index, route }: Documented<'_>, tally: &mut Tally) {
    if spec.api.removed.routes.contains_key(&route.operation) {
        tally.covered += route.fact_count();
        return;
    }
    tally.differing += route.fact_count();
    let namespace = route.operation.rsplit_once('.').map_or("", |(namespace, _)| namespace);
    let file = spec.pages.iter().find(|page| page.stem == namespace);
    let there = documented::place_of_route(&source.origin, index);
    let shown = source.origin.shown(route);
    let (place, label, other) = match (file, there) {
        (Some(file), there) => {
            let other = there.map(|there| (there, "the documentation has it".to_owned()));
            (Cursor::root(&file.source).child("routes").key(), "not among these".to_owned(), other)
        }
        (None, Some(there)) => (there, format!("no file `{namespace}.yaml` has it"), None),
        (None, None) => (Cursor::root(&spec.api_source).key(), format!("there is no file `{namespace}.yaml`"), None),
    };
    let message = format!("the spec must have `{}`", route.operation);
    let removal = finding::removal(&route.operation);
    let help = format!(
        "add it as {shown} has it: {} {}; if the API does not have it any more, write in api.yaml: \
         `removed: {{ routes: {{ {removal} }} }}`",
        route.method, route.path
    );
    tally.findings.push(Finding { place, label, other, message, help });
}

/// A route of the spec that the documentation does not have.
fn undocumented(spec: &Spec, page: usize, operation: &str) -> Finding {
    let place = at_route(spec, page, operation, |cursor| cursor.key());
    let help = "remove it, mend its name, or say where it is known from with `source: …`";
    Finding {
        place,
        label: "the documentation does not have it".to_owned(),
        other: None,
        message: format!("`{operation}` must be documented, or name its `source`"),
        help: help.to_owned(),
    }
}

/// What was removed has to be documented; otherwise nobody misses it.
fn check_removals(spec: &Spec, sources: &[Source], findings: &mut Vec<Finding>) {
    let root = Cursor::root(&spec.api_source);
    let section = root.child("removed");
    let facts = || sources.iter().map(|source| &source.facts);
    let is_route = |name: &str| facts().flat_map(|facts| &facts.routes).any(|route| route.operation == name);
    // Facts without any base URL say nothing of services.
    let is_silent = facts().all(|facts| facts.services.is_empty());
    let is_service = |name: &str| {
        is_silent || facts().flat_map(|facts| &facts.services).any(|service| service.name.eq_ignore_ascii_case(name))
    };
    let RemovedSpec { routes, services } = &spec.api.removed;
    let routes = routes.keys().map(|name| ("routes", name, is_route(name)));
    let services = services.keys().map(|name| ("services", name, is_service(name)));
    for (kind, name, _) in routes.chain(services).filter(|(_, _, is_documented)| !is_documented) {
        findings.push(Finding {
            place: section.child(kind).child(name.as_str()).key(),
            label: "covers nothing".to_owned(),
            other: None,
            message: format!("what was removed must be documented; `{name}` is not"),
            help: "remove it, or fix its name".to_owned(),
        });
    }
}

/// The title of a page is a fact of every route on it, but one that a file states once.
fn check_pages(spec: &Spec, sources: &[Source], findings: &mut Vec<Finding>) {
    for file in &spec.pages {
        let on_page = sources.iter().find_map(|source| {
            let is_here = |(_, route): &(usize, &Route)| {
                route.operation.rsplit_once('.').is_some_and(|(namespace, _)| namespace == file.stem)
            };
            let (index, route) = source.facts.routes.iter().enumerate().find(is_here)?;
            match source.origin {
                Origin::Documented(_) | Origin::Pages(_) => Some((source, index, route)),
                Origin::Mapping(_) => None,
            }
        });
        let title = on_page.map(|(_, _, route)| route.page.as_str());
        if file.file.page.as_deref() == title {
            continue;
        }
        let other = on_page.and_then(|(source, index, _)| documented::place_of_route(&source.origin, index));
        findings.push(Finding {
            place: Cursor::root(&file.source).child("page").value(),
            label: "not so".to_owned(),
            other: other.map(|other| (other, "a route of the page".to_owned())),
            message: format!("`page` of `{}` must be the title of the documentation's page", file.stem),
            help: title.map_or("remove it: there is no such page".to_owned(), |title| format!("write `page: {title}`")),
        });
    }
}

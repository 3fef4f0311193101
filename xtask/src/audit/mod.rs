//! `cargo xtask audit`: compares the spec with the facts of the documentation.
//!
//! Both sides become facts under the names that errata use: those of the spec in `routegen::facts`, those of the
//! documentation in `doc_facts`. `compare` compares a route, `type_evidence` checks named types, `services` compares
//! routes with each other where the documentation is silent, and `base_urls` compares services. Only this file reads and
//! prints.

mod base_urls;
mod compare;
mod doc_facts;
mod finding;
mod relation;
mod services;
#[cfg(test)]
mod tests;
mod type_evidence;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use routegen::diagnostic::{Color, Diagnostic, Diagnostics, SourceFile};
use routegen::facts;
use routegen::spec::{ApiFile, Cursor, PageFile, RemovedSpec, Reporter, RouteSpec, Spec};

pub use doc_facts::{DocSource, Origin};
pub use finding::Finding;

use crate::docs::documentation::{DocRoute, Documentation, IMPORT_MAPPING, IMPORT_PAGES};
use crate::{EXIT_DIFFERENCES, TaskError, docs, print};
use compare::{RouteComparison, Totals};

/// The file of the documentation's facts in a spec folder.
const DOCUMENTED: &str = "documented.json";
/// The file of the client's facts in a spec folder.
const MAPPING: &str = "mapping.json";

/// The sources that a spec is compared with.
#[derive(Debug, Clone)]
pub struct AuditSources {
    documented: PathBuf,
    mapping: Option<PathBuf>,
    html: Option<PathBuf>,
}

impl AuditSources {
    /// Returns the files of facts in the spec folder, unless others are given.
    ///
    /// If the facts of the documentation are given, no mapping is used, unless there is one next to them or one is given.
    pub fn new(spec: &Path, documented: Option<PathBuf>, mapping: Option<PathBuf>, html: Option<PathBuf>) -> Self {
        let adjacent = match &documented {
            Some(documented) => Some(documented.with_file_name(MAPPING)).filter(|mapping| mapping.exists()),
            None => Some(spec.join(MAPPING)),
        };
        let mapping = mapping.or(adjacent);
        Self { documented: documented.unwrap_or_else(|| spec.join(DOCUMENTED)), mapping, html }
    }

    /// Reads the facts.
    ///
    /// # Errors
    /// Returns a message if facts or pages cannot be read.
    pub fn read(&self) -> Result<Vec<DocSource>, String> {
        let Self { documented, mapping, html } = self;
        let mut sources = vec![match html {
            Some(folder) => {
                let import = docs::import(folder).map_err(|error| error.to_string())?;
                DocSource { documentation: import.documentation, origin: Origin::Pages(folder.clone()) }
            }
            None => read_source(documented, Origin::Documented, IMPORT_PAGES)?,
        }];
        if let Some(mapping) = mapping {
            sources.push(read_source(mapping, Origin::Mapping, IMPORT_MAPPING)?);
        }
        Ok(sources)
    }
}

fn read_source(file: &Path, origin: fn(Arc<SourceFile>) -> Origin, help: &str) -> Result<DocSource, String> {
    let (documentation, text) = Documentation::read(file, help)?;
    // Diagnostics show the folder, as for the files of the spec.
    let folder = file.parent().and_then(Path::file_name).map(PathBuf::from).unwrap_or_default();
    let path = routegen::diagnostic::shown_path(&folder.join(file.file_name().unwrap_or_default()));
    Ok(DocSource { documentation, origin: origin(Arc::new(SourceFile { path, text })) })
}

/// Runs `cargo xtask audit`.
pub(crate) fn run(folder: &Path, sources: &AuditSources) -> Result<ExitCode, TaskError> {
    let (spec, _) = routegen::read_with_source(folder)?;
    let audit = audit(&spec, &sources.read()?);
    print(&diagnostics(&audit).render_each(Color::Always));
    print(&format!("{audit}\n"));
    Ok(if audit.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(EXIT_DIFFERENCES) })
}

/// Returns the findings as diagnostics with both locations, sorted by the first one.
pub fn diagnostics(audit: &Audit) -> Diagnostics {
    let mut reporter = Reporter::default();
    for Finding { source, label, other, message, help } in &audit.findings {
        match other {
            Some((other, other_label)) => {
                let diagnostic = Diagnostic::at(reporter.span(source), message, label, help);
                let related = reporter.span(other);
                reporter.push(diagnostic.with_related(related, other_label));
            }
            None => reporter.error(source, message, label, help),
        }
    }
    reporter.into_diagnostics().sorted()
}

/// The result of an audit.
#[derive(Debug)]
pub struct Audit {
    /// The number of routes in the spec.
    pub routes: usize,
    /// The number of compared facts.
    pub facts: usize,
    /// The number of equal facts.
    pub equal: usize,
    /// The number of differences that an erratum covers.
    pub covered: usize,
    /// The unexplained differences, and wrong errata and evidence.
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

/// A route of the spec.
struct SpecRoute<'a> {
    /// The index of its page.
    page: usize,
    route: &'a RouteSpec,
}

/// A route of the documentation.
#[derive(Clone, Copy)]
struct DocumentedRoute<'a> {
    source: &'a DocSource,
    /// The index in its file of facts.
    index: usize,
    route: &'a DocRoute,
}

/// Audits a spec that passes all checks.
pub fn audit(spec: &Spec, sources: &[DocSource]) -> Audit {
    let mut spec_routes: BTreeMap<String, SpecRoute<'_>> = BTreeMap::new();
    for (page, file) in spec.pages.iter().enumerate() {
        for (name, route) in &file.file.routes {
            spec_routes.insert(format!("{}.{name}", file.stem), SpecRoute { page, route });
        }
    }
    let undocumented_services = services::undocumented(spec, sources);
    let mut totals = Totals::default();
    let mut documented = BTreeSet::new();
    for source in sources {
        for (index, route) in source.documentation.routes.iter().enumerate() {
            documented.insert(route.operation.as_str());
            let doc = DocumentedRoute { source, index, route };
            match spec_routes.get(&route.operation) {
                Some(route) => check_route(spec, route, &undocumented_services, doc, &mut totals),
                None => missing_route(spec, doc, &mut totals),
            }
        }
    }
    for (operation, SpecRoute { page, route }) in &spec_routes {
        if !documented.contains(operation.as_str()) && route.source.is_none() {
            totals.findings.push(undocumented_route(spec, *page, operation));
        }
    }
    // Without `..`: a new key does not compile until it is audited here or listed as not documented.
    let ApiFile {
        services: _,
        types: _,
        removed,
        title: _,
        version: _,
        summary: _,
        contact: _,
        package: _,
        auth: _,
        errors: _,
    } = &spec.api;
    check_removed(spec, removed, sources, &mut totals.findings);
    check_pages(spec, sources, &mut totals.findings);
    base_urls::check(spec, sources, &mut totals);
    let Totals { equal, covered, differing, documented_fields, mut findings } = totals;
    type_evidence::check(spec, &documented_fields, &mut findings);
    services::check(spec, &undocumented_services, &mut findings);
    Audit { routes: spec_routes.len(), facts: equal + covered + differing, equal, covered, findings }
}

/// Calls `then` with the location of a route. A cursor borrows its parents and cannot be returned.
fn at_route<T>(spec: &Spec, page: usize, operation: &str, then: impl FnOnce(&Cursor<'_>) -> T) -> T {
    let file = spec.pages.get(page);
    let root = Cursor::root(file.map_or(&spec.api_source, |page| &page.source));
    let name = operation.rsplit_once('.').map_or(operation, |(_, name)| name);
    then(&root.child("routes").child(name))
}

fn check_route(
    spec: &Spec,
    SpecRoute { page, route }: &SpecRoute<'_>,
    undocumented_services: &BTreeSet<&str>,
    doc: DocumentedRoute<'_>,
    totals: &mut Totals,
) {
    let DocumentedRoute { source: DocSource { documentation: _, origin }, index, route: doc_route } = doc;
    let operation = &doc_route.operation;
    at_route(spec, *page, operation, |cursor| {
        let (doc_facts, implied) = doc_facts::of_route(doc_route, index);
        totals.equal += implied;
        let doc_page = origin.describe(doc_route);
        let doc_source = origin.route_source(index);
        let problem = match (origin, &route.source) {
            (Origin::Documented(_) | Origin::Pages(_), Some(_)) => Some(("has a page, but also a", "remove `source`")),
            (Origin::Mapping(_), None) => Some(("has no page and no", "add `source: …`")),
            (Origin::Documented(_) | Origin::Pages(_), None) | (Origin::Mapping(_), Some(_)) => None,
        };
        if let Some((problem, help)) = problem {
            totals.findings.push(Finding {
                source: cursor.child("source").key(),
                label: format!("documented in {doc_page}"),
                other: doc_source.clone().map(|source| (source, "the route".to_owned())),
                message: format!("`{operation}` {problem} `source`"),
                help: help.to_owned(),
            });
        }
        let comparison = RouteComparison {
            spec,
            undocumented_services,
            operation,
            route,
            cursor,
            spec_facts: facts::of_route(spec, *page, route, cursor),
            doc_facts,
            origin,
            doc_source,
            page: doc_page,
        };
        compare::compare(&comparison, totals);
    });
}

/// Handles a documented route that the spec does not have. It is correct if the route was removed.
fn missing_route(spec: &Spec, DocumentedRoute { source, index, route }: DocumentedRoute<'_>, totals: &mut Totals) {
    if spec.api.removed.routes.contains_key(&route.operation) {
        totals.covered += route.fact_count();
        return;
    }
    totals.differing += route.fact_count();
    let namespace = route.operation.rsplit_once('.').map_or("", |(namespace, _)| namespace);
    let file = spec.pages.iter().find(|page| page.stem == namespace);
    let doc_source = source.origin.route_source(index);
    let doc_page = source.origin.describe(route);
    let (source, label, other) = match (file, doc_source) {
        (Some(file), doc_source) => {
            let other = doc_source.map(|source| (source, "the documented route".to_owned()));
            (Cursor::root(&file.source).child("routes").key(), "not among these routes".to_owned(), other)
        }
        (None, Some(doc_source)) => (doc_source, format!("there is no `{namespace}.yaml`"), None),
        (None, None) => (Cursor::root(&spec.api_source).key(), format!("there is no `{namespace}.yaml`"), None),
    };
    let removed = finding::removed_entry(&route.operation);
    let help = format!(
        "add it as {doc_page} has it: {} {}; if the API no longer has it, write in api.yaml: \
         `removed: {{ routes: {{ {removed} }} }}`",
        route.method, route.path
    );
    totals.findings.push(Finding {
        source,
        label,
        other,
        message: format!("missing route `{}`", route.operation),
        help,
    });
}

/// Returns the finding for a route of the spec that the documentation does not have.
fn undocumented_route(spec: &Spec, page: usize, operation: &str) -> Finding {
    Finding {
        source: at_route(spec, page, operation, |cursor| cursor.key()),
        label: "not in the documentation".to_owned(),
        other: None,
        message: format!("`{operation}` is neither documented nor has a `source`"),
        help: "remove it, fix its name, or state how it is known with `source: …`".to_owned(),
    }
}

/// Checks that removed routes and services are documented. Otherwise there is no difference to explain.
fn check_removed(spec: &Spec, removed: &RemovedSpec, sources: &[DocSource], findings: &mut Vec<Finding>) {
    let root = Cursor::root(&spec.api_source);
    let section = root.child("removed");
    let docs = || sources.iter().map(|source| &source.documentation);
    let is_route = |name: &str| docs().flat_map(|docs| &docs.routes).any(|route| route.operation == name);
    // Sources without base URLs do not document services at all.
    let has_no_services = docs().all(|docs| docs.services.is_empty());
    let is_service = |name: &str| {
        has_no_services || docs().flat_map(|docs| &docs.services).any(|service| service.name.eq_ignore_ascii_case(name))
    };
    let RemovedSpec { routes, services } = removed;
    let routes = routes.keys().map(|name| ("routes", name, is_route(name)));
    let services = services.keys().map(|name| ("services", name, is_service(name)));
    for (kind, name, _) in routes.chain(services).filter(|(_, _, is_documented)| !is_documented) {
        findings.push(Finding {
            source: section.child(kind).child(name.as_str()).key(),
            label: "superfluous entry".to_owned(),
            other: None,
            message: format!("`{name}` is not documented, so it need not be listed as removed"),
            help: "remove the entry, or fix its name".to_owned(),
        });
    }
}

/// Checks the title of each page, which is a fact of its routes that a file states once.
fn check_pages(spec: &Spec, sources: &[DocSource], findings: &mut Vec<Finding>) {
    for file in &spec.pages {
        // Without `..`, as above.
        let PageFile { page: title, namespace: _, summary: _, service: _, types: _, routes: _ } = &file.file;
        let documented = sources.iter().find_map(|source| {
            let is_here = |(_, route): &(usize, &DocRoute)| {
                route.operation.rsplit_once('.').is_some_and(|(namespace, _)| namespace == file.stem)
            };
            let (index, route) = source.documentation.routes.iter().enumerate().find(is_here)?;
            match source.origin {
                Origin::Documented(_) | Origin::Pages(_) => Some((source, index, route)),
                Origin::Mapping(_) => None,
            }
        });
        let expected = documented.map(|(_, _, route)| route.page.as_str());
        if title.as_deref() == expected {
            continue;
        }
        let other = documented.and_then(|(source, index, _)| source.origin.route_source(index));
        let help =
            expected.map_or("remove it: there is no such page".to_owned(), |title| format!("write `page: {title}`"));
        findings.push(Finding {
            source: Cursor::root(&file.source).child("page").value(),
            label: "wrong title".to_owned(),
            other: other.map(|other| (other, "a route of the page".to_owned())),
            message: format!("`page` of `{}` is not the title of the documentation's page", file.stem),
            help,
        });
    }
}

//! Compares the base URL of each service with the documented one, so that a moved service is noticed.
//!
//! Discovered services have no base URL to compare. If no source states any base URL, nothing is compared.

use routegen::facts::{ABSENT, BASE_URL, collapse_whitespace};
use routegen::spec::{Cursor, ErratumSpec, PathSegment, ServiceSpec, SourcePath, Spec};

use super::compare::Totals;
use super::doc_facts::DocSource;
use super::finding::{Finding, removed_entry, yaml_scalar};
use crate::docs::documentation::DocService;

/// A documented service.
struct Documented<'a> {
    source: &'a DocSource,
    index: usize,
    service: &'a DocService,
}

impl Documented<'_> {
    /// Returns the location and its label.
    fn labeled_source(&self) -> Option<(SourcePath, String)> {
        let key = |key: &str| PathSegment::Key(key.to_owned());
        let segments = vec![key("services"), PathSegment::Item(self.index), key("url")];
        let label = format!("`{}` has `{}`", self.service.page, self.service.url);
        Some((self.source.origin.source(segments)?, label))
    }
}

/// Checks every service of either side.
pub fn check(spec: &Spec, sources: &[DocSource], totals: &mut Totals) {
    let documented: Vec<Documented<'_>> = sources
        .iter()
        .flat_map(|source| {
            let services = source.documentation.services.iter().enumerate();
            services.map(move |(index, service)| Documented { source, index, service })
        })
        .collect();
    if documented.is_empty() {
        return;
    }
    let root = Cursor::root(&spec.api_source);
    let section = root.child("services");
    for (name, service) in &spec.api.services {
        let known = documented.iter().find(|known| known.service.name.eq_ignore_ascii_case(name));
        compare(name, service, known, &section.child(name.as_str()), totals);
    }
    for known in documented {
        let is_known = |name: &String| name.eq_ignore_ascii_case(&known.service.name);
        if spec.api.services.keys().any(is_known) {
            continue;
        }
        if spec.api.removed.services.keys().any(is_known) {
            totals.covered += 1;
            continue;
        }
        totals.differing += 1;
        let name = known.service.name.to_lowercase();
        let removed = removed_entry(&name);
        totals.findings.push(Finding {
            source: section.key(),
            label: "not among these services".to_owned(),
            other: known.labeled_source(),
            message: format!("missing service `{name}`"),
            help: format!("add it, or state that it was removed: `removed: {{ services: {{ {removed} }} }}`"),
        });
    }
}

/// Both sides of a service.
struct ServiceComparison<'a> {
    name: &'a str,
    cursor: &'a Cursor<'a>,
    spec: String,
    documented: String,
    /// The location of the documented base URL, with its label.
    doc_source: Option<(SourcePath, String)>,
}

fn compare(
    name: &str,
    service: &ServiceSpec,
    known: Option<&Documented<'_>>,
    cursor: &Cursor<'_>,
    totals: &mut Totals,
) {
    let ServiceSpec { url, errata, description: _, is_default: _, resolve: _ } = service;
    // A trailing slash makes no difference.
    let base_url =
        |url: Option<&str>| url.map_or_else(|| ABSENT.to_owned(), |url| url.trim_end_matches('/').to_owned());
    let comparison = ServiceComparison {
        name,
        cursor,
        spec: base_url(url.as_deref()),
        documented: base_url(known.map(|known| known.service.url.as_str())),
        doc_source: known.and_then(Documented::labeled_source),
    };
    let erratum = errata.iter().enumerate().find(|(_, erratum)| erratum.fact.as_deref() == Some(BASE_URL));
    match (comparison.spec == comparison.documented, erratum) {
        (true, erratum) => {
            totals.equal += usize::from(known.is_some());
            totals.findings.extend(erratum.map(|(index, _)| comparison.superfluous_erratum(index)));
        }
        (false, None) => {
            totals.differing += 1;
            totals.findings.push(comparison.missing_erratum());
        }
        (false, Some((index, erratum))) => {
            totals.covered += 1;
            comparison.check_erratum(index, erratum, &mut totals.findings);
        }
    }
}

impl ServiceComparison<'_> {
    fn source(&self) -> SourcePath {
        if self.spec == ABSENT { self.cursor.key() } else { self.cursor.child(BASE_URL).value() }
    }

    fn missing_erratum(&self) -> Finding {
        let (documented, actual) = (yaml_scalar(&self.documented), yaml_scalar(&self.spec));
        let erratum = format!("{{ fact: {BASE_URL}, documented: {documented}, actual: {actual}, because: … }}");
        Finding {
            source: self.source(),
            label: format!("the spec has `{}`", self.spec),
            other: self.doc_source.clone(),
            message: format!("`{BASE_URL}` of the service `{}` differs from the documentation", self.name),
            help: format!("fix the spec, or add an erratum to the service: `{erratum}`"),
        }
    }

    fn superfluous_erratum(&self, index: usize) -> Finding {
        Finding {
            source: self.cursor.child("errata").item(index).child("fact").value(),
            label: "superfluous erratum".to_owned(),
            other: self.doc_source.clone(),
            message: format!("`{BASE_URL}` of the service `{}` does not differ from the documentation", self.name),
            help: "remove the erratum".to_owned(),
        }
    }

    fn check_erratum(&self, index: usize, erratum: &ErratumSpec, findings: &mut Vec<Finding>) {
        let ErratumSpec { fact: _, documented, actual, because: _ } = erratum;
        let section = self.cursor.child("errata");
        let item = section.item(index);
        let spec_source = Some((self.source(), format!("the spec has `{}`", self.spec)));
        for (key, written, expected, other) in [
            ("documented", documented, &self.documented, self.doc_source.clone()),
            ("actual", actual, &self.spec, spec_source),
        ] {
            if collapse_whitespace(written.as_deref().unwrap_or_default()) != *expected {
                findings.push(Finding {
                    source: item.child(key).value(),
                    label: "wrong value".to_owned(),
                    other,
                    message: format!("wrong `{key}` in the erratum of `{BASE_URL}`"),
                    help: format!("write `{key}: {}`", yaml_scalar(expected)),
                });
            }
        }
    }
}

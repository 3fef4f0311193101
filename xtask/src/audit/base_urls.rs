//! The base URL of each service against the one that the documentation states, so that a service that moved is noticed.
//!
//! Services whose base URL another operation returns have none to compare. Where no source states any base URL, nothing is
//! compared.

use std::sync::Arc;

use routegen::spec::{Anchor, Cursor, ErratumSpec, PathSegment, ServiceSpec, SourcePath, Spec};

use super::compare::{ABSENT, Tally, folded};
use super::documented::Source;
use super::finding::{Finding, removal, yaml};
use crate::docs::documented::Service;

/// The one fact of a service.
const FACT: &str = "url";

/// A service that the documentation states.
struct Documented<'a> {
    source: &'a Source,
    index: usize,
    service: &'a Service,
}

impl Documented<'_> {
    fn place(&self) -> Option<SourcePath> {
        let steps = vec![
            PathSegment::Key("services".to_owned()),
            PathSegment::Item(self.index),
            PathSegment::Key(FACT.to_owned()),
        ];
        Some(SourcePath { file: Arc::clone(self.source.origin.file()?), segments: steps, anchor: Anchor::Value })
    }

    fn said(&self) -> String {
        format!("`{}` says `{}`", self.service.page, self.service.url)
    }
}

/// Checks every service that either side has.
pub fn check(spec: &Spec, sources: &[Source], tally: &mut Tally) {
    let documented: Vec<Documented<'_>> = sources
        .iter()
        .flat_map(|source| {
            let services = source.facts.services.iter().enumerate();
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
        compare(name, service, known, &section.child(name.as_str()), tally);
    }
    for known in documented {
        let is_known = |name: &String| name.eq_ignore_ascii_case(&known.service.name);
        if spec.api.services.keys().any(is_known) {
            continue;
        }
        if spec.api.removed.services.keys().any(is_known) {
            tally.covered += 1;
            continue;
        }
        tally.differing += 1;
        let name = known.service.name.to_lowercase();
        tally.findings.push(Finding {
            place: section.key(),
            label: "not among these".to_owned(),
            other: known.place().map(|place| (place, known.said())),
            message: format!("the spec must have the service `{name}`"),
            help: format!("add it, or say that it was removed: `removed: {{ services: {{ {} }} }}`", removal(&name)),
        });
    }
}

/// Both sides of a service.
struct Pair<'a> {
    name: &'a str,
    cursor: &'a Cursor<'a>,
    spec: String,
    documented: String,
    /// Where the documentation states it, with what stands there.
    there: Option<(SourcePath, String)>,
}

fn compare(name: &str, service: &ServiceSpec, known: Option<&Documented<'_>>, cursor: &Cursor<'_>, tally: &mut Tally) {
    // With or without a slash at its end, it is the same base URL.
    let url = |url: Option<&str>| url.map_or_else(|| ABSENT.to_owned(), |url| url.trim_end_matches('/').to_owned());
    let pair = Pair {
        name,
        cursor,
        spec: url(service.url.as_deref()),
        documented: url(known.map(|known| known.service.url.as_str())),
        there: known.and_then(|known| known.place().map(|place| (place, known.said()))),
    };
    let erratum = service.errata.iter().enumerate().find(|(_, erratum)| erratum.fact.as_deref() == Some(FACT));
    match (pair.spec == pair.documented, erratum) {
        (true, erratum) => {
            tally.equal += usize::from(known.is_some());
            tally.findings.extend(erratum.map(|(index, _)| pair.superfluous(index)));
        }
        (false, None) => {
            tally.differing += 1;
            tally.findings.push(pair.unexplained());
        }
        (false, Some((index, erratum))) => {
            tally.covered += 1;
            pair.check_erratum(index, erratum, &mut tally.findings);
        }
    }
}

impl Pair<'_> {
    fn place(&self) -> SourcePath {
        if self.spec == ABSENT { self.cursor.key() } else { self.cursor.child(FACT).value() }
    }

    fn unexplained(&self) -> Finding {
        let (documented, actual) = (yaml(&self.documented), yaml(&self.spec));
        let erratum = format!("{{ fact: {FACT}, documented: {documented}, actual: {actual}, because: … }}");
        Finding {
            place: self.place(),
            label: format!("the spec says `{}`", self.spec),
            other: self.there.clone(),
            message: format!("the service `{}` must agree with the documentation on `{FACT}`", self.name),
            help: format!("fix the spec, or add an erratum to the service: `{erratum}`"),
        }
    }

    /// An erratum where both sides say the same.
    fn superfluous(&self, index: usize) -> Finding {
        Finding {
            place: self.cursor.child("errata").item(index).child("fact").value(),
            label: "covers nothing".to_owned(),
            other: self.there.clone(),
            message: format!("an erratum must cover a difference; `{FACT}` of the service `{}` is none", self.name),
            help: "remove it".to_owned(),
        }
    }

    fn check_erratum(&self, index: usize, erratum: &ErratumSpec, findings: &mut Vec<Finding>) {
        let ErratumSpec { fact: _, documented, actual, because: _ } = erratum;
        let section = self.cursor.child("errata");
        let item = section.item(index);
        let here = Some((self.place(), format!("the spec says `{}`", self.spec)));
        for (key, written, right, who, other) in [
            ("documented", documented, &self.documented, "the documentation", self.there.clone()),
            ("actual", actual, &self.spec, "the spec", here),
        ] {
            if folded(written.as_deref()) != *right {
                findings.push(Finding {
                    place: item.child(key).value(),
                    label: "not so".to_owned(),
                    other,
                    message: format!("`{key}` of an erratum must be what {who} says of `{FACT}`"),
                    help: format!("write `{key}: {}`", yaml(right)),
                });
            }
        }
    }
}

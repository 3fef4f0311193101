//! Compares a route of the spec with the same route of the documentation.
//!
//! Every fact is equal or covered by an erratum. A fact on which the spec is more specific has evidence. The values that
//! errata and evidence quote are checked as well, so that a change on either side is noticed.

use std::collections::{BTreeMap, BTreeSet};

use routegen::facts::{ABSENT, FactValue, SpecFact, TypeField, Types, UNDOCUMENTED, collapse_whitespace};
use routegen::spec::{Cursor, ErratumSpec, EvidenceSpec, FactEvidenceSpec, RouteSpec, SourcePath, Spec};

use super::doc_facts::{DocFact, DocValue, Origin};
use super::finding::{Finding, yaml_scalar};
use super::relation::{Relation, relate};

/// The totals of all comparisons.
#[derive(Debug, Default)]
pub struct Totals {
    /// The number of equal facts.
    pub equal: usize,
    /// The number of differences that an erratum covers.
    pub covered: usize,
    /// The number of differences without an erratum.
    pub differing: usize,
    /// The fields of named types that a table of the documentation lists.
    pub documented_fields: BTreeSet<TypeField>,
    /// The findings.
    pub findings: Vec<Finding>,
}

/// Both sides of a route.
pub struct RouteComparison<'a> {
    /// The whole spec.
    pub spec: &'a Spec,
    /// The services that the documentation never names.
    pub undocumented_services: &'a BTreeSet<&'a str>,
    /// The operation with its namespace.
    pub operation: &'a str,
    /// The route of the spec.
    pub route: &'a RouteSpec,
    /// The location of the route.
    pub cursor: &'a Cursor<'a>,
    /// The facts of the spec.
    pub spec_facts: BTreeMap<String, SpecFact>,
    /// The facts of the documentation.
    pub doc_facts: BTreeMap<String, DocFact>,
    /// Where the documentation's facts come from.
    pub origin: &'a Origin,
    /// The location of the documented route, or `None` if only its page is known.
    pub doc_source: Option<SourcePath>,
    /// The name of the page.
    pub page: String,
}

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Spec,
    Documentation,
}

/// The result of comparing a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    /// The spec is more specific.
    Narrower,
    Different,
    /// The documentation does not state the fact and need not state it.
    NotComparable,
}

/// Compares the two sides of a route.
pub fn compare(route: &RouteComparison<'_>, totals: &mut Totals) {
    let names: BTreeSet<&String> = route.spec_facts.keys().chain(route.doc_facts.keys()).collect();
    let mut comparisons = BTreeMap::new();
    for name in names {
        let comparison = route.compare(name);
        comparisons.insert(name.as_str(), comparison);
        route.count(name, comparison, totals);
    }
    route.check_errata(&comparisons, totals);
    route.check_evidence(&comparisons, totals);
    for (name, comparison) in comparisons {
        match comparison {
            Comparison::Equal | Comparison::NotComparable => {}
            Comparison::Different if route.erratum(name).is_some() => {}
            Comparison::Different => totals.findings.push(route.missing_erratum(name)),
            Comparison::Narrower if route.has_evidence(name) => {}
            Comparison::Narrower => totals.findings.push(route.missing_evidence(name)),
        }
    }
}

impl<'a> RouteComparison<'a> {
    fn compare(&self, name: &str) -> Comparison {
        match (self.spec_facts.get(name), self.doc_facts.get(name)) {
            (Some(spec), Some(doc)) => self.compare_values(name, spec, doc),
            (None, Some(_)) => Comparison::Different,
            (Some(_), None) if UNDOCUMENTED.contains(&name) => Comparison::Narrower,
            (Some(spec), None) if self.need_not_be_documented(name, spec) => Comparison::NotComparable,
            (Some(_), None) => Comparison::Different,
            // Every name is from one of the sides.
            (None, None) => Comparison::NotComparable,
        }
    }

    fn compare_values(&self, name: &str, spec: &SpecFact, doc: &DocFact) -> Comparison {
        let [value] = doc.values.as_slice() else { return Comparison::Different };
        match (&spec.value, value) {
            (FactValue::Word(spec), DocValue::Word(doc)) if spec == doc => Comparison::Equal,
            (FactValue::Word(spec), DocValue::Word(doc)) if name == "service" && self.is_same_service(spec, doc) => {
                Comparison::Equal
            }
            (
                FactValue::Field { ty, optional, default },
                DocValue::Field { ty: Some(word), optional: doc_optional, default: doc_default },
            ) if optional == doc_optional && default == doc_default => {
                match relate(&ty.shape, word, self.fields_documented(name)) {
                    Relation::Equal => Comparison::Equal,
                    Relation::Narrower => Comparison::Narrower,
                    Relation::Different => Comparison::Different,
                }
            }
            (FactValue::Word(_) | FactValue::Field { .. }, DocValue::Word(_) | DocValue::Field { .. }) => {
                Comparison::Different
            }
        }
    }

    fn is_same_service(&self, spec: &str, doc: &str) -> bool {
        spec.eq_ignore_ascii_case(doc) || (doc == "default" && self.undocumented_services.contains(spec))
    }

    /// Returns whether the documentation lists fields inside this field.
    fn fields_documented(&self, name: &str) -> bool {
        let prefixes = [format!("{name}."), format!("{name}[].")];
        self.doc_facts.keys().any(|other| prefixes.iter().any(|prefix| other.starts_with(prefix)))
    }

    /// Returns whether the documentation need not list a fact. This applies to a field of a named type if the documentation
    /// lists no field of the type, or if the type has evidence for the field. It also applies to a whole body if the
    /// documentation lists the fields of the body.
    fn need_not_be_documented(&self, name: &str, spec: &SpecFact) -> bool {
        if let Some(field) = &spec.type_field {
            let parent = name.rsplit_once('.').map_or(name, |(parent, _)| parent);
            let parent = parent.strip_suffix("[]").unwrap_or(parent);
            return !self.fields_documented(parent) || self.has_type_evidence(field);
        }
        let is_body = name == "body" || name == "response";
        let prefix = format!("{name}.");
        is_body && self.doc_facts.keys().any(|other| other.starts_with(&prefix) && self.spec_facts.contains_key(other))
    }

    fn has_type_evidence(&self, field: &TypeField) -> bool {
        let keys = [field.path.clone(), format!("{}?", field.path)];
        let evidence = Types(self.spec).get(&field.ty).map(|ty| &ty.evidence);
        evidence
            .into_iter()
            .flatten()
            .any(|EvidenceSpec { fields, values: _, because: _ }| keys.iter().any(|key| fields.contains_key(key)))
    }

    fn erratum(&self, name: &str) -> Option<&'a ErratumSpec> {
        self.route.errata.iter().find(|erratum| erratum.fact.as_deref() == Some(name))
    }

    /// Returns whether the route has evidence for a fact, or the named type that states it. The evidence of a type is
    /// checked once, with the type.
    fn has_evidence(&self, name: &str) -> bool {
        let of_route = self.route.evidence.iter().any(|evidence| evidence.facts.contains_key(name));
        let field = self.spec_facts.get(name).and_then(|fact| fact.type_field.as_ref());
        of_route || field.is_some_and(|field| self.has_type_evidence(field))
    }

    fn count(&self, name: &str, comparison: Comparison, totals: &mut Totals) {
        let (spec, doc) = (self.spec_facts.get(name), self.doc_facts.get(name));
        if let (Some(SpecFact { type_field: Some(field), .. }), Some(_)) = (spec, doc) {
            totals.documented_fields.insert(field.clone());
        }
        let all = spec.map_or(0, |spec| spec.value.count()).max(doc.map_or(0, |doc| doc.count));
        match comparison {
            Comparison::NotComparable => {}
            Comparison::Narrower if doc.is_none() => {}
            Comparison::Equal | Comparison::Narrower => totals.equal += all,
            Comparison::Different => {
                let differing = self.count_differing(name).clamp(1, all.max(1));
                totals.equal += all - differing;
                match self.erratum(name) {
                    Some(_) => totals.covered += differing,
                    None => totals.differing += differing,
                }
            }
        }
    }

    /// Returns how many of the facts of a field differ: its type, its presence, its default.
    fn count_differing(&self, name: &str) -> usize {
        let (Some(spec), Some(doc)) = (self.spec_facts.get(name), self.doc_facts.get(name)) else {
            return usize::MAX;
        };
        match (&spec.value, doc.values.as_slice()) {
            (
                FactValue::Field { ty, optional, default },
                [DocValue::Field { ty: word, optional: doc_optional, default: doc_default }],
            ) => {
                let relation = word.as_deref().map(|word| relate(&ty.shape, word, self.fields_documented(name)));
                usize::from(relation.is_none_or(|relation| relation == Relation::Different))
                    + usize::from(optional != doc_optional)
                    + usize::from(default != doc_default)
            }
            (FactValue::Word(_) | FactValue::Field { .. }, _) => usize::MAX,
        }
    }

    fn spec_text(&self, name: &str) -> String {
        self.spec_facts.get(name).map_or_else(|| ABSENT.to_owned(), |fact| fact.value.text())
    }

    fn doc_text(&self, name: &str) -> &str {
        self.doc_facts.get(name).map_or(ABSENT, |fact| &fact.text)
    }

    /// Returns the section in which a fact belongs that the spec does not state.
    fn section(&self, name: &str) -> SourcePath {
        let section = match name.split(['.', '[']).next() {
            Some("code" | "response") => "responses",
            Some(section) => section,
            None => name,
        };
        self.cursor.child(section).key()
    }

    fn finding(&self, name: &str, message: String, help: String) -> Finding {
        let (spec, doc) = (self.spec_facts.get(name), self.doc_facts.get(name));
        let source = spec.map_or_else(|| self.section(name), |fact| fact.source.clone());
        let label = match spec {
            Some(fact) => format!("the spec has `{}`", fact.value.text()),
            None => format!("the spec does not have `{name}`"),
        };
        let doc_label = match doc {
            Some(fact) => format!("the documentation has `{}`", fact.text),
            None => format!("the documentation does not have `{name}`"),
        };
        let doc_source = doc.and_then(|fact| fact.source(self.origin)).or_else(|| self.doc_source.clone());
        // Without a line to show, the help names the page.
        let help = if doc_source.is_some() { help } else { format!("{help}; {doc_label} on {}", self.page) };
        Finding { source, label, other: doc_source.map(|source| (source, doc_label)), message, help }
    }

    fn missing_erratum(&self, name: &str) -> Finding {
        let message = format!("`{name}` of `{}` differs from the documentation", self.operation);
        let (doc, spec) = (yaml_scalar(self.doc_text(name)), yaml_scalar(&self.spec_text(name)));
        let fact = yaml_scalar(name);
        let erratum = format!("{{ fact: {fact}, documented: {doc}, actual: {spec}, because: … }}");
        self.finding(name, message, format!("fix the spec, or add an erratum: `{erratum}`"))
    }

    fn missing_evidence(&self, name: &str) -> Finding {
        let message = format!("missing evidence for `{name}` of `{}`", self.operation);
        let (fact, value) = (yaml_scalar(name), yaml_scalar(&self.spec_text(name)));
        let field = self.spec_facts.get(name).and_then(|fact| fact.type_field.as_ref());
        let owner = if field.is_some() { "its type or to the route" } else { "the route" };
        let evidence = format!("{{ facts: {{ {fact}: {value} }}, because: … }}");
        self.finding(
            name,
            message,
            format!("the spec is more specific than the documentation; add evidence to {owner}: `{evidence}`"),
        )
    }

    fn check_errata(&self, comparisons: &BTreeMap<&str, Comparison>, totals: &mut Totals) {
        let section = self.cursor.child("errata");
        for (index, erratum) in self.route.errata.iter().enumerate() {
            let item = section.item(index);
            let ErratumSpec { fact, documented, actual, because: _ } = erratum;
            let name = fact.as_deref().unwrap_or_default();
            let finding = match comparisons.get(name) {
                Some(Comparison::Different) => {
                    let doc = (documented, self.doc_text(name).to_owned(), Side::Documentation);
                    for (key, (text, expected, side)) in
                        [("documented", doc), ("actual", (actual, self.spec_text(name), Side::Spec))]
                    {
                        if collapse_whitespace(text.as_deref().unwrap_or_default()) != expected {
                            let message = format!("wrong `{key}` in the erratum of `{name}`");
                            let finding =
                                self.finding(name, message, format!("write `{key}: {}`", yaml_scalar(&expected)));
                            totals.findings.push(at_item(finding, item.child(key).value(), "wrong value", side));
                        }
                    }
                    continue;
                }
                Some(Comparison::Narrower) => {
                    let message =
                        format!("`{name}` is more specific than the documentation, but does not differ from it");
                    let fact = format!("{}: {}", yaml_scalar(name), yaml_scalar(&self.spec_text(name)));
                    self.finding(name, message, format!("use `evidence` instead: `facts: {{ {fact} }}`"))
                }
                Some(Comparison::Equal | Comparison::NotComparable) | None => {
                    let message = format!("`{name}` does not differ from the documentation");
                    self.finding(name, message, "remove the erratum, or fix the name of the fact".to_owned())
                }
            };
            let source = item.child("fact").value();
            totals.findings.push(at_item(finding, source, "superfluous erratum", Side::Documentation));
        }
    }

    fn check_evidence(&self, comparisons: &BTreeMap<&str, Comparison>, totals: &mut Totals) {
        let section = self.cursor.child("evidence");
        for (index, FactEvidenceSpec { facts, because: _ }) in self.route.evidence.iter().enumerate() {
            let item = section.item(index);
            let section = item.child("facts");
            for (name, text) in facts {
                let expected = self.spec_text(name);
                let cursor = section.child(name.as_str());
                let needs_evidence = match comparisons.get(name.as_str()) {
                    Some(Comparison::Narrower) => true,
                    // `services` checks whether the route is an exception.
                    Some(Comparison::Equal | Comparison::Different | Comparison::NotComparable) | None => {
                        name == "service"
                    }
                };
                if !needs_evidence {
                    let message = format!("`{name}` needs no evidence: the spec is not more specific");
                    let help = "remove the evidence, or fix the name of the fact".to_owned();
                    let finding = self.finding(name, message, help);
                    let label = "superfluous evidence";
                    totals.findings.push(at_item(finding, cursor.key(), label, Side::Documentation));
                } else if collapse_whitespace(text) != expected {
                    let message = format!("wrong value in the evidence for `{name}`");
                    let help = format!("write `{}: {}`", yaml_scalar(name), yaml_scalar(&expected));
                    let finding = self.finding(name, message, help);
                    totals.findings.push(at_item(finding, cursor.value(), "wrong value", Side::Spec));
                }
            }
        }
    }
}

/// Moves a finding to an item of errata or evidence, with one side of the fact as its second location.
fn at_item(finding: Finding, item: SourcePath, item_label: &str, side: Side) -> Finding {
    let Finding { source, label, other, message, help } = finding;
    let other = match side {
        Side::Spec => Some((source, label)),
        Side::Documentation => other,
    };
    Finding { source: item, label: item_label.to_owned(), other, message, help }
}

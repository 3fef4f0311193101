//! Evidence: complete, and of something that is there. Whether it is right is for the audit, which knows the pages.

use std::collections::BTreeMap;

use indexmap::IndexSet;

use super::{errata, fields, prose};
use crate::spec::{Cursor, EvidenceSpec, FactEvidenceSpec, Fields, Reporter, TypeSpec};
use crate::suggest;

/// The facts that only evidence can name: no documentation says anything of them.
const UNDOCUMENTED: [&str; 2] = ["idempotent", "token_in_query"];

/// Checks the evidence of a route. `cursor` is the route's.
pub fn check_of_route(evidence: &[FactEvidenceSpec], cursor: &Cursor<'_>, reporter: &mut Reporter) {
    let section = cursor.child("evidence");
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, FactEvidenceSpec { facts, because }) in evidence.iter().enumerate() {
        let at = section.item(index);
        prose::required(because.as_deref(), "because", &at, reporter);
        must_hold(!facts.is_empty(), "facts", &at, reporter);
        let named = at.child("facts");
        for (fact, actual) in facts {
            let place = named.child(fact.as_str());
            prose::optional(Some(actual), fact, &named, reporter);
            if !UNDOCUMENTED.contains(&fact.as_str()) {
                errata::check_fact(fact, "evidence", &place.key(), reporter);
            }
            if let Some(first) = seen.insert(fact, index) {
                let other = section.item(first);
                let message = format!("a fact must stand only once in the evidence, `{fact}` stands twice");
                let other = other.child("facts").child(fact.as_str()).key();
                reporter.duplicate(&place.key(), &other, message, "keep one of them");
            }
        }
    }
}

/// Checks the evidence of a type. `cursor` is the type's.
pub fn check_of_type(evidence: &[EvidenceSpec], of: &TypeSpec, cursor: &Cursor<'_>, reporter: &mut Reporter) {
    let section = cursor.child("evidence");
    let TypeSpec { description: _, fields: own, values: own_values, evidence: _ } = of;
    let known = field_paths(own, "");
    for (index, EvidenceSpec { fields, values, because }) in evidence.iter().enumerate() {
        let at = section.item(index);
        prose::required(because.as_deref(), "because", &at, reporter);
        let expected = if own_values.is_empty() { "fields" } else { "values" };
        must_hold(!fields.is_empty() || !values.is_empty(), expected, &at, reporter);
        let named = at.child("fields");
        for key in fields.keys().filter(|key| !known.contains(*key)) {
            let help = match reporter.has_many_errors() {
                true => "name a field of the type".to_owned(),
                false => suggest::did_you_mean(key, known.iter().map(String::as_str), "the fields are"),
            };
            let message = format!("evidence must be of a field of the type, `{key}` is none");
            reporter.error(&named.child(key.as_str()).key(), message, "no such field", help);
        }
        if !values.is_empty() && own_values.is_empty() {
            let message = "evidence of values must be of a string enum";
            let place = at.child("values").key();
            reporter.error(&place, message, "the type has no `values`", "name `fields` instead");
        }
    }
}

fn must_hold(holds: bool, key: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) {
    if !holds {
        reporter.missing(cursor, key, format!("`{key}: …`"));
    }
}

/// The fields with those inside them, as the documentation would write them: `data.process[].pm_id?`.
fn field_paths(fields: &Fields, lead: &str) -> IndexSet<String> {
    let mut paths = IndexSet::new();
    for (key, spec) in fields {
        paths.insert(format!("{lead}{key}"));
        let (wire, _) = fields::wire_name(key);
        let brackets = if spec.ty.as_deref().is_some_and(|of| of.starts_with("array of")) { "[]" } else { "" };
        paths.extend(field_paths(&spec.fields, &format!("{lead}{wire}{brackets}.")));
    }
    paths
}

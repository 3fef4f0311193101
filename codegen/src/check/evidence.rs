//! Checks that evidence is complete and names facts that exist. The audit compares it with the documentation.

use std::collections::BTreeMap;

use super::{errata, strings};
use crate::facts::{self, UNDOCUMENTED};
use crate::spec::{Cursor, EvidenceSpec, FactEvidenceSpec, Reporter, TypeSpec};
use crate::suggest;

/// Checks the evidence of a route. `cursor` is the path of the route.
pub fn check_of_route(evidence: &[FactEvidenceSpec], cursor: &Cursor<'_>, reporter: &mut Reporter) {
    let section = cursor.child("evidence");
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, FactEvidenceSpec { facts, because }) in evidence.iter().enumerate() {
        let at = section.item(index);
        strings::required(because.as_deref(), "because", &at, reporter);
        if facts.is_empty() {
            reporter.missing(&at, "facts", "`facts: …`");
        }
        let facts_at = at.child("facts");
        for (fact, actual) in facts {
            let location = facts_at.child(fact.as_str()).key();
            strings::optional(Some(actual), fact, &facts_at, reporter);
            if !UNDOCUMENTED.contains(&fact.as_str()) {
                errata::check_fact(fact, &location, reporter);
            }
            if let Some(first) = seen.insert(fact, index) {
                let other = section.item(first);
                let other = other.child("facts").child(fact.as_str()).key();
                reporter.duplicate(&location, &other, format!("duplicate fact `{fact}`"), "remove one of them");
            }
        }
    }
}

/// Checks the evidence of a type. `cursor` is the path of the type.
pub fn check_of_type(evidence: &[EvidenceSpec], ty: &TypeSpec, cursor: &Cursor<'_>, reporter: &mut Reporter) {
    let section = cursor.child("evidence");
    let TypeSpec { description: _, fields: type_fields, values: type_values, evidence: _ } = ty;
    let known = facts::field_paths(type_fields);
    for (index, EvidenceSpec { fields, values, because }) in evidence.iter().enumerate() {
        let at = section.item(index);
        strings::required(because.as_deref(), "because", &at, reporter);
        if fields.is_empty() && values.is_empty() {
            let expected = if type_values.is_empty() { "fields" } else { "values" };
            reporter.missing(&at, expected, format!("`{expected}: …`"));
        }
        let fields_at = at.child("fields");
        for key in fields.keys().filter(|key| !known.contains(*key)) {
            let help = match reporter.has_many_errors() {
                true => "name a field of the type".to_owned(),
                false => suggest::did_you_mean(key, known.iter().map(String::as_str), "the fields are"),
            };
            let location = fields_at.child(key.as_str()).key();
            reporter.error(&location, format!("unknown field `{key}`"), "not a field of the type", help);
        }
        if !values.is_empty() && type_values.is_empty() {
            let location = at.child("values").key();
            reporter.error(&location, "unexpected `values`", "the type is not a string enum", "use `fields` instead");
        }
    }
}

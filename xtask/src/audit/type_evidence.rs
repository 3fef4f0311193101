//! Checks the evidence of named types. Every field is documented or has evidence, and the evidence is correct.

use std::collections::BTreeSet;

use routegen::facts::{self, FactValue, SpecFact, TypeField, TypeKey, Types, collapse_whitespace, one_line};
use routegen::spec::{Cursor, EvidenceSpec, Spec, TypeSpec};

use super::finding::{Finding, yaml_scalar};

/// Checks every named type. `documented_fields` are the fields that a table of the documentation lists.
pub fn check(spec: &Spec, documented_fields: &BTreeSet<TypeField>, findings: &mut Vec<Finding>) {
    let types = Types(spec);
    for (key, ty) in types.all() {
        types.at(&key, |cursor| {
            if ty.fields.is_empty() {
                check_values(&key, ty, cursor, findings);
            } else {
                let facts = facts::of_type(spec, &key, ty, cursor);
                for (path, fact) in facts {
                    let field = TypeField { ty: key.clone(), path };
                    check_field(&field, fact, ty, documented_fields.contains(&field), cursor, findings);
                }
            }
        });
    }
}

fn check_field(
    TypeField { ty: key, path }: &TypeField,
    fact: SpecFact,
    ty: &TypeSpec,
    is_documented: bool,
    cursor: &Cursor<'_>,
    findings: &mut Vec<Finding>,
) {
    let (name, expected) = evidence_entry(path, &fact);
    let mut has_evidence = is_documented;
    for (index, EvidenceSpec { fields, values: _, because: _ }) in ty.evidence.iter().enumerate() {
        let Some(text) = fields.get(&name) else { continue };
        has_evidence = true;
        if collapse_whitespace(text) != expected {
            let section = cursor.child("evidence");
            let item = section.item(index);
            findings.push(Finding {
                source: item.child("fields").child(name.as_str()).value(),
                label: "wrong value".to_owned(),
                other: Some((fact.source.clone(), format!("the spec has `{expected}`"))),
                message: format!("wrong value in the evidence for `{name}` of `{}`", key.name),
                help: format!("write `{}: {}`, or fix the field", yaml_scalar(&name), yaml_scalar(&expected)),
            });
        }
    }
    if !has_evidence {
        let entry = format!("{}: {}", yaml_scalar(&name), yaml_scalar(&expected));
        findings.push(Finding {
            source: fact.source,
            label: "not in any table of the documentation".to_owned(),
            other: None,
            message: format!("missing evidence for `{name}` of `{}`", key.name),
            help: format!("add it under `evidence` of the type: `{{ fields: {{ {entry} }}, because: … }}`"),
        });
    }
}

/// Returns a field as evidence writes it: the name is marked if the field is optional, the type is not.
fn evidence_entry(path: &str, fact: &SpecFact) -> (String, String) {
    match &fact.value {
        FactValue::Field { ty, optional, default } => {
            let mark = if *optional { "?" } else { "" };
            (format!("{path}{mark}"), one_line(&ty.text, false, default.as_ref()))
        }
        FactValue::Word(word) => (path.to_owned(), word.clone()),
    }
}

/// Checks the evidence of a string enum. Tables of the documentation never list its values.
fn check_values(key: &TypeKey, ty: &TypeSpec, cursor: &Cursor<'_>, findings: &mut Vec<Finding>) {
    let expected = facts::enum_values(&ty.values);
    let list = expected.iter().map(|value| yaml_scalar(value)).collect::<Vec<_>>().join(", ");
    let mut has_evidence = false;
    for (index, EvidenceSpec { fields: _, values, because: _ }) in ty.evidence.iter().enumerate() {
        if values.is_empty() {
            continue;
        }
        has_evidence = true;
        if *values != expected {
            findings.push(Finding {
                source: cursor.child("evidence").item(index).child("values").key(),
                label: "wrong values".to_owned(),
                other: Some((cursor.child("values").key(), "the values of the spec".to_owned())),
                message: format!("wrong values in the evidence for `{}`", key.name),
                help: format!("write `values: [{list}]`, or fix the type"),
            });
        }
    }
    if !has_evidence {
        findings.push(Finding {
            source: cursor.child("values").key(),
            label: "not in any table of the documentation".to_owned(),
            other: None,
            message: format!("missing evidence for the values of `{}`", key.name),
            help: format!("add it under `evidence` of the type: `{{ values: [{list}], because: … }}`"),
        });
    }
}

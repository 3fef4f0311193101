//! Named types: each field is in a table of the documentation, or evidence names it; what evidence says is right.

use std::collections::BTreeSet;

use routegen::spec::{Cursor, Spec, TypeSpec};

use super::compare::folded;
use super::finding::{Finding, yaml};
use super::stated::{self, Fact, Member, Stated};
use super::types::{self, TypeKey, Types};
use crate::docs::documented::in_one_line;

/// Checks every named type; `listed` are the fields that a table of the documentation lists.
pub fn check(spec: &Spec, listed: &BTreeSet<Member>, findings: &mut Vec<Finding>) {
    let types = Types(spec);
    for (key, of) in types.all() {
        types.at(&key, |cursor| {
            if of.fields.is_empty() {
                check_values(&key, of, cursor, findings);
            } else {
                check_fields(spec, &key, of, cursor, listed, findings);
            }
        });
    }
}

fn check_fields(
    spec: &Spec,
    key: &TypeKey,
    of: &TypeSpec,
    cursor: &Cursor<'_>,
    listed: &BTreeSet<Member>,
    findings: &mut Vec<Finding>,
) {
    for (path, fact) in stated::members(spec, key, &of.fields, cursor) {
        let (name, right) = entry(&path, &fact);
        let mut is_evident = listed.contains(&Member { of: key.clone(), path: path.clone() });
        for (index, evidence) in of.evidence.iter().enumerate() {
            let Some(text) = evidence.fields.get(&name) else { continue };
            is_evident = true;
            if folded(Some(text)) != right {
                let section = cursor.child("evidence");
                let item = section.item(index);
                findings.push(Finding {
                    place: item.child("fields").child(name.as_str()).value(),
                    label: "not so".to_owned(),
                    other: Some((fact.place.clone(), format!("the spec says `{right}`"))),
                    message: format!("evidence must be what the spec says of `{name}` of `{}`", key.name),
                    help: format!("write `{}: {}`, or mend the field", yaml(&name), yaml(&right)),
                });
            }
        }
        if !is_evident {
            let evidence = format!("{{ fields: {{ {}: {} }}, because: … }}", yaml(&name), yaml(&right));
            findings.push(Finding {
                place: fact.place,
                label: "no table of the documentation lists it".to_owned(),
                other: None,
                message: format!("there must be evidence for `{name}` of `{}`", key.name),
                help: format!("add it under `evidence` of the type: `{evidence}`"),
            });
        }
    }
}

/// A field as evidence writes it: the name has the mark of an optional field, the type has none.
fn entry(path: &str, fact: &Fact) -> (String, String) {
    match &fact.value {
        Stated::Field { of, optional, default } => {
            let mark = if *optional { "?" } else { "" };
            (format!("{path}{mark}"), in_one_line(&of.text, false, default.as_ref()))
        }
        Stated::Word(word) => (path.to_owned(), word.clone()),
    }
}

/// The documentation never lists the values of an enum in a table, so evidence has to.
fn check_values(key: &TypeKey, of: &TypeSpec, cursor: &Cursor<'_>, findings: &mut Vec<Finding>) {
    let right = types::texts(&of.values);
    let written: Vec<String> = right.iter().map(|value| yaml(value)).collect();
    let written = format!("[{}]", written.join(", "));
    let mut is_evident = false;
    for (index, evidence) in of.evidence.iter().enumerate().filter(|(_, evidence)| !evidence.values.is_empty()) {
        is_evident = true;
        if evidence.values != right {
            let section = cursor.child("evidence");
            findings.push(Finding {
                place: section.item(index).child("values").key(),
                label: "not these".to_owned(),
                other: Some((cursor.child("values").key(), "the spec's values".to_owned())),
                message: format!("evidence must be of the values that `{}` has", key.name),
                help: format!("write `values: {written}`, or mend the type"),
            });
        }
    }
    if !is_evident {
        findings.push(Finding {
            place: cursor.child("values").key(),
            label: "no table of the documentation lists them".to_owned(),
            other: None,
            message: format!("there must be evidence for the values of `{}`", key.name),
            help: format!("add it under `evidence` of the type: `{{ values: {written}, because: … }}`"),
        });
    }
}

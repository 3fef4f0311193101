//! `spec/README.md`, the reference of the format, is complete: it names every key and every enum value, and its example is a
//! valid spec.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

/// Returns the text of the reference.
fn reference() -> String {
    fs::read_to_string("../spec/README.md").expect("the reference")
}

/// Collects the keys and the enum values of a schema.
fn names(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(entries) => {
            if let Some(Value::Object(properties)) = entries.get("properties") {
                found.extend(properties.keys().cloned());
            }
            found.extend(entries.get("const").and_then(Value::as_str).map(str::to_owned));
            entries.values().for_each(|inner| names(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| names(inner, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_key_is_in_the_reference() {
    let mut found = BTreeSet::new();
    names(&routegen::spec::json_schema(), &mut found);
    assert!(found.contains("token_in_query") && found.contains("bearer"), "{found:?}");
    let reference = reference();
    let missing: Vec<&String> = found.iter().filter(|name| !reference.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "spec/README.md does not mention {missing:?}");
}

/// Returns the YAML blocks whose first line names a file, as in `# spec/api.yaml`.
fn example() -> Vec<(String, String)> {
    let reference = reference();
    let blocks = reference.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let named = blocks.filter_map(|block| {
        let name = block.lines().next()?.strip_prefix("# spec/")?;
        Some((name.to_owned(), block.to_owned()))
    });
    named.collect()
}

#[test]
fn the_example_is_a_valid_spec() {
    let files = example();
    assert!(files.len() >= 2, "{files:?}");
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let api = routegen::read(folder.path()).unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(api.operations().count(), 2);
}

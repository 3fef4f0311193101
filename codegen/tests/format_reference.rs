//! `spec/README.md`, the reference of the format, is complete: it names every key and every enum value, and its example is a
//! valid spec.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
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

/// Returns whether every spec file of a folder conforms to the schema.
fn conforms(folder: &Path, schema: &Validator) -> bool {
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml")).all(|path| {
        let text = fs::read_to_string(&path).expect("a file");
        serde_yaml::from_str::<Value>(text.trim_start_matches('\u{feff}')).is_ok_and(|tree| schema.is_valid(&tree))
    })
}

#[test]
fn the_schema_accepts_what_the_decoder_accepts() {
    let schema = jsonschema::validator_for(&routegen::spec::json_schema()).expect("a schema");
    let cases = |folder: &str| {
        let entries = fs::read_dir(folder).expect("a folder of cases").map(|entry| entry.expect("an entry").path());
        entries.filter(|path| path.is_dir()).collect::<Vec<PathBuf>>()
    };
    let golden = cases("tests/golden").into_iter().map(|case| case.join("spec"));
    for folder in cases("tests/diagnostics_accepted").into_iter().chain(golden).chain([PathBuf::from("../spec")]) {
        assert!(conforms(&folder, &schema), "{} does not conform to the schema", folder.display());
    }
    // These have errors that only the decoder reports.
    for number in ["025", "027", "028", "029", "030", "031", "032", "033", "041", "436", "441", "510"] {
        let folder = cases("tests/diagnostics")
            .into_iter()
            .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(number)));
        let folder = folder.expect("a case with this number");
        assert!(!conforms(&folder, &schema), "{} conforms to the schema", folder.display());
    }
}

//! `Cargo.toml` of the generated crate.

use super::{FileContent, UnformattedFile};
use crate::ident::is_bidi;
use crate::ir::{Api, DevDependency, Package, Runtime};
use crate::manifest_template::TEMPLATE;

/// Emits the manifest.
pub fn emit(api: &Api) -> UnformattedFile {
    let Package {
        name,
        version,
        license,
        description,
        repository,
        documentation,
        keywords,
        categories,
        benches,
        dev_dependencies,
        test_features,
        runtime,
    } = &api.package;
    let mut text = String::from("[package]\n");
    text.push_str(&format!("name = {}\n", quoted(name)));
    text.push_str(&format!("version = {}\n", quoted(version)));
    text.push_str(&format!("description = {}\n", quoted(description)));
    for (key, value) in [("license", license), ("repository", repository), ("documentation", documentation)] {
        if let Some(value) = value {
            text.push_str(&format!("{key} = {}\n", quoted(value)));
        }
    }
    for (key, labels) in [("keywords", keywords), ("categories", categories)] {
        if !labels.is_empty() {
            text.push_str(&format!("{key} = {}\n", list(labels)));
        }
    }
    text.push_str(TEMPLATE);
    text.push_str(&runtime_table("dependencies", runtime, None));
    let mut table = None;
    for DevDependency { os, name, version, default_features, features } in dev_dependencies {
        if table != Some(os) {
            match os {
                Some(os) => {
                    text.push_str(&format!("\n[target.'cfg(target_os = {})'.dev-dependencies]\n", quoted(os)));
                }
                None => text.push_str("\n[dev-dependencies]\n"),
            }
            table = Some(os);
        }
        let mut keys = vec![format!("version = {}", quoted(version))];
        if !default_features {
            keys.push("default-features = false".to_owned());
        }
        if !features.is_empty() {
            keys.push(format!("features = {}", list(features)));
        }
        match keys.as_slice() {
            [_] => text.push_str(&format!("{name} = {}\n", quoted(version))),
            keys => text.push_str(&format!("{name} = {{ {} }}\n", keys.join(", "))),
        }
    }
    text.push_str(&runtime_table("dev-dependencies", runtime, Some("round-trip")));
    // A crate enables features for its own tests by depending on itself.
    text.push_str(&format!("\n[dev-dependencies.{name}]\npath = \".\"\nfeatures = {}\n", list(test_features)));
    for bench in benches {
        text.push_str(&format!("\n[[bench]]\nname = {}\nharness = false\n", quoted(bench)));
    }
    UnformattedFile {
        path: "Cargo.toml".to_owned(),
        source: "spec/api.yaml".to_owned(),
        content: FileContent::Toml(text),
    }
}

/// Returns the table of the dependency on the runtime.
fn runtime_table(table: &str, Runtime { version, path }: &Runtime, feature: Option<&str>) -> String {
    let mut text = format!("\n[{table}.routegen-runtime]\nversion = {}\n", quoted(version));
    if let Some(path) = path {
        text.push_str(&format!("path = {}\n", quoted(path)));
    }
    text.push_str("default-features = false\n");
    if let Some(feature) = feature {
        text.push_str(&format!("features = [{}]\n", quoted(feature)));
    }
    text
}

/// Returns a TOML array of strings.
fn list(strings: &[String]) -> String {
    format!("[{}]", strings.iter().map(|string| quoted(string)).collect::<Vec<_>>().join(", "))
}

/// Returns a TOML string. The escapes of JSON are valid in TOML, which also forbids U+007F. Invisible control characters of
/// bidirectional text are escaped as well.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    for character in serde_json::Value::String(text.to_owned()).to_string().chars() {
        if character.is_control() || is_bidi(character) {
            quoted.push_str(&format!("\\u{:04X}", u32::from(character)));
        } else {
            quoted.push(character);
        }
    }
    quoted
}

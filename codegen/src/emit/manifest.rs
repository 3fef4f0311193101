//! `Cargo.toml` of the generated crate.

use super::{Content, Draft};
use crate::ident::is_bidi;
use crate::ir::{Api, DevDependency, Package, Runtime};
use crate::manifest_template::TEMPLATE;

/// The file.
pub fn emit(api: &Api) -> Draft {
    let Package { name, version, license, description, benches, dev_dependencies, test_features, runtime } =
        &api.package;
    let mut text = String::from("[package]\n");
    text.push_str(&format!("name = {}\n", quoted(name)));
    text.push_str(&format!("version = {}\n", quoted(version)));
    text.push_str(&format!("description = {}\n", quoted(description)));
    if let Some(license) = license {
        text.push_str(&format!("license = {}\n", quoted(license)));
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
    // Tests need features of the crate that are not its default; depending on itself is how a crate says so.
    text.push_str(&format!("\n[dev-dependencies.{name}]\npath = \".\"\nfeatures = {}\n", list(test_features)));
    for bench in benches {
        text.push_str(&format!("\n[[bench]]\nname = {}\nharness = false\n", quoted(bench)));
    }
    Draft { path: "Cargo.toml".to_owned(), origin: "spec/api.yaml".to_owned(), content: Content::Toml(text) }
}

/// The dependency on the runtime, as a table of its own.
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

/// A TOML array of strings.
fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// A TOML string. JSON's escapes are TOML's, too; beside what JSON escapes, TOML forbids U+007F, and nobody sees characters
/// that turn the direction of a text.
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

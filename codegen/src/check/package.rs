//! The generated package: names and versions that cargo, rustc and crates.io accept on every platform.

use std::collections::{BTreeMap, HashMap};

use indexmap::{IndexMap, IndexSet};
use semver::{Version, VersionReq};

use super::strings;
use crate::ident;
use crate::ir::{DevDependency, Package, Runtime};
use crate::manifest_template::{self, Dependency};
use crate::spec::{Cursor, DevDependencySpec, PackageSpec, Reporter, RuntimeSpec, SourcePath};
use crate::suggest;

/// The package of the runtime.
const RUNTIME: &str = "routegen-runtime";

/// The maximum length of a package name on crates.io.
const MAX_NAME_LENGTH: usize = 64;

/// The maximum number of keywords, and of categories, on crates.io.
const MAX_LABELS: usize = 5;

/// The libraries of the Rust distribution.
const RUST_LIBRARIES: [&str; 5] = ["alloc", "core", "proc_macro", "std", "test"];

/// Checks the package. Its description defaults to the first sentence of the summary of the API.
pub fn check(
    package: &PackageSpec,
    summary: Option<&str>,
    cursor: &Cursor<'_>,
    reporter: &mut Reporter,
) -> Option<Package> {
    let PackageSpec {
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
        runtime,
    } = package;
    let name = strings::required(name.as_deref(), "name", cursor, reporter);
    let version = strings::required(version.as_deref(), "version", cursor, reporter);
    let license = strings::optional(license.as_deref(), "license", cursor, reporter);
    let description = strings::optional(description.as_deref(), "description", cursor, reporter)
        .or_else(|| summary.map(|summary| first_sentence(summary).to_owned()));
    if let Some(name) = &name {
        check_name(name, &cursor.child("name").value(), reporter);
    }
    if let Some((version, Err(reason))) = version.as_deref().map(|version| (version, Version::parse(version))) {
        let message = format!("invalid package version `{version}`: {reason}");
        let help = "write it as in `0.1.0` or `0.1.0-beta.1`";
        reporter.error(&cursor.child("version").value(), message, "not a semantic version", help);
    }
    let description = description.unwrap_or_default();
    let mut page =
        |url: &Option<String>, key, example| strings::optional_web_page(url.as_deref(), key, example, cursor, reporter);
    let repository = page(repository, "repository", "https://example.com/my-api.git");
    let documentation = page(documentation, "documentation", "https://docs.rs/my-api");
    let keywords = check_labels(keywords, &KEYWORDS, cursor, reporter);
    let categories = check_labels(categories, &CATEGORIES, cursor, reporter);
    let benches = check_benches(benches, &cursor.child("benches"), reporter);
    let section = cursor.child("dev_dependencies");
    let (dev_dependencies, test_features) =
        check_dev_dependencies(dev_dependencies, name.as_deref(), &section, reporter);
    let runtime = check_runtime(runtime.as_ref(), &cursor.child("runtime"), reporter);
    let (name, version) = (name?, version?);
    Some(Package {
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
    })
}

/// A list of labels in the manifest, with the rules of crates.io.
struct Labels {
    key: &'static str,
    noun: &'static str,
    is_valid: fn(&str) -> bool,
    help: &'static str,
}

const KEYWORDS: Labels = Labels {
    key: "keywords",
    noun: "keyword",
    is_valid: is_keyword_label,
    help: "use at most 20 ASCII letters, digits, `_`, `-` and `+`, and start with a letter or digit",
};

const CATEGORIES: Labels = Labels {
    key: "categories",
    noun: "category",
    is_valid: is_category_slug,
    help: "write a slug from https://crates.io/category_slugs, such as `web-programming::http-client`",
};

fn is_keyword_label(text: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_-+".contains(c);
    text.len() <= 20 && text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(is_allowed)
}

fn is_category_slug(text: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    text.split("::").all(is_part)
}

/// Checks a list of labels. crates.io rejects a package with an invalid label or with too many of them.
fn check_labels(labels: &[String], rules: &Labels, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Vec<String> {
    let Labels { key, noun, is_valid, help } = rules;
    let cursor = cursor.child(*key);
    for (index, label) in labels.iter().enumerate() {
        let place = cursor.item(index).value();
        if !is_valid(label) {
            reporter.error(&place, format!("invalid {noun} `{label}`"), "rejected by crates.io", *help);
        } else if let Some(first) = labels.iter().take(index).position(|other| other.eq_ignore_ascii_case(label)) {
            let other = cursor.item(first).value();
            reporter.duplicate(&other, &place, format!("duplicate {noun} `{label}`"), "remove one of them");
        }
    }
    if labels.len() > MAX_LABELS {
        let message = format!("expected at most {MAX_LABELS} {key}, found {}", labels.len());
        reporter.error(&cursor.key(), message, "rejected by crates.io", "remove the least specific ones");
    }
    labels.to_vec()
}

fn check_runtime(runtime: Option<&RuntimeSpec>, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Runtime {
    let RuntimeSpec { version, path } = runtime.unwrap_or(&RuntimeSpec { version: None, path: None });
    let version = strings::optional(version.as_deref(), "version", cursor, reporter);
    let path = strings::optional(path.as_deref(), "path", cursor, reporter);
    if let Some(version) = &version {
        check_version_req(version, "0.1.0", cursor, reporter);
    }
    Runtime { version: version.unwrap_or_else(|| env!("CARGO_PKG_VERSION").to_owned()), path }
}

fn check_version_req(version: &str, example: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) -> bool {
    let Err(reason) = VersionReq::parse(version) else { return true };
    let message = format!("invalid version requirement `{version}`: {reason}");
    let help = format!("write it as in `{example}`");
    reporter.error(&cursor.child("version").value(), message, "not a version requirement", help);
    false
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first)
}

/// Returns the name of a package's library.
fn library(name: &str) -> String {
    name.replace('-', "_")
}

/// Returns `true` for a name of a package or a program that cargo accepts and rustc does not warn about.
fn is_target_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    name.len() <= MAX_NAME_LENGTH
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(is_plain)
        && !library(name).contains("__")
}

/// Returns why a well-formed name cannot be that of a package or a program.
fn reserved(name: &str) -> Option<&'static str> {
    let library = library(name);
    if ident::is_keyword(&library) {
        Some("a keyword of Rust")
    } else if RUST_LIBRARIES.contains(&library.as_str()) {
        Some("a library of the Rust distribution")
    } else if ident::is_windows_device(&library) {
        Some("the name of a device on Windows")
    } else {
        None
    }
}

fn invalid_name(kind: &str, name: &str, location: &SourcePath, reporter: &mut Reporter) {
    let help = format!(
        "use at most {MAX_NAME_LENGTH} lower-case letters, digits, single `-` and single `_`, and start with a letter"
    );
    reporter.error(location, format!("invalid {kind} name `{name}`"), "rejected by cargo or rustc", help);
}

fn check_name(name: &str, location: &SourcePath, reporter: &mut Reporter) {
    if !is_target_name(name) {
        invalid_name("package", name, location, reporter);
        return;
    }
    let is_dependency = |name: &str| {
        let mut dependencies = manifest_template::dependencies().map(|known| known.name).chain([RUNTIME]);
        dependencies.any(|known| library(known) == library(name))
    };
    let reason = reserved(name).or_else(|| is_dependency(name).then_some("a dependency of the generated package"));
    if let Some(reason) = reason {
        let message = format!("reserved package name `{name}`: {reason}");
        reporter.error(location, message, "reserved", format!("choose another name, such as `{name}-api`"));
    }
}

fn check_benches(names: &[String], cursor: &Cursor<'_>, reporter: &mut Reporter) -> Vec<String> {
    let mut benches: Vec<String> = Vec::new();
    let mut first_index = HashMap::new();
    for (index, name) in names.iter().enumerate() {
        let location = cursor.item(index).value();
        if !is_target_name(name) {
            invalid_name("bench", name, &location, reporter);
        } else if let Some(reason) = reserved(name) {
            let message = format!("reserved bench name `{name}`: {reason}");
            reporter.error(&location, message, "reserved", "rename the file in `benches/`");
        } else if let Some(first) = first_index.get(&library(name)).copied() {
            let other = cursor.item(first).value();
            reporter.duplicate(&other, &location, format!("duplicate bench `{name}`"), "remove one of them");
        } else {
            first_index.insert(library(name), index);
            benches.push(name.clone());
        }
    }
    benches
}

/// Checks the dev-dependencies. Returns them with the features of the package itself that its tests need.
fn check_dev_dependencies(
    specs: &IndexMap<String, DevDependencySpec>,
    package: Option<&str>,
    cursor: &Cursor<'_>,
    reporter: &mut Reporter,
) -> (Vec<DevDependency>, Vec<String>) {
    let mut dependencies = Vec::new();
    let mut test_features: IndexSet<String> = manifest_template::TEST_FEATURES.map(str::to_owned).into();
    let mut libraries: BTreeMap<String, &str> = BTreeMap::new();
    for (name, spec) in specs {
        let at = cursor.child(name.as_str());
        if Some(name.as_str()) == package {
            test_features.extend(check_own_features(spec, &at, reporter));
            continue;
        }
        let is_valid = check_dependency_name(name, &at, reporter);
        if let Some(first) = libraries.insert(library(name), name) {
            let message = format!("dev-dependencies `{first}` and `{name}` have the same library name");
            reporter.duplicate(&cursor.child(first).key(), &at.key(), message, "remove one of them");
        }
        let DevDependencySpec { version, features, default_features, os } = spec;
        let features = check_features(features, &at, reporter);
        let os = check_os(os.as_deref(), &at, reporter);
        let known = manifest_template::dependencies().find(|known| library(known.name) == library(name));
        let (name, version, defaults) = match known {
            Some(Dependency { name: right, version: pinned, default_features: defaults }) => {
                check_known(name, version.as_deref(), (right, pinned), &at, reporter);
                (right.to_owned(), pinned.to_owned(), default_features.unwrap_or(false) || defaults)
            }
            None => {
                if version.is_none() {
                    reporter.missing(&at, "version", "`version: 1.0.0`");
                }
                let Some(version) = version else { continue };
                if !check_version_req(version, "1.0.0", &at, reporter) || !is_valid {
                    continue;
                }
                (name.clone(), version.clone(), default_features.unwrap_or(true))
            }
        };
        dependencies.push(DevDependency { os, name, version, default_features: defaults, features });
    }
    // The manifest has one table for each operating system.
    dependencies.sort_by(|a, b| a.os.cmp(&b.os));
    (dependencies, test_features.into_iter().collect())
}

/// Checks the entry of the package itself, which lists the features that its tests need.
fn check_own_features(spec: &DevDependencySpec, at: &Cursor<'_>, reporter: &mut Reporter) -> Vec<String> {
    let DevDependencySpec { version, features, default_features, os } = spec;
    for (key, is_present) in
        [("version", version.is_some()), ("default_features", default_features.is_some()), ("os", os.is_some())]
    {
        if is_present {
            let message = format!("unexpected key `{key}`");
            let label = "the package itself has only `features`";
            reporter.error(&at.child(key).key(), message, label, format!("remove `{key}`"));
        }
    }
    let known: Vec<&str> = manifest_template::features().collect();
    for (index, feature) in features.iter().enumerate() {
        if !known.contains(&feature.as_str()) {
            let help = suggest::did_you_mean(feature, known.iter().copied(), "the features are");
            let location = at.child("features").item(index).value();
            reporter.error(&location, format!("unknown feature `{feature}`"), "not a feature of the package", help);
        }
    }
    features.clone()
}

fn check_dependency_name(name: &str, at: &Cursor<'_>, reporter: &mut Reporter) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let is_well_formed = name.len() <= MAX_NAME_LENGTH
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(is_plain);
    if !is_well_formed {
        let message = format!("invalid package name `{name}`");
        let help = format!("use at most {MAX_NAME_LENGTH} letters, digits, `-` and `_`, and start with a letter");
        reporter.error(&at.key(), message, "rejected by cargo", help);
        return false;
    }
    if let Some(reason) = reserved(name) {
        let message = format!("reserved package name `{name}`: {reason}");
        reporter.error(&at.key(), message, "no such package", "remove it");
        return false;
    }
    true
}

/// Checks the entry of a package that the generated package depends on in any case, in a version of the generator's choice.
fn check_known(
    name: &str,
    version: Option<&str>,
    (right, pinned): (&str, &str),
    at: &Cursor<'_>,
    reporter: &mut Reporter,
) {
    if name != right {
        let message = format!("expected package `{right}`, found `{name}`");
        reporter.error(&at.key(), message, "misspelled package name", format!("write `{right}`"));
    }
    if version.is_some() {
        let message = format!("unexpected version of `{right}`");
        let label = format!("the generator requires {pinned}");
        let help = "write a mapping without `version`, such as `{ features: [full] }`";
        reporter.error(&at.child("version").value(), message, label, help);
    }
}

fn check_features(features: &[String], at: &Cursor<'_>, reporter: &mut Reporter) -> Vec<String> {
    let section = at.child("features");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-+.".contains(c);
    for (index, feature) in features.iter().enumerate() {
        let starts_well = feature.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if !starts_well || !feature.chars().all(is_plain) {
            let message = format!("invalid feature name `{feature}`");
            let help = "use letters, digits, `_`, `-`, `+` and `.`";
            reporter.error(&section.item(index).value(), message, "rejected by cargo", help);
        }
    }
    features.iter().cloned().collect::<IndexSet<_>>().into_iter().collect()
}

fn check_os(os: Option<&str>, at: &Cursor<'_>, reporter: &mut Reporter) -> Option<String> {
    let os = strings::optional(os, "os", at, reporter)?;
    if !os.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()) {
        let message = format!("invalid operating system `{os}`");
        let help = "write it as in `linux` or `windows`";
        reporter.error(&at.child("os").value(), message, "not a value of `target_os`", help);
    }
    Some(os)
}

//! What the tests of the generated package need: what the generated ones do, and what the spec adds for those written by
//! hand.

use std::collections::BTreeMap;

use indexmap::{IndexMap, IndexSet};

use semver::VersionReq;

use super::package_names::{MAX_NAME_LENGTH, library, reserved};
use super::prose;
use crate::ir::DevDependency;
use crate::manifest_template::{self, Dependency};
use crate::spec::{Cursor, DevDependencySpec, Reporter};
use crate::suggest;

const NAME_HELP: &str = "use at most 64 letters, digits, `-` and `_`, a letter first";

/// Checks the dev-dependencies of a package. Returns all that the package has, and the features of its own that its tests
/// need. `cursor` is that of `dev_dependencies`.
pub fn check(
    written: &IndexMap<String, DevDependencySpec>,
    package: Option<&str>,
    cursor: &Cursor<'_>,
    reporter: &mut Reporter,
) -> (Vec<DevDependency>, Vec<String>) {
    let mut dependencies = Vec::new();
    let mut own: IndexSet<String> = manifest_template::TEST_FEATURES.map(str::to_owned).into();
    let mut libraries: BTreeMap<String, &str> = BTreeMap::new();
    for (name, spec) in written {
        let at = cursor.child(name.as_str());
        if Some(name.as_str()) == package {
            own.extend(check_own(spec, &at, reporter));
            continue;
        }
        let is_named = check_name(name, &at, reporter);
        if let Some(first) = libraries.insert(library(name), name) {
            let message =
                format!("`{first}` and `{name}` must not both be dev-dependencies: their libraries have one name");
            reporter.duplicate(&cursor.child(first).key(), &at.key(), message, "remove one of them");
        }
        let DevDependencySpec { version, features, default_features, os } = spec;
        let features = check_features(features, &at, reporter);
        let os = check_os(os.as_deref(), &at, reporter);
        let known = manifest_template::dependencies().find(|known| library(known.name) == library(name));
        match known {
            Some(known) => {
                check_known(name, version.as_deref(), known, &at, reporter);
                let Dependency { name, version, default_features: of_template } = known;
                let default_features = default_features.unwrap_or(false) || of_template;
                let (name, version) = (name.to_owned(), version.to_owned());
                dependencies.push(DevDependency { os, name, version, default_features, features });
            }
            None => {
                let version = check_version(version.as_deref(), &at, reporter);
                if let Some(version) = version.filter(|_| is_named) {
                    let default_features = default_features.unwrap_or(true);
                    let name = name.clone();
                    dependencies.push(DevDependency { os, name, version, default_features, features });
                }
            }
        }
    }
    // One table of the manifest for each system.
    dependencies.sort_by(|a, b| a.os.cmp(&b.os));
    (dependencies, own.into_iter().collect())
}

/// The package itself stands for the features of its own that its tests need.
fn check_own(spec: &DevDependencySpec, at: &Cursor<'_>, reporter: &mut Reporter) -> Vec<String> {
    let DevDependencySpec { version, features, default_features, os } = spec;
    for (key, is_written) in
        [("version", version.is_some()), ("default_features", default_features.is_some()), ("os", os.is_some())]
    {
        if is_written {
            let message = format!("the package itself must have `features` alone, not `{key}`");
            reporter.error(&at.child(key).key(), message, "not of the package itself", format!("remove `{key}`"));
        }
    }
    let known: Vec<&str> = manifest_template::features().collect();
    for (index, feature) in features.iter().enumerate() {
        if !known.contains(&feature.as_str()) {
            let help = suggest::did_you_mean(feature, known.iter().copied(), "the features are");
            let message = format!("the package has no feature `{feature}`");
            reporter.error(&at.child("features").item(index).value(), message, "unknown feature", help);
        }
    }
    features.clone()
}

fn check_name(name: &str, at: &Cursor<'_>, reporter: &mut Reporter) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let is_well_formed = name.len() <= MAX_NAME_LENGTH
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(is_plain);
    if !is_well_formed {
        let message = format!("a dev-dependency must be a package that cargo can name, `{name}` is not");
        reporter.error(&at.key(), message, "not a package name", NAME_HELP);
    } else if let Some(reason) = reserved(name) {
        let message = format!("a dev-dependency must not be called `{name}`: {reason}");
        reporter.error(&at.key(), message, "no such package", "remove it");
    } else {
        return true;
    }
    false
}

/// The version of a package that the crate depends on itself is the generator's to choose.
fn check_known(name: &str, version: Option<&str>, known: Dependency, at: &Cursor<'_>, reporter: &mut Reporter) {
    let Dependency { name: right, version: of_template, .. } = known;
    if name != right {
        let message = format!("the generated crate depends on `{right}`, which `{name}` must not stand for");
        reporter.error(&at.key(), message, "another spelling", format!("write `{right}`"));
    }
    if version.is_some() {
        let message = format!("`{right}` must not have a version: the generated crate depends on {of_template} of it");
        let help = "write a mapping without `version`, such as `{ features: [full] }`";
        reporter.error(&at.child("version").value(), message, "the generator chooses it", help);
    }
}

fn check_version(version: Option<&str>, at: &Cursor<'_>, reporter: &mut Reporter) -> Option<String> {
    let Some(version) = version else {
        reporter.missing(at, "version", "`version: 1.0.0`");
        return None;
    };
    match VersionReq::parse(version) {
        Ok(_) => Some(version.to_owned()),
        Err(reason) => {
            let message =
                format!("the version of a dev-dependency must be one that cargo takes, `{version}` is not: {reason}");
            reporter.error(&at.child("version").value(), message, "not a version", "write it as in `1.0.0`");
            None
        }
    }
}

fn check_features(features: &[String], at: &Cursor<'_>, reporter: &mut Reporter) -> Vec<String> {
    let section = at.child("features");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-+.".contains(c);
    for (index, feature) in features.iter().enumerate() {
        let starts_well = feature.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if !starts_well || !feature.chars().all(is_plain) {
            let message = format!("a feature must have a name that cargo takes, `{feature}` is not one");
            let help = "use letters, digits, `_`, `-`, `+` and `.`";
            reporter.error(&section.item(index).value(), message, "not a feature", help);
        }
    }
    features.iter().cloned().collect::<IndexSet<_>>().into_iter().collect()
}

fn check_os(os: Option<&str>, at: &Cursor<'_>, reporter: &mut Reporter) -> Option<String> {
    let os = prose::optional(os, "os", at, reporter)?;
    if !os.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()) {
        let message = format!("`os` must be a value of Rust's `target_os`, `{os}` is not");
        reporter.error(&at.child("os").value(), message, "not a system", "write it as in `linux` or `windows`");
    }
    Some(os)
}

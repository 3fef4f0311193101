//! The generated package: what cargo and crates.io take, and what builds everywhere.

use std::collections::HashMap;

use semver::{Version, VersionReq};

use super::package_names::{NAME_HELP, is_target_name, library, reserved};
use super::{dev_dependencies, prose};
use crate::ir::{Package, Runtime};
use crate::manifest_template;
use crate::spec::{Cursor, PackageSpec, Reporter, RuntimeSpec, SourcePath};

/// The package of the runtime.
const RUNTIME: &str = "routegen-runtime";

/// Checks the package; its description is the first sentence of the API's summary where it has none.
pub fn check(
    package: &PackageSpec,
    summary: Option<&str>,
    cursor: &Cursor<'_>,
    reporter: &mut Reporter,
) -> Option<Package> {
    let PackageSpec { name, version, license, description, benches, dev_dependencies, runtime } = package;
    let name = prose::required(name.as_deref(), "name", cursor, reporter);
    let version = prose::required(version.as_deref(), "version", cursor, reporter);
    let license = prose::optional(license.as_deref(), "license", cursor, reporter);
    let description = prose::optional(description.as_deref(), "description", cursor, reporter)
        .or_else(|| summary.map(|summary| first_sentence(summary).to_owned()));
    if let Some(name) = &name {
        check_name(name, &cursor.child("name").value(), reporter);
    }
    if let Some((version, Err(reason))) = version.as_deref().map(|version| (version, Version::parse(version))) {
        let message = format!("a package version must be one that cargo takes, `{version}` is not: {reason}");
        reporter.error(
            &cursor.child("version").value(),
            message,
            "not a version",
            "write it as in `0.1.0` or `0.1.0-beta.1`",
        );
    }
    let description = description.unwrap_or_default();
    let benches = check_benches(benches, &cursor.child("benches"), reporter);
    let place = cursor.child("dev_dependencies");
    let (dev_dependencies, test_features) =
        dev_dependencies::check(dev_dependencies, name.as_deref(), &place, reporter);
    let runtime = check_runtime(runtime.as_ref(), &cursor.child("runtime"), reporter);
    let (name, version) = (name?, version?);
    Some(Package { name, version, license, description, benches, dev_dependencies, test_features, runtime })
}

fn check_runtime(written: Option<&RuntimeSpec>, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Runtime {
    let RuntimeSpec { version, path } = written.unwrap_or(&RuntimeSpec { version: None, path: None });
    let version = prose::optional(version.as_deref(), "version", cursor, reporter);
    let path = prose::optional(path.as_deref(), "path", cursor, reporter);
    if let Some(Err(reason)) = version.as_deref().map(VersionReq::parse) {
        let message = format!("the version of the runtime must be one that cargo takes: {reason}");
        reporter.error(&cursor.child("version").value(), message, "not a version", "write it as in `0.1.0`");
    }
    Runtime { version: version.unwrap_or_else(|| env!("CARGO_PKG_VERSION").to_owned()), path }
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first)
}

fn check_name(name: &str, place: &SourcePath, reporter: &mut Reporter) {
    if !is_target_name(name) {
        let message = format!("a package name must be one that cargo and rustc take, `{name}` is not");
        reporter.error(place, message, "not a package name", NAME_HELP);
        return;
    }
    let is_dependency = |name: &str| {
        let mut dependencies = manifest_template::dependencies().map(|known| known.name).chain([RUNTIME]);
        dependencies.any(|known| library(known) == library(name))
    };
    let reason = reserved(name).or_else(|| is_dependency(name).then_some("it depends on a package of that name"));
    if let Some(reason) = reason {
        let message = format!("the generated package must not be called `{name}`: {reason}");
        reporter.error(place, message, "taken", format!("choose another name, such as `{name}-api`"));
    }
}

fn check_benches(written: &[String], cursor: &Cursor<'_>, reporter: &mut Reporter) -> Vec<String> {
    let mut benches: Vec<String> = Vec::new();
    let mut first_index = HashMap::new();
    for (index, name) in written.iter().enumerate() {
        let place = cursor.item(index).value();
        if !is_target_name(name) {
            let message = format!("a bench must have a name that cargo and rustc take, `{name}` is not one");
            reporter.error(&place, message, "not a name", NAME_HELP);
        } else if let Some(reason) = reserved(name) {
            let message = format!("a bench must not be called `{name}`: {reason}");
            reporter.error(&place, message, "taken", "rename the file below `benches/`");
        } else if let Some(first) = first_index.get(&library(name)).copied() {
            let message = format!("the bench `{name}` is listed twice");
            reporter.duplicate(&cursor.item(first).value(), &place, message, "list it once");
        } else {
            first_index.insert(library(name), index);
            benches.push(name.clone());
        }
    }
    benches
}

//! Checks the licenses and sources of all dependencies with `deny.toml`, and that the CI script uses the lock files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

/// The policy in `deny.toml`. Other keys are only for cargo-deny.
#[derive(Debug, Clone, Deserialize)]
struct Policy {
    licenses: Licenses,
    sources: Sources,
}

#[derive(Debug, Clone, Deserialize)]
struct Licenses {
    allow: Vec<String>,
    exceptions: Vec<Exception>,
}

#[derive(Debug, Clone, Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    package: String,
    allow: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
    allow_git: Vec<String>,
}

/// The relevant output of `cargo metadata`.
#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Package {
    id: String,
    name: String,
    license: Option<String>,
    source: Option<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a package in a workspace").to_owned()
}

fn policy() -> Policy {
    let text = std::fs::read_to_string(root().join("deny.toml")).expect("a policy");
    toml::from_str(&text).expect("the keys of cargo-deny")
}

/// Returns the packages of the workspace and all their dependencies, for every platform and with all features.
fn metadata() -> Metadata {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["metadata", "--locked", "--format-version", "1", "--all-features"]).current_dir(root());
    let output = command.output().expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the JSON of cargo")
}

/// The entries of the policy that a check needed.
#[derive(Debug, Default, PartialEq, Eq)]
struct Used {
    licenses: BTreeSet<String>,
    exceptions: BTreeSet<String>,
}

/// Returns the problem with a package, and records the entries of the policy that it needs.
fn problem(package: &Package, is_member: bool, policy: &Policy, used: &mut Used) -> Option<String> {
    let name = &package.name;
    if let Some(problem) = source_problem(package, is_member, &policy.sources) {
        return Some(format!("{name} {problem}"));
    }
    let Some(license) = &package.license else { return Some(format!("{name} has no license")) };
    // Older packages write `MIT/Apache-2.0`.
    let expression = match Expression::parse_mode(license, ParseMode::LAX) {
        Ok(expression) => expression,
        Err(error) => return Some(format!("{name} has the license `{license}`: {}", error.reason)),
    };
    let exception = policy.licenses.exceptions.iter().find(|exception| exception.package == *name);
    let is_allowed = expression.evaluate(|wanted| {
        let is_it = |allowed: &&String| Licensee::parse(allowed).is_ok_and(|licensee| licensee.satisfies(wanted));
        if let Some(license) = policy.licenses.allow.iter().find(is_it) {
            used.licenses.insert(license.clone());
            return true;
        }
        let is_exception = exception.is_some_and(|exception| exception.allow.iter().any(|allowed| is_it(&allowed)));
        if is_exception {
            used.exceptions.insert(name.clone());
        }
        is_exception
    });
    (!is_allowed).then(|| format!("{name} has the license `{license}`, which deny.toml does not allow"))
}

fn source_problem(package: &Package, is_member: bool, sources: &Sources) -> Option<String> {
    let Some(source) = &package.source else {
        return (!is_member).then(|| "is outside of the workspace".to_owned());
    };
    let (kind, url) = source.split_once('+').unwrap_or((source, ""));
    let is_allowed = match kind {
        "registry" => sources.allow_registry.iter().any(|allowed| allowed == url),
        "git" => sources.allow_git.iter().any(|allowed| url.starts_with(allowed.as_str())),
        _ => false,
    };
    (!is_allowed).then(|| format!("comes from `{source}`, which deny.toml does not allow"))
}

/// Returns the problems of all packages and the entries of the policy that they need.
fn check(metadata: &Metadata, policy: &Policy) -> (Vec<String>, Used) {
    let mut used = Used::default();
    let is_member = |package: &Package| metadata.workspace_members.contains(&package.id);
    let problems =
        metadata.packages.iter().filter_map(|package| problem(package, is_member(package), policy, &mut used));
    let problems = problems.collect();
    (problems, used)
}

#[test]
fn every_dependency_is_allowed_and_every_entry_is_needed() {
    let (metadata, policy) = (metadata(), policy());
    assert!(metadata.packages.len() > 300, "only {} packages", metadata.packages.len());
    assert_eq!(metadata.workspace_members.len(), metadata.packages.iter().filter(|it| it.source.is_none()).count());
    let (problems, used) = check(&metadata, &policy);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let licenses = policy.licenses.allow.iter().cloned().collect();
    let exceptions = policy.licenses.exceptions.iter().map(|exception| exception.package.clone()).collect();
    assert_eq!(used, Used { licenses, exceptions }, "deny.toml has unused entries");
}

#[test]
fn a_missing_entry_of_the_policy_is_found() {
    let (metadata, policy) = (metadata(), policy());
    for license in &policy.licenses.allow {
        let mut stricter = policy.clone();
        stricter.licenses.allow.retain(|allowed| allowed != license);
        let (problems, _) = check(&metadata, &stricter);
        assert!(problems.iter().any(|problem| problem.contains(license.as_str())), "{license}: {problems:?}");
    }
    for exception in &policy.licenses.exceptions {
        let mut stricter = policy.clone();
        stricter.licenses.exceptions.retain(|kept| kept.package != exception.package);
        let expected =
            format!("{} has the license `{}`, which deny.toml does not allow", exception.package, exception.allow[0]);
        assert_eq!(check(&metadata, &stricter).0, [expected]);
    }
    let mut nowhere = policy;
    nowhere.sources.allow_registry.clear();
    assert!(check(&metadata, &nowhere).0.len() > 300);
}

#[test]
fn every_kind_of_problem_is_found() {
    const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";
    let policy = policy();
    let found = |license: Option<&str>, source: Option<&str>| {
        let text = |text: Option<&str>| text.map(str::to_owned);
        let package = Package { id: "id".into(), name: "apple".into(), license: text(license), source: text(source) };
        problem(&package, false, &policy, &mut Used::default())
    };
    for valid in ["MIT", "GPL-3.0-only OR MIT", "MIT/Apache-2.0", "Apache-2.0 AND ISC", "GPL-2.0-only OR (ISC AND MIT)"]
    {
        assert_eq!(found(Some(valid), Some(REGISTRY)), None, "{valid}");
    }
    for wrong in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "MPL-2.0", "MIT OR", "my own", ""] {
        let problem = found(Some(wrong), Some(REGISTRY)).expect(wrong);
        assert!(problem.starts_with(&format!("apple has the license `{wrong}`")), "{problem}");
    }
    assert_eq!(found(None, Some(REGISTRY)).as_deref(), Some("apple has no license"));
    assert_eq!(found(Some("MIT"), None).as_deref(), Some("apple is outside of the workspace"));
    for source in
        ["registry+https://example.com/index", "sparse+https://example.com/", "git+https://example.com/apple#1", "x"]
    {
        let expected = format!("apple comes from `{source}`, which deny.toml does not allow");
        assert_eq!(found(Some("MIT"), Some(source)), Some(expected));
    }
}

/// Returns the lines of `.ci/run`, with continuation lines joined.
fn script() -> Vec<String> {
    let script = std::fs::read_to_string(root().join(".ci/run")).expect("a script");
    script.replace("\\\n", "").lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn the_ci_script_changes_no_version() {
    let script = script();
    let cargo: Vec<&String> = script.iter().filter(|line| line.contains("cargo ") && !line.starts_with('#')).collect();
    assert!(cargo.len() > 5, "{cargo:?}");
    for line in cargo {
        // Formatting does not resolve dependencies.
        assert!(line.contains(" --locked") || line.starts_with("cargo fmt "), "{line}");
    }
    let pip: Vec<&String> = script.iter().filter(|line| line.contains("pip install")).collect();
    assert_eq!(pip.len(), 2, "{pip:?}");
    for line in pip {
        assert!(line.contains("--require-hashes --only-binary :all:"), "{line}");
        let file = line.split("--requirement ").nth(1).and_then(|rest| rest.split(' ').next()).expect("a file");
        let text = std::fs::read_to_string(root().join(file)).expect("a requirements file");
        let pinned = text.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()));
        assert!(pinned.clone().count() > 10 && pinned.clone().all(|line| line.contains("==")), "{file}");
        let source = std::fs::read_to_string(root().join(file).with_extension("in")).expect("its source");
        let wanted: Vec<&str> = source.lines().filter(|line| !line.starts_with('#')).collect();
        for wanted in wanted {
            assert!(pinned.clone().any(|line| line.starts_with(&format!("{wanted} "))), "{file} lacks {wanted}");
        }
    }
}

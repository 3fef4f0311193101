//! What is generated depends on what the spec says, and on nothing else: not on the order of files or keys, not on where the
//! spec lies, not on chance.

#[path = "support/cases.rs"]
#[allow(dead_code, reason = "each test uses a part of it")]
mod cases;

use std::fs;
use std::path::{Path, PathBuf};

use routegen::output::File;
use serde_yaml::{Mapping, Value};

/// How often the keys are put into another order.
const SHUFFLES: u64 = 2;

/// The spec folders: the one of this repository, and those of the golden cases.
fn specs() -> Vec<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    [own].into_iter().chain(cases::all().iter().map(cases::Case::spec)).collect()
}

fn generated(spec: &Path) -> Vec<File> {
    cases::generated(spec).unwrap_or_else(|report| panic!("{}: {report}", spec.display()))
}

/// The YAML files of a folder with their texts.
fn texts(spec: &Path) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(spec).expect("the spec can be listed") {
        let path = entry.expect("the spec can be listed").path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            texts.push((name, fs::read_to_string(&path).expect("the spec can be read")));
        }
    }
    texts
}

/// A new folder of that name with these files, written in their order.
fn folder(name: &str, texts: &[(String, String)]) -> (tempfile::TempDir, PathBuf) {
    let root = tempfile::tempdir().expect("a folder can be made");
    let folder = root.path().join(name);
    fs::create_dir(&folder).expect("a folder can be made");
    for (name, text) in texts {
        fs::write(folder.join(name), text).expect("the spec can be written");
    }
    (root, folder)
}

fn assert_same(spec: &Path, found: &[File], expected: &[File], what: &str) {
    let paths = |files: &[File]| files.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(found), paths(expected), "{}: {what} changes the files", spec.display());
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.text, expected.text, "{}: {what} changes {}", spec.display(), found.path);
    }
}

/// An order that depends on a number alone.
fn shuffle<T>(items: &mut [T], seed: &mut u64) {
    for end in (1..items.len()).rev() {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let chosen = usize::try_from(*seed >> 33).unwrap_or_default() % (end + 1);
        items.swap(end, chosen);
    }
}

/// The same YAML with the keys of every mapping in another order. Lists keep theirs: it means something.
fn shuffled(value: Value, seed: &mut u64) -> Value {
    match value {
        Value::Mapping(mapping) => {
            let mut entries: Vec<(Value, Value)> =
                mapping.into_iter().map(|(key, value)| (key, shuffled(value, seed))).collect();
            shuffle(&mut entries, seed);
            Value::Mapping(Mapping::from_iter(entries))
        }
        Value::Sequence(items) => items.into_iter().map(|item| shuffled(item, seed)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Tagged(_) => value,
    }
}

#[test]
fn the_order_of_keys_and_files_changes_nothing() {
    for spec in specs() {
        let expected = generated(&spec);
        for seed in 0..SHUFFLES {
            let mut state = seed;
            let mut texts = texts(&spec);
            for (_, text) in &mut texts {
                let tree = serde_yaml::from_str(text).expect("the spec is YAML");
                *text = serde_yaml::to_string(&shuffled(tree, &mut state)).expect("the spec is YAML");
            }
            shuffle(&mut texts, &mut state);
            let (_root, folder) = folder("spec", &texts);
            assert_same(&spec, &generated(&folder), &expected, &format!("the order of seed {seed}"));
        }
    }
}

#[test]
fn the_place_of_the_spec_changes_nothing() {
    for spec in specs() {
        let expected = generated(&spec);
        for name in ["api-description", "größe 2"] {
            let (_root, folder) = folder(name, &texts(&spec));
            assert_same(&spec, &generated(&folder), &expected, &format!("the folder's name `{name}`"));
        }
        let with_steps = spec.join("..").join(spec.file_name().unwrap_or_default());
        assert_same(&spec, &generated(&with_steps), &expected, "another way to the same folder");
    }
}

#[test]
fn generating_again_changes_nothing() {
    for spec in specs() {
        assert_same(&spec, &generated(&spec), &generated(&spec), "a second run");
    }
}

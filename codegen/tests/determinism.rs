//! What is generated depends on what a spec says, and on nothing else (I1).

#[path = "support/cases.rs"]
#[allow(dead_code, reason = "other tests need the rest")]
mod cases;

use std::fs;
use std::path::{Path, PathBuf};

use serde_yaml::{Mapping, Value};

/// A generator of numbers that look random; the same seed gives the same ones.
struct Shuffle(u64);

impl Shuffle {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % below as u64).expect("it is below a usize")
    }

    fn items<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.next(last + 1));
        }
    }

    /// The same value with the keys of every mapping in another order; lists keep theirs.
    fn keys(&mut self, value: Value) -> Value {
        match value {
            Value::Mapping(mapping) => {
                let mut entries: Vec<(Value, Value)> = mapping.into_iter().collect();
                self.items(&mut entries);
                let entries = entries.into_iter().map(|(key, value)| (key, self.keys(value)));
                Value::Mapping(entries.collect::<Mapping>())
            }
            Value::Sequence(items) => Value::Sequence(items.into_iter().map(|item| self.keys(item)).collect()),
            other => other,
        }
    }
}

fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "yaml")).collect();
    files.sort();
    files
}

/// A copy of a spec, its files written in another order and its keys standing in another order.
fn shuffled(spec: &Path, seed: u64) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    let mut shuffle = Shuffle(seed);
    let mut files = yaml_files(spec);
    shuffle.items(&mut files);
    for file in files {
        let text = fs::read_to_string(&file).expect("a file");
        let value = shuffle.keys(serde_yaml::from_str(&text).expect("YAML"));
        let name = file.file_name().expect("a name");
        fs::write(copy.path().join(name), serde_yaml::to_string(&value).expect("YAML")).expect("a file");
    }
    copy
}

fn the_order_changes_nothing(spec: &Path) {
    let made = cases::generated(spec).expect("a sound spec");
    assert_eq!(made, cases::generated(spec).expect("a sound spec"), "twice the same spec");
    for seed in 1..=4 {
        let copy = shuffled(spec, seed);
        let again = cases::generated(copy.path()).expect("a sound spec");
        for (file, other) in made.iter().zip(&again) {
            assert_eq!(file.text, other.text, "{} of {} with seed {seed}", file.path, spec.display());
        }
        assert_eq!(made.len(), again.len());
    }
}

#[test]
fn the_order_of_the_golden_cases_changes_nothing() {
    for case in cases::all() {
        the_order_changes_nothing(&case.spec());
    }
}

#[test]
fn the_order_of_the_workspace_spec_changes_nothing() {
    the_order_changes_nothing(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec"));
}

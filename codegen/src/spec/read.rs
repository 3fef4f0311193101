//! One file's text into its struct, with every structural mistake reported: keys that do not exist, values of another kind.
//!
//! serde stops at the first mistake. So what is at fault is reported, cut out of the tree, and the rest is read again,
//! until it reads without one.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use serde_yaml::Value;

use super::place::Step;
use super::report::{FaultKind, Reporter};
use super::{clean, mistake, syntax};
use crate::diagnostic::SourceFile;

/// More mistakes than anyone reads in one go.
const MOST_MISTAKES: usize = 200;

/// Reads a file; what could be made sense of is returned even where mistakes were reported.
pub(super) fn read<T: DeserializeOwned>(file: &Arc<SourceFile>, reporter: &mut Reporter) -> Option<T> {
    let mut tree = syntax::read(file, reporter)?;
    clean::clean(file, &mut tree, reporter);
    for _ in 0..MOST_MISTAKES {
        let error = match serde_path_to_error::deserialize::<_, T>(&tree) {
            Ok(read) => return Some(read),
            Err(error) => error,
        };
        let steps = steps(error.path());
        mistake::report(&error.inner().to_string(), file, &steps, reporter);
        if !cut(&mut tree, &steps) {
            return None;
        }
        reporter.at_fault(file, &steps, FaultKind::Removed);
    }
    None
}

fn steps(path: &Path) -> Vec<Step> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(Step::Item(*index)),
            Segment::Map { key } => Some(Step::Key(key.clone())),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// Takes the entry at the end of the path out of the tree; false where there is none.
fn cut(tree: &mut Value, steps: &[Step]) -> bool {
    let Some((last, above)) = steps.split_last() else { return false };
    let mut node = tree;
    for step in above {
        let next = match (node, step) {
            (Value::Mapping(mapping), Step::Key(key)) => match key_of(mapping, key) {
                Some(key) => mapping.get_mut(&key),
                None => None,
            },
            (Value::Sequence(items), Step::Item(index)) => items.get_mut(*index),
            (_, Step::Key(_) | Step::Item(_)) => None,
        };
        match next {
            Some(next) => node = next,
            None => return false,
        }
    }
    match (node, last) {
        (Value::Mapping(mapping), Step::Key(key)) => {
            key_of(mapping, key).is_some_and(|key| mapping.remove(&key).is_some())
        }
        (Value::Sequence(items), Step::Item(index)) if *index < items.len() => {
            items.remove(*index);
            true
        }
        (_, Step::Key(_) | Step::Item(_)) => false,
    }
}

/// The key that is written like `step`, be it a text or the number of a status code.
fn key_of(mapping: &serde_yaml::Mapping, step: &str) -> Option<Value> {
    let written = |key: &Value| match key {
        Value::String(text) => text == step,
        Value::Number(number) => number.to_string() == step,
        Value::Null | Value::Bool(_) | Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => false,
    };
    mapping.keys().find(|key| written(key)).cloned()
}

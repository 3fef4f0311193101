//! One file's text into its struct, with every structural mistake reported: keys that do not exist, values of another kind.
//!
//! What is at fault is reported, cut out of the tree, and the rest is read again, until it reads without an error. A pass
//! finds what is wrong with every entry of a map or a list; only what one key of a mapping hides behind another takes one
//! pass more.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_yaml::Value;

use super::collect::{self, EntryError};
use super::invalid::FaultKind;
use super::mistake::{self, Mistake};
use super::path::PathSegment;
use super::report::Reporter;
use super::{bare_keys, clean, openapi_words, yaml};
use crate::diagnostic::SourceFile;

/// As many passes as it takes for the keys of mappings that lie in one another as deep as YAML is read.
const MAX_PASSES: usize = 200;

/// Reads a file; what could be made sense of is returned even where mistakes were reported.
pub(super) fn read<T: DeserializeOwned>(file: &Arc<SourceFile>, reporter: &mut Reporter) -> Option<T> {
    let mut tree = yaml::read(file, reporter)?;
    let bare = bare_keys::report(file, &tree, reporter);
    cut(&mut tree, bare);
    clean::clean(file, &mut tree, reporter);
    for _ in 0..MAX_PASSES {
        let errors = match collect::read::<T>(&tree) {
            Ok(read) => return Some(read),
            Err(errors) => errors,
        };
        let mut invalid = Vec::new();
        for error in &errors {
            report(error, &tree, file, reporter, &mut invalid);
        }
        reporter.at_fault(file, &invalid, FaultKind::Removed);
        if !cut(&mut tree, invalid) {
            return None;
        }
    }
    None
}

/// Reports an error, and adds the paths of what it is about. All unknown keys of a mapping are reported at once.
fn report(
    EntryError { steps, message }: &EntryError,
    tree: &Value,
    file: &Arc<SourceFile>,
    reporter: &mut Reporter,
    invalid: &mut Vec<Vec<PathSegment>>,
) {
    let mistake = Mistake::of(message);
    let above = steps.split_last().map_or(steps.as_slice(), |(_, above)| above);
    if let (Mistake::UnknownKey { known, .. }, Some(Value::Mapping(mapping))) = (&mistake, find(tree, above)) {
        // In the place of a field, `properties` has none of the keys of a field.
        if mistake::report_foreign_field(known, file, above, reporter) {
            invalid.push(above.to_vec());
            return;
        }
        for (key, value) in mapping.iter().filter_map(|(key, value)| Some((key.as_str()?, value))) {
            if !known.contains(&key) {
                let steps = [above, &[PathSegment::Key(key.to_owned())]].concat();
                mistake::unknown_key((key, openapi_words::named_type(value)), known, file, &steps, reporter);
                invalid.push(steps);
            }
        }
        return;
    }
    mistake::report(&mistake, file, steps, reporter);
    invalid.push(steps.clone());
}

/// The entry at the end of a path.
fn find<'a>(tree: &'a Value, steps: &[PathSegment]) -> Option<&'a Value> {
    steps.iter().try_fold(tree, |node, step| match (node, step) {
        (Value::Mapping(mapping), PathSegment::Key(key)) => {
            mapping.get(key.as_str()).or_else(|| mapping.get(number(key)?))
        }
        (Value::Sequence(items), PathSegment::Item(index)) => items.get(*index),
        (_, PathSegment::Key(_) | PathSegment::Item(_)) => None,
    })
}

fn find_mut<'a>(tree: &'a mut Value, steps: &[PathSegment]) -> Option<&'a mut Value> {
    steps.iter().try_fold(tree, |node, step| match (node, step) {
        (Value::Mapping(mapping), PathSegment::Key(key)) => match number(key).filter(|key| mapping.contains_key(key)) {
            Some(number) => mapping.get_mut(number),
            None => mapping.get_mut(key.as_str()),
        },
        (Value::Sequence(items), PathSegment::Item(index)) => items.get_mut(*index),
        (_, PathSegment::Key(_) | PathSegment::Item(_)) => None,
    })
}

/// A status code as a key.
fn number(step: &str) -> Option<Value> {
    step.parse::<u64>().ok().map(Value::from)
}

/// Takes entries out of the tree; false where one is not there.
fn cut(tree: &mut Value, mut paths: Vec<Vec<PathSegment>>) -> bool {
    if paths.is_empty() {
        return false;
    }
    // The longest first: an item that is taken out of a list moves those behind it.
    paths.sort_by_key(|steps| std::cmp::Reverse(steps.len()));
    let mut items: BTreeMap<(std::cmp::Reverse<usize>, Vec<PathSegment>), Vec<usize>> = BTreeMap::new();
    for steps in paths {
        let Some((last, above)) = steps.split_last() else { return false };
        let is_cut = match (find_mut(tree, above), last) {
            (Some(Value::Mapping(mapping)), PathSegment::Key(key)) => {
                mapping.remove(key.as_str()).or_else(|| mapping.remove(number(key)?)).is_some()
            }
            (Some(Value::Sequence(list)), PathSegment::Item(index)) => {
                items.entry((std::cmp::Reverse(above.len()), above.to_vec())).or_default().push(*index);
                *index < list.len()
            }
            (Some(_) | None, PathSegment::Key(_) | PathSegment::Item(_)) => false,
        };
        if !is_cut {
            return false;
        }
    }
    for ((_, above), mut gone) in items {
        gone.sort_unstable();
        if let Some(Value::Sequence(list)) = find_mut(tree, &above) {
            let (mut index, mut gone) = (0, gone.into_iter().peekable());
            list.retain(|_| {
                let is_gone = gone.next_if_eq(&index).is_some();
                index += 1;
                !is_gone
            });
        }
    }
    true
}

//! Changes of a file of the spec.

use std::fmt;

use serde_yaml::{Mapping, Value};

/// A change of a file.
#[derive(Debug)]
pub struct Mutation {
    /// The name of the file.
    pub file: String,
    /// The kind of the change, such as `method: changed`.
    pub kind: String,
    /// The change.
    pub edit: Edit,
}

/// A change of a tree. A path consists of keys and of indexes of sequences.
#[derive(Debug)]
pub enum Edit {
    /// Removes an entry.
    Remove(Vec<Value>),
    /// Renames a key.
    Rename(Vec<Value>, Value),
    /// Replaces a value.
    Set(Vec<Value>, Value),
    /// Adds an entry to a mapping, or replaces the one with this key.
    Insert(Vec<Value>, Value, Value),
    /// Adds an item to a sequence.
    Push(Vec<Value>, Value),
    /// Makes no change.
    Nothing,
}

impl fmt::Display for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, kind, edit } = self;
        let path = |path: &[Value]| path.iter().map(shown).collect::<Vec<_>>().join(" / ");
        write!(f, "{file}: {kind}: ")?;
        match edit {
            Edit::Remove(at) => write!(f, "{} removed", path(at)),
            Edit::Rename(at, key) => write!(f, "{} renamed to {}", path(at), shown(key)),
            Edit::Set(at, value) => write!(f, "{} set to {}", path(at), shown(value)),
            Edit::Insert(at, key, value) => write!(f, "{} extended with {}: {}", path(at), shown(key), shown(value)),
            Edit::Push(at, value) => write!(f, "{} extended with {}", path(at), shown(value)),
            Edit::Nothing => write!(f, "nothing"),
        }
    }
}

fn shown(value: &Value) -> String {
    serde_yaml::to_string(value).expect("YAML").trim().replace('\n', "; ")
}

impl Edit {
    /// Returns the changed tree.
    pub fn apply(&self, tree: &Value) -> Value {
        let mut tree = tree.clone();
        match self {
            Self::Remove(path) => {
                let (last, above) = path.split_last().expect("an entry");
                match at(&mut tree, above) {
                    Value::Mapping(mapping) => {
                        mapping.shift_remove(last).expect("an entry");
                    }
                    Value::Sequence(items) => {
                        items.remove(index(last));
                    }
                    other => panic!("{other:?} has no entries"),
                }
            }
            Self::Rename(path, key) => {
                let (last, above) = path.split_last().expect("an entry");
                let mapping = mapping(at(&mut tree, above));
                let value = mapping.shift_remove(last).expect("an entry");
                mapping.insert(key.clone(), value);
            }
            Self::Set(path, value) => *at(&mut tree, path) = value.clone(),
            Self::Insert(path, key, value) => {
                mapping(at(&mut tree, path)).insert(key.clone(), value.clone());
            }
            Self::Push(path, value) => at(&mut tree, path).as_sequence_mut().expect("a sequence").push(value.clone()),
            Self::Nothing => {}
        }
        tree
    }
}

fn at<'a>(tree: &'a mut Value, path: &[Value]) -> &'a mut Value {
    path.iter().fold(tree, |node, step| match node {
        Value::Mapping(mapping) => mapping.get_mut(step).expect("a key"),
        Value::Sequence(items) => items.get_mut(index(step)).expect("an item"),
        other => panic!("{other:?} has no {step:?}"),
    })
}

fn mapping(node: &mut Value) -> &mut Mapping {
    node.as_mapping_mut().expect("a mapping")
}

fn index(step: &Value) -> usize {
    usize::try_from(step.as_u64().expect("a number")).expect("a small number")
}

//! Maps and lists that read each of their entries by itself, so that one pass over a file finds what is wrong with all of
//! them: serde stops at the first error.
//!
//! A visitor hands up one error only. While errors are collected, a map or a list therefore keeps those of its entries in
//! [`COLLECTED`] and hands up the number under which they are kept. serde has no way to pass a place to keep them.

use std::cell::RefCell;
use std::fmt::{self, Display};
use std::hash::Hash;
use std::marker::PhantomData;

use indexmap::IndexMap;
use serde::de::{DeserializeOwned, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_path_to_error::{Path, Segment};
use serde_yaml::Value;

use super::path::PathSegment;

/// What serde says of an entry.
#[derive(Debug)]
pub(super) struct EntryError {
    /// The path of the entry in the tree.
    pub steps: Vec<PathSegment>,
    /// The words of serde.
    pub message: String,
}

thread_local! {
    /// The errors of the maps and lists that were read so far; `None` where the first error is enough.
    static COLLECTED: RefCell<Option<Vec<Vec<EntryError>>>> = const { RefCell::new(None) };
}

/// Stands before the number under which errors are kept.
const KEPT: &str = "\u{0}kept errors ";

/// Reads a tree.
///
/// # Errors
/// What is wrong with its entries. An entry of a struct hides those behind it; reading goes on once it is removed.
pub(super) fn read<T: DeserializeOwned>(tree: &Value) -> Result<T, Vec<EntryError>> {
    if let Ok(read) = serde_path_to_error::deserialize::<_, T>(tree) {
        return Ok(read);
    }
    COLLECTED.set(Some(Vec::new()));
    let read = serde_path_to_error::deserialize::<_, T>(tree).map_err(|error| entry_errors(&error));
    COLLECTED.set(None);
    read
}

fn is_collecting() -> bool {
    COLLECTED.with_borrow(Option::is_some)
}

/// The errors that an error stands for.
fn entry_errors(error: &serde_path_to_error::Error<serde_yaml::Error>) -> Vec<EntryError> {
    let steps = steps(error.path());
    let message = error.inner().to_string();
    match message.strip_prefix(KEPT).and_then(|number| number.parse::<usize>().ok()) {
        Some(number) => below(&steps, take(number)),
        None => vec![EntryError { steps, message }],
    }
}

fn steps(path: &Path) -> Vec<PathSegment> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(PathSegment::Item(*index)),
            Segment::Map { key } => Some(PathSegment::Key(key.clone())),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// The same errors with the path to what they lie in.
fn below(steps: &[PathSegment], errors: Vec<EntryError>) -> Vec<EntryError> {
    let longer = |error: EntryError| EntryError { steps: [steps, &error.steps].concat(), ..error };
    errors.into_iter().map(longer).collect()
}

fn keep<E: Error>(errors: Vec<EntryError>) -> E {
    let number = COLLECTED.with_borrow_mut(|collected| {
        let collected = collected.get_or_insert_default();
        collected.push(errors);
        collected.len() - 1
    });
    E::custom(format!("{KEPT}{number}"))
}

fn take(number: usize) -> Vec<EntryError> {
    COLLECTED.with_borrow_mut(|collected| collected.as_mut()?.get_mut(number).map(std::mem::take)).unwrap_or_default()
}

/// Reads an entry by itself, or keeps what is wrong with it.
fn entry<V: DeserializeOwned>(step: PathSegment, value: &Value, errors: &mut Vec<EntryError>) -> Option<V> {
    match serde_path_to_error::deserialize(value) {
        Ok(read) => Some(read),
        Err(error) => {
            errors.extend(below(&[step], entry_errors(&error)));
            None
        }
    }
}

/// For `deserialize_with`: a map.
pub(super) fn map<'de, K, V, D>(deserializer: D) -> Result<IndexMap<K, V>, D::Error>
where
    K: DeserializeOwned + Eq + Hash + Display,
    V: DeserializeOwned,
    D: Deserializer<'de>,
{
    deserializer.deserialize_map(Entries(PhantomData))
}

/// The same for a visitor that has found a map.
pub(super) fn map_entries<'de, K, V, A>(mut entries: A) -> Result<IndexMap<K, V>, A::Error>
where
    K: DeserializeOwned + Eq + Hash + Display,
    V: DeserializeOwned,
    A: MapAccess<'de>,
{
    let (mut read, mut errors) = (IndexMap::new(), Vec::new());
    if !is_collecting() {
        while let Some((key, value)) = entries.next_entry()? {
            read.insert(key, value);
        }
        return Ok(read);
    }
    while let Some((key, value)) = entries.next_entry::<K, Value>()? {
        if let Some(value) = entry(PathSegment::Key(key.to_string()), &value, &mut errors) {
            read.insert(key, value);
        }
    }
    if errors.is_empty() { Ok(read) } else { Err(keep(errors)) }
}

struct Entries<K, V>(PhantomData<(K, V)>);

impl<'de, K: DeserializeOwned + Eq + Hash + Display, V: DeserializeOwned> Visitor<'de> for Entries<K, V> {
    type Value = IndexMap<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
        map_entries(entries)
    }
}

/// For `deserialize_with`: a list.
pub(super) fn list<'de, V: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<V>, D::Error> {
    deserializer.deserialize_seq(Items(PhantomData))
}

/// The same, of what must not be empty.
pub(super) fn non_empty_map<'de, K, V, D>(deserializer: D) -> Result<IndexMap<K, V>, D::Error>
where
    K: DeserializeOwned + Eq + Hash + Display,
    V: DeserializeOwned,
    D: Deserializer<'de>,
{
    let read = map(deserializer)?;
    if read.is_empty() { Err(Error::invalid_length(0, &"an entry")) } else { Ok(read) }
}

/// The same, of what must not be empty.
pub(super) fn non_empty_list<'de, V: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<V>, D::Error> {
    let read = list(deserializer)?;
    if read.is_empty() { Err(Error::invalid_length(0, &"an entry")) } else { Ok(read) }
}

struct Items<V>(PhantomData<V>);

impl<'de, V: DeserializeOwned> Visitor<'de> for Items<V> {
    type Value = Vec<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let (mut read, mut errors) = (Vec::new(), Vec::new());
        if !is_collecting() {
            while let Some(item) = items.next_element()? {
                read.push(item);
            }
            return Ok(read);
        }
        let mut index = 0;
        while let Some(item) = items.next_element::<Value>()? {
            read.extend(entry::<V>(PathSegment::Item(index), &item, &mut errors));
            index += 1;
        }
        if errors.is_empty() { Ok(read) } else { Err(keep(errors)) }
    }
}

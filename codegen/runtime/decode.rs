//! JSON into types: exactly where that works, otherwise as much as fits.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::response::Mismatch;

/// More parts of one answer than this do not fit: then it is something else altogether.
const MOST_MISMATCHES: usize = 100;

/// Where JSON is not of a type, and what the type wants there.
#[derive(Debug)]
pub(super) struct Fault {
    /// The place, such as `actions[2].type`; empty for the whole.
    pub(super) path: String,
    pub(super) problem: String,
}

impl Fault {
    fn of(error: &serde_path_to_error::Error<impl std::fmt::Display>) -> Self {
        let mut path = String::new();
        for segment in error.path() {
            match segment {
                Segment::Seq { index } => path.push_str(&format!("[{index}]")),
                Segment::Map { key } | Segment::Enum { variant: key } => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(key);
                }
                Segment::Unknown => {}
            }
        }
        Self { path, problem: problem(&error.inner().to_string()) }
    }
}

/// What serde says, without the value that it found: that may be a secret.
fn problem(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or(message);
    if message.starts_with("missing field") {
        return message.replacen("missing field", "lacks the field", 1);
    }
    match message.split_once(", expected ") {
        Some((_, expected)) => format!("must be {expected}"),
        None if message.contains('"') => "is not of the documented type".to_owned(),
        None => message.to_owned(),
    }
}

/// Reads JSON as far as it fits.
///
/// # Errors
/// Where it is not JSON at all.
pub(super) fn leniently<T: DeserializeOwned + Default>(raw: &[u8]) -> Result<(T, Vec<Mismatch>), serde_json::Error> {
    let exact = if raw.is_empty() { serde_json::from_slice(b"null") } else { serde_json::from_slice(raw) };
    if let Ok(body) = exact {
        return Ok((body, Vec::new()));
    }
    let tree = if raw.is_empty() { Value::Null } else { serde_json::from_slice(raw)? };
    Ok(salvage(tree))
}

/// Cuts out what does not fit, until the rest does.
fn salvage<T: DeserializeOwned + Default>(mut tree: Value) -> (T, Vec<Mismatch>) {
    let mut mismatches = Vec::new();
    while mismatches.len() < MOST_MISMATCHES {
        let error = match serde_path_to_error::deserialize::<_, T>(tree.clone()) {
            Ok(body) => return (body, mismatches),
            Err(error) => error,
        };
        let Fault { path, problem } = Fault::of(&error);
        mismatches.push(Mismatch { path, problem });
        let segments: Vec<Segment> = error.path().iter().cloned().collect();
        if !cut(&mut tree, &segments) {
            break;
        }
    }
    (T::default(), mismatches)
}

/// Takes the value at the end of a path out of the tree; false where that would be the whole of it.
fn cut(tree: &mut Value, segments: &[Segment]) -> bool {
    let Some((last, above)) = segments.split_last() else { return false };
    let mut node = tree;
    for segment in above {
        let next = match segment {
            Segment::Seq { index } => node.get_mut(*index),
            Segment::Map { key } => node.get_mut(key.as_str()),
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        match next {
            Some(next) => node = next,
            None => return false,
        }
    }
    match (node, last) {
        (Value::Object(fields), Segment::Map { key }) => fields.remove(key).is_some(),
        (Value::Array(items), Segment::Seq { index }) if *index < items.len() => {
            items.remove(*index);
            true
        }
        (_, _) => false,
    }
}

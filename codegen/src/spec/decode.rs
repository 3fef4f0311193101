//! Decodes a YAML tree into the structs of the format.
//!
//! serde stops at the first error and describes it in prose. This decoder visits every entry, reports each error with its
//! path, and continues. It omits an invalid entry of a mapping and replaces an invalid item of a list by an empty one. Both
//! are marked, so that the checks do not report them again.

use std::fmt::Display;
use std::hash::Hash;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_yaml::{Mapping, Value};

use super::invalid::Invalidity;
use super::path::Cursor;
use super::record::{Definitions, KeyInfo, Record, StringKind};
use super::report::{Reporter, list};
use super::{missing_values, openapi_words, yaml};
use crate::diagnostic::SourceFile;
use crate::suggest;

/// A type that a YAML value can be decoded into.
pub(super) trait Decode: Sized {
    /// Returns the description of a value of this type in messages, such as `a string`.
    fn expected() -> String;

    /// Decodes a value that has no tag. Reports the errors in it and returns `None` if it has another type.
    fn from_yaml(value: Value, at: &Cursor<'_>, reporter: &mut Reporter) -> Option<Self>;

    /// Returns the JSON Schema of the values that can be decoded.
    fn schema(definitions: &mut Definitions) -> serde_json::Value;
}

/// Decodes a file. Errors go to the reporter. Returns `None` if the file is not a YAML mapping.
pub(super) fn decode_file<T: Decode>(file: &Arc<SourceFile>, reporter: &mut Reporter) -> Option<T> {
    let tree = yaml::parse(file, reporter)?;
    missing_values::report(file, &tree, reporter);
    decode(tree, &Cursor::root(file), reporter)
}

/// Decodes a value. If it has another type, marks the entry as rejected and returns `None`.
pub(super) fn decode<T: Decode>(mut value: Value, at: &Cursor<'_>, reporter: &mut Reporter) -> Option<T> {
    while let Value::Tagged(tagged) = value {
        let message = format!("unexpected YAML tag `{}`", tagged.tag);
        let help = format!("remove `{}`; quote the string if it starts with `!`", tagged.tag);
        reporter.error(&at.value(), message, "tags have no meaning here", help);
        value = tagged.value;
    }
    let decoded = T::from_yaml(value, at, reporter);
    if decoded.is_none() {
        reporter.mark_invalid(&at.key(), Invalidity::Rejected);
    }
    decoded
}

impl Decode for String {
    fn expected() -> String {
        "a string".to_owned()
    }

    fn from_yaml(value: Value, at: &Cursor<'_>, reporter: &mut Reporter) -> Option<Self> {
        match value {
            Value::String(text) => Some(text),
            other => mismatch::<Self>(&other, Some(string_help::<Self>(&other, at, reporter)), at, reporter),
        }
    }

    fn schema(_: &mut Definitions) -> serde_json::Value {
        serde_json::json!({ "type": "string" })
    }
}

impl Decode for bool {
    fn expected() -> String {
        "a boolean".to_owned()
    }

    fn from_yaml(value: Value, at: &Cursor<'_>, reporter: &mut Reporter) -> Option<Self> {
        match value {
            Value::Bool(boolean) => Some(boolean),
            other => mismatch::<Self>(&other, Some("write `true` or `false`".to_owned()), at, reporter),
        }
    }

    fn schema(_: &mut Definitions) -> serde_json::Value {
        serde_json::json!({ "type": "boolean" })
    }
}

/// Any value, which is checked once its type is known.
impl Decode for Value {
    fn expected() -> String {
        "a value".to_owned()
    }

    fn from_yaml(value: Value, _: &Cursor<'_>, _: &mut Reporter) -> Option<Self> {
        Some(value)
    }

    fn schema(_: &mut Definitions) -> serde_json::Value {
        serde_json::json!({})
    }
}

/// An optional key. Null does not mean that it is absent.
impl<T: Decode> Decode for Option<T> {
    fn expected() -> String {
        T::expected()
    }

    fn from_yaml(value: Value, at: &Cursor<'_>, reporter: &mut Reporter) -> Option<Self> {
        T::from_yaml(value, at, reporter).map(Some)
    }

    fn schema(definitions: &mut Definitions) -> serde_json::Value {
        T::schema(definitions)
    }
}

/// Invalid items are replaced by empty ones, so that all items keep their indices.
impl<T: Decode + Default> Decode for Vec<T> {
    fn expected() -> String {
        "a list".to_owned()
    }

    fn from_yaml(value: Value, at: &Cursor<'_>, reporter: &mut Reporter) -> Option<Self> {
        let Value::Sequence(items) = value else { return mismatch::<Self>(&value, None, at, reporter) };
        let items = items.into_iter().enumerate();
        Some(items.map(|(index, item)| decode(item, &at.item(index), reporter).unwrap_or_default()).collect())
    }

    fn schema(definitions: &mut Definitions) -> serde_json::Value {
        serde_json::json!({ "type": "array", "items": T::schema(definitions) })
    }
}

/// Decodes the entries in the order of the file. Omits invalid ones.
impl<K: MapKey, T: Decode> Decode for IndexMap<K, T> {
    fn expected() -> String {
        MAPPING.to_owned()
    }

    fn from_yaml(value: Value, at: &Cursor<'_>, reporter: &mut Reporter) -> Option<Self> {
        let Value::Mapping(mapping) = value else { return mismatch(&value, None, at, reporter) };
        let entries = entries::<K>(mapping, at, reporter).into_iter();
        let entries = entries.filter_map(|(key, value)| {
            let value = decode(value, &at.child(key.to_string()), reporter)?;
            Some((key, value))
        });
        Some(entries.collect())
    }

    fn schema(definitions: &mut Definitions) -> serde_json::Value {
        K::map_schema(&T::schema(definitions))
    }
}

const MAPPING: &str = "a mapping";

impl<T: Record> Decode for T {
    fn expected() -> String {
        T::STRING_FORM.map_or(MAPPING, |form| form.expected).to_owned()
    }

    fn from_yaml(value: Value, at: &Cursor<'_>, reporter: &mut Reporter) -> Option<Self> {
        let value = match value {
            Value::Mapping(mapping) => return decode_record(mapping, at, reporter),
            Value::String(text) => match T::from_string(text) {
                Ok(record) => return Some(record),
                Err(text) => Value::String(text),
            },
            other => other,
        };
        let help = match at.last_key().and_then(|key| openapi_words::help_for_field(key, T::KEYS)) {
            Some(help) => Some(help.to_owned()),
            None if T::STRING_FORM.is_some_and(|form| form.kind == StringKind::Text) => {
                Some(string_help::<T>(&value, at, reporter))
            }
            None if T::STRING_FORM.is_none() => Some(mapping_help(T::KEYS, &value, at)),
            None => None,
        };
        mismatch::<T>(&value, help, at, reporter)
    }

    fn schema(definitions: &mut Definitions) -> serde_json::Value {
        definitions.reference::<T>()
    }
}

fn decode_record<T: Record>(mapping: Mapping, at: &Cursor<'_>, reporter: &mut Reporter) -> Option<T> {
    let mut record = T::default();
    let mut unknown = Vec::new();
    for (key, value) in entries::<String>(mapping, at, reporter) {
        match T::KEYS.iter().find(|info| info.name() == key) {
            Some(info) if info.is_non_empty() && is_empty(&value) => {
                let message = format!("`{key}` must not be empty");
                let child = at.child(key.as_str());
                reporter.error(&child.key(), message, "found no entries", format!("list the {key}, or remove the key"));
                reporter.mark_invalid(&child.key(), Invalidity::Rejected);
            }
            Some(info) if info.is_required() && value.is_null() => {
                let child = at.child(key.as_str());
                let message = format!("missing value of `{key}`");
                reporter.error(&child.value(), message, "expected a value", format!("write `{key}: …`"));
                reporter.mark_invalid(&child.key(), Invalidity::Rejected);
            }
            Some(info) => record.set(info.field, value, &at.child(key), reporter),
            None => unknown.push((key, value)),
        }
    }
    // A schema of OpenAPI instead of a field, such as `properties`, has none of the keys of a field.
    if !unknown.is_empty()
        && let Some(key) = at.last_key()
        && let Some(help) = openapi_words::help_for_field(key, T::KEYS)
    {
        reporter.error(&at.key(), format!("field `{key}` has no type"), "parsed as the name of a field", help);
        return None;
    }
    for (key, value) in unknown {
        report_unknown_key(&key, &value, T::KEYS, at, reporter);
    }
    Some(record)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Sequence(items) => items.is_empty(),
        Value::Mapping(mapping) => mapping.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Tagged(_) => false,
    }
}

fn report_unknown_key(key: &str, value: &Value, known: &[KeyInfo], at: &Cursor<'_>, reporter: &mut Reporter) {
    let names: Vec<&str> = known.iter().map(KeyInfo::name).collect();
    let foreign = openapi_words::help(key, &names, openapi_words::named_type(value));
    let (meant, help) = match foreign {
        Some((ours, help)) => (Some(ours), help),
        None if key.contains(' ') => (suggest::closest_match(key, &names), SPLIT_STRING_HELP.to_owned()),
        None => (suggest::closest_match(key, &names), suggest::did_you_mean(key, names, "use one of")),
    };
    let path = at.child(key).key();
    reporter.error(&path, format!("unknown key `{key}`"), format!("not a key of {}", at.name()), help);
    reporter.mark_invalid(&path, Invalidity::Rejected);
    if let Some(meant) = meant {
        reporter.mark_invalid(&at.child(meant).key(), Invalidity::Ambiguous);
    }
}

/// Reports a value of another type.
pub(super) fn mismatch<T: Decode>(
    found: &Value,
    help: Option<String>,
    at: &Cursor<'_>,
    reporter: &mut Reporter,
) -> Option<T> {
    report_mismatch(&T::expected(), type_name(found), help, at, reporter);
    None
}

fn report_mismatch(expected: &str, found: &str, help: Option<String>, at: &Cursor<'_>, reporter: &mut Reporter) {
    let help = help.unwrap_or_else(|| match found {
        NULL => write_or_remove(expected, at),
        _ => format!("write {expected}"),
    });
    let label = if at.last_key().is_some() { format!("value of {}", at.name()) } else { at.name() };
    reporter.error(&at.value(), format!("expected {expected}, found {found}"), label, help);
}

/// Decodes a value of a string enum.
pub(super) fn decode_word<T: Decode + Copy>(
    value: &Value,
    words: &[(&str, T)],
    at: &Cursor<'_>,
    reporter: &mut Reporter,
) -> Option<T> {
    let Value::String(found) = value else { return mismatch(value, None, at, reporter) };
    let decoded = words.iter().find(|(word, _)| word == found).map(|(_, decoded)| *decoded);
    if decoded.is_none() {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let help = suggest::closest_match(found, &known).map(|meant| format!("did you mean `{meant}`?"));
        report_mismatch(&T::expected(), &format!("`{found}`"), help, at, reporter);
    }
    decoded
}

/// The help for a key that may be the rest of a string that a comma splits.
const SPLIT_STRING_HELP: &str = "quote the string before it, if this is a part of the string";

const NULL: &str = "null";

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => NULL,
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => MAPPING,
        Value::Tagged(_) => "a YAML tag",
    }
}

fn write_or_remove(expected: &str, at: &Cursor<'_>) -> String {
    format!("write {expected}, or remove the {}", if at.is_item() { "item" } else { "key" })
}

/// Returns the help for a value that may be an unquoted string, such as `1` or `null`.
fn string_help<T: Decode>(found: &Value, at: &Cursor<'_>, reporter: &mut Reporter) -> String {
    let written = reporter.sources().scalar_text(&at.value()).filter(|written| !written.is_empty());
    match (found, written) {
        (Value::Number(_) | Value::Bool(_), Some(written)) => format!("quote it to make it a string: `\"{written}\"`"),
        (Value::Null, Some(written)) if at.is_item() => {
            format!("quote it to make it a string: `\"{written}\"`, or remove the item")
        }
        (Value::Null, _) => write_or_remove(&T::expected(), at),
        (_, _) => format!("write {}", T::expected()),
    }
}

/// Returns the help for a value that must be a mapping.
fn mapping_help(keys: &[KeyInfo], found: &Value, at: &Cursor<'_>) -> String {
    let required: Vec<String> =
        keys.iter().filter(|key| key.is_required()).map(|key| format!("`{}`", key.name())).collect();
    let wanted = match required.as_slice() {
        [] => MAPPING.to_owned(),
        required => format!("{MAPPING} with {}", list(required, "and")),
    };
    if found.is_null() { write_or_remove(&wanted, at) } else { format!("write {wanted}") }
}

/// A type of keys.
pub(super) trait MapKey: Display + Eq + Hash + Sized {
    /// The description of such a key in messages.
    const EXPECTED: &'static str;

    /// Returns the key, or `None` if it has another type.
    fn from_yaml(key: &Value) -> Option<Self>;

    /// Returns the help for a key of another type.
    fn help(key: &Value, written: &str) -> String;

    /// Returns the JSON Schema of a mapping with such keys and values of the given schema.
    fn map_schema(value: &serde_json::Value) -> serde_json::Value;
}

impl MapKey for String {
    const EXPECTED: &'static str = "a string key";

    fn from_yaml(key: &Value) -> Option<Self> {
        match key {
            Value::String(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn help(_: &Value, written: &str) -> String {
        format!("quote it to make it a string: `\"{written}\"`")
    }

    fn map_schema(value: &serde_json::Value) -> serde_json::Value {
        serde_json::json!({ "type": "object", "additionalProperties": value })
    }
}

/// A status code. `check` reports numbers that are not status codes.
impl MapKey for u16 {
    const EXPECTED: &'static str = "a status code from 200 to 599";

    fn from_yaml(key: &Value) -> Option<Self> {
        let Value::Number(number) = key else { return None };
        number.as_u64().and_then(|code| Self::try_from(code).ok()).filter(|code| *code <= 999)
    }

    fn help(key: &Value, written: &str) -> String {
        match key.as_str() {
            Some(text) if text.parse::<Self>().is_ok() => format!("remove the quotes: `{written}`"),
            Some(text) if text.contains(' ') => SPLIT_STRING_HELP.to_owned(),
            _ => "write the three digits of the code, as in `404`".to_owned(),
        }
    }

    fn map_schema(value: &serde_json::Value) -> serde_json::Value {
        serde_json::json!({ "type": "object", "patternProperties": { "^[2-5]\\d\\d$": value }, "additionalProperties": false })
    }
}

/// Returns the entries of a mapping. Reports and omits those whose key has another type.
fn entries<K: MapKey>(mapping: Mapping, at: &Cursor<'_>, reporter: &mut Reporter) -> Vec<(K, Value)> {
    let mut entries = Vec::with_capacity(mapping.len());
    for (index, (key, value)) in mapping.into_iter().enumerate() {
        if key.as_str() == Some("<<") {
            let help = "write out the keys that it stands for";
            reporter.error(&at.child("<<").key(), "merge keys are not supported", "merge key", help);
            reporter.mark_invalid(&at.key(), Invalidity::Ambiguous);
            continue;
        }
        // A key without a value in braces is reported already.
        if let (Value::Null, Some(key)) = (&value, key.as_str())
            && reporter.is_rejected(&at.child(key))
        {
            continue;
        }
        match K::from_yaml(&key) {
            Some(key) => entries.push((key, value)),
            None => report_key::<K>(&key, index, at, reporter),
        }
    }
    entries
}

fn report_key<K: MapKey>(key: &Value, index: usize, at: &Cursor<'_>, reporter: &mut Reporter) {
    let found = match key {
        Value::Number(number) => format!("the number `{number}`"),
        other => type_name(other).to_owned(),
    };
    let message = format!("expected {}, found {found}", K::EXPECTED);
    let label = format!("key of {}", at.name());
    // `0x10` and `~` are not written as `serde_yaml` would write them.
    match reporter.sources().key_text(&at.key(), index) {
        Some(written) if !matches!(key, Value::Tagged(_)) => {
            let child = at.child(written.as_str());
            reporter.error(&child.key(), message, label, K::help(key, &written));
            reporter.mark_invalid(&child.key(), Invalidity::Rejected);
        }
        Some(_) | None => reporter.error(&at.value(), message, label, "write a string as the key"),
    }
}

/// Returns `` `a` ``, `` `a` or `b` `` or `` `a`, `b` or `c` ``.
pub(super) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    list(&quoted, "or")
}

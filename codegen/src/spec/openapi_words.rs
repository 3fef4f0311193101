//! The keys of OpenAPI and JSON Schema, and what to write instead of them.

use serde_yaml::Value;

use super::record::KeyInfo;

/// Keys of another format, the key of this format that replaces them, and the help.
struct Entry {
    foreign: &'static [&'static str],
    ours: &'static str,
    /// `{}` stands for the name of the type in the value, or for `T`.
    help: &'static str,
}

const fn entry(foreign: &'static [&'static str], ours: &'static str, help: &'static str) -> Entry {
    Entry { foreign, ours, help }
}

/// The first entry whose own key is possible applies.
const ENTRIES: &[Entry] = &[
    entry(&["$ref", "ref", "schema"], "type", "write `type: {}`"),
    entry(&["items"], "type", "write `type: array of {}`"),
    entry(&["additionalProperties", "patternProperties"], "type", "write `type: map of {}`"),
    entry(&["enum", "const"], "values", "list the values under `values`"),
    entry(&["properties"], "fields", "write the fields under `fields`"),
    entry(&["required"], "fields", "remove it; a field is required unless its name ends in `?`"),
    entry(
        &["nullable", "optional"],
        "fields",
        "remove it; add `?` to the name of a field that may be absent, as in `name?`",
    ),
    entry(&["format"], "type", "use `type` instead: `datetime` for a date with a time, `secret` for a password"),
    entry(&["oneOf", "anyOf", "allOf"], "type", "write `type: json`, or a type with all the fields"),
    // Of named types, which have no key `type`.
    entry(&["type"], "fields", "remove it; a type with `fields` is an object, a type with `values` is a string enum"),
    entry(&["title", "means"], "description", "write `description`"),
    entry(
        &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "uniqueItems",
            "multipleOf",
            "pattern",
            "example",
            "examples",
        ],
        "description",
        "describe it in `description`",
    ),
    entry(&["content", "schema", "$ref"], "body", "write the type or the fields under `body`"),
    entry(&["requestBody"], "body", "write the type or the fields under `body`"),
    entry(&["parameters"], "query", "write them under `path` and `query`, each as `name: type`"),
    entry(&["method", "url", "verb"], "route", "write method and path as `route: GET /books`"),
    entry(&["operationId"], "route", "remove it; the key of the route is the name of the operation"),
    entry(&["tags"], "route", "remove it; a route belongs to the namespace of its page"),
    entry(&["security"], "auth", "write `auth: required`, `auth: optional` or `auth: none`"),
    entry(&["securitySchemes"], "auth", "write `auth: { scheme: bearer, description: … }`"),
    entry(&["servers", "host", "basePath"], "services", "write the base URLs under `services`"),
    entry(&["components", "schemas", "definitions"], "types", "write the types under `types`"),
    entry(&["paths"], "routes", "write each route under `routes`, as in `route: GET /books`"),
    entry(&["info"], "title", "write `title`, `version` and `summary` at the top of the file"),
    entry(&["openapi", "swagger"], "title", "remove it; `version` is the version of the documentation"),
];

/// Returns the key of this format that replaces a foreign one, and the help. `known` are the possible keys, `named`
/// is the type that the value names.
pub(super) fn help(key: &str, known: &[&str], named: Option<&str>) -> Option<(&'static str, String)> {
    let applies = |entry: &&Entry| entry.foreign.contains(&key) && known.contains(&entry.ours);
    let Entry { ours, help, .. } = ENTRIES.iter().find(applies)?;
    Some((ours, help.replace("{}", named.unwrap_or("T"))))
}

/// Returns the help for a foreign key instead of a field name. `known` are the keys of the mapping below it.
pub(super) fn help_for_field(key: &str, known: &[KeyInfo]) -> Option<&'static str> {
    // Named types may have such a name. They have no key `type`.
    if !known.iter().any(|info| info.name() == "type") {
        return None;
    }
    match key {
        "required" => {
            Some("remove it; a field is required unless its name ends in `?`, and a field with this name needs a type")
        }
        "properties" | "content" | "schema" => Some("write the fields, or the type, without this key"),
        _ => None,
    }
}

/// Returns the type that a value names: a word, the last part of a reference, or what an inner schema names.
pub(super) fn named_type(value: &Value) -> Option<&str> {
    let text = match value {
        Value::String(text) => text,
        Value::Mapping(schema) => ["$ref", "type"].iter().find_map(|key| schema.get(*key)?.as_str())?,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Sequence(_) | Value::Tagged(_) => return None,
    };
    let name = text.rsplit('/').next().unwrap_or(text);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_names_a_type() {
        let named = |yaml: &str| {
            let value = serde_yaml::from_str(yaml).unwrap_or_default();
            named_type(&value).map(str::to_owned)
        };
        assert_eq!(named("\"#/components/schemas/Shelf\"").as_deref(), Some("Shelf"));
        assert_eq!(named("{ $ref: \"#/types/Shelf\" }").as_deref(), Some("Shelf"));
        assert_eq!(named("{ type: integer, format: int64 }").as_deref(), Some("integer"));
        assert_eq!(named("string").as_deref(), Some("string"));
        assert_eq!(named("[a, b]"), None);
    }

    #[test]
    fn an_entry_applies_only_where_our_key_is_possible() {
        assert_eq!(
            help("enum", &["type", "values"], None),
            Some(("values", "list the values under `values`".to_owned()))
        );
        assert_eq!(help("enum", &["summary"], None), None);
    }
}

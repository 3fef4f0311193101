//! The words of OpenAPI and JSON Schema, and what this format has for them.

use serde_yaml::Value;

/// What to do about a foreign key: the key of ours that stands for it, which must be possible at that place, and the help.
struct Word {
    foreign: &'static [&'static str],
    ours: &'static str,
    /// `{}` stands for the name of the type that the value names, where it names one.
    help: &'static str,
}

const fn word(foreign: &'static [&'static str], ours: &'static str, help: &'static str) -> Word {
    Word { foreign, ours, help }
}

/// The first that fits is taken.
const WORDS: &[Word] = &[
    word(&["$ref", "ref", "schema"], "type", "write `type: {}`"),
    word(&["items"], "type", "write `type: array of {}`"),
    word(&["additionalProperties", "patternProperties"], "type", "write `type: map of {}`"),
    word(&["enum", "const"], "values", "list the values under `values`"),
    word(&["properties"], "fields", "write the fields under `fields`"),
    word(&["required"], "fields", "remove it: a field is required unless a `?` stands behind its name"),
    word(
        &["nullable", "optional"],
        "fields",
        "remove it: a field that may be absent has a `?` behind its name, as in `name?`",
    ),
    word(&["format"], "type", "say it with `type`: `datetime` for a date with a time, `secret` for a password"),
    word(&["oneOf", "anyOf", "allOf"], "type", "write `type: json`, or one type with all the fields"),
    // Here `type` is none of our keys.
    word(&["type"], "fields", "remove it: `fields` make an object, `values` a string enum"),
    word(&["title", "means"], "description", "write `description`"),
    word(
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
        "say it in `description`",
    ),
    word(&["content", "schema", "$ref"], "body", "write the type or the fields under `body`"),
    word(&["requestBody"], "body", "write the type or the fields under `body`"),
    word(&["parameters"], "query", "write them under `path` and `query`, each as `name: type`"),
    word(&["method", "url", "verb"], "route", "write method and path as `route: GET /books`"),
    word(&["operationId"], "route", "remove it: the key of the route is the name of the operation"),
    word(&["tags"], "route", "remove it: a route belongs to the namespace of its page"),
    word(&["security"], "auth", "write `auth: required`, `auth: optional` or `auth: none`"),
    word(&["securitySchemes"], "auth", "write `auth: { scheme: bearer, description: … }`"),
    word(&["servers", "host", "basePath"], "services", "write the base URLs under `services`"),
    word(&["components", "schemas", "definitions"], "types", "write the types under `types`"),
    word(&["paths"], "routes", "write each route under `routes`, as in `route: GET /books`"),
    word(&["info"], "title", "write `title`, `version` and `summary` at the top of the file"),
    word(&["openapi", "swagger"], "title", "remove it; `version` is the version of the documentation"),
];

/// What to write for a key that another format has, and the key of ours that stands for it. `named` is what its value names.
pub(super) fn help(key: &str, known: &[&str], named: Option<&str>) -> Option<(&'static str, String)> {
    let fits = |word: &&Word| word.foreign.contains(&key) && known.contains(&word.ours);
    let Word { ours, help, .. } = WORDS.iter().find(fits)?;
    Some((ours, help.replace("{}", named.unwrap_or("T"))))
}

/// What to write for a key that stands where a field's name is expected.
pub(super) fn help_for_field(key: &str) -> Option<&'static str> {
    match key {
        "required" => {
            Some("a field is required unless a `?` stands behind its name; a field of this name needs a type")
        }
        "properties" | "content" | "schema" => Some("write the fields, or the type, without this key"),
        _ => None,
    }
}

/// The type that a value names: a word, the last part of a reference, or what an inner schema has.
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
    fn a_word_is_of_use_only_where_ours_can_stand() {
        assert_eq!(
            help("enum", &["type", "values"], None),
            Some(("values", "list the values under `values`".to_owned()))
        );
        assert_eq!(help("enum", &["summary"], None), None);
    }
}

//! A spec that uses every word with a special meaning as every kind of name.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use heck::ToUpperCamelCase;
use serde_yaml::{Mapping, Value};

use crate::words;

fn mapping(entries: impl IntoIterator<Item = (String, Value)>) -> Value {
    entries.into_iter().map(|(key, value)| (Value::from(key), value)).collect::<Mapping>().into()
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Returns the words that cannot be types: those of the invalid spec that lists them, and `self`.
fn reserved_types() -> BTreeSet<String> {
    let bad = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics/411_reserved_type/api.yaml");
    let bad: Value = yaml(&fs::read_to_string(bad).expect("the spec can be read"));
    let names = bad["types"].as_mapping().expect("the spec has types").keys();
    names.map(|name| name.as_str().expect("types have names").to_owned()).chain(["Self".to_owned()]).collect()
}

/// Returns the words, each with the name of its type if it can be one. It cannot if the generator uses the name, as
/// `ApiError` for the operation `api`.
fn all() -> Vec<(String, Option<String>)> {
    let (reserved_types, words) = (reserved_types(), words::all());
    let is_generated = |word: &str| {
        let suffixes = ["_body", "_client", "_error", "_query", "_server"];
        suffixes.iter().any(|suffix| word.strip_suffix(suffix).is_some_and(|stem| words.contains(stem)))
    };
    let type_name = |word: &String| Some(word.to_upper_camel_case()).filter(|name| !reserved_types.contains(name));
    words.iter().map(|word| (word.clone(), type_name(word).filter(|_| !is_generated(word)))).collect()
}

/// Writes the spec to a folder.
pub fn write(folder: &Path) {
    let save = |name: &str, content: Value| {
        let text = serde_yaml::to_string(&content).expect("the spec is YAML");
        fs::write(folder.join(format!("{name}.yaml")), text).expect("the spec can be written");
    };
    let words = all();
    save("api", api(&words));
    save("all", operations());
    for (word, type_name) in &words {
        // `api.yaml` is the file of the whole API.
        let namespace = if word == "api" { "Api" } else { word };
        // The error enum would be `RouteError`, which is a name of the runtime.
        let errors = if word == "route" { "" } else { ", 404: No." };
        let top = yaml(&format!(
            "{{ namespace: '{namespace}', summary: A word., routes: {{ '{word}': {{ \
             route: 'POST /words/{word}/{{{word}}}', service: '{word}', summary: A word., auth: optional, \
             path: {{ '{word}': string }}, query: {{ '{word}': AllValues }}, \
             body: {}, responses: {{ 200: {{ description: Yes., body: '{}' }}{errors} }} }} }} }}",
            type_name.as_ref().map_or_else(|| format!("{{ '{word}': string }}"), |name| format!("'{name}'")),
            type_name.as_deref().unwrap_or("json"),
        ));
        save(namespace, top);
    }
    // Every word is also a nested namespace. Namespaces that contain one another share an operation, which keeps the crate small.
    for path in words.chunks(3) {
        let path: Vec<&str> = path.iter().map(|(word, _)| word.as_str()).collect();
        let namespace = format!("all.{}", path.join("."));
        let page = yaml(&format!(
            "{{ namespace: {namespace}, summary: Words., routes: {{ list: {{ route: 'GET /below/{}', \
             summary: Is there., auth: none, responses: {{ 200: Yes. }} }} }} }}",
            path.join("/")
        ));
        save(&namespace, page);
    }
    for word in words::KEYWORDS.split_whitespace() {
        let namespace = format!("twice.{word}.{word}");
        let page = yaml(&format!(
            "{{ namespace: {namespace}, summary: A keyword., routes: {{ list: {{ route: GET /twice/{word}, \
             summary: Is there., auth: none, responses: {{ 200: Yes. }} }} }} }}"
        ));
        save(&namespace, page);
    }
}

/// Returns services, types, fields and values. The strings of the header contain characters that Rust, TOML and JSON escape.
fn api(words: &[(String, Option<String>)]) -> Value {
    let mut api = yaml(
        "{ title: \"Words \\u202e\", version: '1', summary: \"Every \\\"word\\\" \\u2066 \\x7f \\x01 \\\\.\", \
         auth: { scheme: bearer, description: A token. }, crate: { name: keywords-api, version: 0.1.0-rc.1+build.7 }, \
         types: { AllFields: { description: All. }, AllValues: { description: All. } } }",
    );
    api["services"] = mapping(words.iter().map(|(word, _)| {
        let service =
            format!("{{ url: 'https://example.com', description: A word., default: {} }}", word == "abstract");
        (word.clone(), yaml(&service))
    }));
    api["types"]["AllFields"]["fields"] = mapping(words.iter().map(|(word, _)| (word.clone(), "string".into())));
    api["types"]["AllValues"]["values"] = words.iter().map(|(word, _)| Value::from(word.as_str())).collect();
    let types = words.iter().filter_map(|(word, name)| {
        Some((
            Value::from(name.as_deref()?),
            yaml(&format!("{{ description: A word., fields: {{ '{word}?': string }} }}")),
        ))
    });
    if let Value::Mapping(all) = &mut api["types"] {
        all.extend(types);
    }
    api
}

/// Returns the parent of a namespace for every word, with an operation that uses primitive types and imported names.
fn operations() -> Value {
    yaml(
        "{ namespace: all, summary: Operations., routes: { together: { \
         route: 'PUT /all/{name}/{number}', summary: All fields and values., auth: required, \
         path: { name: string, number: integer }, query: { number: number, truth: boolean, at?: datetime }, \
         body: AllFields, responses: { 200: { description: Yes., body: { values: map of AllValues, json: json, \
         truth: boolean, whole: integer, texts: array of string } }, 404: No. } } } }",
    )
}

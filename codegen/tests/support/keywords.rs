//! A spec in which every keyword of Rust is the name of everything that can have a name.

use std::fs;
use std::path::Path;

use serde_yaml::{Mapping, Value};

/// The words that rustc reserves in some edition.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Words that the generated crate needs itself: `Box` and `Self` as types, `mod.rs` as a file.
const NO_TYPES: [&str; 2] = ["box", "self"];
const NO_NAMESPACES: [&str; 1] = ["mod"];

fn mapping(entries: impl IntoIterator<Item = (String, Value)>) -> Value {
    entries.into_iter().map(|(key, value)| (Value::from(key), value)).collect::<Mapping>().into()
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// `type` becomes `Type`.
fn type_name(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

/// Writes the spec into a folder.
pub fn write(folder: &Path) {
    let save = |name: String, content: Value| {
        let text = serde_yaml::to_string(&content).expect("the spec is YAML");
        fs::write(folder.join(format!("{name}.yaml")), text).expect("the spec can be written");
    };
    save("api".to_owned(), api());
    save("words".to_owned(), operations());
    for word in KEYWORDS.into_iter().filter(|word| !NO_NAMESPACES.contains(word)) {
        let namespace = format!("keywords.{word}.{word}");
        let page = yaml(&format!(
            "{{ namespace: {namespace}, summary: A keyword., routes: {{ list: {{ route: GET /keywords/{word}, \
             summary: Is there., auth: none, responses: {{ 200: Yes. }} }} }} }}"
        ));
        save(namespace, page);
    }
}

/// Services, types, fields and values.
fn api() -> Value {
    let types = KEYWORDS.into_iter().filter(|word| !NO_TYPES.contains(word)).map(|word| {
        let def = yaml(&format!("{{ means: A keyword., fields: {{ '{word}?': string }} }}"));
        (type_name(word), def)
    });
    let mut api = yaml(
        "{ title: Keywords, version: '1', summary: Every keyword., crate: { name: keywords-api, version: 0.1.0 }, \
         types: { AllFields: { means: All. }, AllValues: { means: All. } } }",
    );
    api["services"] = mapping(KEYWORDS.map(|word| {
        let service = format!("{{ url: 'https://example.com', means: A keyword., default: {} }}", word == "abstract");
        (word.to_owned(), yaml(&service))
    }));
    api["types"]["AllFields"]["fields"] = mapping(KEYWORDS.map(|word| (word.to_owned(), "string".into())));
    api["types"]["AllValues"]["values"] = KEYWORDS.map(Value::from).into_iter().collect();
    if let Value::Mapping(all) = &mut api["types"] {
        all.extend(types.map(|(name, def)| (Value::from(name), def)));
    }
    api
}

/// Operations and path parameters.
fn operations() -> Value {
    let routes = KEYWORDS.map(|word| {
        let body = if NO_TYPES.contains(&word) { "AllFields".to_owned() } else { type_name(word) };
        let route = format!(
            "{{ route: 'POST /words/{word}/{{{word}}}', service: '{word}', summary: A keyword., auth: none, \
             path: {{ '{word}': string }}, query: {{ '{word}': AllValues }}, body: '{body}', \
             responses: {{ 200: {{ means: Yes., body: AllFields }}, 404: No. }} }}"
        );
        (word.to_owned(), yaml(&route))
    });
    let mut page = yaml("{ namespace: words, summary: Operations. }");
    page["routes"] = mapping(routes);
    page
}

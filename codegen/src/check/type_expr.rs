//! Type expressions: `string`, `array of integer`, `map of array of Book`.

use std::ops::Range;

use super::Cx;
use super::strings::words;
use crate::ir::{Module, Scalar, Type};
use crate::spec::{Cursor, Reporter};
use crate::suggest;

/// Type names of other formats and languages, with their names in the spec format.
const FOREIGN_TYPE_NAMES: [(&str, &str); 12] = [
    ("any", "json"),
    ("bool", "boolean"),
    ("date-time", "datetime"),
    ("dict", "object"),
    ("double", "number"),
    ("float", "number"),
    ("int", "integer"),
    ("password", "secret"),
    ("str", "string"),
    ("text", "string"),
    ("timestamp", "datetime"),
    ("uuid", "string"),
];

/// The maximum depth of arrays and maps. Deeper types are hard to read, in the spec and in Rust.
const MAX_DEPTH: usize = 2;

/// Parses a type expression and reports an invalid one. `module` is the module whose types are in scope.
pub fn check(text: &str, module: &Module, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<Type> {
    let mut words = words(text);
    let Some((last, last_at)) = words.pop() else {
        let help = "name a type; spec/README.md lists them";
        cx.reporter.error(&cursor.value(), "`type` must not be empty", "empty string", help);
        return None;
    };
    if last == "of" {
        return report_malformed(cursor, last_at, cx.reporter);
    }
    let mut ty = word(last, last_at, module, cursor, cx)?;
    if words.len() > 2 * MAX_DEPTH {
        let message = format!("type nests more than {MAX_DEPTH} arrays or maps");
        let help = "use `json` or `object` for the inner type, or define it under `types`";
        cx.reporter.error(&cursor.value(), message, "too deep", help);
        return None;
    }
    while let Some((word, at)) = words.pop() {
        ty = match (words.pop(), word) {
            (Some(("array", _)), "of") => Type::Array(Box::new(ty)),
            (Some(("map", _)), "of") => Type::Map(Box::new(ty)),
            (Some((_, range)), "of") => return report_malformed(cursor, range, cx.reporter),
            (_, _) => return report_malformed(cursor, at, cx.reporter),
        };
    }
    Some(ty)
}

/// Returns `true` if a string is a valid type expression.
pub fn is_type(text: &str, module: &Module, cx: &Cx<'_>) -> bool {
    let words = words(text);
    let Some(((last, _), prefix)) = words.split_last() else { return false };
    let is_collection = |pair: &[(&str, Range<usize>)]| matches!(pair, [("array" | "map", _), ("of", _)]);
    (built_in(last).is_some() || cx.arena.find(last, module).is_some()) && prefix.chunks(2).all(is_collection)
}

fn report_malformed(cursor: &Cursor<'_>, at: Range<usize>, reporter: &mut Reporter) -> Option<Type> {
    let help = "write `T`, `array of T` or `map of T`";
    reporter.error(&cursor.within(at), "malformed type expression", "unexpected word", help);
    None
}

/// Returns the built-in type with this name.
fn built_in(word: &str) -> Option<Type> {
    match word {
        "json" => Some(Type::Json),
        "object" => Some(Type::Object),
        word => Scalar::ALL.into_iter().find(|scalar| scalar.as_str() == word).map(Type::Scalar),
    }
}

fn word(word: &str, at: Range<usize>, module: &Module, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<Type> {
    if let Some(ty) = built_in(word).or_else(|| cx.arena.find(word, module).map(Type::Named)) {
        return Some(ty);
    }
    if word == "file" {
        let help = "write `body: file` for a response, or use `string`";
        cx.reporter.error(&cursor.within(at), "`file` must be a whole response body", "not a response body", help);
        return None;
    }
    // An invalid key next to it says more about the type and is already reported.
    if cx.reporter.is_invalid_anywhere(&["types", word]) || cx.reporter.is_invalid(cursor) {
        return None;
    }
    if let Some(required) = word.strip_suffix('?') {
        let help = match cursor.field_name().filter(|name| at.start == 0 && !name.ends_with('?')) {
            Some(name) => format!("write `{required}`, and rename the field to `{name}?` if it may be absent"),
            None => format!("write `{required}`"),
        };
        cx.reporter.error(&cursor.within(at), format!("unexpected `?` in type `{word}`"), "not a type", help);
        return None;
    }
    let help = help_for(word, module, cx);
    cx.reporter.error(&cursor.within(at), format!("unknown type `{word}`"), "not found", help);
    None
}

/// Returns `array` or `map` for the name of a collection in another format.
pub fn collection(text: &str) -> Option<&'static str> {
    match text.trim().to_ascii_lowercase().as_str() {
        "array" | "list" | "sequence" => Some("array"),
        "dictionary" | "hash" | "map" => Some("map"),
        _ => None,
    }
}

fn help_for(word: &str, module: &Module, cx: &Cx<'_>) -> String {
    if let Some((_, own)) = FOREIGN_TYPE_NAMES.iter().find(|(foreign, _)| word.eq_ignore_ascii_case(foreign)) {
        return format!("use `{own}`");
    }
    if let Some(own) = collection(word) {
        return format!("add the type of the items, as in `{own} of string` or `{own} of json`");
    }
    if word.eq_ignore_ascii_case("date") || word.eq_ignore_ascii_case("time") {
        return "use `string` for a date or a time, `datetime` for both".to_owned();
    }
    if let Some(item) = word.strip_suffix("[]") {
        return format!("write `array of {item}`");
    }
    if cx.reporter.has_many_errors() {
        return "name a type; spec/README.md lists them".to_owned();
    }
    if cx.arena.is_page_type(word) {
        return "move it to `types` in api.yaml to use it on several pages".to_owned();
    }
    let mut known: Vec<&str> = Scalar::ALL.map(Scalar::as_str).into();
    known.extend(["json", "object", "file", "array of T", "map of T"]);
    known.extend(cx.arena.visible(module));
    suggest::did_you_mean(word, known, "the types are")
}

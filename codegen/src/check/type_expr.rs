//! Type expressions: `string`, `array of integer`, `map of array of Book`.

use std::ops::Range;

use super::{Cx, words};
use crate::ir::{Home, Type};
use crate::spec::{Cursor, Reporter};
use crate::suggest;

/// The words that are types by themselves.
const WORDS: [(&str, Type); 8] = [
    ("string", Type::String),
    ("integer", Type::Integer),
    ("number", Type::Number),
    ("boolean", Type::Boolean),
    ("secret", Type::Secret),
    ("datetime", Type::DateTime),
    ("json", Type::Json),
    ("object", Type::Object),
];

/// What other formats call our types.
const ELSEWHERE: [(&str, &str); 12] = [
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

/// Arrays and maps in one another beyond this are hard to read, in the spec and in Rust.
const MOST_LEVELS: usize = 2;

/// The type of a text, reported where it is none. `home` is the module whose types may be named beside the shared ones.
pub fn check(text: &str, home: &Home, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<Type> {
    let mut words = words::of(text);
    let Some((last, last_at)) = words.pop() else {
        let help = "name a type; spec/README.md lists them";
        cx.reporter.error(&cursor.value(), "a type must not be empty", "nothing here", help);
        return None;
    };
    if last == "of" {
        return malformed(cursor, last_at, cx.reporter);
    }
    let mut of = word(last, last_at, home, cursor, cx)?;
    if words.len() > 2 * MOST_LEVELS {
        let message = format!("a type must hold at most {MOST_LEVELS} arrays or maps in one another");
        let help = "write `json` or `object` for what is inside, or give it a name under `types`";
        cx.reporter.error(&cursor.value(), message, "nested too deep to be read", help);
        return None;
    }
    while let Some((word, at)) = words.pop() {
        let lead = words.pop();
        of = match (lead, word) {
            (Some(("array", _)), "of") => Type::Array(Box::new(of)),
            (Some(("map", _)), "of") => Type::Map(Box::new(of)),
            (Some((_, range)), "of") => return malformed(cursor, range, cx.reporter),
            (_, _) => return malformed(cursor, at, cx.reporter),
        };
    }
    Some(of)
}

/// True for a text that is a type expression.
pub fn is_type(text: &str, home: &Home, cx: &Cx<'_>) -> bool {
    let words = words::of(text);
    let Some(((last, _), leads)) = words.split_last() else { return false };
    let is_lead = |pair: &[(&str, Range<usize>)]| matches!(pair, [("array" | "map", _), ("of", _)]);
    let is_known = WORDS.iter().any(|(word, _)| word == last) || cx.arena.find(last, home).is_some();
    is_known && leads.chunks(2).all(is_lead)
}

fn malformed(cursor: &Cursor<'_>, at: Range<usize>, reporter: &mut Reporter) -> Option<Type> {
    let help = "write `T`, `array of T` or `map of T`";
    reporter.error(&cursor.within(at), "a type must be one word, or an array or a map of one", "not understood", help);
    None
}

fn word(word: &str, at: Range<usize>, home: &Home, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<Type> {
    if let Some((_, of)) = WORDS.iter().find(|(known, _)| *known == word) {
        return Some(of.clone());
    }
    if let Some(id) = cx.arena.find(word, home) {
        return Some(Type::Named(id));
    }
    if word == "file" {
        let message = "a file must be the whole body of an answer";
        cx.reporter.error(&cursor.within(at), message, "not a whole answer", "write `body: file`, or use `string`");
        return None;
    }
    // A key beside it that says more of the type is reported.
    if cx.reporter.is_invalid_anywhere(&["types", word]) || cx.reporter.is_invalid(cursor) {
        return None;
    }
    if let Some(required) = word.strip_suffix('?') {
        let message = format!("a type must not be optional: `{word}`");
        let help = match cursor.field_name().filter(|name| at.start == 0 && !name.ends_with('?')) {
            Some(name) => format!("write `{required}`, and `{name}?` for the name if it may be absent"),
            None => format!("write `{required}`"),
        };
        cx.reporter.error(&cursor.within(at), message, "a `?` behind a type", help);
        return None;
    }
    let help = remedy(word, home, cx);
    cx.reporter.error(&cursor.within(at), format!("a type must be known, `{word}` is not"), "unknown type", help);
    None
}

/// Words that stand for arrays or maps of something, and what they are called here.
const COLLECTIONS: [(&str, &str); 6] = [
    ("array", "array"),
    ("list", "array"),
    ("sequence", "array"),
    ("dictionary", "map"),
    ("hash", "map"),
    ("map", "map"),
];

/// What a word for arrays or maps is called here.
pub fn collection(text: &str) -> Option<&'static str> {
    let found = COLLECTIONS.iter().find(|(theirs, _)| text.trim().eq_ignore_ascii_case(theirs));
    found.map(|(_, ours)| *ours)
}

/// What comes after the words in a list of all types.
const OTHERS: [&str; 3] = ["file", "array of T", "map of T"];

fn remedy(word: &str, home: &Home, cx: &Cx<'_>) -> String {
    if let Some((_, ours)) = ELSEWHERE.iter().find(|(theirs, _)| word.eq_ignore_ascii_case(theirs)) {
        return format!("write `{ours}`");
    }
    if let Some(ours) = collection(word) {
        return format!("write what it holds, such as `{ours} of string` or `{ours} of json`");
    }
    if word.eq_ignore_ascii_case("date") || word.eq_ignore_ascii_case("time") {
        return "write `string` for a date or a time alone, `datetime` for a date with a time".to_owned();
    }
    if let Some(of) = word.strip_suffix("[]") {
        return format!("write `array of {of}`");
    }
    if cx.reporter.has_many_errors() {
        return "name a type; spec/README.md lists them".to_owned();
    }
    if cx.arena.is_of_a_page(word) {
        return "move it to `types` of api.yaml: a page's types are its own".to_owned();
    }
    let types = cx.arena.visible(home);
    let known = WORDS.iter().map(|(word, _)| *word).chain(OTHERS).chain(types);
    suggest::did_you_mean(word, known, "the types are")
}

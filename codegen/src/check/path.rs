//! Routes as written: a method and a path template.

use std::ops::Range;

use super::words;
use crate::ir::{Method, PathTemplate, Segment};
use crate::spec::{Cursor, Reporter};
use crate::suggest;

/// What is wrong with a route, and the characters of it that are at fault.
pub struct Fault {
    at: Range<usize>,
    message: String,
    label: &'static str,
    help: String,
}

impl Fault {
    fn new(at: Range<usize>, message: impl Into<String>, label: &'static str, help: impl Into<String>) -> Self {
        Self { at, message: message.into(), label, help: help.into() }
    }
}

/// Takes `GET /users/{id}` apart and reports what is wrong with it. `cursor` is the route's; the text stands under its key
/// `route`.
pub fn check(text: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<(Method, PathTemplate)> {
    let cursor = cursor.child("route");
    match parse(text) {
        Ok(route) => Some(route),
        Err(faults) => {
            for Fault { at, message, label, help } in faults {
                reporter.error(&cursor.within(at), message, label, help);
            }
            None
        }
    }
}

/// Takes a route apart.
///
/// # Errors
/// Every mistake of it.
pub fn parse(text: &str) -> Result<(Method, PathTemplate), Vec<Fault>> {
    let words = words::of(text);
    let [(method, method_at), (path, path_at)] = words.as_slice() else {
        let help = "write it as in `GET /users/{id}`";
        let whole = 0..text.chars().count();
        return Err(vec![Fault::new(whole, "a route must be a method, a blank and a path", "not a route", help)]);
    };
    match (parse_method(method, method_at), parse_path(path, path_at)) {
        (Ok(method), Ok(path)) => Ok((method, path)),
        (method, path) => Err(method.err().into_iter().chain(path.err()).collect()),
    }
}

fn parse_method(word: &str, at: &Range<usize>) -> Result<Method, Fault> {
    let found = Method::ALL.into_iter().find(|method| method.as_str() == word);
    found.ok_or_else(|| {
        let help = suggest::nearest(word, Method::ALL.map(Method::as_str), "the methods are");
        let message = format!("a route's method must be a known one, `{word}` is not");
        Fault::new(at.clone(), message, "unknown method", help)
    })
}

fn parse_path(path: &str, at: &Range<usize>) -> Result<PathTemplate, Fault> {
    let Some(rest) = path.strip_prefix('/') else {
        return Err(Fault::new(at.clone(), "a path must start with `/`", "no slash", format!("write `/{path}`")));
    };
    let mut segments: Vec<Segment> = Vec::new();
    let mut start = at.start + 1;
    let count = rest.split('/').count();
    for (index, text) in rest.split('/').enumerate() {
        let range = start..start + text.chars().count();
        start = range.end + 1;
        let is_last = index + 1 == count;
        match segment(text, is_last) {
            Ok(Segment::Parameter(name)) if segments.contains(&Segment::Parameter(name.clone())) => {
                let message = format!("a path must not hold a parameter twice: `{name}`");
                return Err(Fault::new(range, message, "the second", "give one of them another name"));
            }
            Ok(segment) => segments.push(segment),
            Err(Refusal { character: Some(index), message, help }) => {
                let at = range.start + index;
                return Err(Fault::new(at..at + 1, message, "this character", help));
            }
            Err(Refusal { character: None, message, help }) => {
                return Err(Fault::new(range, message, "this part of the path", help));
            }
        }
    }
    Ok(PathTemplate(segments))
}

/// What must hold of a part of a path, and the remedy.
struct Refusal {
    /// The one character at fault; nothing where it is the whole part.
    character: Option<usize>,
    message: String,
    help: String,
}

impl Refusal {
    fn of_part(message: &str, help: impl Into<String>) -> Self {
        Self { character: None, message: message.to_owned(), help: help.into() }
    }
}

fn segment(text: &str, is_last: bool) -> Result<Segment, Refusal> {
    if text.is_empty() && !is_last {
        return Err(Refusal::of_part("a path must not hold an empty part", "remove one of the slashes"));
    }
    if let Some(name) = text.strip_prefix(':') {
        return Err(Refusal::of_part("a path parameter must stand in braces", format!("write `{{{name}}}`")));
    }
    if let Some(name) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || !name.chars().all(is_name) {
            let help = "use letters, digits, `_` and `-`";
            return Err(Refusal::of_part("a path parameter must have a plain name", help));
        }
        return Ok(Segment::Parameter(name.to_owned()));
    }
    if text.contains(['{', '}']) {
        let help = "let a parameter fill its part: `/{name}/`";
        return Err(Refusal::of_part("a path parameter must be a whole part of the path", help));
    }
    if text == "." || text == ".." {
        return Err(Refusal::of_part("a path must not hold `.` or `..`", "write the path that is meant"));
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()+,;=@".contains(c);
    match text.chars().enumerate().find(|(_, c)| !is_plain(*c)) {
        None => Ok(Segment::Text(text.to_owned())),
        Some((index, odd)) => {
            let help = match odd {
                '?' | '#' => "query parameters go under `query`",
                _ => "use letters and digits of ASCII and `-._~!$&'()+,;=@`",
            };
            let message = format!("a path must not hold `{odd}`");
            Err(Refusal { character: Some(index), message, help: help.to_owned() })
        }
    }
}

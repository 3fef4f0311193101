//! Routes as written: a method and a path template.

use std::ops::Range;

use crate::ir::{Method, PathTemplate, Segment};
use crate::spec::{Cursor, Reporter};
use crate::suggest;

/// Takes `GET /users/{id}` apart. `cursor` is the route's; the text stands under its key `route`.
pub fn check(text: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<(Method, PathTemplate)> {
    let cursor = cursor.child("route");
    let mut words = text.split_whitespace();
    let (Some(method), Some(path), None) = (words.next(), words.next(), words.next()) else {
        let help = "write it as in `GET /users/{id}`";
        reporter.error(&cursor.value(), "a route must be a method, a blank and a path", "not a route", help);
        return None;
    };
    let path_start = text.find(path).map_or(0, |byte| text.get(..byte).map_or(0, |lead| lead.chars().count()));
    let method = check_method(method, text, &cursor, reporter);
    let template = check_path(path, path_start, &cursor, reporter);
    Some((method?, template?))
}

fn check_method(word: &str, text: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<Method> {
    let found = Method::ALL.into_iter().find(|method| method.as_str() == word);
    if found.is_none() {
        let start = text.chars().take_while(|c| c.is_whitespace()).count();
        let help = suggest::nearest(word, Method::ALL.map(Method::as_str), "the methods are");
        let message = format!("a route's method must be a known one, `{word}` is not");
        reporter.error(&cursor.within(start..start + word.chars().count()), message, "unknown method", help);
    }
    found
}

fn check_path(path: &str, start: usize, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<PathTemplate> {
    let whole = start..start + path.chars().count();
    let Some(rest) = path.strip_prefix('/') else {
        reporter.error(&cursor.within(whole), "a path must start with `/`", "no slash", format!("write `/{path}`"));
        return None;
    };
    let mut segments: Vec<Segment> = Vec::new();
    let mut at = start + 1;
    let count = rest.split('/').count();
    for (index, text) in rest.split('/').enumerate() {
        let range = at..at + text.chars().count();
        at = range.end + 1;
        let is_last = index + 1 == count;
        match segment(text, is_last) {
            Ok(Segment::Parameter(name)) if segments.contains(&Segment::Parameter(name.clone())) => {
                let message = format!("a path must not hold a parameter twice: `{name}`");
                reporter.error(&cursor.within(range), message, "the second", "give one of them another name");
                return None;
            }
            Ok(segment) => segments.push(segment),
            Err(fault) => {
                report(&fault, range, cursor, reporter);
                return None;
            }
        }
    }
    Some(PathTemplate(segments))
}

/// What is wrong with a segment, and the remedy.
struct Fault {
    message: String,
    help: String,
}

fn report(fault: &Fault, range: Range<usize>, cursor: &Cursor<'_>, reporter: &mut Reporter) {
    reporter.error(&cursor.within(range), &fault.message, "this part of the path", &fault.help);
}

fn segment(text: &str, is_last: bool) -> Result<Segment, Fault> {
    let fault = |message: &str, help: String| Err(Fault { message: message.to_owned(), help });
    if text.is_empty() && !is_last {
        return fault("a path must not hold an empty part", "remove one of the slashes".to_owned());
    }
    if let Some(name) = text.strip_prefix(':') {
        return fault("a path parameter must stand in braces", format!("write `{{{name}}}`"));
    }
    if let Some(name) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || !name.chars().all(is_name) {
            let help = "use letters, digits, `_` and `-`".to_owned();
            return fault("a path parameter must have a plain name", help);
        }
        return Ok(Segment::Parameter(name.to_owned()));
    }
    if text.contains(['{', '}']) {
        let help = "let a parameter fill its part: `/{name}/`".to_owned();
        return fault("a path parameter must be a whole part of the path", help);
    }
    if text == "." || text == ".." {
        return fault("a path must not hold `.` or `..`", "write the path that is meant".to_owned());
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()+,;=@".contains(c);
    if let Some(odd) = text.chars().find(|c| !is_plain(*c)) {
        let help =
            "query parameters go under `query`; anything else has to be percent-encoded by the service's own path";
        return fault(&format!("a path must not hold `{odd}`"), help.to_owned());
    }
    Ok(Segment::Text(text.to_owned()))
}

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
        let help = match text.contains("://") {
            true => "write method and path, as in `GET /users/{id}`; the base URL goes under `services` in api.yaml",
            false => "write it as in `GET /users/{id}`",
        };
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
        let help = suggest::did_you_mean(word, Method::ALL.map(Method::as_str), "the methods are");
        let message = format!("a route's method must be a known one, `{word}` is not");
        Fault::new(at.clone(), message, "unknown method", help)
    })
}

fn parse_path(path: &str, at: &Range<usize>) -> Result<PathTemplate, Fault> {
    let is_host = |text: &str| text.split_once('/').is_some_and(|(host, _)| host.contains('.') && !host.contains('{'));
    let url = match path.split_once("://").filter(|(scheme, _)| !scheme.contains('/')) {
        Some((_, url)) => Some(url),
        None => Some(path).filter(|path| is_host(path)),
    };
    if let Some(url) = url {
        let path = url.find('/').and_then(|slash| url.get(slash..)).unwrap_or("/");
        let help = format!("write `{path}`; the base URL goes under `services` in api.yaml");
        return Err(Fault::new(at.clone(), "a route must have a path, not a URL", "a URL", help));
    }
    let Some(rest) = path.strip_prefix('/') else {
        return Err(Fault::new(at.clone(), "a path must start with `/`", "no slash", format!("write `/{path}`")));
    };
    if let Some(fault) = query_or_fragment(path, at) {
        return Err(fault);
    }
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

/// A query or a fragment behind the path.
fn query_or_fragment(path: &str, at: &Range<usize>) -> Option<Fault> {
    let mut is_in_braces = false;
    let (character, (byte, mark)) = path.char_indices().enumerate().find(|(_, (_, c))| {
        match c {
            '{' => is_in_braces = true,
            '}' => is_in_braces = false,
            _ => {}
        }
        matches!(c, '?' | '#') && !is_in_braces
    })?;
    let rest = path.get(byte + 1..).unwrap_or_default();
    let names: Vec<String> = rest
        .split('&')
        .map(|parameter| parameter.split('=').next().unwrap_or(parameter))
        .filter(|name| !name.is_empty())
        .map(|name| format!("`{name}`"))
        .collect();
    let help = match (mark, names.is_empty()) {
        ('?', false) => format!("remove `?{rest}`, and write {} under `query`", names.join(" and ")),
        ('?', true) => "remove it; query parameters go under `query`".to_owned(),
        (_, _) => "remove it: what stands behind `#` is never sent".to_owned(),
    };
    let label = if mark == '?' { "a query" } else { "a fragment" };
    let message = format!("a path must not hold `{mark}`");
    Some(Fault::new(at.start + character..at.end, message, label, help))
}

/// The parameters of a part with more than one parameter in it.
fn names_in(text: &str) -> Vec<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).filter(|name| is_name(name)).collect()
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
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
    if let Some(name) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
        && !name.contains(['{', '}'])
    {
        return match (is_name(name), name.strip_suffix('?')) {
            (true, _) => Ok(Segment::Parameter(name.to_owned())),
            (false, Some(name)) if is_name(name) => {
                let help = format!("write `{{{name}}}`; a route without it is a route of its own");
                Err(Refusal::of_part("a path parameter must not be optional", help))
            }
            (false, _) => {
                let help = "use ASCII letters, digits, `_` and `-`";
                Err(Refusal::of_part("a path parameter must have a plain name", help))
            }
        };
    }
    if text.contains(['{', '}']) {
        let help = match names_in(text).as_slice() {
            [] if text.contains("{?") => "remove it; query parameters go under `query`".to_owned(),
            [] => "let a parameter fill its part: `/{name}/`".to_owned(),
            names => format!("write one parameter for the whole part, such as `{{{}}}`", names.join("_")),
        };
        return Err(Refusal::of_part("a path parameter must be a whole part of the path", help));
    }
    if text == "." || text == ".." {
        return Err(Refusal::of_part("a path must not hold `.` or `..`", "write the path that is meant"));
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()+,;=@".contains(c);
    match text.chars().enumerate().find(|(_, c)| !is_plain(*c)) {
        None => Ok(Segment::Text(text.to_owned())),
        Some((index, odd)) => {
            let help = "use letters and digits of ASCII and `-._~!$&'()+,;=@`";
            let message = format!("a path must not hold `{odd}`");
            Err(Refusal { character: Some(index), message, help: help.to_owned() })
        }
    }
}

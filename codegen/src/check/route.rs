//! Routes: the method and the path of an operation.

use std::collections::HashMap;
use std::ops::Range;

use super::ParsedRoute;
use super::strings::words;
use crate::ir::{Method, PathTemplate, Segment};
use crate::spec::{Cursor, Reporter};
use crate::suggest;

/// An error in a route, with its range of characters.
struct RouteError {
    at: Range<usize>,
    message: String,
    label: &'static str,
    help: String,
}

impl RouteError {
    fn new(at: Range<usize>, message: impl Into<String>, label: &'static str, help: impl Into<String>) -> Self {
        Self { at, message: message.into(), label, help: help.into() }
    }
}

/// Parses a route such as `GET /users/{id}` and reports its errors. `cursor` is the path of the key `route`.
pub fn check(text: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<(Method, PathTemplate)> {
    match parse(text) {
        Ok(route) => Some(route),
        Err(errors) => {
            for RouteError { at, message, label, help } in errors {
                reporter.error(&cursor.within(at), message, label, help);
            }
            None
        }
    }
}

/// Reports routes that match the same requests. Parameter names and a trailing slash do not distinguish routes, because
/// servers accept a path with and without the slash.
pub fn check_conflicts(routes: &[ParsedRoute], reporter: &mut Reporter) {
    let mut seen: HashMap<(Method, String), &ParsedRoute> = HashMap::new();
    for route in routes {
        let ParsedRoute { method, path, service: _, location } = route;
        let key = (*method, path.shape());
        if let Some(first) = seen.get(&key) {
            let message = format!("route `{method} {path}` conflicts with `{} {}`", first.method, first.path);
            reporter.duplicate(
                location,
                &first.location,
                message,
                "change the method or path of one of them, or remove it",
            );
        } else {
            seen.insert(key, route);
        }
    }
}

fn parse(text: &str) -> Result<(Method, PathTemplate), Vec<RouteError>> {
    let words = words(text);
    let [(method, method_at), (path, path_at)] = words.as_slice() else {
        let help = match text.contains("://") {
            true => "write method and path, as in `GET /users/{id}`, and the base URL under `services` in api.yaml",
            false => "write it as in `GET /users/{id}`",
        };
        let whole = 0..text.chars().count();
        return Err(vec![RouteError::new(whole, "malformed route", "expected a method, a space and a path", help)]);
    };
    match (parse_method(method, method_at), parse_path(path, path_at)) {
        (Ok(method), Ok(path)) => Ok((method, path)),
        (method, path) => Err(method.err().into_iter().chain(path.err()).collect()),
    }
}

fn parse_method(word: &str, at: &Range<usize>) -> Result<Method, RouteError> {
    let found = Method::ALL.into_iter().find(|method| method.as_str() == word);
    found.ok_or_else(|| {
        let help = suggest::did_you_mean(word, Method::ALL.map(Method::as_str), "the methods are");
        RouteError::new(at.clone(), format!("unknown method `{word}`"), "not supported", help)
    })
}

fn parse_path(path: &str, at: &Range<usize>) -> Result<PathTemplate, RouteError> {
    let is_host = |text: &str| text.split_once('/').is_some_and(|(host, _)| host.contains('.') && !host.contains('{'));
    let url = match path.split_once("://").filter(|(scheme, _)| !scheme.contains('/')) {
        Some((_, url)) => Some(url),
        None => Some(path).filter(|path| is_host(path)),
    };
    if let Some(url) = url {
        let path = url.find('/').and_then(|slash| url.get(slash..)).unwrap_or("/");
        let help = format!("write `{path}`, and the base URL under `services` in api.yaml");
        return Err(RouteError::new(at.clone(), "expected a path, found a URL", "not a path", help));
    }
    let Some(rest) = path.strip_prefix('/') else {
        let help = format!("write `/{path}`");
        return Err(RouteError::new(at.clone(), "path must start with `/`", "missing `/`", help));
    };
    if let Some(error) = query_or_fragment(path, at) {
        return Err(error);
    }
    let mut segments: Vec<Segment> = Vec::new();
    let mut start = at.start + 1;
    let count = rest.split('/').count();
    for (index, text) in rest.split('/').enumerate() {
        let range = start..start + text.chars().count();
        start = range.end + 1;
        let is_last = index + 1 == count;
        match parse_segment(text, is_last) {
            Ok(Segment::Parameter(name)) if segments.contains(&Segment::Parameter(name.clone())) => {
                let message = format!("duplicate path parameter `{name}`");
                return Err(RouteError::new(range, message, "second occurrence", "rename one of them"));
            }
            Ok(segment) => segments.push(segment),
            Err(SegmentError { character: Some(index), message, help }) => {
                let at = range.start + index;
                return Err(RouteError::new(at..at + 1, message, "not allowed", help));
            }
            Err(SegmentError { character: None, message, help }) => {
                return Err(RouteError::new(range, message, "this segment", help));
            }
        }
    }
    Ok(PathTemplate(segments))
}

/// Returns the error for a query or a fragment after the path.
fn query_or_fragment(path: &str, at: &Range<usize>) -> Option<RouteError> {
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
        ('?', false) => format!("remove `?{rest}`, and add {} under `query`", names.join(" and ")),
        ('?', true) => "remove it, and add query parameters under `query`".to_owned(),
        (_, _) => "remove it; fragments are never sent".to_owned(),
    };
    let what = if mark == '?' { "query" } else { "fragment" };
    let message = format!("unexpected {what} in the path");
    Some(RouteError::new(at.start + character..at.end, message, "not part of the path", help))
}

/// Returns the names of the parameters in a segment.
fn parameters_in(text: &str) -> Vec<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).filter(|name| is_name(name)).collect()
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// An error in a segment of a path.
struct SegmentError {
    /// The index of the invalid character; `None` if the whole segment is invalid.
    character: Option<usize>,
    message: String,
    help: String,
}

impl SegmentError {
    fn whole(message: &str, help: impl Into<String>) -> Self {
        Self { character: None, message: message.to_owned(), help: help.into() }
    }
}

fn parse_segment(text: &str, is_last: bool) -> Result<Segment, SegmentError> {
    if text.is_empty() && !is_last {
        return Err(SegmentError::whole("empty path segment", "remove one of the slashes"));
    }
    if let Some(name) = text.strip_prefix(':') {
        let message = "unexpected `:` before a path parameter";
        return Err(SegmentError::whole(message, format!("write `{{{name}}}`")));
    }
    if let Some(name) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
        && !name.contains(['{', '}'])
    {
        return match (is_name(name), name.strip_suffix('?')) {
            (true, _) => Ok(Segment::Parameter(name.to_owned())),
            (false, Some(name)) if is_name(name) => {
                let help = format!("write `{{{name}}}`, and add another route for the path without it");
                Err(SegmentError::whole("path parameters cannot be optional", help))
            }
            (false, _) => {
                let help = "use ASCII letters, digits, `_` and `-`";
                Err(SegmentError::whole("invalid path parameter name", help))
            }
        };
    }
    if text.contains(['{', '}']) {
        let help = match parameters_in(text).as_slice() {
            [] if text.contains("{?") => "remove it, and add query parameters under `query`".to_owned(),
            [] => "write a parameter as `/{name}/`".to_owned(),
            names => format!("use one parameter for the whole segment, such as `{{{}}}`", names.join("_")),
        };
        return Err(SegmentError::whole("path parameter must be a whole segment", help));
    }
    if text == "." || text == ".." {
        return Err(SegmentError::whole("path segment must not be `.` or `..`", "write the resolved path"));
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()+,;=@".contains(c);
    match text.chars().enumerate().find(|(_, c)| !is_plain(*c)) {
        None => Ok(Segment::Literal(text.to_owned())),
        Some((index, invalid)) => {
            let help = "use ASCII letters, digits and `-._~!$&'()+,;=@`".to_owned();
            let message = format!("invalid character `{invalid}` in the path");
            Err(SegmentError { character: Some(index), message, help })
        }
    }
}

//! Finds the values of path parameters in a path.

use std::slice::Iter;

use memchr::memchr;

/// The parameters of a path template from left to right. It is computed once for all requests.
pub(super) struct Template {
    parameters: Vec<Parameter>,
}

struct Parameter {
    name: &'static str,
    /// The number of bytes between the previous parameter and this one.
    distance: usize,
    /// Whether the parameter ends the path, apart from a slash.
    is_last: bool,
}

/// The names and the encoded values of the parameters of a path.
pub(super) struct PathValues<'a> {
    parameters: Iter<'a, Parameter>,
    rest: &'a str,
}

impl Template {
    pub(super) fn new(mut template: &'static str) -> Self {
        let mut parameters = Vec::new();
        while let Some((before, after)) = template.split_once('{') {
            let (name, rest) = after.split_once('}').unwrap_or((after, ""));
            parameters.push(Parameter { name, distance: before.len(), is_last: matches!(rest, "" | "/") });
            template = rest;
        }
        Self { parameters }
    }

    /// Returns the values in a path. The router has already matched the path, so the text between two parameters has the
    /// same length in path and template, and is skipped.
    pub(super) fn values<'a>(&'a self, path: &'a str) -> PathValues<'a> {
        PathValues { parameters: self.parameters.iter(), rest: path }
    }
}

impl<'a> Iterator for PathValues<'a> {
    type Item = (&'static str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let Parameter { name, distance, is_last } = self.parameters.next()?;
        let path = self.rest.get(*distance..)?;
        if *is_last {
            return Some((name, path.strip_suffix('/').unwrap_or(path)));
        }
        let (value, rest) = path.split_at(memchr(b'/', path.as_bytes())?);
        self.rest = rest;
        Some((name, value))
    }
}

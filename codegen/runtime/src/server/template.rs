//! Where the parameters of a path stand.

use std::slice::Iter;

use memchr::memchr;

/// The parameters of a path template, from left to right, found once for all requests.
pub(super) struct Template {
    parameters: Vec<Parameter>,
}

struct Parameter {
    name: &'static str,
    /// How many bytes stand before it, after the parameter before.
    distance: usize,
    /// Nothing stands after it, unless a slash.
    is_last: bool,
}

/// The values of a path's parameters, each with its name, encoded as they came.
pub(super) struct Values<'a> {
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

    /// Reads a path. The router has matched it, so that what stands between two parameters is as long in it as in the
    /// template; it is passed over unread.
    pub(super) fn values<'a>(&'a self, path: &'a str) -> Values<'a> {
        Values { parameters: self.parameters.iter(), rest: path }
    }
}

impl<'a> Iterator for Values<'a> {
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

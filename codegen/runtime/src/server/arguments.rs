//! The arguments of a stub's method: read from all parts of a request, so that all faults come to light at once.

use http::Uri;
use serde::de::DeserializeOwned;

use super::faults::{self, Fault, Part};
use super::strict::Strict;
use super::template::{Template, Values};
use super::text::{self, Text};
use crate::string_enum;

/// What a handler's tuple of arguments is read as.
pub trait Arguments: Sized {
    /// True where the body has to be there before the arguments are read.
    const HAS_BODY: bool;

    /// Reads them, or notes why that cannot be.
    fn read(reader: &mut Reader<'_>) -> Option<Self>;
}

/// One of the arguments. What stands in none of the types below is the next parameter of the path.
pub trait Argument: Sized {
    const HAS_BODY: bool = false;

    fn read(reader: &mut Reader<'_>) -> Option<Self>;
}

/// The query parameters.
pub struct QueryArg<T>(pub T);

/// The body.
pub struct BodyArg<T>(pub T);

/// More arguments than fit into one tuple.
pub struct RestArgs<T>(pub T);

/// What arguments are read from, beside the URI.
pub(super) struct Input<'a> {
    pub(super) template: &'a Template,
    pub(super) body: &'a [u8],
    pub(super) depth_limit: usize,
}

/// Reads arguments, and notes what is wrong with them.
pub struct Reader<'a> {
    parameters: Values<'a>,
    query: &'a str,
    body: &'a [u8],
    depth_limit: usize,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(uri: &'a Uri, input: Input<'a>) -> Self {
        let Input { template, body, depth_limit } = input;
        let parameters = template.values(uri.path());
        let query = uri.query().unwrap_or_default();
        Self { parameters, query, body, depth_limit, faults: malformed(query) }
    }

    /// The arguments, or all that is wrong with them.
    pub(super) fn finish<A: Arguments>(mut self) -> Result<A, Vec<Fault>> {
        let arguments = string_enum::closed(|| A::read(&mut self));
        match arguments {
            Some(arguments) if self.faults.is_empty() => Ok(arguments),
            Some(_) | None => Err(self.faults),
        }
    }

    /// Notes what is wrong with a part that is refused; there is at least one thing.
    fn note(&mut self, part: Part, path: &str, faults: Vec<Fault>) {
        let known = |fault: &Fault| fault.part == part && fault.path.starts_with(path);
        if faults.is_empty() && !self.faults.iter().any(known) {
            self.faults.push(Fault::new(part, path.to_owned(), "is not of the documented type"));
        }
        for fault in faults {
            if !self.faults.iter().any(|known| known.part == part && known.path == fault.path) {
                self.faults.push(fault);
            }
        }
    }
}

/// The names in a query that is encoded wrongly, each once and not all of them where there are many.
fn malformed(query: &str) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    if query.is_empty() {
        return faults;
    }
    for (name, problem) in text::malformed(query) {
        if faults.len() == faults::MAX_FAULTS {
            break;
        }
        if !faults.iter().any(|known| known.path == name) {
            faults.push(Fault::new(Part::Query, name, problem));
        }
    }
    faults
}

impl<T: DeserializeOwned> Argument for T {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let (name, raw) = reader.parameters.next().unwrap_or_default();
        let text = match text::decoded(raw) {
            Ok(text) => text,
            Err(problem) => {
                reader.note(Part::Path, name, vec![Fault::new(Part::Path, name.to_owned(), problem)]);
                return None;
            }
        };
        // Most values have no escapes, so that nothing but the argument itself is allocated.
        match T::deserialize(Text(text.as_ref().into())) {
            Ok(value) => Some(value),
            Err(_) => {
                reader.note(Part::Path, name, faults::in_path::<T>(name, &text));
                None
            }
        }
    }
}

impl<T: DeserializeOwned> Argument for QueryArg<T> {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        match serde_html_form::from_str(reader.query) {
            Ok(value) => Some(Self(value)),
            Err(_) => {
                reader.note(Part::Query, "", faults::in_query::<T>(&text::tree(reader.query)));
                None
            }
        }
    }
}

impl<T: DeserializeOwned> Argument for BodyArg<T> {
    const HAS_BODY: bool = true;

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        // A body that is not there counts as an object without fields.
        let body = if reader.body.is_empty() { b"{}" } else { reader.body };
        if is_deeper(body, reader.depth_limit) {
            let problem = format!("is nested deeper than {} levels", reader.depth_limit);
            reader.note(Part::Body, "", vec![Fault::new(Part::Body, String::new(), &problem)]);
            return None;
        }
        match read(body) {
            Ok(value) => Some(Self(value)),
            Err(_) => {
                reader.note(Part::Body, "", faults::in_body::<T>(body));
                None
            }
        }
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = T::deserialize(Strict(&mut json))?;
    json.end()?;
    Ok(value)
}

/// True where lists and objects are nested deeper than that. What is no JSON is for others to refuse.
fn is_deeper(json: &[u8], limit: usize) -> bool {
    // Counting is faster than reading, and few bodies have that many brackets.
    if json.iter().filter(|byte| matches!(byte, b'[' | b'{')).count() <= limit {
        return false;
    }
    let (mut depth, mut in_text, mut is_escaped) = (0_usize, false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return true;
        }
    }
    false
}

impl<T: Arguments> Argument for RestArgs<T> {
    const HAS_BODY: bool = T::HAS_BODY;

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        T::read(reader).map(Self)
    }
}

impl Arguments for () {
    const HAS_BODY: bool = false;

    fn read(_: &mut Reader<'_>) -> Option<Self> {
        Some(())
    }
}

/// Every argument is read, even after one that cannot be: its faults are to be known, too.
macro_rules! tuples {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<$first: Argument, $($rest: Argument),*> Arguments for ($first, $($rest),*) {
            const HAS_BODY: bool = $first::HAS_BODY $(|| $rest::HAS_BODY)*;

            fn read(reader: &mut Reader<'_>) -> Option<Self> {
                let all = ($first::read(reader), $($rest::read(reader)),*);
                #[allow(non_snake_case, reason = "each is called like its type")]
                let ($first, $($rest),*) = all;
                Some(($first?, $($rest?),*))
            }
        }
        tuples!($($rest)*);
    };
}

tuples!(A B C D E F G H);

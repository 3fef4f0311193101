//! Parses the official client's base URLs: the object `services` in its `constants.js`.
//!
//! The file is JavaScript, so a small scanner reads this one object literal. Anything but names and strings is an error.

use super::documentation::DocService;

const EXPECTED: &str = "expected `services: { NAME: 'https://…' }`";

/// Parses the base URLs and sorts them by name. `page` is the name of the file.
///
/// # Errors
/// Returns a message if there is no such object, or if it contains anything else.
pub fn services(text: &str, page: &str) -> Result<Vec<DocService>, String> {
    let rest = find_object(text).ok_or_else(|| format!("no object `services`; {EXPECTED}"))?;
    let mut scanner = Scanner { text, rest };
    let mut services: Vec<DocService> = Vec::new();
    scanner.skip_whitespace();
    while !scanner.eat('}') {
        let name = scanner.name()?;
        scanner.expect(':')?;
        let url = scanner.string()?;
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(scanner.error(&format!("`{url}` is not a base URL")));
        }
        if services.iter().any(|known| known.name == name) {
            return Err(scanner.error(&format!("duplicate service `{name}`")));
        }
        services.push(DocService { name, page: page.to_owned(), url });
        if !scanner.eat(',') && !scanner.rest.starts_with('}') {
            return Err(scanner.error("expected `,` or `}`"));
        }
    }
    if services.is_empty() {
        return Err(format!("the object `services` is empty; {EXPECTED}"));
    }
    services.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(services)
}

/// Returns the text behind `services: {`.
fn find_object(text: &str) -> Option<&str> {
    text.match_indices("services").find_map(|(at, word)| {
        let is_whole = !text[..at].ends_with(|c: char| c.is_alphanumeric() || "_$.".contains(c));
        let after = text[at + word.len()..].trim_start().strip_prefix(':')?;
        after.trim_start().strip_prefix('{').filter(|_| is_whole)
    })
}

struct Scanner<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    fn skip_whitespace(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let comment = [("//", "\n"), ("/*", "*/")].into_iter().find(|(start, _)| self.rest.starts_with(start));
            let Some((_, end)) = comment else { return };
            self.rest = self.rest.split_once(end).map_or("", |(_, rest)| rest);
        }
    }

    /// Consumes a character and the whitespace behind it, if it is the next one.
    fn eat(&mut self, expected: char) -> bool {
        let rest = self.rest.strip_prefix(expected);
        if let Some(rest) = rest {
            self.rest = rest;
            self.skip_whitespace();
        }
        rest.is_some()
    }

    fn expect(&mut self, expected: char) -> Result<(), String> {
        if self.eat(expected) { Ok(()) } else { Err(self.error(&format!("expected `{expected}`"))) }
    }

    /// Consumes a key: an identifier or a string.
    fn name(&mut self) -> Result<String, String> {
        if self.rest.starts_with(['\'', '"']) {
            return self.string();
        }
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if name.is_empty() {
            return Err(self.error("expected the name of a service"));
        }
        self.rest = rest;
        self.skip_whitespace();
        Ok(name.to_owned())
    }

    /// Consumes a string without escapes and line breaks, which no URL contains.
    fn string(&mut self) -> Result<String, String> {
        let quote = self.rest.chars().next().filter(|quote| ['\'', '"'].contains(quote));
        let whole = quote.and_then(|quote| self.rest.get(1..)?.split_once(quote));
        let Some((string, rest)) = whole.filter(|(string, _)| !string.contains(['\\', '\n'])) else {
            return Err(self.error("expected a string without escapes"));
        };
        self.rest = rest;
        self.skip_whitespace();
        Ok(string.to_owned())
    }

    fn error(&self, message: &str) -> String {
        let read = self.text.len() - self.rest.len();
        let line = self.text.bytes().take(read).filter(|byte| *byte == b'\n').count() + 1;
        format!("line {line}: {message}; {EXPECTED}")
    }
}

//! The official client's base URLs: the `services` of its `constants.js`.
//!
//! Owns the one object literal that is read there. It is JavaScript, not JSON, so it is read by its characters; whatever is
//! more than names and strings is an error, because nothing is guessed.

use super::documented::Service;

const HELP: &str = "it must hold `services: { NAME: 'https://…' }`";

/// Reads the base URLs, sorted by name. `page` is the name of the file.
///
/// # Errors
///
/// A text without such an object, or one whose object holds anything else.
pub fn services(text: &str, page: &str) -> Result<Vec<Service>, String> {
    let mut scanner =
        Scanner { text, rest: find_object(text).ok_or("it has no object `services`; ".to_owned() + HELP)? };
    let mut services: Vec<Service> = Vec::new();
    scanner.skip_blanks();
    while !scanner.takes('}') {
        let name = scanner.name()?;
        scanner.expect(':')?;
        let url = scanner.string()?;
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(scanner.error(&format!("`{url}` is no base URL")));
        }
        if services.iter().any(|known| known.name == name) {
            return Err(scanner.error(&format!("the service `{name}` is there twice")));
        }
        services.push(Service { name, page: page.to_owned(), url });
        if !scanner.takes(',') && !scanner.rest.starts_with('}') {
            return Err(scanner.error("expected `,` or `}`"));
        }
    }
    if services.is_empty() {
        return Err("its `services` are empty; ".to_owned() + HELP);
    }
    services.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(services)
}

/// What follows the brace of `services: {`.
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
    fn skip_blanks(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let comment = [("//", "\n"), ("/*", "*/")].into_iter().find(|(start, _)| self.rest.starts_with(start));
            let Some((_, end)) = comment else { return };
            self.rest = self.rest.split_once(end).map_or("", |(_, rest)| rest);
        }
    }

    /// Consumes a character and the blanks behind it, if it is the next one.
    fn takes(&mut self, expected: char) -> bool {
        let rest = self.rest.strip_prefix(expected);
        if let Some(rest) = rest {
            self.rest = rest;
            self.skip_blanks();
        }
        rest.is_some()
    }

    fn expect(&mut self, expected: char) -> Result<(), String> {
        if self.takes(expected) { Ok(()) } else { Err(self.error(&format!("expected `{expected}`"))) }
    }

    /// A key: an identifier, or a string.
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
        self.skip_blanks();
        Ok(name.to_owned())
    }

    fn string(&mut self) -> Result<String, String> {
        let quote = self.rest.chars().next().filter(|quote| ['\'', '"'].contains(quote));
        let whole = quote.and_then(|quote| self.rest.get(1..)?.split_once(quote));
        // An escape or a line end would need more of a parser, and stands in no URL.
        let Some((string, rest)) = whole.filter(|(string, _)| !string.contains(['\\', '\n'])) else {
            return Err(self.error("expected a string without escapes"));
        };
        self.rest = rest;
        self.skip_blanks();
        Ok(string.to_owned())
    }

    fn error(&self, what: &str) -> String {
        let read = self.text.len() - self.rest.len();
        let line = self.text.bytes().take(read).filter(|byte| *byte == b'\n').count() + 1;
        format!("line {line}: {what}; {HELP}")
    }
}

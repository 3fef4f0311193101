//! Doc comments: descriptions of the spec as Markdown for rustdoc, in lines of a readable length.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ident::is_bidi;
use crate::ir::Erratum;

/// The maximum length of a line.
const MAX_WIDTH: usize = 112;

/// Converts paragraphs to outer doc comments.
pub fn outer(paragraphs: &[String]) -> TokenStream {
    let lines = lines(paragraphs);
    quote!(#(#[doc = #lines])*)
}

/// Converts paragraphs to inner doc comments.
pub fn inner(paragraphs: &[String]) -> TokenStream {
    let lines = lines(paragraphs);
    quote!(#(#![doc = #lines])*)
}

/// Converts one paragraph of the spec to an outer doc comment.
pub fn sentence(text: &str) -> TokenStream {
    outer(&[prose(text)])
}

/// Returns a string of the spec without invisible characters, for string literals.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| !is_bidi(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Escapes a string of the spec for Markdown. Code in backticks is kept, and URLs become links.
pub fn prose(text: &str) -> String {
    let text = plain(text);
    // Unbalanced or adjacent backticks are not code.
    let has_code = text.matches('`').count().is_multiple_of(2) && !text.contains("``");
    let mut safe = String::with_capacity(text.len() + 16);
    for (index, part) in text.split('`').enumerate() {
        let is_code = has_code && !index.is_multiple_of(2);
        if index > 0 {
            safe.push_str(if has_code { "`" } else { "\\`" });
        }
        if is_code { safe.push_str(part) } else { escape(part, &mut safe) }
    }
    if starts_block(safe.split(' ').next().unwrap_or_default()) {
        let mark = safe.find(|c: char| !c.is_ascii_digit()).unwrap_or_default();
        safe.insert(mark, '\\');
    }
    safe
}

/// Converts a name or a value of the spec to inline code.
pub fn code(text: &str) -> String {
    match text {
        "" => "`\"\"`".to_owned(),
        text => format!("`{}`", text.replace(|c: char| c == '`' || c.is_control() || is_bidi(c), "'")),
    }
}

/// Formats a list with one item per string. The strings must be escaped.
pub fn list(items: impl Iterator<Item = String>) -> String {
    let item = |text: String| format!("*{}", wrapped(&text).join("\n "));
    let items: Vec<String> = items.map(item).collect();
    format!("{}\n", items.join("\n"))
}

/// Describes a difference between the documentation and the service in one sentence, without escaping it.
pub fn deviation(Erratum { fact, documented, actual, because }: &Erratum) -> String {
    let (kind, name) = fact.split_once('.').unwrap_or((fact, ""));
    let subject = match (kind, name) {
        ("auth", _) => "the authentication".to_owned(),
        ("body", "") => "the request body".to_owned(),
        ("body", name) => format!("the body field {}", code(name)),
        ("headers", name) => format!("the header {}", code(name)),
        ("path", "") => "the path".to_owned(),
        ("path", name) => format!("the path parameter {}", code(name)),
        ("query", name) => format!("the query parameter {}", code(name)),
        (kind, _) => format!("the {kind}"),
    };
    let statement = match (documented.as_str(), actual.as_str()) {
        ("absent", actual) => format!("The documentation does not mention {subject}, which is {}", value(actual)),
        (_, "absent") => format!("The documentation mentions {subject}, which does not exist"),
        (documented, actual) => {
            format!("The documentation says that {subject} is {}, but it is {}", value(documented), value(actual))
        }
    };
    format!("{statement}: {}.", because.trim_end_matches('.'))
}

/// Describes a type or another value of a fact: `integer? = 20` is optional and has a default.
fn value(text: &str) -> String {
    let (ty, default) = text.split_once(" = ").map_or((text, None), |(ty, default)| (ty, Some(default)));
    let ty = ty.strip_suffix('?').map_or_else(|| code(ty), |ty| format!("an optional {}", code(ty)));
    default.map_or_else(|| ty.clone(), |default| format!("{ty} with the default {}", code(default)))
}

/// Escapes a string outside of code.
fn escape(text: &str, safe: &mut String) {
    let mut rest = text;
    while let Some(start) = rest.find("https://").into_iter().chain(rest.find("http://")).min() {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"')).unwrap_or(from.len());
        let (url, after) = from.split_at(end);
        let link = url.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']);
        // The URL may already be in angle brackets.
        let without_bracket = before.strip_suffix('<').filter(|_| link == url && after.starts_with('>'));
        escape_characters(without_bracket.unwrap_or(before), safe);
        safe.push_str(&format!("<{link}>"));
        rest = from.get(link.len() + usize::from(without_bracket.is_some())..).unwrap_or_default();
    }
    escape_characters(rest, safe);
}

fn escape_characters(text: &str, safe: &mut String) {
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let after = characters.peek().copied();
        let is_special = match character {
            '<' | '>' | '[' | ']' | '*' | '~' | '\\' => true,
            // Inside a word, an underscore is not special.
            '_' => !(before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)),
            '&' => after.is_some_and(|after| after.is_ascii_alphanumeric() || after == '#'),
            _ => false,
        };
        if is_special {
            safe.push('\\');
        }
        safe.push(character);
        before = Some(character);
    }
}

/// Returns `true` for a word that starts a heading, a list or another block at the start of a line.
fn starts_block(word: &str) -> bool {
    let number = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = number.len() < word.len() && matches!(number, "." | ")");
    let is_html = word.starts_with('<') && !word.starts_with("<http");
    is_numbered || is_html || word.starts_with(['-', '+', '=', '#', '|', ':', '>', '*', '_', '~', '['])
}

fn lines(paragraphs: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in paragraphs {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        // Lists, tables and examples are not wrapped.
        for line in paragraph.lines() {
            if paragraph.contains('\n') { lines.push(format!(" {line}")) } else { lines.extend(wrapped(line)) }
        }
    }
    lines.into_iter().map(|line: String| line.trim_end().to_owned()).collect()
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && !starts_block(word) && line.chars().count() + word.chars().count() >= MAX_WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        line.push(' ');
        line.push_str(word);
    }
    lines.push(line);
    lines
}

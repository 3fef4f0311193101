//! Doc comments: prose of the spec made safe for rustdoc, in lines of a readable length.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ident::is_bidi;

/// Longer lines are broken.
const WIDTH: usize = 112;

/// Paragraphs as outer doc comments.
pub fn outer(paragraphs: &[String]) -> TokenStream {
    let lines = lines(paragraphs);
    quote!(#(#[doc = #lines])*)
}

/// Paragraphs as inner doc comments.
pub fn inner(paragraphs: &[String]) -> TokenStream {
    let lines = lines(paragraphs);
    quote!(#(#![doc = #lines])*)
}

/// One paragraph of prose as an outer doc comment.
pub fn sentence(text: &str) -> TokenStream {
    outer(&[prose(text)])
}

/// Text from the spec as Markdown that shows it as it is; what stands in backticks is left alone, and URLs become links.
pub fn prose(text: &str) -> String {
    let text: String = text.chars().filter(|c| !is_bidi(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    // A lone backtick, or a row of them, would take in what it should not.
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

/// A name or a value of the spec as inline code.
pub fn code(text: &str) -> String {
    match text {
        "" => "`\"\"`".to_owned(),
        text => format!("`{}`", text.replace(|c: char| c == '`' || c.is_control() || is_bidi(c), "'")),
    }
}

/// Prose outside of code.
fn escape(text: &str, safe: &mut String) {
    let mut rest = text;
    while let Some(start) = rest.find("https://").into_iter().chain(rest.find("http://")).min() {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"')).unwrap_or(from.len());
        let (url, after) = from.split_at(end);
        let link = url.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']);
        // It may stand in angle brackets already.
        let bare = before.strip_suffix('<').filter(|_| link == url && after.starts_with('>'));
        escape_characters(bare.unwrap_or(before), safe);
        safe.push_str(&format!("<{link}>"));
        rest = from.get(link.len() + usize::from(bare.is_some())..).unwrap_or_default();
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
            // Within a word it is a letter like any other.
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

/// True for a word that is a heading, a list or the like where it comes first in a line.
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
        // A paragraph with lines of its own is a list, a table or an example: its lines stay.
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
        if !line.is_empty() && !starts_block(word) && line.chars().count() + word.chars().count() >= WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        line.push(' ');
        line.push_str(word);
    }
    lines.push(line);
    lines
}

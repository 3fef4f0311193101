//! Doc comments: prose of the spec made safe for rustdoc, in lines of a readable length.

use proc_macro2::TokenStream;
use quote::quote;

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

/// Text from the spec as Markdown that shows it as it is; what stands in backticks is left alone.
pub fn prose(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let has_pairs = text.matches('`').count().is_multiple_of(2);
    let mut in_code = false;
    for word in text.split_inclusive(' ') {
        let bare = word.trim_end();
        let is_url = bare.starts_with("https://") || bare.starts_with("http://");
        if is_url && !in_code {
            let url = bare.trim_end_matches(['.', ',', ';', ')']);
            safe.push_str(&format!("<{url}>{}", word.get(url.len()..).unwrap_or_default()));
            continue;
        }
        for character in word.chars() {
            match character {
                '`' if has_pairs => {
                    in_code = !in_code;
                    safe.push('`');
                }
                '<' | '>' | '[' | ']' | '*' | '`' | '\\' if !in_code => {
                    safe.push('\\');
                    safe.push(character);
                }
                other => safe.push(other),
            }
        }
    }
    safe
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
        if !line.is_empty() && line.chars().count() + word.chars().count() >= WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        line.push(' ');
        line.push_str(word);
    }
    lines.push(line);
    lines
}

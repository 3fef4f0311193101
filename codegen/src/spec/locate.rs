//! From a [`Place`] to a stretch of text, with a parser that keeps marks.
//!
//! `serde_yaml` reads the spec but forgets where things stood. This parser runs only on a file that has something to report.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::place::{Part, Place};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, Span};

/// The sink for mistakes that are known by their key path.
#[derive(Debug, Default)]
pub struct Reporter {
    found: Diagnostics,
    marked: HashMap<String, Option<Node>>,
}

impl Reporter {
    /// Adds a mistake; see [`Diagnostic::at`] for the texts.
    pub fn error(
        &mut self,
        place: &Place,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = self.span(place);
        self.found.push(Diagnostic::at(span, message, label, help));
    }

    /// Adds a mistake that the reader understands only with a second place in view.
    pub fn conflict(&mut self, place: &Place, other: &Place, message: String, labels: [&str; 2], help: String) {
        let [label, other_label] = labels;
        let (span, related) = (self.span(place), self.span(other));
        self.found.push(Diagnostic::at(span, message, label, help).with_related(related, other_label));
    }

    /// Adds a mistake that is already complete.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// True where nothing was reported.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// What was found.
    pub fn into_diagnostics(self) -> Diagnostics {
        self.found
    }

    /// The places of every key that stands twice in one mapping, each with the first one.
    pub fn duplicate_keys(&mut self, file: &Arc<SourceFile>) -> Vec<(String, Span, Span)> {
        let mut pairs = Vec::new();
        if let Some(root) = self.marked(file) {
            root.duplicates(&mut pairs);
        }
        let span = |bytes| Span { file: Arc::clone(file), bytes };
        pairs.into_iter().map(|(key, second, first)| (key, span(second), span(first))).collect()
    }

    fn span(&mut self, place: &Place) -> Span {
        let bytes = self.marked(&place.file).map_or(0..0, |root| root.find(place));
        Span { file: Arc::clone(&place.file), bytes }
    }

    fn marked(&mut self, file: &Arc<SourceFile>) -> Option<&Node> {
        self.marked.entry(file.path.clone()).or_insert_with(|| parse(&file.text)).as_ref()
    }
}

/// A YAML node with the bytes that it takes up.
#[derive(Debug)]
struct Node {
    bytes: Range<usize>,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Scalar { text: String, quoted: bool },
    Sequence(Vec<Node>),
    Mapping(Vec<(Node, Node)>),
}

impl Node {
    /// The bytes of a place, or of the nearest thing above it that is there.
    fn find(&self, place: &Place) -> Range<usize> {
        let mut node = self;
        let mut key: Option<&Node> = None;
        for step in &place.steps {
            match node.step(step) {
                Some((found_key, value)) => (key, node) = (found_key, value),
                // The short form of an entry has no keys of its own: what its long form says under one stands right here.
                None if node.text().is_some() => break,
                None => return key.unwrap_or(node).first_line(),
            }
        }
        match &place.part {
            Part::Key => key.unwrap_or(node).first_line(),
            Part::Value => match node.content {
                Content::Scalar { .. } => node.first_line(),
                Content::Sequence(_) | Content::Mapping(_) => key.unwrap_or(node).first_line(),
            },
            Part::Within(characters) => node.within(characters),
        }
    }

    fn step(&self, step: &str) -> Option<(Option<&Node>, &Node)> {
        match &self.content {
            Content::Scalar { .. } => None,
            Content::Sequence(items) => items.get(step.parse::<usize>().ok()?).map(|item| (None, item)),
            Content::Mapping(entries) => {
                entries.iter().find(|(key, _)| key.text() == Some(step)).map(|(key, value)| (Some(key), value))
            }
        }
    }

    fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, .. } => Some(text),
            Content::Sequence(_) | Content::Mapping(_) => None,
        }
    }

    /// Scalars are short; of anything longer a caret under the start says enough.
    fn first_line(&self) -> Range<usize> {
        match &self.content {
            Content::Scalar { text, .. } if !text.contains('\n') => self.bytes.clone(),
            Content::Scalar { .. } | Content::Sequence(_) | Content::Mapping(_) => {
                self.bytes.start..self.bytes.start + 1
            }
        }
    }

    /// Characters of the text, where the text stands in the file as it is; else the whole of it.
    fn within(&self, characters: &Range<usize>) -> Range<usize> {
        let Content::Scalar { text, quoted } = &self.content else { return self.first_line() };
        let quotes = if *quoted { 2 } else { 0 };
        if self.bytes.len() != text.len() + quotes {
            return self.first_line();
        }
        let offset = |character: usize| text.char_indices().nth(character).map_or(text.len(), |(byte, _)| byte);
        let start = self.bytes.start + quotes / 2;
        start + offset(characters.start)..start + offset(characters.end)
    }

    fn duplicates(&self, pairs: &mut Vec<(String, Range<usize>, Range<usize>)>) {
        match &self.content {
            Content::Scalar { .. } => {}
            Content::Sequence(items) => items.iter().for_each(|item| item.duplicates(pairs)),
            Content::Mapping(entries) => {
                let mut seen: HashMap<&str, &Node> = HashMap::new();
                for (key, value) in entries {
                    if let Some(text) = key.text() {
                        if let Some(first) = seen.get(text) {
                            pairs.push((text.to_owned(), key.bytes.clone(), first.bytes.clone()));
                        } else {
                            seen.insert(text, key);
                        }
                    }
                    value.duplicates(pairs);
                }
            }
        }
    }
}

/// A collection whose end has not been seen yet.
struct Open {
    start: usize,
    is_mapping: bool,
    nodes: Vec<Node>,
}

/// The first document of a text, with marks; nothing where it is no YAML.
fn parse(text: &str) -> Option<Node> {
    // The parser counts characters, spans count bytes.
    let mut byte_of: Vec<usize> = text.char_indices().map(|(byte, _)| byte).collect();
    byte_of.push(text.len());
    let byte = |character: usize| byte_of.get(character).copied().unwrap_or(text.len());

    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        let bytes = byte(span.start.index())..byte(span.end.index());
        let node = match event {
            Event::MappingStart(..) => {
                open.push(Open { start: bytes.start, is_mapping: true, nodes: Vec::new() });
                continue;
            }
            Event::SequenceStart(..) => {
                open.push(Open { start: bytes.start, is_mapping: false, nodes: Vec::new() });
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd => open.pop()?.close(bytes.end),
            Event::Scalar(text, style, ..) => {
                let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
                Node { bytes, content: Content::Scalar { text: text.into_owned(), quoted } }
            }
            Event::Alias(_) => Node { bytes, content: Content::Scalar { text: String::new(), quoted: false } },
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd => {
                continue;
            }
        };
        match open.last_mut() {
            Some(parent) => parent.nodes.push(node),
            None => return Some(node),
        }
    }
    None
}

impl Open {
    fn close(self, end: usize) -> Node {
        let content = if self.is_mapping {
            let mut nodes = self.nodes.into_iter();
            let mut entries = Vec::new();
            while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
                entries.push((key, value));
            }
            Content::Mapping(entries)
        } else {
            Content::Sequence(self.nodes)
        };
        Node { bytes: self.start..end.max(self.start), content }
    }
}

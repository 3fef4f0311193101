//! Maps a [`SourcePath`] to bytes of the file, with a parser that keeps positions.
//!
//! `serde_yaml` drops the positions of what it parses. This parser runs only on a file that has something to report.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::path::{Anchor, Cursor, PathSegment, SourcePath};
use crate::diagnostic::{SourceFile, Span};

/// The files that were parsed with positions, by path.
#[derive(Debug, Default)]
pub(super) struct SourceMap {
    files: HashMap<String, Option<Node>>,
}

impl SourceMap {
    /// Returns the bytes that a path stands for.
    pub(super) fn span(&mut self, path: &SourcePath) -> Span {
        let bytes = self.root(&path.file).map_or(0..0, |root| root.find(&path.segments, &path.anchor));
        Span::within_line(&path.file, bytes)
    }

    /// Returns a scalar as it is written in the file, unless it spans several lines.
    pub(super) fn scalar_text(&mut self, path: &SourcePath) -> Option<String> {
        let bytes = self.root(&path.file)?.scalar(&path.segments)?;
        let text = path.file.text.get(bytes)?;
        (!text.contains('\n')).then(|| text.to_owned())
    }

    /// Returns a key as it is written in the file, by its index in the mapping.
    pub(super) fn key_text(&mut self, mapping: &SourcePath, index: usize) -> Option<String> {
        let node = mapping
            .segments
            .iter()
            .try_fold(self.root(&mapping.file)?, |node, segment| node.child(segment).map(|(_, value)| value));
        let Content::Mapping { entries, by_key: _ } = &node?.content else { return None };
        entries.get(index).and_then(|(key, _)| key.text()).map(str::to_owned)
    }

    /// Returns every key that occurs twice in one mapping, with the second and the first occurrence.
    pub(super) fn duplicate_keys(&mut self, file: &Arc<SourceFile>) -> Vec<(String, Span, Span)> {
        let mut pairs = Vec::new();
        if let Some(root) = self.root(file) {
            root.duplicates(&mut pairs);
        }
        let span = |bytes| Span::within_line(file, bytes);
        pairs.into_iter().map(|(key, second, first)| (key, span(second), span(first))).collect()
    }

    /// Returns the keys in braces that have neither a colon nor a value.
    pub(super) fn keys_without_value(&mut self, file: &Arc<SourceFile>) -> Vec<KeysWithoutValue> {
        let mut found = Vec::new();
        if let Some(root) = self.root(file) {
            root.keys_without_value(&Cursor::root(file), &file.text, &mut found);
        }
        found
    }

    fn root(&mut self, file: &Arc<SourceFile>) -> Option<&Node> {
        self.files.entry(file.path.clone()).or_insert_with(|| parse(&file.text)).as_ref()
    }
}

/// A YAML node with its bytes in the file.
#[derive(Debug)]
struct Node {
    bytes: Range<usize>,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Scalar {
        text: String,
        is_quoted: bool,
    },
    List(Vec<Node>),
    Mapping {
        entries: Vec<(Node, Node)>,
        /// The indices of the entries, sorted by their keys.
        by_key: Vec<usize>,
    },
}

impl Node {
    /// Returns the bytes of an entry, or of the nearest entry above it that exists. An entry without bytes of its own, or
    /// with more than one line, is represented by its start.
    fn find(&self, segments: &[PathSegment], anchor: &Anchor) -> Range<usize> {
        let mut node = self;
        let mut key: Option<&Node> = None;
        for segment in segments {
            match node.child(segment) {
                Some((child_key, value)) => (key, node) = (child_key, value),
                // The short form of an entry has no keys. It stands for the one key of the long form.
                None if node.text().is_some() => break,
                None => return key.unwrap_or(node).bytes_or_start(),
            }
        }
        match (anchor, &node.content) {
            (Anchor::Within(characters), Content::Scalar { .. }) => node.within(characters),
            (Anchor::Value, Content::Scalar { .. }) if !node.bytes.is_empty() => node.bytes.clone(),
            (Anchor::Key | Anchor::Value | Anchor::Within(_), _) => key.unwrap_or(node).bytes_or_start(),
        }
    }

    /// Returns the bytes of a scalar.
    fn scalar(&self, segments: &[PathSegment]) -> Option<Range<usize>> {
        let mut node = self;
        for segment in segments {
            (_, node) = node.child(segment)?;
        }
        node.text().map(|_| node.bytes.clone())
    }

    /// Returns the key, if there is one, and the value of an entry.
    fn child(&self, segment: &PathSegment) -> Option<(Option<&Node>, &Node)> {
        match (&self.content, segment) {
            (Content::List(items), PathSegment::Item(index)) => items.get(*index).map(|item| (None, item)),
            (Content::Mapping { entries, by_key }, PathSegment::Key(wanted)) => {
                let key_of = |index: &usize| entries.get(*index).and_then(|(key, _)| key.text());
                let first = by_key.partition_point(|index| key_of(index) < Some(wanted.as_str()));
                let (key, value) = entries.get(*by_key.get(first)?)?;
                (key.text() == Some(wanted)).then_some((Some(key), value))
            }
            (
                Content::Scalar { .. } | Content::List(_) | Content::Mapping { .. },
                PathSegment::Item(_) | PathSegment::Key(_),
            ) => None,
        }
    }

    fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, .. } => Some(text),
            Content::List(_) | Content::Mapping { .. } => None,
        }
    }

    fn bytes_or_start(&self) -> Range<usize> {
        match &self.content {
            Content::Scalar { .. } => self.bytes.clone(),
            Content::List(_) | Content::Mapping { .. } => self.bytes.start..self.bytes.start,
        }
    }

    /// Returns the bytes of some characters of a scalar, or the whole scalar if its text differs from what is in the file.
    fn within(&self, characters: &Range<usize>) -> Range<usize> {
        let Content::Scalar { text, is_quoted } = &self.content else { return self.bytes_or_start() };
        let quotes = if *is_quoted { 2 } else { 0 };
        if self.bytes.len() != text.len() + quotes {
            return self.bytes.clone();
        }
        let start = self.bytes.start + quotes / 2;
        start + byte_of(text, characters.start)..start + byte_of(text, characters.end)
    }

    fn keys_without_value(&self, at: &Cursor<'_>, file: &str, found: &mut Vec<KeysWithoutValue>) {
        match &self.content {
            Content::Scalar { .. } => {}
            Content::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.keys_without_value(&at.item(index), file, found);
                }
            }
            Content::Mapping { entries, by_key: _ } => {
                let mut before: Option<&Node> = None;
                // Adjacent keys are parts of one string.
                let mut group: Option<KeysWithoutValue> = None;
                for (key, value) in entries {
                    if self.lacks_value(key, value, file) {
                        let keys = group.get_or_insert_with(|| KeysWithoutValue::new(key, before, file));
                        keys.add(key, at);
                        continue;
                    }
                    found.extend(group.take());
                    before = Some(value);
                    if let Some(text) = key.text() {
                        value.keys_without_value(&at.child(text), file, found);
                    }
                }
                found.extend(group);
            }
        }
    }

    fn lacks_value(&self, key: &Node, value: &Node, file: &str) -> bool {
        let is_plain = |node: &Node| matches!(node.content, Content::Scalar { is_quoted: false, .. });
        let is_in_braces = || file.get(self.bytes.start..).is_some_and(|text| text.starts_with('{'));
        let rest = || file.get(key.bytes.end..).unwrap_or_default().trim_start();
        is_plain(key) && is_plain(value) && value.text() == Some("") && is_in_braces() && rest().starts_with([',', '}'])
    }

    fn duplicates(&self, pairs: &mut Vec<(String, Range<usize>, Range<usize>)>) {
        match &self.content {
            Content::Scalar { .. } => {}
            Content::List(items) => items.iter().for_each(|item| item.duplicates(pairs)),
            Content::Mapping { entries, by_key: _ } => {
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

/// Adjacent keys in braces that have neither a colon nor a value.
#[derive(Debug)]
pub(super) struct KeysWithoutValue {
    /// The keys with their paths.
    pub keys: Vec<(String, SourcePath)>,
    /// The bytes of the first key.
    pub first: Range<usize>,
    /// The bytes from the unquoted string in front of the keys to the last key, if there is such a string.
    pub string: Option<Range<usize>>,
    /// Whether the string and the keys together read like a sentence.
    pub is_sentence: bool,
}

impl KeysWithoutValue {
    fn new(first: &Node, before: Option<&Node>, file: &str) -> Self {
        let is_unquoted =
            |node: &&Node| matches!(node.content, Content::Scalar { is_quoted: false, .. }) && !node.bytes.is_empty();
        let string = before.filter(is_unquoted).map(|node| node.bytes.clone());
        let is_sentence = string.clone().and_then(|bytes| file.get(bytes)).is_some_and(|text| text.contains(' '));
        Self { keys: Vec::new(), first: first.bytes.clone(), string, is_sentence }
    }

    fn add(&mut self, key: &Node, at: &Cursor<'_>) {
        let Some(text) = key.text() else { return };
        self.is_sentence |= self.string.is_some() && (text.contains([' ', '.']) || !self.keys.is_empty());
        if let Some(bytes) = &mut self.string {
            bytes.end = key.bytes.end;
        }
        self.keys.push((text.to_owned(), at.child(text).key()));
    }
}

/// A collection whose end was not parsed yet.
struct OpenCollection {
    start: usize,
    is_mapping: bool,
    nodes: Vec<Node>,
}

/// The maximum depth: more than `serde_yaml` accepts, and safe for recursive functions.
const MAX_DEPTH: usize = 256;

/// Parses the first document of a file. Returns `None` if it is not YAML.
fn parse(text: &str) -> Option<Node> {
    // The parser counts characters, spans count bytes.
    let mut bytes: Vec<usize> = text.char_indices().map(|(byte, _)| byte).collect();
    bytes.push(text.len());
    let byte = |character: usize| bytes.get(character).copied().unwrap_or(text.len());

    let mut open: Vec<OpenCollection> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        if open.len() > MAX_DEPTH {
            return None;
        }
        let bytes = byte(span.start.index())..byte(span.end.index());
        let node = match event {
            Event::MappingStart(..) => {
                open.push(OpenCollection { start: bytes.start, is_mapping: true, nodes: Vec::new() });
                continue;
            }
            Event::SequenceStart(..) => {
                open.push(OpenCollection { start: bytes.start, is_mapping: false, nodes: Vec::new() });
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd => open.pop()?.close(bytes.end),
            Event::Scalar(text, style, ..) => {
                let is_quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
                Node { bytes, content: Content::Scalar { text: text.into_owned(), is_quoted } }
            }
            Event::Alias(_) => Node { bytes, content: Content::Scalar { text: String::new(), is_quoted: false } },
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

impl OpenCollection {
    fn close(self, end: usize) -> Node {
        let content = if self.is_mapping {
            let mut nodes = self.nodes.into_iter();
            let mut entries = Vec::new();
            while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
                entries.push((key, value));
            }
            let mut by_key: Vec<usize> = (0..entries.len()).collect();
            // The sort is stable, so that the first of equal keys stays the first.
            by_key.sort_by_key(|index| entries.get(*index).and_then(|(key, _): &(Node, Node)| key.text()));
            Content::Mapping { entries, by_key }
        } else {
            Content::List(self.nodes)
        };
        Node { bytes: self.start..end.max(self.start), content }
    }
}

/// Returns the byte at which a character starts. The parser counts characters, spans count bytes.
pub(super) fn byte_of(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(byte, _)| byte)
}

/// Returns the byte at which the second document of a file starts.
pub(super) fn second_document(text: &str) -> Option<usize> {
    let starts = Parser::new_from_str(text).map_while(Result::ok);
    let mut starts = starts.filter(|(event, _)| matches!(event, Event::DocumentStart(..)));
    starts.nth(1).map(|(_, span)| byte_of(text, span.start.index()))
}

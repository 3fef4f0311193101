//! From a [`SourcePath`] to a stretch of text, with a parser that keeps marks.
//!
//! `serde_yaml` reads the spec but forgets where things stood. This parser runs only on a file that has something to report.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::path::{Anchor, PathSegment};

/// A YAML node with the bytes that it takes up.
#[derive(Debug)]
pub(super) struct Node {
    bytes: Range<usize>,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Scalar {
        text: String,
        quoted: bool,
    },
    Sequence(Vec<Node>),
    Mapping {
        entries: Vec<(Node, Node)>,
        /// The numbers of the entries by the texts of their keys.
        by_key: Vec<usize>,
    },
}

impl Node {
    /// The bytes of a place, or of the nearest thing above it that is there. What has no bytes of its own, or more than
    /// one line, is given by its start.
    pub(super) fn find(&self, steps: &[PathSegment], part: &Anchor) -> Range<usize> {
        let mut node = self;
        let mut key: Option<&Node> = None;
        for step in steps {
            match node.step(step) {
                Some((found_key, value)) => (key, node) = (found_key, value),
                // The short form of an entry has no keys of its own: what its long form says under one stands right here.
                None if node.text().is_some() => break,
                None => return key.unwrap_or(node).bytes_or_start(),
            }
        }
        match (part, &node.content) {
            (Anchor::Within(characters), Content::Scalar { .. }) => node.within(characters),
            (Anchor::Value, Content::Scalar { .. }) if !node.bytes.is_empty() => node.bytes.clone(),
            (Anchor::Key | Anchor::Value | Anchor::Within(_), _) => key.unwrap_or(node).bytes_or_start(),
        }
    }

    /// The bytes of the scalar that the steps lead to.
    pub(super) fn scalar(&self, steps: &[PathSegment]) -> Option<Range<usize>> {
        let mut node = self;
        for step in steps {
            (_, node) = node.step(step)?;
        }
        node.text().map(|_| node.bytes.clone())
    }

    fn step(&self, step: &PathSegment) -> Option<(Option<&Node>, &Node)> {
        match (&self.content, step) {
            (Content::Sequence(items), PathSegment::Item(index)) => items.get(*index).map(|item| (None, item)),
            (Content::Mapping { entries, by_key }, PathSegment::Key(step)) => {
                let key_of = |number: &usize| entries.get(*number).and_then(|(key, _)| key.text());
                let first = by_key.partition_point(|number| key_of(number) < Some(step.as_str()));
                let (key, value) = entries.get(*by_key.get(first)?)?;
                (key.text() == Some(step)).then_some((Some(key), value))
            }
            (
                Content::Scalar { .. } | Content::Sequence(_) | Content::Mapping { .. },
                PathSegment::Item(_) | PathSegment::Key(_),
            ) => None,
        }
    }

    fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, .. } => Some(text),
            Content::Sequence(_) | Content::Mapping { .. } => None,
        }
    }

    fn bytes_or_start(&self) -> Range<usize> {
        match &self.content {
            Content::Scalar { .. } => self.bytes.clone(),
            Content::Sequence(_) | Content::Mapping { .. } => self.bytes.start..self.bytes.start,
        }
    }

    /// Characters of the text, where the text stands in the file as it is; else the whole of it.
    fn within(&self, characters: &Range<usize>) -> Range<usize> {
        let Content::Scalar { text, quoted } = &self.content else { return self.bytes_or_start() };
        let quotes = if *quoted { 2 } else { 0 };
        if self.bytes.len() != text.len() + quotes {
            return self.bytes.clone();
        }
        let offset = |character: usize| text.char_indices().nth(character).map_or(text.len(), |(byte, _)| byte);
        let start = self.bytes.start + quotes / 2;
        start + offset(characters.start)..start + offset(characters.end)
    }

    /// The keys in braces without a colon, by the texts that a comma may have cut off.
    pub(super) fn bare_keys(&self, file: &str, above: &mut Vec<PathSegment>, found: &mut Vec<BareKeys>) {
        match &self.content {
            Content::Scalar { .. } => {}
            Content::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    above.push(PathSegment::Item(index));
                    item.bare_keys(file, above, found);
                    above.pop();
                }
            }
            Content::Mapping { entries, by_key: _ } => {
                let mut before: Option<&Node> = None;
                // Those that follow one another belong to one text.
                let mut group: Option<BareKeys> = None;
                for (key, value) in entries {
                    if self.is_bare(key, value, file) {
                        let bare = group.get_or_insert_with(|| BareKeys::new(above, key, before, file));
                        bare.add(key);
                        continue;
                    }
                    found.extend(group.take());
                    before = Some(value);
                    if let Some(text) = key.text() {
                        above.push(PathSegment::Key(text.to_owned()));
                        value.bare_keys(file, above, found);
                        above.pop();
                    }
                }
                found.extend(group);
            }
        }
    }

    fn is_bare(&self, key: &Node, value: &Node, file: &str) -> bool {
        let is_plain = |node: &Node| matches!(node.content, Content::Scalar { quoted: false, .. });
        let is_flow = || file.get(self.bytes.start..).is_some_and(|text| text.starts_with('{'));
        let behind = || file.get(key.bytes.end..).unwrap_or_default().trim_start();
        is_plain(key) && is_plain(value) && value.text() == Some("") && is_flow() && behind().starts_with([',', '}'])
    }

    pub(super) fn duplicates(&self, pairs: &mut Vec<(String, Range<usize>, Range<usize>)>) {
        match &self.content {
            Content::Scalar { .. } => {}
            Content::Sequence(items) => items.iter().for_each(|item| item.duplicates(pairs)),
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

/// Keys in braces that have neither a colon nor a value, one behind the other.
pub(super) struct BareKeys {
    /// The path to the mapping.
    pub above: Vec<PathSegment>,
    /// The keys.
    pub keys: Vec<String>,
    /// The bytes of the first one.
    pub first: Range<usize>,
    /// What they may be the end of.
    pub text: CutText,
}

/// A text without quotes that a comma may have cut.
pub(super) struct CutText {
    /// Its bytes from the value before the keys to the last key; nothing where no text stands there.
    pub bytes: Option<Range<usize>>,
    /// Whether it reads like a sentence.
    pub is_sentence: bool,
}

impl BareKeys {
    fn new(above: &[PathSegment], first: &Node, before: Option<&Node>, file: &str) -> Self {
        let is_text =
            |node: &&Node| matches!(node.content, Content::Scalar { quoted: false, .. }) && !node.bytes.is_empty();
        let before = before.filter(is_text).map(|node| node.bytes.clone());
        let is_sentence = before.clone().and_then(|bytes| file.get(bytes)).is_some_and(|text| text.contains(' '));
        let text = CutText { bytes: before, is_sentence };
        Self { above: above.to_vec(), keys: Vec::new(), first: first.bytes.clone(), text }
    }

    fn add(&mut self, key: &Node) {
        let Some(text) = key.text() else { return };
        self.text.is_sentence |= self.text.bytes.is_some() && (text.contains([' ', '.']) || !self.keys.is_empty());
        if let Some(bytes) = &mut self.text.bytes {
            bytes.end = key.bytes.end;
        }
        self.keys.push(text.to_owned());
    }
}

/// A collection whose end has not been seen yet.
struct Open {
    start: usize,
    is_mapping: bool,
    nodes: Vec<Node>,
}

/// Deeper than `serde_yaml` reads, and shallow enough for functions that call themselves at each level.
const DEEPEST: usize = 256;

/// The first document of a text, with marks; nothing where it is no YAML.
pub(super) fn parse(text: &str) -> Option<Node> {
    // The parser counts characters, spans count bytes.
    let mut byte_of: Vec<usize> = text.char_indices().map(|(byte, _)| byte).collect();
    byte_of.push(text.len());
    let byte = |character: usize| byte_of.get(character).copied().unwrap_or(text.len());

    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        if open.len() > DEEPEST {
            return None;
        }
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
            let mut by_key: Vec<usize> = (0..entries.len()).collect();
            // Of equal keys the first stays first.
            by_key.sort_by_key(|number| entries.get(*number).and_then(|(key, _): &(Node, Node)| key.text()));
            Content::Mapping { entries, by_key }
        } else {
            Content::Sequence(self.nodes)
        };
        Node { bytes: self.start..end.max(self.start), content }
    }
}

/// The byte of a character; the parser counts characters, spans count bytes.
pub(super) fn byte_of(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(byte, _)| byte)
}

/// The start of the second document of a text.
pub(super) fn second_document(text: &str) -> Option<usize> {
    let starts = Parser::new_from_str(text).map_while(Result::ok);
    let mut starts = starts.filter(|(event, _)| matches!(event, Event::DocumentStart(..)));
    starts.nth(1).map(|(_, span)| byte_of(text, span.start.index()))
}

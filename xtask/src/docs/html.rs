//! Parses a page into a tree of the elements that the theme uses.
//!
//! A browser's parser repairs incomplete pages, so that missing rows of a truncated table would go unnoticed. This parser
//! requires every element of the theme to be closed in the right place and returns a [`ParseError`] otherwise. Formatting
//! tags are dropped. All other tags are text, because descriptions contain `<before>` and types `Array.<String>`. This
//! file does not depend on routes.

use html5gum::{DefaultEmitter, EndTag, StartTag, Token, Tokenizer};

/// Ten times the depth of the theme. Without a limit, a malicious page could exhaust the stack.
const MAX_DEPTH: usize = 100;

/// The id of an element at the top of every page of this theme.
const THEME_ID: &[u8] = b"nav-trigger";

/// The tags that only format text. In headings, `span` is structure.
const FORMATTING: [&[u8]; 12] =
    [b"a", b"b", b"br", b"code", b"em", b"i", b"li", b"ol", b"p", b"span", b"strong", b"ul"];

macro_rules! tags {
    ($($tag:ident $name:literal)*) => {
        /// An element of the theme.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Tag {
            $(#[doc = concat!("`<", $name, ">`")] $tag,)*
        }

        impl Tag {
            fn from_name(name: &[u8]) -> Option<Self> {
                [$((Self::$tag, $name)),*].into_iter().find(|(_, known)| known.as_bytes() == name).map(|(tag, _)| tag)
            }

            /// Returns the name between the angle brackets.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$tag => $name,)*
                }
            }
        }
    };
}

tags! {
    Html "html" Body "body" Nav "nav" Div "div" Section "section" Header "header" Article "article"
    H1 "h1" H2 "h2" H3 "h3" H4 "h4" H5 "h5" Span "span" Dl "dl" Dt "dt" Dd "dd" Pre "pre"
    Table "table" Thead "thead" Tbody "tbody" Tr "tr" Th "th" Td "td"
}

impl Tag {
    fn is_heading(self) -> bool {
        matches!(self, Self::H1 | Self::H2 | Self::H3 | Self::H4 | Self::H5)
    }

    /// Returns whether `inner` may be a child of this element. If not, the end of this element is missing.
    fn may_contain(self, inner: Self) -> bool {
        let is_table_part = matches!(inner, Self::Thead | Self::Tbody | Self::Tr | Self::Th | Self::Td);
        match self {
            Self::Html => inner == Self::Body,
            Self::Table => matches!(inner, Self::Thead | Self::Tbody | Self::Tr),
            Self::Thead | Self::Tbody => inner == Self::Tr,
            Self::Tr => matches!(inner, Self::Th | Self::Td),
            Self::H1 | Self::H2 | Self::H3 | Self::H4 | Self::H5 | Self::Span => inner == Self::Span,
            Self::Pre => false,
            Self::Body
            | Self::Nav
            | Self::Div
            | Self::Section
            | Self::Header
            | Self::Article
            | Self::Dl
            | Self::Dt
            | Self::Dd
            | Self::Th
            | Self::Td => !is_table_part && !matches!(inner, Self::Html | Self::Body),
        }
    }
}

/// An element with its content.
#[derive(Debug)]
pub struct Element {
    /// Which element it is.
    pub tag: Tag,
    /// The line on which it begins.
    pub line: usize,
    /// Its `id`, or an empty string.
    pub id: String,
    /// Its content, in order.
    pub nodes: Vec<Node>,
    class: String,
}

/// A piece of an element's content.
#[derive(Debug)]
pub enum Node {
    /// Text, with character references resolved.
    Text(String),
    /// An element.
    Element(Element),
}

impl Element {
    /// Returns whether the element has a class.
    pub fn has_class(&self, class: &str) -> bool {
        self.class.split_whitespace().any(|own| own == class)
    }

    /// Returns the child elements.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.nodes.iter().filter_map(Node::element)
    }

    /// Returns the first matching element at any depth, including this one.
    pub fn find(&self, matches: &impl Fn(&Self) -> bool) -> Option<&Self> {
        if matches(self) { Some(self) } else { self.elements().find_map(|element| element.find(matches)) }
    }

    /// Returns whether an element with this tag is inside this one, at any depth.
    pub fn contains(&self, tag: Tag) -> bool {
        self.elements().any(|element| element.find(&|element| element.tag == tag).is_some())
    }

    /// Returns all text in this element, with unchanged whitespace.
    pub fn text(&self) -> String {
        self.nodes.iter().map(Node::text).collect()
    }
}

impl Node {
    fn element(&self) -> Option<&Element> {
        match self {
            Self::Element(element) => Some(element),
            Self::Text(_) => None,
        }
    }

    /// Returns all text in this node, with unchanged whitespace.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Element(element) => element.text(),
        }
    }
}

/// Returns the elements among these nodes.
pub fn elements<'a>(nodes: &[&'a Node]) -> impl Iterator<Item = &'a Element> {
    nodes.iter().filter_map(|node| node.element())
}

/// Returns the text among these nodes, without that of elements.
pub fn own_text(nodes: &[&Node]) -> String {
    nodes.iter().filter(|node| node.element().is_none()).map(|node| node.text()).collect()
}

/// The reason why a file is not a page of the theme.
#[derive(Debug)]
pub enum ParseError {
    /// It is a page of another theme.
    WrongTheme,
    /// It is incomplete.
    Incomplete {
        /// The line of the problem.
        line: usize,
        /// The problem.
        what: String,
    },
}

/// Parses a page and returns its `<html>` element.
pub fn parse(text: &str) -> Result<Element, ParseError> {
    if text.trim().is_empty() {
        return Err(ParseError::Incomplete { line: 1, what: "the file is empty".to_owned() });
    }
    let mut builder = Builder { text, counted: 0, line: 1, open: Vec::new(), root: None, has_theme: false };
    // The emitter does not switch to the states for `<title>` and the like. In a description, such a tag would swallow
    // the rest of the page.
    let emitter = DefaultEmitter::<usize>::new_with_span();
    for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
        let read = match token {
            Token::StartTag(tag) => builder.begin(&tag),
            Token::EndTag(tag) => builder.end(&tag),
            Token::String(text) => {
                builder.append(String::from_utf8_lossy(&text).into_owned());
                Ok(())
            }
            // Errors of the HTML standard do not matter. The rules of the tree find lost content.
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => Ok(()),
        };
        if let Err((line, what)) = read {
            return Err(if builder.has_theme { ParseError::Incomplete { line, what } } else { ParseError::WrongTheme });
        }
    }
    builder.finish()
}

/// A line and the problem there.
type Problem = (usize, String);

struct Builder<'t> {
    text: &'t str,
    /// The number of bytes whose line breaks `line` includes.
    counted: usize,
    line: usize,
    /// The open elements, outermost first.
    open: Vec<Element>,
    root: Option<Element>,
    has_theme: bool,
}

impl Builder<'_> {
    fn begin(&mut self, start: &StartTag<usize>) -> Result<(), Problem> {
        let attribute = |name: &[u8]| start.attributes.get(name).map(|value| value.as_slice()).unwrap_or_default();
        self.has_theme |= attribute(b"id") == THEME_ID;
        let Some(tag) = self.structural_tag(&start.name) else {
            self.append_unless_formatting(&start.name, start.span.start, start.span.end);
            return Ok(());
        };
        let line = self.line_of(start.span.start);
        let name = tag.name();
        match self.open.last() {
            None if tag != Tag::Html => return Err((line, format!("`<{name}>` outside of `<html>`"))),
            None if self.root.is_some() => return Err((line, "a second `<html>`".to_owned())),
            Some(outer) if !outer.tag.may_contain(tag) => {
                let (outer, began) = (outer.tag.name(), outer.line);
                return Err((line, format!("`<{name}>` inside the `<{outer}>` of line {began}")));
            }
            Some(_) if self.open.len() >= MAX_DEPTH => {
                return Err((line, "elements are nested too deeply".to_owned()));
            }
            None | Some(_) => {}
        }
        let text = |name| String::from_utf8_lossy(attribute(name)).into_owned();
        self.open.push(Element { tag, line, id: text(b"id"), nodes: Vec::new(), class: text(b"class") });
        Ok(())
    }

    fn end(&mut self, end: &EndTag<usize>) -> Result<(), Problem> {
        let Some(tag) = self.structural_tag(&end.name) else {
            self.append_unless_formatting(&end.name, end.span.start, end.span.end);
            return Ok(());
        };
        let line = self.line_of(end.span.start);
        match self.open.pop() {
            Some(element) if element.tag == tag => {
                match self.open.last_mut() {
                    Some(outer) => outer.nodes.push(Node::Element(element)),
                    None => self.root = Some(element),
                }
                Ok(())
            }
            Some(element) => {
                let (open, began) = (element.tag.name(), element.line);
                Err((line, format!("`</{}>` inside the `<{open}>` of line {began}", tag.name())))
            }
            None => Err((line, format!("`</{}>` without a start tag", tag.name()))),
        }
    }

    /// Returns the root. A truncated page is incomplete even if it ends before the id of the theme.
    fn finish(self) -> Result<Element, ParseError> {
        match (self.open.last(), self.root) {
            (Some(open), _) => {
                Err(ParseError::Incomplete { line: open.line, what: format!("`<{}>` has no end tag", open.tag.name()) })
            }
            (None, None) => Err(ParseError::Incomplete { line: 1, what: "there is no `<html>`".to_owned() }),
            (None, Some(root)) if self.has_theme => Ok(root),
            (None, Some(_)) => Err(ParseError::WrongTheme),
        }
    }

    /// Returns the tag if it is structure in the current element.
    fn structural_tag(&self, name: &[u8]) -> Option<Tag> {
        let parent = self.open.last().map(|element| element.tag);
        let tag = Tag::from_name(name)?;
        let is_structure = if parent == Some(Tag::Pre) {
            // JSDoc does not escape the tags in examples.
            tag == Tag::Pre
        } else {
            tag != Tag::Span || parent.is_some_and(|parent| parent.is_heading() || parent == Tag::Span)
        };
        is_structure.then_some(tag)
    }

    fn append_unless_formatting(&mut self, name: &[u8], start: usize, end: usize) {
        if !FORMATTING.contains(&name) {
            self.append(self.text.get(start..end).unwrap_or_default().to_owned());
        }
    }

    fn append(&mut self, text: String) {
        if let Some(element) = self.open.last_mut() {
            element.nodes.push(Node::Text(text));
        }
    }

    /// Returns the line of a byte. Calls must be in ascending order.
    fn line_of(&mut self, at: usize) -> usize {
        let passed = self.text.as_bytes().get(self.counted..at).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.counted = self.counted.max(at);
        self.line
    }
}

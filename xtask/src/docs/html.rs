//! A page's text as a tree of the elements that the theme is built of.
//!
//! Owns what it takes for a page to be whole. Browsers forgive everything, and so would lose facts in silence: where a
//! table was cut off, its other rows look as if they had never been. Here every element of the tree has to end where it
//! may; a page that does not do so is a [`Fault`]. All other tags are no structure: those that format text vanish, the
//! rest is read as text, because descriptions hold things like `<before>` and types things like `Array.<String>`.
//! Knows nothing of routes.

use html5gum::{DefaultEmitter, EndTag, StartTag, Token, Tokenizer};

/// Ten times what the theme needs; without a bound, a hostile page could exhaust the stack.
const DEEPEST: usize = 100;

/// The id that only this theme's pages have, at the top of their body.
const MARK_OF_THE_THEME: &[u8] = b"nav-trigger";

/// The tags that shape text and say nothing. `span` is one of them outside of headings.
const FORMATTING: [&[u8]; 12] =
    [b"a", b"b", b"br", b"code", b"em", b"i", b"li", b"ol", b"p", b"span", b"strong", b"ul"];

macro_rules! tags {
    ($($tag:ident $name:literal)*) => {
        /// An element that is part of a page's structure.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Tag {
            $(#[doc = concat!("`<", $name, ">`")] $tag,)*
        }

        impl Tag {
            fn of(name: &[u8]) -> Option<Self> {
                [$((Self::$tag, $name)),*].into_iter().find(|(_, known)| known.as_bytes() == name).map(|(tag, _)| tag)
            }

            /// The name between the angle brackets.
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

    /// Whether `inner` may begin directly within this element. Where it may not, the end of this one got lost.
    fn may_hold(self, inner: Self) -> bool {
        let part_of_a_table = matches!(inner, Self::Thead | Self::Tbody | Self::Tr | Self::Th | Self::Td);
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
            | Self::Td => !part_of_a_table && !matches!(inner, Self::Html | Self::Body),
        }
    }
}

/// An element with what lies in it.
#[derive(Debug)]
pub struct Element {
    /// Which element it is.
    pub tag: Tag,
    /// The line it begins on.
    pub line: usize,
    /// Its `id`, empty where it has none.
    pub id: String,
    /// What lies in it, in order.
    pub nodes: Vec<Node>,
    class: String,
}

/// Something that lies in an element.
#[derive(Debug)]
pub enum Node {
    /// Text, with character references resolved.
    Text(String),
    /// An element.
    Element(Element),
}

impl Element {
    /// Whether the element's `class` lists this one.
    pub fn has_class(&self, class: &str) -> bool {
        self.class.split_whitespace().any(|own| own == class)
    }

    /// The elements that lie directly in this one.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.nodes.iter().filter_map(Node::element)
    }

    /// The first element at any depth that is `wanted`, this one included.
    pub fn find(&self, wanted: &impl Fn(&Self) -> bool) -> Option<&Self> {
        if wanted(self) { Some(self) } else { self.elements().find_map(|element| element.find(wanted)) }
    }

    /// Whether an element of this kind lies in this one, at any depth.
    pub fn holds(&self, tag: Tag) -> bool {
        self.elements().any(|element| element.find(&|element| element.tag == tag).is_some())
    }

    /// All the text in this element, white space as it stands.
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

    /// All the text in this node, white space as it stands.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Element(element) => element.text(),
        }
    }
}

/// The elements among these nodes.
pub fn elements<'a>(nodes: &[&'a Node]) -> impl Iterator<Item = &'a Element> {
    nodes.iter().filter_map(|node| node.element())
}

/// The text among these nodes, that in their elements left out.
pub fn own_text(nodes: &[&Node]) -> String {
    nodes.iter().filter(|node| node.element().is_none()).map(|node| node.text()).collect()
}

/// A text with every run of white space made one blank, and none at its ends: how a browser shows it.
pub fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why a text is no page of the theme.
#[derive(Debug)]
pub enum Fault {
    /// It is a page, but not of this theme.
    Foreign,
    /// It is not whole.
    Cut {
        /// The line at fault.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
}

/// Reads a page; what is returned is its `<html>` element.
pub fn parse(text: &str) -> Result<Element, Fault> {
    if text.trim().is_empty() {
        return Err(Fault::Cut { line: 1, what: "it is empty".to_owned() });
    }
    let mut builder = Builder { text, counted: 0, line: 1, open: Vec::new(), whole: None, themed: false };
    // Left without the states for `<title>` and the like: in a description, such a word would swallow the page's rest.
    let emitter = DefaultEmitter::<usize>::new_with_span();
    for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
        let read = match token {
            Token::StartTag(tag) => builder.begin(&tag),
            Token::EndTag(tag) => builder.end(&tag),
            Token::String(text) => {
                builder.append(String::from_utf8_lossy(&text).into_owned());
                Ok(())
            }
            // The standard's own errors are about looks; what would lose facts is found by the tree's rules.
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => Ok(()),
        };
        if let Err((line, what)) = read {
            return Err(if builder.themed { Fault::Cut { line, what } } else { Fault::Foreign });
        }
    }
    builder.finish()
}

/// A line, and what is wrong there.
type Broken = (usize, String);

struct Builder<'t> {
    text: &'t str,
    /// How many bytes `line` accounts for.
    counted: usize,
    line: usize,
    /// The elements that have begun and not ended, outermost first.
    open: Vec<Element>,
    whole: Option<Element>,
    themed: bool,
}

impl Builder<'_> {
    fn begin(&mut self, start: &StartTag<usize>) -> Result<(), Broken> {
        let attribute = |name: &[u8]| start.attributes.get(name).map(|value| value.as_slice()).unwrap_or_default();
        self.themed |= attribute(b"id") == MARK_OF_THE_THEME;
        let Some(tag) = self.structure(&start.name) else {
            self.append_unless_formatting(&start.name, start.span.start, start.span.end);
            return Ok(());
        };
        let line = self.line_of(start.span.start);
        let name = tag.name();
        match self.open.last() {
            None if tag != Tag::Html => return Err((line, format!("a `<{name}>` begins outside of `<html>`"))),
            None if self.whole.is_some() => return Err((line, "a second `<html>` begins".to_owned())),
            Some(outer) if !outer.tag.may_hold(tag) => {
                let (outer, began) = (outer.tag.name(), outer.line);
                return Err((line, format!("a `<{name}>` begins within the `<{outer}>` of line {began}")));
            }
            Some(_) if self.open.len() >= DEEPEST => {
                return Err((line, "its elements are nested too deeply".to_owned()));
            }
            None | Some(_) => {}
        }
        let text = |name| String::from_utf8_lossy(attribute(name)).into_owned();
        self.open.push(Element { tag, line, id: text(b"id"), nodes: Vec::new(), class: text(b"class") });
        Ok(())
    }

    fn end(&mut self, end: &EndTag<usize>) -> Result<(), Broken> {
        let Some(tag) = self.structure(&end.name) else {
            self.append_unless_formatting(&end.name, end.span.start, end.span.end);
            return Ok(());
        };
        let line = self.line_of(end.span.start);
        match self.open.pop() {
            Some(element) if element.tag == tag => {
                match self.open.last_mut() {
                    Some(outer) => outer.nodes.push(Node::Element(element)),
                    None => self.whole = Some(element),
                }
                Ok(())
            }
            Some(element) => {
                let (open, began) = (element.tag.name(), element.line);
                Err((line, format!("`</{}>` stands where the `<{open}>` of line {began} has not ended", tag.name())))
            }
            None => Err((line, format!("`</{}>` ends what never began", tag.name()))),
        }
    }

    /// A page that breaks off may not have come to the mark of the theme, so it counts as cut in any case.
    fn finish(self) -> Result<Element, Fault> {
        match (self.open.last(), self.whole) {
            (Some(open), _) => {
                Err(Fault::Cut { line: open.line, what: format!("its `<{}>` has no end", open.tag.name()) })
            }
            (None, None) => Err(Fault::Cut { line: 1, what: "it has no `<html>`".to_owned() }),
            (None, Some(whole)) if self.themed => Ok(whole),
            (None, Some(_)) => Err(Fault::Foreign),
        }
    }

    /// The tag as a part of the structure, if it is one at this place.
    fn structure(&self, name: &[u8]) -> Option<Tag> {
        let within = self.open.last().map(|element| element.tag);
        let tag = Tag::of(name)?;
        let counts = if within == Some(Tag::Pre) {
            // An example shows code, and JSDoc does not escape the tags in it.
            tag == Tag::Pre
        } else {
            tag != Tag::Span || within.is_some_and(|within| within.is_heading() || within == Tag::Span)
        };
        counts.then_some(tag)
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

    /// The line of a byte; the bytes asked for only ever grow.
    fn line_of(&mut self, at: usize) -> usize {
        let passed = self.text.as_bytes().get(self.counted..at).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.counted = self.counted.max(at);
        self.line
    }
}

//! The state of decoding one document: the policy, the recorded mismatches, and the path to the current value.

use std::cell::{Cell, RefCell};
use std::fmt;

use super::error::{Reason, ValueError};
use crate::{JsonType, MismatchKind, SchemaMismatch};

/// The maximum number of recorded mismatches. It keeps the list from growing larger than the document.
pub(crate) const MAX_MISMATCHES: usize = 100;

/// The maximum number of placeholders for values that do not match. It bounds the work for types with many required fields.
#[cfg(feature = "server")]
const MAX_PLACEHOLDERS: usize = 10_000;

/// The maximum depth of a placeholder, for types that require a value of themselves.
#[cfg(feature = "server")]
const MAX_PLACEHOLDER_DEPTH: usize = 16;

/// What happens to a part that does not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Policy {
    /// It is recorded, and the innermost optional field, array element or map entry that contains it is omitted. An object
    /// with a duplicate field does not match, because serde rejects the object.
    #[cfg(feature = "client")]
    Lenient,
    /// As above, but the first of several fields with one name is kept, and the others are recorded.
    #[cfg(feature = "client")]
    LenientDistinct,
    /// It is recorded, and a placeholder takes its place. The decoded value is useless.
    #[cfg(feature = "server")]
    Collect,
}

/// How scalars are encoded.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Json,
    /// As strings. In a query, each is in an array of the values with its name.
    Strings,
}

/// What a type expects.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expected {
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Map,
    Struct(&'static [&'static str]),
}

impl Expected {
    fn json_type(self) -> JsonType {
        match self {
            Self::Boolean => JsonType::Boolean,
            Self::Integer => JsonType::Integer,
            Self::Number => JsonType::Number,
            Self::String => JsonType::String,
            Self::Array => JsonType::Array,
            Self::Map | Self::Struct(_) => JsonType::Object,
        }
    }

    pub(super) fn is_object(self) -> bool {
        self.json_type() == JsonType::Object
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self.json_type(), JsonType::Integer | JsonType::Number)
    }

    #[cfg(feature = "server")]
    pub(super) fn is_scalar(self) -> bool {
        self.is_number() || matches!(self.json_type(), JsonType::Boolean | JsonType::String)
    }

    /// Returns the fields of a struct.
    pub(super) fn fields(self) -> Option<&'static [&'static str]> {
        if let Self::Struct(fields) = self { Some(fields) } else { None }
    }

    /// Returns JSON that most types with this expectation accept. The string is also a valid date.
    #[cfg(feature = "server")]
    pub(super) fn placeholder(self) -> &'static [u8] {
        match self {
            Self::Boolean => b"false",
            Self::Integer | Self::Number => b"0",
            Self::String => b"\"1970-01-01T00:00:00Z\"",
            Self::Array => b"[]",
            Self::Map | Self::Struct(_) => b"{}",
        }
    }
}

/// The path to a value.
#[derive(Debug)]
pub(super) enum Path<'a> {
    Root,
    /// A documented field.
    Field {
        parent: &'a Path<'a>,
        name: &'a str,
    },
    /// A key in the document.
    Key(Key<'a>),
    Element {
        parent: &'a Path<'a>,
        index: usize,
    },
}

/// A key in the document. It may or may not name a documented field.
#[derive(Debug)]
pub(super) struct Key<'a> {
    pub(super) parent: &'a Path<'a>,
    pub(super) name: &'a str,
    /// The documented fields, if serde provides them.
    pub(super) fields: Option<&'static [&'static str]>,
    /// Whether the key was decoded as the name of a field, not as a string.
    pub(super) is_identifier: bool,
    /// Whether the value was decoded as a certain type. If serde does not provide the fields, it decodes undocumented ones
    /// as any JSON.
    pub(super) is_typed: Cell<bool>,
}

impl Key<'_> {
    /// Returns the key for messages. An undocumented key is not shown, because it is a value of the document.
    fn shown(&self) -> &str {
        let is_documented = match self.fields {
            Some(fields) => fields.contains(&self.name),
            None => self.is_identifier && self.is_typed.get(),
        };
        if is_documented { self.name } else { "*" }
    }
}

impl Path<'_> {
    pub(super) fn mark_typed(&self) {
        if let Path::Key(key) = self {
            key.is_typed.set(true);
        }
    }

    pub(super) fn is_typed(&self) -> bool {
        match self {
            Path::Key(key) => key.is_typed.get(),
            Path::Root | Path::Field { .. } | Path::Element { .. } => false,
        }
    }

    /// Returns the name of the field, or `*`.
    fn name(&self) -> &str {
        match self {
            Path::Field { name, .. } => name,
            Path::Key(key) => key.shown(),
            Path::Root | Path::Element { .. } => "*",
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parent = match self {
            Path::Root => return Ok(()),
            Path::Element { parent, index } => return write!(f, "{parent}[{index}]"),
            Path::Field { parent, .. } | Path::Key(Key { parent, .. }) => parent,
        };
        match parent {
            Path::Root => f.write_str(self.name()),
            parent => write!(f, "{parent}.{}", self.name()),
        }
    }
}

/// The state of decoding one document.
pub(super) struct State {
    pub(super) policy: Policy,
    #[cfg(feature = "server")]
    pub(super) encoding: Encoding,
    mismatches: RefCell<Vec<SchemaMismatch>>,
    has_too_many: Cell<bool>,
    has_duplicates: Cell<bool>,
    is_muted: Cell<bool>,
    #[cfg(feature = "server")]
    placeholders: Cell<usize>,
    #[cfg(feature = "server")]
    depth: Cell<usize>,
}

impl State {
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            policy,
            #[cfg(feature = "server")]
            encoding: Encoding::Json,
            mismatches: RefCell::default(),
            has_too_many: Cell::new(false),
            has_duplicates: Cell::new(false),
            is_muted: Cell::new(false),
            #[cfg(feature = "server")]
            placeholders: Cell::new(0),
            #[cfg(feature = "server")]
            depth: Cell::new(0),
        }
    }

    #[cfg(feature = "server")]
    pub(super) fn with_encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Returns `true` if duplicate keys have to be detected here. With the lenient policy, serde detects them.
    pub(super) fn tracks_keys(&self) -> bool {
        match self.policy {
            #[cfg(feature = "client")]
            Policy::Lenient => false,
            #[cfg(feature = "client")]
            Policy::LenientDistinct => true,
            #[cfg(feature = "server")]
            Policy::Collect => true,
        }
    }

    pub(super) fn into_mismatches(self) -> Vec<SchemaMismatch> {
        self.mismatches.into_inner()
    }

    pub(super) fn has_too_many(&self) -> bool {
        self.has_too_many.get()
    }

    /// Returns `true` if serde has rejected an object because of a duplicate field.
    #[cfg(feature = "client")]
    pub(super) fn has_duplicates(&self) -> bool {
        self.has_duplicates.get()
    }

    /// Records a mismatch, unless it has already been recorded.
    pub(super) fn record(&self, stop: ValueError, expected: Option<Expected>, at: &Path<'_>) -> ValueError {
        let ValueError::Mismatch(reason) = stop else { return stop };
        let expected = expected.map(Expected::json_type);
        let kind = match reason {
            Reason::Recorded => return stop,
            Reason::MissingField(name) => return self.record_missing(&Path::Field { parent: at, name }),
            Reason::DuplicateField(name) => {
                self.has_duplicates.set(true);
                return self.record_duplicate(&Path::Field { parent: at, name });
            }
            #[cfg(feature = "server")]
            Reason::Repeated => return self.record_duplicate(at),
            Reason::Type(found) => match expected {
                Some(expected) => MismatchKind::WrongType { expected, found },
                None => MismatchKind::Invalid,
            },
            Reason::OutOfRange => MismatchKind::OutOfRange,
            Reason::UndocumentedValue(documented) => MismatchKind::UndocumentedValue { documented },
            Reason::Other if expected == Some(JsonType::String) => MismatchKind::InvalidFormat,
            Reason::Other => MismatchKind::Invalid,
        };
        self.push(at, |_| kind)
    }

    pub(super) fn record_missing(&self, at: &Path<'_>) -> ValueError {
        self.push(at, |at| MismatchKind::MissingField(at.name().to_owned()))
    }

    pub(super) fn record_duplicate(&self, at: &Path<'_>) -> ValueError {
        self.push(at, |at| MismatchKind::DuplicateField(at.name().to_owned()))
    }

    fn push(&self, at: &Path<'_>, kind: impl FnOnce(&Path<'_>) -> MismatchKind) -> ValueError {
        if self.is_muted.get() {
            return ValueError::RECORDED;
        }
        let mut mismatches = self.mismatches.borrow_mut();
        if mismatches.len() >= MAX_MISMATCHES {
            self.has_too_many.set(true);
            return ValueError::Fatal;
        }
        mismatches.push(SchemaMismatch::new(at.to_string(), kind(at)));
        ValueError::RECORDED
    }

    /// Runs a function that decodes, without recording mismatches.
    pub(super) fn muted<T>(&self, decode: impl FnOnce() -> T) -> T {
        let before = self.is_muted.replace(true);
        let value = decode();
        self.is_muted.set(before);
        value
    }

    /// Runs a function that decodes a placeholder. Returns `None` if there are too many placeholders.
    #[cfg(feature = "server")]
    pub(super) fn placeholder<T>(&self, decode: impl FnOnce() -> T) -> Option<T> {
        let (count, depth) = (self.placeholders.get(), self.depth.get());
        if count >= MAX_PLACEHOLDERS || depth >= MAX_PLACEHOLDER_DEPTH {
            return None;
        }
        self.placeholders.set(count + 1);
        self.depth.set(depth + 1);
        let value = self.muted(decode);
        self.depth.set(depth);
        Some(value)
    }
}

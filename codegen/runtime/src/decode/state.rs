//! What one reading of a document keeps: its policy, the mismatches that it has met, and where they are.

use std::cell::{Cell, RefCell};
use std::fmt;

use super::error::{Reason, Stop};
use crate::{JsonType, MismatchKind, SchemaMismatch};

/// A document with more mismatches than this is something else altogether. The list must not outgrow the document either.
pub(crate) const MAX_MISMATCHES: usize = 100;

/// How many values that do not match are replaced while the rest of a document is checked. It bounds the work for types
/// that have many required fields.
#[cfg(feature = "server")]
const MAX_STAND_INS: usize = 10_000;

/// How deep such a value may be nested: a type that requires itself has no end.
#[cfg(feature = "server")]
const MAX_STAND_IN_DEPTH: usize = 16;

/// What becomes of a part that does not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Policy {
    /// It is recorded and left out at the nearest place that allows it: a field that may be absent, an array element, a map
    /// entry. A duplicate field makes its whole object a mismatch, because serde gives up on the object.
    #[cfg(feature = "client")]
    Lenient,
    /// The same, but the first of several fields with one name is kept and the others are recorded.
    #[cfg(feature = "client")]
    LenientDistinct,
    /// It is recorded, and reading goes on with a value that stands in for it. The result is of no use.
    #[cfg(feature = "server")]
    Collect,
}

/// How scalars are written.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Json,
    /// As strings, whatever they are, each in an array of all values with its name.
    Text,
}

/// What a type asks for.
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

    /// The fields of a struct.
    pub(super) fn fields(self) -> Option<&'static [&'static str]> {
        if let Self::Struct(fields) = self { Some(fields) } else { None }
    }

    /// JSON that most types take that ask for this. The string is a date, too.
    #[cfg(feature = "server")]
    pub(super) fn stand_in(self) -> &'static [u8] {
        match self {
            Self::Boolean => b"false",
            Self::Integer | Self::Number => b"0",
            Self::String => b"\"1970-01-01T00:00:00Z\"",
            Self::Array => b"[]",
            Self::Map | Self::Struct(_) => b"{}",
        }
    }
}

/// Where a value is.
#[derive(Debug)]
pub(super) enum Path<'a> {
    Root,
    /// A field with a name from the documentation.
    Field {
        parent: &'a Path<'a>,
        name: &'a str,
    },
    /// A key from the document.
    Key(Key<'a>),
    Item {
        parent: &'a Path<'a>,
        index: usize,
    },
}

/// A key from the document, which may or may not name a documented field.
#[derive(Debug)]
pub(super) struct Key<'a> {
    pub(super) parent: &'a Path<'a>,
    pub(super) name: &'a str,
    /// The documented fields, where serde says.
    pub(super) fields: Option<&'static [&'static str]>,
    /// Whether the key has been read as the name of a field, not as a string.
    pub(super) is_identifier: bool,
    /// Whether the value has been read as a certain type. Where serde does not list the fields, it reads those that are not
    /// documented as any JSON.
    pub(super) is_typed: Cell<bool>,
}

impl Key<'_> {
    /// A key that is not documented is not shown: it is a value of the document like others.
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
            Path::Root | Path::Field { .. } | Path::Item { .. } => false,
        }
    }

    /// The name of the field, or what is shown instead.
    fn name(&self) -> &str {
        match self {
            Path::Field { name, .. } => name,
            Path::Key(key) => key.shown(),
            Path::Root | Path::Item { .. } => "*",
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parent = match self {
            Path::Root => return Ok(()),
            Path::Item { parent, index } => return write!(f, "{parent}[{index}]"),
            Path::Field { parent, .. } | Path::Key(Key { parent, .. }) => parent,
        };
        match parent {
            Path::Root => f.write_str(self.name()),
            parent => write!(f, "{parent}.{}", self.name()),
        }
    }
}

/// What one reading keeps.
pub(super) struct State {
    pub(super) policy: Policy,
    #[cfg(feature = "server")]
    pub(super) encoding: Encoding,
    mismatches: RefCell<Vec<SchemaMismatch>>,
    has_too_many: Cell<bool>,
    has_duplicates: Cell<bool>,
    is_muted: Cell<bool>,
    #[cfg(feature = "server")]
    stand_ins: Cell<usize>,
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
            stand_ins: Cell::new(0),
            #[cfg(feature = "server")]
            depth: Cell::new(0),
        }
    }

    #[cfg(feature = "server")]
    pub(super) fn with_encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    pub(super) fn into_mismatches(self) -> Vec<SchemaMismatch> {
        self.mismatches.into_inner()
    }

    pub(super) fn has_too_many(&self) -> bool {
        self.has_too_many.get()
    }

    /// Whether serde has given up on an object for a field that it has twice.
    #[cfg(feature = "client")]
    pub(super) fn has_duplicates(&self) -> bool {
        self.has_duplicates.get()
    }

    /// Records a mismatch that a type has reported, unless that was done further inside.
    pub(super) fn record(&self, stop: Stop, expected: Option<Expected>, at: &Path<'_>) -> Stop {
        let Stop::Mismatch(reason) = stop else { return stop };
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
            Reason::UndocumentedValue => MismatchKind::UndocumentedValue,
            Reason::Other if expected == Some(JsonType::String) => MismatchKind::InvalidFormat,
            Reason::Other => MismatchKind::Invalid,
        };
        self.push(at, |_| kind)
    }

    pub(super) fn record_missing(&self, at: &Path<'_>) -> Stop {
        self.push(at, |at| MismatchKind::MissingField(at.name().to_owned()))
    }

    pub(super) fn record_duplicate(&self, at: &Path<'_>) -> Stop {
        self.push(at, |at| MismatchKind::DuplicateField(at.name().to_owned()))
    }

    fn push(&self, at: &Path<'_>, kind: impl FnOnce(&Path<'_>) -> MismatchKind) -> Stop {
        if self.is_muted.get() {
            return Stop::RECORDED;
        }
        let mut mismatches = self.mismatches.borrow_mut();
        if mismatches.len() >= MAX_MISMATCHES {
            self.has_too_many.set(true);
            return Stop::Fatal;
        }
        mismatches.push(SchemaMismatch::new(at.to_string(), kind(at)));
        Stop::RECORDED
    }

    /// Reads something whose mismatches do not count.
    pub(super) fn muted<T>(&self, read: impl FnOnce() -> T) -> T {
        let before = self.is_muted.replace(true);
        let read = read();
        self.is_muted.set(before);
        read
    }

    /// Reads a value that stands in for one that does not match; nothing where there were too many of them.
    #[cfg(feature = "server")]
    pub(super) fn stand_in<T>(&self, read: impl FnOnce() -> T) -> Option<T> {
        let (count, depth) = (self.stand_ins.get(), self.depth.get());
        if count >= MAX_STAND_INS || depth >= MAX_STAND_IN_DEPTH {
            return None;
        }
        self.stand_ins.set(count + 1);
        self.depth.set(depth + 1);
        let read = self.muted(read);
        self.depth.set(depth);
        Some(read)
    }
}

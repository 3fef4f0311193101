//! Types: a closed enum of shapes; objects and enums of strings have names and live in the arena.

use serde_json::Value;

use crate::ident::RustIdent;

/// The number of a type in the arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(usize);

impl TypeId {
    /// The id of the type at a place in the arena.
    pub fn new(index: usize) -> Self {
        Self(index)
    }

    /// The place in the arena.
    pub fn index(self) -> usize {
        self.0
    }
}

/// What a value can be.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Text.
    String,
    /// A whole number of 64 bits.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// Text that is never shown.
    Secret,
    /// A point in time, as RFC 3339 text.
    DateTime,
    /// Any JSON.
    Json,
    /// A JSON object with any fields.
    Object,
    /// A list.
    Array(Box<Type>),
    /// An object whose values are all alike.
    Map(Box<Type>),
    /// A type of the arena.
    Named(TypeId),
}

/// A type with a name.
#[derive(Debug)]
pub struct TypeDef {
    /// Its name.
    pub name: RustIdent,
    /// The module it lives in.
    pub home: Home,
    /// What it stands for.
    pub description: String,
    /// Its name in the spec; absent for a type that is written inline.
    pub spec_name: Option<String>,
    /// Its shape.
    pub kind: TypeKind,
    /// Who sends it.
    pub usage: Usage,
}

/// The module that a type lives in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home {
    /// The module of the shared types.
    Shared,
    /// The module of a namespace.
    Namespace(Vec<RustIdent>),
}

/// Who sends values of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// It is part of a request.
    pub request: bool,
    /// It is part of an answer.
    pub answer: bool,
}

impl Usage {
    /// Part of requests alone.
    pub const REQUEST: Self = Self { request: true, answer: false };
    /// Part of answers alone.
    pub const ANSWER: Self = Self { request: false, answer: true };
}

/// The shape of a named type.
#[derive(Debug)]
pub enum TypeKind {
    /// An object with known fields.
    Object(Object),
    /// Text out of a list.
    Enum(Enum),
}

/// An object with known fields.
#[derive(Debug)]
pub struct Object {
    /// The fields, sorted by wire name.
    pub fields: Vec<Field>,
    /// The name of the field that keeps all others, where values come from the service.
    pub other: RustIdent,
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    /// The name on the wire.
    pub wire: String,
    /// The name in Rust.
    pub name: RustIdent,
    /// What it holds.
    pub of: Type,
    /// Whether it must be there.
    pub presence: Presence,
    /// Whether it lies inside its object.
    pub storage: Storage,
    /// What it is for.
    pub description: Option<String>,
}

/// Whether a field's value lies inside its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// It does.
    Inline,
    /// It lies behind a pointer, because the type holds itself.
    Boxed,
}

/// Whether a field must be there.
#[derive(Debug, Clone, PartialEq)]
pub enum Presence {
    /// It must.
    Required,
    /// It may be absent.
    Optional,
    /// It may be absent, and then counts as this value. `required` keeps what the documentation says of it.
    Default {
        /// The value.
        value: Value,
        /// True where the documentation calls the field required all the same.
        required: bool,
    },
}

impl Presence {
    /// True where the documentation calls the field required.
    pub fn is_documented_as_required(&self) -> bool {
        match self {
            Self::Required => true,
            Self::Optional => false,
            Self::Default { required, .. } => *required,
        }
    }

    /// The documented default.
    pub fn default(&self) -> Option<&Value> {
        match self {
            Self::Required | Self::Optional => None,
            Self::Default { value, .. } => Some(value),
        }
    }
}

/// Text out of a list that may grow.
#[derive(Debug)]
pub struct Enum {
    /// The values in the order of the spec.
    pub variants: Vec<Variant>,
    /// The variant that keeps any other text.
    pub other: RustIdent,
}

/// One value of an enum.
#[derive(Debug)]
pub struct Variant {
    /// The text on the wire.
    pub wire: String,
    /// The variant.
    pub name: RustIdent,
    /// What it stands for.
    pub description: Option<String>,
}

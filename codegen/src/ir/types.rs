//! Types: a closed enum of shapes. Objects and string enums have names and live in the arena.

use std::fmt;

use serde_json::Value;

use super::Api;
use crate::ident::RustIdent;

/// The index of a type in the arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(usize);

impl TypeId {
    /// Creates the id of the type at an index of the arena.
    pub fn new(index: usize) -> Self {
        Self(index)
    }

    /// Returns the index in the arena.
    pub fn index(self) -> usize {
        self.0
    }
}

/// The type of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// A single value with a textual form.
    Scalar(Scalar),
    /// Any JSON value.
    Json,
    /// A JSON object with unknown fields.
    Object,
    /// A JSON array.
    Array(Box<Type>),
    /// A JSON object whose values have one type.
    Map(Box<Type>),
    /// A type of the arena.
    Named(TypeId),
}

impl Type {
    /// Returns the id of a named type.
    pub fn named(&self) -> Option<TypeId> {
        match self {
            Self::Named(id) => Some(*id),
            Self::Scalar(_) | Self::Json | Self::Object | Self::Array(_) | Self::Map(_) => None,
        }
    }

    /// Returns the type inside all arrays and maps.
    pub fn innermost(&self) -> &Self {
        match self {
            Self::Array(ty) | Self::Map(ty) => ty.innermost(),
            Self::Scalar(_) | Self::Json | Self::Object | Self::Named(_) => self,
        }
    }

    /// Replaces the type inside all arrays and maps.
    pub fn with_innermost(self, inner: Self) -> Self {
        match self {
            Self::Array(ty) => Self::Array(Box::new(ty.with_innermost(inner))),
            Self::Map(ty) => Self::Map(Box::new(ty.with_innermost(inner))),
            Self::Scalar(_) | Self::Json | Self::Object | Self::Named(_) => inner,
        }
    }

    /// Returns `true` for strings and secrets.
    pub fn is_string(&self) -> bool {
        matches!(self, Self::Scalar(Scalar::String | Scalar::Secret))
    }

    /// Returns the type as the spec writes it. A type without a name in the spec is shown as its kind.
    pub fn display<'a>(&'a self, api: &'a Api) -> impl fmt::Display + 'a {
        DisplayType(self, api)
    }
}

struct DisplayType<'a>(&'a Type, &'a Api);

impl fmt::Display for DisplayType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(ty, api) = self;
        match ty {
            Type::Scalar(scalar) => f.write_str(scalar.as_str()),
            Type::Json => f.write_str("json"),
            Type::Object => f.write_str("object"),
            Type::Array(ty) => write!(f, "array of {}", ty.display(api)),
            Type::Map(ty) => write!(f, "map of {}", ty.display(api)),
            Type::Named(id) => f.write_str(api.type_def(*id).map_or("json", |def| match (&def.spec_name, &def.kind) {
                (Some(name), _) => name,
                (None, TypeKind::Object(_)) => "object",
                (None, TypeKind::Enum(_)) => "string",
            })),
        }
    }
}

/// The type of a single value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// A string.
    String,
    /// An integer of 64 bits.
    Integer,
    /// A floating-point number.
    Number,
    /// A boolean.
    Boolean,
    /// A string that is never shown.
    Secret,
    /// A timestamp in the format of RFC 3339.
    DateTime,
}

impl Scalar {
    /// All scalars.
    pub const ALL: [Self; 6] = [Self::String, Self::Integer, Self::Number, Self::Boolean, Self::Secret, Self::DateTime];

    /// Returns the name in the spec.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Secret => "secret",
            Self::DateTime => "datetime",
        }
    }
}

/// A type with a name.
#[derive(Debug)]
pub struct TypeDef {
    /// The Rust name.
    pub name: RustIdent,
    /// The module that contains it.
    pub module: Module,
    /// The doc comment.
    pub description: String,
    /// The name in the spec; `None` for a type that is written inline.
    pub spec_name: Option<String>,
    /// The shape.
    pub kind: TypeKind,
    /// Who sends it.
    pub usage: Usage,
}

/// The module that contains a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Module {
    /// The module of the shared types.
    Shared,
    /// The module of a namespace.
    Namespace(Vec<RustIdent>),
}

/// Who sends values of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// The type is part of a request.
    pub request: bool,
    /// The type is part of a response.
    pub response: bool,
}

impl Usage {
    /// Part of requests only.
    pub const REQUEST: Self = Self { request: true, response: false };
    /// Part of responses only.
    pub const RESPONSE: Self = Self { request: false, response: true };
}

/// The shape of a named type.
#[derive(Debug)]
pub enum TypeKind {
    /// An object with known fields.
    Object(Object),
    /// A string enum.
    Enum(Enum),
}

/// An object with known fields.
#[derive(Debug)]
pub struct Object {
    /// The fields in the order of the spec.
    pub fields: Vec<Field>,
    /// The Rust name of the field that keeps all other fields of a response.
    pub other: RustIdent,
}

impl Object {
    /// Returns the fields that a request must contain.
    pub fn required_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.presence == Presence::Required)
    }
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    /// The name on the wire.
    pub wire_name: String,
    /// The Rust name.
    pub name: RustIdent,
    /// The type of the value.
    pub ty: Type,
    /// Whether the field must be present.
    pub presence: Presence,
    /// How the value is stored.
    pub storage: Storage,
    /// The doc comment.
    pub description: Option<String>,
}

/// How the value of a field is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// Inside its object.
    Inline,
    /// In a `Box`, because the type contains itself.
    Boxed,
}

/// Whether a field must be present.
#[derive(Debug, Clone, PartialEq)]
pub enum Presence {
    /// The field must be present.
    Required,
    /// The field may be absent.
    Optional,
    /// The field may be absent and then has this value.
    Default {
        /// The value.
        value: Value,
        /// Whether the documentation calls the field required nevertheless.
        required: bool,
    },
}

impl Presence {
    /// Returns `true` if the documentation calls the field required.
    pub fn is_documented_as_required(&self) -> bool {
        match self {
            Self::Required => true,
            Self::Optional => false,
            Self::Default { value: _, required } => *required,
        }
    }

    /// Returns the documented default.
    pub fn default(&self) -> Option<&Value> {
        match self {
            Self::Required | Self::Optional => None,
            Self::Default { value, required: _ } => Some(value),
        }
    }
}

/// A string enum, which may gain values.
#[derive(Debug)]
pub struct Enum {
    /// The values in the order of the spec.
    pub variants: Vec<Variant>,
    /// The Rust name of the variant for all other values.
    pub other: RustIdent,
}

/// One value of a string enum.
#[derive(Debug)]
pub struct Variant {
    /// The value on the wire.
    pub wire_name: String,
    /// The Rust name.
    pub name: RustIdent,
    /// The doc comment.
    pub description: Option<String>,
}

//! Fields: names, types, nested objects and enums, presence.

use std::collections::BTreeMap;

use super::names::{self, Named, Taken};
use super::{Cx, defaults, prose, type_expr};
use crate::ident::RustIdent;
use crate::ir::{Enum, Field, Home, Object, Presence, Storage, Type, TypeKind, Variant};
use crate::spec::{Cursor, FieldSpec, Fields, Reporter, ValueSpec};

/// Where fields belong: what types written inside them are named after, and the module they live in.
#[derive(Debug, Clone)]
pub struct Owner {
    /// The Rust name of the type or operation around them, in words.
    pub prefix: String,
    /// What that stands for: the doc comment of a type written inside.
    pub description: String,
    /// The module.
    pub home: Home,
}

impl Owner {
    fn nested(&self, field: &str, description: Option<&str>) -> Self {
        let description = description.map_or_else(|| format!("What `{field}` holds."), str::to_owned);
        Self { prefix: format!("{}_{field}", self.prefix), description, home: self.home.clone() }
    }
}

/// Checks the fields of an object; the mistakes of one do not hide those of the next.
pub fn object(fields: &Fields, owner: &Owner, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> TypeKind {
    let mut taken = Taken::default();
    check_written_once(fields, cursor, cx.reporter);
    let fields: Vec<Field> = fields
        .iter()
        // The second of two equal fields is reported already.
        .filter(|(key, _)| !key.ends_with('?') || !fields.contains_key(wire_name(key).0))
        .filter_map(|(key, spec)| {
            let cursor = cursor.child(key.as_str());
            let field = field(key, spec, owner, &cursor, cx)?;
            taken.claim(&field.name, cursor.key(), Named::Field, cx.reporter);
            Some(field)
        })
        .collect();
    let mut other = RustIdent::snake("other");
    while taken.place_of(&other).is_some() {
        other = other.with_underscore();
    }
    TypeKind::Object(Object { fields, other })
}

/// `name` and `name?` are different keys for YAML, but the same field.
pub fn check_written_once(fields: &Fields, cursor: &Cursor<'_>, reporter: &mut Reporter) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for key in fields.keys() {
        let (wire, _) = wire_name(key);
        if wire.is_empty() {
            continue;
        }
        if let Some(first) = seen.insert(wire, key) {
            let (place, other) = (cursor.child(key.as_str()).key(), cursor.child(first).key());
            let message = format!("a field must stand only once, `{wire}` stands twice");
            reporter.duplicate(&place, &other, message, "keep the one that is right");
        }
    }
}

/// The wire name and whether the field is optional.
pub fn wire_name(key: &str) -> (&str, bool) {
    key.strip_suffix('?').map_or((key, false), |wire| (wire, true))
}

/// Checks one field or parameter.
pub fn field(key: &str, spec: &FieldSpec, owner: &Owner, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<Field> {
    let FieldSpec { ty: of, description, default, fields, values, rust } = spec;
    let (wire, is_optional) = wire_name(key);
    let name = rust_name(wire, rust.as_deref(), cursor, cx.reporter)?;
    let description = prose::optional(description.as_deref(), "description", cursor, cx.reporter);
    let nested = owner.nested(rust.as_deref().unwrap_or(wire), description.as_deref());
    let of = shape(of.as_deref(), fields, values, &nested, cursor, cx)?;
    let presence = match default {
        None if is_optional => Presence::Optional,
        None => Presence::Required,
        Some(default) => {
            let value = defaults::check(default, &of, &cursor.child("default"), cx)?;
            Presence::Default { value, required: !is_optional }
        }
    };
    Some(Field { wire: wire.to_owned(), name, of, presence, storage: Storage::Inline, description })
}

fn rust_name(wire: &str, rust: Option<&str>, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<RustIdent> {
    if wire.is_empty() {
        reporter.error(&cursor.key(), "a field must have a name", "no name here", "name it, or remove it");
        return None;
    }
    if let Some(rust) = rust {
        return names::given(rust, &cursor.child("rust").value(), reporter).then(|| RustIdent::snake(rust));
    }
    let help = "give it a Rust name: `{ type: …, rust: a_name }`";
    names::must_have_words(wire, &cursor.key(), help, reporter).then(|| RustIdent::snake(wire))
}

/// What a field's type is written out as.
#[derive(Debug, Clone, Copy)]
enum Inside {
    Fields,
    Values,
}

impl Inside {
    fn key(self) -> &'static str {
        match self {
            Self::Fields => "fields",
            Self::Values => "values",
        }
    }

    /// The type that the fields or the values stand for.
    fn placeholder(self) -> Type {
        match self {
            Self::Fields => Type::Object,
            Self::Values => Type::String,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Fields => "object",
            Self::Values => "string",
        }
    }
}

/// The type of a field: its expression, with the object or the enum that is written inside it.
fn shape(
    of: Option<&str>,
    fields: &Fields,
    values: &[ValueSpec],
    owner: &Owner,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<Type> {
    let inside = match (fields.is_empty(), values.is_empty()) {
        (true, true) => None,
        (false, true) => Some(Inside::Fields),
        (true, false) => Some(Inside::Values),
        (false, false) => {
            let message = "a field must not have both `fields` and `values`";
            let place = cursor.child("values").key();
            cx.reporter.error(&place, message, "it has `fields` as well", "keep one of the two");
            return None;
        }
    };
    let Some(text) = of.or(inside.map(Inside::word)) else {
        let is_invalid = |key| cx.reporter.is_invalid(&cursor.child(key));
        if !is_invalid("fields") && !is_invalid("values") {
            cx.reporter.missing(cursor, "type", "`type: …`");
        }
        return None;
    };
    let typed = cursor.child("type");
    if let (Some(inside), Some(collection)) = (inside, type_expr::collection(text))
        && !cx.reporter.is_invalid(&typed)
    {
        let (key, word) = (inside.key(), inside.word());
        let message = format!("the type of a field with `{key}` must be `{word}`, or an array or a map of it");
        let help = format!("write `{collection} of {word}`");
        cx.reporter.error(&typed.value(), message, "of nothing", help);
        return None;
    }
    let of = type_expr::check(text, &owner.home, &typed, cx)?;
    let Some(inside) = inside else { return Some(of) };
    if *innermost(&of) != inside.placeholder() {
        let (key, word) = (inside.key(), inside.word());
        let message = format!("the type of a field with `{key}` must be `{word}`, or an array or a map of it");
        let help = match text.trim_end().rsplit_once(' ') {
            Some((lead, _)) => format!("write `{lead} {word}`, or remove `{key}`"),
            None => format!("write `{word}`, or remove `{key}`"),
        };
        cx.reporter.error(&typed.value(), message, "of another type", help);
        return None;
    }
    let name = RustIdent::pascal(&owner.prefix);
    let reserved = cx.arena.reserve(None, name, &owner.home, cursor.key(), cx.reporter);
    let kind = match inside {
        Inside::Fields => object(fields, owner, &cursor.child("fields"), cx),
        Inside::Values => string_enum(values, &cursor.child("values"), cx.reporter),
    };
    let id = cx.arena.define(&reserved, owner.description.clone(), kind);
    Some(with_innermost(of, Type::Named(id)))
}

/// The values of an enum.
pub fn string_enum(values: &[ValueSpec], cursor: &Cursor<'_>, reporter: &mut Reporter) -> TypeKind {
    let mut texts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut taken = Taken::default();
    let mut variants = Vec::new();
    for (index, ValueSpec { value, description, rust }) in values.iter().enumerate() {
        let at = cursor.item(index);
        // Not the folded text: blanks count on the wire.
        let (Some(wire), Some(_)) = (value.clone(), prose::required(value.as_deref(), "value", &at, reporter)) else {
            continue;
        };
        if let Some(first) = value.as_deref().and_then(|text| texts.insert(text, index)) {
            let message = format!("a value must stand only once, `{wire}` stands twice");
            reporter.duplicate(
                &at.child("value").value(),
                &cursor.item(first).child("value").value(),
                message,
                "keep one of them",
            );
            continue;
        }
        let description = prose::optional(description.as_deref(), "description", &at, reporter);
        let help = || format!("give it a Rust name: `{{ value: \"{wire}\", rust: AName }}`");
        let name = match rust {
            Some(rust) if names::given(rust, &at.child("rust").value(), reporter) => RustIdent::pascal(rust),
            Some(_) => continue,
            None if names::must_have_words(&wire, &at.child("value").value(), help(), reporter) => {
                RustIdent::pascal(&wire)
            }
            None => continue,
        };
        taken.claim(&name, at.child("value").value(), Named::Value, reporter);
        variants.push(Variant { wire, name, description });
    }
    let mut other = RustIdent::pascal("other");
    while taken.place_of(&other).is_some() {
        other = other.with_underscore();
    }
    TypeKind::Enum(Enum { variants, other })
}

fn innermost(of: &Type) -> &Type {
    match of {
        Type::Array(of) | Type::Map(of) => innermost(of),
        Type::String
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Secret
        | Type::DateTime
        | Type::Json
        | Type::Object
        | Type::Named(_) => of,
    }
}

fn with_innermost(of: Type, inner: Type) -> Type {
    match of {
        Type::Array(of) => Type::Array(Box::new(with_innermost(*of, inner))),
        Type::Map(of) => Type::Map(Box::new(with_innermost(*of, inner))),
        Type::String
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Secret
        | Type::DateTime
        | Type::Json
        | Type::Object
        | Type::Named(_) => inner,
    }
}

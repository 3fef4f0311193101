//! What the spec says of a type, as errata and evidence write it, and how that relates to the documentation's word.
//!
//! Reads the spec as written, because places are known by its keys. That it can be read this way, `check` has seen to.

use std::sync::Arc;

use routegen::diagnostic::SourceFile;
use routegen::spec::{Cursor, FieldSpec, Spec, TypeSpec, ValueSpec};

/// A type of the spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    /// The type in one line; a string enum is written as its values: `email | none`.
    pub text: String,
    /// What it is made of.
    pub shape: Shape,
}

/// What a type is made of, as far as the documentation can tell types apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A single value, with the documentation's word for it and how much that word says.
    Single(&'static str, Relation),
    /// `json`, for which the documentation has no word.
    Json,
    /// `object`
    Object,
    /// An object that is written out on the spot.
    Fields,
    /// An object type with a name.
    Named(TypeKey),
    /// `array of …`
    Array(Box<Shape>),
    /// `map of …`
    Map(Box<Shape>),
}

/// A type with a name, and the file that has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypeKey {
    /// The number of the page; nothing for a shared type.
    pub page: Option<usize>,
    /// The name.
    pub name: String,
}

/// How the documentation's word for a type relates to the spec's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// They say the same.
    Equal,
    /// The spec knows more: what an array holds, that a text is a secret.
    Narrower,
    /// They contradict one another.
    Different,
}

/// Whether the documentation lists what lies inside a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Children {
    /// It does, so that the children are compared.
    Listed,
    /// It does not.
    Unlisted,
}

impl Shape {
    /// The object type with a name that lies at the core of this one.
    pub fn named(&self) -> Option<&TypeKey> {
        match self {
            Self::Named(key) => Some(key),
            Self::Array(of) | Self::Map(of) => of.named(),
            Self::Single(..) | Self::Json | Self::Object | Self::Fields => None,
        }
    }

    /// What stands between the name of a field and that of a field inside it.
    pub fn brackets(&self) -> &'static str {
        match self {
            Self::Array(_) => "[]",
            Self::Single(..) | Self::Json | Self::Object | Self::Fields | Self::Named(_) | Self::Map(_) => "",
        }
    }

    /// Holds the type against the documentation's word for it.
    pub fn relate(&self, word: &str, children: Children) -> Relation {
        let if_word_is = |expected: &str, relation| if word == expected { relation } else { Relation::Different };
        let unless_listed = match children {
            Children::Listed => Relation::Equal,
            Children::Unlisted => Relation::Narrower,
        };
        match self {
            Self::Single(expected, relation) => if_word_is(expected, *relation),
            Self::Json => Relation::Different,
            Self::Object | Self::Fields => if_word_is("Object", Relation::Equal),
            Self::Named(key) if key.name == word => Relation::Equal,
            Self::Named(_) => if_word_is("Object", unless_listed),
            Self::Map(_) => if_word_is("Object", Relation::Narrower),
            Self::Array(of) => match **of {
                Self::Json => if_word_is("Array", Relation::Equal),
                Self::Fields | Self::Named(_) => if_word_is("Array", unless_listed),
                Self::Single(..) | Self::Object | Self::Array(_) | Self::Map(_) => {
                    if_word_is("Array", Relation::Narrower)
                }
            },
        }
    }
}

/// The types that the spec names.
#[derive(Debug, Clone, Copy)]
pub struct Types<'a>(pub &'a Spec);

impl<'a> Types<'a> {
    /// The type that a name means on a page: one of the page's own, or a shared one.
    pub fn find(self, name: &str, page: Option<usize>) -> Option<(TypeKey, &'a TypeSpec)> {
        let own = page.and_then(|page| self.0.pages.get(page)).and_then(|page| page.file.types.get(name));
        let (page, of) = match own {
            Some(of) => (page, of),
            None => (None, self.0.api.types.get(name)?),
        };
        Some((TypeKey { page, name: name.to_owned() }, of))
    }

    /// A type by its key.
    pub fn get(self, key: &TypeKey) -> Option<&'a TypeSpec> {
        match key.page {
            Some(page) => self.0.pages.get(page)?.file.types.get(&key.name),
            None => self.0.api.types.get(&key.name),
        }
    }

    /// Every type.
    pub fn all(self) -> Vec<(TypeKey, &'a TypeSpec)> {
        let shared = self.0.api.types.iter().map(|(name, of)| (TypeKey { page: None, name: name.clone() }, of));
        let own = self.0.pages.iter().enumerate().flat_map(|(page, file)| {
            file.file.types.iter().map(move |(name, of)| (TypeKey { page: Some(page), name: name.clone() }, of))
        });
        shared.chain(own).collect()
    }

    /// The file that has a type.
    pub fn file(self, key: &TypeKey) -> &'a Arc<SourceFile> {
        let page = key.page.and_then(|page| self.0.pages.get(page));
        page.map_or(&self.0.api_source, |page| &page.source)
    }

    /// Hands on the place of a type; a cursor borrows those above it, and so cannot be returned.
    pub fn at<T>(self, key: &TypeKey, then: impl FnOnce(&Cursor<'_>) -> T) -> T {
        let root = Cursor::root(self.file(key));
        then(&root.child("types").child(key.name.as_str()))
    }

    /// The type of a field on a page.
    pub fn of_field(self, field: &FieldSpec, page: Option<usize>) -> Type {
        let FieldSpec { ty: of, description: _, default: _, fields, values, rust: _ } = field;
        let written = match (of, fields.is_empty(), values.is_empty()) {
            (Some(of), _, _) => of.as_str(),
            (None, false, _) => "object",
            (None, true, _) => "string",
        };
        let core = if !values.is_empty() {
            Some(Type { text: texts(values).join(" | "), shape: ENUM })
        } else if !fields.is_empty() {
            Some(Type { text: "object".to_owned(), shape: Shape::Fields })
        } else {
            None
        };
        self.expression(written, core, page)
    }

    /// The type of an expression on a page.
    pub fn of_text(self, text: &str, page: Option<usize>) -> Type {
        self.expression(text, None, page)
    }

    /// `core` stands for the last word where what the word names is written out.
    fn expression(self, text: &str, core: Option<Type>, page: Option<usize>) -> Type {
        let mut words: Vec<&str> = text.split_whitespace().collect();
        let last = words.pop().unwrap_or_default();
        let core = core.unwrap_or_else(|| Type { text: last.to_owned(), shape: self.word(last, page) });
        words.iter().rev().filter(|word| **word != "of").fold(core, |Type { text, shape }, word| Type {
            text: format!("{word} of {text}"),
            shape: if *word == "array" { Shape::Array(Box::new(shape)) } else { Shape::Map(Box::new(shape)) },
        })
    }

    fn word(self, word: &str, page: Option<usize>) -> Shape {
        match word {
            "string" => Shape::Single("String", Relation::Equal),
            "secret" => Shape::Single("String", Relation::Narrower),
            "integer" => Shape::Single("Integer", Relation::Equal),
            "number" => Shape::Single("Number", Relation::Equal),
            "boolean" => Shape::Single("Boolean", Relation::Equal),
            "datetime" => Shape::Single("Date", Relation::Equal),
            "file" => Shape::Single("File", Relation::Equal),
            "object" => Shape::Object,
            name => match self.find(name, page) {
                Some((_, of)) if of.fields.is_empty() => ENUM,
                Some((key, _)) => Shape::Named(key),
                None => Shape::Json,
            },
        }
    }
}

/// A string enum: the documentation never lists the values.
const ENUM: Shape = Shape::Single("String", Relation::Narrower);

/// The values of an enum as they are on the wire.
pub fn texts(values: &[ValueSpec]) -> Vec<&str> {
    values.iter().map(|value| value.value.as_deref().unwrap_or_default()).collect()
}

//! The facts that a spec states about its routes and types, under the names that errata and evidence use.
//!
//! The checks and the audit share this file. It reads the spec as written, because messages point at its keys, and it
//! accepts specs with errors. It does no I/O and reports no errors.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexSet;
use serde_json::Value;

use crate::diagnostic::SourceFile;
use crate::spec::{
    AuthNeed, BodySpec, Cursor, FieldSpec, Fields, ResponseSpec, RouteSpec, SourcePath, Spec, TypeSpec, ValueSpec,
};

/// The value of a fact that one side does not state.
pub const ABSENT: &str = "absent";
/// The only fact of a service.
pub const BASE_URL: &str = "url";
/// The facts that no documentation states, so that only evidence can name them.
pub const UNDOCUMENTED: [&str; 2] = [IDEMPOTENT, TOKEN_IN_QUERY];
const IDEMPOTENT: &str = "idempotent";
const TOKEN_IN_QUERY: &str = "token_in_query";

/// The facts that a route states once.
const SINGLE: [&str; 7] = ["auth", "body", "deprecated", "method", "path", "response", "service"];
/// The facts whose names end with the name of a field, or with a status code.
const SECTIONS: [&str; 6] = ["body", "code", "headers", "path", "query", "response"];

/// Returns `true` if a string is the name of a documented fact, such as `method`, `code.404` or `body.name`.
pub fn is_fact(name: &str) -> bool {
    match name.split_once('.') {
        None => SINGLE.contains(&name),
        Some(("code", code)) => code.len() == 3 && code.bytes().all(|digit| digit.is_ascii_digit()),
        Some((section, name)) => SECTIONS.contains(&section) && !name.is_empty(),
    }
}

/// Returns everything that the name of a fact may start with.
pub fn fact_prefixes() -> BTreeSet<&'static str> {
    SINGLE.into_iter().chain(SECTIONS).collect()
}

/// Replaces every run of whitespace with one space, and removes it at both ends.
pub fn collapse_whitespace(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Splits the key of a field into its wire name and whether the field is optional.
pub fn wire_name(key: &str) -> (&str, bool) {
    key.strip_suffix('?').map_or((key, false), |wire_name| (wire_name, true))
}

/// Splits `GET /users/{id}` into method and path. A missing part is empty.
pub fn method_and_path(route: &str) -> (&str, &str) {
    let mut words = route.split_whitespace();
    (words.next().unwrap_or_default(), words.next().unwrap_or_default())
}

/// Formats the type, presence and default of a field as errata write them: `string? = "minute"`.
pub fn one_line(ty: &str, optional: bool, default: Option<&Value>) -> String {
    let mark = if optional { "?" } else { "" };
    let default = default.map(|value| format!(" = {value}")).unwrap_or_default();
    format!("{ty}{mark}{default}")
}

/// Returns the paths of all fields including nested ones, as evidence writes them: `data.process[].pm_id?`.
pub fn field_paths(fields: &Fields) -> IndexSet<String> {
    let mut paths = IndexSet::new();
    collect_field_paths(fields, "", &mut paths);
    paths
}

fn collect_field_paths(fields: &Fields, prefix: &str, paths: &mut IndexSet<String>) {
    for (key, field) in fields {
        paths.insert(format!("{prefix}{key}"));
        let is_array = field.ty.as_deref().and_then(|ty| ty.split_whitespace().next()) == Some("array");
        let brackets = if is_array { "[]" } else { "" };
        collect_field_paths(&field.fields, &format!("{prefix}{}{brackets}.", wire_name(key).0), paths);
    }
}

/// Returns the service of a route, or `default` for the default service.
pub fn service<'a>(spec: &'a Spec, page: usize, route: &'a RouteSpec) -> &'a str {
    let of_page = spec.pages.get(page).and_then(|page| page.file.service.as_deref());
    let name = route.service.as_deref().or(of_page);
    let is_default = |name: &str| spec.api.services.get(name).is_some_and(|service| service.is_default);
    name.filter(|name| !is_default(name)).unwrap_or("default")
}

/// A fact that the spec states.
#[derive(Debug, Clone)]
pub struct SpecFact {
    /// The value.
    pub value: FactValue,
    /// Where the spec states it.
    pub source: SourcePath,
    /// The field of a named type that states it, if it is one.
    pub type_field: Option<TypeField>,
}

/// The value of a fact.
#[derive(Debug, Clone)]
pub enum FactValue {
    /// A word, such as a method.
    Word(String),
    /// A field or a whole body.
    Field {
        /// The type.
        ty: FieldType,
        /// Whether the field may be absent.
        optional: bool,
        /// The default.
        default: Option<Value>,
    },
}

impl FactValue {
    /// Returns the value in one line, as errata write it.
    pub fn text(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Field { ty, optional, default } => one_line(&ty.text, *optional, default.as_ref()),
        }
    }

    /// Returns the number of facts that this is: one for a word; name, type, presence and default of a field.
    pub fn count(&self) -> usize {
        match self {
            Self::Word(_) => 1,
            Self::Field { ty: _, optional: _, default } => 3 + usize::from(default.is_some()),
        }
    }
}

/// A field of a named type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypeField {
    /// The type.
    pub ty: TypeKey,
    /// The path of the field in the type, such as `data.process[].name`.
    pub path: String,
}

/// The type of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldType {
    /// The type in one line. A string enum is written as its values: `email | none`.
    pub text: String,
    /// The structure.
    pub shape: Shape,
}

/// The structure of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A single value.
    Scalar(Scalar),
    /// `json`, or the unknown name of a type.
    Json,
    /// `object`
    Object,
    /// An object with inline fields.
    InlineObject,
    /// A named object type.
    Named(TypeKey),
    /// `array of …`
    Array(Box<Shape>),
    /// `map of …`
    Map(Box<Shape>),
}

/// The type of a single value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the format")]
pub enum Scalar {
    String,
    Secret,
    /// A string enum, named or inline.
    Enum,
    Integer,
    Number,
    Boolean,
    DateTime,
    File,
}

/// A named type and the file that declares it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypeKey {
    /// The index of the page, `None` for a shared type.
    pub page: Option<usize>,
    /// The name.
    pub name: String,
}

impl Shape {
    /// Returns the named object type inside arrays and maps, if there is one.
    pub fn named(&self) -> Option<&TypeKey> {
        match self {
            Self::Named(key) => Some(key),
            Self::Array(inner) | Self::Map(inner) => inner.named(),
            Self::Scalar(_) | Self::Json | Self::Object | Self::InlineObject => None,
        }
    }

    /// Returns what separates the name of a field from the dot before the name of a field inside it.
    pub fn brackets(&self) -> &'static str {
        match self {
            Self::Array(_) => "[]",
            Self::Scalar(_) | Self::Json | Self::Object | Self::InlineObject | Self::Named(_) | Self::Map(_) => "",
        }
    }
}

/// The named types of a spec.
#[derive(Debug, Clone, Copy)]
pub struct Types<'a>(pub &'a Spec);

impl<'a> Types<'a> {
    /// Returns the type that a name means on a page: one of the page, or a shared one.
    pub fn find(self, name: &str, page: Option<usize>) -> Option<(TypeKey, &'a TypeSpec)> {
        let of_page = page.and_then(|page| self.0.pages.get(page)).and_then(|page| page.file.types.get(name));
        let (page, ty) = match of_page {
            Some(ty) => (page, ty),
            None => (None, self.0.api.types.get(name)?),
        };
        Some((TypeKey { page, name: name.to_owned() }, ty))
    }

    /// Returns a type by its key.
    pub fn get(self, key: &TypeKey) -> Option<&'a TypeSpec> {
        match key.page {
            Some(page) => self.0.pages.get(page)?.file.types.get(&key.name),
            None => self.0.api.types.get(&key.name),
        }
    }

    /// Returns every type.
    pub fn all(self) -> Vec<(TypeKey, &'a TypeSpec)> {
        let shared = self.0.api.types.iter().map(|(name, ty)| (TypeKey { page: None, name: name.clone() }, ty));
        let of_pages = self.0.pages.iter().enumerate().flat_map(|(page, file)| {
            file.file.types.iter().map(move |(name, ty)| (TypeKey { page: Some(page), name: name.clone() }, ty))
        });
        shared.chain(of_pages).collect()
    }

    /// Returns the file that declares a type.
    pub fn file(self, key: &TypeKey) -> &'a Arc<SourceFile> {
        let page = key.page.and_then(|page| self.0.pages.get(page));
        page.map_or(&self.0.api_source, |page| &page.source)
    }

    /// Calls `then` with the path of a type. A cursor borrows its parents and cannot be returned.
    pub fn at<T>(self, key: &TypeKey, then: impl FnOnce(&Cursor<'_>) -> T) -> T {
        let root = Cursor::root(self.file(key));
        then(&root.child("types").child(key.name.as_str()))
    }

    /// Returns the type of a field on a page.
    pub fn of_field(self, field: &FieldSpec, page: Option<usize>) -> FieldType {
        let FieldSpec { ty, description: _, default: _, fields, values, rust: _ } = field;
        let text = match (ty, fields.is_empty(), values.is_empty()) {
            (Some(ty), _, _) => ty.as_str(),
            (None, false, _) => "object",
            (None, true, _) => "string",
        };
        let inline = if !values.is_empty() {
            Some(FieldType { text: enum_values(values).join(" | "), shape: Shape::Scalar(Scalar::Enum) })
        } else if !fields.is_empty() {
            Some(FieldType { text: "object".to_owned(), shape: Shape::InlineObject })
        } else {
            None
        };
        self.parse(text, inline, page)
    }

    /// Returns the type that an expression means on a page. `inline` replaces its last word.
    fn parse(self, text: &str, inline: Option<FieldType>, page: Option<usize>) -> FieldType {
        let mut words: Vec<&str> = text.split_whitespace().collect();
        let last = words.pop().unwrap_or_default();
        let innermost = inline.unwrap_or_else(|| FieldType { text: last.to_owned(), shape: self.word(last, page) });
        words.iter().rev().filter(|word| **word != "of").fold(innermost, |FieldType { text, shape }, word| FieldType {
            text: format!("{word} of {text}"),
            shape: if *word == "array" { Shape::Array(Box::new(shape)) } else { Shape::Map(Box::new(shape)) },
        })
    }

    fn word(self, word: &str, page: Option<usize>) -> Shape {
        Shape::Scalar(match word {
            "string" => Scalar::String,
            "secret" => Scalar::Secret,
            "integer" => Scalar::Integer,
            "number" => Scalar::Number,
            "boolean" => Scalar::Boolean,
            "datetime" => Scalar::DateTime,
            "file" => Scalar::File,
            "object" => return Shape::Object,
            name => match self.find(name, page) {
                Some((_, ty)) if ty.fields.is_empty() => Scalar::Enum,
                Some((key, _)) => return Shape::Named(key),
                None => return Shape::Json,
            },
        })
    }
}

/// Returns the values of an enum as they are sent.
pub fn enum_values(values: &[ValueSpec]) -> Vec<&str> {
    values.iter().map(|ValueSpec { value, description: _, rust: _ }| value.as_deref().unwrap_or_default()).collect()
}

/// Returns the facts of a route by name. `cursor` is at the route.
///
/// The destructuring has no `..`: a new key of the format does not compile until it is handled here.
pub fn of_route(spec: &Spec, page: usize, route: &RouteSpec, cursor: &Cursor<'_>) -> BTreeMap<String, SpecFact> {
    let RouteSpec {
        route: line,
        auth,
        token_in_query,
        idempotent,
        deprecated,
        path,
        query,
        headers,
        body,
        responses,
        // See `service`.
        service: _,
        // These explain facts; the audit reads them.
        errata: _,
        evidence: _,
        source: _,
        // Not documented in a comparable form.
        summary: _,
        description: _,
        rust: _,
    } = route;
    let mut walk = Walk { types: Types(spec), facts: BTreeMap::new(), open: Some(Vec::new()) };
    let (method, path_template) = method_and_path(line.as_deref().unwrap_or_default());
    walk.word("method", method, cursor.child("route").value());
    walk.word("path", path_template, cursor.child("route").value());
    let auth = match auth {
        Some(AuthNeed::Required) => "required",
        Some(AuthNeed::Optional) => "optional",
        Some(AuthNeed::None) | None => "none",
    };
    let yes_or_no = |is_so: bool| if is_so { "yes" } else { "no" };
    walk.word("auth", auth, cursor.child("auth").value());
    walk.word("deprecated", yes_or_no(deprecated.is_some()), cursor.child("deprecated").key());
    walk.word("service", service(spec, page, route), cursor.child("service").value());
    if *token_in_query {
        walk.word(TOKEN_IN_QUERY, "yes", cursor.child(TOKEN_IN_QUERY).key());
    }
    if let Some(idempotent) = idempotent {
        walk.word(IDEMPOTENT, yes_or_no(*idempotent), cursor.child(IDEMPOTENT).key());
    }
    let page = Some(page);
    for (section, fields) in [("path", path), ("query", query), ("headers", headers)] {
        walk.fields(fields, &format!("{section}."), &cursor.child(section), page, None);
    }
    if let Some(body) = body {
        walk.body(body, "body", &cursor.child("body"), page);
    }
    let section = cursor.child("responses");
    for (code, ResponseSpec { description: _, body }) in responses {
        let response = section.child(code.to_string());
        walk.word(&format!("code.{code}"), "present", response.key());
        if let Some(body) = body {
            walk.body(body, "response", &response.child("body"), page);
        }
    }
    walk.facts
}

/// Returns the fields of a named type by their paths, including inline ones. Fields of other named types are not included.
/// `cursor` is at the type.
pub fn of_type(spec: &Spec, key: &TypeKey, ty: &TypeSpec, cursor: &Cursor<'_>) -> BTreeMap<String, SpecFact> {
    let TypeSpec { fields, description: _, values: _, evidence: _ } = ty;
    let mut walk = Walk { types: Types(spec), facts: BTreeMap::new(), open: None };
    walk.fields(fields, "", &cursor.child("fields"), key.page, None);
    walk.facts
}

struct Walk<'a> {
    types: Types<'a>,
    facts: BTreeMap<String, SpecFact>,
    /// The named types that are being walked, so that a recursive type is entered once. `None` if no type is entered.
    open: Option<Vec<TypeKey>>,
}

impl<'a> Walk<'a> {
    fn word(&mut self, name: &str, word: &str, source: SourcePath) {
        let value = FactValue::Word(word.to_owned());
        self.facts.insert(name.to_owned(), SpecFact { value, source, type_field: None });
    }

    fn body(&mut self, body: &BodySpec, section: &str, cursor: &Cursor<'_>, page: Option<usize>) {
        match body {
            BodySpec::Fields(fields) => self.fields(fields, &format!("{section}."), cursor, page, None),
            BodySpec::Type(text) | BodySpec::LongType { ty: text, description: _ } => {
                let ty = self.types.parse(text, None, page);
                let prefix = format!("{section}{}.", ty.shape.brackets());
                let named = ty.shape.named().cloned();
                let value = FactValue::Field { ty, optional: false, default: None };
                let source = cursor.child("type").value();
                self.facts.insert(section.to_owned(), SpecFact { value, source, type_field: None });
                if let Some(key) = named {
                    self.named(&key, &prefix);
                }
            }
        }
    }

    /// Adds fields whose names start with `prefix`. `parent` is the field of a named type that contains them.
    fn fields(
        &mut self,
        fields: &Fields,
        prefix: &str,
        cursor: &Cursor<'_>,
        page: Option<usize>,
        parent: Option<&TypeField>,
    ) {
        for (key, field) in fields {
            let (wire_name, optional) = wire_name(key);
            let cursor = cursor.child(key.as_str());
            let ty = self.types.of_field(field, page);
            let brackets = ty.shape.brackets();
            let named = ty.shape.named().cloned();
            let type_field =
                parent.map(|parent| TypeField { path: format!("{}{wire_name}", parent.path), ..parent.clone() });
            // JSON can hold every default of a checked spec.
            let default = field.default.as_ref().and_then(|default| serde_json::to_value(default).ok());
            let value = FactValue::Field { ty, optional, default };
            let fact = SpecFact { value, source: cursor.key(), type_field: type_field.clone() };
            self.facts.insert(format!("{prefix}{wire_name}"), fact);
            let prefix = format!("{prefix}{wire_name}{brackets}.");
            match named {
                Some(key) => self.named(&key, &prefix),
                None => {
                    let parent = type_field.map(|it| TypeField { path: format!("{}{brackets}.", it.path), ..it });
                    self.fields(&field.fields, &prefix, &cursor.child("fields"), page, parent.as_ref());
                }
            }
        }
    }

    /// Adds the fields of a named type as facts of the route that uses it.
    fn named(&mut self, key: &TypeKey, prefix: &str) {
        let Some(ty) = self.types.get(key) else { return };
        match &mut self.open {
            Some(open) if !open.contains(key) => open.push(key.clone()),
            Some(_) | None => return,
        }
        let types = self.types;
        let parent = TypeField { ty: key.clone(), path: String::new() };
        types.at(key, |cursor| self.fields(&ty.fields, prefix, &cursor.child("fields"), key.page, Some(&parent)));
        self.open.as_mut().map(Vec::pop);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fact_names() {
        for name in ["method", "body", "code.404", "body.a[].b", "response.user"] {
            assert!(is_fact(name), "{name}");
        }
        for name in ["", "code", "code.4", "code.4xx", "body.", "query", "methods", "auth.x"] {
            assert!(!is_fact(name), "{name}");
        }
    }

    #[test]
    fn whitespace_is_collapsed() {
        assert_eq!(collapse_whitespace(" a\n  b\tc "), "a b c");
        assert_eq!(collapse_whitespace(" \n"), "");
    }
}

//! The facts of the spec: what each route states, under the names that errata use.

use std::collections::BTreeMap;

use routegen::spec::{AuthNeed, BodySpec, Cursor, FieldSpec, Fields, RouteSpec, SourcePath, Spec};
use serde_json::Value;

use super::types::{Type, TypeKey, Types};
use crate::docs::documented::in_one_line;

/// The names of the facts that no documentation speaks of.
pub const UNDOCUMENTED: [&str; 2] = [IDEMPOTENT, TOKEN_IN_QUERY];
const IDEMPOTENT: &str = "idempotent";
const TOKEN_IN_QUERY: &str = "token_in_query";

/// A fact of the spec.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What the spec says.
    pub value: Stated,
    /// Where.
    pub place: SourcePath,
    /// The named type that has the field, where it is one of a named type.
    pub member: Option<Member>,
}

/// What a fact says.
#[derive(Debug, Clone)]
pub enum Stated {
    /// A word, such as a method.
    Word(String),
    /// What a field is.
    Field {
        /// Its type.
        of: Type,
        /// Whether it may be absent.
        optional: bool,
        /// What it counts as then.
        default: Option<Value>,
    },
}

/// A field of a named type, by its path below the type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// The type.
    pub of: TypeKey,
    /// The path, such as `data.process[].name`.
    pub path: String,
}

impl Stated {
    /// The fact in one line, as errata write it.
    pub fn text(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Field { of, optional, default } => in_one_line(&of.text, *optional, default.as_ref()),
        }
    }

    /// How many facts this is, counted as the documentation's are.
    pub fn weight(&self) -> usize {
        match self {
            Self::Word(_) => 1,
            Self::Field { default, .. } => 3 + usize::from(default.is_some()),
        }
    }
}

/// The wire name of a field and whether it may be absent.
pub fn wire_name(key: &str) -> (&str, bool) {
    key.strip_suffix('?').map_or((key, false), |wire| (wire, true))
}

/// The name of the service of a route; `default` for the one that routes have where none is named.
pub fn service<'a>(spec: &'a Spec, page: usize, route: &'a RouteSpec) -> &'a str {
    let of_page = spec.pages.get(page).and_then(|page| page.file.service.as_deref());
    let name = route.service.as_deref().or(of_page);
    let is_default = |name: &str| spec.api.services.get(name).is_some_and(|service| service.is_default);
    name.filter(|name| !is_default(name)).unwrap_or("default")
}

/// The facts of a route. `cursor` is the route's.
pub fn route(spec: &Spec, page: usize, route: &RouteSpec, cursor: &Cursor<'_>) -> BTreeMap<String, Fact> {
    let mut walk = Walk { types: Types(spec), facts: BTreeMap::new(), open: Vec::new() };
    let mut words = route.route.as_deref().unwrap_or_default().split_whitespace();
    let at = cursor.child("route").value();
    walk.word("method", words.next().unwrap_or_default(), at.clone());
    walk.word("path", words.next().unwrap_or_default(), at);
    let auth = match route.auth {
        Some(AuthNeed::Required) => "required",
        Some(AuthNeed::Optional) => "optional",
        Some(AuthNeed::None) | None => "none",
    };
    walk.word("auth", auth, cursor.child("auth").value());
    let deprecated = if route.deprecated.is_some() { "yes" } else { "no" };
    walk.word("deprecated", deprecated, cursor.child("deprecated").key());
    walk.word("service", service(spec, page, route), cursor.child("service").value());
    if route.token_in_query {
        walk.word(TOKEN_IN_QUERY, "yes", cursor.child("token_in_query").key());
    }
    if let Some(idempotent) = route.idempotent {
        walk.word(IDEMPOTENT, if idempotent { "yes" } else { "no" }, cursor.child(IDEMPOTENT).key());
    }
    let page = Some(page);
    for (section, fields) in [("path", &route.path), ("query", &route.query), ("headers", &route.headers)] {
        walk.fields(fields, &format!("{section}."), &cursor.child(section), page, None);
    }
    if let Some(body) = &route.body {
        walk.body(body, "body", &cursor.child("body"), page);
    }
    let responses = cursor.child("responses");
    for (code, response) in &route.responses {
        let at = responses.child(code.to_string());
        walk.word(&format!("code.{code}"), "present", at.key());
        if let Some(body) = &response.body {
            walk.body(body, "response", &at.child("body"), page);
        }
    }
    walk.facts
}

/// The fields of a named type with those inside them; fields of other named types are theirs.
pub fn members(spec: &Spec, key: &TypeKey, fields: &Fields, cursor: &Cursor<'_>) -> BTreeMap<String, Fact> {
    let mut walk = Walk { types: Types(spec), facts: BTreeMap::new(), open: vec![key.clone()] };
    walk.own_only(fields, "", &cursor.child("fields"), key.page);
    walk.facts
}

struct Walk<'a> {
    types: Types<'a>,
    facts: BTreeMap<String, Fact>,
    /// The named types that the walk is inside of; one inside itself is walked once.
    open: Vec<TypeKey>,
}

impl<'a> Walk<'a> {
    fn word(&mut self, name: &str, word: &str, place: SourcePath) {
        let value = Stated::Word(word.to_owned());
        self.facts.insert(name.to_owned(), Fact { value, place, member: None });
    }

    fn body(&mut self, body: &'a BodySpec, section: &str, at: &Cursor<'_>, page: Option<usize>) {
        match body {
            BodySpec::Fields(fields) => self.fields(fields, &format!("{section}."), at, page, None),
            BodySpec::Type(of) | BodySpec::LongType { ty: of, description: _ } => {
                let of = self.types.of_text(of, page);
                let lead = format!("{section}{}.", of.shape.brackets());
                let named = of.shape.named().cloned();
                let value = Stated::Field { of, optional: false, default: None };
                self.facts.insert(section.to_owned(), Fact { value, place: at.child("type").value(), member: None });
                if let Some(key) = named {
                    self.named(&key, &lead);
                }
            }
        }
    }

    fn fields(
        &mut self,
        fields: &'a Fields,
        lead: &str,
        at: &Cursor<'_>,
        page: Option<usize>,
        member: Option<&Member>,
    ) {
        for (key, field) in fields {
            let (wire, _) = wire_name(key);
            let at = at.child(key.as_str());
            let of = self.types.of_field(field, page);
            let brackets = of.shape.brackets();
            let named = of.shape.named().cloned();
            let member = member.map(|member| Member { path: format!("{}{wire}", member.path), ..member.clone() });
            let below = format!("{lead}{wire}{brackets}.");
            let fact = Fact { value: stated(key, field, of), place: at.key(), member: member.clone() };
            self.facts.insert(format!("{lead}{wire}"), fact);
            match named {
                Some(key) => self.named(&key, &below),
                None => {
                    let inner = member.map(|member| Member { path: format!("{}{brackets}.", member.path), ..member });
                    self.fields(&field.fields, &below, &at.child("fields"), page, inner.as_ref());
                }
            }
        }
    }

    /// The fields of a named type as facts of the route that uses it.
    fn named(&mut self, key: &TypeKey, lead: &str) {
        let Some(of) = self.types.get(key).filter(|_| !self.open.contains(key)) else { return };
        self.open.push(key.clone());
        let types = self.types;
        let member = Member { of: key.clone(), path: String::new() };
        types.at(key, |at| self.fields(&of.fields, lead, &at.child("fields"), key.page, Some(&member)));
        self.open.pop();
    }

    /// As `fields`, but without what other types have.
    fn own_only(&mut self, fields: &'a Fields, lead: &str, at: &Cursor<'_>, page: Option<usize>) {
        for (key, field) in fields {
            let (wire, _) = wire_name(key);
            let at = at.child(key.as_str());
            let of = self.types.of_field(field, page);
            let below = format!("{lead}{wire}{}.", of.shape.brackets());
            self.facts
                .insert(format!("{lead}{wire}"), Fact { value: stated(key, field, of), place: at.key(), member: None });
            self.own_only(&field.fields, &below, &at.child("fields"), page);
        }
    }
}

fn stated(key: &str, field: &FieldSpec, of: Type) -> Stated {
    // A default of a checked spec is one that JSON can hold.
    let default = field.default.as_ref().and_then(|default| serde_json::to_value(default).ok());
    Stated::Field { of, optional: wire_name(key).1, default }
}

//! Random specs with every feature and unusual names. They are valid except for names that become the same in Rust.

mod declared;

use std::fs;
use std::path::Path;

use declared::declared;

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any};
use proptest::sample::{Index, select, subsequence};
use serde_yaml::{Mapping, Value};

/// Names of fields, operations and enum values: keywords, digits, acronyms, punctuation, non-ASCII letters.
const NAMES: [&str; 64] = [
    "type",
    "match",
    "async",
    "await",
    "self",
    "Self",
    "super",
    "crate",
    "fn",
    "mod",
    "try",
    "yield",
    "gen",
    "box",
    "dyn",
    "true",
    "union",
    "static",
    "body",
    "query",
    "context",
    "call",
    "service",
    "client",
    "handlers",
    "value",
    "new",
    "clone",
    "into",
    "default",
    "other",
    "other_",
    "default_type",
    "request",
    "response",
    "error",
    "2fa",
    "3",
    "_id",
    "__v",
    "a.b.c",
    "d[].e",
    "$ref",
    "@type",
    "f g",
    "kebab-case",
    "camelCase",
    "snake_case",
    "SHOUTY_CASE",
    "HTTPServer",
    "userIDs",
    "URL",
    "größe",
    "naïve",
    "h/i",
    "j'k",
    "l\"m",
    "n\\o",
    "p`q",
    "<b>",
    ">=",
    "日本",
    "t\u{7f}\u{202e}u",
    "x",
];

/// Returns the Rust name that the spec must set for a name without ASCII letters and digits.
fn rust_name(name: &str) -> Option<&'static str> {
    match name {
        ">=" => Some("AtLeast"),
        "日本" => Some("type"),
        _ => None,
    }
}

/// Names of path parameters.
const PARAMETERS: [&str; 17] = [
    "id",
    "type",
    "self",
    "body",
    "query",
    "context",
    "value",
    "service",
    "call",
    "P",
    "S",
    "kebab-case",
    "camelCase",
    "2fa",
    "Self",
    "invalid",
    "null",
];

/// Names of types.
const TYPES: [&str; 20] = [
    "Type", "Match", "Async", "Some", "None", "Ok", "Err", "Result", "Error", "Response", "Request", "Future", "S",
    "T", "A1", "Vec2", "Url", "I64", "Str", "Fn",
];

/// Names of namespaces.
const NAMESPACES: [&str; 22] = [
    "user",
    "user.otp",
    "user.type",
    "user.user",
    "type",
    "match.fn.loop",
    "match.self",
    "fooBar",
    "HTTPServer",
    "2fa",
    "self.super.crate",
    "list",
    "words.async",
    "words.json",
    "words.Arc",
    "words.mod",
    "words.serde",
    "lib.main",
    "nul.str",
    "into",
    "vec",
    "größe",
];

/// Descriptions.
const PROSE: [&str; 8] = [
    "Plain words.",
    "Some <b>HTML</b> with [brackets], *stars* and a_snake_case_name.",
    "- a dash, 1. a number, # a hash, */ and a \"quote\"",
    "A long text that has to be broken into several lines, so that a - dash or a + sign or a number such as 1. may come \
     to stand where a line starts, which must not make a list of it, wherever it is.",
    "`code with <T>` and one ` alone",
    "See https://example.com/a_b?c=[d], (http://example.com).",
    "Ünïcödé 🦀 \u{202e} and back\\slashes",
    "1. first",
];

const SCALARS: [&str; 8] = ["string", "integer", "number", "boolean", "secret", "datetime", "json", "object"];
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// A spec: the name and the content of every file.
#[derive(Debug, Clone)]
pub struct RandomSpec {
    files: Vec<(String, Value)>,
}

impl RandomSpec {
    /// Writes the files to a folder, for a package of that name.
    pub fn write(&self, folder: &Path, package: &str) {
        let mut files = self.files.clone();
        for (name, content) in &mut files {
            if name == "api.yaml" {
                content["crate"]["name"] = package.into();
            }
            let text = serde_yaml::to_string(content).expect("the spec is YAML");
            fs::write(folder.join(name), text).expect("the spec can be written");
        }
    }
}

/// A type expression.
#[derive(Debug, Clone)]
enum Expression {
    Scalar(&'static str),
    Shared(Index),
    Array(Box<Expression>),
    Map(Box<Expression>),
}

impl Expression {
    /// Returns the expression as the spec writes it.
    fn text(&self, types: &[&str]) -> String {
        match self {
            Self::Scalar(word) => (*word).to_owned(),
            Self::Shared(_) if types.is_empty() => "json".to_owned(),
            Self::Shared(index) => (*index.get(types)).to_owned(),
            Self::Array(of) => format!("array of {}", of.text(types)),
            Self::Map(of) => format!("map of {}", of.text(types)),
        }
    }

    fn default(&self) -> Option<Value> {
        match self {
            Self::Scalar("string") => Some("say \"no\" `now`".into()),
            Self::Scalar("integer") => Some((-5).into()),
            Self::Scalar("number") => Some(0.1.into()),
            Self::Scalar("boolean") => Some(true.into()),
            Self::Scalar(_) | Self::Shared(_) | Self::Array(_) | Self::Map(_) => None,
        }
    }
}

fn expression() -> impl Strategy<Value = Expression> {
    let leaf = proptest::prop_oneof![
        3 => select(&SCALARS[..]).prop_map(Expression::Scalar),
        1 => any::<Index>().prop_map(Expression::Shared),
    ];
    leaf.prop_recursive(2, 4, 1, |of| {
        proptest::prop_oneof![
            of.clone().prop_map(|of| Expression::Array(Box::new(of))),
            of.prop_map(|of| Expression::Map(Box::new(of))),
        ]
    })
}

/// The shape of a field.
#[derive(Debug, Clone)]
enum Shape {
    Of(Expression),
    Object(Vec<Field>),
    ArrayOfObjects(Vec<Field>),
    Enum(Vec<&'static str>),
}

#[derive(Debug, Clone)]
struct Field {
    name: &'static str,
    is_optional: bool,
    has_default: bool,
    description: Option<&'static str>,
    shape: Shape,
}

/// Returns distinct names of a list.
fn names(of: &'static [&'static str], from: usize, to: usize) -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(of, from..=to)
}

/// Returns one to four fields with distinct names.
fn fields(shape: BoxedStrategy<Shape>) -> impl Strategy<Value = Vec<Field>> {
    let rest = vec((any::<bool>(), any::<bool>(), of(select(&PROSE[..])), shape), 4);
    (names(&NAMES, 1, 4), rest).prop_map(|(names, rest)| {
        names
            .into_iter()
            .zip(rest)
            .map(|(name, (is_optional, has_default, description, shape))| Field {
                name,
                is_optional,
                has_default,
                description,
                shape,
            })
            .collect()
    })
}

fn shape() -> BoxedStrategy<Shape> {
    let leaf = proptest::prop_oneof![
        4 => expression().prop_map(Shape::Of),
        1 => names(&NAMES, 1, 5).prop_map(Shape::Enum),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        proptest::prop_oneof![
            fields(inner.clone().boxed()).prop_map(Shape::Object),
            fields(inner.boxed()).prop_map(Shape::ArrayOfObjects),
        ]
    })
    .boxed()
}

/// Converts fields to YAML. A field with a shared type is optional, because the type may be recursive.
fn to_yaml(fields: &[Field], types: &[&str]) -> Value {
    let mut all = Mapping::new();
    for Field { name, is_optional, has_default, description, shape } in fields {
        let mut field = Mapping::new();
        let mut is_shared = false;
        if let Some(rust) = rust_name(name) {
            field.insert("rust".into(), rust.into());
        }
        if let Some(description) = description {
            field.insert("description".into(), (*description).into());
        }
        match shape {
            Shape::Of(of) => {
                is_shared = matches!(of, Expression::Shared(_));
                field.insert("type".into(), of.text(types).into());
                if let (true, Some(default)) = (*has_default, of.default()) {
                    field.insert("default".into(), default);
                }
            }
            Shape::Object(inner) => {
                field.insert("fields".into(), to_yaml(inner, types));
            }
            Shape::ArrayOfObjects(inner) => {
                field.insert("type".into(), "array of object".into());
                field.insert("fields".into(), to_yaml(inner, types));
            }
            Shape::Enum(values) => {
                field.insert("values".into(), values_to_yaml(values));
                if let (true, Some(last)) = (*has_default, values.last()) {
                    field.insert("default".into(), (*last).into());
                }
            }
        }
        let mark = if *is_optional || is_shared { "?" } else { "" };
        all.insert(format!("{name}{mark}").into(), Value::Mapping(field));
    }
    Value::Mapping(all)
}

/// Converts the values of an enum to YAML. A value that needs a Rust name becomes a mapping.
fn values_to_yaml(values: &[&str]) -> Value {
    let value = |text: &&str| match rust_name(text) {
        Some(rust) => Mapping::from_iter([("value".into(), (*text).into()), ("rust".into(), rust.into())]).into(),
        None => Value::from(*text),
    };
    values.iter().map(value).collect()
}

/// The body of a request or a response.
#[derive(Debug, Clone)]
enum Body {
    Of(Expression),
    Fields(Vec<Field>),
    File,
}

impl Body {
    fn to_yaml(&self, types: &[&str]) -> Value {
        match self {
            Self::Of(of) => of.text(types).into(),
            Self::Fields(fields) => to_yaml(fields, types),
            Self::File => "file".into(),
        }
    }
}

fn response() -> impl Strategy<Value = Body> {
    proptest::prop_oneof![6 => body(), 1 => Just(Body::File)]
}

fn body() -> impl Strategy<Value = Body> {
    proptest::prop_oneof![expression().prop_map(Body::Of), fields(shape()).prop_map(Body::Fields)]
}

#[derive(Debug, Clone)]
struct Route {
    method: &'static str,
    parameters: Vec<(&'static str, &'static str)>,
    auth: &'static str,
    /// Whether `idempotent` differs from the default of the method.
    overrides_idempotency: bool,
    prose: [&'static str; 2],
    deprecated: Option<&'static str>,
    query: Vec<(&'static str, &'static str)>,
    body: Option<Body>,
    success: u16,
    response: Option<Body>,
    errors: Vec<u16>,
}

fn route() -> impl Strategy<Value = Route> {
    let kinds = vec(select(vec!["string", "integer", "secret"]), 3);
    let parameters =
        (names(&PARAMETERS, 0, 3), kinds).prop_map(|(names, kinds)| names.into_iter().zip(kinds).collect());
    let kinds = vec(select(vec!["string", "boolean", "datetime", "array of integer", "number"]), 3);
    let query = (names(&NAMES, 0, 3), kinds).prop_map(|(names, kinds)| names.into_iter().zip(kinds).collect());
    let request = (select(&METHODS[..]), parameters, select(vec!["required", "optional", "none"]), query, of(body()));
    let texts = (select(&PROSE[..]), select(&PROSE[..]), of(select(&PROSE[..])));
    let codes = subsequence(vec![302, 304, 306, 400, 401, 404, 409, 418, 500, 503, 599], 0..=5);
    let response = (select(vec![200, 201, 202]), of(response()), codes);
    (request, any::<bool>(), texts, response).prop_map(|(request, overrides_idempotency, texts, response)| {
        let (method, parameters, auth, query, body) = request;
        let (summary, description, deprecated) = texts;
        let (success, response, errors) = response;
        let prose = [summary, description];
        Route {
            method,
            parameters,
            auth,
            overrides_idempotency,
            prose,
            deprecated,
            query,
            body,
            success,
            response,
            errors,
        }
    })
}

impl Route {
    /// Converts the route to YAML. `prefix` makes its path unique.
    fn to_yaml(&self, name: &str, prefix: &str, types: &[&str]) -> Value {
        let [summary, description] = self.prose;
        let mut route: Mapping = rust_name(name).map(|rust| ("rust".into(), rust.into())).into_iter().collect();
        let mut path = format!("{} {prefix}", self.method);
        let mut parameters = Mapping::new();
        for (name, kind) in &self.parameters {
            path.push_str(&format!("/{{{name}}}"));
            parameters.insert((*name).into(), (*kind).into());
        }
        route.insert("route".into(), path.into());
        route.insert("path".into(), parameters.into());
        route.insert("auth".into(), self.auth.into());
        if self.overrides_idempotency && self.method != "GET" {
            route.insert("idempotent".into(), matches!(self.method, "POST" | "PATCH").into());
        }
        route.insert("summary".into(), summary.into());
        route.insert("description".into(), description.into());
        if let Some(deprecated) = self.deprecated {
            route.insert("deprecated".into(), deprecated.into());
        }
        let query = self.query.iter().map(|(name, kind)| {
            let mut parameter = Mapping::from_iter([(Value::from("type"), Value::from(*kind))]);
            parameter.extend(rust_name(name).map(|rust| ("rust".into(), rust.into())));
            (Value::from(format!("{name}?")), Value::from(parameter))
        });
        route.insert("query".into(), Mapping::from_iter(query).into());
        if let Some(body) = &self.body {
            route.insert("body".into(), body.to_yaml(types));
        }
        let mut responses = Mapping::new();
        let mut success = Mapping::from_iter([(Value::from("description"), Value::from(summary))]);
        if let Some(response) = &self.response {
            success.insert("body".into(), response.to_yaml(types));
        }
        responses.insert(self.success.into(), success.into());
        for code in &self.errors {
            responses.insert((*code).into(), description.into());
        }
        route.insert("responses".into(), responses.into());
        route.into()
    }
}

fn routes() -> impl Strategy<Value = Vec<(&'static str, Route)>> {
    (names(&NAMES, 1, 4), vec(route(), 4)).prop_map(|(names, routes)| names.into_iter().zip(routes).collect())
}

/// Returns specs with up to four shared types and up to four pages.
pub fn specs() -> impl Strategy<Value = RandomSpec> {
    let shape = proptest::prop_oneof![
        2 => fields(shape()).prop_map(Shape::Object),
        1 => names(&NAMES, 1, 5).prop_map(Shape::Enum),
    ];
    let types = (names(&TYPES, 0, 4), vec((select(&PROSE[..]), shape), 4));
    let pages = (names(&NAMESPACES, 1, 4), vec((select(&PROSE[..]), routes()), 4));
    (types, pages, of(declared())).prop_map(|((names, shapes), (namespaces, pages), declared)| {
        let mut types = Mapping::new();
        for (name, (description, shape)) in names.iter().zip(&shapes) {
            let mut def = Mapping::from_iter([(Value::from("description"), Value::from(*description))]);
            match shape {
                Shape::Object(fields) => def.insert("fields".into(), to_yaml(fields, &names)),
                Shape::Enum(values) => def.insert("values".into(), values_to_yaml(values)),
                Shape::Of(_) | Shape::ArrayOfObjects(_) => None,
            };
            types.insert((*name).into(), def.into());
        }
        let mut api = api(types);
        let declared = declared.map(|declared| declared.declare(&mut api));
        let mut files = vec![("api.yaml".to_owned(), api)];
        files.extend(declared);
        for (index, (namespace, (summary, routes))) in namespaces.into_iter().zip(pages).enumerate() {
            let mut all = Mapping::new();
            for (number, (name, route)) in routes.iter().enumerate() {
                all.insert((*name).into(), route.to_yaml(name, &format!("/{index}/{number}"), &names));
            }
            let mut page = Mapping::from_iter([(Value::from("namespace"), Value::from(namespace))]);
            page.insert("summary".into(), summary.into());
            page.insert("routes".into(), all.into());
            files.push((format!("{namespace}.yaml"), page.into()));
        }
        RandomSpec { files }
    })
}

fn api(types: Mapping) -> Value {
    let mut api: Value = serde_yaml::from_str(
        "{ title: Random, version: '1', summary: Anything at all., auth: { scheme: bearer, description: A token. }, \
         services: { main: { url: 'https://example.com', description: All of it. } }, crate: { version: 0.1.0 } }",
    )
    .expect("this is YAML");
    api["types"] = types.into();
    api
}

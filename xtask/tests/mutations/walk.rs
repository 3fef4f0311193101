//! Lists every change of the spec that must be caught. Prose and Rust names are not changed, because they are not documented.

use serde_yaml::{Mapping, Value};

use super::bench::Bench;
use super::edit::{Edit, Mutation};

/// The types that replace the type of a field.
const TYPES: [&str; 14] = [
    "string",
    "secret",
    "integer",
    "number",
    "boolean",
    "datetime",
    "json",
    "object",
    "array of string",
    "array of json",
    "array of object",
    "map of json",
    "array of array of json",
    "User",
];

/// A further type for whole bodies.
const FILE: &str = "file";

/// The default service.
const DEFAULT_SERVICE: &str = "api";

/// Returns all changes, file by file.
pub fn mutations(bench: &Bench) -> Vec<Mutation> {
    let mut found = Vec::new();
    for file in bench.files() {
        let tree = bench.tree(&file).as_mapping().expect("a mapping");
        let service = text(tree.get("service")).unwrap_or(DEFAULT_SERVICE);
        let mut walk = Walk { file: &file, service, path: Vec::new(), found: &mut found };
        if file == "api.yaml" {
            walk.services(tree);
            walk.removed();
        } else {
            walk.page(tree);
        }
        walk.enter("types", tree, |walk, types| walk.types(types));
    }
    found
}

struct Walk<'a> {
    file: &'a str,
    /// The service of the routes in the file.
    service: &'a str,
    path: Vec<Value>,
    found: &'a mut Vec<Mutation>,
}

impl Walk<'_> {
    fn add(&mut self, kind: &str, edit: Edit) {
        self.found.push(Mutation { file: self.file.to_owned(), kind: kind.to_owned(), edit });
    }

    fn at(&self, key: impl Into<Value>) -> Vec<Value> {
        let mut path = self.path.clone();
        path.push(key.into());
        path
    }

    fn within(&mut self, key: impl Into<Value>, then: impl FnOnce(&mut Self)) {
        self.path.push(key.into());
        then(self);
        self.path.pop();
    }

    /// Enters the mapping below a key, if there is one.
    fn enter(&mut self, key: &str, tree: &Mapping, then: impl FnOnce(&mut Self, &Mapping)) {
        if let Some(Value::Mapping(below)) = tree.get(key) {
            self.within(key, |walk| then(walk, below));
        }
    }

    fn remove(&mut self, kind: &str, key: impl Into<Value>) {
        let edit = Edit::Remove(self.at(key));
        self.add(&format!("{kind}: removed"), edit);
    }

    fn set(&mut self, kind: &str, key: impl Into<Value>, value: impl Into<Value>) {
        let edit = Edit::Set(self.at(key), value.into());
        self.add(kind, edit);
    }

    fn insert(&mut self, kind: &str, key: impl Into<Value>, value: impl Into<Value>) {
        let edit = Edit::Insert(self.path.clone(), key.into(), value.into());
        self.add(kind, edit);
    }

    fn rename(&mut self, kind: &str, key: impl Into<Value>, new: impl Into<Value>) {
        let edit = Edit::Rename(self.at(key), new.into());
        self.add(kind, edit);
    }

    fn services(&mut self, api: &Mapping) {
        self.enter("services", api, |walk, services| {
            for (name, service) in services {
                let name = text(Some(name)).expect("a name");
                walk.remove("service", name);
                walk.rename("service: renamed", name, format!("{name}x"));
                let service = service.as_mapping().expect("a service");
                let url = text(service.get("url"));
                walk.within(name, |walk| {
                    if let Some(url) = url {
                        walk.remove("service: url", "url");
                        walk.set("service: url changed", "url", format!("{url}x"));
                        walk.set("service: url changed", "url", url.replacen("https:", "http:", 1));
                    }
                    let mut erratum = Mapping::new();
                    for (key, value) in [("fact", "url"), ("documented", "absent"), ("actual", "x"), ("because", "so")]
                    {
                        erratum.insert(key.into(), value.into());
                    }
                    walk.insert("service: erratum added", "errata", vec![Value::from(erratum)]);
                });
            }
        });
    }

    fn removed(&mut self) {
        for (kind, name) in
            [("routes", "bucket.retrieve"), ("routes", "bucket.burn"), ("services", "api"), ("services", "x")]
        {
            let mut removal = Mapping::new();
            removal.insert("version".into(), "0.5.61".into());
            removal.insert("because".into(), "so".into());
            let (mut named, mut removed) = (Mapping::new(), Mapping::new());
            named.insert(name.into(), removal.into());
            removed.insert(kind.into(), named.into());
            self.insert("removed: added", "removed", removed);
        }
    }

    fn page(&mut self, page: &Mapping) {
        match text(page.get("page")) {
            Some(title) => {
                self.remove("page title", "page");
                self.set("page title: changed", "page", format!("{title}x"));
            }
            None => self.insert("page title: added", "page", "Orchard"),
        }
        for service in ["api", "oauth", "node"] {
            if service != self.service {
                self.insert("service of a page: changed", "service", service);
            }
        }
        if page.contains_key("service") {
            self.remove("service of a page", "service");
        }
        self.enter("routes", page, |walk, routes| {
            for (name, route) in routes {
                let name = text(Some(name)).expect("a name");
                walk.remove("route", name);
                walk.rename("route: renamed", name, format!("{name}x"));
                let route = route.as_mapping().expect("a route");
                walk.within(name, |walk| walk.route(route));
                let mut copy = route.clone();
                let line = format!("{}/x", text(copy.get("route")).expect("a route"));
                copy.insert("route".into(), line.into());
                // A route with a source need not be documented.
                copy.shift_remove("source");
                walk.insert("route: added", format!("{name}Again"), copy);
            }
        });
    }

    fn route(&mut self, route: &Mapping) {
        let line = text(route.get("route")).expect("a route");
        let (method, path) = line.split_once(' ').expect("a method and a path");
        for other in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if other != method {
                self.set("method: changed", "route", format!("{other} {path}"));
            }
        }
        self.set("path: changed", "route", format!("{line}x"));
        self.set("path: changed", "route", line.replacen("/api/", "/apis/", 1));
        self.set("path: slash at its end", "route", line.strip_suffix('/').map_or(format!("{line}/"), str::to_owned));
        for other in ["required", "optional", "none"] {
            if text(route.get("auth")) != Some(other) {
                self.set("auth: changed", "auth", other);
            }
        }
        self.remove("auth", "auth");
        self.toggle(route, "deprecated", "Use something else.".into());
        self.toggle(route, "source", "someone said so".into());
        self.toggle(route, "token_in_query", true.into());
        match route.get("idempotent").and_then(Value::as_bool) {
            Some(own) => {
                self.remove("idempotent", "idempotent");
                self.set("idempotent: changed", "idempotent", !own);
            }
            None => {
                for value in [true, false] {
                    self.insert("idempotent: added", "idempotent", value);
                }
            }
        }
        for service in ["api", "oauth", "node"] {
            if service != text(route.get("service")).unwrap_or(self.service) {
                self.insert("service of a route: changed", "service", service);
            }
        }
        if route.contains_key("service") {
            self.remove("service of a route", "service");
        }
        self.parameters(route);
        self.responses(route);
        self.errata(route);
        self.evidence(route, "facts");
    }

    fn toggle(&mut self, route: &Mapping, key: &str, value: Value) {
        if route.contains_key(key) {
            self.remove(key, key);
        } else {
            self.insert(&format!("{key}: added"), key, value);
        }
    }

    fn parameters(&mut self, route: &Mapping) {
        for section in ["path", "query", "headers", "body"] {
            match route.get(section) {
                Some(Value::Mapping(fields)) => {
                    self.remove(section, section);
                    self.within(section, |walk| walk.fields(fields, section));
                }
                Some(body) => self.whole_body(section, body),
                // The checks reject parameters of a path without any.
                None => {
                    let mut fields = Mapping::new();
                    fields.insert("added?".into(), "string".into());
                    self.insert(&format!("{section}: added"), section, fields);
                }
            }
        }
    }

    fn whole_body(&mut self, key: &str, body: &Value) {
        let own = text(Some(body)).expect("a type");
        self.remove("whole body", key);
        for other in TYPES.iter().chain(&[FILE]).filter(|other| **other != own) {
            self.set("whole body: type", key, *other);
        }
    }

    fn responses(&mut self, route: &Mapping) {
        self.enter("responses", route, |walk, responses| {
            for (code, response) in responses {
                walk.remove("code", code.clone());
                let next = code.as_u64().expect("a code") + 20;
                walk.rename("code: changed", code.clone(), next);
                let Value::Mapping(response) = response else { continue };
                walk.within(code.clone(), |walk| match response.get("body") {
                    Some(Value::Mapping(fields)) => {
                        walk.remove("response", "body");
                        walk.within("body", |walk| walk.fields(fields, "response"));
                    }
                    Some(body) => walk.whole_body("body", body),
                    None => walk.insert("response: added", "body", "object"),
                });
            }
            for code in [204, 418] {
                if !responses.contains_key(Value::from(code)) {
                    walk.insert("code: added", code, "Something else is the case.");
                }
            }
        });
    }

    fn fields(&mut self, fields: &Mapping, kind: &str) {
        for (key, field) in fields {
            let key = text(Some(key)).expect("a name");
            self.remove(&format!("{kind}: field"), key);
            let (wire, optional) = key.strip_suffix('?').map_or((key, ""), |wire| (wire, "?"));
            self.rename(&format!("{kind}: field renamed"), key, format!("{wire}x{optional}"));
            let other = if optional.is_empty() { format!("{wire}?") } else { wire.to_owned() };
            self.rename(&format!("{kind}: field optional or not"), key, other);
            match field {
                Value::Mapping(long) => self.within(key, |walk| walk.field(long, kind)),
                short => {
                    let own = text(Some(short)).expect("a type");
                    for other in TYPES.iter().filter(|other| **other != own) {
                        self.set(&format!("{kind}: type"), key, *other);
                    }
                }
            }
        }
        for key in ["added", "added?"] {
            self.insert(&format!("{kind}: field added"), key, "string");
        }
    }

    fn field(&mut self, field: &Mapping, kind: &str) {
        let own = text(field.get("type"));
        let is_plain = !field.contains_key("fields") && !field.contains_key("values");
        if is_plain {
            for other in TYPES.iter().filter(|other| Some(**other) != own) {
                self.set(&format!("{kind}: type"), "type", *other);
            }
            let mut values = Mapping::new();
            values.insert("type".into(), "string".into());
            values.insert("values".into(), vec![Value::from("one"), "two".into()].into());
            let edit = Edit::Set(self.path.clone(), values.into());
            self.add(&format!("{kind}: type to enum"), edit);
        } else {
            for wrapped in ["array of", "map of", "array of array of"] {
                let word = if field.contains_key("fields") { "object" } else { "string" };
                if own != Some(&format!("{wrapped} {word}")) {
                    self.insert(&format!("{kind}: wrapped"), "type", format!("{wrapped} {word}"));
                }
            }
            if own.is_some_and(|own| own.contains(' ')) {
                self.remove(&format!("{kind}: unwrapped"), "type");
            }
        }
        match field.get("default") {
            Some(default) => {
                self.remove(&format!("{kind}: default"), "default");
                self.set(&format!("{kind}: default changed"), "default", changed(default));
            }
            None if is_plain => {
                let default = match own {
                    Some("string") => Value::from("x"),
                    Some("integer" | "number") => 7.into(),
                    Some("boolean") => true.into(),
                    Some(_) | None => Value::Null,
                };
                if !default.is_null() {
                    self.insert(&format!("{kind}: default added"), "default", default);
                }
            }
            None => {}
        }
        self.values(field, kind);
        if field.contains_key("fields") {
            let edit = Edit::Set(self.path.clone(), own.unwrap_or("object").into());
            self.add(&format!("{kind}: nested fields removed"), edit);
        }
        self.enter("fields", field, |walk, fields| walk.fields(fields, &inside(kind)));
    }

    fn values(&mut self, field: &Mapping, kind: &str) {
        let Some(Value::Sequence(values)) = field.get("values") else { return };
        self.remove(&format!("{kind}: values"), "values");
        self.within("values", |walk| {
            for (index, value) in values.iter().enumerate() {
                walk.remove(&format!("{kind}: value"), index);
                match value {
                    Value::Mapping(_) => walk.within(index, |walk| {
                        walk.set(&format!("{kind}: value changed"), "value", "something else");
                    }),
                    _ => walk.set(&format!("{kind}: value changed"), index, "something else"),
                }
            }
            let edit = Edit::Push(walk.path.clone(), "something else".into());
            walk.add(&format!("{kind}: value added"), edit);
        });
    }

    fn types(&mut self, types: &Mapping) {
        for (name, of) in types {
            let name = text(Some(name)).expect("a name");
            self.remove("type", name);
            self.rename("type: renamed", name, format!("{name}X"));
            let of = of.as_mapping().expect("a type");
            self.within(name, |walk| {
                walk.values(of, "type");
                walk.enter("fields", of, |walk, fields| walk.fields(fields, "type"));
                walk.evidence(of, "fields");
            });
        }
    }

    fn errata(&mut self, route: &Mapping) {
        let Some(Value::Sequence(errata)) = route.get("errata") else {
            let mut erratum = Mapping::new();
            for (key, value) in [("fact", "method"), ("documented", "GET"), ("actual", "POST"), ("because", "so")] {
                erratum.insert(key.into(), value.into());
            }
            self.insert("erratum: added", "errata", vec![Value::from(erratum)]);
            return;
        };
        self.remove("errata", "errata");
        self.within("errata", |walk| {
            for (index, erratum) in errata.iter().enumerate() {
                walk.remove("erratum", index);
                let erratum = erratum.as_mapping().expect("an erratum");
                walk.within(index, |walk| {
                    for key in ["fact", "documented", "actual"] {
                        let own = text(erratum.get(key)).expect("a string");
                        walk.set(&format!("erratum: {key} changed"), key, format!("{own}x"));
                        walk.remove(&format!("erratum: {key}"), key);
                    }
                    walk.set("erratum: documented changed", "documented", "absent or present");
                });
            }
        });
    }

    /// Changes the evidence of a route (`facts`) or of a type (`fields`).
    fn evidence(&mut self, owner: &Mapping, key: &str) {
        let Some(Value::Sequence(evidence)) = owner.get("evidence") else { return };
        self.remove("evidence", "evidence");
        self.within("evidence", |walk| {
            for (index, item) in evidence.iter().enumerate() {
                walk.remove("evidence: item", index);
                let item = item.as_mapping().expect("evidence");
                walk.within(index, |walk| {
                    walk.enter(key, item, |walk, named| {
                        for (name, own) in named {
                            let (name, own) = (text(Some(name)).expect("a name"), text(Some(own)).expect("a string"));
                            walk.remove("evidence: entry", name);
                            walk.rename("evidence: entry renamed", name, format!("{name}x"));
                            for other in ["string", "json"].into_iter().filter(|other| *other != own) {
                                walk.set("evidence: type changed", name, other);
                            }
                        }
                    });
                    walk.values(item, "evidence");
                });
            }
        });
    }
}

/// Returns the kind of changes of nested fields, which is the same at every depth.
fn inside(kind: &str) -> String {
    if kind.ends_with(" inside") { kind.to_owned() } else { format!("{kind} inside") }
}

fn changed(default: &Value) -> Value {
    match default {
        Value::Bool(truth) => (!truth).into(),
        Value::Number(number) => (number.as_i64().expect("a whole number") + 1).into(),
        _ => "something else".into(),
    }
}

fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str)
}

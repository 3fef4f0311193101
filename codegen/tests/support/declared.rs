//! Declarations of a random spec: a service whose base URL is discovered, and the exchange of refresh tokens.

use proptest::strategy::Strategy;
use serde_yaml::{Mapping, Value};

use super::{NAMES, PARAMETERS, names, rust_name};

/// The names in the declarations.
#[derive(Debug, Clone)]
pub struct Declared {
    parameter: &'static str,
    operations: [&'static str; 2],
    fields: [&'static str; 2],
}

/// The namespace of the declared operations. No other page of a random spec has this name.
const NAMESPACE: &str = "declared";

pub fn declared() -> impl Strategy<Value = Declared> {
    let fixed = |names: Vec<&'static str>| <[&'static str; 2]>::try_from(names).expect("two names");
    (names(&PARAMETERS, 1, 1), names(&NAMES, 2, 2), names(&NAMES, 2, 2)).prop_map(
        move |(parameters, operations, fields)| Declared {
            parameter: parameters[0],
            operations: fixed(operations),
            fields: fixed(fields),
        },
    )
}

impl Declared {
    /// Adds the declarations to `api.yaml` and returns the page with their operations.
    pub fn declare(&self, api: &mut Value) -> (String, Value) {
        let [find, renew] = self.operations.map(|name| Value::from(format!("{NAMESPACE}.{name}")));
        let [token, kind] = self.fields.map(Value::from);
        let resolve = mapping([
            ("operation", find),
            ("by", self.parameter.into()),
            ("url", format!("outer.{}", self.path_field()).into()),
        ]);
        api["services"]["main"]["default"] = true.into();
        api["services"]["node"] = mapping([("description", "Anywhere.".into()), ("resolve", resolve)]);
        api["auth"]["refresh"] = mapping([
            ("operation", renew),
            ("token", token.clone()),
            ("send", Mapping::from_iter([(kind, "renewal \"now\"".into())]).into()),
            ("response", mapping([("access_token", token.clone()), ("refresh_token", token)])),
        ]);
        let page = mapping([
            ("namespace", NAMESPACE.into()),
            ("summary", "Declared operations.".into()),
            ("routes", Mapping::from_iter([self.find(), self.renew()]).into()),
        ]);
        (format!("{NAMESPACE}.yaml"), page)
    }

    /// Returns a field name without dots, because dots separate the names in a path.
    fn path_field(&self) -> &'static str {
        if self.fields[0].contains('.') { "url" } else { self.fields[0] }
    }

    fn find(&self) -> (Value, Value) {
        let outer = mapping([("fields", Mapping::from_iter([field(self.path_field(), "string")]).into())]);
        let mut route = route(self.operations[0], &format!("GET /declared/{{{}}}", self.parameter));
        route["service"] = "node".into();
        route["path"] = mapping([(self.parameter, "string".into())]);
        route["responses"] = response(mapping([("outer", outer)]));
        (self.operations[0].into(), route)
    }

    fn renew(&self) -> (Value, Value) {
        let [token, kind] = self.fields;
        let mut route = route(self.operations[1], "POST /declared");
        route["body"] = Mapping::from_iter([field(token, "secret"), field(kind, "string")]).into();
        route["responses"] = response(Mapping::from_iter([field(token, "secret")]).into());
        (self.operations[1].into(), route)
    }
}

fn mapping<const N: usize>(entries: [(&str, Value); N]) -> Value {
    entries.into_iter().map(|(key, value)| (Value::from(key), value)).collect::<Mapping>().into()
}

fn route(name: &str, line: &str) -> Value {
    let mut route =
        mapping([("route", line.into()), ("summary", "A declared operation.".into()), ("auth", "none".into())]);
    if let Some(rust) = rust_name(name) {
        route["rust"] = rust.into();
    }
    route
}

fn field(name: &str, ty: &str) -> (Value, Value) {
    let mut field = mapping([("type", ty.into())]);
    if let Some(rust) = rust_name(name) {
        field["rust"] = rust.into();
    }
    (name.into(), field)
}

fn response(body: Value) -> Value {
    Mapping::from_iter([(Value::from(200), mapping([("description", "Success.".into()), ("body", body)]))]).into()
}

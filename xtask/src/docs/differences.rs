//! What two sources say differently of one route.
//!
//! Both become facts under the names that errata use, so that a report names what a maintainer would write.

use std::collections::BTreeMap;
use std::fmt;

use super::documented::{Field, Fields, NO_TYPE, Route, in_one_line};

/// The value of a fact that one source does not have.
const ABSENT: &str = "absent";

/// A fact on which the pages and the mapping do not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The operation.
    pub operation: String,
    /// The name of the fact, such as `body.name`.
    pub fact: String,
    /// What the page says.
    pub page: String,
    /// What the mapping says.
    pub mapping: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, fact, page, mapping } = self;
        write!(f, "{operation}: `{fact}` is `{page}` on the page and `{mapping}` in the mapping")
    }
}

/// The facts that differ, sorted by name. The case of types makes no difference: the mapping has them in lower case.
pub fn of(page: &Route, mapping: &Route) -> Vec<Difference> {
    let (own, other) = (facts(page), facts(mapping));
    let mut names: Vec<&String> = own.keys().chain(other.keys()).collect();
    names.sort();
    names.dedup();
    let differs = |name: &&String| match (own.get(*name), other.get(*name)) {
        (Some(own), Some(other)) => own.comparable != other.comparable,
        (Some(_), None) | (None, Some(_)) => true,
        (None, None) => false,
    };
    let shown = |facts: &BTreeMap<String, Fact>, name: &String| {
        facts.get(name).map_or_else(|| ABSENT.to_owned(), |fact| fact.shown.join(" | "))
    };
    let difference = |name: &String| Difference {
        operation: mapping.operation.clone(),
        fact: name.clone(),
        page: shown(&own, name),
        mapping: shown(&other, name),
    };
    names.into_iter().filter(differs).map(difference).collect()
}

/// A fact, once for each time that a source states it.
#[derive(Default)]
struct Fact {
    shown: Vec<String>,
    /// The same without what makes no difference.
    comparable: Vec<String>,
}

fn facts(route: &Route) -> BTreeMap<String, Fact> {
    let Route { operation: _, page: _, method, path, deprecated, authentication, service, fields, codes } = route;
    let mut facts: BTreeMap<String, Fact> = BTreeMap::new();
    let mut add = |name: String, shown: String, comparable: String| {
        let fact = facts.entry(name).or_default();
        fact.shown.push(shown);
        fact.comparable.push(comparable);
    };
    let auth = if *authentication { "required" } else { "none" };
    let deprecated = if *deprecated { "yes" } else { "no" };
    let service = service.as_deref().unwrap_or("default");
    for (name, word) in
        [("method", method.as_str()), ("path", path), ("auth", auth), ("deprecated", deprecated), ("service", service)]
    {
        add(name.to_owned(), word.to_owned(), word.to_owned());
    }
    let Fields { path, query, headers, body, response } = fields;
    for (section, rows) in
        [("path", path), ("query", query), ("headers", headers), ("body", body), ("response", response)]
    {
        for Field { name, r#type, optional, default } in rows {
            let of = r#type.as_deref().unwrap_or(NO_TYPE);
            let line = |of: &str| in_one_line(of, *optional, default.as_ref());
            let name = if name == "." { section.to_owned() } else { format!("{section}.{name}") };
            add(name, line(of), line(&of.to_lowercase()));
        }
    }
    for code in codes {
        add(format!("code.{code}"), "present".to_owned(), String::new());
    }
    facts
}

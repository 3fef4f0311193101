//! Compares two descriptions of one route: that of its page and that of the mapping.
//!
//! Differences are reported under the fact names that errata use.

use std::collections::BTreeMap;
use std::fmt;

use routegen::facts::{ABSENT, one_line};

use super::documentation::{DocField, DocRoute, NO_TYPE};

/// A fact on which a page and the mapping differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The operation.
    pub operation: String,
    /// The name of the fact, such as `body.name`.
    pub fact: String,
    /// What the page states.
    pub page: String,
    /// What the mapping states.
    pub mapping: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, fact, page, mapping } = self;
        write!(f, "{operation}: `{fact}` is `{page}` on the page and `{mapping}` in the mapping")
    }
}

/// Returns the facts that differ, sorted by name. The case of types is ignored: the mapping writes them in lower case.
pub fn compare(page: &DocRoute, mapping: &DocRoute) -> Vec<Difference> {
    let (page_facts, mapping_facts) = (facts(page), facts(mapping));
    let mut names: Vec<&String> = page_facts.keys().chain(mapping_facts.keys()).collect();
    names.sort();
    names.dedup();
    let differs = |name: &&String| match (page_facts.get(*name), mapping_facts.get(*name)) {
        (Some(page), Some(mapping)) => page.normalized != mapping.normalized,
        (Some(_), None) | (None, Some(_)) => true,
        (None, None) => false,
    };
    let text = |facts: &BTreeMap<String, Fact>, name: &String| {
        facts.get(name).map_or_else(|| ABSENT.to_owned(), |fact| fact.original.join(" | "))
    };
    let difference = |name: &String| Difference {
        operation: mapping.operation.clone(),
        fact: name.clone(),
        page: text(&page_facts, name),
        mapping: text(&mapping_facts, name),
    };
    names.into_iter().filter(differs).map(difference).collect()
}

/// The statements of a source about one fact.
#[derive(Default)]
struct Fact {
    original: Vec<String>,
    /// The same statements without differences that do not matter.
    normalized: Vec<String>,
}

fn facts(route: &DocRoute) -> BTreeMap<String, Fact> {
    let DocRoute { operation: _, page: _, method, path, deprecated, authentication, service, fields, codes } = route;
    let mut facts: BTreeMap<String, Fact> = BTreeMap::new();
    let mut add = |name: String, original: String, normalized: String| {
        let fact = facts.entry(name).or_default();
        fact.original.push(original);
        fact.normalized.push(normalized);
    };
    let auth = if *authentication { "required" } else { "none" };
    let deprecated = if *deprecated { "yes" } else { "no" };
    let service = service.as_deref().unwrap_or("default");
    for (name, word) in
        [("method", method.as_str()), ("path", path), ("auth", auth), ("deprecated", deprecated), ("service", service)]
    {
        add(name.to_owned(), word.to_owned(), word.to_owned());
    }
    for (section, fields) in fields.sections() {
        for field in fields {
            let DocField { name: _, r#type, optional, default } = field;
            let ty = r#type.as_deref().unwrap_or(NO_TYPE);
            let line = |ty: &str| one_line(ty, *optional, default.as_ref());
            add(field.fact_name(section), line(ty), line(&ty.to_lowercase()));
        }
    }
    for code in codes {
        add(format!("code.{code}"), "present".to_owned(), String::new());
    }
    facts
}

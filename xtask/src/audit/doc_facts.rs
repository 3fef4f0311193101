//! The facts of the documentation, under the names that errata use.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use routegen::diagnostic::SourceFile;
use routegen::facts::one_line;
use routegen::spec::{Anchor, PathSegment, SourcePath};

use crate::docs::documentation::{DocField, DocRoute, Documentation, NO_TYPE};

/// The facts of one source.
#[derive(Debug)]
pub struct DocSource {
    /// The facts.
    pub documentation: Documentation,
    /// Where they come from.
    pub origin: Origin,
}

/// Where facts come from.
#[derive(Debug)]
pub enum Origin {
    /// The file of the documentation's facts.
    Documented(Arc<SourceFile>),
    /// HTML pages in a folder.
    Pages(PathBuf),
    /// The file of the mapping's facts, which has the routes without a page.
    Mapping(Arc<SourceFile>),
}

/// A fact that the documentation states.
#[derive(Debug)]
pub struct DocFact {
    /// The different values that the documentation states.
    pub values: Vec<DocValue>,
    /// The fact in one line, as errata write it.
    pub text: String,
    /// The number of facts that this is.
    pub count: usize,
    /// The path from the root of the file of facts.
    segments: Vec<PathSegment>,
}

/// A value that the documentation states.
#[derive(Debug, Clone, PartialEq)]
pub enum DocValue {
    /// A word, such as a method.
    Word(String),
    /// A field.
    Field {
        /// The type, if the documentation states one.
        ty: Option<String>,
        /// Whether the field may be absent.
        optional: bool,
        /// The default.
        default: Option<serde_json::Value>,
    },
}

impl DocValue {
    fn text(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Field { ty, optional, default } => {
                one_line(ty.as_deref().unwrap_or(NO_TYPE), *optional, default.as_ref())
            }
        }
    }
}

impl DocFact {
    /// Returns the location of the fact, or `None` if only its page is known.
    pub fn source(&self, origin: &Origin) -> Option<SourcePath> {
        origin.source(self.segments.clone())
    }
}

impl Origin {
    /// Returns a location in the file of facts, or `None` if the facts come from pages.
    pub fn source(&self, segments: Vec<PathSegment>) -> Option<SourcePath> {
        match self {
            Self::Documented(file) | Self::Mapping(file) => {
                Some(SourcePath { file: Arc::clone(file), segments, anchor: Anchor::Value })
            }
            Self::Pages(_) => None,
        }
    }

    /// Returns the location of a route by its index.
    pub fn route_source(&self, index: usize) -> Option<SourcePath> {
        self.source(route_segments(index, ["operation"]))
    }

    /// Returns the name of the page or file that documents a route.
    pub fn describe(&self, route: &DocRoute) -> String {
        match self {
            Self::Documented(_) => format!("the page {}", route.page),
            Self::Pages(folder) => {
                let page = folder.join(format!("{}.html", route.page));
                format!("the page `{}`", page.display())
            }
            Self::Mapping(_) => format!("the mapping `{}`", route.page),
        }
    }
}

fn route_segments<const N: usize>(index: usize, keys: [&str; N]) -> Vec<PathSegment> {
    let route = [PathSegment::Key("routes".to_owned()), PathSegment::Item(index)];
    route.into_iter().chain(keys.into_iter().map(|key| PathSegment::Key(key.to_owned()))).collect()
}

/// Returns the facts of a route, and the number of further facts that these imply. `index` is that of the route.
pub fn of_route(route: &DocRoute, index: usize) -> (BTreeMap<String, DocFact>, usize) {
    let DocRoute { operation: _, page: _, method, path, deprecated, authentication, service, fields, codes } = route;
    let mut collector = Collector { index, facts: BTreeMap::new(), implied: 0 };
    collector.word("method", method, "method");
    collector.word("path", path, "path");
    collector.word("auth", if *authentication { "required" } else { "none" }, "authentication");
    collector.word("deprecated", if *deprecated { "yes" } else { "no" }, "deprecated");
    let service = service.as_deref().map(str::to_lowercase);
    collector.word("service", service.as_deref().unwrap_or("default"), "service");
    for (section, fields) in fields.sections() {
        for (row, field) in fields.iter().enumerate() {
            collector.field(section, row, field);
        }
    }
    for (row, code) in codes.iter().enumerate() {
        let mut segments = route_segments(index, ["codes"]);
        segments.push(PathSegment::Item(row));
        collector.add(format!("code.{code}"), DocValue::Word("present".to_owned()), 1, segments);
    }
    (collector.facts, collector.implied)
}

struct Collector {
    index: usize,
    facts: BTreeMap<String, DocFact>,
    implied: usize,
}

impl Collector {
    fn word(&mut self, name: &str, word: &str, key: &str) {
        let segments = route_segments(self.index, [key]);
        self.add(name.to_owned(), DocValue::Word(word.to_owned()), 1, segments);
    }

    fn field(&mut self, section: &str, row: usize, field: &DocField) {
        let DocField { name, r#type, optional, default } = field;
        // This header carries the token. The fact `auth` implies it.
        if section == "headers" && name.eq_ignore_ascii_case("Authorization") {
            self.implied += field.fact_count();
            return;
        }
        let mut segments = route_segments(self.index, ["fields", section]);
        segments.extend([PathSegment::Item(row), PathSegment::Key("name".to_owned())]);
        let value = DocValue::Field { ty: r#type.clone(), optional: *optional, default: default.clone() };
        self.add(field.fact_name(section), value, field.fact_count(), segments);
    }

    fn add(&mut self, name: String, value: DocValue, count: usize, segments: Vec<PathSegment>) {
        let fact = self.facts.entry(name).or_insert_with(|| DocFact {
            values: Vec::new(),
            text: String::new(),
            count: 0,
            segments,
        });
        fact.count += count;
        if !fact.values.contains(&value) {
            fact.values.push(value);
        }
        fact.text = fact.values.iter().map(DocValue::text).collect::<Vec<_>>().join(" | ");
    }
}

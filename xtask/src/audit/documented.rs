//! The facts of the documentation, under the names that errata use.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use routegen::diagnostic::SourceFile;
use routegen::spec::{Anchor, PathSegment, SourcePath};

use crate::docs::documented::{Documented, Field, Fields, NO_TYPE, Route, in_one_line};

/// Facts with the place that they are from.
#[derive(Debug)]
pub struct Source {
    /// The facts.
    pub facts: Documented,
    /// Where they stand.
    pub origin: Origin,
}

/// Where facts stand.
#[derive(Debug)]
pub enum Origin {
    /// In the file of the documentation's facts.
    Documented(Arc<SourceFile>),
    /// On pages in a folder, just read.
    Pages(PathBuf),
    /// In the file of the mapping's facts, which has the routes without a page.
    Mapping(Arc<SourceFile>),
}

/// What the documentation says of one fact.
#[derive(Debug)]
pub struct Fact {
    /// What it says, once for each time that it says something else.
    pub said: Vec<Said>,
    /// The fact in one line, as errata write it.
    pub text: String,
    /// How many facts this is.
    pub weight: usize,
    /// The way to it from the top of the file of facts.
    steps: Vec<PathSegment>,
}

/// One thing that the documentation says.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// A word, such as a method.
    Word(String),
    /// What a field is.
    Field {
        /// Its type, where it has one.
        of: Option<String>,
        /// Whether it may be absent.
        optional: bool,
        /// What it counts as then.
        default: Option<serde_json::Value>,
    },
}

impl Said {
    fn text(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Field { of, optional, default } => {
                in_one_line(of.as_deref().unwrap_or(NO_TYPE), *optional, default.as_ref())
            }
        }
    }
}

impl Fact {
    /// Where the fact stands; nothing where only its page is known.
    pub fn place(&self, origin: &Origin) -> Option<SourcePath> {
        Some(SourcePath { file: Arc::clone(origin.file()?), segments: self.steps.clone(), anchor: Anchor::Value })
    }
}

impl Origin {
    /// The file of facts.
    pub fn file(&self) -> Option<&Arc<SourceFile>> {
        match self {
            Self::Documented(file) | Self::Mapping(file) => Some(file),
            Self::Pages(_) => None,
        }
    }

    /// Where a route stands, in words.
    pub fn shown(&self, route: &Route) -> String {
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

/// The place of a route in its file of facts.
pub fn place_of_route(origin: &Origin, index: usize) -> Option<SourcePath> {
    let steps = steps(index, ["operation"]);
    Some(SourcePath { file: Arc::clone(origin.file()?), segments: steps, anchor: Anchor::Value })
}

fn steps<const N: usize>(index: usize, keys: [&str; N]) -> Vec<PathSegment> {
    let route = [PathSegment::Key("routes".to_owned()), PathSegment::Item(index)];
    route.into_iter().chain(keys.into_iter().map(|key| PathSegment::Key(key.to_owned()))).collect()
}

/// The facts of a route, and how many there are beside them that another fact implies. `index` is its number in the file.
pub fn route(route: &Route, index: usize) -> (BTreeMap<String, Fact>, usize) {
    let Route { operation: _, page: _, method, path, deprecated, authentication, service, fields, codes } = route;
    let mut facts = Collector { index, facts: BTreeMap::new(), implied: 0 };
    facts.word("method", method, "method");
    facts.word("path", path, "path");
    facts.word("auth", if *authentication { "required" } else { "none" }, "authentication");
    facts.word("deprecated", if *deprecated { "yes" } else { "no" }, "deprecated");
    let service = service.as_deref().map(str::to_lowercase);
    facts.word("service", service.as_deref().unwrap_or("default"), "service");
    let Fields { path, query, headers, body, response } = fields;
    for (section, rows) in
        [("path", path), ("query", query), ("headers", headers), ("body", body), ("response", response)]
    {
        for (row, field) in rows.iter().enumerate() {
            facts.field(section, row, field);
        }
    }
    for (row, code) in codes.iter().enumerate() {
        let mut way = steps(index, ["codes"]);
        way.push(PathSegment::Item(row));
        facts.add(format!("code.{code}"), Said::Word("present".to_owned()), 1, way);
    }
    (facts.facts, facts.implied)
}

struct Collector {
    index: usize,
    facts: BTreeMap<String, Fact>,
    implied: usize,
}

impl Collector {
    fn word(&mut self, name: &str, word: &str, key: &str) {
        let way = steps(self.index, [key]);
        self.add(name.to_owned(), Said::Word(word.to_owned()), 1, way);
    }

    fn field(&mut self, section: &str, row: usize, field: &Field) {
        let Field { name, r#type, optional, default } = field;
        let weight = 2 + usize::from(r#type.is_some()) + usize::from(default.is_some());
        // Where a token is wanted, this is the header that takes it; the fact is `auth`.
        if section == "headers" && name.eq_ignore_ascii_case("Authorization") {
            self.implied += weight;
            return;
        }
        let mut way = steps(self.index, ["fields", section]);
        way.extend([PathSegment::Item(row), PathSegment::Key("name".to_owned())]);
        let said = Said::Field { of: r#type.clone(), optional: *optional, default: default.clone() };
        let fact = if name == "." { section.to_owned() } else { format!("{section}.{name}") };
        self.add(fact, said, weight, way);
    }

    fn add(&mut self, name: String, said: Said, weight: usize, steps: Vec<PathSegment>) {
        let fact =
            self.facts.entry(name).or_insert_with(|| Fact { said: Vec::new(), text: String::new(), weight: 0, steps });
        fact.weight += weight;
        if !fact.said.contains(&said) {
            fact.said.push(said);
        }
        fact.text = fact.said.iter().map(Said::text).collect::<Vec<_>>().join(" | ");
    }
}

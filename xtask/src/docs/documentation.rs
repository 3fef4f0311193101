//! The facts that the documentation states, and their form on disk.
//!
//! `docs import` and `docs mapping` write these files, the audit reads them. This file does not depend on HTML.

use std::path::Path;

use routegen::file;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The largest file of facts that is read.
const MAX_BYTES: u64 = 64 << 20;

/// The type of a field whose type the source does not state.
pub const NO_TYPE: &str = "undefined";

/// All facts of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Documentation {
    /// The routes, sorted by operation.
    pub routes: Vec<DocRoute>,
    /// The base URLs, sorted by name. The pages state none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<DocService>,
}

/// The base URL of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocService {
    /// The name, as the source spells it.
    pub name: String,
    /// The file that states it.
    pub page: String,
    /// The base URL.
    pub url: String,
}

/// A route as its page describes it, including errors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocRoute {
    /// The operation: the parts of the page's name in lower camel case, followed by the name in the heading.
    pub operation: String,
    /// The name of the page, which is its file name without `.html`. For a route without a page, the file that has it.
    pub page: String,
    /// The HTTP method in capitals.
    pub method: String,
    /// The path template, with parameters as `{id}`.
    pub path: String,
    /// Whether the page marks the route as deprecated.
    pub deprecated: bool,
    /// Whether the page requires authentication.
    pub authentication: bool,
    /// The service, `None` if the page names none.
    pub service: Option<String>,
    /// The field tables.
    pub fields: DocFields,
    /// The status codes, in the order of the page.
    pub codes: Vec<u16>,
}

/// The field tables of a route, each in the order of the page. A repeated row is repeated here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocFields {
    /// The path parameters.
    pub path: Vec<DocField>,
    /// The query parameters.
    pub query: Vec<DocField>,
    /// The request headers.
    pub headers: Vec<DocField>,
    /// The fields of the request body.
    pub body: Vec<DocField>,
    /// The fields of the response body.
    pub response: Vec<DocField>,
}

/// A row of a field table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocField {
    /// The name, without the leading `:` of a path parameter. `.` stands for the whole body.
    pub name: String,
    /// The type as the page spells it, if it states one.
    pub r#type: Option<String>,
    /// Whether the page marks the field as optional.
    pub optional: bool,
    /// The default value, if the page states one. `Some(Value::Null)` is a default of `null`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub default: Option<Value>,
}

/// Deserializes a value that is present, including `null`, which serde would turn into `None`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Documentation {
    /// Returns the number of facts that an audit can compare.
    ///
    /// - A route has five facts: method, path, deprecated, authentication and service. The last three count even if the
    ///   page does not mention them, because they have a default value.
    /// - A field has two: its name and whether it is optional. Its type and its default count if the page states them.
    /// - A status code is one fact.
    /// - A service has one: its base URL.
    ///
    /// The operation and the page identify the route and are not counted.
    pub fn fact_count(&self) -> usize {
        self.routes.iter().map(DocRoute::fact_count).sum::<usize>() + self.services.len()
    }

    /// Reads a file of facts. `help` explains how to create a valid one.
    ///
    /// # Errors
    /// Returns a message if the file cannot be read or contains no facts.
    pub fn read(file: &Path, help: &str) -> Result<(Self, String), String> {
        let failed = |error: String| format!("cannot read the facts in `{}`: {error}\nhelp: {help}", file.display());
        let bytes = file::read_regular(file, MAX_BYTES).map_err(|error| failed(error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|error| failed(error.to_string()))?;
        let facts = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
        Ok((facts, text))
    }

    /// Returns the content of a file of facts.
    ///
    /// # Errors
    /// Never fails for these types. The error of serde_json is passed on.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}

/// The help for a missing file with the facts of the pages.
pub const IMPORT_PAGES: &str =
    "write them with `cargo xtask docs import DIR --out FILE`, or choose another file with `--documented`";

/// The help for a missing file with the facts of the client's mapping.
pub const IMPORT_MAPPING: &str =
    "write them with `cargo xtask docs mapping FILE --out FILE`, or choose another file with `--mapping`";

impl DocRoute {
    /// Returns the number of facts of the route; see [`Documentation::fact_count`].
    pub fn fact_count(&self) -> usize {
        const OWN: usize = 5;
        let fields = self.fields.sections().into_iter().flat_map(|(_, fields)| fields);
        OWN + fields.map(DocField::fact_count).sum::<usize>() + self.codes.len()
    }
}

impl DocFields {
    /// Returns the tables under the names that fact names start with.
    pub fn sections(&self) -> [(&'static str, &[DocField]); 5] {
        let Self { path, query, headers, body, response } = self;
        [("path", path), ("query", query), ("headers", headers), ("body", body), ("response", response)]
    }
}

impl DocField {
    /// Returns the name of the fact, such as `body.name`, or `body` for a whole body.
    pub fn fact_name(&self, section: &str) -> String {
        if self.name == "." { section.to_owned() } else { format!("{section}.{}", self.name) }
    }

    /// Returns the number of facts of the field; see [`Documentation::fact_count`].
    pub fn fact_count(&self) -> usize {
        const NAME_AND_OPTIONAL: usize = 2;
        NAME_AND_OPTIONAL + usize::from(self.r#type.is_some()) + usize::from(self.default.is_some())
    }
}

//! The facts themselves, and their one form on disk.
//!
//! Owns the shape of `documented.json`: written by the import, read back by the audit. Knows nothing of HTML.

use std::path::Path;

use routegen::file;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The largest file of facts that is read.
const MAX_BYTES: u64 = 64 << 20;

/// Everything the pages state about the API.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Documented {
    /// The routes, sorted by operation.
    pub routes: Vec<Route>,
    /// The base URLs, sorted by name; the pages state none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<Service>,
}

/// A base URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The name, in the spelling of its source.
    pub name: String,
    /// The file that states it.
    pub page: String,
    /// The base URL.
    pub url: String,
}

/// One route as its page states it, mistakes included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// What clients call it: the parts of the page's name in lower camel case, then the heading's name.
    pub operation: String,
    /// The page's name, which is its file's name without `.html`; for a route that no page has, the file it stands in.
    pub page: String,
    /// The HTTP method in capitals.
    pub method: String,
    /// The path template, with parameters as `{id}`.
    pub path: String,
    /// Whether the page marks the route as deprecated.
    pub deprecated: bool,
    /// Whether the page says that the caller must authenticate.
    pub authentication: bool,
    /// The service that the page names; `None` where it names none.
    pub service: Option<String>,
    /// The rows of the route's field tables.
    pub fields: Fields,
    /// The status codes, in the order of the page.
    pub codes: Vec<u16>,
}

/// The field tables of a route, each in the order of the page; a row that stands twice is here twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    /// The parameters in the path.
    pub path: Vec<Field>,
    /// The parameters in the query string.
    pub query: Vec<Field>,
    /// The request's headers.
    pub headers: Vec<Field>,
    /// The fields of the request's body.
    pub body: Vec<Field>,
    /// The fields of the answer's body.
    pub response: Vec<Field>,
}

/// One row of a field table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The name; `.` stands for the whole body. A path parameter's leading `:` is left out.
    pub name: String,
    /// The type in the page's spelling; `None` where the page has none.
    pub r#type: Option<String>,
    /// Whether the page calls the field optional.
    pub optional: bool,
    /// The default value; `None` where the page has none, which is not the same as a default of `null`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub default: Option<Value>,
}

/// serde takes `null` for an absent value; here a key that is there has a value, and `null` is one.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Documented {
    /// How many facts this is, each of which an audit can hold against the spec.
    ///
    /// - A route has five of its own: method, path, deprecated, authentication, service. The last three count where the
    ///   page is silent, too, because silence is its way of saying no (or: the usual service).
    /// - A field has two: its name, and whether it is optional (silence means that it is required). Its type and its
    ///   default are one more each where the page states them.
    /// - A status code is one.
    /// - A service has one: its base URL.
    ///
    /// The operation and the page say what the facts are about, and are not counted.
    pub fn fact_count(&self) -> usize {
        self.routes.iter().map(Route::fact_count).sum::<usize>() + self.services.len()
    }

    /// Reads facts that were written before.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or holds no facts.
    pub fn read(file: &Path) -> Result<Self, String> {
        Self::from_json(&text_of(file, IMPORT_PAGES)?)
            .map_err(|error| unreadable(file, &error.to_string(), IMPORT_PAGES))
    }

    /// Facts from the text of their file.
    ///
    /// # Errors
    ///
    /// A text that holds no facts.
    pub fn from_json(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// The text of `documented.json`.
    ///
    /// # Errors
    ///
    /// None of these values can fail to be JSON; the error is passed on rather than asserted away.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}

/// What to do about facts of the documentation that cannot be read.
pub const IMPORT_PAGES: &str =
    "write them with `cargo xtask docs import DIR --out FILE`, or name others with `--documented`";

/// What to do about facts of the client that cannot be read.
pub const IMPORT_MAPPING: &str =
    "write them with `cargo xtask docs mapping FILE --out FILE`, or name others with `--mapping`";

/// The text of a file of facts.
///
/// # Errors
///
/// A file that cannot be read; `help` says what to do about it.
pub fn text_of(file: &Path, help: &str) -> Result<String, String> {
    let bytes = file::read_regular(file, MAX_BYTES).map_err(|error| unreadable(file, &error.to_string(), help))?;
    String::from_utf8(bytes).map_err(|error| unreadable(file, &error.to_string(), help))
}

/// Why a file of facts cannot be read, and what to do about it.
pub fn unreadable(file: &Path, why: &str, help: &str) -> String {
    format!("the facts `{}` cannot be read: {why}\nhelp: {help}", file.display())
}

impl Route {
    /// How many facts the route is; see [`Documented::fact_count`].
    pub fn fact_count(&self) -> usize {
        const OWN: usize = 5;
        let Fields { path, query, headers, body, response } = &self.fields;
        let fields = [path, query, headers, body, response].into_iter().flatten();
        OWN + fields.map(Field::fact_count).sum::<usize>() + self.codes.len()
    }
}

/// A field's type, presence and default in one line, as errata write them: `String? = "minute"`.
pub fn in_one_line(of: &str, optional: bool, default: Option<&Value>) -> String {
    let mark = if optional { "?" } else { "" };
    let default = default.map(|value| format!(" = {value}")).unwrap_or_default();
    format!("{of}{mark}{default}")
}

/// The word for a type that the source leaves open.
pub const NO_TYPE: &str = "undefined";

impl Field {
    fn fact_count(&self) -> usize {
        const NAME_AND_OPTIONAL: usize = 2;
        NAME_AND_OPTIONAL + usize::from(self.r#type.is_some()) + usize::from(self.default.is_some())
    }
}

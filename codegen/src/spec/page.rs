//! A page file: the routes of one namespace.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::collect;
use super::types::{BodySpec, Fields, FromShort, ShortOr, TypeSpec, deserialize_short_or_long, short_or_long};
use super::word::{Word, deserialize_word, word};

/// `<namespace>.yaml`: the transcription of one documentation page.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["namespace", "summary", "routes"]))]
pub struct PageFile {
    /// The namespace of the page's operations, such as `shop.orders`; the file is named after it.
    #[schemars(required)]
    pub namespace: Option<String>,
    /// The title of the documentation page. Absent where there is none.
    pub page: Option<String>,
    /// What the routes of the page are about.
    #[schemars(required)]
    pub summary: Option<String>,
    /// The service that the routes use. Default: the API's default service.
    pub service: Option<String>,
    /// Types that only this page names.
    #[serde(deserialize_with = "collect::map")]
    pub types: IndexMap<String, TypeSpec>,
    /// The routes, by the name of the operation.
    #[serde(deserialize_with = "collect::map")]
    pub routes: IndexMap<String, RouteSpec>,
}

/// One route.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["route", "summary", "auth", "responses"]))]
pub struct RouteSpec {
    /// Method and path, such as `GET /users/{id}`.
    #[schemars(required)]
    pub route: Option<String>,
    /// What the route does, in one sentence.
    #[schemars(required)]
    pub summary: Option<String>,
    /// More than the summary says, where a caller needs to know it.
    pub description: Option<String>,
    /// Whether the caller must, may or need not prove who it is.
    #[schemars(required)]
    pub auth: Option<AuthNeed>,
    /// True where the token is also taken from the query parameter that `api.yaml` names.
    pub token_in_query: bool,
    /// Whether the request may be repeated without changing more than once. Default: true for `GET`, `PUT` and `DELETE`,
    /// false for `POST` and `PATCH`.
    pub idempotent: Option<bool>,
    /// The service that the route uses. Default: that of the page.
    pub service: Option<String>,
    /// Why the route is deprecated and what to use instead.
    pub deprecated: Option<String>,
    /// The path parameters.
    #[serde(deserialize_with = "collect::map")]
    pub path: Fields,
    /// The query parameters.
    #[serde(deserialize_with = "collect::map")]
    pub query: Fields,
    /// The header parameters, beside the one that authenticates.
    #[serde(deserialize_with = "collect::map")]
    pub headers: Fields,
    /// The request's JSON body.
    pub body: Option<BodySpec>,
    /// The documented answers, by status code.
    #[schemars(required)]
    #[serde(deserialize_with = "collect::map")]
    pub responses: IndexMap<u16, ResponseSpec>,
    /// Where the documentation differs from the service.
    #[serde(deserialize_with = "collect::list")]
    pub errata: Vec<ErratumSpec>,
    /// Where the spec says more than the documentation, and how we know.
    #[serde(deserialize_with = "collect::list")]
    pub evidence: Vec<FactEvidenceSpec>,
    /// Where the route is known from, if no documentation page has it.
    pub source: Option<String>,
    /// The name in Rust, where the operation's makes a poor one.
    pub rust: Option<String>,
}

/// Whether a route wants a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum AuthNeed {
    /// Without a token the service refuses.
    Required,
    /// A token is sent if there is one.
    Optional,
    /// No token is ever sent.
    None,
}

impl Word for AuthNeed {
    const EXPECTED: &'static str = "`required`, `optional` or `none`";
    const WORDS: &'static [&'static str] = &["required", "optional", "none"];
    const VALUES: &'static [Self] = &[Self::Required, Self::Optional, Self::None];
}

deserialize_word!(AuthNeed);

/// One documented answer: its meaning alone, or a mapping that says more.
#[derive(Debug, Default, JsonSchema)]
#[schemars(with = "ShortOr<LongResponse>")]
pub struct ResponseSpec {
    /// What the code says of the call.
    pub description: Option<String>,
    /// The JSON body.
    pub body: Option<BodySpec>,
}

/// The long form of an answer.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["description"]))]
pub(super) struct LongResponse {
    /// What the code says of the call.
    #[schemars(required)]
    description: Option<String>,
    /// The JSON body.
    body: Option<BodySpec>,
}

impl FromShort for ResponseSpec {
    const EXPECTED: &'static str = "a meaning or a mapping with `description`";
    type Long = LongResponse;

    fn from_short(text: &str) -> Self {
        Self { description: Some(text.to_owned()), body: None }
    }

    fn from_long(long: LongResponse) -> Self {
        let LongResponse { description, body } = long;
        Self { description, body }
    }
}

deserialize_short_or_long!(ResponseSpec);

/// Facts of which the spec knows more than the documentation, such as what an array holds.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["facts", "because"]))]
pub struct FactEvidenceSpec {
    /// The facts, named as errata name them, each with what the spec says: `response: array of Pet`.
    #[schemars(required)]
    #[serde(deserialize_with = "collect::map")]
    pub facts: IndexMap<String, String>,
    /// How we know.
    #[schemars(required)]
    pub because: Option<String>,
}

/// A fact of the documentation that the spec does not repeat, and why.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["fact", "documented", "actual", "because"]))]
pub struct ErratumSpec {
    /// Which fact: `method`, `path`, `auth`, `code.404`, `body.metadata.city`, `query.from`, `response` or `response.user`.
    #[schemars(required)]
    pub fact: Option<String>,
    /// What the documentation says, such as `Number?`, or `absent`.
    #[schemars(required)]
    pub documented: Option<String>,
    /// What the spec says, such as `string?`, or `absent`.
    #[schemars(required)]
    pub actual: Option<String>,
    /// How we know.
    #[schemars(required)]
    pub because: Option<String>,
}

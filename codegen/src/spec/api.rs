//! `spec/api.yaml`: what holds for the whole API.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::collect;
use super::page::ErratumSpec;
use super::types::{FromShort, ShortOr, TypeSpec, deserialize_short_or_long, short_or_long};
use super::word::{Word, deserialize_word, word};

/// `api.yaml`: the API's title, services, authentication and shared types.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["title", "version", "summary", "crate", "services"]))]
pub struct ApiFile {
    /// The API's name, as its documentation writes it.
    #[schemars(required)]
    pub title: Option<String>,
    /// The version of the documentation that the spec transcribes.
    #[schemars(required)]
    pub version: Option<String>,
    /// What the API is for; the front page of the generated crate's documentation.
    #[schemars(required)]
    pub summary: Option<String>,
    /// Who to turn to about the API.
    pub contact: Option<ContactSpec>,
    /// The generated package.
    #[serde(rename = "crate")]
    #[schemars(required)]
    pub package: Option<PackageSpec>,
    /// The base URLs, by name.
    #[schemars(required)]
    #[serde(deserialize_with = "collect::map")]
    pub services: IndexMap<String, ServiceSpec>,
    /// How a caller proves who it is. Without it every route must say `auth: none`.
    pub auth: Option<AuthSpec>,
    /// Where an error's body says what went wrong.
    pub errors: Option<ErrorsSpec>,
    /// Types that any page may name.
    #[serde(deserialize_with = "collect::map")]
    pub types: IndexMap<String, TypeSpec>,
    /// What the documentation has and the API does not have any more.
    pub removed: RemovedSpec,
}

/// What was removed from the API: errata of what no file of the spec describes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RemovedSpec {
    /// Routes, by operation, such as `book.lend`.
    #[serde(deserialize_with = "collect::map")]
    pub routes: IndexMap<String, RemovalSpec>,
    /// Services, by the name that the documentation has for them.
    #[serde(deserialize_with = "collect::map")]
    pub services: IndexMap<String, RemovalSpec>,
}

/// When something was removed, and how we know.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["version", "because"]))]
pub struct RemovalSpec {
    /// The first version of the API, or of its official client, without it.
    #[schemars(required)]
    pub version: Option<String>,
    /// How we know.
    #[schemars(required)]
    pub because: Option<String>,
}

/// Who to turn to about the API; at least one of the keys is needed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ContactSpec {
    /// The name of the person or the organization.
    pub name: Option<String>,
    /// A page for questions and reports: `http` or `https`.
    pub url: Option<String>,
    /// The email address.
    pub email: Option<String>,
}

/// The generated package's manifest.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["name", "version"]))]
pub struct PackageSpec {
    /// The package's name, such as `my-api`.
    #[schemars(required)]
    pub name: Option<String>,
    /// The package's version, such as `0.1.0`.
    #[schemars(required)]
    pub version: Option<String>,
    /// The licence, as an SPDX expression.
    pub license: Option<String>,
    /// One line for the package registry. Default: the first sentence of the API's summary.
    pub description: Option<String>,
    /// Where the package finds the runtime, `routegen-runtime`. Default: this version of it, from the package registry.
    pub runtime: Option<RuntimeSpec>,
    /// The programs below `benches/` that have a `main` of their own, written by hand beside the generated crate.
    #[serde(deserialize_with = "collect::list")]
    pub benches: Vec<String>,
    /// What the tests, examples and benches need that are written by hand beside the generated crate, by package.
    #[serde(deserialize_with = "collect::map")]
    pub dev_dependencies: IndexMap<String, DevDependencySpec>,
}

/// A package that tests, examples and benches need: its version alone, or a mapping that says more.
#[derive(Debug, Default, JsonSchema)]
#[schemars(with = "ShortOr<LongDevDependency>")]
pub struct DevDependencySpec {
    /// The version, as cargo takes it; left out for a package that the generated crate depends on itself.
    pub version: Option<String>,
    /// The features to turn on.
    pub features: Vec<String>,
    /// Whether to turn on the package's default features.
    pub default_features: Option<bool>,
    /// The one operating system to need it on, such as `linux`.
    pub os: Option<String>,
}

/// The long form of a dev-dependency.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LongDevDependency {
    /// The version, as cargo takes it; left out for a package that the generated crate depends on itself.
    version: Option<String>,
    /// The features to turn on.
    #[serde(deserialize_with = "collect::list")]
    features: Vec<String>,
    /// Whether to turn on the package's default features.
    default_features: Option<bool>,
    /// The one operating system to need it on, such as `linux`.
    os: Option<String>,
}

impl FromShort for DevDependencySpec {
    const EXPECTED: &'static str = "a version or a mapping with `version`";
    type Long = LongDevDependency;

    fn from_short(text: &str) -> Self {
        Self { version: Some(text.to_owned()), ..Self::default() }
    }

    fn from_long(long: LongDevDependency) -> Self {
        let LongDevDependency { version, features, default_features, os } = long;
        Self { version, features, default_features, os }
    }
}

deserialize_short_or_long!(DevDependencySpec);

/// Where the generated package finds the runtime that it depends on.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RuntimeSpec {
    /// Its version. Default: that of the generator.
    pub version: Option<String>,
    /// Its folder, relative to the folder of the spec.
    pub path: Option<String>,
}

/// One base URL.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["description"]))]
pub struct ServiceSpec {
    /// The base URL: `http` or `https`, no query. A resolved service has none of its own.
    pub url: Option<String>,
    /// What answers there.
    #[schemars(required)]
    pub description: Option<String>,
    /// True for the one service that a page without `service` uses. Not needed where there is only one.
    #[serde(rename = "default")]
    pub is_default: bool,
    /// How the base URL is found, where another operation answers it.
    pub resolve: Option<ResolveSpec>,
    /// Where the documentation has another base URL.
    pub errata: Vec<ErratumSpec>,
}

/// A base URL that another operation answers.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["operation", "by", "url"]))]
pub struct ResolveSpec {
    /// The operation to ask, such as `shop.get`.
    #[schemars(required)]
    pub operation: Option<String>,
    /// The path parameter of the calling route that is passed on.
    #[schemars(required)]
    pub by: Option<String>,
    /// Where the answer holds the URL, such as `server.url`.
    #[schemars(required)]
    pub url: Option<String>,
}

/// How a caller proves who it is.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["scheme", "description"]))]
pub struct AuthSpec {
    /// The scheme of the `Authorization` header.
    #[schemars(required)]
    pub scheme: Option<SchemeSpec>,
    /// What the token is and where a user gets one.
    #[schemars(required)]
    pub description: Option<String>,
    /// A query parameter in which the token is accepted as well, on routes that say `token_in_query: true`.
    pub query: Option<String>,
    /// How a refresh token becomes an access token.
    pub refresh: Option<RefreshSpec>,
}

/// The schemes of the `Authorization` header that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum SchemeSpec {
    /// `Authorization: Bearer <token>`.
    Bearer,
}

impl Word for SchemeSpec {
    const EXPECTED: &'static str = "`bearer`";
    const WORDS: &'static [&'static str] = &["bearer"];
    const VALUES: &'static [Self] = &[Self::Bearer];
}

deserialize_word!(SchemeSpec);

/// The operation that exchanges a refresh token.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["operation", "token", "answer"]))]
pub struct RefreshSpec {
    /// The operation to call, such as `session.renew`.
    #[schemars(required)]
    pub operation: Option<String>,
    /// The body field that takes the refresh token.
    #[schemars(required)]
    pub token: Option<String>,
    /// Body fields with a fixed value.
    #[serde(deserialize_with = "collect::map")]
    pub send: IndexMap<String, String>,
    /// The fields of the answer.
    #[schemars(required)]
    pub answer: Option<TokenAnswerSpec>,
}

/// Where the answer to a refresh holds what.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["access_token"]))]
pub struct TokenAnswerSpec {
    /// The field with the access token.
    #[schemars(required)]
    pub access_token: Option<String>,
    /// The field with the next refresh token, where tokens are rotated.
    pub refresh_token: Option<String>,
    /// The field with the date at which the access token ends.
    pub expires_at: Option<String>,
}

/// The shape of an error's body.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["message"]))]
pub struct ErrorsSpec {
    /// The fields that may hold the message, best first; `error.message` is one inside another. Server stubs write the first.
    #[schemars(required)]
    #[serde(deserialize_with = "collect::list")]
    pub message: Vec<String>,
}

//! A page file: the routes of one namespace.

use indexmap::IndexMap;

use super::declare::{record, str_enum};
use super::types::{BodySpec, Fields, TypeSpec};

record! {
    /// `<namespace>.yaml`: the transcription of one documentation page.
    pub struct PageFile {
        /// The namespace of the operations, such as `shop.orders`. The file is named after it.
        #[yaml(required)]
        pub namespace: Option<String>,
        /// The title of the documentation page. Absent if there is no page.
        pub page: Option<String>,
        /// What the routes are about.
        #[yaml(required)]
        pub summary: Option<String>,
        /// The service that the routes use. Default: the default service of the API.
        pub service: Option<String>,
        /// The types that only this page uses.
        pub types: IndexMap<String, TypeSpec>,
        /// The routes, by the name of the operation.
        #[yaml(required)]
        pub routes: IndexMap<String, RouteSpec>,
    }
}

record! {
    /// A route.
    pub struct RouteSpec {
        /// The method and the path, such as `GET /users/{id}`.
        #[yaml(required)]
        pub route: Option<String>,
        /// What the route does, in one sentence.
        #[yaml(required)]
        pub summary: Option<String>,
        /// Further details for callers.
        pub description: Option<String>,
        /// Whether a token is required, optional or never sent.
        #[yaml(required)]
        pub auth: Option<AuthNeed>,
        /// True if the token is also accepted in the query parameter that `api.yaml` names.
        pub token_in_query: bool,
        /// Whether repeating the request has the same effect as sending it once. Default: true for `GET`, `PUT` and `DELETE`,
        /// false for `POST` and `PATCH`.
        pub idempotent: Option<bool>,
        /// The service that the route uses. Default: the service of the page.
        pub service: Option<String>,
        /// Why the route is deprecated and what to use instead.
        pub deprecated: Option<String>,
        /// The path parameters.
        pub path: Fields,
        /// The query parameters.
        pub query: Fields,
        /// The header parameters, except for the one that authenticates.
        pub headers: Fields,
        /// The JSON body of the request.
        pub body: Option<BodySpec>,
        /// The documented responses, by status code.
        #[yaml(required)]
        pub responses: IndexMap<u16, ResponseSpec>,
        /// The differences between the documentation and the service.
        pub errata: Vec<ErratumSpec>,
        /// The evidence for facts that the documentation does not state.
        pub evidence: Vec<FactEvidenceSpec>,
        /// The source of the route, if no documentation page describes it.
        pub source: Option<String>,
        /// The Rust name, if the name of the operation is unsuitable.
        pub rust: Option<String>,
    }
}

str_enum! {
    /// Whether a route needs a token.
    pub enum AuthNeed {
        /// The service rejects requests without a token.
        Required = "required",
        /// A token is sent if there is one.
        Optional = "optional",
        /// A token is never sent.
        None = "none",
    }
}

record! {
    /// A documented response: its description, or a mapping.
    #[string_form(description, Text, "a description or a mapping with `description`")]
    pub struct ResponseSpec {
        /// What the status code means for the call.
        #[yaml(required)]
        pub description: Option<String>,
        /// The JSON body.
        pub body: Option<BodySpec>,
    }
}

record! {
    /// Evidence for facts that the spec states in more detail than the documentation, such as the items of an array.
    pub struct FactEvidenceSpec {
        /// The facts, named as in errata, each with its value in the spec: `response: array of Pet`.
        #[yaml(required)]
        pub facts: IndexMap<String, String>,
        /// The source of the evidence.
        #[yaml(required)]
        pub because: Option<String>,
    }
}

record! {
    /// A fact of the documentation that the spec deliberately contradicts.
    pub struct ErratumSpec {
        /// The fact: `method`, `path`, `auth`, `code.404`, `body.metadata.city`, `query.from`, `response` or `response.user`.
        #[yaml(required)]
        pub fact: Option<String>,
        /// The value in the documentation, such as `Number?`, or `absent`.
        #[yaml(required)]
        pub documented: Option<String>,
        /// The value in the spec, such as `string?`, or `absent`.
        #[yaml(required)]
        pub actual: Option<String>,
        /// The source of the correction.
        #[yaml(required)]
        pub because: Option<String>,
    }
}

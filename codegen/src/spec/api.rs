//! `spec/api.yaml`: what applies to the whole API.

use indexmap::IndexMap;

use super::declare::{record, str_enum};
use super::page::ErratumSpec;
use super::types::TypeSpec;

record! {
    /// `api.yaml`: the title, the services, the authentication and the shared types of the API.
    pub struct ApiFile {
        /// The name of the API.
        #[yaml(required)]
        pub title: Option<String>,
        /// The version of the documentation that the spec transcribes.
        #[yaml(required)]
        pub version: Option<String>,
        /// What the API is for. It becomes the front page of the generated crate's documentation.
        #[yaml(required)]
        pub summary: Option<String>,
        /// Whom to contact about the API.
        pub contact: Option<ContactSpec>,
        /// The generated package.
        #[yaml(key = "crate", required)]
        pub package: Option<PackageSpec>,
        /// The base URLs, by name.
        #[yaml(required)]
        pub services: IndexMap<String, ServiceSpec>,
        /// How callers authenticate. Without it, every route must have `auth: none`.
        pub auth: Option<AuthSpec>,
        /// The bodies of error responses.
        pub errors: Option<ErrorsSpec>,
        /// The types that all pages can use.
        pub types: IndexMap<String, TypeSpec>,
        /// What the documentation still describes but the API no longer has.
        pub removed: RemovedSpec,
    }
}

record! {
    /// The routes and services that were removed from the API. No other file of the spec describes them.
    pub struct RemovedSpec {
        /// The removed routes, by operation, such as `book.lend`.
        pub routes: IndexMap<String, RemovalSpec>,
        /// The removed services, by their names in the documentation.
        pub services: IndexMap<String, RemovalSpec>,
    }
}

record! {
    /// When something was removed, and the evidence for it.
    pub struct RemovalSpec {
        /// The first version of the API, or of its official client, that does not have it.
        #[yaml(required)]
        pub version: Option<String>,
        /// The source of the evidence.
        #[yaml(required)]
        pub because: Option<String>,
    }
}

record! {
    /// Whom to contact about the API. At least one of the keys is required.
    pub struct ContactSpec {
        /// The name of the person or the organization.
        pub name: Option<String>,
        /// A page for questions and reports, with an `http` or `https` URL.
        pub url: Option<String>,
        /// The email address.
        pub email: Option<String>,
    }
}

record! {
    /// The manifest of the generated package.
    pub struct PackageSpec {
        /// The name of the package, such as `my-api`.
        #[yaml(required)]
        pub name: Option<String>,
        /// The version of the package, such as `0.1.0`.
        #[yaml(required)]
        pub version: Option<String>,
        /// The license, as an SPDX expression.
        pub license: Option<String>,
        /// One line for the package registry. Default: the first sentence of the API's summary.
        pub description: Option<String>,
        /// The page with the source code of the package, an `http` or `https` URL.
        pub repository: Option<String>,
        /// The page with the documentation of the package, an `http` or `https` URL.
        pub documentation: Option<String>,
        /// Up to five words by which the package registry finds the package.
        pub keywords: Vec<String>,
        /// Up to five categories of the package registry, such as `web-programming::http-client`.
        pub categories: Vec<String>,
        /// Where the package finds its runtime, `routegen-runtime`. Default: the version of the generator, from the package registry.
        pub runtime: Option<RuntimeSpec>,
        /// The hand-written benches in `benches/` that define their own `main`.
        pub benches: Vec<String>,
        /// The dependencies of hand-written tests, examples and benches, by package.
        pub dev_dependencies: IndexMap<String, DevDependencySpec>,
    }
}

record! {
    /// A dependency of tests, examples and benches: its version, or a mapping.
    #[string_form(version, Text, "a version or a mapping with `version`")]
    pub struct DevDependencySpec {
        /// The version, as cargo accepts it. Absent for a package that the generated crate itself depends on.
        pub version: Option<String>,
        /// The features to enable.
        pub features: Vec<String>,
        /// Whether to enable the default features of the package.
        pub default_features: Option<bool>,
        /// The only operating system that needs it, such as `linux`.
        pub os: Option<String>,
    }
}

record! {
    /// Where the generated package finds its runtime.
    pub struct RuntimeSpec {
        /// The version. Default: the version of the generator.
        pub version: Option<String>,
        /// The folder, relative to the folder of the spec.
        pub path: Option<String>,
    }
}

record! {
    /// A base URL.
    pub struct ServiceSpec {
        /// The base URL, with `http` or `https` and without a query. A service with `resolve` has none.
        pub url: Option<String>,
        /// What the service provides.
        #[yaml(required)]
        pub description: Option<String>,
        /// True for the one service that pages without `service` use. Not needed if there is only one service.
        #[yaml(key = "default")]
        pub is_default: bool,
        /// How to find the base URL, if another operation returns it.
        pub resolve: Option<ResolveSpec>,
        /// The differences between the documentation and the service.
        pub errata: Vec<ErratumSpec>,
    }
}

record! {
    /// A base URL that another operation returns.
    pub struct ResolveSpec {
        /// The operation to call, such as `shop.get`.
        #[yaml(required)]
        pub operation: Option<String>,
        /// The path parameter of the calling route that is passed to the operation.
        #[yaml(required)]
        pub by: Option<String>,
        /// The field of the response with the URL, such as `server.url`.
        #[yaml(required)]
        pub url: Option<String>,
    }
}

record! {
    /// How callers authenticate.
    pub struct AuthSpec {
        /// The scheme of the `Authorization` header.
        #[yaml(required)]
        pub scheme: Option<SchemeSpec>,
        /// What the token is and where users get one.
        #[yaml(required)]
        pub description: Option<String>,
        /// The query parameter that can carry the token on routes with `token_in_query: true`.
        pub query: Option<String>,
        /// How to exchange a refresh token for an access token.
        pub refresh: Option<RefreshSpec>,
    }
}

str_enum! {
    /// A scheme of the `Authorization` header.
    pub enum SchemeSpec {
        /// `Authorization: Bearer <token>`.
        Bearer = "bearer",
    }
}

record! {
    /// The operation that exchanges a refresh token.
    pub struct RefreshSpec {
        /// The operation to call, such as `session.renew`.
        #[yaml(required)]
        pub operation: Option<String>,
        /// The field of the body with the refresh token.
        #[yaml(required)]
        pub token: Option<String>,
        /// The fields of the body with fixed values.
        pub send: IndexMap<String, String>,
        /// The fields of the response.
        #[yaml(required)]
        pub response: Option<TokenResponseSpec>,
    }
}

record! {
    /// The fields of the response to a refresh.
    pub struct TokenResponseSpec {
        /// The field with the access token.
        #[yaml(required)]
        pub access_token: Option<String>,
        /// The field with the next refresh token, if tokens are rotated.
        pub refresh_token: Option<String>,
        /// The field with the time at which the access token expires.
        pub expires_at: Option<String>,
    }
}

record! {
    /// The bodies of error responses.
    pub struct ErrorsSpec {
        /// The fields that may contain the message, in order of preference. `error.message` is a field inside another one.
        /// Servers write the first field.
        #[yaml(required)]
        pub message: Vec<String>,
    }
}

//! The checked API: every name decided, every reference resolved, nothing that could still be wrong.
//!
//! Emitters read this and nothing else. Types live in an arena ([`Api::types`]) and are named by [`TypeId`].

mod operation;
mod types;

use std::fmt;

use crate::ident::RustIdent;

pub use operation::{
    Answer, Argument, Auth, Effect, Erratum, ErrorCode, Method, Operation, Outcome, PathTemplate, Payload, Segment,
    SuccessCode, TokenPlace, allows_body,
};
pub use types::{Enum, Field, Home, Object, Presence, Storage, Type, TypeDef, TypeId, TypeKind, Usage, Variant};

/// A whole API.
#[derive(Debug)]
pub struct Api {
    /// The API's name.
    pub title: String,
    /// The version of its documentation.
    pub version: String,
    /// What it is for.
    pub summary: String,
    /// Who to turn to about it.
    pub contact: Option<Contact>,
    /// The generated package.
    pub package: Package,
    /// The base URLs.
    pub services: Vec<Service>,
    /// The service of the operations that name none.
    pub default_service: ServiceId,
    /// How callers prove who they are.
    pub security: Option<Security>,
    /// The fields that may hold an error's message, best first.
    pub message_fields: Vec<Vec<String>>,
    /// Every named type.
    pub types: Vec<TypeDef>,
    /// Every namespace, parents before children, sorted by wire name.
    pub namespaces: Vec<Namespace>,
}

impl Api {
    /// A type by its id. Ids are given out by the arena itself, so there is always one.
    pub fn type_def(&self, id: TypeId) -> Option<&TypeDef> {
        self.types.get(id.index())
    }

    /// All operations in the order of their ids.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.namespaces.iter().flat_map(|namespace| &namespace.operations)
    }

    /// An operation by its id, with its namespace. Checks have found each that is named, so there is always one.
    pub fn operation(&self, id: &OperationId) -> Option<(&Namespace, &Operation)> {
        self.namespaces.iter().find_map(|namespace| {
            let operation = namespace.operations.iter().find(|operation| operation.id == *id)?;
            Some((namespace, operation))
        })
    }

    /// True for an operation that the client calls by itself: to refresh its token or to find a base URL.
    pub fn calls_by_itself(&self, id: &OperationId) -> bool {
        let refresh = self.security.as_ref().and_then(|security| security.refresh.as_ref());
        let resolutions = self.services.iter().filter_map(|service| service.resolution.as_ref());
        refresh.is_some_and(|refresh| refresh.operation == *id)
            || resolutions.into_iter().any(|resolution| resolution.operation == *id)
    }

    /// A service by its id.
    pub fn service(&self, id: ServiceId) -> Option<&Service> {
        self.services.get(id.0)
    }

    /// The namespaces right below one, or the topmost ones.
    pub fn children<'a>(&'a self, parent: &'a [String]) -> impl Iterator<Item = &'a Namespace> {
        self.namespaces
            .iter()
            .filter(move |namespace| namespace.wire.len() == parent.len() + 1 && namespace.wire.starts_with(parent))
    }
}

/// Who to turn to about the API; at least one field is set.
#[derive(Debug)]
pub struct Contact {
    /// The name of the person or the organization.
    pub name: Option<String>,
    /// A page for questions and reports.
    pub url: Option<String>,
    /// The email address.
    pub email: Option<String>,
}

/// The manifest of the generated package.
#[derive(Debug)]
pub struct Package {
    /// The package's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// An SPDX expression.
    pub license: Option<String>,
    /// One line.
    pub description: String,
    /// The programs below `benches/`, sorted by name.
    pub benches: Vec<String>,
    /// What tests, examples and benches need, sorted by system and name.
    pub dev_dependencies: Vec<DevDependency>,
    /// The features of the package itself that they need.
    pub test_features: Vec<String>,
    /// Where the generated package finds the runtime.
    pub runtime: Runtime,
}

/// The package that every generated package depends on.
#[derive(Debug)]
pub struct Runtime {
    /// Its version.
    pub version: String,
    /// Its folder, relative to that of the generated package; without one, it comes from the registry.
    pub path: Option<String>,
}

/// A package that the tests of the generated one need.
#[derive(Debug, PartialEq, Eq)]
pub struct DevDependency {
    /// The operating system it is needed on; all where there is none.
    pub os: Option<String>,
    /// The package's name.
    pub name: String,
    /// The version, as cargo takes it.
    pub version: String,
    /// Whether its default features are needed.
    pub default_features: bool,
    /// The features that are needed, sorted.
    pub features: Vec<String>,
}

/// The number of a service in [`Api::services`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId(pub usize);

/// A base URL.
#[derive(Debug)]
pub struct Service {
    /// The name in the spec.
    pub wire: String,
    /// The variant of the generated enum.
    pub variant: RustIdent,
    /// The URL, without a slash at its end; that of the default service where another operation answers it.
    pub url: String,
    /// How the URL is found, where another operation answers it.
    pub resolution: Option<Resolution>,
    /// What answers there.
    pub description: String,
}

/// How the base URL of a service is found through another operation.
#[derive(Debug)]
pub struct Resolution {
    /// The operation to ask; it has one path parameter.
    pub operation: OperationId,
    /// The path parameter of the calling route that is passed on; every route of the service has it.
    pub by: String,
    /// The fields of the answer on the way to the URL.
    pub url: Vec<String>,
}

/// How callers prove who they are: a bearer token.
#[derive(Debug)]
pub struct Security {
    /// What the token is.
    pub description: String,
    /// The query parameter that may hold it instead.
    pub query: Option<String>,
    /// How a refresh token becomes an access token.
    pub refresh: Option<Refresh>,
}

/// How a refresh token becomes an access token.
#[derive(Debug)]
pub struct Refresh {
    /// The operation to call; it has no path parameters and needs no token.
    pub operation: OperationId,
    /// The field of its body that takes the refresh token.
    pub token: String,
    /// Fields of its body with a fixed value, sorted by name.
    pub send: Vec<(String, String)>,
    /// The field of its answer with the access token.
    pub access_token: String,
    /// The field with the next refresh token.
    pub refresh_token: Option<String>,
    /// The field with the date at which the access token ends.
    pub expires_at: Option<String>,
}

/// The operations of one page, or a step on the way to deeper ones.
#[derive(Debug)]
pub struct Namespace {
    /// The steps of its name, such as `["user", "otp"]`.
    pub wire: Vec<String>,
    /// The module of each step.
    pub modules: Vec<RustIdent>,
    /// The title of the documentation page.
    pub page: Option<String>,
    /// What its routes are about; empty where no page stands behind it.
    pub summary: String,
    /// The file it comes from, such as `spec/user.yaml`.
    pub source: Option<String>,
    /// The client's type.
    pub client: RustIdent,
    /// The server's trait.
    pub server: RustIdent,
    /// The operations, sorted by name.
    pub operations: Vec<Operation>,
    /// The types that live in its module, sorted by name.
    pub types: Vec<TypeId>,
}

impl Namespace {
    /// The name with dots, such as `user.otp`.
    pub fn dotted(&self) -> String {
        self.wire.join(".")
    }

    /// The last module, which is also the name of the client's accessor.
    pub fn module(&self) -> Option<&RustIdent> {
        self.modules.last()
    }
}

/// The name of an operation, such as `user.otp.enable`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OperationId(pub String);

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

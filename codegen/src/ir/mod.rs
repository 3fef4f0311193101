//! The checked API: every name is decided, every reference is resolved, and every value is valid.
//!
//! Emitters read only this. Types live in an arena ([`Api::types`]) and are referred to by [`TypeId`].

mod operation;
mod types;

use std::fmt;

use crate::ident::RustIdent;

pub use operation::{
    Argument, Auth, Erratum, ErrorStatus, Idempotency, Method, Operation, Outcome, PathTemplate, Payload, Response,
    Segment, SuccessStatus, TokenLocation, allows_body,
};
pub use types::{
    Enum, Field, Module, Object, Presence, Scalar, Storage, Type, TypeDef, TypeId, TypeKind, Usage, Variant,
};

/// An API.
#[derive(Debug)]
pub struct Api {
    /// The name of the API.
    pub title: String,
    /// The version of the documentation.
    pub version: String,
    /// What the API is for.
    pub summary: String,
    /// Who to contact about the API.
    pub contact: Option<Contact>,
    /// The generated package.
    pub package: Package,
    /// The services, which have the base URLs.
    pub services: Vec<Service>,
    /// The service of the operations that name none.
    pub default_service: ServiceId,
    /// How callers authenticate.
    pub security: Option<Security>,
    /// The paths of the fields that may contain the message of an error, in order of preference.
    pub message_fields: Vec<Vec<String>>,
    /// All named types.
    pub types: Vec<TypeDef>,
    /// All namespaces, parents before children.
    pub namespaces: Vec<Namespace>,
}

impl Api {
    /// Returns a type. The arena assigns all ids, so every id has a type.
    pub fn type_def(&self, id: TypeId) -> Option<&TypeDef> {
        self.types.get(id.index())
    }

    /// Returns all operations in the order of the namespaces and of the spec.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.namespaces.iter().flat_map(|namespace| &namespace.operations)
    }

    /// Returns an operation with its namespace. `check` resolves all ids, so every id has an operation.
    pub fn operation(&self, id: &OperationId) -> Option<(&Namespace, &Operation)> {
        self.namespaces.iter().find_map(|namespace| {
            let operation = namespace.operations.iter().find(|operation| operation.id == *id)?;
            Some((namespace, operation))
        })
    }

    /// Returns `true` if the client itself calls the operation: to refresh its token or to discover a base URL.
    pub fn is_internal_operation(&self, id: &OperationId) -> bool {
        let refresh = self.security.as_ref().and_then(|security| security.refresh.as_ref());
        let mut discoveries = self.services.iter().filter_map(|service| service.discovery.as_ref());
        refresh.is_some_and(|refresh| refresh.operation == *id)
            || discoveries.any(|discovery| discovery.operation == *id)
    }

    /// Returns a service.
    pub fn service(&self, id: ServiceId) -> Option<&Service> {
        self.services.get(id.0)
    }

    /// Returns the direct children of a namespace, or the top-level namespaces.
    pub fn children<'a>(&'a self, parent: &'a [String]) -> impl Iterator<Item = &'a Namespace> {
        let is_child = move |path: &[String]| path.len() == parent.len() + 1 && path.starts_with(parent);
        self.namespaces.iter().filter(move |namespace| is_child(&namespace.path))
    }
}

/// Who to contact about the API. At least one field is set.
#[derive(Debug)]
pub struct Contact {
    /// The name of the person or organization.
    pub name: Option<String>,
    /// A page for questions and reports.
    pub url: Option<String>,
    /// The email address.
    pub email: Option<String>,
}

/// The manifest of the generated package.
#[derive(Debug)]
pub struct Package {
    /// The name.
    pub name: String,
    /// The version.
    pub version: String,
    /// The license, an SPDX expression.
    pub license: Option<String>,
    /// The description, one line.
    pub description: String,
    /// The page with the source code.
    pub repository: Option<String>,
    /// The page with the documentation.
    pub documentation: Option<String>,
    /// The search words of the package registry.
    pub keywords: Vec<String>,
    /// The categories of the package registry.
    pub categories: Vec<String>,
    /// The hand-written programs in `benches/`.
    pub benches: Vec<String>,
    /// The dependencies of tests, examples and benches, grouped by operating system.
    pub dev_dependencies: Vec<DevDependency>,
    /// The features of the package itself that its tests need.
    pub test_features: Vec<String>,
    /// Where the generated package finds the runtime.
    pub runtime: Runtime,
}

/// The runtime package, on which every generated package depends.
#[derive(Debug)]
pub struct Runtime {
    /// The version.
    pub version: String,
    /// The folder, relative to that of the generated package. `None` means the registry.
    pub path: Option<String>,
}

/// A dependency of the tests of the generated package.
#[derive(Debug, PartialEq, Eq)]
pub struct DevDependency {
    /// The operating system that needs it; `None` means all.
    pub os: Option<String>,
    /// The name of the package.
    pub name: String,
    /// The version requirement.
    pub version: String,
    /// Whether the default features are enabled.
    pub default_features: bool,
    /// The enabled features.
    pub features: Vec<String>,
}

/// The index of a service in [`Api::services`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId(pub usize);

/// A service, which has a base URL.
#[derive(Debug)]
pub struct Service {
    /// The name in the spec.
    pub wire_name: String,
    /// The variant of the generated enum.
    pub variant: RustIdent,
    /// The base URL without a trailing slash. If it is discovered, the URL of the default service.
    pub url: String,
    /// How the base URL is discovered.
    pub discovery: Option<Discovery>,
    /// What the service does.
    pub description: String,
}

/// How an operation returns the base URL of a service.
#[derive(Debug)]
pub struct Discovery {
    /// The operation to call, which has one path parameter.
    pub operation: OperationId,
    /// The path parameter of the calling route that is passed on. Every route of the service has it.
    pub path_param: String,
    /// The path of the response field that contains the URL.
    pub url: Vec<String>,
}

/// How callers authenticate: with a bearer token.
#[derive(Debug)]
pub struct Security {
    /// What the token is.
    pub description: String,
    /// The query parameter that may contain the token instead of the header.
    pub query: Option<String>,
    /// How a refresh token is exchanged for an access token.
    pub refresh: Option<Refresh>,
}

/// How a refresh token is exchanged for an access token.
#[derive(Debug)]
pub struct Refresh {
    /// The operation to call. It has no path parameters and needs no token.
    pub operation: OperationId,
    /// The body field for the refresh token.
    pub token: String,
    /// Body fields with fixed values.
    pub send: Vec<(String, String)>,
    /// The response field with the access token.
    pub access_token: String,
    /// The response field with the next refresh token.
    pub refresh_token: Option<String>,
    /// The response field with the time at which the access token expires.
    pub expires_at: Option<String>,
}

/// The operations of one page, or an empty parent of other namespaces.
#[derive(Debug)]
pub struct Namespace {
    /// The parts of the name, such as `["user", "otp"]`.
    pub path: Vec<String>,
    /// The Rust modules, one for each part of the name.
    pub modules: Vec<RustIdent>,
    /// The title of the documentation page.
    pub page: Option<String>,
    /// What the routes are about; empty if the namespace has no page.
    pub summary: String,
    /// The file of the page, such as `spec/user.yaml`.
    pub source: Option<String>,
    /// The type of the client.
    pub client: RustIdent,
    /// The trait of the server.
    pub server: RustIdent,
    /// The operations in the order of the spec.
    pub operations: Vec<Operation>,
    /// The types of the module: those of the spec first, then those that are written inline.
    pub types: Vec<TypeId>,
}

impl Namespace {
    /// Returns the name with dots, such as `user.otp`.
    pub fn dotted(&self) -> String {
        self.path.join(".")
    }

    /// Returns the last module, which is also the name of the client's accessor.
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

//! Operations: what is sent, under which Rust names.

use std::fmt;

use super::types::{Type, TypeId};
use super::{OperationId, ServiceId};
use crate::ident::RustIdent;

/// One route.
#[derive(Debug)]
pub struct Operation {
    /// The name with the namespace.
    pub id: OperationId,
    /// The name within the namespace.
    pub wire_name: String,
    /// The method of the client and of the server's trait.
    pub function: RustIdent,
    /// The constant that describes the operation.
    pub constant: RustIdent,
    /// The HTTP method.
    pub method: Method,
    /// The path.
    pub path: PathTemplate,
    /// The service, which has the base URL.
    pub service: ServiceId,
    /// Whether a token is needed.
    pub auth: Auth,
    /// Where the token is accepted.
    pub token_location: TokenLocation,
    /// Whether the request may be repeated.
    pub idempotency: Idempotency,
    /// What the operation does, in one sentence.
    pub summary: String,
    /// Further details for callers.
    pub description: Option<String>,
    /// Why the operation is deprecated.
    pub deprecated: Option<String>,
    /// The path parameters in the order of the path.
    pub path_arguments: Vec<Argument>,
    /// The query parameters.
    pub query: Option<TypeId>,
    /// The body of the request.
    pub body: Option<Type>,
    /// The description of the request body.
    pub body_doc: Option<String>,
    /// The status codes of success: all documented codes from 200 to 299, or one from 300 to 399. The first is the
    /// default of handlers.
    pub success: Vec<SuccessStatus>,
    /// The body of a success.
    pub payload: Payload,
    /// The description of the body of a success.
    pub payload_doc: Option<String>,
    /// The documented errors.
    pub errors: Vec<ErrorStatus>,
    /// The enum of the documented errors; `None` if there are none.
    pub error_type: Option<RustIdent>,
    /// The differences between the documentation and the service.
    pub errata: Vec<Erratum>,
    /// The source of an operation that the documentation does not list.
    pub source: Option<String>,
}

impl Operation {
    /// Returns all documented responses, sorted by status code.
    pub fn responses(&self) -> Vec<Response<'_>> {
        let success = self.success.iter().map(|SuccessStatus { code, description }| Response {
            code: *code,
            outcome: Outcome::Success,
            description,
            payload: if allows_body(*code) { &self.payload } else { &Payload::Empty },
        });
        let errors = self.errors.iter().map(|ErrorStatus { code, variant: _, description }| Response {
            code: *code,
            outcome: Outcome::Error,
            description,
            payload: &Payload::Empty,
        });
        let mut responses: Vec<Response<'_>> = success.chain(errors).collect();
        responses.sort_by_key(|response| response.code);
        responses
    }

    /// Returns the errata that matter to callers who know the documentation.
    pub fn deviations(&self) -> impl Iterator<Item = &Erratum> {
        self.errata
            .iter()
            .filter(|erratum| !(erratum.fact.starts_with("code.") || erratum.fact.starts_with("response")))
    }
}

/// A documented response.
#[derive(Debug)]
pub struct Response<'a> {
    /// The status code.
    pub code: u16,
    /// Whether the status code means success.
    pub outcome: Outcome,
    /// What the status code means.
    pub description: &'a str,
    /// The body.
    pub payload: &'a Payload,
}

/// Whether a status code means success or failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The call succeeded.
    Success,
    /// The call failed. The status code is a variant of the operation's error enum.
    Error,
}

/// Returns `false` for the status codes whose responses have no body.
pub fn allows_body(code: u16) -> bool {
    !matches!(code, 204 | 205 | 304)
}

/// A status code that means success.
#[derive(Debug)]
pub struct SuccessStatus {
    /// The status code.
    pub code: u16,
    /// What the status code means.
    pub description: String,
}

/// A status code that means failure.
#[derive(Debug)]
pub struct ErrorStatus {
    /// The status code.
    pub code: u16,
    /// The variant of the operation's error enum.
    pub variant: RustIdent,
    /// What the status code means.
    pub description: String,
}

/// The body of a success.
#[derive(Debug, PartialEq)]
pub enum Payload {
    /// No body is documented.
    Empty,
    /// JSON.
    Json(Type),
    /// A file of any format.
    File,
}

/// A path parameter as an argument of the generated methods.
#[derive(Debug)]
pub struct Argument {
    /// The name in the path template.
    pub wire_name: String,
    /// The Rust name.
    pub name: RustIdent,
    /// A string, a secret, an integer or a string enum.
    pub ty: Type,
    /// The description of the parameter.
    pub description: Option<String>,
}

/// The HTTP methods of routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// Returns the name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a request may be repeated without further effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// Repeating the request has no further effect.
    Idempotent,
    /// Each repetition may have a further effect.
    NonIdempotent,
}

impl Idempotency {
    /// Returns what HTTP defines for a method.
    pub fn of_method(method: Method) -> Self {
        match method {
            Method::Get | Method::Put | Method::Delete => Self::Idempotent,
            Method::Post | Method::Patch => Self::NonIdempotent,
        }
    }

    /// Returns `true` if the request may be repeated.
    pub fn is_idempotent(self) -> bool {
        match self {
            Self::Idempotent => true,
            Self::NonIdempotent => false,
        }
    }
}

/// A path with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathTemplate(pub Vec<Segment>);

/// The part of a path between two slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// Fixed text; empty at the end of a path with a trailing slash.
    Literal(String),
    /// A parameter.
    Parameter(String),
}

impl PathTemplate {
    /// Returns the names of the parameters in the order of the path.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|segment| match segment {
            Segment::Parameter(name) => Some(name.as_str()),
            Segment::Literal(_) => None,
        })
    }

    /// Returns the path with `{}` for every parameter and without a trailing slash. Two routes with the same method
    /// and shape conflict.
    pub fn shape(&self) -> String {
        let mut shape = String::new();
        for segment in &self.0 {
            match segment {
                Segment::Literal(text) if text.is_empty() => {}
                Segment::Literal(text) => {
                    shape.push('/');
                    shape.push_str(text);
                }
                Segment::Parameter(_) => shape.push_str("/{}"),
            }
        }
        shape
    }
}

impl fmt::Display for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.0 {
            match segment {
                Segment::Literal(text) => write!(f, "/{text}")?,
                Segment::Parameter(name) => write!(f, "/{{{name}}}")?,
            }
        }
        Ok(())
    }
}

/// Whether a route needs a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// The service rejects requests without a token.
    Required,
    /// A token is sent if the client has one.
    Optional,
    /// A token is never sent.
    None,
}

impl Auth {
    /// Returns the word of the spec.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::None => "none",
        }
    }
}

/// Where a request may contain its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenLocation {
    /// Only in the `Authorization` header.
    Header,
    /// In the header or in the query parameter that the API names.
    HeaderOrQuery,
}

/// A difference between the documentation and the service.
#[derive(Debug)]
pub struct Erratum {
    /// The fact, such as `body.app_name`.
    pub fact: String,
    /// The value in the documentation.
    pub documented: String,
    /// The value of the service.
    pub actual: String,
    /// The reason to believe it.
    pub because: String,
}

//! Operations: what goes over the wire, and under which Rust names.

use std::fmt;

use super::types::{Type, TypeId};
use super::{OperationId, ServiceId};
use crate::ident::RustIdent;

/// One route.
#[derive(Debug)]
pub struct Operation {
    /// Its name with the namespace.
    pub id: OperationId,
    /// Its name within the namespace.
    pub wire: String,
    /// The method of client and server.
    pub function: RustIdent,
    /// The constant that describes it.
    pub constant: RustIdent,
    /// The HTTP method.
    pub method: Method,
    /// The path.
    pub path: PathTemplate,
    /// The base URL.
    pub service: ServiceId,
    /// Whether a token is wanted.
    pub auth: Auth,
    /// Where the token may stand.
    pub token: TokenPlace,
    /// What repeating it does.
    pub effect: Effect,
    /// What it does, in one sentence.
    pub summary: String,
    /// What else a caller must know.
    pub description: Option<String>,
    /// Why not to use it any more.
    pub deprecated: Option<String>,
    /// The path parameters in path order.
    pub path_arguments: Vec<Argument>,
    /// The query parameters.
    pub query: Option<TypeId>,
    /// The request's body.
    pub body: Option<Type>,
    /// What the request's body is for.
    pub body_doc: Option<String>,
    /// The codes that mean success: all documented ones from 200 to 299, or a single one from 300 to 399. The code that
    /// handlers respond with by default comes first, the others are ascending.
    pub success: Vec<SuccessCode>,
    /// The body of success.
    pub payload: Payload,
    /// What the body of success is for.
    pub payload_doc: Option<String>,
    /// The documented errors.
    pub errors: Vec<ErrorCode>,
    /// The enum of the documented errors; absent where there are none.
    pub error_type: Option<RustIdent>,
    /// Where the documentation is wrong.
    pub errata: Vec<Erratum>,
    /// Where the route is known from, if not from the documentation.
    pub source: Option<String>,
}

impl Operation {
    /// All codes with their meaning and body, ascending.
    pub fn answers(&self) -> Vec<Answer<'_>> {
        let success = self.success.iter().map(|success| Answer {
            code: success.code,
            outcome: Outcome::Success,
            description: &success.description,
            payload: if allows_body(success.code) { &self.payload } else { &Payload::Nothing },
        });
        let errors = self.errors.iter().map(|error| Answer {
            code: error.code,
            outcome: Outcome::Error,
            description: &error.description,
            payload: &Payload::Nothing,
        });
        let mut answers: Vec<Answer<'_>> = success.chain(errors).collect();
        answers.sort_by_key(|answer| answer.code);
        answers
    }
}

/// A documented code.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The status code.
    pub code: u16,
    /// Whether it means success.
    pub outcome: Outcome,
    /// What it says of the call.
    pub description: &'a str,
    /// The body.
    pub payload: &'a Payload,
}

/// What a status code says of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It has succeeded.
    Success,
    /// It has failed: the code is a variant of the operation's error enum.
    Error,
}

/// False for the status codes whose responses end behind their headers.
pub fn allows_body(code: u16) -> bool {
    !matches!(code, 204 | 205 | 304)
}

/// A code that means success.
#[derive(Debug)]
pub struct SuccessCode {
    /// The status code.
    pub code: u16,
    /// What it says of the call.
    pub description: String,
}

/// A code that means failure.
#[derive(Debug)]
pub struct ErrorCode {
    /// The status code.
    pub code: u16,
    /// The variant of the operation's error enum.
    pub variant: RustIdent,
    /// What it says of the call.
    pub description: String,
}

/// What the body of a success holds.
#[derive(Debug, PartialEq)]
pub enum Payload {
    /// Nothing that is documented.
    Nothing,
    /// JSON.
    Json(Type),
    /// Any bytes.
    File,
}

/// A path parameter as an argument of the generated methods.
#[derive(Debug)]
pub struct Argument {
    /// The name in the path template.
    pub wire: String,
    /// The name in Rust.
    pub name: RustIdent,
    /// A string, an integer or an enum of strings.
    pub of: Type,
    /// What it is for.
    pub description: Option<String>,
}

/// The HTTP methods that a route can have.
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
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// The method's name on the wire.
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

/// What a request does that is sent more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// No more than if it had been sent once.
    Idempotent,
    /// Possibly more each time.
    OneTime,
}

impl Effect {
    /// What HTTP says of a method.
    pub fn of(method: Method) -> Self {
        match method {
            Method::Get | Method::Put | Method::Delete => Self::Idempotent,
            Method::Post | Method::Patch => Self::OneTime,
        }
    }

    /// True where a request may be repeated.
    pub fn is_idempotent(self) -> bool {
        match self {
            Self::Idempotent => true,
            Self::OneTime => false,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A path with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathTemplate(pub Vec<Segment>);

/// A part of a path between two slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// Fixed text; empty at the end of a path with a trailing slash.
    Text(String),
    /// A parameter.
    Parameter(String),
}

impl PathTemplate {
    /// The path with every parameter as `{}` and without a trailing slash: what decides whether two routes are the same.
    pub fn shape(&self) -> String {
        let mut shape = String::new();
        for segment in &self.0 {
            match segment {
                Segment::Text(text) if text.is_empty() => {}
                Segment::Text(text) => {
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
                Segment::Text(text) => write!(f, "/{text}")?,
                Segment::Parameter(name) => write!(f, "/{{{name}}}")?,
            }
        }
        Ok(())
    }
}

/// Whether a route wants a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Refused without one.
    Required,
    /// Sent if there is one.
    Optional,
    /// Never sent.
    None,
}

/// Where a request may carry its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenPlace {
    /// In the `Authorization` header alone.
    Header,
    /// There, or in the query parameter that the API names.
    HeaderOrQuery,
}

impl Auth {
    /// The word of the spec.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::None => "none",
        }
    }
}

/// A place where documentation and service differ.
#[derive(Debug)]
pub struct Erratum {
    /// The fact, such as `body.app_name`.
    pub fact: String,
    /// What the documentation says.
    pub documented: String,
    /// What is so.
    pub actual: String,
    /// How we know.
    pub because: String,
}

impl Erratum {
    /// True where someone who knows the documentation would send something else: not for what is only answered.
    pub fn concerns_callers(&self) -> bool {
        !(self.fact.starts_with("code.") || self.fact.starts_with("response"))
    }
}

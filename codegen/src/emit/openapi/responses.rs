//! Responses: the documented ones, and those that generated servers send themselves.

use serde_json::{Map, Value, json};

use super::schemas::{self, described, schema};
use crate::ir::{Api, Auth, Operation, Outcome, Payload, Response, allows_body};

/// A response that generated servers send themselves. Most documentation does not mention it.
#[derive(Clone, Copy)]
enum ServerResponse {
    BadRequest,
    Unauthorized,
    Forbidden,
    RequestTimeout,
    ContentTooLarge,
    UnsupportedMediaType,
    Failed,
    NotImplemented,
}

impl ServerResponse {
    const ALL: [Self; 8] = [
        Self::BadRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::RequestTimeout,
        Self::ContentTooLarge,
        Self::UnsupportedMediaType,
        Self::Failed,
        Self::NotImplemented,
    ];

    fn code(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::RequestTimeout => 408,
            Self::ContentTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Failed => 500,
            Self::NotImplemented => 501,
        }
    }

    /// Returns the name of the component.
    fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "BadRequest",
            Self::Unauthorized => "Unauthorized",
            Self::Forbidden => "Forbidden",
            Self::RequestTimeout => "RequestTimeout",
            Self::ContentTooLarge => "ContentTooLarge",
            Self::UnsupportedMediaType => "UnsupportedMediaType",
            Self::Failed => "Failed",
            Self::NotImplemented => "NotImplemented",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::BadRequest => "The request is invalid. `details` lists the errors.",
            Self::Unauthorized => "The access token is missing or invalid.",
            Self::Forbidden => "The owner of the token is not allowed to make this request.",
            Self::RequestTimeout => "The body did not arrive in time.",
            Self::ContentTooLarge => "The body is too large.",
            Self::UnsupportedMediaType => "The body is not JSON.",
            Self::Failed => "The server failed.",
            Self::NotImplemented => "The server does not implement this operation.",
        }
    }

    /// Returns `true` if servers can send the response for an operation.
    fn is_possible(self, operation: &Operation) -> bool {
        match self {
            Self::BadRequest | Self::Failed | Self::NotImplemented => true,
            Self::Unauthorized | Self::Forbidden => match operation.auth {
                Auth::Required | Auth::Optional => true,
                Auth::None => false,
            },
            Self::RequestTimeout | Self::ContentTooLarge | Self::UnsupportedMediaType => operation.body.is_some(),
        }
    }
}

/// Emits the components: the responses of servers to which some operation refers.
pub fn components(api: &Api) -> Value {
    let is_used = |response: &ServerResponse| api.operations().any(|operation| is_added(*response, operation));
    let described = |response: ServerResponse| {
        let description = format!("{} The documentation does not list this response.", response.description());
        (response.name().to_owned(), json!({ "description": description, "content": error() }))
    };
    ServerResponse::ALL.into_iter().filter(is_used).map(described).collect::<Map<_, _>>().into()
}

/// Returns `true` if servers can send the response for an operation and the documentation does not list it.
fn is_added(response: ServerResponse, operation: &Operation) -> bool {
    response.is_possible(operation) && operation.responses().iter().all(|documented| documented.code != response.code())
}

/// Emits the responses of an operation.
pub fn emit(operation: &Operation, api: &Api) -> Value {
    let documented = operation
        .responses()
        .into_iter()
        .map(|response| (response.code.to_string(), emit_one(&response, operation, api)));
    let added = ServerResponse::ALL.into_iter().filter(|response| is_added(*response, operation));
    let added = added.map(|response| {
        let reference = format!("#/components/responses/{}", response.name());
        (response.code().to_string(), json!({ "$ref": reference }))
    });
    documented.chain(added).collect::<Map<_, _>>().into()
}

/// Returns the content of every error.
fn error() -> Value {
    let reference = format!("#/components/schemas/{}", schemas::ERROR);
    json!({ "application/json": { "schema": { "$ref": reference } } })
}

fn emit_one(response: &Response<'_>, operation: &Operation, api: &Api) -> Value {
    let Response { code, outcome, description, payload } = response;
    let doc = operation.payload_doc.as_deref();
    let mut fields = Map::from_iter([("description".to_owned(), json!(description))]);
    let content = match payload {
        Payload::Json(body) => {
            Some(json!({ "application/json": { "schema": described(schema(body, api), doc, None) } }))
        }
        Payload::File => {
            let bytes = json!({ "type": "string", "format": "binary" });
            Some(json!({ "application/octet-stream": { "schema": described(bytes, doc, None) } }))
        }
        Payload::Empty => match outcome {
            Outcome::Error if allows_body(*code) => Some(error()),
            Outcome::Error | Outcome::Success => None,
        },
    };
    fields.extend(content.map(|content| ("content".to_owned(), content)));
    Value::Object(fields)
}

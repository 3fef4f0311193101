//! What is answered: the documented codes, and those that every server made from the spec has of its own.

use serde_json::{Map, Value, json};

use super::schemas::{self, described, schema};
use crate::ir::{Answer, Api, Auth, Operation, Outcome, Payload, allows_body};

/// An answer that needs no stub: the server gives it by itself. Most documentation is silent on these.
#[derive(Clone, Copy)]
enum Own {
    BadRequest,
    Unauthorized,
    Forbidden,
    RequestTimeout,
    ContentTooLarge,
    UnsupportedMediaType,
    Failed,
    NotImplemented,
}

impl Own {
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

    /// The name of its component.
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
            Self::BadRequest => "The request is not as it has to be; `details` says where.",
            Self::Unauthorized => "The access token is missing, or it is not valid.",
            Self::Forbidden => "The token's owner may not make this request.",
            Self::RequestTimeout => "The body took too long to arrive.",
            Self::ContentTooLarge => "The body is too large.",
            Self::UnsupportedMediaType => "The body is not JSON.",
            Self::Failed => "The server failed.",
            Self::NotImplemented => "The server does not have this route.",
        }
    }

    /// True where an operation can be answered so.
    fn concerns(self, operation: &Operation) -> bool {
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

/// The components: the answers that servers give by themselves, as far as some operation refers to them.
pub fn components(api: &Api) -> Value {
    let is_used = |own: &Own| api.operations().any(|operation| is_own(*own, operation));
    let described = |own: Own| {
        let description = format!("{} The documentation does not list this answer.", own.description());
        (own.name().to_owned(), json!({ "description": description, "content": error() }))
    };
    Own::ALL.into_iter().filter(is_used).map(described).collect::<Map<_, _>>().into()
}

/// True where an operation can be answered so, and the documentation does not say it.
fn is_own(own: Own, operation: &Operation) -> bool {
    own.concerns(operation) && !operation.answers().iter().any(|answer| answer.code == own.code())
}

/// The responses of an operation.
pub fn emit(operation: &Operation, api: &Api) -> Value {
    let documented =
        operation.answers().into_iter().map(|answer| (answer.code.to_string(), response(&answer, operation, api)));
    let own = Own::ALL.into_iter().filter(|own| is_own(*own, operation)).map(|own| {
        let reference = format!("#/components/responses/{}", own.name());
        (own.code().to_string(), json!({ "$ref": reference }))
    });
    documented.chain(own).collect::<Map<_, _>>().into()
}

/// The content of every error.
fn error() -> Value {
    let reference = format!("#/components/schemas/{}", schemas::ERROR);
    json!({ "application/json": { "schema": { "$ref": reference } } })
}

fn response(answer: &Answer<'_>, operation: &Operation, api: &Api) -> Value {
    let doc = operation.payload_doc.as_deref();
    let mut response = json!({ "description": answer.description });
    let content = match answer.payload {
        Payload::Json(body) => {
            Some(json!({ "application/json": { "schema": described(schema(body, api), doc, None) } }))
        }
        Payload::File => {
            let bytes = json!({ "type": "string", "format": "binary" });
            Some(json!({ "application/octet-stream": { "schema": described(bytes, doc, None) } }))
        }
        Payload::Nothing => match answer.outcome {
            Outcome::Error if allows_body(answer.code) => Some(error()),
            Outcome::Error | Outcome::Success => None,
        },
    };
    if let (Some(content), Some(response)) = (content, response.as_object_mut()) {
        response.insert("content".to_owned(), content);
    }
    response
}

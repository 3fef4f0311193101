//! Answers: which codes mean success and what they carry, which mean failure.

use std::collections::BTreeMap;

use super::fields::Owner;
use super::{Cx, body, prose};
use crate::ident::RustIdent;
use crate::ir::{ErrorCode, Payload, SuccessCode, Type, TypeKind};
use crate::spec::{BodySpec, Cursor, ResponseSpec};

/// The documented answers of a route.
pub struct Answers {
    pub success: Vec<SuccessCode>,
    pub payload: Payload,
    pub errors: Vec<ErrorCode>,
}

/// Checks the answers. `cursor` is the route's.
pub fn check(
    responses: &BTreeMap<u16, ResponseSpec>,
    owner: &Owner,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<Answers> {
    let section = cursor.child("responses");
    let mut answers = Answers { success: Vec::new(), payload: Payload::Nothing, errors: Vec::new() };
    let mut with_body = None;
    for (code, ResponseSpec { means, body }) in responses {
        let at = section.child(code.to_string());
        let means = prose::required(means.as_deref(), "means", &at, cx.reporter).unwrap_or_default();
        match code {
            200..=399 => {
                if let Some(body) = body {
                    must_allow_body(*code, &at, cx);
                    match with_body {
                        None => {
                            answers.payload = payload(body, owner, &at.child("body"), cx).unwrap_or(Payload::Nothing)
                        }
                        Some(first) => report_second_body(*code, first, &at, cx),
                    }
                    with_body = Some(*code);
                }
                answers.success.push(SuccessCode { code: *code, means });
            }
            400..=599 => {
                if body.is_some() {
                    let message = "typed bodies of errors are not built yet";
                    let help = "leave `body` out; callers can read the error's JSON";
                    cx.reporter.error(&at.child("body").key(), message, "cannot be generated", help);
                }
                let variant = variant(*code);
                answers.errors.push(ErrorCode { code: *code, variant, means });
            }
            0..=199 | 600.. => {
                let message = format!("a status code must lie between 200 and 599, {code} does not");
                cx.reporter.error(&at.key(), message, "not an answer's code", "remove it");
            }
        }
    }
    if responses.is_empty() {
        cx.reporter.missing(cursor, "responses", "`responses: { 200: … }`");
        return None;
    }
    if answers.success.is_empty() {
        if !cx.reporter.is_at_fault(&section) {
            let help = "add `200: …`; where the documentation has none, say so with an erratum";
            cx.reporter.error(
                &section.key(),
                "`responses` must have a code that means success",
                "none below 400",
                help,
            );
        }
        return None;
    }
    Some(answers)
}

/// HTTP ends some answers behind their headers.
fn must_allow_body(code: u16, at: &Cursor<'_>, cx: &mut Cx<'_>) {
    if matches!(code, 204 | 205 | 304) {
        let message = format!("an answer with the code {code} must not have a body");
        cx.reporter.error(&at.child("body").key(), message, "never sent", "remove it, or mend the code");
    }
}

fn payload(spec: &BodySpec, owner: &Owner, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<Payload> {
    if matches!(spec, BodySpec::Type(text) if text.trim() == "file") {
        return Some(Payload::File);
    }
    let of = body::check(spec, owner, cursor, cx)?;
    if let Type::Named(id) = &of
        && let Some(TypeKind::Enum(_)) = cx.arena.get(*id).map(|def| &def.kind)
    {
        let message = "a whole answer must not be a string enum";
        cx.reporter.error(&cursor.value(), message, "a string enum", "use `string`, and name the values in `means`");
        return None;
    }
    Some(Payload::Json(of))
}

fn report_second_body(code: u16, first: u16, at: &Cursor<'_>, cx: &mut Cx<'_>) {
    let message = "several success codes with a body each are not built yet";
    let help = format!("keep the body of {first} and describe that of {code} in `means`, or use `json` for both");
    cx.reporter.error(&at.child("body").key(), message, format!("{first} has a body, too"), help);
}

/// The variant for a code: its reason phrase.
fn variant(code: u16) -> RustIdent {
    let phrase = match code {
        400 => "BadRequest",
        401 => "Unauthorized",
        402 => "PaymentRequired",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        406 => "NotAcceptable",
        407 => "ProxyAuthenticationRequired",
        408 => "RequestTimeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "LengthRequired",
        412 => "PreconditionFailed",
        413 => "ContentTooLarge",
        414 => "UriTooLong",
        415 => "UnsupportedMediaType",
        416 => "RangeNotSatisfiable",
        417 => "ExpectationFailed",
        421 => "MisdirectedRequest",
        422 => "UnprocessableContent",
        423 => "Locked",
        424 => "FailedDependency",
        425 => "TooEarly",
        426 => "UpgradeRequired",
        428 => "PreconditionRequired",
        429 => "TooManyRequests",
        431 => "RequestHeaderFieldsTooLarge",
        451 => "UnavailableForLegalReasons",
        500 => "InternalServerError",
        501 => "NotImplemented",
        502 => "BadGateway",
        503 => "ServiceUnavailable",
        504 => "GatewayTimeout",
        505 => "HttpVersionNotSupported",
        507 => "InsufficientStorage",
        508 => "LoopDetected",
        511 => "NetworkAuthenticationRequired",
        other => return RustIdent::pascal(&format!("Status{other}")),
    };
    RustIdent::pascal(phrase)
}

//! Answers: which codes mean success and what they carry, which mean failure.

use indexmap::IndexMap;

use super::body::Body;
use super::fields::Owner;
use super::{Cx, body, prose};
use crate::ident::RustIdent;
use crate::ir::{ErrorCode, Outcome, Payload, SuccessCode, Type, TypeKind, allows_body};
use crate::spec::{BodySpec, Cursor, ResponseSpec};

/// The documented answers of a route.
pub struct Answers {
    pub success: Vec<SuccessCode>,
    pub payload: Payload,
    pub payload_doc: Option<String>,
    pub errors: Vec<ErrorCode>,
}

/// Checks the answers. `cursor` is the route's.
pub fn check(
    responses: &IndexMap<u16, ResponseSpec>,
    owner: &Owner,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<Answers> {
    let section = cursor.child("responses");
    let mut answers = Answers { success: Vec::new(), payload: Payload::Nothing, payload_doc: None, errors: Vec::new() };
    let mut with_body = None;
    for (code, ResponseSpec { description, body }) in responses {
        let at = section.child(code.to_string());
        let description = prose::required(description.as_deref(), "description", &at, cx.reporter).unwrap_or_default();
        match outcome(*code, responses) {
            Some(Outcome::Success) => {
                if let Some(body) = body {
                    must_allow_body(*code, &at, cx);
                    match with_body {
                        None => {
                            if let Some((payload, doc)) = payload(body, owner, &at.child("body"), cx) {
                                (answers.payload, answers.payload_doc) = (payload, doc);
                            }
                        }
                        Some(first) => report_second_body(*code, first, &at, cx),
                    }
                    with_body = Some(*code);
                }
                answers.success.push(SuccessCode { code: *code, description });
            }
            Some(Outcome::Error) => {
                if body.is_some() && must_allow_body(*code, &at, cx) {
                    report_error_body(*code, &at, cx);
                }
                let variant = variant(*code);
                answers.errors.push(ErrorCode { code: *code, variant, description });
            }
            None => {
                let message = format!("a status code must lie between 200 and 599, {code} does not");
                cx.reporter.error(&at.key(), message, "not an answer's code", "remove it");
            }
        }
    }
    // What a stub answers by default is the code that has the body: others, such as 204, may not have one.
    answers.success.sort_by_key(|success| with_body.is_some_and(|code| success.code != code));
    if responses.is_empty() {
        cx.reporter.missing(cursor, "responses", "`responses: { 200: … }`");
        return None;
    }
    if answers.success.is_empty() {
        if !cx.reporter.is_invalid(&section) {
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

/// What a documented code means, or nothing where no response has such a code. The client follows no redirection, so the
/// lowest code from 300 to 399 is what a route answers on success if it has none from 200 to 299. Beside one of those, a
/// redirection is an error like any other.
fn outcome(code: u16, documented: &IndexMap<u16, ResponseSpec>) -> Option<Outcome> {
    match code {
        200..=299 => Some(Outcome::Success),
        300..=399 => {
            let lowest = documented.keys().filter(|code| (200..=399).contains(*code)).min();
            Some(if lowest == Some(&code) { Outcome::Success } else { Outcome::Error })
        }
        400..=599 => Some(Outcome::Error),
        0..=199 | 600.. => None,
    }
}

/// Reports a body of a code that has none. Returns whether it may have one.
fn must_allow_body(code: u16, at: &Cursor<'_>, cx: &mut Cx<'_>) -> bool {
    let is_allowed = allows_body(code);
    if !is_allowed {
        let message = format!("an answer with the code {code} must not have a body");
        cx.reporter.error(&at.child("body").key(), message, "never sent", "remove it, or mend the code");
    }
    is_allowed
}

fn report_error_body(code: u16, at: &Cursor<'_>, cx: &mut Cx<'_>) {
    let message = "typed bodies of errors are not built yet";
    let (label, help) = match code {
        300..=399 => (
            "a redirection beside a success is an error",
            "leave `body` out; callers can read the headers and the JSON of the error",
        ),
        _ => ("cannot be generated", "leave `body` out; callers can read the error's JSON"),
    };
    cx.reporter.error(&at.child("body").key(), message, label, help);
}

fn payload(spec: &BodySpec, owner: &Owner, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<(Payload, Option<String>)> {
    match spec {
        BodySpec::Type(of) if of.trim() == "file" => return Some((Payload::File, None)),
        BodySpec::LongType { ty: of, description } if of.trim() == "file" => {
            return Some((Payload::File, prose::optional(description.as_deref(), "description", cursor, cx.reporter)));
        }
        BodySpec::Type(_) | BodySpec::LongType { .. } | BodySpec::Fields(_) => {}
    }
    let Body { ty, doc } = body::check(spec, owner, cursor, cx)?;
    if let Type::Named(id) = &ty
        && let Some(TypeKind::Enum(_)) = cx.arena.get(*id).map(|def| &def.kind)
    {
        let message = "a whole answer must not be a string enum";
        cx.reporter.error(
            &cursor.child("type").value(),
            message,
            "a string enum",
            "use `string`, and name the values in `description`",
        );
        return None;
    }
    Some((Payload::Json(ty), doc))
}

fn report_second_body(code: u16, first: u16, at: &Cursor<'_>, cx: &mut Cx<'_>) {
    let message = "several success codes with a body each are not built yet";
    let help = format!("keep the body of {first} and describe that of {code} in `description`, or use `json` for both");
    cx.reporter.error(&at.child("body").key(), message, format!("{first} has a body, too"), help);
}

/// The variant for a code: its reason phrase.
fn variant(code: u16) -> RustIdent {
    let phrase = match code {
        300 => "MultipleChoices",
        301 => "MovedPermanently",
        302 => "Found",
        303 => "SeeOther",
        304 => "NotModified",
        305 => "UseProxy",
        307 => "TemporaryRedirect",
        308 => "PermanentRedirect",
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

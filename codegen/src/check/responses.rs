//! Responses: which status codes mean success or failure, and which body a success has.

use indexmap::IndexMap;

use super::fields::{self, Body, InlineTypeContext};
use super::{Cx, strings};
use crate::ident::RustIdent;
use crate::ir::{ErrorStatus, Outcome, Payload, SuccessStatus, allows_body};
use crate::spec::{BodySpec, Cursor, ResponseSpec};

/// The documented responses of a route.
pub struct Responses {
    pub success: Vec<SuccessStatus>,
    pub payload: Payload,
    pub payload_doc: Option<String>,
    pub errors: Vec<ErrorStatus>,
}

/// Checks the responses of a route. `cursor` is the path of the route.
pub fn check(
    specs: &IndexMap<u16, ResponseSpec>,
    context: &InlineTypeContext,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<Responses> {
    let section = cursor.child("responses");
    let mut responses =
        Responses { success: Vec::new(), payload: Payload::Empty, payload_doc: None, errors: Vec::new() };
    let mut with_body = None;
    for (code, ResponseSpec { description, body }) in specs {
        let at = section.child(code.to_string());
        let description =
            strings::required(description.as_deref(), "description", &at, cx.reporter).unwrap_or_default();
        match outcome(*code, specs) {
            Some(Outcome::Success) => {
                if let Some(body) = body {
                    check_allows_body(*code, &at, cx);
                    match with_body {
                        None => {
                            if let Some((payload, doc)) = payload(body, context, &at.child("body"), cx) {
                                (responses.payload, responses.payload_doc) = (payload, doc);
                            }
                        }
                        Some(first) => report_second_body(*code, first, &at, cx),
                    }
                    with_body = Some(*code);
                }
                responses.success.push(SuccessStatus { code: *code, description });
            }
            Some(Outcome::Error) => {
                if body.is_some() && check_allows_body(*code, &at, cx) {
                    report_error_body(*code, &at, cx);
                }
                responses.errors.push(ErrorStatus { code: *code, variant: variant(*code), description });
            }
            None => {
                let message = format!("expected a status code from 200 to 599, found {code}");
                cx.reporter.error(&at.key(), message, "not in this range", "remove it");
            }
        }
    }
    // The first status is the default of handlers. It must be the one with the body, because others such as 204 have none.
    responses.success.sort_by_key(|success| with_body.is_some_and(|code| success.code != code));
    if specs.is_empty() {
        cx.reporter.missing(cursor, "responses", "`responses: { 200: … }`");
        return None;
    }
    if responses.success.is_empty() {
        if !cx.reporter.is_invalid(&section) {
            let help = "add `200: …`, with an erratum if the documentation has no such status";
            cx.reporter.error(&section.key(), "missing success status", "no status below 400", help);
        }
        return None;
    }
    Some(responses)
}

/// Returns what a documented status code means, or `None` for an invalid one.
///
/// Clients do not follow redirects. The lowest status from 300 to 399 is therefore the success of a route that has no
/// status from 200 to 299. Any other redirection is an error.
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

/// Reports a body of a status code that cannot have one.
fn check_allows_body(code: u16, at: &Cursor<'_>, cx: &mut Cx<'_>) -> bool {
    let is_allowed = allows_body(code);
    if !is_allowed {
        let message = format!("unexpected body of a response with status {code}");
        cx.reporter.error(&at.child("body").key(), message, "never sent", "remove it, or change the status");
    }
    is_allowed
}

fn report_error_body(code: u16, at: &Cursor<'_>, cx: &mut Cx<'_>) {
    let label = match code {
        300..=399 => "a redirect is an error if the route has another success status",
        _ => "not supported yet",
    };
    let help = "remove `body`; callers can read the headers and the JSON of an error";
    cx.reporter.error(&at.child("body").key(), "unsupported typed body of an error", label, help);
}

fn payload(
    spec: &BodySpec,
    context: &InlineTypeContext,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<(Payload, Option<String>)> {
    match spec {
        BodySpec::Type(ty) if ty.trim() == "file" => return Some((Payload::File, None)),
        BodySpec::LongType { ty, description } if ty.trim() == "file" => {
            let doc = strings::optional(description.as_deref(), "description", cursor, cx.reporter);
            return Some((Payload::File, doc));
        }
        BodySpec::Type(_) | BodySpec::LongType { .. } | BodySpec::Fields(_) => {}
    }
    let Body { ty, doc } = fields::body(spec, context, cursor, cx)?;
    if cx.arena.string_enum(&ty).is_some() {
        let message = "unsupported response body: a string enum";
        let help = "use `string`, and list the values in `description`";
        cx.reporter.error(&cursor.child("type").value(), message, "a string enum", help);
        return None;
    }
    Some((Payload::Json(ty), doc))
}

fn report_second_body(code: u16, first: u16, at: &Cursor<'_>, cx: &mut Cx<'_>) {
    let message = "unsupported body of a second success status";
    let help = format!("keep the body of {first} and describe that of {code} in `description`, or use `json` for both");
    cx.reporter.error(&at.child("body").key(), message, format!("{first} also has a body"), help);
}

/// Returns the variant for a status code: its reason phrase.
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
        other => return RustIdent::upper_camel(&format!("Status{other}")),
    };
    RustIdent::upper_camel(phrase)
}

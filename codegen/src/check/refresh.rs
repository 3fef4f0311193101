//! How a refresh token becomes an access token.

use indexmap::IndexMap;

use super::arena::Arena;
use super::referred::{Completeness, Operations};
use super::{Cx, prose, referred};
use crate::ir::{Auth, Field, Object, Operation, OperationId, Payload, Refresh, Type, TypeKind};
use crate::spec::{Cursor, RefreshSpec, Reporter, SourcePath, TokenAnswerSpec};
use crate::suggest;

/// What messages call the operation.
const WHO: &str = "an operation that exchanges a refresh token";

/// Checks the exchange, if the API has one.
pub fn check(operations: &Operations<'_>, cx: &mut Cx<'_>) -> Option<Refresh> {
    let spec = operations.spec;
    let RefreshSpec { operation, token, send, answer } = spec.api.auth.as_ref()?.refresh.as_ref()?;
    let root = Cursor::root(&spec.api_source);
    let auth = root.child("auth");
    let cursor = auth.child("refresh");
    let operation = prose::required_name(operation.as_deref(), "operation", &cursor, cx.reporter);
    let token = prose::required_name(token.as_deref(), "token", &cursor, cx.reporter);
    let answer = match answer {
        Some(answer) => check_names(answer, &cursor.child("answer"), cx.reporter),
        None => {
            cx.reporter.missing(&cursor, "answer", "`answer: { access_token: … }`");
            None
        }
    };
    if let Some(token) = token.filter(|token| send.contains_key(*token)) {
        let message = format!("the field that takes the refresh token must not have a fixed value, `{token}` has one");
        let place = cursor.child("send").child(token).key();
        cx.reporter.error(&place, message, "it is the `token`", "remove it here, or name another `token`");
    }
    let operation = operations.find(operation?, &cursor, cx.reporter)?;
    check_operation(operation, &cursor, cx);
    match operations.fields {
        Completeness::Complete => {
            check_body(operation, (token, send), &cursor, cx);
            answer.iter().for_each(|answer| check_answer(operation, answer, &cursor, cx));
        }
        Completeness::Unknown => {}
    }
    let Names { access_token, refresh_token, expires_at } = answer?;
    Some(Refresh {
        operation: operation.id.clone(),
        token: token?.to_owned(),
        send: send.iter().map(|(field, value)| (field.clone(), value.clone())).collect(),
        access_token: access_token.to_owned(),
        refresh_token: refresh_token.map(str::to_owned),
        expires_at: expires_at.map(str::to_owned),
    })
}

/// The fields of the answer.
struct Names<'a> {
    access_token: &'a str,
    refresh_token: Option<&'a str>,
    expires_at: Option<&'a str>,
}

fn check_names<'a>(answer: &'a TokenAnswerSpec, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<Names<'a>> {
    let TokenAnswerSpec { access_token, refresh_token, expires_at } = answer;
    let access_token = prose::required_name(access_token.as_deref(), "access_token", cursor, reporter);
    let refresh_token = prose::optional_name(refresh_token.as_deref(), "refresh_token", cursor, reporter);
    let expires_at = prose::optional_name(expires_at.as_deref(), "expires_at", cursor, reporter);
    Some(Names { access_token: access_token?, refresh_token, expires_at })
}

/// All that is known when the operation is called are the fields of its body.
fn check_operation(operation: &Operation, cursor: &Cursor<'_>, Cx { arena, reporter, needs: _ }: &mut Cx<'_>) {
    let place = cursor.child("operation").value();
    if let Some(argument) = operation.path_arguments.first() {
        let message = format!("{WHO} must have no path parameters, `{}` has `{}`", operation.id, argument.wire);
        reporter.error(&place, message, "has path parameters", "name another operation");
    }
    referred::must_need_no_query(operation, WHO, cursor, arena, reporter);
    match operation.auth {
        Auth::Optional | Auth::None => {}
        Auth::Required => {
            let message = format!("{WHO} must need no access token, `{}` has `auth: required`", operation.id);
            let help = "name another operation, or mend its `auth`";
            reporter.error(&place, message, "needs an access token", help);
        }
    }
}

/// The token and the fixed values must have fields that take a text, and nothing else may be needed.
fn check_body(
    operation: &Operation,
    (token, send): (Option<&str>, &IndexMap<String, String>),
    cursor: &Cursor<'_>,
    Cx { arena, reporter, needs: _ }: &mut Cx<'_>,
) {
    let Some(body) = operation.body.as_ref().and_then(|body| referred::object(body, arena)) else {
        let message = format!("{WHO} must have a body with fields, `{}` has none", operation.id);
        let help = "name another operation, or list the fields of its `body`";
        reporter.error(&cursor.child("operation").value(), message, "no fields to fill", help);
        return;
    };
    let (id, section) = (&operation.id, cursor.child("send"));
    for (name, value) in send {
        check_sent((name, value), (id, body), &section.child(name.as_str()), arena, reporter);
    }
    let at = cursor.child("token");
    let Some(token) = token.and_then(|token| field(token, (&body_of(id), body), &at, reporter)) else { return };
    if !is_text(&token.of) {
        let message = "the field that takes the refresh token must be a `string` or a `secret`";
        reporter.error(&at.value(), message, "of another type", "name another field, or mend its type");
    }
    for field in referred::required_fields(body).filter(|field| field.wire != token.wire) {
        let name = field.wire.as_str();
        if !send.contains_key(name) && !reporter.is_invalid(&section.child(name)) {
            let message = format!("every field that the body of `{id}` needs must be sent, `{name}` is not");
            let help = format!("add it under `send`: `{name}: …`");
            reporter.error(&cursor.child("operation").value(), message, format!("needs `{name}`"), help);
        }
    }
}

/// A fixed value must be one of its field.
fn check_sent(
    (name, value): (&str, &str),
    (id, body): (&OperationId, &Object),
    at: &Cursor<'_>,
    arena: &Arena,
    reporter: &mut Reporter,
) {
    // Not `field`: here the name is the key.
    let Some(field) = body.fields.iter().find(|field| field.wire == name) else {
        unknown_field(name, (&body_of(id), body), &at.key(), reporter);
        return;
    };
    let known = match &field.of {
        Type::Named(id) => match arena.get(*id).map(|def| &def.kind) {
            Some(TypeKind::Enum(known)) => Some(known),
            Some(TypeKind::Object(_)) | None => None,
        },
        Type::String | Type::Secret => return,
        Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::DateTime
        | Type::Json
        | Type::Object
        | Type::Array(_)
        | Type::Map(_) => None,
    };
    match known {
        None => {
            let message = "a field with a fixed value must be a `string`, a `secret` or a string enum";
            reporter.error(&at.key(), message, "of another type", "remove it, or mend the type of the field");
        }
        Some(known) if known.variants.iter().all(|variant| variant.wire != value) => {
            let values = known.variants.iter().map(|variant| variant.wire.as_str());
            let help = suggest::did_you_mean(value, values, "the values are");
            let message = format!("a fixed value must be one of the field's values, `{value}` is not");
            reporter.error(&at.value(), message, "unknown value", help);
        }
        Some(_) => {}
    }
}

fn check_answer(
    operation: &Operation,
    names: &Names<'_>,
    cursor: &Cursor<'_>,
    Cx { arena, reporter, needs: _ }: &mut Cx<'_>,
) {
    let body = match &operation.payload {
        Payload::Json(of) => referred::object(of, arena),
        Payload::Nothing | Payload::File => None,
    };
    let Some(body) = body else {
        let message = format!("{WHO} must answer an object with fields, `{}` does not", operation.id);
        let help = "name another operation, or list the fields of its answer";
        reporter.error(&cursor.child("operation").value(), message, "no fields to read", help);
        return;
    };
    let (section, what) = (cursor.child("answer"), format!("the answer of `{}`", operation.id));
    for (key, name) in [
        ("access_token", Some(names.access_token)),
        ("refresh_token", names.refresh_token),
        ("expires_at", names.expires_at),
    ] {
        let at = section.child(key);
        let Some(field) = name.and_then(|name| field(name, (&what, body), &at, reporter)) else { continue };
        let (is_right, types) = match key {
            "expires_at" => (matches!(field.of, Type::String | Type::DateTime), "a `string` or a `datetime`"),
            _ => (is_text(&field.of), "a `string` or a `secret`"),
        };
        if !is_right {
            let message = format!("the field that `{key}` names must be {types}");
            reporter.error(&at.value(), message, "of another type", "name another field, or mend its type");
        }
    }
}

fn is_text(of: &Type) -> bool {
    matches!(of, Type::String | Type::Secret)
}

/// What messages call the body of an operation.
fn body_of(id: &OperationId) -> String {
    format!("the body of `{id}`")
}

/// The field that the text behind a key names. `what` says whose.
fn field<'a>(
    name: &str,
    (what, object): (&str, &'a Object),
    at: &Cursor<'_>,
    reporter: &mut Reporter,
) -> Option<&'a Field> {
    let found = object.fields.iter().find(|field| field.wire == name);
    if found.is_none() {
        unknown_field(name, (what, object), &at.value(), reporter);
    }
    found
}

fn unknown_field(name: &str, (what, object): (&str, &Object), place: &SourcePath, reporter: &mut Reporter) {
    let help = suggest::did_you_mean(name, object.fields.iter().map(|field| field.wire.as_str()), "the fields are");
    let message = format!("a field must be one of {what}, `{name}` is none");
    reporter.error(place, message, "no such field", help);
}

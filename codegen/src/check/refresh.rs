//! Checks how a refresh token is exchanged for an access token.

use indexmap::IndexMap;

use super::operation_refs::{Completeness, Operations, check_needs_no_query};
use super::{Cx, strings};
use crate::ir::{Auth, Field, Object, Operation, Payload, Refresh, Scalar, Type};
use crate::spec::{Cursor, RefreshSpec, Reporter, SourcePath, TokenResponseSpec};
use crate::suggest;

/// The help for a field of the wrong type.
const TYPE_HELP: &str = "name another field, or change its type";

/// Checks the exchange, if the API has one.
pub fn check(operations: &Operations<'_>, cx: &mut Cx<'_>) -> Option<Refresh> {
    let spec = operations.spec;
    let RefreshSpec { operation, token, send, response } = spec.api.auth.as_ref()?.refresh.as_ref()?;
    let root = Cursor::root(&spec.api_source);
    let auth = root.child("auth");
    let cursor = auth.child("refresh");
    let operation = strings::required_name(operation.as_deref(), "operation", &cursor, cx.reporter);
    let token = strings::required_name(token.as_deref(), "token", &cursor, cx.reporter);
    let response = match response {
        Some(response) => check_field_names(response, &cursor.child("response"), cx.reporter),
        None => {
            cx.reporter.missing(&cursor, "response", "`response: { access_token: … }`");
            None
        }
    };
    if let Some(token) = token.filter(|token| send.contains_key(*token)) {
        let location = cursor.child("send").child(token).key();
        let message = format!("unexpected fixed value of the token field `{token}`");
        cx.reporter.error(&location, message, "conflicts with `token`", "remove it, or name another field in `token`");
    }
    let operation = operations.find(operation?, &cursor, cx.reporter)?;
    check_operation(operation, &cursor, cx);
    match operations.fields {
        Completeness::Complete => {
            check_body(operation, (token, send), &cursor, cx);
            response.iter().for_each(|response| check_response(operation, response, &cursor, cx));
        }
        Completeness::Unknown => {}
    }
    let ResponseFields { access_token, refresh_token, expires_at } = response?;
    Some(Refresh {
        operation: operation.id.clone(),
        token: token?.to_owned(),
        send: send.iter().map(|(field, value)| (field.clone(), value.clone())).collect(),
        access_token: access_token.to_owned(),
        refresh_token: refresh_token.map(str::to_owned),
        expires_at: expires_at.map(str::to_owned),
    })
}

/// The names of the response fields.
struct ResponseFields<'a> {
    access_token: &'a str,
    refresh_token: Option<&'a str>,
    expires_at: Option<&'a str>,
}

fn check_field_names<'a>(
    response: &'a TokenResponseSpec,
    cursor: &Cursor<'_>,
    reporter: &mut Reporter,
) -> Option<ResponseFields<'a>> {
    let TokenResponseSpec { access_token, refresh_token, expires_at } = response;
    let access_token = strings::required_name(access_token.as_deref(), "access_token", cursor, reporter);
    let refresh_token = strings::optional_name(refresh_token.as_deref(), "refresh_token", cursor, reporter);
    let expires_at = strings::optional_name(expires_at.as_deref(), "expires_at", cursor, reporter);
    Some(ResponseFields { access_token: access_token?, refresh_token, expires_at })
}

/// Checks that the client can call the operation with only the fields of its body.
fn check_operation(operation: &Operation, cursor: &Cursor<'_>, cx: &mut Cx<'_>) {
    let location = cursor.child("operation").value();
    if let Some(argument) = operation.path_arguments.first() {
        let message = format!("unexpected path parameter `{}` of `{}`", argument.wire_name, operation.id);
        cx.reporter.error(&location, message, "the client has no value for it", "name another operation");
    }
    check_needs_no_query(operation, cursor, &cx.arena, cx.reporter);
    match operation.auth {
        Auth::Optional | Auth::None => {}
        Auth::Required => {
            let message =
                format!("expected an operation without authentication, but `{}` has `auth: required`", operation.id);
            let help = "name another operation, or change its `auth`";
            cx.reporter.error(&location, message, "needs an access token", help);
        }
    }
}

/// Checks that the token and the fixed values have fields for strings, and that no other field is required.
fn check_body(
    operation: &Operation,
    (token, send): (Option<&str>, &IndexMap<String, String>),
    cursor: &Cursor<'_>,
    Cx { arena, reporter, .. }: &mut Cx<'_>,
) {
    let (id, location) = (&operation.id, cursor.child("operation").value());
    let Some(body) = operation.body.as_ref().and_then(|body| arena.object(body)) else {
        let message = format!("expected an operation with a body of known fields, but `{id}` has none");
        let help = "name another operation, or add the fields of its `body`";
        reporter.error(&location, message, "no body fields", help);
        return;
    };
    let (section, owner) = (cursor.child("send"), format!("the body of `{id}`"));
    for (name, value) in send {
        let at = section.child(name.as_str());
        let Some(field) = find_field(name, (&owner, body), &at.key(), reporter) else { continue };
        match arena.string_enum(&field.ty) {
            None if field.ty.is_string() => {}
            None => {
                let message = "expected a field of type `string` or `secret`, or a string enum";
                reporter.error(&at.key(), message, "another type", "remove it, or change the type of the field");
            }
            Some(string_enum) => {
                let known: Vec<&str> = string_enum.variants.iter().map(|variant| variant.wire_name.as_str()).collect();
                if !known.contains(&value.as_str()) {
                    let help = suggest::did_you_mean(value, known, "the values are");
                    reporter.error(&at.value(), format!("unknown value `{value}`"), "not a value of the field", help);
                }
            }
        }
    }
    let at = cursor.child("token").value();
    let Some(token) = token.and_then(|token| find_field(token, (&owner, body), &at, reporter)) else { return };
    if !token.ty.is_string() {
        reporter.error(&at, "expected a field of type `string` or `secret`", "another type", TYPE_HELP);
    }
    for field in body.required_fields().filter(|field| field.wire_name != token.wire_name) {
        let name = field.wire_name.as_str();
        if !send.contains_key(name) && !reporter.is_invalid(&section.child(name)) {
            let message = format!("missing value of the required field `{name}` of `{id}`");
            let help = format!("add it under `send`: `{name}: …`");
            reporter.error(&location, message, format!("needs `{name}`"), help);
        }
    }
}

fn check_response(
    operation: &Operation,
    names: &ResponseFields<'_>,
    cursor: &Cursor<'_>,
    Cx { arena, reporter, .. }: &mut Cx<'_>,
) {
    let body = match &operation.payload {
        Payload::Json(ty) => arena.object(ty),
        Payload::Empty | Payload::File => None,
    };
    let Some(body) = body else {
        let message = format!("expected an operation with a response of known fields, but `{}` has none", operation.id);
        let help = "name another operation, or add the fields of its response";
        reporter.error(&cursor.child("operation").value(), message, "no response fields", help);
        return;
    };
    let ResponseFields { access_token, refresh_token, expires_at } = names;
    let (section, owner) = (cursor.child("response"), format!("the response of `{}`", operation.id));
    for (key, name, other) in [
        ("access_token", Some(*access_token), Scalar::Secret),
        ("refresh_token", *refresh_token, Scalar::Secret),
        ("expires_at", *expires_at, Scalar::DateTime),
    ] {
        let at = section.child(key).value();
        let Some(field) = name.and_then(|name| find_field(name, (&owner, body), &at, reporter)) else { continue };
        if field.ty != Type::Scalar(Scalar::String) && field.ty != Type::Scalar(other) {
            let message = format!("expected a field of type `string` or `{}`", other.as_str());
            reporter.error(&at, message, "another type", TYPE_HELP);
        }
    }
}

/// Returns a field by its name, or reports an unknown one. `owner` describes the object.
fn find_field<'a>(
    name: &str,
    (owner, object): (&str, &'a Object),
    location: &SourcePath,
    reporter: &mut Reporter,
) -> Option<&'a Field> {
    let found = object.fields.iter().find(|field| field.wire_name == name);
    if found.is_none() {
        let known = object.fields.iter().map(|field| field.wire_name.as_str());
        let help = suggest::did_you_mean(name, known, "the fields are");
        reporter.error(location, format!("unknown field `{name}` in {owner}"), "unknown field", help);
    }
    found
}

//! One route of a page: puts the other checks together.

use super::fields::Owner;
use super::names::{self, Named};
use super::{Cx, body, errata, evidence, parameters, path, prose, responses, services};
use crate::ident::RustIdent;
use crate::ir::{Auth, Home, Operation, OperationId, Service, ServiceId, TokenPlace};
use crate::spec::{AuthNeed, Cursor, RouteSpec};

/// What a route takes from its page and its API.
pub struct Around<'a> {
    /// The namespace with dots.
    pub namespace: &'a str,
    /// The module of the page.
    pub home: &'a Home,
    /// All services.
    pub services: &'a [Service],
    /// The service of the page.
    pub service: Option<ServiceId>,
    /// Whether the API says how callers prove who they are.
    pub has_security: bool,
    /// Whether it names a query parameter that may hold the token.
    pub has_token_parameter: bool,
}

/// Checks a route. `cursor` is at its name.
pub fn check(
    wire: &str,
    route: &RouteSpec,
    around: &Around<'_>,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<Operation> {
    let RouteSpec {
        route,
        summary,
        description,
        auth,
        token_in_query,
        service,
        deprecated,
        path: path_fields,
        query,
        headers,
        body,
        responses,
        errata,
        evidence,
        source,
        rust,
    } = route;
    let written = route.as_deref();
    let route = prose::required(written, "route", cursor, cx.reporter).and(written);
    let summary = prose::required(summary.as_deref(), "summary", cursor, cx.reporter);
    let description = prose::optional(description.as_deref(), "description", cursor, cx.reporter);
    let deprecated = prose::optional(deprecated.as_deref(), "deprecated", cursor, cx.reporter);
    let source = prose::optional(source.as_deref(), "source", cursor, cx.reporter);
    let function = function_name(wire, rust.as_deref(), cursor, cx);
    let auth = check_auth(*auth, around, cursor, cx);
    let service = match service {
        Some(name) => services::find(name, around.services, cursor, cx.reporter),
        None => around.service,
    };
    let token = check_token(*token_in_query, around, cursor, cx);
    if !headers.is_empty() {
        let message = "header parameters are not built yet";
        cx.reporter.error(&cursor.child("headers").key(), message, "cannot be generated", "remove them for now");
    }
    let owner = |suffix: &str, what: &str| Owner {
        prefix: format!("{}_{suffix}", rust.as_deref().unwrap_or(wire)),
        means: format!("{what} of `{}.{wire}`.", around.namespace),
        home: around.home.clone(),
    };
    let route = route.and_then(|route| Some((route, path::check(route, cursor, cx.reporter)?)));
    let path_arguments = route.as_ref().and_then(|(text, (_, template))| {
        parameters::path((text, template), path_fields, &owner("path", "A path parameter"), cursor, cx)
    });
    let query = parameters::query(query, &owner("query", "The query"), cursor, cx);
    let body = body.as_ref().map(|body| body::check(body, &owner("body", "The body"), &cursor.child("body"), cx));
    let answers = responses::check(responses, &owner("response", "The answer"), cursor, cx);
    let errata = errata::check(errata, cursor, cx.reporter);
    evidence::check_of_route(evidence, cursor, cx.reporter);

    let function = function?;
    let (_, (method, path)) = route?;
    let responses::Answers { success, payload, errors } = answers?;
    let error_type = (!errors.is_empty()).then(|| error_name(rust.as_deref().unwrap_or(wire), around.home, cursor, cx));
    Some(Operation {
        id: OperationId(format!("{}.{wire}", around.namespace)),
        wire: wire.to_owned(),
        constant: RustIdent::shouty(function.bare()),
        function,
        method,
        path,
        service: service?,
        auth: auth?,
        token,
        summary: summary?,
        description,
        deprecated,
        path_arguments: path_arguments?,
        query,
        body: body.map_or(Some(None), |body| body.map(Some))?,
        success,
        payload,
        errors,
        error_type,
        errata,
        source,
    })
}

fn function_name(wire: &str, rust: Option<&str>, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<RustIdent> {
    match rust {
        Some(rust) => names::given(rust, &cursor.child("rust").value(), cx.reporter).then(|| RustIdent::snake(rust)),
        None => {
            let help = "add `rust: …` with a name for it";
            names::must_have_words(wire, &cursor.key(), help, cx.reporter).then(|| RustIdent::snake(wire))
        }
    }
}

fn error_name(operation: &str, home: &Home, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> RustIdent {
    let name = RustIdent::pascal(&format!("{operation}_error"));
    let help = "give the operation another name with `rust: …`";
    names::must_not_be_reserved(&name, &cursor.key(), help, cx.reporter);
    cx.arena.claim(&name, home, cursor.key(), Named::ErrorType, cx.reporter);
    name
}

fn check_token(in_query: bool, around: &Around<'_>, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> TokenPlace {
    if !in_query {
        return TokenPlace::Header;
    }
    if !around.has_token_parameter {
        let help = "name the parameter in api.yaml with `auth: { query: … }`, or remove this key";
        let message = "a token must not stand in the query where the API names no parameter for it";
        cx.reporter.error(&cursor.child("token_in_query").key(), message, "api.yaml has no `auth.query`", help);
    }
    TokenPlace::HeaderOrQuery
}

fn check_auth(auth: Option<AuthNeed>, around: &Around<'_>, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<Auth> {
    let auth = match auth {
        Some(AuthNeed::Required) => Auth::Required,
        Some(AuthNeed::Optional) => Auth::Optional,
        Some(AuthNeed::None) => return Some(Auth::None),
        None => {
            cx.reporter.missing(cursor, "auth", "`auth: required` (or `optional`, or `none`)");
            return None;
        }
    };
    if !around.has_security {
        let help = "describe it under `auth` in api.yaml, or write `auth: none`";
        let message = "a route must not want a token where the API has none";
        cx.reporter.error(&cursor.child("auth").value(), message, "api.yaml has no `auth`", help);
        return None;
    }
    Some(auth)
}

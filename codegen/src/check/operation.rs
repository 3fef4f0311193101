//! One route of a page: combines the checks of its parts.

use super::fields::{self, Body, InlineTypeContext};
use super::names::{self, NameKind};
use super::{
    AuthNeeds, Cx, ParsedRoute, errata, evidence, parameters, responses, route as route_check, services, strings,
};
use crate::ident::RustIdent;
use crate::ir::{
    Argument, Auth, Idempotency, Method, Module, Operation, OperationId, PathTemplate, Service, ServiceId,
    TokenLocation, TypeId,
};
use crate::spec::{AuthNeed, BodySpec, Cursor, Fields, RouteSpec, SourcePath};

/// What a route inherits from its page and its API.
pub struct RouteContext<'a> {
    /// The namespace with dots.
    pub namespace: &'a str,
    /// The module of the page.
    pub module: &'a Module,
    /// All services.
    pub services: &'a [Service],
    /// The service of the page.
    pub service: Option<ServiceId>,
    /// Whether the API has `auth`.
    pub has_security: bool,
    /// Whether the API has `auth.query`.
    pub has_token_parameter: bool,
}

/// Checks a route. `cursor` is the path of its name.
pub fn check(
    name: &str,
    route: &RouteSpec,
    context: &RouteContext<'_>,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<Operation> {
    let RouteSpec {
        route,
        summary,
        description,
        auth,
        token_in_query,
        idempotent,
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
    let route = strings::required_name(route.as_deref(), "route", cursor, cx.reporter);
    let summary = strings::required(summary.as_deref(), "summary", cursor, cx.reporter);
    let description = strings::optional(description.as_deref(), "description", cursor, cx.reporter);
    let deprecated = strings::optional(deprecated.as_deref(), "deprecated", cursor, cx.reporter);
    let source = strings::optional(source.as_deref(), "source", cursor, cx.reporter);
    let function = function_name(name, rust.as_deref(), cursor, cx);
    let auth = check_auth(*auth, context, cursor, cx);
    let service = match service {
        Some(name) => services::find(name, context.services, cursor, cx.reporter),
        None => context.service,
    };
    let token_location = check_token_location(*token_in_query, context, cursor, cx);
    check_no_headers(headers, cursor, cx);
    let inline_types = |suffix: &str, what: &str| InlineTypeContext {
        prefix: format!("{}_{suffix}", rust.as_deref().unwrap_or(name)),
        description: format!("{what} of `{}.{name}`.", context.namespace),
        module: context.module.clone(),
    };
    let raw = RawRequest { route, service, idempotent: *idempotent, path: path_fields, query, body: body.as_ref() };
    let request = check_request(&raw, &inline_types, cursor, cx);
    let responses = responses::check(responses, &inline_types("response", "The response body"), cursor, cx);
    let errata = errata::check(errata, cursor, cx.reporter);
    evidence::check_of_route(evidence, cursor, cx.reporter);

    let function = function?;
    let CheckedRequest { method, path, idempotency, path_arguments, query, body } = request?;
    let (body, body_doc) = body.map(|body| (body.ty, body.doc)).unzip();
    let responses::Responses { success, payload, payload_doc, errors } = responses?;
    let error_type =
        (!errors.is_empty()).then(|| error_name(rust.as_deref().unwrap_or(name), context.module, cursor, cx));
    Some(Operation {
        id: OperationId(format!("{}.{name}", context.namespace)),
        wire_name: name.to_owned(),
        constant: RustIdent::screaming_snake(function.as_unescaped()),
        function,
        method,
        path,
        service: service?,
        auth: auth?,
        token_location,
        idempotency,
        summary: summary?,
        description,
        deprecated,
        path_arguments,
        query,
        body,
        body_doc: body_doc.flatten(),
        success,
        payload,
        payload_doc,
        errors,
        error_type,
        errata,
        source,
    })
}

/// The parts of a request in the spec.
struct RawRequest<'a> {
    route: Option<&'a str>,
    service: Option<ServiceId>,
    idempotent: Option<bool>,
    path: &'a Fields,
    query: &'a Fields,
    body: Option<&'a BodySpec>,
}

/// The checked parts of a request.
struct CheckedRequest {
    method: Method,
    path: PathTemplate,
    idempotency: Idempotency,
    path_arguments: Vec<Argument>,
    query: Option<TypeId>,
    body: Option<Body>,
}

/// Checks a request. `inline_types` returns the context of the types in one part of the request.
fn check_request(
    raw: &RawRequest<'_>,
    inline_types: &impl Fn(&str, &str) -> InlineTypeContext,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<CheckedRequest> {
    let route_at = cursor.child("route");
    let route = raw.route.and_then(|text| Some((text, route_check::check(text, &route_at, cx.reporter)?)));
    if let Some((_, (method, path))) = &route {
        let (path, location) = (path.clone(), route_at.value());
        cx.routes.push(ParsedRoute { method: *method, path, service: raw.service, location });
    }
    let idempotency = route.as_ref().map(|(_, (method, _))| check_idempotency(raw.idempotent, *method, cursor, cx));
    let path_arguments = route.as_ref().and_then(|(text, (_, template))| {
        parameters::path((text, template), raw.path, &inline_types("path", "The path parameters"), cursor, cx)
    });
    let query = parameters::query(raw.query, &inline_types("query", "The query parameters"), cursor, cx);
    let body_at = cursor.child("body");
    let body = raw.body.map(|body| fields::body(body, &inline_types("body", "The request body"), &body_at, cx));
    let (_, (method, path)) = route?;
    let body = body.map_or(Some(None), |body| body.map(Some))?;
    Some(CheckedRequest { method, path, idempotency: idempotency?, path_arguments: path_arguments?, query, body })
}

fn function_name(name: &str, rust: Option<&str>, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<RustIdent> {
    let is_valid = match rust {
        Some(rust) => names::validate_rust_name(rust, &cursor.child("rust").value(), cx.reporter),
        None => names::check_has_words(name, &cursor.key(), "set a Rust name with `rust: …`", cx.reporter),
    };
    is_valid.then(|| names::function(rust.unwrap_or(name)))
}

fn error_name(operation: &str, module: &Module, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> RustIdent {
    let name = RustIdent::upper_camel(&format!("{operation}_error"));
    let help = "set another name for the operation with `rust: …`";
    names::check_not_reserved(&name, &cursor.key(), help, cx.reporter);
    cx.arena.claim(&name, module, cursor.key(), NameKind::ErrorType, cx.reporter);
    name
}

fn check_no_headers(headers: &Fields, cursor: &Cursor<'_>, cx: &mut Cx<'_>) {
    if !headers.is_empty() {
        let location = cursor.child("headers").key();
        cx.reporter.error(&location, "unsupported header parameters", "not supported yet", "remove them");
    }
}

fn check_token_location(
    in_query: bool,
    context: &RouteContext<'_>,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> TokenLocation {
    if !in_query {
        return TokenLocation::Header;
    }
    // An API without `auth` is reported as such.
    if context.has_security && !context.has_token_parameter {
        cx.needs.query.push(cursor.child("token_in_query").key());
    }
    TokenLocation::HeaderOrQuery
}

fn check_idempotency(idempotent: Option<bool>, method: Method, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Idempotency {
    let default = Idempotency::of_method(method);
    let idempotency = match idempotent {
        None => return default,
        Some(true) => Idempotency::Idempotent,
        Some(false) => Idempotency::NonIdempotent,
    };
    let location = cursor.child("idempotent").value();
    if idempotency == default {
        let message = format!("redundant `idempotent` of a `{method}`");
        cx.reporter.error(&location, message, "the default of the method", "remove it");
    } else if method == Method::Get {
        let help = "remove it, or change the method";
        cx.reporter.error(&location, "`GET` is always idempotent", "not allowed for `GET`", help);
    }
    idempotency
}

fn check_auth(
    auth: Option<AuthNeed>,
    context: &RouteContext<'_>,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<Auth> {
    let auth = match auth {
        Some(AuthNeed::Required) => Auth::Required,
        Some(AuthNeed::Optional) => Auth::Optional,
        Some(AuthNeed::None) => return Some(Auth::None),
        None => {
            cx.reporter.missing(cursor, "auth", "`auth: required` (or `optional`, or `none`)");
            return None;
        }
    };
    if !context.has_security {
        cx.needs.token.push(cursor.child("auth").value());
        return None;
    }
    Some(auth)
}

/// Reports what the routes need from `auth` in `api.yaml`, at the first of these routes.
pub fn report_needs(cx: &mut Cx<'_>) {
    let AuthNeeds { token, query } = std::mem::take(&mut cx.needs);
    let others = |locations: &[SourcePath]| match locations.len() {
        0 | 1 => String::new(),
        2 => ", here and in 1 other route".to_owned(),
        count => format!(", here and in {} other routes", count - 1),
    };
    if let Some(first) = cx.reporter.first(&token) {
        let help = format!("add `auth` to api.yaml, or write `auth: none`{}", others(&token));
        cx.reporter.error(&first, "route needs a token, but the API has no `auth`", "missing in api.yaml", help);
    }
    if let Some(first) = cx.reporter.first(&query) {
        let message = "`token_in_query` needs the name of a query parameter";
        let help = format!("add `auth: {{ query: … }}` to api.yaml, or remove this key{}", others(&query));
        cx.reporter.error(&first, message, "api.yaml has no `auth.query`", help);
    }
}

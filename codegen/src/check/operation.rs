//! One route of a page: puts the other checks together.

use super::body::Body;
use super::fields::Owner;
use super::names::{self, Named};
use super::{AuthNeeds, Cx, body, errata, evidence, parameters, path, prose, responses, services};
use crate::ident::RustIdent;
use crate::ir::{
    Argument, Auth, Effect, Home, Method, Operation, OperationId, PathTemplate, Service, ServiceId, TokenPlace, TypeId,
};
use crate::spec::{AuthNeed, BodySpec, Cursor, Fields, RouteSpec, SourcePath};

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
    let route = prose::required_name(route.as_deref(), "route", cursor, cx.reporter);
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
    must_be_empty(headers, cursor, cx);
    let owner = |suffix: &str, what: &str| Owner {
        prefix: format!("{}_{suffix}", rust.as_deref().unwrap_or(wire)),
        description: format!("{what} of `{}.{wire}`.", around.namespace),
        home: around.home.clone(),
    };
    let written = Written { route, idempotent: *idempotent, path: path_fields, query, body: body.as_ref() };
    let request = check_request(&written, &owner, cursor, cx);
    let answers = responses::check(responses, &owner("response", "The answer"), cursor, cx);
    let errata = errata::check(errata, cursor, cx.reporter);
    evidence::check_of_route(evidence, cursor, cx.reporter);

    let function = function?;
    let Request { method, path, effect, path_arguments, query, body } = request?;
    let (body, body_doc) = body.map(|body| (body.ty, body.doc)).unzip();
    let responses::Answers { success, payload, payload_doc, errors } = answers?;
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
        effect,
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

/// What a request is made of, as written.
struct Written<'a> {
    route: Option<&'a str>,
    idempotent: Option<bool>,
    path: &'a Fields,
    query: &'a Fields,
    body: Option<&'a BodySpec>,
}

/// What a request is made of.
struct Request {
    method: Method,
    path: PathTemplate,
    effect: Effect,
    path_arguments: Vec<Argument>,
    query: Option<TypeId>,
    body: Option<Body>,
}

/// Checks the request. `owner` is asked for what the types inside a part of it are named after.
fn check_request(
    written: &Written<'_>,
    owner: &impl Fn(&str, &str) -> Owner,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<Request> {
    let route = written.route.and_then(|route| Some((route, path::check(route, cursor, cx.reporter)?)));
    let effect = route.as_ref().map(|(_, (method, _))| check_effect(written.idempotent, *method, cursor, cx));
    let path_arguments = route.as_ref().and_then(|(text, (_, template))| {
        parameters::path((text, template), written.path, &owner("path", "A path parameter"), cursor, cx)
    });
    let query = parameters::query(written.query, &owner("query", "The query"), cursor, cx);
    let at = cursor.child("body");
    let body = written.body.map(|body| body::check(body, &owner("body", "The body"), &at, cx));
    let (_, (method, path)) = route?;
    let body = body.map_or(Some(None), |body| body.map(Some))?;
    Some(Request { method, path, effect: effect?, path_arguments: path_arguments?, query, body })
}

fn function_name(wire: &str, rust: Option<&str>, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<RustIdent> {
    match rust {
        Some(rust) => names::given(rust, &cursor.child("rust").value(), cx.reporter).then(|| names::function(rust)),
        None => {
            let help = "add `rust: …` with a name for it";
            names::must_have_words(wire, &cursor.key(), help, cx.reporter).then(|| names::function(wire))
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

fn must_be_empty(headers: &Fields, cursor: &Cursor<'_>, cx: &mut Cx<'_>) {
    if !headers.is_empty() {
        let message = "header parameters are not built yet";
        cx.reporter.error(&cursor.child("headers").key(), message, "cannot be generated", "remove them for now");
    }
}

fn check_token(in_query: bool, around: &Around<'_>, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> TokenPlace {
    if !in_query {
        return TokenPlace::Header;
    }
    // Where the API has no authentication at all, that is the error.
    if around.has_security && !around.has_token_parameter {
        cx.needs.query.push(cursor.child("token_in_query").key());
    }
    TokenPlace::HeaderOrQuery
}

fn check_effect(idempotent: Option<bool>, method: Method, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Effect {
    let by_method = Effect::of(method);
    let stated = match idempotent {
        None => return by_method,
        Some(true) => Effect::Idempotent,
        Some(false) => Effect::OneTime,
    };
    let place = cursor.child("idempotent").value();
    if stated == by_method {
        let message = format!("`idempotent` must say what the method does not: `{method}` has this value by default");
        cx.reporter.error(&place, message, "the default", "leave it out");
    } else if method == Method::Get {
        let message = "a `GET` must not change anything, so it can be repeated";
        cx.reporter.error(&place, message, "not of a `GET`", "leave it out, or mend the method");
    }
    stated
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
        cx.needs.token.push(cursor.child("auth").value());
        return None;
    }
    Some(auth)
}

/// Reports what the routes need of `auth` in api.yaml, at the first of them.
pub fn report_needs(cx: &mut Cx<'_>) {
    let AuthNeeds { token, query } = std::mem::take(&mut cx.needs);
    let others = |places: &[SourcePath]| match places.len() {
        0 | 1 => String::new(),
        2 => ", here and in 1 other route".to_owned(),
        count => format!(", here and in {} other routes", count - 1),
    };
    if let Some(first) = cx.reporter.first(&token) {
        let message = "a route must not want a token where the API has none";
        let help = format!("describe it under `auth` in api.yaml, or write `auth: none`{}", others(&token));
        cx.reporter.error(&first, message, "api.yaml has no `auth`", help);
    }
    if let Some(first) = cx.reporter.first(&query) {
        let message = "a token must not stand in the query where the API names no parameter for it";
        let help =
            format!("name the parameter in api.yaml with `auth: {{ query: … }}`, or remove this key{}", others(&query));
        cx.reporter.error(&first, message, "api.yaml has no `auth.query`", help);
    }
}

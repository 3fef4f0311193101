//! Services whose base URL an operation returns.

use indexmap::IndexSet;

use super::operation_refs::{Completeness, Operations, check_needs_no_query};
use super::{Cx, services, strings};
use crate::ir::{Discovery, Operation, Payload, Scalar, Service, ServiceId, Type};
use crate::spec::{Cursor, ResolveSpec};
use crate::suggest;

/// Checks how base URLs are discovered. A service with discovery gets the URL of the default service.
pub fn check(operations: &Operations<'_>, services: &mut [Service], cx: &mut Cx<'_>) {
    let spec = operations.spec;
    let root = Cursor::root(&spec.api_source);
    let section = root.child("services");
    let default = services::default(spec);
    let default_url = services.get(default.0).map(|service| service.url.clone()).unwrap_or_default();
    for (index, service) in services.iter_mut().enumerate() {
        let Some(raw) = spec.api.services.get(&service.wire_name) else { continue };
        let Some(resolve) = &raw.resolve else { continue };
        let cursor = section.child(service.wire_name.as_str());
        let at = cursor.child("resolve");
        if ServiceId(index) == default && (raw.is_default || spec.api.services.len() == 1) {
            let help = "use `url`; operations that return base URLs belong to the default service";
            cx.reporter.error(&at.key(), "unexpected `resolve` of the default service", "needs a fixed URL", help);
        }
        let id = ServiceId(index);
        service.discovery = check_one(resolve, (id, &service.wire_name, default), operations, &at, cx);
        service.url = default_url.clone();
    }
}

fn check_one(
    resolve: &ResolveSpec,
    (id, name, default): (ServiceId, &str, ServiceId),
    operations: &Operations<'_>,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<Discovery> {
    let ResolveSpec { operation, by, url } = resolve;
    let operation = strings::required_name(operation.as_deref(), "operation", cursor, cx.reporter);
    let path_param = strings::required_name(by.as_deref(), "by", cursor, cx.reporter);
    let url = strings::required_name(url.as_deref(), "url", cursor, cx.reporter);
    if let Some(path_param) = path_param {
        check_routes(path_param, (id, name), cursor, cx);
    }
    let operation = operations.find(operation?, cursor, cx.reporter)?;
    check_operation(operation, cursor, cx);
    if operation.service != default && operation.service != id {
        let location = cursor.child("operation").value();
        let message = format!("expected an operation of the default service or of `{name}`");
        let label = format!("`{}` belongs to another service", operation.id);
        cx.reporter.error(&location, message, label, "name another operation, or change its `service`");
    }
    let url: Vec<&str> = url?.split('.').collect();
    match operations.fields {
        Completeness::Complete => check_url(operation, &url, cursor, cx),
        Completeness::Unknown => {}
    }
    Some(Discovery {
        operation: operation.id.clone(),
        path_param: path_param?.to_owned(),
        url: url.into_iter().map(str::to_owned).collect(),
    })
}

/// Checks that the client can call the operation with only the value of one path parameter.
fn check_operation(operation: &Operation, cursor: &Cursor<'_>, cx: &mut Cx<'_>) {
    let location = cursor.child("operation").value();
    let id = &operation.id;
    let count = operation.path_arguments.len();
    if count != 1 {
        let message = format!("expected an operation with one path parameter, but `{id}` has {count}");
        let help = "name an operation with a path such as `/things/{id}`";
        cx.reporter.error(&location, message, "cannot return a base URL", help);
    }
    check_needs_no_query(operation, cursor, &cx.arena, cx.reporter);
    let needs_body = |body: &Type| match cx.arena.object(body) {
        Some(object) => object.required_fields().next().is_some(),
        None => *body != Type::Object,
    };
    if operation.body.as_ref().is_some_and(needs_body) {
        let message = format!("unexpected required body of `{id}`");
        let help = "name another operation: the client can only fill its path parameter";
        cx.reporter.error(&location, message, "the client has no value for it", help);
    }
}

/// Checks that a path leads through objects to a string in the response.
fn check_url(operation: &Operation, path: &[&str], cursor: &Cursor<'_>, cx: &mut Cx<'_>) {
    let mut ty = match &operation.payload {
        Payload::Json(ty) => ty,
        Payload::Empty | Payload::File => {
            let message = format!("expected an operation with a JSON response, but `{}` has none", operation.id);
            let help = "name another operation, or add the `body` of its response";
            cx.reporter.error(&cursor.child("operation").value(), message, "no JSON response", help);
            return;
        }
    };
    let at = cursor.child("url");
    let mut start = 0;
    for name in path {
        let location = at.within(start..start + name.chars().count());
        start += name.chars().count() + 1;
        let Some(object) = cx.arena.object(ty) else {
            let message = format!("`{name}` is not a field of an object with known fields");
            let help = "write the whole path, as in `server.url`, or add the fields to the response";
            cx.reporter.error(&location, message, "not in an object", help);
            return;
        };
        let Some(field) = object.fields.iter().find(|field| field.wire_name == *name) else {
            let known = object.fields.iter().map(|field| field.wire_name.as_str());
            let help = suggest::did_you_mean(name, known, "the fields are");
            let message = format!("unknown field `{name}` in the response of `{}`", operation.id);
            cx.reporter.error(&location, message, "unknown field", help);
            return;
        };
        ty = &field.ty;
    }
    if *ty != Type::Scalar(Scalar::String) {
        let help = "name another field, or change its type";
        cx.reporter.error(&at.value(), "expected a field of type `string`", "another type", help);
    }
}

/// Checks that every route of the service has the path parameter that is passed on.
fn check_routes(path_param: &str, (id, name): (ServiceId, &str), cursor: &Cursor<'_>, cx: &mut Cx<'_>) {
    let routes: Vec<_> = cx.routes.iter().filter(|route| route.service == Some(id)).collect();
    let parameters: IndexSet<&str> = routes.iter().flat_map(|route| route.path.parameters()).collect();
    if !parameters.is_empty() && !parameters.contains(path_param) {
        let help = suggest::did_you_mean(path_param, parameters, "the parameters are");
        let message = format!("no route of `{name}` has a path parameter `{path_param}`");
        cx.reporter.error(&cursor.child("by").value(), message, "unknown path parameter", help);
        return;
    }
    for route in routes.into_iter().filter(|route| route.path.parameters().all(|name| name != path_param)) {
        let message = format!("missing path parameter `{path_param}`, which `{name}` needs to discover its base URL");
        let help = format!("add `{{{path_param}}}` to the path, or change the `service` of the route");
        cx.reporter.error(&route.location, message, format!("no `{{{path_param}}}`"), help);
    }
}

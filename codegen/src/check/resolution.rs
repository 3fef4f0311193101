//! Services whose base URL another operation answers.

use indexmap::IndexSet;

use super::arena::Arena;
use super::referred::{Completeness, Operations};
use super::{Cx, path, prose, referred, services};
use crate::ir::{Operation, Payload, Resolution, Segment, Service, ServiceId, Type};
use crate::spec::{Cursor, Reporter, ResolveSpec, Spec};
use crate::suggest;

/// What messages call the operation.
const WHO: &str = "an operation that answers a URL";

/// Checks how services are resolved; a resolved one gets the URL of the default one.
pub fn check(operations: &Operations<'_>, services: &mut [Service], cx: &mut Cx<'_>) {
    let spec = operations.spec;
    let root = Cursor::root(&spec.api_source);
    let section = root.child("services");
    let default_url = services.get(services::default(spec).0).map(|service| service.url.clone()).unwrap_or_default();
    for (index, service) in services.iter_mut().enumerate() {
        let Some(written) = spec.api.services.get(&service.wire) else { continue };
        let Some(resolve) = &written.resolve else { continue };
        let cursor = section.child(service.wire.as_str());
        if written.is_default || spec.api.services.len() == 1 {
            let message = "the default service must not be resolved";
            let help = "give it a `url`; operations that answer a URL are asked there";
            cx.reporter.error(&cursor.child("resolve").key(), message, "of the default service", help);
        }
        let at = cursor.child("resolve");
        service.resolution = check_one(resolve, (ServiceId(index), &service.wire), operations, &at, cx);
        service.url = default_url.clone();
    }
}

fn check_one(
    resolve: &ResolveSpec,
    service: (ServiceId, &str),
    operations: &Operations<'_>,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<Resolution> {
    let ResolveSpec { operation, by, url } = resolve;
    let operation = prose::required_name(operation.as_deref(), "operation", cursor, cx.reporter);
    let by = prose::required_name(by.as_deref(), "by", cursor, cx.reporter);
    let url = prose::required_name(url.as_deref(), "url", cursor, cx.reporter);
    if let Some(by) = by {
        check_routes(by, service.1, operations.spec, cursor, cx.reporter);
    }
    let operation = operations.find(operation?, cursor, cx.reporter)?;
    check_operation(operation, service, cursor, operations.spec, cx);
    let url: Vec<&str> = url?.split('.').collect();
    match operations.fields {
        Completeness::Complete => check_url(operation, &url, cursor, cx),
        Completeness::Unknown => {}
    }
    Some(Resolution {
        operation: operation.id.clone(),
        by: by?.to_owned(),
        url: url.into_iter().map(str::to_owned).collect(),
    })
}

/// All that is known when the operation is called is the value of one path parameter.
fn check_operation(
    operation: &Operation,
    (own, wire): (ServiceId, &str),
    cursor: &Cursor<'_>,
    spec: &Spec,
    Cx { arena, reporter, needs: _ }: &mut Cx<'_>,
) {
    let place = cursor.child("operation").value();
    let id = &operation.id;
    let count = operation.path_arguments.len();
    if count != 1 {
        let message = format!("{WHO} must have one path parameter, `{id}` has {count}");
        let help = "name an operation with a path such as `/things/{id}`";
        reporter.error(&place, message, "not one parameter", help);
    }
    referred::must_need_no_query(operation, WHO, cursor, arena, reporter);
    if operation.body.as_ref().is_some_and(|body| needs_body(body, arena)) {
        let message = format!("{WHO} must need no body, `{id}` needs one");
        let help = "name another operation: nothing but its path parameter can be filled";
        reporter.error(&place, message, "needs a body", help);
    }
    if operation.service != services::default(spec) && operation.service != own {
        let message = format!("{WHO} must be one of the default service or of `{wire}` itself, `{id}` is not");
        let help = "name another operation, or mend its `service`";
        reporter.error(&place, message, "of another service", help);
    }
}

fn needs_body(body: &Type, arena: &Arena) -> bool {
    match referred::object(body, arena) {
        Some(object) => referred::required_fields(object).next().is_some(),
        None => *body != Type::Object,
    }
}

/// Each step must be a field of an object, and the last one a string.
fn check_url(operation: &Operation, steps: &[&str], cursor: &Cursor<'_>, cx: &mut Cx<'_>) {
    let mut of = match &operation.payload {
        Payload::Json(of) => of,
        Payload::Nothing | Payload::File => {
            let message = format!("{WHO} must answer JSON, `{}` does not", operation.id);
            let help = "name another operation, or add the `body` of its answer";
            cx.reporter.error(&cursor.child("operation").value(), message, "no JSON body", help);
            return;
        }
    };
    let at = cursor.child("url");
    let mut start = 0;
    for step in steps {
        let place = at.within(start..start + step.chars().count());
        start += step.chars().count() + 1;
        let Some(object) = referred::object(of, &cx.arena) else {
            let message =
                format!("`url` must lead through objects with known fields to one of them, `{step}` is in none");
            let help = "write the fields on the way, as in `server.url`, or list them in the answer";
            cx.reporter.error(&place, message, "not in an object", help);
            return;
        };
        let Some(field) = object.fields.iter().find(|field| field.wire == *step) else {
            let help =
                suggest::did_you_mean(step, object.fields.iter().map(|field| field.wire.as_str()), "the fields are");
            let message = format!("`url` must name fields of the answer of `{}`, `{step}` is none", operation.id);
            cx.reporter.error(&place, message, "no such field", help);
            return;
        };
        of = &field.of;
    }
    if *of != Type::String {
        let message = "the field with the URL must be a `string`";
        cx.reporter.error(&at.value(), message, "of another type", "name another field, or mend its type");
    }
}

/// Every route of the service must have the parameter that is passed on.
fn check_routes(by: &str, service: &str, spec: &Spec, cursor: &Cursor<'_>, reporter: &mut Reporter) {
    let mut lacking = Vec::new();
    let (mut parameters, mut count) = (IndexSet::new(), 0);
    for page in &spec.pages {
        for (name, route) in &page.file.routes {
            if route.service.as_deref().or(page.file.service.as_deref()) != Some(service) {
                continue;
            }
            // What is wrong with a route by itself is reported where it is checked.
            let Some(Ok((_, template))) = route.route.as_deref().map(path::parse) else { continue };
            count += 1;
            let names = template.0.into_iter().filter_map(|segment| match segment {
                Segment::Parameter(name) => Some(name),
                Segment::Text(_) => None,
            });
            let names: Vec<String> = names.collect();
            if !names.iter().any(|name| name == by) {
                lacking.push((page, name));
            }
            parameters.extend(names);
        }
    }
    if lacking.len() == count && !parameters.is_empty() {
        let help = suggest::did_you_mean(by, parameters.iter().map(String::as_str), "their parameters are");
        let message = format!("`by` must be a path parameter of every route of `{service}`, `{by}` is one of none");
        reporter.error(&cursor.child("by").value(), message, "no such parameter", help);
        return;
    }
    for (page, name) in lacking {
        let root = Cursor::root(&page.source);
        let section = root.child("routes");
        let place = section.child(name.as_str()).child("route").value();
        let message = format!("every route of the resolved service `{service}` must have the path parameter `{by}`");
        let help = format!("put `{{{by}}}` into the path, or give the route another `service`");
        reporter.error(&place, message, format!("no `{{{by}}}`"), help);
    }
}

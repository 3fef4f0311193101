//! Converts the raw spec to the checked API, with one file per check.
//!
//! A check destructures the raw structs field by field, reports errors to the [`Reporter`] and continues, so that one run
//! shows every error. A check returns `None` for what it reported. Only a spec without errors becomes an [`Api`].

mod api;
mod arena;
mod base_url;
mod base_url_discovery;
mod cycles;
mod defaults;
mod errata;
mod evidence;
mod fields;
mod named_types;
mod names;
mod namespaces;
mod operation;
mod operation_refs;
mod package;
mod parameters;
mod refresh;
mod responses;
mod route;
mod services;
mod strings;
mod type_expr;

use operation_refs::{Completeness, Operations};

use crate::ir::{Api, Method, Namespace, PathTemplate, Payload, ServiceId, Type, TypeDef, TypeId, TypeKind, Usage};
use crate::spec::{Reporter, SourcePath, Spec};

/// The state of the checks.
struct Cx<'a> {
    /// The types that were found so far.
    arena: arena::Arena,
    /// The errors that were found so far.
    reporter: &'a mut Reporter,
    /// The routes without syntax errors.
    routes: Vec<ParsedRoute>,
    /// Uses of `auth` that `api.yaml` does not define.
    needs: AuthNeeds,
}

/// A route without syntax errors. Its operation may have other errors.
struct ParsedRoute {
    method: Method,
    path: PathTemplate,
    service: Option<ServiceId>,
    /// The value of the key `route`.
    location: SourcePath,
}

/// Collects the routes that use an undefined part of `auth`, because each part is reported only once.
#[derive(Default)]
struct AuthNeeds {
    /// The keys `auth` of the routes that need a token.
    token: Vec<SourcePath>,
    /// The keys `token_in_query` of the routes that accept a token in the query.
    query: Vec<SourcePath>,
}

/// Checks a spec. Returns `None` if an error was reported.
pub fn check(spec: &Spec, reporter: &mut Reporter) -> Option<Api> {
    let mut header = api::check(spec, reporter);
    let mut services = services::check(spec, reporter);
    let mut cx = Cx { arena: arena::Arena::default(), reporter, routes: Vec::new(), needs: AuthNeeds::default() };
    named_types::check(spec, &mut cx);
    let namespaces = namespaces::check(spec, &services, &header, &mut cx);
    operation::report_needs(&mut cx);
    route::check_conflicts(&cx.routes, cx.reporter);
    errata::check_removed(spec, cx.reporter);
    propagate_usage(cx.arena.types_mut(), &namespaces);
    cycles::check(&mut cx);
    let fields = if cx.reporter.is_empty() { Completeness::Complete } else { Completeness::Unknown };
    let operations = Operations { spec, namespaces: &namespaces, fields };
    base_url_discovery::check(&operations, &mut services, &mut cx);
    header.set_refresh(refresh::check(&operations, &mut cx));
    if !cx.reporter.is_empty() {
        return None;
    }
    let mut types = cx.arena.finish()?;
    cycles::box_recursive_fields(&mut types);
    let namespaces = namespaces::with_types(namespaces, &types);
    header.into_api(services, types, namespaces)
}

/// Sets [`TypeDef::usage`] of every type, starting at the parameters and bodies of all operations.
fn propagate_usage(types: &mut [Option<TypeDef>], namespaces: &[Namespace]) {
    for operation in namespaces.iter().flat_map(|namespace| &namespace.operations) {
        let arguments = operation.path_arguments.iter().map(|argument| &argument.ty);
        for ty in arguments.chain(&operation.body) {
            add_usage(ty, Usage::REQUEST, types);
        }
        if let Some(query) = operation.query {
            add_usage(&Type::Named(query), Usage::REQUEST, types);
        }
        match &operation.payload {
            Payload::Json(body) => add_usage(body, Usage::RESPONSE, types),
            Payload::Empty | Payload::File => {}
        }
    }
}

fn add_usage(ty: &Type, usage: Usage, types: &mut [Option<TypeDef>]) {
    let mut stack: Vec<TypeId> = ty.innermost().named().into_iter().collect();
    while let Some(id) = stack.pop() {
        let Some(Some(def)) = types.get_mut(id.index()) else { continue };
        let Usage { request, response } = def.usage;
        let merged = Usage { request: request || usage.request, response: response || usage.response };
        // A type whose usage does not change has passed it on before, so that recursive types end here.
        if merged != def.usage {
            def.usage = merged;
            match &def.kind {
                TypeKind::Object(object) => {
                    stack.extend(object.fields.iter().filter_map(|field| field.ty.innermost().named()));
                }
                TypeKind::Enum(_) => {}
            }
        }
    }
}

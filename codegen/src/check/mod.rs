//! From the spec as written to the checked API: one file per check.
//!
//! A check takes what was written apart field by field, reports into the [`Reporter`] and goes on, so that one run shows
//! every mistake. Checks hand on `None` for what they reported; only a spec without any mistake becomes an [`Api`].

mod api;
mod arena;
mod body;
mod contact;
mod cycles;
mod defaults;
mod dev_dependencies;
mod errata;
mod evidence;
mod fields;
mod named_types;
mod names;
mod namespaces;
mod operation;
mod package;
mod package_names;
mod parameters;
mod path;
mod prose;
mod referred;
mod refresh;
mod removed;
mod resolution;
mod responses;
mod routes;
mod services;
mod type_expr;
mod usage;
mod words;

use referred::{Completeness, Operations};

use crate::ir::Api;
use crate::spec::{Reporter, SourcePath, Spec};

/// What checks write to: the types under construction, and what is wrong.
struct Cx<'a> {
    arena: arena::Arena,
    reporter: &'a mut Reporter,
    /// The routes that need something of `auth` in api.yaml that is not there.
    needs: AuthNeeds,
}

/// What api.yaml lacks is one error, however many routes need it.
#[derive(Default)]
struct AuthNeeds {
    /// The keys `auth` of the routes that want a token.
    token: Vec<SourcePath>,
    /// The keys `token_in_query` of the routes that take it from the query.
    query: Vec<SourcePath>,
}

/// Checks a spec; `None` where something was reported.
pub fn check(spec: &Spec, reporter: &mut Reporter) -> Option<Api> {
    let mut header = api::check(spec, reporter);
    let mut services = services::check(spec, reporter);
    let mut cx = Cx { arena: arena::Arena::default(), reporter, needs: AuthNeeds::default() };
    named_types::check(spec, &mut cx);
    let namespaces = namespaces::check(spec, &services, &header, &mut cx);
    operation::report_needs(&mut cx);
    routes::check(spec, cx.reporter);
    removed::check(spec, cx.reporter);
    usage::spread(cx.arena.types_mut(), &namespaces);
    cycles::check(&mut cx);
    let fields = if cx.reporter.is_empty() { Completeness::Complete } else { Completeness::Unknown };
    let operations = Operations { spec, namespaces: &namespaces, fields };
    resolution::check(&operations, &mut services, &mut cx);
    header.set_refresh(refresh::check(&operations, &mut cx));
    if !cx.reporter.is_empty() {
        return None;
    }
    let mut types = cx.arena.finish()?;
    cycles::break_up(&mut types);
    let namespaces = namespaces::with_types(namespaces, &types);
    header.into_api(services, types, namespaces)
}

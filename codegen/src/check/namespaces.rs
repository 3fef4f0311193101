//! Converts pages to namespaces. A namespace whose parent has no page gets an empty parent.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::api::Header;
use super::names::{self, Level, NameKind, NameScope};
use super::operation::{self, RouteContext};
use super::{Cx, services, strings};
use crate::ident::{self, RustIdent};
use crate::ir::{Module, Namespace, Service, ServiceId, TypeDef, TypeId};
use crate::spec::{Cursor, Page, PageFile, Spec};

/// Returns the modules of a namespace, outermost first.
pub fn modules(dotted: &str) -> Vec<RustIdent> {
    modules_of_path(dotted.split('.'))
}

fn modules_of_path<'a>(path: impl Iterator<Item = &'a str>) -> Vec<RustIdent> {
    let level = |index| if index == 0 { Level::Top } else { Level::Below };
    path.enumerate().map(|(index, part)| names::module(part, level(index))).collect()
}

/// Checks every page.
pub fn check(spec: &Spec, services: &[Service], header: &Header, cx: &mut Cx<'_>) -> Vec<Namespace> {
    // A page that cannot be parsed is already reported.
    if spec.pages.is_empty() && cx.reporter.is_empty() {
        let help = "add a page file, such as `user.yaml`; spec/README.md lists its keys";
        let location = Cursor::root(&spec.api_source).key();
        cx.reporter.error(&location, "missing page file", "the only file of the spec", help);
    }
    let mut by_path: BTreeMap<Vec<String>, Namespace> = BTreeMap::new();
    let mut scopes: BTreeMap<Vec<RustIdent>, NameScope> = BTreeMap::new();
    let mut claim = |modules: &[RustIdent], page: &Page, cx: &mut Cx<'_>| {
        let Some((own, parent)) = modules.split_last() else { return true };
        let location = Cursor::root(&page.source).child("namespace").value();
        scopes.entry(parent.to_vec()).or_default().claim(own, location, NameKind::Namespace, cx.reporter)
    };
    let default_service = (!services.is_empty()).then(|| services::default(spec));
    let mut valid = Vec::new();
    for page in &spec.pages {
        let has_valid_name = check_name(page, &Cursor::root(&page.source).child("namespace"), cx);
        // If another page has the module, every name in it would conflict.
        if has_valid_name && !claim(&modules(&page.stem), page, cx) {
            continue;
        }
        let namespace = check_page(page, services, default_service, header, cx);
        if has_valid_name {
            valid.push((page, namespace.path.clone()));
            by_path.insert(namespace.path.clone(), namespace);
        }
    }
    for (page, path) in valid {
        for depth in 1..path.len() {
            let parent: Vec<String> = path.iter().take(depth).cloned().collect();
            if let Entry::Vacant(entry) = by_path.entry(parent) {
                let namespace = empty(entry.key().clone());
                claim(&namespace.modules, page, cx);
                entry.insert(namespace);
            }
        }
    }
    check_accessors(spec, &scopes, cx);
    by_path.into_values().collect()
}

fn check_name(page: &Page, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> bool {
    let PageFile { namespace, .. } = &page.file;
    let root = Cursor::root(&page.source);
    let Some(namespace) = strings::required(namespace.as_deref(), "namespace", &root, cx.reporter) else {
        return false;
    };
    let location = cursor.value();
    if namespace != page.stem {
        let help = format!("write `namespace: {}`, or rename the file to `{namespace}.yaml`", page.stem);
        let message = format!("expected namespace `{}`, found `{namespace}`", page.stem);
        cx.reporter.error(&location, message, format!("the file is `{}.yaml`", page.stem), help);
        return false;
    }
    if namespace.split('.').any(str::is_empty) {
        let help = "write it as in `user.settings`";
        let message = format!("invalid namespace `{namespace}`");
        cx.reporter.error(&location, message, "expected names with one dot between them", help);
        return false;
    }
    let help = "rename the namespace and its file";
    // Generated files mention the name of the page file.
    if namespace.chars().any(|c| c.is_control() || ident::is_bidi(c)) {
        cx.reporter.error(&location, "invisible character in a namespace", "contains a control character", help);
        return false;
    }
    namespace.split('.').all(|part| names::check_has_words(part, &location, help, cx.reporter))
}

fn check_page(
    page: &Page,
    services: &[Service],
    default_service: Option<ServiceId>,
    header: &Header,
    cx: &mut Cx<'_>,
) -> Namespace {
    let root = Cursor::root(&page.source);
    let PageFile { namespace: _, page: title, summary, service, types: _, routes } = &page.file;
    let module = Module::Namespace(modules(&page.stem));
    let title = strings::optional(title.as_deref(), "page", &root, cx.reporter);
    let summary = strings::required(summary.as_deref(), "summary", &root, cx.reporter).unwrap_or_default();
    let service = match service {
        Some(name) => services::find(name, services, &root, cx.reporter),
        None => default_service,
    };
    let mut namespace = Namespace {
        page: title,
        summary,
        source: Some(page.source.path.clone()),
        ..empty(page.stem.split('.').map(str::to_owned).collect())
    };
    for name in [&namespace.client, &namespace.server] {
        let location = root.child("namespace").value();
        cx.arena.claim(name, &module, location, NameKind::ClientAndServer, cx.reporter);
    }
    if routes.is_empty() {
        cx.reporter.missing(&root, "routes", "`routes: { … }`");
    }
    let context = RouteContext {
        namespace: &page.stem,
        module: &module,
        services,
        service,
        has_security: header.has_security(),
        has_token_parameter: header.has_token_parameter(),
    };
    let section = root.child("routes");
    let mut functions = NameScope::default();
    for (name, route) in routes {
        let cursor = section.child(name.as_str());
        if let Some(operation) = operation::check(name, route, &context, &cursor, cx) {
            functions.claim(&operation.function, cursor.key(), NameKind::Operation, cx.reporter);
            namespace.operations.push(operation);
        }
    }
    namespace
}

/// Returns an empty namespace.
fn empty(path: Vec<String>) -> Namespace {
    let last = path.last().map_or("", String::as_str);
    Namespace {
        modules: modules_of_path(path.iter().map(String::as_str)),
        page: None,
        summary: String::new(),
        source: None,
        client: RustIdent::upper_camel(&format!("{last}_client")),
        server: RustIdent::upper_camel(&format!("{last}_server")),
        operations: Vec::new(),
        types: Vec::new(),
        path,
    }
}

/// Reports an operation and a child namespace with the same name: both become a method of the client.
fn check_accessors(spec: &Spec, scopes: &BTreeMap<Vec<RustIdent>, NameScope>, cx: &mut Cx<'_>) {
    for page in &spec.pages {
        let Some(children) = scopes.get(&modules(&page.stem)) else { continue };
        let root = Cursor::root(&page.source);
        let section = root.child("routes");
        for (name, route) in &page.file.routes {
            let function = names::function(route.rust.as_deref().unwrap_or(name));
            if let Some(child) = children.location_of(&function) {
                let message = format!("operation and child namespace have the same name `{function}`");
                let help = "set another name for the operation with `rust: …`";
                let location = section.child(name.as_str()).key();
                cx.reporter.conflict([(&location, "the operation"), (child, "the namespace")], message, help);
            }
        }
    }
}

/// Sets [`Namespace::types`] of every namespace.
pub fn with_types(mut namespaces: Vec<Namespace>, types: &[TypeDef]) -> Vec<Namespace> {
    for namespace in &mut namespaces {
        let module = Module::Namespace(namespace.modules.clone());
        let own = types.iter().enumerate().filter(|(_, def)| def.module == module);
        namespace.types = own.map(|(index, _)| TypeId::new(index)).collect();
    }
    namespaces
}

//! Pages become namespaces; a namespace whose parent has no page gets an empty one.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::api::Header;
use super::names::{self, Level, Named, Taken};
use super::operation::{self, Around};
use super::{Cx, prose, services};
use crate::ident::{self, RustIdent};
use crate::ir::{Home, Namespace, Service, ServiceId, TypeDef, TypeId};
use crate::spec::{Cursor, Page, PageFile, Spec};

/// The modules of a namespace, outermost first.
pub fn modules(dotted: &str) -> Vec<RustIdent> {
    steps(dotted.split('.'))
}

fn steps<'a>(names: impl Iterator<Item = &'a str>) -> Vec<RustIdent> {
    let level = |index| if index == 0 { Level::Top } else { Level::Below };
    names.enumerate().map(|(index, name)| names::module(name, level(index))).collect()
}

/// Checks every page.
pub fn check(spec: &Spec, services: &[Service], header: &Header, cx: &mut Cx<'_>) -> Vec<Namespace> {
    // A page that could not be read is reported already.
    if spec.pages.is_empty() && cx.reporter.is_empty() {
        let help = "write a page file, such as `user.yaml`; spec/README.md lists its keys";
        let place = Cursor::root(&spec.api_source).key();
        cx.reporter.error(&place, "a spec must have at least one page", "the only file of the spec", help);
    }
    let mut by_name: BTreeMap<Vec<String>, Namespace> = BTreeMap::new();
    let mut modules_taken: BTreeMap<Vec<RustIdent>, Taken> = BTreeMap::new();
    let mut claim = |modules: &[RustIdent], page: &Page, cx: &mut Cx<'_>| {
        let Some((own, above)) = modules.split_last() else { return true };
        let place = Cursor::root(&page.source).child("namespace").value();
        modules_taken.entry(above.to_vec()).or_default().claim(own, place, Named::Namespace, cx.reporter)
    };
    let default = (!services.is_empty()).then(|| services::default(spec));
    let mut named = Vec::new();
    for page in &spec.pages {
        let is_well_named = check_name(page, &Cursor::root(&page.source).child("namespace"), cx);
        // In a module that is another page's already, everything would clash.
        if is_well_named && !claim(&modules(&page.stem), page, cx) {
            continue;
        }
        let namespace = check_page(page, (services, default), header, cx);
        if is_well_named {
            named.push((page, namespace.wire.clone()));
            by_name.insert(namespace.wire.clone(), namespace);
        }
    }
    for (page, wire) in named {
        for depth in 1..wire.len() {
            let above: Vec<String> = wire.iter().take(depth).cloned().collect();
            if let Entry::Vacant(entry) = by_name.entry(above) {
                let namespace = empty(entry.key().clone());
                claim(&namespace.modules, page, cx);
                entry.insert(namespace);
            }
        }
    }
    check_accessors(spec, &modules_taken, cx);
    by_name.into_values().collect()
}

fn check_name(page: &Page, place: &Cursor<'_>, cx: &mut Cx<'_>) -> bool {
    let PageFile { namespace, .. } = &page.file;
    let root = Cursor::root(&page.source);
    let Some(namespace) = prose::required(namespace.as_deref(), "namespace", &root, cx.reporter) else { return false };
    if namespace != page.stem {
        let help = format!("write `namespace: {}`, or rename the file to `{namespace}.yaml`", page.stem);
        let message = "a file must be named after its namespace";
        cx.reporter.error(&place.value(), message, format!("the file is `{}.yaml`", page.stem), help);
        return false;
    }
    if namespace.split('.').any(str::is_empty) {
        let message = "a namespace must be names with one dot between each two";
        cx.reporter.error(&place.value(), message, "a name is missing", "write it as in `user.settings`");
        return false;
    }
    let help = "rename the namespace and its file";
    // The file's name is in the header of what is generated.
    if namespace.chars().any(|c| c.is_control() || ident::is_bidi(c)) {
        let message = "a namespace must not hold characters that nobody sees";
        cx.reporter.error(&place.value(), message, "a control character in it", help);
        return false;
    }
    if !namespace.split('.').all(|step| names::must_have_words(step, &place.value(), help, cx.reporter)) {
        return false;
    }
    true
}

fn check_page(
    page: &Page,
    (services, default): (&[Service], Option<ServiceId>),
    header: &Header,
    cx: &mut Cx<'_>,
) -> Namespace {
    let root = Cursor::root(&page.source);
    let PageFile { namespace: _, page: title, summary, service, types: _, routes } = &page.file;
    let modules = modules(&page.stem);
    let home = Home::Namespace(modules.clone());
    let title = prose::optional(title.as_deref(), "page", &root, cx.reporter);
    let summary = prose::required(summary.as_deref(), "summary", &root, cx.reporter).unwrap_or_default();
    let service = match service {
        Some(name) => services::find(name, services, &root, cx.reporter),
        None => default,
    };
    let mut namespace = Namespace {
        page: title,
        summary,
        source: Some(page.source.path.clone()),
        ..empty(page.stem.split('.').map(str::to_owned).collect())
    };
    for name in [&namespace.client, &namespace.server] {
        cx.arena.claim(name, &home, root.child("namespace").value(), Named::Ends, cx.reporter);
    }
    if routes.is_empty() {
        cx.reporter.missing(&root, "routes", "`routes: { … }`");
    }
    let around = Around {
        namespace: &page.stem,
        home: &home,
        services,
        service,
        has_security: header.has_security(),
        has_token_parameter: header.has_token_parameter(),
    };
    let section = root.child("routes");
    let mut functions = Taken::default();
    for (wire, route) in routes {
        let cursor = section.child(wire.as_str());
        if let Some(operation) = operation::check(wire, route, &around, &cursor, cx) {
            functions.claim(&operation.function, cursor.key(), Named::Operation, cx.reporter);
            namespace.operations.push(operation);
        }
    }
    namespace
}

/// A namespace of that name with nothing in it.
fn empty(wire: Vec<String>) -> Namespace {
    let last = wire.last().map_or("", String::as_str);
    Namespace {
        modules: steps(wire.iter().map(String::as_str)),
        page: None,
        summary: String::new(),
        source: None,
        client: RustIdent::pascal(&format!("{last}_client")),
        server: RustIdent::pascal(&format!("{last}_server")),
        operations: Vec::new(),
        types: Vec::new(),
        wire,
    }
}

/// An operation and a namespace below its own would be two methods of one name.
fn check_accessors(spec: &Spec, modules_taken: &BTreeMap<Vec<RustIdent>, Taken>, cx: &mut Cx<'_>) {
    for page in &spec.pages {
        let Some(children) = modules_taken.get(&modules(&page.stem)) else { continue };
        let root = Cursor::root(&page.source);
        let section = root.child("routes");
        for (wire, route) in &page.file.routes {
            let function = names::function(route.rust.as_deref().unwrap_or(wire));
            if let Some(child) = children.place_of(&function) {
                let message =
                    format!("an operation and a namespace below it must not have the same name: `{function}`");
                let help = "give the operation another name with `rust: …`";
                let place = section.child(wire.as_str()).key();
                cx.reporter.conflict([(&place, "the operation"), (child, "the namespace")], message, help);
            }
        }
    }
}

/// Lists each type with the namespace whose module it lives in.
pub fn with_types(mut namespaces: Vec<Namespace>, types: &[TypeDef]) -> Vec<Namespace> {
    for namespace in &mut namespaces {
        let home = Home::Namespace(namespace.modules.clone());
        let own = types.iter().enumerate().filter(|(_, def)| def.home == home);
        namespace.types = own.map(|(index, _)| TypeId::new(index)).collect();
    }
    namespaces
}

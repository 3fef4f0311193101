//! What was removed from the API: complete, and really gone from the spec. Whether the documentation has it is for the audit.

use indexmap::IndexMap;

use super::prose;
use crate::spec::{Cursor, RemovalSpec, RemovedSpec, Reporter, SourcePath, Spec};

/// Checks `removed` of `api.yaml`, of which no code is made.
pub fn check(spec: &Spec, reporter: &mut Reporter) {
    let root = Cursor::root(&spec.api_source);
    let section = root.child("removed");
    let RemovedSpec { routes, services } = &spec.api.removed;
    let at = section.child("routes");
    check_each(routes, &at, reporter, |operation| {
        let (namespace, name) = operation.rsplit_once('.')?;
        let page = spec.pages.iter().find(|page| page.stem == namespace)?;
        let root = Cursor::root(&page.source);
        page.file.routes.contains_key(name).then(|| root.child("routes").child(name).key())
    });
    for operation in routes.keys().filter(|operation| !operation.contains('.')) {
        let message = format!("a removed route must be named with its namespace, `{operation}` is not");
        reporter.error(&at.child(operation.as_str()).key(), message, "no operation", "write it as in `book.lend`");
    }
    check_each(services, &section.child("services"), reporter, |service| {
        let known = spec.api.services.keys().find(|known| known.eq_ignore_ascii_case(service))?;
        Some(root.child("services").child(known.as_str()).key())
    });
}

/// `find` is where the spec has the thing of that name nevertheless.
fn check_each(
    removed: &IndexMap<String, RemovalSpec>,
    cursor: &Cursor<'_>,
    reporter: &mut Reporter,
    find: impl Fn(&str) -> Option<SourcePath>,
) {
    for (name, RemovalSpec { version, because }) in removed {
        let at = cursor.child(name.as_str());
        prose::required(version.as_deref(), "version", &at, reporter);
        prose::required(because.as_deref(), "because", &at, reporter);
        if let Some(place) = find(name) {
            let message = format!("`{name}` must not be in the spec and removed");
            let entries = [(&place, "the spec has it"), (&at.key(), "removed")];
            reporter.conflict(entries, message, "remove one of them");
        }
    }
}

//! Routes across pages: no two answer the same request.

use std::collections::BTreeMap;

use super::path;
use crate::spec::{Cursor, PageFile, Reporter, RouteSpec, Spec};

/// Reports routes with the same method and path; the names of parameters do not tell routes apart, nor does a slash at the end
/// (stubs answer a path with and without it).
pub fn check(spec: &Spec, reporter: &mut Reporter) {
    let mut seen = BTreeMap::new();
    for page in &spec.pages {
        let PageFile { routes, .. } = &page.file;
        let root = Cursor::root(&page.source);
        let section = root.child("routes");
        for (name, RouteSpec { route, .. }) in routes {
            let cursor = section.child(name.as_str());
            // What is wrong with a route by itself is reported where it is checked.
            let Some(Ok((method, template))) = route.as_deref().map(path::parse) else { continue };
            let place = cursor.child("route").value();
            let key = (method, template.shape());
            if let Some(first) = seen.get(&key) {
                let (method, shape) = &key;
                let message = format!("two routes must not answer the same request: {method} {shape}");
                let help = "remove one of them, or mend its method or path";
                reporter.duplicate(&place, first, message, help);
            } else {
                seen.insert(key, place);
            }
        }
    }
}

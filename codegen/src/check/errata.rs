//! Checks that errata are complete and name facts that exist. The audit compares them with the documentation.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::strings;
use crate::facts::{self, BASE_URL};
use crate::ir::Erratum;
use crate::spec::{Cursor, ErratumSpec, RemovalSpec, RemovedSpec, Reporter, SourcePath, Spec};
use crate::suggest;

/// Reports an invalid fact.
type CheckFact = fn(&str, &SourcePath, &mut Reporter);

/// Checks the errata of a route. `cursor` is the path of the route.
pub fn check(errata: &[ErratumSpec], cursor: &Cursor<'_>, reporter: &mut Reporter) -> Vec<Erratum> {
    check_all(errata, cursor, check_fact, reporter)
}

/// Checks the errata of a service, which do not affect generated code. `cursor` is the path of the service.
pub fn check_of_service(errata: &[ErratumSpec], cursor: &Cursor<'_>, reporter: &mut Reporter) {
    let check_fact: CheckFact = |fact, location, reporter| {
        if fact != BASE_URL {
            let help = format!("write `fact: {BASE_URL}`");
            reporter.error(location, format!("unknown fact `{fact}` of a service"), "unknown fact", help);
        }
    };
    check_all(errata, cursor, check_fact, reporter);
}

fn check_all(
    errata: &[ErratumSpec],
    cursor: &Cursor<'_>,
    check_fact: CheckFact,
    reporter: &mut Reporter,
) -> Vec<Erratum> {
    let section = cursor.child("errata");
    let mut seen = BTreeMap::new();
    let mut checked = Vec::new();
    for (index, ErratumSpec { fact, documented, actual, because }) in errata.iter().enumerate() {
        let at = section.item(index);
        let fact = strings::required(fact.as_deref(), "fact", &at, reporter);
        let documented = strings::required(documented.as_deref(), "documented", &at, reporter);
        let actual = strings::required(actual.as_deref(), "actual", &at, reporter);
        let because = strings::required(because.as_deref(), "because", &at, reporter);
        if let Some(fact) = &fact {
            let location = at.child("fact").value();
            check_fact(fact, &location, reporter);
            if let Some(first) = seen.insert(fact.clone(), index) {
                let other = section.item(first).child("fact").value();
                reporter.duplicate(&location, &other, format!("duplicate erratum for `{fact}`"), "merge them");
            }
        }
        if let (Some(fact), Some(documented), Some(actual), Some(because)) = (fact, documented, actual, because) {
            checked.push(Erratum { fact, documented, actual, because });
        }
    }
    checked
}

/// Reports an unknown fact of a route.
pub fn check_fact(fact: &str, location: &SourcePath, reporter: &mut Reporter) {
    if !facts::is_fact(fact) {
        let kind = fact.split('.').next().unwrap_or(fact);
        let known = facts::fact_prefixes();
        let help = if kind == "code" {
            "write it as in `code.404`".to_owned()
        } else if known.contains(kind) {
            format!("write it as in `{kind}.name`")
        } else {
            suggest::did_you_mean(kind, known, "facts start with")
        };
        reporter.error(location, format!("unknown fact `{fact}`"), "unknown fact", help);
    }
}

/// Checks `removed` of `api.yaml`: no entry may still be in the spec. Removed entries do not affect generated code.
pub fn check_removed(spec: &Spec, reporter: &mut Reporter) {
    let root = Cursor::root(&spec.api_source);
    let section = root.child("removed");
    let RemovedSpec { routes, services } = &spec.api.removed;
    let at = section.child("routes");
    check_removals(routes, &at, reporter, |operation| {
        let (namespace, name) = operation.rsplit_once('.')?;
        let page = spec.pages.iter().find(|page| page.stem == namespace)?;
        let root = Cursor::root(&page.source);
        page.file.routes.contains_key(name).then(|| root.child("routes").child(name).key())
    });
    for operation in routes.keys().filter(|operation| !operation.contains('.')) {
        let message = format!("missing namespace of removed route `{operation}`");
        let help = "write it as in `book.lend`";
        reporter.error(&at.child(operation.as_str()).key(), message, "expected a namespace and a name", help);
    }
    check_removals(services, &section.child("services"), reporter, |service| {
        let known = spec.api.services.keys().find(|known| known.eq_ignore_ascii_case(service))?;
        Some(root.child("services").child(known.as_str()).key())
    });
}

/// Checks one mapping of removed entries. `find` returns the location of an entry that is still in the spec.
fn check_removals(
    removed: &IndexMap<String, RemovalSpec>,
    cursor: &Cursor<'_>,
    reporter: &mut Reporter,
    find: impl Fn(&str) -> Option<SourcePath>,
) {
    for (name, RemovalSpec { version, because }) in removed {
        let at = cursor.child(name.as_str());
        strings::required(version.as_deref(), "version", &at, reporter);
        strings::required(because.as_deref(), "because", &at, reporter);
        if let Some(location) = find(name) {
            let entries = [(&location, "defined here"), (&at.key(), "removed here")];
            reporter.conflict(entries, format!("`{name}` is both defined and removed"), "remove one of the two");
        }
    }
}

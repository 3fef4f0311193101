//! Errata: complete, and about a fact that there can be. Whether they are right is for the audit, which knows the pages.

use std::collections::{BTreeMap, BTreeSet};

use super::prose;
use crate::ir::Erratum;
use crate::spec::{Cursor, ErratumSpec, Reporter, SourcePath};
use crate::suggest;

/// The facts that stand for themselves.
const WHOLE: [&str; 7] = ["auth", "body", "deprecated", "method", "path", "response", "service"];
/// The facts that are followed by a dot and a name.
const NAMED: [&str; 6] = ["body", "code", "headers", "path", "query", "response"];

/// The one fact of a service.
const BASE_URL: &str = "url";

/// Reports what is no name of a fact.
type CheckName = fn(&str, &SourcePath, &mut Reporter);

/// Checks the errata of a route. `cursor` is the route's.
pub fn check(errata: &[ErratumSpec], cursor: &Cursor<'_>, reporter: &mut Reporter) -> Vec<Erratum> {
    check_all(errata, cursor, |fact, place, reporter| check_fact(fact, "an erratum", place, reporter), reporter)
}

/// Checks the errata of a service, of which no code is made. `cursor` is the service's.
pub fn check_of_service(errata: &[ErratumSpec], cursor: &Cursor<'_>, reporter: &mut Reporter) {
    let check_name: CheckName = |fact, place, reporter| {
        if fact != BASE_URL {
            let message = format!("an erratum of a service must be about its `{BASE_URL}`, not `{fact}`");
            reporter.error(place, message, "unknown fact", format!("write `fact: {BASE_URL}`"));
        }
    };
    check_all(errata, cursor, check_name, reporter);
}

fn check_all(
    errata: &[ErratumSpec],
    cursor: &Cursor<'_>,
    check_name: CheckName,
    reporter: &mut Reporter,
) -> Vec<Erratum> {
    let section = cursor.child("errata");
    let mut seen = BTreeMap::new();
    let mut checked = Vec::new();
    for (index, ErratumSpec { fact, documented, actual, because }) in errata.iter().enumerate() {
        let at = section.item(index);
        let fact = prose::required(fact.as_deref(), "fact", &at, reporter);
        let documented = prose::required(documented.as_deref(), "documented", &at, reporter);
        let actual = prose::required(actual.as_deref(), "actual", &at, reporter);
        let because = prose::required(because.as_deref(), "because", &at, reporter);
        if let Some(fact) = &fact {
            check_name(fact, &at.child("fact").value(), reporter);
            if let Some(first) = seen.insert(fact.clone(), index) {
                let other = section.item(first);
                let message = format!("a fact must have only one erratum, `{fact}` has two");
                let (place, other) = (at.child("fact").value(), other.child("fact").value());
                reporter.duplicate(&place, &other, message, "merge them");
            }
        }
        if let (Some(fact), Some(documented), Some(actual), Some(because)) = (fact, documented, actual, because) {
            checked.push(Erratum { fact, documented, actual, because });
        }
    }
    checked
}

/// Reports what is no name of a fact; `who` names it.
pub fn check_fact(fact: &str, who: &str, place: &SourcePath, reporter: &mut Reporter) {
    let kind = fact.split('.').next().unwrap_or(fact);
    let is_known = match fact.split_once('.') {
        None => WHOLE.contains(&fact),
        Some(("code", code)) => code.len() == 3 && code.bytes().all(|digit| digit.is_ascii_digit()),
        Some((kind, name)) => NAMED.contains(&kind) && !name.is_empty(),
    };
    if !is_known {
        let help = if kind == "code" {
            "write it as in `code.404`".to_owned()
        } else if WHOLE.contains(&kind) || NAMED.contains(&kind) {
            format!("write it as in `{kind}.name`")
        } else {
            let known: BTreeSet<&str> = WHOLE.into_iter().chain(NAMED).collect();
            suggest::did_you_mean(kind, known, "a fact starts with one of")
        };
        let message = format!("{who} must name a fact, `{fact}` is none");
        reporter.error(place, message, "unknown fact", help);
    }
}

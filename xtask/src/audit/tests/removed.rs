//! Documented routes that the API no longer has.

use super::{Change, audit_with, help, messages};

/// The removal of a route from the spec.
const GONE: Change<'_> = (
    "hut.yaml",
    "  enter:
    route: GET /hut
    summary: Enters the hut.
    auth: none
    deprecated: It leaks.
    source: the mapping
    responses: { 200: In. }
",
    "",
);
const REMOVED: Change<'_> =
    ("api.yaml", "auth:", "removed: { routes: { hut.enter: { version: 1.1.0, because: it fell down } } }\nauth:");

#[test]
fn a_removed_route_needs_an_entry() {
    assert_eq!(messages(&[GONE]), ["missing route `hut.enter` @ hut.yaml:4:1 @ mapping.json:4:20"]);
    let help = help(&[GONE]);
    assert!(help.ends_with("in api.yaml: `removed: { routes: { hut.enter: { version: …, because: … } } }`"), "{help}");
    assert_eq!(messages(&[GONE, REMOVED]), [""; 0]);
    let (before, after) = (audit_with(&[]), audit_with(&[GONE, REMOVED]));
    // A method, a path, deprecated, authentication, a service and a code.
    assert_eq!((after.routes, after.covered), (before.routes - 1, before.covered + 6));
}

#[test]
fn an_entry_for_an_undocumented_route_is_superfluous() {
    let other: Change<'_> =
        (REMOVED.0, REMOVED.1, "removed: { routes: { hut.burn: { version: 1.1.0, because: so } } }\nauth:");
    assert_eq!(
        messages(&[other]),
        ["`hut.burn` is not documented, so it need not be listed as removed @ api.yaml:13:22"]
    );
}

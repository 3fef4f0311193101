//! Routes that the documentation has and the API does not have any more.

use super::{Change, audited, help, messages};

/// The spec without a route, as a maintainer would leave it.
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
fn a_removed_route_needs_an_erratum() {
    assert_eq!(messages(&[GONE]), ["the spec must have `hut.enter` @ hut.yaml:4:1 @ mapping.json:4:20"]);
    let remedy = help(&[GONE]);
    assert!(
        remedy.ends_with("in api.yaml: `removed: { routes: { hut.enter: { version: …, because: … } } }`"),
        "{remedy}"
    );
    assert_eq!(messages(&[GONE, REMOVED]), [""; 0]);
    let (before, after) = (audited(&[]), audited(&[GONE, REMOVED]));
    // A method, a path, deprecated, authentication, a service and a code.
    assert_eq!((after.routes, after.covered), (before.routes - 1, before.covered + 6));
}

#[test]
fn an_erratum_of_a_removed_route_must_cover_one() {
    let other: Change<'_> =
        (REMOVED.0, REMOVED.1, "removed: { routes: { hut.burn: { version: 1.1.0, because: so } } }\nauth:");
    assert_eq!(messages(&[other]), ["what was removed must be documented; `hut.burn` is not @ api.yaml:13:22"]);
}

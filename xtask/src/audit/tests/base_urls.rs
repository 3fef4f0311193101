//! Base URLs that changed on either side.

use super::{Change, audit_with, help, messages};

const MOVED: Change<'_> = ("mapping.json", "https://orchard.example", "https://trees.example");

#[test]
fn a_moved_service_is_noticed() {
    let expected = "`url` of the service `main` differs from the documentation @ api.yaml:6:16 @ mapping.json:18:54";
    assert_eq!(messages(&[MOVED]), [expected]);
    assert_eq!(messages(&[("api.yaml", "https://orchard.example", "https://trees.example")]), [expected]);
    let expected_help = "fix the spec, or add an erratum to the service: `{ fact: url, documented: \"https://trees.example\", \
                  actual: \"https://orchard.example\", because: … }`";
    assert_eq!(help(&[MOVED]), expected_help);
    let text = audit_with(&[MOVED]).to_string();
    assert_eq!(text, "4 routes, 69 facts compared, 53 equal, 15 covered, 1 unexplained");
}

#[test]
fn an_erratum_of_a_service_is_checked() {
    for (from, to, expected) in [
        (
            "documented: \"https://cellar.example\"",
            "documented: \"https://old.example\"",
            "wrong `documented` in the erratum of `url` @ api.yaml:12:34 @ mapping.json:16:54",
        ),
        (
            "actual: \"https://cold.example\"",
            "actual: \"https://ice.example\"",
            "wrong `actual` in the erratum of `url` @ api.yaml:12:68",
        ),
        (
            "url: \"https://cold.example\"",
            "url: \"https://cellar.example\"",
            "`url` of the service `cold` does not differ from the documentation @ api.yaml:12:17 @ mapping.json:16:54",
        ),
    ] {
        assert_eq!(messages(&[("api.yaml", from, to)]), [expected], "{to}");
    }
}

#[test]
fn a_service_of_one_side_needs_an_erratum() {
    let gone: Change<'_> = ("mapping.json", "\"COLD\"", "\"CELLAR\"");
    let expected = [
        "missing service `cellar` @ api.yaml:5:1 @ mapping.json:16:56",
        "wrong `documented` in the erratum of `url` @ api.yaml:12:34",
    ];
    assert_eq!(messages(&[gone]), expected);
    let erratum: Change<'_> = ("api.yaml", "documented: \"https://cellar.example\"", "documented: absent");
    let removed: Change<'_> =
        ("api.yaml", "auth:", "removed: { services: { cellar: { version: 2.0.0, because: it is flooded } } }\nauth:");
    assert_eq!(messages(&[gone, erratum, removed]), [""; 0]);
    let superfluous = ["`cellar` is not documented, so it need not be listed as removed @ api.yaml:13:24"];
    assert_eq!(messages(&[removed]), superfluous);
}

#[test]
fn without_base_urls_in_the_facts_nothing_is_compared() {
    let services: [Change<'_>; 5] = [
        (
            "mapping.json",
            "    { \"name\": \"COLD\", \"page\": \"constants.js\", \"url\": \"https://cellar.example\" },\n",
            "",
        ),
        (
            "mapping.json",
            "    { \"name\": \"HUT\", \"page\": \"constants.js\", \"url\": \"https://hut.example/\" },\n",
            "",
        ),
        (
            "mapping.json",
            "    { \"name\": \"MAIN\", \"page\": \"constants.js\", \"url\": \"https://orchard.example\" }\n",
            "",
        ),
        ("api.yaml", "https://orchard.example", "https://trees.example"),
        ("api.yaml", "auth:", "removed: { services: { cellar: { version: 2.0.0, because: it is flooded } } }\nauth:"),
    ];
    assert_eq!(messages(&services), [""; 0]);
}

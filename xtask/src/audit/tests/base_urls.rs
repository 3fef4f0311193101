//! Services that moved, on either side.

use super::{Change, audited, help, messages};

const MOVED: Change<'_> = ("mapping.json", "https://orchard.example", "https://trees.example");

#[test]
fn a_moved_service_is_noticed() {
    let expected = "the service `main` must agree with the documentation on `url` @ api.yaml:6:16 @ mapping.json:18:54";
    assert_eq!(messages(&[MOVED]), [expected]);
    assert_eq!(messages(&[("api.yaml", "https://orchard.example", "https://trees.example")]), [expected]);
    let remedy = "fix the spec, or add an erratum to the service: `{ fact: url, documented: \"https://trees.example\", \
                  actual: \"https://orchard.example\", because: … }`";
    assert_eq!(help(&[MOVED]), remedy);
    let text = audited(&[MOVED]).to_string();
    assert_eq!(text, "4 routes, 69 facts compared, 53 equal, 15 covered, 1 unexplained");
}

#[test]
fn an_erratum_of_a_service_must_be_right() {
    for (from, to, expected) in [
        (
            "documented: \"https://cellar.example\"",
            "documented: \"https://old.example\"",
            "`documented` of an erratum must be what the documentation says of `url` @ api.yaml:12:34 @ mapping.json:16:54",
        ),
        (
            "actual: \"https://cold.example\"",
            "actual: \"https://ice.example\"",
            "`actual` of an erratum must be what the spec says of `url` @ api.yaml:12:68",
        ),
        (
            "url: \"https://cold.example\"",
            "url: \"https://cellar.example\"",
            "an erratum must cover a difference; `url` of the service `cold` is none @ api.yaml:12:17 @ mapping.json:16:54",
        ),
    ] {
        assert_eq!(messages(&[("api.yaml", from, to)]), [expected], "{to}");
    }
}

#[test]
fn a_service_of_one_side_alone_needs_a_reason() {
    let gone: Change<'_> = ("mapping.json", "\"COLD\"", "\"CELLAR\"");
    let expected = [
        "the spec must have the service `cellar` @ api.yaml:5:1 @ mapping.json:16:56",
        "`documented` of an erratum must be what the documentation says of `url` @ api.yaml:12:34",
    ];
    assert_eq!(messages(&[gone]), expected);
    let erratum: Change<'_> = ("api.yaml", "documented: \"https://cellar.example\"", "documented: absent");
    let removed: Change<'_> =
        ("api.yaml", "auth:", "removed: { services: { cellar: { version: 2.0.0, because: it is flooded } } }\nauth:");
    assert_eq!(messages(&[gone, erratum, removed]), [""; 0]);
    let superfluous = ["what was removed must be documented; `cellar` is not @ api.yaml:13:24"];
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

//! Findings with their locations.

use super::{Change, audit_with, audit_with_pages, help, messages};

/// Compares the findings after each set of changes with the expected ones.
fn check_each(cases: &[(&[Change<'_>], &[&str])]) {
    let mut wrong = String::new();
    for (changes, expected) in cases {
        let found = messages(changes);
        if found != *expected {
            wrong.push_str(&format!("{changes:?}\n    {found:#?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_correct_spec_has_no_findings() {
    assert_eq!(messages(&[]), [""; 0]);
    let audit = audit_with(&[]);
    assert_eq!(audit.to_string(), "4 routes, 69 facts compared, 54 equal, 15 covered, 0 unexplained");
}

#[test]
fn differences() {
    check_each(&[
        (
            &[("orchard.yaml", "POST /o", "PUT /o")],
            &["`method` of `orchard.plant` differs from the documentation @ orchard.yaml:6:12 @ documented.json:23:17"],
        ),
        (
            &[("orchard.yaml", "auth: required", "auth: optional")],
            &["`auth` of `orchard.plant` differs from the documentation @ orchard.yaml:8:11 @ documented.json:26:25"],
        ),
        (
            &[("orchard.yaml", "/trees\n", "/tree\n")],
            &["`path` of `orchard.plant` differs from the documentation @ orchard.yaml:6:12 @ documented.json:24:15"],
        ),
        (
            &[(
                "orchard.yaml",
                "    path: { orchard: string }\n    query",
                "    path: { orchard: integer }\n    query",
            )],
            &[
                "`path.orchard` of `orchard.plant` differs from the documentation @ orchard.yaml:10:13 @ documented.json:29:28",
            ],
        ),
        (
            &[("orchard.yaml", "dry?: boolean", "dry: boolean")],
            &[
                "`query.dry` of `orchard.plant` differs from the documentation @ orchard.yaml:11:14 @ documented.json:30:29",
            ],
        ),
        (
            &[("orchard.yaml", "default: 0", "default: 1")],
            &[
                "`body.spot.y` of `orchard.plant` differs from the documentation @ orchard.yaml:14:36 @ documented.json:36:21",
            ],
        ),
        (
            &[("orchard.yaml", "x: number, ", "")],
            &[
                "`body.spot.x` of `orchard.plant` differs from the documentation @ orchard.yaml:12:5 @ documented.json:35:21",
            ],
        ),
        (
            &[("orchard.yaml", "x: number, ", "x: number, z?: number, ")],
            &[
                "`body.spot.z` of `orchard.plant` differs from the documentation @ orchard.yaml:14:36 @ documented.json:21:20",
            ],
        ),
        (
            &[("orchard.yaml", "    responses: { 200: Seen. }", "    responses: { 200: Seen., 404: Gone. }")],
            &[
                "`code.404` of `orchard.peek` differs from the documentation @ orchard.yaml:34:30 @ documented.json:4:20",
            ],
        ),
        (
            &[("documented.json", "\"codes\": [200]\n    },", "\"codes\": [200, 404]\n    },")],
            &[
                "`code.404` of `orchard.peek` differs from the documentation @ orchard.yaml:34:5 @ documented.json:18:22",
            ],
        ),
        (
            &[(
                "orchard.yaml",
                "    summary: Plants a tree.",
                "    summary: Plants a tree.\n    deprecated: Sow instead.",
            )],
            &[
                "`deprecated` of `orchard.plant` differs from the documentation @ orchard.yaml:8:5 @ documented.json:25:21",
            ],
        ),
        (
            &[("hut.yaml", "service: hut", "service: main")],
            &["`service` of `hut.enter` differs from the documentation @ hut.yaml:5:3 @ mapping.json:10:18"],
        ),
    ]);
}

/// Superfluous and wrong errata.
#[test]
fn errata() {
    check_each(&[
        (
            &[("orchard.yaml", "      - { fact: code.204, documented: absent, actual: present, because: seen }\n", "")],
            &[
                "`code.204` of `orchard.plant` differs from the documentation @ orchard.yaml:20:7 @ documented.json:21:20",
            ],
        ),
        (
            &[("orchard.yaml", "documented: Number? | Object", "documented: Number?")],
            &["wrong `documented` in the erratum of `body.note` @ orchard.yaml:22:40 @ documented.json:39:21"],
        ),
        (
            &[("orchard.yaml", "actual: string?, because", "actual: string, because")],
            &["wrong `actual` in the erratum of `body.note` @ orchard.yaml:22:66"],
        ),
        (
            &[
                ("orchard.yaml", "fact: code.204", "fact: code.205"),
                ("orchard.yaml", "      204: Nothing to plant.\n", ""),
            ],
            &["`code.205` does not differ from the documentation @ orchard.yaml:23:17 @ documented.json:21:20"],
        ),
        (
            &[
                (
                    "orchard.yaml",
                    "{ fact: code.204, documented: absent, actual: present",
                    "{ fact: body.kind, documented: String, actual: Kind",
                ),
                ("orchard.yaml", "      204: Nothing to plant.\n", ""),
            ],
            &[
                "`body.kind` is more specific than the documentation, but does not differ from it @ orchard.yaml:23:17 @ documented.json:33:21",
            ],
        ),
    ]);
}

/// Missing, superfluous and wrong evidence.
#[test]
fn evidence() {
    check_each(&[
        (
            &[("orchard.yaml", "body.helpers: array of string?, ", "")],
            &["missing evidence for `body.helpers` of `orchard.plant` @ orchard.yaml:15:7 @ documented.json:37:21"],
        ),
        (
            &[("orchard.yaml", "body.helpers: array of string?", "body.helpers: array of string")],
            &["wrong value in the evidence for `body.helpers` @ orchard.yaml:26:51"],
        ),
        (
            &[(
                "orchard.yaml",
                "{ facts: { response: array of Tree }",
                "{ facts: { response: array of Tree, code.200: present }",
            )],
            &[
                "`code.200` needs no evidence: the spec is not more specific @ orchard.yaml:27:45 @ documented.json:46:17",
            ],
        ),
        (
            &[("orchard.yaml", ", token_in_query: \"yes\"", "")],
            &["missing evidence for `token_in_query` of `orchard.peek` @ orchard.yaml:32:5 @ documented.json:4:20"],
        ),
        (
            &[("orchard.yaml", "    token_in_query: true\n", "")],
            &[
                "`token_in_query` needs no evidence: the spec is not more specific @ orchard.yaml:35:38 @ documented.json:4:20",
            ],
        ),
        (
            &[("orchard.yaml", "    auth: required\n", "    auth: required\n    idempotent: true\n")],
            &["missing evidence for `idempotent` of `orchard.plant` @ orchard.yaml:9:5 @ documented.json:21:20"],
        ),
        (
            &[
                ("orchard.yaml", "    auth: required\n", "    auth: required\n    idempotent: true\n"),
                ("orchard.yaml", "response: array of Tree }", "response: array of Tree, idempotent: \"no\" }"),
            ],
            &["wrong value in the evidence for `idempotent` @ orchard.yaml:28:57"],
        ),
        (
            &[
                ("orchard.yaml", "    auth: required\n", "    auth: required\n    idempotent: true\n"),
                ("orchard.yaml", "response: array of Tree }", "response: array of Tree, idempotent: \"yes\" }"),
            ],
            &[],
        ),
        (
            &[("orchard.yaml", "response: array of Tree }", "response: array of Tree, idempotent: \"yes\" }")],
            &[
                "`idempotent` needs no evidence: the spec is not more specific @ orchard.yaml:27:45 @ documented.json:21:20",
            ],
        ),
    ]);
}

/// Evidence of named types.
#[test]
fn named_types() {
    check_each(&[
        (
            &[("api.yaml", "name?: string, age: integer = 1", "age: integer = 1")],
            &["missing evidence for `name?` of `Tree` @ api.yaml:18:7"],
        ),
        (
            &[("api.yaml", "age: integer = 1", "age: integer")],
            &["wrong value in the evidence for `age` of `Tree` @ api.yaml:24:39"],
        ),
        (
            &[("api.yaml", "sweet | sour", "sour")],
            &["wrong value in the evidence for `fruit[].taste?` of `Tree` @ api.yaml:26:66"],
        ),
        (
            &[("api.yaml", "      - { values: [apple, \">\"], because: the prose lists them }\n", "      []\n")],
            &["missing evidence for the values of `Kind` @ api.yaml:29:5"],
        ),
        (
            &[("api.yaml", "{ values: [apple, \">\"], because", "{ values: [apple], because")],
            &["wrong values in the evidence for `Kind` @ api.yaml:31:11"],
        ),
        (
            &[
                (
                    "documented.json",
                    "{ \"name\": \"note\", \"type\": \"Number\", \"optional\": true }",
                    "{ \"name\": \"tree.name\", \"type\": \"String\", \"optional\": true },\n          { \"name\": \"note\", \"type\": \"Number\", \"optional\": true }",
                ),
                ("api.yaml", "name?: string, age: integer = 1, ", "age: integer = 1, "),
                ("orchard.yaml", ", body.tree: Tree?", ""),
            ],
            &[],
        ),
    ]);
}

/// Routes, their sources and their services.
#[test]
fn routes() {
    check_each(&[
        (
            &[("orchard.yaml", "  plant:", "  plants:")],
            &[
                "missing route `orchard.plant` @ orchard.yaml:4:1 @ documented.json:21:20",
                "`orchard.plants` is neither documented nor has a `source` @ orchard.yaml:5:3",
            ],
        ),
        (
            &[("hut.yaml", "    source: a gardener\n", "")],
            &["`hut.leave` is neither documented nor has a `source` @ hut.yaml:12:3"],
        ),
        (
            &[("hut.yaml", "    source: the mapping\n", "")],
            &["`hut.enter` has no page and no `source` @ hut.yaml:5:3 @ mapping.json:4:20"],
        ),
        (
            &[("orchard.yaml", "    token_in_query", "    source: a gardener\n    token_in_query")],
            &["`orchard.peek` has a page, but also a `source` @ orchard.yaml:32:5 @ documented.json:4:20"],
        ),
        (
            &[
                ("orchard.yaml", "    service: cold\n", ""),
                ("orchard.yaml", "facts: { service: default, ", "facts: { "),
            ],
            &[],
        ),
        (
            &[("orchard.yaml", "facts: { service: default, ", "facts: { ")],
            &[
                "`orchard.peek` does not use the service `cold` of the routes below `/orchards/{orchard}` @ orchard.yaml:28:3",
            ],
        ),
        (
            &[("orchard.yaml", "    token_in_query", "    service: cold\n    token_in_query")],
            &[
                "`service` needs no evidence: all routes below `/orchards/{orchard}` use `cold` @ orchard.yaml:37:20",
                "wrong value in the evidence for `service` @ orchard.yaml:37:29",
            ],
        ),
        (
            &[("hut.yaml", "    auth: none\n    source: a", "    service: cold\n    auth: none\n    source: a")],
            &["`hut.leave` uses the service `cold` of the routes below `/orchards/{orchard}` @ hut.yaml:15:5"],
        ),
        (
            &[("orchard.yaml", "page: Orchard\n", "page: Orchards\n")],
            &[
                "`page` of `orchard` is not the title of the documentation's page @ orchard.yaml:2:7 @ documented.json:4:20",
            ],
        ),
        (
            &[("hut.yaml", "summary: The hut.\n", "page: Hut\nsummary: The hut.\n")],
            &["`page` of `hut` is not the title of the documentation's page @ hut.yaml:2:7"],
        ),
    ]);
}

#[test]
fn help_texts() {
    for (change, expected) in [
        (
            ("orchard.yaml", "dry?: boolean", "dry: integer"),
            "fix the spec, or add an erratum: `{ fact: query.dry, documented: Boolean?, actual: integer, because: … }`",
        ),
        (
            ("orchard.yaml", "x: number, ", ""),
            "fix the spec, or add an erratum: `{ fact: body.spot.x, documented: Number, actual: absent, because: … }`",
        ),
        (
            ("orchard.yaml", "documented: Number? | Object", "documented: String"),
            "write `documented: Number? | Object`",
        ),
        (
            ("orchard.yaml", "body.helpers: array of string?, ", ""),
            "the spec is more specific than the documentation; add evidence to the route: \
             `{ facts: { body.helpers: array of string? }, because: … }`",
        ),
        (("api.yaml", "sweet | sour", "sour"), "write `\"fruit[].taste?\": sweet | sour`, or fix the field"),
        (
            ("api.yaml", "    evidence:\n      - { values: [apple, \">\"], because: the prose lists them }\n", ""),
            "add it under `evidence` of the type: `{ values: [apple, \">\"], because: … }`",
        ),
    ] {
        assert_eq!(help(&[change]), expected, "{change:?}");
    }
}

#[test]
fn help_names_a_page_that_was_read_directly() {
    let audit = audit_with_pages();
    let helps: Vec<&str> =
        audit.findings.iter().map(|finding| finding.help.split("; if the API").next().unwrap_or_default()).collect();
    let expected = [
        "add it as the page `DIR/Orchard.fruitTree.html` has it: POST /orchards/{orchard}/trees/{tree}/pick",
        "add it as the page `DIR/Orchard.fruitTree.html` has it: GET /orchards/weight/",
        "remove it, fix its name, or state how it is known with `source: …`",
        "remove it, fix its name, or state how it is known with `source: …`",
        "remove it: there is no such page",
    ];
    assert_eq!(helps, expected);
}

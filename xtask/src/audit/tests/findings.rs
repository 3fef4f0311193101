//! What does not hold, with the places that are shown.

use super::{Change, audited, help, messages, of_pages};

/// Each set of changes with what it makes the audit find.
fn each(cases: &[(&[Change<'_>], &[&str])]) {
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
fn nothing_is_found_where_all_holds() {
    assert_eq!(messages(&[]), [""; 0]);
    let audit = audited(&[]);
    assert_eq!(audit.to_string(), "4 routes, 69 facts compared, 54 equal, 15 covered, 0 unexplained");
}

/// A difference, on either side.
#[test]
fn differences() {
    each(&[
        (
            &[("orchard.yaml", "POST /o", "PUT /o")],
            &[
                "`orchard.plant` must agree with the documentation on `method` @ orchard.yaml:6:12 @ documented.json:23:17",
            ],
        ),
        (
            &[("orchard.yaml", "auth: required", "auth: optional")],
            &[
                "`orchard.plant` must agree with the documentation on `auth` @ orchard.yaml:8:11 @ documented.json:26:25",
            ],
        ),
        (
            &[("orchard.yaml", "/trees\n", "/tree\n")],
            &[
                "`orchard.plant` must agree with the documentation on `path` @ orchard.yaml:6:12 @ documented.json:24:15",
            ],
        ),
        (
            &[(
                "orchard.yaml",
                "    path: { orchard: string }\n    query",
                "    path: { orchard: integer }\n    query",
            )],
            &[
                "`orchard.plant` must agree with the documentation on `path.orchard` @ orchard.yaml:10:13 @ documented.json:29:28",
            ],
        ),
        (
            &[("orchard.yaml", "dry?: boolean", "dry: boolean")],
            &[
                "`orchard.plant` must agree with the documentation on `query.dry` @ orchard.yaml:11:14 @ documented.json:30:29",
            ],
        ),
        (
            &[("orchard.yaml", "default: 0", "default: 1")],
            &[
                "`orchard.plant` must agree with the documentation on `body.spot.y` @ orchard.yaml:14:36 @ documented.json:36:21",
            ],
        ),
        (
            &[("orchard.yaml", "x: number, ", "")],
            &[
                "`orchard.plant` must agree with the documentation on `body.spot.x` @ orchard.yaml:12:5 @ documented.json:35:21",
            ],
        ),
        (
            &[("orchard.yaml", "x: number, ", "x: number, z?: number, ")],
            &[
                "`orchard.plant` must agree with the documentation on `body.spot.z` @ orchard.yaml:14:36 @ documented.json:21:20",
            ],
        ),
        (
            &[("orchard.yaml", "    responses: { 200: Seen. }", "    responses: { 200: Seen., 404: Gone. }")],
            &[
                "`orchard.peek` must agree with the documentation on `code.404` @ orchard.yaml:34:30 @ documented.json:4:20",
            ],
        ),
        (
            &[("documented.json", "\"codes\": [200]\n    },", "\"codes\": [200, 404]\n    },")],
            &[
                "`orchard.peek` must agree with the documentation on `code.404` @ orchard.yaml:34:5 @ documented.json:18:22",
            ],
        ),
        (
            &[(
                "orchard.yaml",
                "    summary: Plants a tree.",
                "    summary: Plants a tree.\n    deprecated: Sow instead.",
            )],
            &[
                "`orchard.plant` must agree with the documentation on `deprecated` @ orchard.yaml:8:5 @ documented.json:25:21",
            ],
        ),
        (
            &[("hut.yaml", "service: hut", "service: main")],
            &["`hut.enter` must agree with the documentation on `service` @ hut.yaml:5:3 @ mapping.json:10:18"],
        ),
    ]);
}

/// An erratum has to cover something, and to be right.
#[test]
fn errata() {
    each(&[
        (
            &[("orchard.yaml", "      - { fact: code.204, documented: absent, actual: present, because: seen }\n", "")],
            &[
                "`orchard.plant` must agree with the documentation on `code.204` @ orchard.yaml:20:7 @ documented.json:21:20",
            ],
        ),
        (
            &[("orchard.yaml", "documented: Number? | Object", "documented: Number?")],
            &[
                "`documented` of an erratum must be what the documentation says of `body.note` @ orchard.yaml:22:40 @ documented.json:39:21",
            ],
        ),
        (
            &[("orchard.yaml", "actual: string?, because", "actual: string, because")],
            &["`actual` of an erratum must be what the spec says of `body.note` @ orchard.yaml:22:66"],
        ),
        (
            &[
                ("orchard.yaml", "fact: code.204", "fact: code.205"),
                ("orchard.yaml", "      204: Nothing to plant.\n", ""),
            ],
            &["an erratum must cover a difference; `code.205` is none @ orchard.yaml:23:17 @ documented.json:21:20"],
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
                "an erratum must cover a difference; of `body.kind` the spec only knows more @ orchard.yaml:23:17 @ documented.json:33:21",
            ],
        ),
    ]);
}

/// Where the spec knows more, evidence has to say so, and to be right.
#[test]
fn evidence() {
    each(&[
        (
            &[("orchard.yaml", "body.helpers: array of string?, ", "")],
            &[
                "`orchard.plant` must say how it knows more of `body.helpers` than the documentation @ orchard.yaml:15:7 @ documented.json:37:21",
            ],
        ),
        (
            &[("orchard.yaml", "body.helpers: array of string?", "body.helpers: array of string")],
            &["evidence must be what the spec says of `body.helpers` @ orchard.yaml:26:51"],
        ),
        (
            &[(
                "orchard.yaml",
                "{ facts: { response: array of Tree }",
                "{ facts: { response: array of Tree, code.200: present }",
            )],
            &[
                "evidence must be of what the documentation leaves open; `code.200` is not @ orchard.yaml:27:45 @ documented.json:46:17",
            ],
        ),
        (
            &[("orchard.yaml", ", token_in_query: \"yes\"", "")],
            &[
                "`orchard.peek` must say how it knows more of `token_in_query` than the documentation @ orchard.yaml:32:5 @ documented.json:4:20",
            ],
        ),
        (
            &[("orchard.yaml", "    token_in_query: true\n", "")],
            &[
                "evidence must be of what the documentation leaves open; `token_in_query` is not @ orchard.yaml:35:38 @ documented.json:4:20",
            ],
        ),
        (
            &[("orchard.yaml", "    auth: required\n", "    auth: required\n    idempotent: true\n")],
            &[
                "`orchard.plant` must say how it knows more of `idempotent` than the documentation @ orchard.yaml:9:5 @ documented.json:21:20",
            ],
        ),
        (
            &[
                ("orchard.yaml", "    auth: required\n", "    auth: required\n    idempotent: true\n"),
                ("orchard.yaml", "response: array of Tree }", "response: array of Tree, idempotent: \"no\" }"),
            ],
            &["evidence must be what the spec says of `idempotent` @ orchard.yaml:28:57"],
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
                "evidence must be of what the documentation leaves open; `idempotent` is not @ orchard.yaml:27:45 @ documented.json:21:20",
            ],
        ),
    ]);
}

/// The same for named types.
#[test]
fn named_types() {
    each(&[
        (
            &[("api.yaml", "name?: string, age: integer = 1", "age: integer = 1")],
            &["there must be evidence for `name?` of `Tree` @ api.yaml:18:7"],
        ),
        (
            &[("api.yaml", "age: integer = 1", "age: integer")],
            &["evidence must be what the spec says of `age` of `Tree` @ api.yaml:24:39"],
        ),
        (
            &[("api.yaml", "sweet | sour", "sour")],
            &["evidence must be what the spec says of `fruit[].taste?` of `Tree` @ api.yaml:26:66"],
        ),
        (
            &[("api.yaml", "      - { values: [apple, \">\"], because: they stand in the text }\n", "      []\n")],
            &["there must be evidence for the values of `Kind` @ api.yaml:29:5"],
        ),
        (
            &[("api.yaml", "{ values: [apple, \">\"], because", "{ values: [apple], because")],
            &["evidence must be of the values that `Kind` has @ api.yaml:31:11"],
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

/// Routes, their source and their service.
#[test]
fn routes() {
    each(&[
        (
            &[("orchard.yaml", "  plant:", "  plants:")],
            &[
                "the spec must have `orchard.plant` @ orchard.yaml:4:1 @ documented.json:21:20",
                "`orchard.plants` must be documented, or name its `source` @ orchard.yaml:5:3",
            ],
        ),
        (
            &[("hut.yaml", "    source: a gardener\n", "")],
            &["`hut.leave` must be documented, or name its `source` @ hut.yaml:12:3"],
        ),
        (
            &[("hut.yaml", "    source: the mapping\n", "")],
            &["`hut.enter` must name its `source` @ hut.yaml:5:3 @ mapping.json:4:20"],
        ),
        (
            &[("orchard.yaml", "    token_in_query", "    source: a gardener\n    token_in_query")],
            &["`orchard.peek` must not name a `source` @ orchard.yaml:32:5 @ documented.json:4:20"],
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
                "`orchard.peek` must use the service `cold`, as the routes below `/orchards/{orchard}` do @ orchard.yaml:28:3",
            ],
        ),
        (
            &[("orchard.yaml", "    token_in_query", "    service: cold\n    token_in_query")],
            &[
                "evidence of a service must be of an exception: below `/orchards/{orchard}` it is `cold` @ orchard.yaml:37:20",
                "evidence must be what the spec says of `service` @ orchard.yaml:37:29",
            ],
        ),
        (
            &[("hut.yaml", "    auth: none\n    source: a", "    service: cold\n    auth: none\n    source: a")],
            &["`hut.leave` must not use the service `cold` of the routes below `/orchards/{orchard}` @ hut.yaml:15:5"],
        ),
        (
            &[("orchard.yaml", "page: Orchard\n", "page: Orchards\n")],
            &[
                "`page` of `orchard` must be the title of the documentation's page @ orchard.yaml:2:7 @ documented.json:4:20",
            ],
        ),
        (
            &[("hut.yaml", "summary: The hut.\n", "page: Hut\nsummary: The hut.\n")],
            &["`page` of `hut` must be the title of the documentation's page @ hut.yaml:2:7"],
        ),
    ]);
}

#[test]
fn remedies() {
    for (change, remedy) in [
        (
            ("orchard.yaml", "dry?: boolean", "dry: integer"),
            "mend the spec, or add an erratum: `{ fact: query.dry, documented: Boolean?, actual: integer, because: … }`",
        ),
        (
            ("orchard.yaml", "x: number, ", ""),
            "mend the spec, or add an erratum: `{ fact: body.spot.x, documented: Number, actual: absent, because: … }`",
        ),
        (
            ("orchard.yaml", "documented: Number? | Object", "documented: String"),
            "write `documented: Number? | Object`",
        ),
        (
            ("orchard.yaml", "body.helpers: array of string?, ", ""),
            "say no more than the documentation, or add evidence to the route: \
             `{ facts: { body.helpers: array of string? }, because: … }`",
        ),
        (("api.yaml", "sweet | sour", "sour"), "write `\"fruit[].taste?\": sweet | sour`, or mend the field"),
        (
            ("api.yaml", "    evidence:\n      - { values: [apple, \">\"], because: they stand in the text }\n", ""),
            "add it under `evidence` of the type: `{ values: [apple, \">\"], because: … }`",
        ),
    ] {
        assert_eq!(help(&[change]), remedy, "{change:?}");
    }
}

#[test]
fn a_page_is_named_where_it_was_read_directly() {
    let audit = of_pages();
    let helps: Vec<&str> =
        audit.findings.iter().map(|finding| finding.help.split("; if the API").next().unwrap_or_default()).collect();
    let expected = [
        "add it as the page `DIR/Orchard.fruitTree.html` has it: POST /orchards/{orchard}/trees/{tree}/pick",
        "add it as the page `DIR/Orchard.fruitTree.html` has it: GET /orchards/weight/",
        "remove it, mend its name, or say where it is known from with `source: …`",
        "remove it, mend its name, or say where it is known from with `source: …`",
        "remove it: there is no such page",
    ];
    assert_eq!(helps, expected);
}

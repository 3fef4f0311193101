//! The official client's mapping, its base URLs, and its differences from the pages.

use std::fs;

use serde_json::{Value, json};

use super::super::documentation::{DocRoute, Documentation};
use super::super::mapping::{self, Mapping};
use super::{endpoint, import_article, part, route, table};

const CONSTANTS: &str = "
const config = {
  otherservices: { NO: 1 },
  headers: { services: config.services },
  services: {
    // Both of them.
    ORCHARD: 'https://orchard.example', /* the first */
    \"HUT\" : \"http://hut.example/\",
  }
}
";

fn read(mapping: &Value, documented: &Documentation) -> Result<Mapping, String> {
    read_with_source(mapping, CONSTANTS, documented)
}

fn read_with_source(mapping: &Value, constants: &str, documented: &Documentation) -> Result<Mapping, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [file, other] = ["mapping.json", "constants.js"].map(|name| folder.path().join(name));
    fs::write(&file, mapping.to_string()).expect("a file");
    fs::write(&other, constants).expect("a file");
    mapping::import(&file, &other, documented)
}

fn services(constants: &str) -> Result<Vec<(String, String)>, String> {
    let mapping = read_with_source(&json!({}), constants, &Documentation::default())?;
    Ok(mapping.without_page.services.into_iter().map(|service| (service.name, service.url)).collect())
}

fn field(name: &str, of: &str) -> Value {
    json!({ "name": name, "type": of, "description": "prose", "optional": true, "defaultvalue": null })
}

fn plant(longname: &str) -> Value {
    json!({
        "longname": longname, "name": "plant", "scope": "route", "authentication": true,
        "route": { "name": "/orchards/:orchard/trees", "type": "PUT" },
        "params": [{ "name": ":orchard", "type": "string", "optional": false }],
        "body": [field("size", "number"), field("kind", "")],
        "code": [{ "type": "200", "description": "planted" }],
    })
}

/// Returns the same route as its page documents it.
fn page() -> DocRoute {
    let head = ["Name", "Type", "Attributes", "Description"];
    let rows: [&[&str]; 2] = [&["size", "Number", "optional", ""], &["kind", "", "optional", ""]];
    let parts = [
        endpoint("PUT", "/orchards/:orchard/trees"),
        part("Authentication", "A authentication is needed to access this endpoint"),
        part("Route Parameters:", &table(&["Name", "Type"], &[&[":orchard", "String"]])),
        part("Body Parameters:", &table(&head, &rows)),
        part("Response Code:", &table(&["Type"], &[&["200"]])),
    ];
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    import_article(&route("plant", &parts)).documentation.routes.remove(0)
}

#[test]
fn routes_without_a_page_are_kept() {
    let tree = json!({ "orchard": { "fruitTree": [plant("Orchard.fruitTree.plant")] }, "hut": [plant("Hut.plant")] });
    let mapping = read(&tree, &Documentation::default()).expect("a valid mapping");
    let operations: Vec<_> = mapping.without_page.routes.iter().map(|route| route.operation.as_str()).collect();
    assert_eq!(operations, ["hut.plant", "orchard.fruitTree.plant"]);
    assert_eq!(mapping.to_string(), "2 routes, 2 of them without a page, 2 base URLs, 30 facts");
    let expected = DocRoute { operation: "hut.plant".to_owned(), page: "mapping.json".to_owned(), ..page() };
    assert_eq!(mapping.without_page.routes[0], expected);
}

#[test]
fn an_operation_is_the_path_in_the_tree() {
    // Versions 0.5.40 to 0.5.57 of the official client have such names.
    let old = plant("OrchardFruitTreeController#plant");
    let tree = json!({ "orchard": { "fruitTree": [old], "default": [plant("Orchard.plant")] } });
    let mapping = read(&tree, &Documentation::default()).expect("a valid mapping");
    let operations: Vec<_> = mapping.without_page.routes.iter().map(|route| route.operation.as_str()).collect();
    assert_eq!(operations, ["orchard.fruitTree.plant", "orchard.plant"]);
}

#[test]
fn a_reason_marks_a_route_as_deprecated() {
    let mut old = plant("Orchard.plant");
    old["deprecated"] = json!("Use something else.");
    let mapping = read(&json!({ "orchard": [old] }), &Documentation::default()).expect("a valid mapping");
    assert!(mapping.without_page.routes[0].deprecated);
}

#[test]
fn differences_from_a_page_are_listed() {
    let documented = Documentation { routes: vec![page()], services: Vec::new() };
    let tree = |plant: Value| json!({ "orchard": [plant] });
    let same = read(&tree(plant("Orchard.plant")), &documented).expect("a valid mapping");
    assert_eq!((same.routes, same.without_page.routes.len(), same.differences), (1, 0, Vec::new()));
    let cases: [(&str, Value, &[&str]); 5] = [
        ("authentication", json!(false), &["`auth` is `required` on the page and `none` in the mapping"]),
        ("deprecated", json!(true), &["`deprecated` is `no` on the page and `yes` in the mapping"]),
        ("service", json!({ "name": "HUT" }), &["`service` is `default` on the page and `HUT` in the mapping"]),
        (
            "body",
            json!([field("size", "string"), field("color", "string")]),
            &[
                "`body.color` is `absent` on the page and `String?` in the mapping",
                "`body.kind` is `undefined?` on the page and `absent` in the mapping",
                "`body.size` is `Number?` on the page and `String?` in the mapping",
            ],
        ),
        ("code", json!([]), &["`code.200` is `present` on the page and `absent` in the mapping"]),
    ];
    for (key, other, expected) in cases {
        let mut changed = plant("Orchard.plant");
        changed[key] = other;
        let mapping = read(&tree(changed), &documented).expect("a valid mapping");
        let found: Vec<String> = mapping.differences.iter().map(ToString::to_string).collect();
        let expected: Vec<String> = expected.iter().map(|what| format!("orchard.plant: {what}")).collect();
        assert_eq!(found, expected, "{key}");
    }
}

#[test]
fn a_documented_route_that_is_missing_is_listed() {
    let documented = Documentation { routes: vec![page()], services: Vec::new() };
    let mapping = read(&json!({ "hut": [plant("Hut.plant")] }), &documented).expect("a valid mapping");
    assert_eq!(mapping.missing, ["orchard.plant"]);
}

#[test]
fn an_invalid_mapping_is_rejected() {
    let with = |key: &str, value: Value| {
        let mut entry = plant("Orchard.plant");
        entry[key] = value;
        json!({ "orchard": { "tree": [plant("Orchard.tree.plant"), entry] } })
    };
    for (tree, reason) in [
        (json!(5), "expected objects for namespaces and arrays of routes"),
        (json!({ "orchard": [{}] }), "route `orchard[0]`: missing field `name`"),
        (
            with("route", json!({ "name": "x", "type": "GET" })),
            "route `orchard.tree.plant`: expected a path, found `x`",
        ),
        (with("name", json!("dig up")), "route `orchard.tree[1]`: expected an identifier as its name, found `dig up`"),
        (with("deprecated", json!(5)), "route `orchard.tree.plant`: `deprecated`: expected a boo"),
        (
            with("body", json!([field("a", "string"), { "name": 5 }])),
            "route `orchard.tree.plant`: `body[1].name`: invalid type: integer `5`",
        ),
        (with("code", json!([{ "type": "2xx" }])), "route `orchard.tree.plant`: expected a status code, found `2xx`"),
        (with("scope", json!("route")), "duplicate route `orchard.tree.plant`"),
    ] {
        let error = read(&tree, &Documentation::default()).expect_err("an error");
        assert!(error.contains(reason) && error.contains("\nhelp: "), "{error}");
    }
}

#[test]
fn base_urls_are_read_from_the_constants() {
    let pair = |name: &str, url: &str| (name.to_owned(), url.to_owned());
    let expected = [pair("HUT", "http://hut.example/"), pair("ORCHARD", "https://orchard.example")];
    assert_eq!(services(CONSTANTS).expect("two services"), expected);
}

#[test]
fn constants_that_are_more_than_names_and_strings_are_rejected() {
    for (constants, reason) in [
        ("", "no object `services`; expected `services: { NAME: 'https://…' }`"),
        ("services = { A: 'https://a' }", "no object `services`"),
        ("services: {}", "the object `services` is empty"),
        ("services: {\n A: base + '/a' }", "line 2: expected a string without escapes"),
        ("services: { A: `https://a` }", "line 1: expected a string without escapes"),
        ("services: { A: 'https://\\x61' }", "expected a string without escapes"),
        ("services: { A: 'https://a' + b }", "expected `,` or `}`"),
        ("services: { A: 'https://a'", "expected `,` or `}`"),
        ("services: { A 'https://a' }", "expected `:`"),
        ("services: { ...rest }", "expected the name of a service"),
        ("services: { A: '/a' }", "`/a` is not a base URL"),
        ("services: { A: 'https://a', A: 'https://b' }", "duplicate service `A`"),
        ("services: { A: 'é", "expected a string without escapes"),
        ("services: { /*", "expected the name of a service"),
    ] {
        let error = services(constants).expect_err(constants);
        assert!(error.contains(reason) && error.contains("`--constants`"), "{constants}: {error}");
    }
}

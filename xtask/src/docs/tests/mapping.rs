//! The official client's mapping: what of it is read, and that it has to agree with the pages.

use std::fs;

use serde_json::{Value, json};

use super::super::documented::{Documented, Route};
use super::super::mapping::{self, Mapping};
use super::{endpoint, import_article, part, route, table};

fn read(mapping: &Value, documented: &Documented) -> Result<Mapping, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("mapping.json");
    fs::write(&file, mapping.to_string()).expect("a file in it");
    mapping::import(&file, documented)
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

/// The page of the same route.
fn page() -> Route {
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
    import_article(&route("plant", &parts)).documented.routes.remove(0)
}

#[test]
fn what_no_page_has_is_kept() {
    let tree = json!({ "orchard": { "fruitTree": [plant("Orchard.fruitTree.plant")] }, "hut": [plant("Hut.plant")] });
    let mapping = read(&tree, &Documented::default()).expect("a sound mapping");
    let operations: Vec<_> = mapping.unlisted.routes.iter().map(|route| route.operation.as_str()).collect();
    assert_eq!(operations, ["hut.plant", "orchard.fruitTree.plant"]);
    assert_eq!(mapping.to_string(), "2 routes, 2 of them without a page, 28 facts");
    let expected = Route { operation: "hut.plant".to_owned(), page: "mapping.json".to_owned(), ..page() };
    assert_eq!(mapping.unlisted.routes[0], expected);
}

#[test]
fn what_a_page_has_must_agree() {
    let documented = Documented { routes: vec![page()] };
    let tree = |plant: Value| json!({ "orchard": [plant] });
    let same = read(&tree(plant("Orchard.plant")), &documented).expect("a sound mapping");
    assert_eq!((same.routes, same.unlisted.routes.len(), same.disagreements), (1, 0, Vec::new()));
    for (key, other) in [
        ("authentication", json!(false)),
        ("deprecated", json!(true)),
        ("service", json!({ "name": "HUT" })),
        ("body", json!([field("size", "string"), field("kind", "")])),
        ("code", json!([])),
    ] {
        let mut changed = plant("Orchard.plant");
        changed[key] = other;
        let mapping = read(&tree(changed), &documented).expect("a sound mapping");
        assert_eq!(mapping.disagreements, ["orchard.plant"], "{key}");
    }
}

#[test]
fn what_is_no_mapping_is_refused() {
    for (tree, reason) in [
        (json!(5), "it is not made of namespaces and lists of routes"),
        (json!({ "orchard": [{}] }), "one of its routes makes no sense: missing field `longname`"),
        (json!([{ "longname": "A.b", "authentication": true, "route": { "name": "x", "type": "GET" } }]), "`x` where"),
    ] {
        let error = read(&tree, &Documented::default()).expect_err("a fault");
        assert!(error.contains(reason) && error.contains("\nhelp: "), "{error}");
    }
}

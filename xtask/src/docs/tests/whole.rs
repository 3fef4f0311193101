//! Imports of whole pages and folders, the counting of facts, and the file of facts.

use super::super::Documentation;
use super::{
    endpoint, heading, import_article, import_files, page, part, route, section, table, unrecognized, usual_endpoint,
};

const FRUIT_TREE: &str = include_str!("pages/Orchard.fruitTree.html");
const FRUIT_TREE_JSON: &str = include_str!("pages/documented.json");

#[test]
fn a_page_becomes_facts() {
    let import = import_files(&[("Orchard.fruitTree.html", FRUIT_TREE)]).expect("a valid page");
    assert_eq!(import.documentation.to_json().expect("JSON"), FRUIT_TREE_JSON);
    assert_eq!(unrecognized(&import), [""; 0]);
}

#[test]
fn line_endings_make_no_difference() {
    let import = import_files(&[("Orchard.fruitTree.html", &FRUIT_TREE.replace('\n', "\r\n"))]).expect("a valid page");
    assert_eq!(import.documentation.to_json().expect("JSON"), FRUIT_TREE_JSON);
}

#[test]
fn written_facts_are_read_back() {
    let import = import_files(&[("Orchard.fruitTree.html", FRUIT_TREE)]).expect("a valid page");
    assert_eq!(serde_json::from_str::<Documentation>(FRUIT_TREE_JSON).expect("facts"), import.documentation);
    let misspelt = FRUIT_TREE_JSON.replace("\"codes\"", "\"code\"");
    assert!(serde_json::from_str::<Documentation>(&misspelt).is_err());
}

#[test]
fn facts_are_counted() {
    let import = import_files(&[("Orchard.fruitTree.html", FRUIT_TREE)]).expect("a valid page");
    // `pick`: the route, seven fields of which one has no type and two have a default, and one code.
    // `weigh`: the route, one field, and two codes.
    let expected = (5 + 7 * 2 + 6 + 2 + 1) + (5 + 3 + 2);
    assert_eq!(import.documentation.fact_count(), expected);
    assert_eq!(import.to_string(), format!("1 page, 2 routes, {expected} facts"));
    assert_eq!(Documentation::default().fact_count(), 0);
}

#[test]
fn only_pages_with_routes_are_counted() {
    let global = section("", &heading("", "sow"));
    let readme = "<article><h4>Use</h4><h5>Now</h5></article>";
    let start = format!("<h3>orchard 1.0.0</h3><section class=\"readme\">{readme}</section>");
    let source = "<section><article><pre class=\"prettyprint source\"><code>sow()</code></pre></article></section>";
    let import = import_files(&[
        ("Orchard.fruitTree.html", FRUIT_TREE),
        ("global.html", &page(&global)),
        ("index.html", &page(&start)),
        ("sow.js.html", &page(source)),
        ("readme.txt", "not a page"),
    ]);
    let import = import.expect("a valid folder");
    assert_eq!(import.pages, 1);
    assert_eq!(unrecognized(&import), ["heading `sow`: not marked as a route"]);
    assert_eq!(import.unrecognized[0].page, "global");
}

#[test]
fn routes_are_sorted_by_operation() {
    let two = route("water", &[&usual_endpoint()]) + &route("plant", &[&usual_endpoint()]);
    let import = import_files(&[
        ("Orchard.html", &page(&section("Orchard", &two))),
        ("Barn.html", &page(&section("Barn", &route("open", &[&endpoint("GET", "/barn")])))),
    ]);
    let import = import.expect("a valid folder");
    let operations: Vec<_> = import.documentation.routes.iter().map(|route| route.operation.as_str()).collect();
    assert_eq!(operations, ["barn.open", "orchard.plant", "orchard.water"]);
    assert_eq!(import.pages, 2);
}

#[test]
fn a_page_is_named_by_its_file() {
    // Some official pages have a title without the parent.
    let trees = page(&section("Trees", &route("list", &[&endpoint("GET", "/trees")])));
    let import = import_files(&[("BigOrchard.Trees.html", &trees)]).expect("a valid page");
    assert_eq!(import.documentation.routes[0].operation, "bigOrchard.trees.list");
    assert_eq!(import.documentation.routes[0].page, "BigOrchard.Trees");
}

#[test]
fn a_page_without_a_title_is_named_by_its_file_alone() {
    let global = page(&section("", &route("list", &[&endpoint("GET", "/trees")])));
    let import = import_files(&[("global.html", &global)]).expect("a valid page");
    assert_eq!(import.documentation.routes[0].operation, "global.list");
}

#[test]
fn repeated_content_counts_once() {
    let article = route("plant", &[&usual_endpoint()]) + &heading("", "sow") + "<h3>Events</h3>";
    let once = section("Orchard", &article);
    let import = import_files(&[("Orchard.html", &page(&(once.clone() + &once)))]).expect("equal copies");
    assert_eq!(import.documentation.routes.len(), 1);
    let found = ["heading `sow`: not marked as a route", "outside of all headings: unknown group `Events`"];
    assert_eq!(unrecognized(&import), found);
}

#[test]
fn path_parameters_are_written_in_braces() {
    for (written, template) in
        [("/", "/"), ("/:a", "/{a}"), ("/x/:a_b/:c2/", "/x/{a_b}/{c2}/"), ("/v1.0/a-b/~c", "/v1.0/a-b/~c")]
    {
        let import = import_article(&route("plant", &[&endpoint("GET", written)]));
        assert_eq!(import.documentation.routes[0].path, template);
    }
}

#[test]
fn the_table_of_method_parameters_may_omit_types() {
    let own = [":tree", "String", ""];
    for types in ["", "String", "<span class=\"param-type\">String</span>"] {
        let again =
            part("Parameters:", &table(&["Name", "Type", "Description"], &[&["<code>:tree</code>", types, ""]]));
        let own = part("Route Parameters:", &table(&["Name", "Type", "Description"], &[&own]));
        let import = import_article(&(route("plant", &[&usual_endpoint(), &own]) + &again));
        assert_eq!(unrecognized(&import), [""; 0]);
        assert_eq!(import.documentation.routes[0].fields.path.len(), 1);
    }
}

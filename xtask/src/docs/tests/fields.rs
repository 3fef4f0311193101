//! The cells of fields.

use serde_json::{Value, json};

use super::super::documentation::{DocField, Documentation};
use super::{endpoint, import_parts, part, table, usual_endpoint};

const ALL: [&str; 5] = ["Name", "Type", "Attributes", "Default", "Description"];

/// Returns the fields of a body table with these rows. Everything must be recognized.
fn body(columns: &[&str], rows: &[&[&str]]) -> Vec<DocField> {
    let (route, unrecognized) = import_parts(&[&usual_endpoint(), &part("Body Parameters:", &table(columns, rows))]);
    assert_eq!(unrecognized, [""; 0]);
    route.fields.body
}

fn default_of(cell: &str) -> Option<Value> {
    let fields = body(&ALL, &[&["age", "Number", "optional", cell, ""]]);
    fields.into_iter().next().expect("a field").default
}

#[test]
fn a_default_is_json_if_possible() {
    assert_eq!(default_of("60"), Some(json!(60)));
    assert_eq!(default_of("0"), Some(json!(0)));
    assert_eq!(default_of("-1.5"), Some(json!(-1.5)));
    assert_eq!(default_of("false"), Some(json!(false)));
    assert_eq!(default_of("[1, 2]"), Some(json!([1, 2])));
    assert_eq!(default_of("{&quot;a&quot;: null}"), Some(json!({ "a": null })));
    assert_eq!(default_of("&quot;60&quot;"), Some(json!("60")));
    assert_eq!(default_of("null"), Some(Value::Null));
}

#[test]
fn any_other_default_is_a_string() {
    for text in ["minute", "in two words", "01", "60 days", "NaN", "[1,", "'quoted'"] {
        assert_eq!(default_of(text), Some(json!(text)));
    }
    assert_eq!(default_of("&lt;none&gt;"), Some(json!("<none>")));
    assert_eq!(default_of("<none>"), Some(json!("<none>")));
}

#[test]
fn an_empty_cell_is_not_a_default() {
    for cell in ["", " \n ", "undefined"] {
        assert_eq!(default_of(cell), None);
    }
    let without_column = body(&["Name", "Type"], &[&["age", "Number"]]);
    assert_eq!(without_column[0].default, None);
}

#[test]
fn a_default_of_null_is_written_and_read_back() {
    let (mut route, _) = import_parts(&[&usual_endpoint()]);
    let field = |default| DocField { name: "age".to_owned(), r#type: None, optional: true, default };
    route.fields.body = vec![field(Some(Value::Null)), field(None)];
    let documented = Documentation { routes: vec![route], services: Vec::new() };
    let text = documented.to_json().expect("JSON");
    assert_eq!(text.matches("\"default\"").count(), 1);
    assert_eq!(serde_json::from_str::<Documentation>(&text).expect("facts"), documented);
    assert_eq!(documented.fact_count(), 5 + 2 * 2 + 1);
}

#[test]
fn a_type_is_as_on_the_page() {
    for (cell, r#type) in [
        ("Number", Some("Number")),
        (" string ", Some("string")),
        ("Array.<String>", Some("Array.<String>")),
        ("Array.&lt;String>", Some("Array.<String>")),
        ("", None),
        ("null", None),
        ("undefined", None),
    ] {
        let fields = body(&["Name", "Type"], &[&["age", cell]]);
        assert_eq!(fields[0].r#type.as_deref(), r#type);
    }
}

#[test]
fn the_attributes_determine_whether_a_field_is_optional() {
    let fields = body(&ALL, &[&["a", "X", "optional", "", ""], &["b", "X", "", "", ""], &["c", "X", "", "1", ""]]);
    let optional: Vec<_> = fields.iter().map(|field| field.optional).collect();
    assert_eq!(optional, [true, false, false]);
    assert!(!body(&["Name", "Type"], &[&["a", "X"]])[0].optional);
}

#[test]
fn columns_may_be_in_any_order() {
    let fields = body(&["Description", "Default", "Type", "Name"], &[&["years", "3", "Number", "age"]]);
    let expected = DocField {
        name: "age".to_owned(),
        r#type: Some("Number".to_owned()),
        optional: false,
        default: Some(json!(3)),
    };
    assert_eq!(fields, [expected]);
}

#[test]
fn a_repeated_row_becomes_another_field() {
    let rows: &[&[&str]] = &[&["size", "Number", ""], &["size", "Integer", ""], &["size", "Number", ""]];
    let types: Vec<_> = body(&["Name", "Type", "Description"], rows).into_iter().map(|field| field.r#type).collect();
    assert_eq!(types, [Some("Number".to_owned()), Some("Integer".to_owned()), Some("Number".to_owned())]);
}

#[test]
fn names_are_unchanged_except_for_the_colon_of_a_path_parameter() {
    for name in [".", "a.b", "a[].b", "odd,", ":a"] {
        assert_eq!(body(&["Name", "Type"], &[&[name, "X"]])[0].name, name);
    }
    let parameters = part("Route Parameters:", &table(&["Name", "Type"], &[&[":a", "X"], &["b", "X"]]));
    let (route, _) = import_parts(&[&endpoint("GET", "/:a/:b"), &parameters]);
    let names: Vec<_> = route.fields.path.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn a_description_may_contain_tags() {
    for description in [
        "older than <before>",
        "<a>, <b and='it'> or </after>",
        "called with <err, tree>",
        "a < b &lt; c <3 <= d",
        "the <title> or the <textarea> or a <script>",
        "<br>broken <code>in two</code> <p>paragraphs</p> <ul><li>and a list</ul>",
    ] {
        let rows: &[&[&str]] = &[&["a", "X", description], &["b", "X", ""]];
        let names: Vec<_> = body(&["Name", "Type", "Description"], rows).into_iter().map(|field| field.name).collect();
        assert_eq!(names, ["a", "b"], "{description}");
    }
}

#[test]
fn prose_below_the_path_may_contain_tags() {
    let prose = usual_endpoint().replace("Plants", "Sows <seed> and <span> and <time> and plants");
    let (route, unrecognized) =
        import_parts(&[&prose, &part("Body Parameters:", &table(&["Name", "Type"], &[&["a", "X"]]))]);
    assert_eq!(route.fields.body.len(), 1);
    assert_eq!(unrecognized, [""; 0]);
}

#[test]
fn every_table_goes_to_its_list() {
    let captions = ["Route", "Query", "Header", "Body"].map(|list| format!("{list} Parameters:"));
    let mut parts: Vec<String> = captions.iter().map(|caption| field_table(caption, caption)).collect();
    parts.push(field_table("Response:", "user"));
    parts.push(usual_endpoint());
    let (route, _) = import_parts(&parts.iter().map(String::as_str).collect::<Vec<_>>());
    let fields = route.fields;
    let names =
        [fields.path, fields.query, fields.headers, fields.body, fields.response].map(|list| list[0].name.clone());
    let [path, query, headers, body] = captions;
    assert_eq!(names, [path, query, headers, body, "user".to_owned()]);
}

fn field_table(caption: &str, name: &str) -> String {
    part(caption, &table(&["Name", "Type"], &[&[name, "X"]]))
}

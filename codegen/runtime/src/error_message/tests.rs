//! Compares the search for a message with a search in a tree of the whole body.

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use serde_json::{Map, Value, json};

use super::{FieldPath, find};

const PATHS: [FieldPath<'static>; 5] = [&["a"], &["b", "a"], &["b", "c", "a"], &["b"], &["c"]];

/// Returns what [`find`] must return for a body without duplicate fields.
fn in_tree(body: &Value, paths: &[FieldPath<'_>]) -> Option<String> {
    let at = |path: &FieldPath<'_>| path.iter().try_fold(body, |value, field| value.get(field))?.as_str();
    paths.iter().find_map(at).map(str::to_owned)
}

fn body() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        3 => "[a-c\"\\\\ü\n]{0,3}".prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
    ];
    let field = || prop_oneof!["[abc]", "[a-d.]{0,3}"];
    leaf.prop_recursive(5, 64, 5, move |inner| {
        prop_oneof![
            4 => prop::collection::hash_map(field(), inner.clone(), 0..6)
                .prop_map(|fields| Value::Object(Map::from_iter(fields))),
            1 => prop::collection::vec(inner, 0..4).prop_map(Value::from),
        ]
    })
}

proptest! {
    #[test]
    fn finds_the_same_message_as_a_search_in_a_tree(body in body()) {
        for paths in [&PATHS[..], &PATHS[3..], &[]] {
            assert_eq!(find(body.to_string().as_bytes(), paths), in_tree(&body, paths), "{body}");
        }
    }

    #[test]
    fn never_panics(body in prop::collection::vec(any::<u8>(), 0..64), cut in any::<prop::sample::Index>()) {
        find(&body, &PATHS);
        let valid = json!({ "c": [1.5, null], "b": { "a": "x", "c": { "a": "\u{e4}\n" } } }).to_string();
        find(&valid.as_bytes()[..cut.index(valid.len())], &PATHS);
    }
}

#[test]
fn the_first_path_wins_in_any_order_of_fields() {
    for body in [r#"{"a":"x","b":{"a":"y"},"c":"z"}"#, r#"{"c":"z","b":{"a":"y"},"a":"x"}"#] {
        assert_eq!(find(body.as_bytes(), &PATHS).as_deref(), Some("x"));
        assert_eq!(find(body.as_bytes(), &[&["c"], &["a"]]).as_deref(), Some("z"));
        assert_eq!(find(body.as_bytes(), &[&["b", "x"], &["b", "a"]]).as_deref(), Some("y"));
    }
}

#[test]
fn finds_a_message_before_the_end_of_an_incomplete_body() {
    for (body, message) in [
        (r#"{"c":"z","b":{"a":"y"},"d":[1,2"#, Some("y")),
        (r#"{"c":"z","b":{"a":"y"#, Some("z")),
        (r#"{"c":"z"} trailing"#, Some("z")),
        (r#"{"c":"z""#, Some("z")),
        (r#"{"c":"z"#, None),
        (r#"{"c":"y","c":5,"c":"z"}"#, Some("z")),
        (r#""a""#, None),
        ("<html>", None),
        ("", None),
    ] {
        assert_eq!(find(body.as_bytes(), &PATHS).as_deref(), message, "{body}");
    }
}

#[test]
fn deep_nesting_is_accepted() {
    let deep = format!(r#"{{"x":{}1{},"a":"m"}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(find(deep.as_bytes(), &PATHS).as_deref(), Some("m"));
    let deep = format!(r#"{{"a":{}"#, r#"{"a":"#.repeat(100_000));
    assert_eq!(find(deep.as_bytes(), &PATHS), None);
}

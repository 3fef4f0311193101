//! Tests of the deserializer with required fields, dates, maps and all scalars.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::decode::{self, DecodeError};
use crate::{JsonObject, SchemaMismatch, Secret, Timestamp, string_enum};

/// A response type with optional fields.
#[derive(Debug, PartialEq, Default, Deserialize)]
struct Page {
    rows: Option<Vec<Row>>,
    by_name: Option<BTreeMap<String, Row>>,
    first: Option<Box<Row>>,
    total: Option<i64>,
    share: Option<f64>,
    is_last: Option<bool>,
    made: Option<Timestamp>,
    key: Option<Secret>,
    any: Option<Value>,
    object: Option<JsonObject>,
    color: Option<Color>,
    #[serde(flatten)]
    other: JsonObject,
}

/// A type with required fields.
#[derive(Debug, PartialEq, Deserialize)]
struct Row {
    id: String,
    size: i64,
    made: Timestamp,
    color: Color,
    parent: Option<Box<Row>>,
    #[serde(default = "seven")]
    count: Option<i64>,
}

fn seven() -> Option<i64> {
    Some(7)
}

/// A type without a finite value.
#[derive(Debug, Deserialize)]
struct Endless {
    #[serde(rename = "next")]
    _next: Box<Endless>,
    #[serde(rename = "other")]
    _other: Box<Endless>,
}

#[derive(Debug, PartialEq)]
enum Color {
    Red,
    Other(String),
}

crate::impl_string_enum!(request Color { Red("red"); Other });

fn row(id: &str) -> Value {
    json!({ "id": id, "size": 1, "made": "2024-02-29T00:00:00Z", "color": "red" })
}

fn shown(mismatches: &[SchemaMismatch]) -> Vec<String> {
    mismatches.iter().map(SchemaMismatch::to_string).collect()
}

fn lenient<T: DeserializeOwned>(document: &str) -> (T, Vec<String>) {
    let (value, mismatches) = decode::lenient(document.as_bytes()).expect(document);
    (value, shown(&mismatches))
}

/// Returns the mismatches that a server reports.
fn collected<T: DeserializeOwned>(document: &str) -> Vec<String> {
    string_enum::reject_unknown(|| shown(&decode::mismatches::<T>(document.as_bytes()).expect("JSON")))
}

#[test]
fn a_matching_document_is_decoded_as_by_serde_json() {
    let page = json!({
        "rows": [row("\u{e4}\"\\\n"), row("")], "by_name": { "a.b": row("1"), "": row("2") }, "first": row("3"),
        "total": i64::MIN, "share": 7, "is_last": false, "made": "2024-02-29T23:59:59.125Z", "key": "k",
        "any": [null, { "a": u64::MAX, "b": 1.5e300 }], "object": { "a": { "b": [] } }, "color": "mauve",
        "more": { "a": [1, -2, 3.5, "x", null] },
    });
    for document in [page.to_string(), serde_json::to_string_pretty(&page).expect("JSON"), "{}".to_owned()] {
        let (value, mismatches) = lenient::<Page>(&document);
        assert_eq!((value, mismatches), (serde_json::from_str(&document).expect("JSON"), vec![]));
    }
    // Escapes in keys and numbers in every form.
    let (page, _) = lenient::<Page>(r#"{"t\u006ftal": 0, "sh\u0061re": -1.5E+3, "x\u0079": 1}"#);
    assert_eq!((page.total, page.share, &page.other["xy"]), (Some(0), Some(-1500.0), &json!(1)));
    let (row, _) = lenient::<Vec<Row>>(&json!([row("1")]).to_string());
    assert_eq!(row[0].count, Some(7));
    let (share, _) = lenient::<Vec<f64>>(&format!("[{}, {}, -1, 2.5]", u64::MAX, i64::MIN));
    assert_eq!(share, [u64::MAX as f64, i64::MIN as f64, -1.0, 2.5]);
    assert_eq!(lenient::<()>("null"), ((), vec![]));
    assert_eq!(lenient::<Value>("null"), (Value::Null, vec![]));
}

#[test]
fn a_mismatch_names_the_expected_and_the_found_type() {
    let page = r#"{"rows": {}, "by_name": [], "first": 1, "total": 1.5, "share": "1", "is_last": 0, "made": "yesterday",
        "key": ["k"], "object": "{}", "color": 5, "any": {"x": [1]}}"#;
    let (value, mismatches) = lenient::<Page>(page);
    let expected = [
        "`rows`: expected an array, found an object",
        "`by_name`: expected an object, found an array",
        "`first`: expected an object, found an integer",
        "`total`: expected an integer, found another number",
        "`share`: expected a number, found a string",
        "`is_last`: expected a boolean, found an integer",
        "`made`: the string is not in the documented format",
        "`key`: expected a string, found an array",
        "`object`: expected an object, found a string",
        "`color`: expected a string, found an integer",
    ];
    assert_eq!(mismatches, expected);
    assert_eq!(value, Page { any: Some(json!({ "x": [1] })), ..Page::default() });
    for (number, problem) in [
        ("9223372036854775808", "number out of range"),
        ("-9223372036854775809", "expected an integer, found another number"),
        ("18446744073709551616", "expected an integer, found another number"),
        ("7.0", "expected an integer, found another number"),
        ("[7]", "expected an integer, found an array"),
        (r#"{"a": 7}"#, "expected an integer, found an object"),
    ] {
        let (_, mismatches) = lenient::<Page>(&format!(r#"{{"total": {number}, "is_last": true}}"#));
        assert_eq!(mismatches, [format!("`total`: {problem}")], "{number}");
    }
}

#[test]
fn a_missing_field_omits_the_nearest_optional_value() {
    let mut incomplete = row("1");
    incomplete.as_object_mut().expect("an object").remove("size");
    let nested = |parent: &Value| {
        let mut row = row("2");
        row["parent"] = parent.clone();
        row
    };
    let page = json!({
        "rows": [row("0"), incomplete, nested(&incomplete), { "id": 1, "size": "2", "made": "?", "color": 4 }, row("5")],
        "by_name": { "s3cret": incomplete, "b": row("6") }, "first": incomplete, "total": 3,
    });
    let (page, mismatches) = lenient::<Page>(&page.to_string());
    let expected = [
        "`rows[1].size`: missing field `size`",
        "`rows[2].parent.size`: missing field `size`",
        "`rows[3].color`: expected a string, found an integer",
        "`by_name.*.size`: missing field `size`",
        "`first.size`: missing field `size`",
    ];
    let mut sorted = mismatches.clone();
    sorted.sort();
    let mut expected = expected.map(str::to_owned);
    expected.sort();
    assert_eq!(sorted, expected);
    let ids: Vec<_> = page.rows.expect("rows").into_iter().map(|row| (row.id, row.parent)).collect();
    assert_eq!(ids, [("0".to_owned(), None), ("2".to_owned(), None), ("5".to_owned(), None)]);
    assert_eq!(page.by_name.expect("a map").into_keys().collect::<Vec<_>>(), ["b"]);
    assert_eq!((page.first, page.total), (None, Some(3)));
    // The root cannot be omitted.
    let Err(DecodeError::Mismatches(mismatches)) = decode::lenient::<Row>(incomplete.to_string().as_bytes()) else {
        panic!("a row has a size")
    };
    assert_eq!(shown(&mismatches), ["`size`: missing field `size`"]);
}

#[test]
fn a_server_reports_all_mismatches_at_once() {
    let page = r#"{"rows": [{"id": 1, "size": "2", "made": "?", "color": "mauve"}, {}, 5, {"parent": {"id": "1", "id": "2"}}],
        "by_name": {"a": {"id": "1", "size": 1, "made": "2024-02-29T00:00:00Z"}}, "total": []}"#;
    let mut found = collected::<Page>(page);
    found.sort();
    let mut expected: Vec<String> = [
        "`rows[0].id`: expected a string, found an integer",
        "`rows[0].size`: expected an integer, found a string",
        "`rows[0].made`: the string is not in the documented format",
        "`rows[0].color`: expected `red`",
        "`rows[2]`: expected an object, found an integer",
        "`rows[3].parent.id`: duplicate field `id`",
        "`by_name.*.color`: missing field `color`",
        "`total`: expected an integer, found an array",
    ]
    .map(str::to_owned)
    .to_vec();
    for (parent, fields) in [
        ("rows[1]", &["id", "size", "made", "color"][..]),
        ("rows[3]", &["id", "size", "made", "color"]),
        ("rows[3].parent", &["size", "made", "color"]),
    ] {
        expected.extend(fields.iter().map(|field| format!("`{parent}.{field}`: missing field `{field}`")));
    }
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_server_reports_duplicates_of_documented_fields() {
    assert_eq!(collected::<Page>(r#"{"total": 1, "total": 2}"#), ["`total`: duplicate field `total`"]);
    assert_eq!(collected::<Page>(r#"{"first": {"id": 1, "id": "2"}}"#)[1], "`first.id`: duplicate field `id`");
    let mut row = row("1").to_string();
    row.insert_str(1, r#""size": 1, "made": "?", "#);
    let expected = [
        "`made`: the string is not in the documented format",
        "`made`: duplicate field `made`",
        "`size`: duplicate field `size`",
    ];
    let mut found = collected::<Row>(&row);
    found.sort();
    let mut sorted = expected.map(str::to_owned);
    sorted.sort();
    assert_eq!(found, sorted);
    // The last one of all other duplicates counts, as in free-form JSON.
    for document in [
        r#"{"x": 1, "x": 2}"#,
        r#"{"any": {"a": {"b": 1, "b": 2}}}"#,
        r#"{"object": {"a": 1, "\u0061": 2}}"#,
        r#"{"by_name": {}, "other": {"a": [], "a": 1}}"#,
    ] {
        assert_eq!(collected::<Page>(document), [""; 0], "{document}");
        assert_eq!(lenient::<Page>(document), (serde_json::from_str(document).expect("JSON"), vec![]), "{document}");
    }
}

#[test]
fn a_type_without_a_finite_value_terminates() {
    for document in ["{}", "[]", r#"{"next": {"next": 5}}"#] {
        assert!(!collected::<Endless>(document).is_empty());
        let Err(DecodeError::Mismatches(_)) = decode::lenient::<Endless>(document.as_bytes()) else {
            panic!("no document is of that type")
        };
    }
}

#[test]
fn invalid_json_is_distinguished_from_a_mismatch() {
    for document in
        ["", "{", r#"{"total": "x""#, r#"{"total": "x"} {}"#, r#"{"rows": [{"id": }]}"#, r#"{"total": 1e999}"#]
    {
        assert!(matches!(decode::lenient::<Page>(document.as_bytes()), Err(DecodeError::NotJson(_))), "{document}");
        assert!(decode::mismatches::<Page>(document.as_bytes()).is_err(), "{document}");
    }
    // The nesting depth is limited for values that are kept, not for those that are skipped.
    let deep = |field: &str| format!(r#"{{"{field}": {}{}}}"#, "[".repeat(200), "]".repeat(200));
    assert_eq!(lenient::<Page>(&deep("total")).1, ["`total`: expected an integer, found an array"]);
    assert!(matches!(decode::lenient::<Page>(deep("any").as_bytes()), Err(DecodeError::NotJson(_))));
}

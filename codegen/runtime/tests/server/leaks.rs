//! No message about a document contains a value of the document.

use std::sync::Arc;

use axum::body::Body;
use http::{Request, StatusCode};
use proptest::prelude::*;
use routegen_runtime::SchemaMismatch;
use routegen_runtime::server::{AnyToken, Server};
use serde_json::{Map, Number, Value};

use crate::api;
use crate::capture::Capture;
use crate::fixed_response::{client, client_with};
use crate::{Ada, Unimplemented, respond};

/// Part of every string and undocumented key.
const MARK: &str = "S3CRET";

/// Part of every number.
const DIGITS: u64 = 271_828_182;

/// Names of documented fields, so that many values have another type than documented.
const FIELDS: [&str; 12] =
    ["_id", "title", "price", "currency", "shelf", "location", "room", "publisher", "name", "email", "type", "options"];

fn secret() -> impl Strategy<Value = String> {
    let around = prop::sample::select(vec![
        "",
        ", expected ",
        " at line 1 column 2",
        "\"",
        "`",
        "\\",
        "\n",
        "\u{7f}",
        "\u{202e}",
        "{}",
        "missing field `",
        "%s",
        "invalid type: ",
        "unknown variant `",
        "\0",
        "ü…",
        ".",
        "[0]",
    ]);
    (around.clone(), around).prop_map(|(before, after)| format!("{before}{MARK}{after}{MARK}"))
}

fn document() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        3 => secret().prop_map(Value::String),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::from(DIGITS)),
        1 => Just(Value::from(-271_828_182_i64)),
        1 => Just(Number::from_f64(271_828_182.5).map_or(Value::Null, Value::Number)),
    ];
    let key = prop_oneof![5 => prop::sample::select(&FIELDS[..]).prop_map(str::to_owned), 1 => secret()];
    scalar.prop_recursive(5, 40, 6, move |value| {
        prop_oneof![
            1 => prop::collection::vec(value.clone(), 0..6).prop_map(Value::Array),
            3 => prop::collection::vec((key.clone(), value), 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Returns the JSON of a document in which the first key of each object occurs twice.
fn with_duplicates(document: &Value) -> String {
    match document {
        Value::Object(entries) => {
            let entry =
                |(key, value): (&String, &Value)| format!("{}:{}", Value::from(key.as_str()), with_duplicates(value));
            let mut entries: Vec<String> = entries.iter().map(entry).collect();
            entries.extend(entries.first().cloned());
            format!("{{{}}}", entries.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(with_duplicates).collect::<Vec<_>>().join(",")),
        scalar => scalar.to_string(),
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    prop_assert!(!text.contains(MARK) && !text.contains("271828182") && !text.contains("2.7182"), "{}", text);
    Ok(())
}

fn text_of(mismatches: &[SchemaMismatch]) -> String {
    mismatches
        .iter()
        .map(|mismatch| format!("{mismatch} {mismatch:?} {} {}", mismatch.path(), mismatch.kind()))
        .collect()
}

/// Returns everything that calls report about their responses.
async fn report_of_client(body: &str) -> String {
    use std::error::Error as _;

    let mut report = String::new();
    for strict in [false, true] {
        let client = client_with(body.to_owned(), |builder| builder.strict(strict));
        macro_rules! call {
            ($($call:expr),*) => {
                $(match $call.await {
                    Ok(response) => {
                        report += &text_of(response.mismatches());
                        if let Err(error) = response.checked() {
                            report += &format!("{error} {error:?} {error:#?} {:?}", error.source());
                        }
                    }
                    Err(error) => report += &format!("{error} {error:?} {error:#?} {:?}", error.source()),
                })*
            };
        }
        call!(
            client.books().list(),
            client.members().me(),
            client.books().newest(),
            client.reminders().get("r"),
            client.tokens().revoke()
        );
    }
    report
}

/// Returns everything that a server reports about a body.
async fn report_of_server(body: &str) -> String {
    let router = Server::new(AnyToken(Ada)).with(api::endpoints(Arc::new(Unimplemented))).into_router();
    let mut report = String::new();
    for uri in ["/reminders", "/branches/b/loans/statistics", "/members/update"] {
        let request = Request::post(uri).header("authorization", "Bearer t").body(Body::from(body.to_owned()));
        let (status, _, body) = respond(router.clone(), request.expect("a request")).await;
        assert!(status == StatusCode::BAD_REQUEST || status == StatusCode::NOT_IMPLEMENTED, "{status}");
        report += &String::from_utf8_lossy(&body);
    }
    report
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn no_message_contains_a_value(document in document(), is_cut_short: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (capture, _guard) = Capture::start();
        let mut bodies = vec![document.to_string(), Value::from(vec![document.clone()]).to_string(), with_duplicates(&document)];
        if is_cut_short {
            bodies.push(format!("{document} {document}"));
            bodies.push(document.to_string().chars().take(20).collect());
        }
        for body in bodies {
            check(&runtime.block_on(report_of_client(&body)))?;
            check(&runtime.block_on(report_of_server(&body)))?;
        }
        check(&capture.text())?;
    }
}

/// Shows that the property above is not vacuous.
#[tokio::test]
async fn values_of_another_type_are_mismatches() {
    let body = r#"[{"publisher": "S3CRET, expected S3CRET", "S3CRET": 1, "shelf": {"location": ["S3CRET"]}}]"#;
    let books = client(body).books().list().await.expect("a list");
    let mismatches: Vec<String> = books.mismatches().iter().map(SchemaMismatch::to_string).collect();
    let expected = [
        "`[0].publisher`: expected an object, found a string",
        "`[0].shelf.location`: expected an object, found an array",
    ];
    assert_eq!(mismatches, expected);
    assert!(report_of_server(r#"{"name": 5}"#).await.contains("expected a string, found an integer"));
}

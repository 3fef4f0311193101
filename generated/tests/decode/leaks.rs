//! No value of a document is in what is said about it, whatever the value is.

use axum::body::Body;
use http::{Request, StatusCode};
use pm2_api::{AnyToken, SchemaMismatch, Server, bucket, data, user};
use proptest::prelude::*;
use serde_json::{Map, Number, Value};
use std::sync::Arc;

use crate::capture::Capture;
use crate::common::{Ada, answer};
use crate::{client, client_with};

/// Part of every string and key that the service makes up.
const MARK: &str = "S3CRET";

/// Part of every number.
const DIGITS: u64 = 271_828_182;

/// Names of documented fields, so that many values are where something else is expected.
const FIELDS: [&str; 12] = [
    "_id",
    "name",
    "credits",
    "offer_type",
    "node",
    "endpoints",
    "web",
    "payment",
    "username",
    "email",
    "type",
    "options",
];

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

/// JSON text of a document, in which some objects have a key twice.
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

fn shown(mismatches: &[SchemaMismatch]) -> String {
    mismatches
        .iter()
        .map(|mismatch| format!("{mismatch} {mismatch:?} {} {}", mismatch.path(), mismatch.kind()))
        .collect()
}

/// All that calls say about their responses.
async fn said(body: &str) -> String {
    use std::error::Error as _;

    let mut said = String::new();
    for strict in [false, true] {
        let client = client_with(body.to_owned(), |builder| builder.strict(strict));
        macro_rules! call {
            ($($call:expr),*) => {
                $(match $call.await {
                    Ok(response) => {
                        said += &shown(response.mismatches());
                        if let Err(error) = response.checked() {
                            said += &format!("{error} {error:?} {error:#?} {:?}", error.source());
                        }
                    }
                    Err(error) => said += &format!("{error} {error:?} {error:#?} {:?}", error.source()),
                })*
            };
        }
        call!(
            client.bucket().retrieve_all(),
            client.user().retrieve(),
            client.misc().retrieve_plans(),
            client.bucket().alert().list("b"),
            client.auth().revoke()
        );
    }
    said
}

/// Takes nothing.
struct Nobody;

impl bucket::alert::AlertServer<Ada> for Nobody {}
impl data::metrics::MetricsServer<Ada> for Nobody {}
impl user::UserServer<Ada> for Nobody {}

/// What a server says about a body.
async fn rejected(body: &str) -> String {
    let nobody = Arc::new(Nobody);
    let router = Server::new(AnyToken(Ada))
        .with(bucket::alert::endpoints(Arc::clone(&nobody)))
        .with(data::metrics::endpoints(Arc::clone(&nobody)))
        .with(user::endpoints(nobody))
        .into_router();
    let mut said = String::new();
    for uri in ["/api/bucket/b/alerts", "/api/bucket/b/data/metrics/aggregations", "/api/users/update"] {
        let request = Request::post(uri).header("authorization", "Bearer t").body(Body::from(body.to_owned()));
        let (status, _, body) = answer(router.clone(), request.expect("a request")).await;
        assert!(status == StatusCode::BAD_REQUEST || status == StatusCode::NOT_IMPLEMENTED, "{status}");
        said += &String::from_utf8_lossy(&body);
    }
    said
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn nothing_that_is_said_holds_a_value(document in document(), is_cut_short: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (capture, _guard) = Capture::start();
        let mut bodies = vec![document.to_string(), Value::from(vec![document.clone()]).to_string(), with_duplicates(&document)];
        if is_cut_short {
            bodies.push(format!("{document} {document}"));
            bodies.push(document.to_string().chars().take(20).collect());
        }
        for body in bodies {
            check(&runtime.block_on(said(&body)))?;
            check(&runtime.block_on(rejected(&body)))?;
        }
        check(&capture.text())?;
    }
}

/// The property says something: there are mismatches in what it looks at.
#[tokio::test]
async fn hostile_strings_are_mismatches() {
    let body = r#"[{"credits": "S3CRET, expected S3CRET", "S3CRET": 1, "node": {"endpoints": ["S3CRET"]}}]"#;
    let buckets = client(body).bucket().retrieve_all().await.expect("a list");
    let shown: Vec<String> = buckets.mismatches().iter().map(SchemaMismatch::to_string).collect();
    let expected = [
        "`[0].credits`: expected an object, found a string",
        "`[0].node.endpoints`: expected an object, found an array",
    ];
    assert_eq!(shown, expected);
    assert!(rejected(r#"{"name": 5}"#).await.contains("expected a string, found an integer"));
}

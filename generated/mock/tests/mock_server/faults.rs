//! Faults: statuses, delays and broken bodies that a test asks for.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, StatusCode};
use pm2_api::ErrorKind;
use serde_json::{Value, json};

use crate::support::{TestServer, start};
use pm2_mock::{DEMO_ACCESS_TOKEN, Fault};

async fn post(server: &TestServer, fault: &Value) -> (StatusCode, Value) {
    server.send(Method::POST, "/mock/faults", "", fault).await
}

async fn pending(server: &TestServer) -> Value {
    server.send(Method::GET, "/mock/faults", "", &Value::Null).await.1
}

async fn buckets(server: &TestServer) -> (StatusCode, Bytes) {
    server.send_raw(Method::GET, "/api/bucket", DEMO_ACCESS_TOKEN, Bytes::new()).await
}

#[tokio::test]
async fn the_next_responses_of_an_operation_have_the_status() {
    let server = start().await;
    let fault = json!({ "operation": "bucket.retrieveAll", "times": 2, "status": 503 });
    assert_eq!(post(&server, &fault).await, (StatusCode::CREATED, fault.clone()));
    assert_eq!(pending(&server).await, json!([fault]));
    // Other operations are not affected.
    let (status, _) = server.send_raw(Method::GET, "/api/users/isLogged", DEMO_ACCESS_TOKEN, Bytes::new()).await;
    assert_eq!(status, StatusCode::OK);
    let (status, body) = buckets(&server).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(body, json!({ "msg": "a fault of the mock server: status 503" }));
    assert_eq!(pending(&server).await[0]["times"], 1);
    assert_eq!(buckets(&server).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!((buckets(&server).await.0, pending(&server).await), (StatusCode::OK, json!([])));
}

#[tokio::test]
async fn a_request_with_a_status_fault_has_no_effect() {
    let server = start().await;
    server.mock.fault("bucket.create", Fault::Status(500), 1).expect("a valid fault");
    let create = || server.client.bucket().create(&pm2_api::bucket::CreateBody::new("new"));
    let error = create().await.expect_err("a status of 500 is an error");
    assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
    assert_eq!(server.client.bucket().retrieve_all().await.expect("the buckets").len(), 3);
    create().await.expect("a bucket");
    assert_eq!(server.client.bucket().retrieve_all().await.expect("the buckets").len(), 4);
}

#[tokio::test]
async fn statuses_without_a_body_have_none() {
    let server = start().await;
    for status in [204, 205, 304] {
        server.mock.fault("bucket.retrieveAll", Fault::Status(status), 1).expect("a valid fault");
        let (received, body) = buckets(&server).await;
        assert_eq!((received.as_u16(), body.len()), (status, 0));
    }
}

#[tokio::test]
async fn a_delay_postpones_the_response_and_is_no_timeout() {
    let limits = pm2_mock::Limits { request_timeout: Duration::from_millis(100), ..Default::default() };
    let server = crate::support::start_with(pm2_mock::Mock::builder().limits(limits)).await;
    let delay = json!({ "operation": "bucket_retrieve_all", "delay_ms": 300 });
    let (status, stored) = post(&server, &delay).await;
    // The id of an operation is replaced by its name.
    let expected = json!({ "operation": "bucket.retrieveAll", "times": 1, "delay_ms": 300 });
    assert_eq!((status, stored), (StatusCode::CREATED, expected));
    let start = Instant::now();
    assert_eq!(buckets(&server).await.0, StatusCode::OK);
    assert!(start.elapsed() >= Duration::from_millis(300), "{:?}", start.elapsed());
    let recorded = server.mock.requests();
    assert!(recorded[0].duration >= Duration::from_millis(300), "{recorded:?}");
    assert!(pending(&server).await.as_array().is_some_and(Vec::is_empty));
}

#[tokio::test]
async fn a_broken_body_ends_in_the_middle() {
    let server = start().await;
    let (_, whole) = buckets(&server).await;
    server.mock.fault("bucket.retrieveAll", Fault::BrokenBody, 2).expect("a valid fault");
    let (status, half) = buckets(&server).await;
    assert_eq!((status, half.len()), (StatusCode::OK, whole.len() / 2));
    assert!(whole.starts_with(&half) && serde_json::from_slice::<Value>(&half).is_err());
    let error = server.client.bucket().retrieve_all().await.expect_err("half of a body is not JSON");
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    server.client.bucket().retrieve_all().await.expect("the fault is over");
    // A response without a body gets one.
    server.mock.fault("user.retrieve", Fault::BrokenBody, 1).expect("a valid fault");
    let (status, body) = server.send_raw(Method::HEAD, "/api/users/isLogged", DEMO_ACCESS_TOKEN, Bytes::new()).await;
    assert_eq!((status, body.len()), (StatusCode::OK, 0));
    assert_eq!(pending(&server).await, json!([]), "HEAD counts as GET");
}

#[tokio::test]
async fn faults_of_one_operation_take_effect_in_their_order_and_can_be_removed() {
    let server = start().await;
    for fault in [Fault::Status(500), Fault::Status(429), Fault::BrokenBody, Fault::Status(418)] {
        server.mock.fault("bucket.retrieveAll", fault, 1).expect("a valid fault");
    }
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(buckets(&server).await.0.as_u16());
    }
    assert_eq!(statuses, [500, 429, 200]);
    let (status, _) = server.send(Method::DELETE, "/mock/faults", "", &Value::Null).await;
    assert_eq!((status, pending(&server).await), (StatusCode::NO_CONTENT, json!([])));
    assert_eq!(buckets(&server).await.0, StatusCode::OK);
    for clear in [pm2_mock::Mock::reset, pm2_mock::Mock::clear_faults] {
        server.mock.fault("bucket.retrieveAll", Fault::Status(418), 1).expect("a valid fault");
        clear(&server.mock);
        assert_eq!(buckets(&server).await.0, StatusCode::OK);
    }
}

#[tokio::test]
async fn invalid_faults_are_rejected_with_the_reason() {
    let server = start().await;
    let one_of = "a fault has exactly one of `status`, `delay_ms` and `\"broken_body\": true`";
    let operation = "bucket.retrieveAll";
    let long = "x".repeat(100_000);
    let cases = [
        (String::new(), "the body is not a fault, such as {\"operation\": \"bucket.retrieveAll\""),
        (json!([operation, 1, 500, null, null]).to_string(), "expected a JSON object"),
        ("null".to_owned(), "expected a JSON object"),
        ("{\"operation\": \"bucket.create\", \"status\": 500} x".to_owned(), "trailing characters"),
        ("{\"operation\": ".to_owned(), "EOF while parsing"),
        (json!({ "status": 500 }).to_string(), "missing field `operation`"),
        (json!({ "operation": "bucket.retreiveAll", "status": 500 }).to_string(), "did you mean `bucket.retrieveAll`?"),
        (json!({ "operation": "nothing", "status": 500 }).to_string(), "there is no operation `nothing`, such as"),
        (json!({ "operation": long, "status": 500 }).to_string(), "there is no operation `xxx"),
        (json!({ "operation": operation }).to_string(), one_of),
        (json!({ "operation": operation, "status": 500, "delay_ms": 1 }).to_string(), one_of),
        (json!({ "operation": operation, "broken_body": false }).to_string(), one_of),
        (json!({ "operation": operation, "status": 199 }).to_string(), "from 200 to 599, but is 199"),
        (json!({ "operation": operation, "status": 600 }).to_string(), "from 200 to 599, but is 600"),
        (json!({ "operation": operation, "status": 70000 }).to_string(), "expected u16"),
        (json!({ "operation": operation, "status": "500" }).to_string(), "invalid type: string \"500\""),
        (json!({ "operation": operation, "status": 500, "times": 0 }).to_string(), "`times` must be from 1 to 10000"),
        (json!({ "operation": operation, "status": 500, "times": -1 }).to_string(), "expected u32"),
        (json!({ "operation": operation, "delay_ms": 300_001 }).to_string(), "the delay must be at most 300000"),
        (json!({ "operation": operation, "delay_ms": u64::MAX }).to_string(), "the delay must be at most 300000"),
        (json!({ "operation": operation, "statsu": 500 }).to_string(), "unknown field `statsu`, expected one of"),
        (format!("{{\"operation\": \"{operation}\", \"status\": 500, \"status\": 501}}"), "duplicate field `status`"),
        (json!({ "operation": operation, "status": 500, (long.as_str()): 1 }).to_string(), "unknown field `xxx"),
    ];
    for (body, reason) in cases {
        let shown: String = body.chars().take(100).collect();
        let (status, raw) = server.send_raw(Method::POST, "/mock/faults", "", Bytes::from(body)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{shown}");
        let error: Value = serde_json::from_slice(&raw).expect("JSON");
        let message = error["msg"].as_str().expect("a message");
        assert!(message.contains(reason) && raw.len() < 1000, "{shown}: {message}");
    }
    assert_eq!(pending(&server).await, json!([]));
    let (status, _) = server.send(Method::PUT, "/mock/faults", "", &json!({})).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);

    let error = server.mock.fault("bucket", Fault::Delay(Duration::MAX), 1).expect_err("there is no such operation");
    assert!(error.to_string().starts_with("there is no operation `bucket`"), "{error}");
    assert!(server.mock.fault(operation, Fault::Delay(Duration::MAX), 1).is_err());
    assert!(server.mock.fault(operation, Fault::Status(0), 1).is_err());
}

#[tokio::test]
async fn the_number_of_faults_is_limited() {
    let server = start().await;
    for _ in 0..1000 {
        server.mock.fault("bucket.create", Fault::Status(500), 1).expect("a valid fault");
    }
    let error = server.mock.fault("bucket.create", Fault::Status(500), 1).expect_err("there are too many");
    assert!(error.to_string().contains("already 1000 faults"), "{error}");
}

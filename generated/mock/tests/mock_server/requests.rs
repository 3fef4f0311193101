//! The requests that the server records.

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::start;
use pm2_mock::{DEMO_ACCESS_TOKEN, DEMO_REFRESH_TOKEN};

#[tokio::test]
async fn requests_are_listed_with_operation_status_and_duration() {
    let server = start().await;
    let id = server.bucket_id("production").await;
    server.send(Method::GET, &format!("/api/bucket/{id}"), DEMO_ACCESS_TOKEN, &Value::Null).await;
    server.send(Method::GET, "/api/bucket", "", &Value::Null).await;
    server.send(Method::PATCH, "/api/bucket", DEMO_ACCESS_TOKEN, &Value::Null).await;
    server.send(Method::GET, "/api/buckets/x", DEMO_ACCESS_TOKEN, &Value::Null).await;
    let (status, listed) = server.send(Method::GET, "/mock/requests", "", &Value::Null).await;
    assert_eq!(status, StatusCode::OK);
    let listed = listed.as_array().expect("an array");
    let expected = [
        ("GET", "/api/bucket/", json!("bucket.retrieveAll"), 200),
        ("GET", &format!("/api/bucket/{id}"), json!("bucket.retrieve"), 200),
        ("GET", "/api/bucket", json!("bucket.retrieveAll"), 401),
        ("PATCH", "/api/bucket", Value::Null, 405),
        ("GET", "/api/*/*", Value::Null, 404),
    ];
    assert_eq!(listed.len(), expected.len(), "{listed:#?}");
    let mut previous = String::new();
    for (request, (method, path, operation, status)) in listed.iter().zip(expected) {
        assert_eq!((&request["method"], &request["path"]), (&json!(method), &json!(path)));
        assert_eq!((&request["operation"], &request["status"]), (&operation, &json!(status)));
        let duration = request["duration_ms"].as_f64().expect("a number");
        assert!(duration > 0.0 && duration < 60_000.0, "{duration}");
        let at = request["at"].as_str().expect("a time").parse::<pm2_api::Timestamp>().expect("a time").to_string();
        assert!(previous <= at, "{previous} {at}");
        previous = at;
    }
    let (status, _) = server.send(Method::DELETE, "/mock/requests", "", &Value::Null).await;
    assert_eq!((status, server.mock.requests().len()), (StatusCode::NO_CONTENT, 0));
    for clear in [pm2_mock::Mock::reset, pm2_mock::Mock::clear_requests] {
        server.client.bucket().retrieve_all().await.expect("the buckets");
        assert_eq!(server.mock.requests().len(), 1);
        clear(&server.mock);
        assert_eq!(server.mock.requests().len(), 0);
    }
}

#[tokio::test]
async fn recorded_requests_contain_no_secrets() {
    let server = start().await;
    let secret = "5ecre7".repeat(8);
    let body = json!({ "username": "demo", "password": secret, "refresh_token": DEMO_REFRESH_TOKEN });
    for (method, path) in [
        (Method::POST, "/api/oauth/token".to_owned()),
        (Method::GET, format!("/api/oauth/valid_email/{secret}?token={secret}")),
        (Method::GET, "/api/oauth/valid_email/5ecre7".to_owned()),
        (Method::POST, "/api/oauth/valid_email/5ecre7".to_owned()),
        (Method::DELETE, format!("/api/users/otp?otpToken={secret}")),
        (Method::GET, format!("/api/bucket/{secret}/meta")),
        (Method::GET, format!("/{secret}")),
        (Method::GET, format!("/api/users/isLogged?access_token={secret}")),
        (Method::GET, "/api/%35ecre7/5ecre7".to_owned()),
        (Method::from_bytes(secret.as_bytes()).expect("a method"), "/api/bucket".to_owned()),
    ] {
        server.send(method, &path, DEMO_ACCESS_TOKEN, &body).await;
    }
    let recorded = server.mock.requests();
    assert_eq!(recorded.len(), 10);
    let (_, listed) = server.send(Method::GET, "/mock/requests", "", &Value::Null).await;
    let mut text = format!("{recorded:?} {listed}");
    // A method can be anything but is no place for secrets; it is cut.
    text = text.replace(&secret[..40], "");
    for secret in ["5ecre7", "ecre7", DEMO_ACCESS_TOKEN, DEMO_REFRESH_TOKEN, "otpToken"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[tokio::test]
async fn the_servers_own_routes_are_left_out_and_old_requests_are_dropped() {
    let server = start().await;
    for path in ["/", "/docs/", "/openapi.json", "/mock/mails", "/mock/requests", "/mock/faults"] {
        server.send_raw(Method::GET, path, "", Bytes::new()).await;
    }
    assert_eq!(server.mock.requests().len(), 0);
    server.send_raw(Method::GET, "/api/bucket", "", Bytes::new()).await;
    for _ in 0..1000 {
        server.send_raw(Method::GET, "/api/users/isLogged", "", Bytes::new()).await;
    }
    let recorded = server.mock.requests();
    assert!(recorded.len() == 1000 && recorded.iter().all(|request| request.operation == Some("user.retrieve")));
}

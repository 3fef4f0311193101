//! What a server made of stubs answers to requests that are not as the documentation says.

#[path = "server/callers.rs"]
mod callers;
mod common;
#[path = "server/faults.rs"]
mod faults;
#[path = "server/proxies.rs"]
mod proxies;
#[path = "server/redirections.rs"]
mod redirections;
#[path = "server/routers.rs"]
mod routers;
#[path = "server/sizes.rs"]
mod sizes;
#[path = "server/slow_bodies.rs"]
mod slow_bodies;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use common::{Ada, answer, json};
use http::{Request, StatusCode};
use pm2_api::{Context, FixedTokens, HandlerResult, JsonObject, Nothing, Response, Server, data, user};
use serde_json::{Value, json};

/// Answers with what it was given.
struct Echo;

impl user::UserServer<Ada> for Echo {
    async fn show(&self, _context: Context<()>, id: String) -> HandlerResult<user::ShowResponse, user::ShowError> {
        Ok(user::ShowResponse { username: Some(id), ..Default::default() }.into())
    }

    async fn update_metadata(
        &self,
        context: Context<Ada>,
        body: user::UpdateMetadataBody,
    ) -> HandlerResult<user::UpdateMetadataResponse, user::UpdateMetadataError> {
        assert_eq!(context.principal, Ada);
        let mut other = JsonObject::new();
        other.insert("vat_number".to_owned(), Value::from(body.metadata.vat_number));
        Ok(Response::new(user::UpdateMetadataResponse { other, ..Default::default() }))
    }

    async fn attach_credit_card(
        &self,
        _context: Context<Ada>,
        _body: user::AttachCreditCardBody,
    ) -> HandlerResult<user::AttachCreditCardResponse, user::AttachCreditCardError> {
        Err(user::AttachCreditCardError::BadRequest.into())
    }
}

impl user::otp::OtpServer<Ada> for Echo {
    async fn disable(
        &self,
        _context: Context<Ada>,
        query: user::otp::DisableQuery,
    ) -> HandlerResult<Nothing, user::otp::DisableError> {
        assert_eq!(query.otp_token.expose(), "12 34");
        Ok(Nothing.into())
    }
}

fn server() -> Router {
    let echo = Arc::new(Echo);
    Server::new(FixedTokens::new([("t0ken", Ada)]))
        .body_limit(200)
        .with(user::endpoints(Arc::clone(&echo)))
        .with(user::otp::endpoints(echo))
        .into_router()
}

fn put_metadata() -> http::request::Builder {
    Request::put("/api/users/payment/stripe_metadata")
        .header("authorization", "Bearer t0ken")
        .header("content-type", "application/json")
}

#[tokio::test]
async fn a_token_is_needed_where_the_spec_says_so() {
    for header in ["", "Bearer", "Bearer ", "Basic t0ken", "Bearer other"] {
        let request = Request::get("/api/users/isLogged").header("authorization", header).body(Body::empty());
        let (status, headers, body) = answer(server(), request.expect("a request")).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{header:?}");
        assert_eq!(headers["www-authenticate"], "Bearer");
        assert!(json(&body)["msg"].is_string());
    }
    let request = Request::get("/api/users/show/ada").body(Body::empty()).expect("a request");
    assert_eq!(answer(server(), request).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_malformed_body_is_refused_and_the_field_is_named() {
    let cases = [
        ("{", "body"),
        ("[]", "body"),
        ("null", "body"),
        ("{} {}", "JSON"),
        ("{}", "metadata"),
        ("", "metadata"),
        (r#"{"metadata": {"vat_number": 5}}"#, "metadata.vat_number"),
        (r#"{"metadata": "text"}"#, "metadata"),
        (r#"[{"vat_number": "v"}]"#, "body"),
        (r#"{"metadata": ["company", "vat"]}"#, "metadata"),
    ];
    for (body, named) in cases {
        let request = put_metadata().body(Body::from(body)).expect("a request");
        let (status, _, answered) = answer(server(), request).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        let message = json(&answered)["msg"].as_str().expect("a message").to_owned();
        assert!(message.contains(named), "{body}: {message}");
    }
}

#[tokio::test]
async fn all_faults_of_a_body_are_reported_together() {
    let body = r#"{"metadata": {"address_zip": 12345, "address_city": false}}"#;
    let request =
        Request::put("/api/users/payment/card").header("authorization", "Bearer t0ken").body(Body::from(body));
    let (status, _, answered) = answer(server(), request.expect("a request")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let faults = json!([
        { "in": "body", "path": "metadata.address_zip", "problem": "expected a string, found an integer" },
        { "in": "body", "path": "metadata.address_city", "problem": "expected a string, found a boolean" },
        { "in": "body", "path": "id", "problem": "missing field `id`" },
    ]);
    assert_eq!(json(&answered)["details"], faults);
}

#[tokio::test]
async fn a_refusal_does_not_repeat_what_it_was_given() {
    let body = r#"{"token": 12345678}"#;
    let request = Request::post("/api/users/payment")
        .header("authorization", "Bearer t0ken")
        .header("content-type", "application/json")
        .body(Body::from(body));
    let (status, _, answered) = answer(server(), request.expect("a request")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let text = String::from_utf8_lossy(&answered).into_owned();
    assert!(text.contains("token") && !text.contains("12345678"), "{text}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_and_without_a_length() {
    let large = format!(r#"{{"metadata": {{"company_name": "{}"}}}}"#, "x".repeat(300));
    let announced = put_metadata().header("content-length", large.len()).body(Body::from(large.clone()));
    assert_eq!(answer(server(), announced.expect("a request")).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let stream = http_body_util::StreamBody::new(common::Pieces::of(&large, 50));
    let streamed = put_metadata().body(Body::new(stream)).expect("a request");
    let (status, _, body) = answer(server(), streamed).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(json(&body)["msg"].is_string());
}

#[tokio::test]
async fn only_json_is_taken() {
    let body = r#"{"metadata": {"vat_number": "v"}}"#;
    let types = [
        ("text/plain", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("application/x-www-form-urlencoded", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("application/json;charset=utf-8", StatusCode::OK),
        ("Application/JSON", StatusCode::OK),
        ("application/merge-patch+json", StatusCode::OK),
    ];
    for (content_type, expected) in types {
        let request = Request::put("/api/users/payment/stripe_metadata")
            .header("authorization", "Bearer t0ken")
            .header("content-type", content_type)
            .body(Body::from(body));
        assert_eq!(answer(server(), request.expect("a request")).await.0, expected, "{content_type}");
    }
}

#[tokio::test]
async fn a_body_on_get_and_delete_does_no_harm() {
    let get = Request::get("/api/users/show/ada").header("content-type", "application/json").body(Body::from("{}"));
    let (status, _, body) = answer(server(), get.expect("a request")).await;
    assert_eq!((status, json(&body)), (StatusCode::OK, json!({ "username": "ada" })));
    let delete = Request::delete("/api/users/otp?otpToken=12+34")
        .header("authorization", "bearer t0ken")
        .header("content-type", "application/json;charset=utf-8")
        .body(Body::from("{}"));
    assert_eq!(answer(server(), delete.expect("a request")).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_query_parameter_that_is_missing_is_named() {
    let request = Request::delete("/api/users/otp")
        .header("authorization", "Bearer t0ken")
        .body(Body::empty())
        .expect("a request");
    let (status, _, body) = answer(server(), request).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(json(&body)["msg"].as_str().is_some_and(|message| message.contains("otpToken")));
}

#[tokio::test]
async fn every_path_works_with_and_without_its_last_slash() {
    for path in ["/api/users/show/ada", "/api/users/show/ada/"] {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        assert_eq!(answer(server(), request).await.0, StatusCode::OK, "{path}");
    }
    for path in ["/api/users/payment", "/api/users/payment/"] {
        let request = Request::post(path)
            .header("authorization", "Bearer t0ken")
            .body(Body::from(r#"{"token":"t"}"#))
            .expect("a request");
        let (status, _, body) = answer(server(), request).await;
        assert_eq!((status, json(&body)), (StatusCode::BAD_REQUEST, json!({ "msg": "Bad Request" })), "{path}");
    }
}

#[tokio::test]
async fn what_a_stub_does_not_implement_answers_501_with_its_name() {
    let request = Request::get("/api/users/isLogged").header("authorization", "Bearer t0ken").body(Body::empty());
    let (status, _, body) = answer(server(), request.expect("a request")).await;
    assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
    assert_eq!(json(&body), json!({ "msg": "user.retrieve is not implemented" }));
}

#[tokio::test]
async fn a_word_beside_a_parameter_is_its_own_route() {
    let request = Request::get("/api/users/payment/card/stripe_metadata")
        .header("authorization", "Bearer t0ken")
        .body(Body::empty());
    let (_, _, body) = answer(server(), request.expect("a request")).await;
    assert_eq!(json(&body)["msg"], "user.fetchMetadata is not implemented");
}

/// Answers with the limits that it was asked for.
struct Limits;

impl data::events::EventsServer<Ada> for Limits {
    async fn retrieve(
        &self,
        _context: Context<Ada>,
        _id: String,
        body: data::events::RetrieveBody,
    ) -> HandlerResult<Vec<JsonObject>, data::events::RetrieveError> {
        let seen =
            [("limit", body.limit), ("offset", body.offset)].map(|(name, value)| (name.to_owned(), json!(value)));
        Ok(vec![JsonObject::from_iter(seen)].into())
    }
}

#[tokio::test]
async fn a_stub_sees_documented_defaults_and_the_client_does_not_send_them() {
    let router =
        Server::new(FixedTokens::new([("t0ken", Ada)])).with(data::events::endpoints(Arc::new(Limits))).into_router();
    assert_eq!(serde_json::to_value(data::events::RetrieveBody::new("e")).expect("JSON"), json!({ "event_name": "e" }));
    for (body, seen) in [
        (r#"{"event_name": "e"}"#, json!([{ "limit": 100, "offset": 0 }])),
        (r#"{"event_name": "e", "limit": 5}"#, json!([{ "limit": 5, "offset": 0 }])),
    ] {
        let request = Request::post("/api/bucket/b/data/events")
            .header("authorization", "Bearer t0ken")
            .body(Body::from(body))
            .expect("a request");
        let (status, _, answered) = answer(router.clone(), request).await;
        assert_eq!((status, json(&answered)), (StatusCode::OK, seen), "{body}");
    }
}

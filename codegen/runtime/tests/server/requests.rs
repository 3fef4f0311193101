//! How the server responds to valid requests and to the most common invalid ones.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use futures_core::Stream;
use http::{Request, StatusCode};
use http_body::Frame;
use routegen_runtime::server::{Context, FixedTokens, HandlerResult, Server};
use routegen_runtime::{JsonObject, NoDocumentedError};
use serde_json::json;

use crate::api::{loans, members};
use crate::{Ada, json, respond};

/// Responds with its arguments.
struct Echo;

impl members::MembersServer<Ada> for Echo {
    async fn disable_second_factor(
        &self,
        _context: Context<Ada>,
        query: members::DisableSecondFactorQuery,
    ) -> HandlerResult<(), NoDocumentedError> {
        assert_eq!(query.one_time_password.expose(), "12 34");
        Ok(().into())
    }

    async fn set_address(
        &self,
        context: Context<Ada>,
        body: members::SetAddressBody,
    ) -> HandlerResult<JsonObject, NoDocumentedError> {
        assert_eq!(context.principal, Ada);
        Ok(JsonObject::from_iter([("street".to_owned(), body.address.street.into())]).into())
    }

    async fn show(&self, _context: Context<()>, name: String) -> HandlerResult<members::Member, members::ShowError> {
        Ok(members::Member { name: Some(name), ..Default::default() }.into())
    }

    async fn update(
        &self,
        _context: Context<Ada>,
        _body: members::UpdateBody,
    ) -> HandlerResult<members::Member, members::UpdateError> {
        Err(members::UpdateError::BadRequest.into())
    }
}

impl loans::LoansServer<Ada> for Echo {
    async fn search(
        &self,
        _context: Context<Ada>,
        _branch: String,
        body: loans::SearchBody,
    ) -> HandlerResult<Vec<JsonObject>, NoDocumentedError> {
        let fields = [("limit", body.limit), ("offset", body.offset)];
        Ok(vec![JsonObject::from_iter(fields.map(|(name, value)| (name.to_owned(), json!(value))))].into())
    }
}

fn router() -> Router {
    let echo = Arc::new(Echo);
    Server::new(FixedTokens::new([("t0ken", Ada)]))
        .body_limit(200)
        .with(members::endpoints(Arc::clone(&echo)))
        .with(loans::endpoints(echo))
        .with(crate::api::books::endpoints(Arc::new(crate::Unimplemented)))
        .into_router()
}

fn set_address() -> http::request::Builder {
    Request::put("/members/address").header("authorization", "Bearer t0ken").header("content-type", "application/json")
}

/// A body in chunks, whose length is not known before its end.
struct Chunks(Vec<Bytes>);

impl Chunks {
    fn new(text: &str, size: usize) -> Self {
        Self(text.as_bytes().chunks(size).rev().map(Bytes::copy_from_slice).collect())
    }
}

impl Stream for Chunks {
    type Item = Result<Frame<Bytes>, Infallible>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.pop().map(|chunk| Ok(Frame::data(chunk))))
    }
}

#[tokio::test]
async fn a_token_is_required_only_where_the_operation_says_so() {
    for header in ["", "Bearer", "Bearer ", "Basic t0ken", "Bearer other"] {
        let request = Request::get("/members/me").header("authorization", header).body(Body::empty());
        let (status, headers, body) = respond(router(), request.expect("a request")).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{header:?}");
        assert_eq!(headers["www-authenticate"], "Bearer");
        assert!(json(&body)["message"].is_string());
    }
    let request = Request::get("/members/named/ada").body(Body::empty()).expect("a request");
    assert_eq!(respond(router(), request).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_malformed_body_is_rejected_and_the_field_is_named() {
    let cases = [
        ("{", "body"),
        ("[]", "body"),
        ("null", "body"),
        ("{} {}", "JSON"),
        ("{}", "address"),
        ("", "address"),
        (r#"{"address": {"street": 5}}"#, "address.street"),
        (r#"{"address": "text"}"#, "address"),
        (r#"[{"street": "s"}]"#, "body"),
        (r#"{"address": ["city", "street"]}"#, "address"),
    ];
    for (body, named) in cases {
        let request = set_address().body(Body::from(body)).expect("a request");
        let (status, _, response) = respond(router(), request).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        let message = json(&response)["message"].as_str().expect("a message").to_owned();
        assert!(message.contains(named), "{body}: {message}");
    }
}

#[tokio::test]
async fn all_errors_of_a_body_are_reported_together() {
    let body = r#"{"address": {"zip": 12345, "city": false, "street": "s"}}"#;
    let (status, _, response) = respond(router(), set_address().body(Body::from(body)).expect("a request")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let details = json!([
        { "in": "body", "path": "address.zip", "problem": "expected a string, found an integer" },
        { "in": "body", "path": "address.city", "problem": "expected a string, found a boolean" },
        { "in": "body", "path": "id", "problem": "missing field `id`" },
    ]);
    assert_eq!(json(&response)["details"], details);
}

#[tokio::test]
async fn a_rejection_does_not_repeat_the_value() {
    let request = Request::post("/members/update")
        .header("authorization", "Bearer t0ken")
        .header("content-type", "application/json")
        .body(Body::from(r#"{"new_password": 12345678}"#));
    let (status, _, response) = respond(router(), request.expect("a request")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let text = String::from_utf8_lossy(&response).into_owned();
    assert!(text.contains("new_password") && !text.contains("12345678"), "{text}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_rejected_with_and_without_a_length() {
    let large = format!(r#"{{"address": {{"street": "{}"}}}}"#, "x".repeat(300));
    let with_length = set_address().header("content-length", large.len()).body(Body::from(large.clone()));
    assert_eq!(respond(router(), with_length.expect("a request")).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let stream = http_body_util::StreamBody::new(Chunks::new(&large, 50));
    let without_length = set_address().body(Body::new(stream)).expect("a request");
    let (status, _, body) = respond(router(), without_length).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(json(&body)["message"].is_string());
}

#[tokio::test]
async fn only_json_is_accepted() {
    let types = [
        ("text/plain", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("application/x-www-form-urlencoded", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("application/json;charset=utf-8", StatusCode::OK),
        ("Application/JSON", StatusCode::OK),
        ("application/merge-patch+json", StatusCode::OK),
    ];
    for (content_type, expected) in types {
        let request = Request::put("/members/address")
            .header("authorization", "Bearer t0ken")
            .header("content-type", content_type)
            .body(Body::from(r#"{"id": "home", "address": {"street": "s"}}"#));
        assert_eq!(respond(router(), request.expect("a request")).await.0, expected, "{content_type}");
    }
}

#[tokio::test]
async fn a_body_of_get_and_delete_is_ignored() {
    let get = Request::get("/members/named/ada").header("content-type", "application/json").body(Body::from("{}"));
    let (status, _, body) = respond(router(), get.expect("a request")).await;
    assert_eq!((status, json(&body)), (StatusCode::OK, json!({ "name": "ada" })));
    let delete = Request::delete("/members/second-factor?oneTimePassword=12+34")
        .header("authorization", "bearer t0ken")
        .header("content-type", "application/json;charset=utf-8")
        .body(Body::from("{}"));
    assert_eq!(respond(router(), delete.expect("a request")).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_missing_query_parameter_is_named() {
    let request = Request::delete("/members/second-factor").header("authorization", "Bearer t0ken");
    let (status, _, body) = respond(router(), request.body(Body::empty()).expect("a request")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(json(&body)["message"].as_str().is_some_and(|message| message.contains("oneTimePassword")));
}

#[tokio::test]
async fn every_path_works_with_and_without_a_trailing_slash() {
    for path in ["/members/named/ada", "/members/named/ada/"] {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        assert_eq!(respond(router(), request).await.0, StatusCode::OK, "{path}");
    }
    for path in ["/members/update", "/members/update/"] {
        let request = Request::post(path).header("authorization", "Bearer t0ken").body(Body::from(r#"{"name":"n"}"#));
        let (status, _, body) = respond(router(), request.expect("a request")).await;
        assert_eq!((status, json(&body)), (StatusCode::BAD_REQUEST, json!({ "message": "Bad Request" })), "{path}");
    }
}

#[tokio::test]
async fn a_method_without_a_handler_responds_with_501_and_its_name() {
    let request = Request::get("/members/me").header("authorization", "Bearer t0ken").body(Body::empty());
    let (status, _, body) = respond(router(), request.expect("a request")).await;
    assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
    assert_eq!(json(&body), json!({ "message": "members.me is not implemented" }));
}

#[tokio::test]
async fn a_literal_segment_takes_precedence_over_a_parameter() {
    for (path, operation) in [("/books/newest", "books.newest"), ("/books/9780", "books.get")] {
        let request = Request::get(path).header("authorization", "Bearer t0ken").body(Body::empty());
        let (_, _, body) = respond(router(), request.expect("a request")).await;
        assert_eq!(json(&body)["message"], format!("{operation} is not implemented"));
    }
}

#[tokio::test]
async fn a_handler_gets_documented_defaults_that_the_client_does_not_send() {
    assert_eq!(serde_json::to_value(loans::SearchBody::new("t")).expect("valid JSON"), json!({ "title": "t" }));
    for (body, expected) in [
        (r#"{"title": "t"}"#, json!([{ "limit": 100, "offset": 0 }])),
        (r#"{"title": "t", "limit": 5}"#, json!([{ "limit": 5, "offset": 0 }])),
    ] {
        let request = Request::post("/branches/b/loans").header("authorization", "Bearer t0ken").body(Body::from(body));
        let (status, _, response) = respond(router(), request.expect("a request")).await;
        assert_eq!((status, json(&response)), (StatusCode::OK, expected), "{body}");
    }
}

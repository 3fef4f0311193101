//! Authentication: the locations of tokens, and the context that a handler receives.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::request::Parts;
use http::{HeaderMap, Request, StatusCode};
use routegen_runtime::server::{AnyToken, AuthRejection, Authenticator, Context, HandlerResult, Server};
use routegen_runtime::{Download, NoDocumentedError, Response, Secret};
use serde_json::json;

use crate::api::{branches, members, reminders};
use crate::{Ada, json, respond};

/// Accepts one token, forbids another, and panics on a third.
struct TestAuthenticator;

impl Authenticator for TestAuthenticator {
    type Principal = Ada;

    async fn authenticate(&self, token: &Secret, request: &Parts) -> Result<Ada, AuthRejection> {
        tokio::task::yield_now().await;
        match token.expose() {
            "t0ken" => Ok(Ada),
            "forbidden" => Err(AuthRejection::Forbidden(format!("not {}", request.method))),
            "panic" => panic!("an authenticator of a test"),
            _ => Err(AuthRejection::Unauthorized("who is that?".to_owned())),
        }
    }
}

struct Handlers;

impl members::MembersServer<Ada> for Handlers {
    async fn show(&self, context: Context<()>, name: String) -> HandlerResult<members::Member, members::ShowError> {
        let shown = format!("{context:?}");
        assert!(!shown.contains("t0ken") && shown.contains("members.show"), "{shown}");
        assert_eq!(context.operation().path(), "/members/named/{name}");
        let learned = json!({
            "name": name,
            "method": context.method().as_str(),
            "remote": context.remote().map(|address| address.port()),
            "query": context.uri().query(),
            "header": context.headers().get("x-custom").map(|value| value.to_str().expect("UTF-8")),
            "extension": context.extensions().get::<u8>(),
        });
        let other = learned.as_object().cloned().unwrap_or_default();
        Ok(members::Member { other, ..Default::default() }.into())
    }
}

impl reminders::RemindersServer<Ada> for Handlers {
    async fn delete(&self, context: Context<Option<Ada>>, _reminder: String) -> HandlerResult<(), NoDocumentedError> {
        let response = Response::new(());
        Ok(match context.principal {
            Some(Ada) => response.with_status(StatusCode::ACCEPTED),
            None => response,
        })
    }
}

impl branches::BranchesServer<Ada> for Handlers {
    async fn download(
        &self,
        _context: Context<Ada>,
        _branch: String,
        _file: String,
    ) -> HandlerResult<Download, branches::DownloadError> {
        Ok(Download::new(&b"\0\xff"[..]).into())
    }
}

fn router(authenticator: impl Authenticator<Principal = Ada>) -> Router {
    let handlers = Arc::new(Handlers);
    Server::new(authenticator)
        .with(members::endpoints(Arc::clone(&handlers)))
        .with(reminders::endpoints(Arc::clone(&handlers)))
        .with(branches::endpoints(handlers))
        .into_router()
}

/// Returns the status, the headers and the message of a response.
async fn send(method: &str, uri: &str, authorization: &[&str]) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::builder().method(method).uri(uri);
    for header in authorization {
        request = request.header("authorization", *header);
    }
    let (status, headers, body) =
        respond(router(TestAuthenticator), request.body(Body::empty()).expect("a request")).await;
    (status, headers, if body.is_empty() { String::new() } else { json(&body)["message"].to_string() })
}

#[tokio::test]
async fn a_malformed_authorization_header_is_rejected() {
    let malformed: [&[&str]; 8] = [
        &[""],
        &["Bearer"],
        &["Bearer  "],
        &["t0ken"],
        &["Basic t0ken"],
        &["Bearer t0ken t0ken"],
        &["Bearer t\u{f6}ken"],
        &["Bearer t0ken", "Bearer t0ken"],
    ];
    let routes = [("GET", "/members/me"), ("DELETE", "/reminders/a")];
    for (method, uri) in routes {
        for header in malformed {
            let (status, headers, message) = send(method, uri, header).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{header:?}");
            assert_eq!(headers["www-authenticate"], "Bearer");
            assert!(message.contains("Authorization"), "{message}");
        }
    }
    let (status, headers, message) = send("GET", "/members/me", &[]).await;
    assert_eq!((status, message.as_str()), (StatusCode::UNAUTHORIZED, "\"a bearer token is required\""));
    assert_eq!(headers["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn a_rejection_contains_the_reason() {
    let (status, headers, message) = send("GET", "/members/me", &["Bearer other"]).await;
    assert_eq!((status, message.as_str()), (StatusCode::UNAUTHORIZED, "\"who is that?\""));
    assert_eq!(headers["www-authenticate"], "Bearer");
    let (status, headers, message) = send("GET", "/members/me", &["Bearer forbidden"]).await;
    assert_eq!((status, message.as_str()), (StatusCode::FORBIDDEN, "\"not GET\""));
    assert!(!headers.contains_key("www-authenticate"));
    let (status, _, message) = send("GET", "/members/me", &["Bearer panic"]).await;
    assert_eq!((status, message.as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "\"internal server error\""));
}

#[tokio::test]
async fn an_optional_token_is_checked_if_it_is_present() {
    let uri = "/reminders/a";
    assert_eq!(send("DELETE", uri, &[]).await.0, StatusCode::NO_CONTENT);
    assert_eq!(send("DELETE", uri, &["bearer  t0ken "]).await.0, StatusCode::ACCEPTED);
    assert_eq!(send("DELETE", uri, &["Bearer other"]).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(send("DELETE", "/reminders/a?access_token=t0ken", &[]).await.0, StatusCode::NO_CONTENT);
    // Operations without authentication ignore the header.
    assert_eq!(send("GET", "/members/named/ada", &["Basic x"]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_token_in_the_query_is_read_only_if_the_operation_allows_it() {
    let file = "/branches/b/scans/f";
    let request = Request::get(format!("{file}?x=1&access_token=t0ken")).body(Body::empty()).expect("a request");
    let (status, headers, body) = respond(router(TestAuthenticator), request).await;
    assert_eq!((status, body.as_ref()), (StatusCode::OK, &b"\0\xff"[..]));
    assert_eq!(headers["content-type"], "application/octet-stream");
    assert_eq!(send("GET", &format!("{file}?access_token="), &[]).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(send("GET", &format!("{file}?access_token=t0ken"), &["Bearer other"]).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(send("GET", "/members/me?access_token=t0ken", &[]).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn any_token_accepts_every_token_but_requires_one() {
    let request = |token: &str| Request::get("/members/me").header("authorization", token).body(Body::empty());
    let router = router(AnyToken(Ada));
    let (status, _, _) = respond(router.clone(), request("Bearer any-token").expect("a request")).await;
    assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
    let (status, _, _) = respond(router, request("").expect("a request")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_handler_gets_the_context_of_a_request() {
    let mut request = Request::get("/members/named/a%20b?access_token=t0ken")
        .header("authorization", "Bearer t0ken")
        .header("x-custom", "yes")
        .body(Body::empty())
        .expect("a request");
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4711))));
    request.extensions_mut().insert(7_u8);
    let (status, _, body) = respond(router(TestAuthenticator), request).await;
    assert_eq!(status, StatusCode::OK);
    let query = "access_token=t0ken";
    let expected = json!({
        "name": "a b", "method": "GET", "remote": 4711, "query": query, "header": "yes", "extension": 7,
    });
    assert_eq!(json(&body), expected);
}

//! Who calls: tokens, where they stand, and what a stub learns.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::request::Parts;
use http::{HeaderMap, Request, StatusCode};
use pm2_api::{
    AnyToken, AuthRejection, Authenticator, Context, Download, HandlerResult, JsonObject, Nothing, Secret, Server,
    bucket, data, user,
};
use serde_json::json;

use crate::common::{Ada, answer, json};

/// Knows one token, bars another, and breaks on a third.
struct Door;

impl Authenticator for Door {
    type Principal = Ada;

    async fn authenticate(&self, token: &Secret, request: &Parts) -> Result<Ada, AuthRejection> {
        tokio::task::yield_now().await;
        match token.expose() {
            "t0ken" => Ok(Ada),
            "barred" => Err(AuthRejection::Forbidden(format!("not {}", request.method))),
            "panic" => panic!("the door is broken"),
            _ => Err(AuthRejection::Unauthorized("who is that?".to_owned())),
        }
    }
}

struct Stub;

impl user::UserServer<Ada> for Stub {
    async fn show(&self, context: Context<()>, id: String) -> HandlerResult<user::ShowResponse, user::ShowError> {
        let shown = format!("{context:?}");
        assert!(!shown.contains("t0ken") && shown.contains("user.show"), "{shown}");
        assert_eq!(context.operation().path(), "/api/users/show/{id}");
        let seen = json!({
            "id": id,
            "method": context.method().as_str(),
            "remote": context.remote().map(|address| address.port()),
            "query": context.uri().query(),
            "header": context.headers().get("x-own").map(|value| value.to_str().expect("text")),
            "extension": context.extensions().get::<u8>(),
        });
        let other = seen.as_object().cloned().unwrap_or_else(JsonObject::new);
        Ok(user::ShowResponse { other, ..Default::default() }.into())
    }
}

impl bucket::alert::AlertServer<Ada> for Stub {
    async fn delete(
        &self,
        context: Context<Option<Ada>>,
        _id: String,
        _alert: String,
    ) -> HandlerResult<Nothing, bucket::alert::DeleteError> {
        let reply = pm2_api::Response::new(Nothing);
        Ok(match context.principal {
            Some(Ada) => reply.with_status(StatusCode::ACCEPTED),
            None => reply,
        })
    }
}

impl data::profiling::ProfilingServer<Ada> for Stub {
    async fn download(
        &self,
        _context: Context<Ada>,
        _id: String,
        _filename: String,
    ) -> HandlerResult<Download, data::profiling::DownloadError> {
        Ok(Download::new(&b"\0\xff"[..]).into())
    }
}

fn router(authenticator: impl Authenticator<Principal = Ada>) -> Router {
    let stub = Arc::new(Stub);
    Server::new(authenticator)
        .with(user::endpoints(Arc::clone(&stub)))
        .with(bucket::alert::endpoints(Arc::clone(&stub)))
        .with(data::profiling::endpoints(stub))
        .into_router()
}

async fn ask(method: &str, uri: &str, authorization: &[&str]) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::builder().method(method).uri(uri);
    for header in authorization {
        request = request.header("authorization", *header);
    }
    let (status, headers, body) = answer(router(Door), request.body(Body::empty()).expect("a request")).await;
    (status, headers, if body.is_empty() { String::new() } else { json(&body)["msg"].to_string() })
}

#[tokio::test]
async fn what_is_no_bearer_token_is_refused() {
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
    let routes = [("GET", "/api/users/isLogged"), ("DELETE", "/api/bucket/b/alerts/a")];
    for (method, uri) in routes {
        for header in malformed {
            let (status, headers, message) = ask(method, uri, header).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{header:?}");
            assert_eq!(headers["www-authenticate"], "Bearer");
            assert!(message.contains("Authorization"), "{message}");
        }
    }
    let (status, headers, message) = ask("GET", "/api/users/isLogged", &[]).await;
    assert_eq!((status, message.as_str()), (StatusCode::UNAUTHORIZED, "\"a bearer token is needed\""));
    assert_eq!(headers["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn a_refusal_says_why() {
    let (status, headers, message) = ask("GET", "/api/users/isLogged", &["Bearer other"]).await;
    assert_eq!((status, message.as_str()), (StatusCode::UNAUTHORIZED, "\"who is that?\""));
    assert_eq!(headers["www-authenticate"], "Bearer");
    let (status, headers, message) = ask("GET", "/api/users/isLogged", &["Bearer barred"]).await;
    assert_eq!((status, message.as_str()), (StatusCode::FORBIDDEN, "\"not GET\""));
    assert!(!headers.contains_key("www-authenticate"));
    let (status, _, message) = ask("GET", "/api/users/isLogged", &["Bearer panic"]).await;
    assert_eq!((status, message.as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "\"the server failed\""));
}

#[tokio::test]
async fn an_optional_token_is_looked_at_if_there_is_one() {
    let uri = "/api/bucket/b/alerts/a";
    assert_eq!(ask("DELETE", uri, &[]).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ask("DELETE", uri, &["bearer  t0ken "]).await.0, StatusCode::ACCEPTED);
    assert_eq!(ask("DELETE", uri, &["Bearer other"]).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(ask("DELETE", "/api/bucket/b/alerts/a?access_token=t0ken", &[]).await.0, StatusCode::NO_CONTENT);
    // And where none is wanted none is, whatever it is.
    assert_eq!(ask("GET", "/api/users/show/ada", &["Basic x"]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_token_in_the_query_counts_only_where_the_spec_says_so() {
    let file = "/api/bucket/b/data/profilings/f/download";
    let request = Request::get(format!("{file}?x=1&access_token=t0ken")).body(Body::empty()).expect("a request");
    let (status, headers, body) = answer(router(Door), request).await;
    assert_eq!((status, body.as_ref()), (StatusCode::OK, &b"\0\xff"[..]));
    assert_eq!(headers["content-type"], "application/octet-stream");
    assert_eq!(ask("GET", &format!("{file}?access_token="), &[]).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(ask("GET", &format!("{file}?access_token=t0ken"), &["Bearer other"]).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(ask("GET", "/api/users/isLogged?access_token=t0ken", &[]).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn any_token_is_one_to_the_authenticator_for_tests() {
    let request = |token: &str| Request::get("/api/users/isLogged").header("authorization", token).body(Body::empty());
    let router = router(AnyToken(Ada));
    let (status, _, _) = answer(router.clone(), request("Bearer whatever").expect("a request")).await;
    assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
    let (status, _, _) = answer(router, request("").expect("a request")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_stub_learns_all_about_a_request() {
    let mut request = Request::get("/api/users/show/a%20b?access_token=t0ken")
        .header("authorization", "Bearer t0ken")
        .header("x-own", "yes")
        .body(Body::empty())
        .expect("a request");
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4711))));
    request.extensions_mut().insert(7_u8);
    let (status, _, body) = answer(router(Door), request).await;
    assert_eq!(status, StatusCode::OK);
    let query = "access_token=t0ken";
    let seen = json!({
        "id": "a b", "method": "GET", "remote": 4711, "query": query, "header": "yes", "extension": 7,
    });
    assert_eq!(json(&body), seen);
}

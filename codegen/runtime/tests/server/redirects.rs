//! Redirects that a handler returns as errors.

use std::sync::Arc;

use axum::body::Body;
use http::header::{CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use routegen_runtime::ErrorResponse;
use routegen_runtime::server::{AnyToken, Context, HandlerError, HandlerResult, Server};

use crate::api::{Client, members};
use crate::{Ada, json, respond};

/// Fails with the status in the path.
struct Redirecting;

fn redirect() -> ErrorResponse {
    ErrorResponse::new("elsewhere").with_header(LOCATION, HeaderValue::from_static("/elsewhere"))
}

impl members::MembersServer<Ada> for Redirecting {
    async fn show(&self, _: Context<()>, status: String) -> HandlerResult<members::Member, members::ShowError> {
        Err(HandlerError::Other(status.parse().expect("a status code"), redirect()))
    }
}

fn router() -> axum::Router {
    Server::new(AnyToken(Ada)).with(members::endpoints(Arc::new(Redirecting))).into_router()
}

#[tokio::test]
async fn a_redirect_has_its_headers_and_a_body_unless_the_status_forbids_one() {
    for code in ["301", "302", "304", "307", "308", "404"] {
        let request = Request::get(format!("/members/named/{code}")).body(Body::empty()).expect("a request");
        let (status, headers, body) = respond(router(), request).await;
        assert_eq!((status.as_str(), headers[LOCATION].to_str().ok()), (code, Some("/elsewhere")));
        match status {
            StatusCode::NOT_MODIFIED => assert!(body.is_empty(), "{body:?}"),
            _ => {
                assert_eq!(json(&body)["message"], "elsewhere");
                assert_eq!(headers[CONTENT_TYPE], "application/json");
            }
        }
    }
}

#[tokio::test]
async fn a_client_gets_the_redirect_as_an_error() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound port"));
    tokio::spawn(axum::serve(listener, router()).into_future());
    let over_socket = Client::builder().base_urls(url).build().expect("valid settings");
    let in_process = Client::builder().build_with(router()).expect("valid settings");
    for client in [over_socket, in_process] {
        for code in ["301", "304", "308"] {
            let Err(error) = client.members().show(code).await else { panic!("{code} is an error") };
            assert_eq!(error.status().expect("a response").as_str(), code);
            assert_eq!(error.response().expect("a response").headers()[LOCATION], "/elsewhere");
            assert_eq!(error.message(), (code != "304").then_some("elsewhere"));
            assert!(!error.response().expect("a response").is_truncated());
        }
    }
}

#[test]
fn adding_a_header_keeps_the_others() {
    let empty = ErrorResponse::new("x");
    assert_eq!(empty.headers(), &HeaderMap::new());
    let text = ErrorResponse::new("x").with_header(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    assert_eq!(text.headers().get_all(CONTENT_TYPE).iter().collect::<Vec<_>>(), ["text/plain"]);
    let two = redirect().with_header(ETAG, HeaderValue::from_static("\"1\""));
    assert_eq!((two.headers().len(), two.message()), (3, Some("elsewhere")));
    assert_eq!(redirect().headers().len(), 2, "clones are not changed");
}

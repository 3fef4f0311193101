//! Redirections that a stub returns as errors.

use std::sync::Arc;

use axum::body::Body;
use http::header::{CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use pm2_api::{AnyToken, Client, Context, Error, ErrorResponse, HandlerError, HandlerResult, Server, user};

use crate::common::{Ada, answer, json};

/// Fails with the status code that it is asked for.
struct Redirecting;

fn reply() -> ErrorResponse {
    ErrorResponse::new("elsewhere").with_header(LOCATION, HeaderValue::from_static("/elsewhere"))
}

impl user::UserServer<Ada> for Redirecting {
    async fn show(&self, _: Context<()>, code: String) -> HandlerResult<user::ShowResponse, user::ShowError> {
        Err(HandlerError::Other(code.parse().expect("a status code"), reply()))
    }
}

fn router() -> axum::Router {
    Server::new(AnyToken(Ada)).with(user::endpoints(Arc::new(Redirecting))).into_router()
}

#[tokio::test]
async fn a_redirection_has_its_headers_and_a_body_where_there_can_be_one() {
    for code in ["301", "302", "304", "307", "308", "404"] {
        let request = Request::get(format!("/api/users/show/{code}")).body(Body::empty()).expect("a request");
        let (status, headers, body) = answer(router(), request).await;
        assert_eq!((status.as_str(), headers[LOCATION].to_str().ok()), (code, Some("/elsewhere")));
        match status {
            StatusCode::NOT_MODIFIED => assert!(body.is_empty(), "{body:?}"),
            _ => {
                assert_eq!(json(&body)["msg"], "elsewhere");
                assert_eq!(headers[CONTENT_TYPE], "application/json");
            }
        }
    }
}

#[tokio::test]
async fn a_client_gets_the_redirection_as_an_error() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(axum::serve(listener, router()).into_future());
    let over_socket = Client::builder().base_urls(url).build().expect("sound settings");
    let in_process = Client::builder().build_with(router()).expect("sound settings");
    for client in [over_socket, in_process] {
        for code in ["301", "304", "308"] {
            let Err(Error::Api(api)) = client.user().show(code).await else { panic!("{code} is an error") };
            assert_eq!(api.status().as_str(), code);
            assert_eq!(api.response().headers()[LOCATION], "/elsewhere");
            assert_eq!(api.message(), (code != "304").then_some("elsewhere"));
            assert!(!api.response().is_truncated());
        }
    }
}

#[test]
fn a_header_is_added_to_those_that_are_there() {
    let fresh = ErrorResponse::new("x");
    assert_eq!(fresh.headers(), &HeaderMap::new());
    let text = ErrorResponse::new("x").with_header(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    assert_eq!(text.headers().get_all(CONTENT_TYPE).iter().collect::<Vec<_>>(), ["text/plain"]);
    let two = reply().with_header(ETAG, HeaderValue::from_static("\"1\""));
    assert_eq!((two.headers().len(), two.message()), (3, Some("elsewhere")));
    assert_eq!(reply().headers().len(), 2, "clones are not changed");
}

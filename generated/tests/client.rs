//! What the client sends, and what becomes of the answers.

mod common;

use std::convert::Infallible;
use std::error::Error as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use pm2_api::{CallErrorKind, Client, ClientBuilder, Error, RequestBody, Secret, Service, user};
use serde_json::json;

/// A request as it was sent.
#[derive(Debug, Clone)]
struct Sent {
    method: String,
    uri: String,
    headers: HeaderMap,
}

/// A client whose service answers always the same, and what it was sent.
fn client_of(
    status: u16,
    body: &'static str,
    settings: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> (Client, Arc<Mutex<Vec<Sent>>>) {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&sent);
    let service = tower::service_fn(move |request: http::Request<RequestBody>| {
        let (parts, _) = request.into_parts();
        let sent = Sent { method: parts.method.to_string(), uri: parts.uri.to_string(), headers: parts.headers };
        log.lock().expect("no test panics here").push(sent);
        async move {
            let answer = http::Response::builder().status(status).body(body.to_owned());
            Ok::<_, Infallible>(answer.expect("an answer"))
        }
    });
    (settings(Client::builder()).build_with(service).expect("sound settings"), sent)
}

fn last(sent: &Mutex<Vec<Sent>>) -> Sent {
    sent.lock().expect("no test panics here").last().expect("something was sent").clone()
}

#[tokio::test]
async fn a_token_goes_only_where_it_is_wanted_and_is_never_shown() {
    let (client, sent) = client_of(200, "{}", |builder| builder.access_token("t0p-s3cret"));
    client.user().show("ada").await.expect("an answer");
    assert!(last(&sent).headers.get("authorization").is_none());
    client.user().retrieve().await.expect("an answer");
    let value = last(&sent).headers["authorization"].clone();
    assert_eq!(value, "Bearer t0p-s3cret");
    assert!(value.is_sensitive());
    let body = user::UpdateBody { new_password: Some(Secret::from("pa55word")), ..Default::default() };
    let builder = Client::builder().access_token("t0p-s3cret");
    for shown in
        [format!("{client:?}"), format!("{body:?}"), format!("{builder:?}"), format!("{:?}", client.user().retrieve())]
    {
        assert!(!shown.contains("t0p-s3cret") && !shown.contains("pa55word"), "{shown}");
    }
}

#[tokio::test]
async fn paths_and_queries_are_encoded() {
    let (client, sent) = client_of(200, "{}", |builder| builder.base_urls("http://localhost:1/below/"));
    client.user().show("../a b/ü?#%").await.expect("an answer");
    assert_eq!(last(&sent).uri, "http://localhost:1/below/api/users/show/..%2Fa%20b%2F%C3%BC%3F%23%25");
    let query = user::otp::DisableQuery::new("1&2=3 +");
    client.user().otp().disable(&query).await.expect("an answer");
    assert_eq!(last(&sent).uri, "http://localhost:1/below/api/users/otp?otpToken=1%262%3D3+%2B");
    assert_eq!(last(&sent).method, "DELETE");
}

#[tokio::test]
async fn each_service_has_its_own_base_url() {
    let (client, sent) = client_of(200, "{}", |builder| builder.base_url(Service::Oauth, "http://localhost:9"));
    assert_eq!(client.base_url(Service::Oauth), "http://localhost:9");
    client.user().show("ada").await.expect("an answer");
    assert_eq!(last(&sent).uri, "https://app.keymetrics.io/api/users/show/ada");
}

#[test]
fn settings_that_cannot_work_are_refused() {
    for url in ["", "localhost", "ftp://h", "https://", "https://u:p@h", "https://h?x", "https://h#x", "http://h:port"]
    {
        let error = Client::builder().base_urls(url).build().expect_err(url);
        assert!(error.to_string().starts_with("a base URL must"), "{error}");
    }
    let error = Client::builder().access_token("a\nb").build().expect_err("a line break");
    assert!(!error.to_string().contains("a\nb"));
}

#[tokio::test]
async fn what_does_not_fit_is_reported_and_kept() {
    let body = r#"{"email": 5, "username": "ada", "more": [1]}"#;
    let (client, _) = client_of(200, body, |builder| builder);
    let shown = client.user().show("ada").await.expect("an answer");
    assert_eq!(shown.username.as_deref(), Some("ada"));
    assert_eq!(shown.email, None);
    assert_eq!(shown.other["more"], json!([1]));
    assert_eq!(shown.mismatches()[0].path(), "email");
    assert_eq!(shown.json().expect("JSON")["email"], 5);
}

#[tokio::test]
async fn a_response_of_another_type_is_an_error_that_keeps_it() {
    for (body, problem) in [
        (r#"{"error": "maintenance"}"#, "expected an array, found an object"),
        ("null", "expected an array, found null"),
        ("5", "expected an array, found an integer"),
        ("", "the response body is empty"),
    ] {
        let (client, _) = client_of(200, body, |builder| builder);
        let Err(Error::Call(error)) = client.user().providers().retrieve().await else { panic!("{body} is no array") };
        assert_eq!(error.kind(), CallErrorKind::Decode);
        assert!(error.to_string().ends_with(problem), "{error}");
        let reply = error.response().expect("the response");
        assert_eq!((reply.status(), reply.raw().as_ref()), (StatusCode::OK, body.as_bytes()));
    }
}

#[tokio::test]
async fn a_success_that_is_no_json_is_an_error_that_keeps_the_answer() {
    let (client, _) = client_of(200, "<html>", |builder| builder);
    let error = client.user().retrieve().await.expect_err("no JSON");
    assert_eq!(error.status(), Some(StatusCode::OK));
    assert_eq!(error.response().expect("an answer").raw(), "<html>");
    assert!(error.source().is_some());
    assert!(matches!(error, Error::Call(call) if call.kind() == CallErrorKind::Decode));
}

#[tokio::test]
async fn an_error_says_what_was_called_and_what_the_service_said() {
    let (client, _) = client_of(404, r#"{"error_description": "who?"}"#, |builder| builder);
    let error = client.user().show("a/b").await.expect_err("404");
    let shown = "user.show (GET /api/users/show/a%2Fb) answered 404 Not Found: who?";
    assert_eq!(error.to_string(), shown);
    let Error::Api(api) = &error else { panic!("{error}") };
    assert_eq!(api.error(), Some(user::ShowError::NotFound));
    let any: Error = error.into();
    assert_eq!(any.to_string(), shown);
    assert_eq!(any.operation().id(), "user.show");
}

#[tokio::test]
async fn a_code_that_is_not_documented_is_kept() {
    let (client, _) = client_of(418, "teapot", |builder| builder);
    let Err(Error::Api(api)) = client.user().show("ada").await else { panic!("418 is an error") };
    assert_eq!((api.error(), api.status().as_u16(), api.message()), (None, 418, None));
    assert_eq!(api.response().raw(), "teapot");
}

#[tokio::test]
async fn a_call_ends_when_its_time_is_over() {
    let never = tower::service_fn(|_: http::Request<RequestBody>| {
        std::future::pending::<Result<http::Response<String>, Infallible>>()
    });
    let client = Client::builder().timeout(Duration::from_secs(60)).build_with(never).expect("sound settings");
    let error = client.user().retrieve().timeout(Duration::from_millis(10)).await.expect_err("no answer");
    assert!(error.is_timeout());
}

#[tokio::test]
async fn an_answer_over_the_limit_is_refused() {
    let (client, _) =
        client_of(200, r#"{"username": "a name that is too long"}"#, |builder| builder.response_limit(10));
    let error = client.user().retrieve().await.expect_err("too large");
    assert!(matches!(error, Error::Call(call) if call.kind() == CallErrorKind::TooLarge));
}

#[tokio::test]
async fn nobody_listening_is_an_error_with_its_cause() {
    let client = Client::builder().base_urls("http://127.0.0.1:1").build().expect("sound settings");
    let error = client.user().retrieve().await.expect_err("nobody listens");
    assert!(error.source().is_some());
    assert!(matches!(error, Error::Call(call) if call.kind() == CallErrorKind::Transport));
}

#[test]
fn calls_and_errors_can_be_sent_to_other_threads() {
    fn is_send<T: Send + 'static>(_: &T) {}
    fn is_error<T: std::error::Error + Send + Sync + 'static>() {}
    let (client, _) = client_of(200, "{}", |builder| builder);
    is_send(&client.user().retrieve());
    is_send(&IntoFuture::into_future(client.user().retrieve()));
    is_error::<Error<user::ShowError>>();
    is_error::<Error>();
}

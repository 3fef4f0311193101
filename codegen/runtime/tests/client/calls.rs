//! What the client sends, and what it returns for each response.

use std::convert::Infallible;
use std::error::Error as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode};
use routegen_runtime::Secret;
use routegen_runtime::client::{Error, ErrorKind, RequestBody};
use serde_json::json;

use crate::api::{Client, ClientBuilder, Service, members};
use crate::scripted_server::unreachable_url;

/// A request that was sent.
#[derive(Debug, Clone)]
struct SentRequest {
    method: String,
    uri: String,
    headers: HeaderMap,
}

/// Returns a client of a service that always responds with this, and the requests that the service receives.
fn client_of(
    status: u16,
    body: &'static str,
    settings: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> (Client, Arc<Mutex<Vec<SentRequest>>>) {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&requests);
    let service = tower::service_fn(move |request: http::Request<RequestBody>| {
        let (parts, _) = request.into_parts();
        let sent = SentRequest { method: parts.method.to_string(), uri: parts.uri.to_string(), headers: parts.headers };
        log.lock().expect("an intact mutex").push(sent);
        async move {
            let response = http::Response::builder().status(status).body(body.to_owned());
            Ok::<_, Infallible>(response.expect("a response"))
        }
    });
    (settings(Client::builder()).build_with(service).expect("valid settings"), requests)
}

fn last(requests: &Mutex<Vec<SentRequest>>) -> SentRequest {
    requests.lock().expect("an intact mutex").last().expect("a request").clone()
}

#[tokio::test]
async fn a_token_is_sent_only_if_the_operation_requires_it_and_is_never_shown() {
    let (client, requests) = client_of(200, "{}", |builder| builder.access_token("t0p-s3cret"));
    client.members().show("ada").await.expect("a response");
    assert!(last(&requests).headers.get("authorization").is_none());
    client.members().me().await.expect("a response");
    let value = last(&requests).headers["authorization"].clone();
    assert_eq!(value, "Bearer t0p-s3cret");
    assert!(value.is_sensitive());
    let body = members::UpdateBody { new_password: Some(Secret::from("pa55word")), ..Default::default() };
    let builder = Client::builder().access_token("t0p-s3cret");
    for shown in
        [format!("{client:?}"), format!("{body:?}"), format!("{builder:?}"), format!("{:?}", client.members().me())]
    {
        assert!(!shown.contains("t0p-s3cret") && !shown.contains("pa55word"), "{shown}");
    }
}

#[tokio::test]
async fn paths_and_queries_are_encoded() {
    let (client, requests) = client_of(200, "{}", |builder| builder.base_urls("http://localhost:1/below/"));
    client.members().show("../a b/ü?#%").await.expect("a response");
    assert_eq!(last(&requests).uri, "http://localhost:1/below/members/named/..%2Fa%20b%2F%C3%BC%3F%23%25");
    let query = members::DisableSecondFactorQuery::new("1&2=3 +");
    client.members().disable_second_factor(&query).await.expect("a response");
    assert_eq!(last(&requests).uri, "http://localhost:1/below/members/second-factor?oneTimePassword=1%262%3D3+%2B");
    assert_eq!(last(&requests).method, "DELETE");
}

#[tokio::test]
async fn each_service_has_its_own_base_url() {
    let (client, requests) = client_of(200, "{}", |builder| builder.base_url(Service::Accounts, "http://localhost:9"));
    assert_eq!(client.base_url(Service::Accounts), "http://localhost:9");
    client.members().show("ada").await.expect("a response");
    assert_eq!(last(&requests).uri, "https://library.example/members/named/ada");
}

#[test]
fn invalid_settings_are_rejected() {
    for url in ["", "localhost", "ftp://h", "https://", "https://u:p@h", "https://h?x", "https://h#x", "http://h:port"]
    {
        let error = Client::builder().base_urls(url).build().expect_err(url);
        assert!(error.to_string().starts_with("a base URL must"), "{error}");
    }
    let error = Client::builder().access_token("a\nb").build().expect_err("a line break");
    assert!(!error.to_string().contains("a\nb"));
}

#[tokio::test]
async fn a_mismatch_is_reported_and_kept_in_the_raw_body() {
    let body = r#"{"email": 5, "name": "ada", "more": [1]}"#;
    let (client, _) = client_of(200, body, |builder| builder);
    let shown = client.members().show("ada").await.expect("a response");
    assert_eq!(shown.name.as_deref(), Some("ada"));
    assert_eq!(shown.email, None);
    assert_eq!(shown.other["more"], json!([1]));
    assert_eq!(shown.mismatches()[0].path(), "email");
    assert_eq!(shown.json().expect("valid JSON")["email"], 5);
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
        let Err(error) = client.books().list().await else { panic!("{body} is not an array") };
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().ends_with(problem), "{error}");
        let response = error.response().expect("the response");
        assert_eq!((response.status(), response.raw().as_ref()), (StatusCode::OK, body.as_bytes()));
    }
}

#[tokio::test]
async fn a_response_that_is_not_json_is_an_error_that_keeps_it() {
    let (client, _) = client_of(200, "<html>", |builder| builder);
    let error = client.members().me().await.expect_err("a page");
    assert_eq!(error.status(), Some(StatusCode::OK));
    assert_eq!(error.response().expect("a response").raw(), "<html>");
    assert!(error.source().is_some());
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn an_error_names_the_operation_and_the_message_of_the_service() {
    let (client, _) = client_of(404, r#"{"error_description": "who?"}"#, |builder| builder);
    let error = client.members().show("a/b").await.expect_err("404");
    let shown = "members.show (GET /members/named/a%2Fb) returned 404 Not Found: who?";
    assert_eq!(error.to_string(), shown);
    assert_eq!(error.documented().copied(), Some(members::ShowError::NotFound));
    let any: Error = error.into();
    assert_eq!(any.to_string(), shown);
    assert_eq!(any.operation().id(), "members.show");
}

/// The error type of a program, with the conversion that the documentation of [`Error`] recommends.
#[derive(Debug)]
struct ProgramError(Error);

impl<E> From<Error<E>> for ProgramError
where
    Error<E>: Into<Error>,
{
    fn from(error: Error<E>) -> Self {
        Self(error.into())
    }
}

#[tokio::test]
async fn the_error_of_any_call_becomes_an_error_of_the_program() {
    async fn show(client: &Client) -> Result<(), ProgramError> {
        client.members().show("ada").await?.checked()?;
        Ok(())
    }
    async fn erased(client: &Client) -> Result<(), Error> {
        client.members().show("ada").await?.checked()?;
        Ok(())
    }
    for (status, kind) in [(404, ErrorKind::Documented), (410, ErrorKind::UndocumentedStatus), (200, ErrorKind::Decode)]
    {
        let (client, _) = client_of(status, "7", |builder| builder);
        let error = client.members().show("ada").await.expect_err("an error");
        assert_eq!((error.kind(), error.is_not_found()), (kind, status == 404));
        let ProgramError(error) = show(&client).await.expect_err("an error");
        assert_eq!((error.kind(), error.documented(), error.is_not_found()), (kind, None, status == 404));
        assert_eq!(erased(&client).await.expect_err("an error").kind(), kind);
    }
}

#[test]
fn documented_errors_know_their_status_and_description() {
    let error = members::ShowError::NotFound;
    assert_eq!(error.status(), StatusCode::NOT_FOUND);
    assert_eq!(error.to_string(), "404 Not Found: the documented error 404");
    let boxed: Box<dyn std::error::Error + Send + Sync> = error.into();
    assert!(boxed.is::<members::ShowError>());
    let both = std::collections::HashSet::from([error, members::ShowError::InternalServerError, error]);
    assert_eq!(both.len(), 2);
}

#[tokio::test]
async fn an_undocumented_status_is_kept() {
    let (client, _) = client_of(418, "teapot", |builder| builder);
    let Err(error) = client.members().show("ada").await else { panic!("418 is an error") };
    assert_eq!(
        (error.documented().copied(), error.status().map(|status| status.as_u16()), error.message()),
        (None, Some(418), None)
    );
    assert_eq!(error.response().expect("a response").raw(), "teapot");
}

#[tokio::test]
async fn a_call_ends_at_its_timeout() {
    let never = tower::service_fn(|_: http::Request<RequestBody>| {
        std::future::pending::<Result<http::Response<String>, Infallible>>()
    });
    let client = Client::builder().timeout(Duration::from_secs(60)).build_with(never).expect("valid settings");
    let error = client.members().me().timeout(Duration::from_millis(10)).await.expect_err("no response");
    assert!(error.is_timeout());
}

#[tokio::test]
async fn a_response_over_the_limit_is_an_error() {
    let (client, _) = client_of(200, r#"{"name": "a name that is too long"}"#, |builder| builder.response_limit(10));
    let error = client.members().me().await.expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn an_unreachable_service_is_an_error_with_its_cause() {
    let client = Client::builder().base_urls(unreachable_url()).build().expect("valid settings");
    let error = client.members().me().await.expect_err("nothing listens");
    assert!(error.source().is_some());
    assert_eq!(error.kind(), ErrorKind::Transport);
}

#[test]
fn calls_and_errors_can_be_sent_to_other_threads() {
    fn is_send<T: Send + 'static>(_: &T) {}
    fn is_error<T: std::error::Error + Send + Sync + 'static>() {}
    let (client, _) = client_of(200, "{}", |builder| builder);
    is_send(&client.members().me());
    is_send(&IntoFuture::into_future(client.members().me()));
    is_error::<Error<members::ShowError>>();
    is_error::<Error>();
}

#[tokio::test]
async fn headers_replace_the_defaults_and_stay_out_of_debug_output() {
    let mut secret = HeaderValue::from_static("hidden");
    secret.set_sensitive(true);
    let (client, requests) = client_of(200, r#"{"name": "ada"}"#, |builder| {
        builder.default_header("x-tenant", "first").default_header("x-key", secret).user_agent("app/1")
    });
    client.members().me().await.expect("a response");
    client.members().me().header("x-tenant", "second").header("user-agent", "app/2").await.expect("a response");
    let requests = requests.lock().expect("no panic");
    let sent = |index: usize, name: &str| requests[index].headers[name].to_str().expect("text").to_owned();
    assert_eq!((sent(0, "x-tenant"), sent(0, "user-agent"), sent(0, "x-key")), pair("first", "app/1"));
    assert_eq!((sent(1, "x-tenant"), sent(1, "user-agent"), sent(1, "x-key")), pair("second", "app/2"));
    assert!(requests[0].headers["x-key"].is_sensitive() && !format!("{requests:?}").contains("hidden"));
}

fn pair(tenant: &str, agent: &str) -> (String, String, String) {
    (tenant.to_owned(), agent.to_owned(), "hidden".to_owned())
}

#[tokio::test]
async fn invalid_headers_are_rejected_before_anything_is_sent() {
    for (name, value, problem) in [
        ("Authorization", "Bearer x", "the client sets the header `authorization` itself"),
        ("host", "x", "the client sets the header `host` itself"),
        ("Content-Length", "5", "the client sets the header `content-length` itself"),
        ("a b", "x", "a header name contains an invalid character"),
        ("", "x", "a header name contains an invalid character"),
        ("x-key", "hid\r\nden: 1", "the value of the header `x-key` contains an invalid character"),
    ] {
        let (client, requests) = client_of(200, "{}", |builder| builder);
        let error = client.members().me().header(name, value).await.expect_err("an invalid header");
        assert_eq!(error.kind(), ErrorKind::Argument);
        assert!(error.to_string().ends_with(problem) && !format!("{error:?}").contains("hid"), "{error:?}");
        assert_eq!(requests.lock().expect("no panic").len(), 0);
        let built = Client::builder().default_header(name, value).build();
        assert_eq!(built.err().map(|error| error.to_string()), Some(problem.to_owned()));
    }
}

#[tokio::test]
async fn a_response_can_be_iterated_converted_and_parsed_again() {
    let (client, _) = client_of(200, r#"[{"title": "one"}, {"title": "two"}]"#, |builder| builder);
    let response = client.books().list().await.expect("a response");
    let mut titles = Vec::new();
    for book in &response {
        titles.push(book.title.as_deref());
    }
    assert_eq!(titles, [Some("one"), Some("two")]);
    let parsed: Vec<std::collections::BTreeMap<String, String>> = response.parse().expect("strings");
    assert_eq!(parsed[1]["title"], "two");
    assert!(response.parse::<Vec<u8>>().is_err());
    let count = response.clone().map(|books| books.len());
    assert_eq!((*count, count.raw(), count.status()), (2, response.raw(), StatusCode::OK));
    assert_eq!(response.into_iter().filter_map(|book| book.title).collect::<Vec<_>>(), ["one", "two"]);
}

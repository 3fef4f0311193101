//! The router in a larger application: merging, nesting, layers, unknown routes, and panics.

use std::convert::Infallible;
use std::future::IntoFuture;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::extract::{Path, Request as AxumRequest, State};
use axum::middleware::{self, Next};
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::{HeaderMap, Request, StatusCode};
use routegen_runtime::server::{AnyToken, Context, HandlerResult, Server};
use serde_json::{Value, json};

use crate::api::{Client, books, members};
use crate::{Ada, json, respond};

/// Counts its calls. One of its handlers panics if it is asked to.
#[derive(Default)]
struct Counter(AtomicUsize);

impl members::MembersServer<Ada> for Counter {
    async fn show(&self, context: Context<()>, name: String) -> HandlerResult<members::Member, members::ShowError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        assert_ne!(name, "panic", "a secret of the handler");
        let email = context.extensions().get::<&str>().map(|text| (*text).to_owned());
        Ok(members::Member { name: Some(name), email, ..Default::default() }.into())
    }
}

impl books::BooksServer<Ada> for Counter {
    async fn list(&self, _context: Context<Ada>) -> HandlerResult<Vec<books::Book>, books::ListError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(Vec::new().into())
    }
}

fn library(counter: &Arc<Counter>) -> Router {
    Server::new(AnyToken(Ada))
        .with(members::endpoints(Arc::clone(counter)))
        .with(books::endpoints(Arc::clone(counter)))
        .into_router()
}

async fn send(router: &Router, method: &str, uri: &str) -> (StatusCode, HeaderMap, String) {
    let request = Request::builder().method(method).uri(uri).header("authorization", "Bearer t").body(Body::empty());
    let (status, headers, body) = respond(router.clone(), request.expect("a request")).await;
    (status, headers, String::from_utf8(body.to_vec()).expect("UTF-8"))
}

async fn custom_not_found() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "custom 404")
}

#[tokio::test]
async fn one_service_can_implement_several_namespaces() {
    let counter = Arc::new(Counter::default());
    let router = library(&counter);
    assert_eq!(send(&router, "GET", "/members/named/ada").await.0, StatusCode::OK);
    assert_eq!(send(&router, "GET", "/books").await.0, StatusCode::OK);
    assert_eq!(counter.0.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn an_unknown_route_or_method_has_an_error_response() {
    let router = library(&Arc::default());
    for uri in ["/", "/nowhere", "/members/named/a/b", "/members/named", "//members/named/ada"] {
        let (status, headers, body) = send(&router, "GET", uri).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{uri}");
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(json(body.as_bytes()), json!({ "message": "there is no such route" }));
    }
    let (status, headers, body) = send(&router, "PATCH", "/members/named/ada").await;
    assert_eq!((status, &headers["allow"]), (StatusCode::METHOD_NOT_ALLOWED, &"GET,HEAD".parse().expect("a value")));
    assert_eq!(json(body.as_bytes()), json!({ "message": "the route does not support this method" }));
    let (status, _, body) = send(&router, "HEAD", "/members/named/ada").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn it_merges_with_a_router_of_the_application() {
    let application = || {
        Router::new()
            .route("/members/newest", get(|| async { "newest" }))
            .route("/members/named/{name}", post(|Path(name): Path<String>| async move { format!("posted {name}") }))
            .route("/members/named/{id}/photo", get(|Path(id): Path<String>| async move { id }))
            .route("/health", get(|| async { "healthy" }))
    };
    for router in [application().merge(library(&Arc::default())), library(&Arc::default()).merge(application())] {
        for (method, uri, expected) in [
            ("GET", "/members/newest", "newest"),
            ("POST", "/members/named/ada", "posted ada"),
            ("GET", "/members/named/ada/photo", "ada"),
            ("GET", "/health", "healthy"),
            ("GET", "/members/named/ada", r#"{"name":"ada"}"#),
        ] {
            let (status, _, body) = send(&router, method, uri).await;
            assert_eq!((status, body.as_str()), (StatusCode::OK, expected), "{method} {uri}");
        }
        let (status, headers, _) = send(&router, "PUT", "/members/named/ada").await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
        let allow = headers["allow"].to_str().expect("UTF-8");
        assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
        assert_eq!(send(&router, "GET", "/nowhere").await.0, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_fallback_of_the_application_replaces_the_default_one() {
    let application = || Router::new().route("/custom", get(|| async { "custom" })).fallback(custom_not_found);
    for router in [
        application().merge(library(&Arc::default())),
        library(&Arc::default()).merge(application()),
        library(&Arc::default()).fallback(custom_not_found),
        application().nest("/v1", library(&Arc::default())),
    ] {
        let (status, _, body) = send(&router, "GET", "/v1/nowhere").await;
        assert_eq!((status, body.as_str()), (StatusCode::NOT_FOUND, "custom 404"));
    }
    let router = library(&Arc::default()).method_not_allowed_fallback(|| async { StatusCode::IM_A_TEAPOT });
    assert_eq!(send(&router, "PATCH", "/members/named/ada").await.0, StatusCode::IM_A_TEAPOT);
}

#[tokio::test]
async fn it_nests_below_a_prefix_with_or_without_a_parameter() {
    let router = Router::new().nest("/v1/{tenant}", library(&Arc::default()));
    let (status, _, body) = send(&router, "GET", "/v1/acme/members/named/a%2Fb").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, r#"{"name":"a/b"}"#));
    let (status, _, body) = send(&router, "GET", "/v1/acme/members/named/%ff").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(json(body.as_bytes())["details"][0]["path"], "name");
    let router = Router::new().nest_service("/v1", library(&Arc::default()));
    let (status, _, body) = send(&router, "GET", "/v1/nowhere").await;
    assert_eq!(
        (status, json(body.as_bytes())),
        (StatusCode::NOT_FOUND, json!({ "message": "there is no such route" }))
    );
}

#[tokio::test]
async fn layers_wrap_its_routes_and_fallbacks() {
    async fn mark(mut request: AxumRequest, next: Next) -> axum::response::Response {
        request.extensions_mut().insert("from a layer");
        let mut response = next.run(request).await;
        response.headers_mut().insert("x-layer", "seen".parse().expect("a value"));
        response
    }
    let router = library(&Arc::default()).layer(middleware::from_fn(mark)).layer(Extension(5_u8));
    let (status, headers, body) = send(&router, "GET", "/members/named/ada").await;
    assert_eq!((status, &headers["x-layer"]), (StatusCode::OK, &"seen".parse().expect("a value")));
    assert_eq!(json(body.as_bytes())["email"], "from a layer");
    for (method, uri) in [("GET", "/nowhere"), ("PATCH", "/members/named/ada")] {
        assert_eq!(send(&router, method, uri).await.1["x-layer"], "seen");
    }
}

#[tokio::test]
async fn it_merges_with_a_router_that_has_a_state() {
    #[derive(Clone)]
    struct App {
        counter: Arc<Counter>,
    }
    let counter = Arc::new(Counter::default());
    let count = |State(app): State<App>| async move { app.counter.0.load(Ordering::SeqCst).to_string() };
    let router: Router<App> = Router::new().route("/count", get(count)).merge(library(&counter).with_state(()));
    let router: Router = router.with_state(App { counter });
    assert_eq!(send(&router, "GET", "/members/named/ada").await.0, StatusCode::OK);
    assert_eq!(send(&router, "GET", "/count").await.2, "1");
}

#[tokio::test]
async fn the_last_of_two_services_for_a_route_handles_it() {
    let (first, last) = (Arc::new(Counter::default()), Arc::new(Counter::default()));
    let router = Server::new(AnyToken(Ada))
        .with(members::endpoints(Arc::clone(&first)))
        .with(members::endpoints(Arc::clone(&last)))
        .into_router();
    send(&router, "GET", "/members/named/ada").await;
    assert_eq!((first.0.load(Ordering::SeqCst), last.0.load(Ordering::SeqCst)), (0, 1));
}

/// Sends a request on an open connection. Returns the status line and the body of the response.
fn exchange(connection: &mut TcpStream, path: &str) -> (String, Value) {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    connection.write_all(request.as_bytes()).expect("an open connection");
    let mut received = Vec::new();
    loop {
        let mut buffer = [0; 1024];
        let length = connection.read(&mut buffer).expect("an open connection");
        assert_ne!(length, 0, "the connection was closed");
        received.extend_from_slice(&buffer[..length]);
        let text = String::from_utf8_lossy(&received).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && let Ok(body) = serde_json::from_str(body)
        {
            return (head.lines().next().unwrap_or_default().to_owned(), body);
        }
    }
}

#[tokio::test]
async fn a_panic_is_a_500_response_and_the_connection_stays_open() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound port");
    let serving = tokio::spawn(axum::serve(listener, library(&Arc::default())).into_future());
    let exchanges = tokio::task::spawn_blocking(move || {
        let mut connection = TcpStream::connect(address).expect("a server");
        for _ in 0..3 {
            let (status, body) = exchange(&mut connection, "/members/named/panic");
            assert_eq!(status, "HTTP/1.1 500 Internal Server Error");
            assert_eq!(body, json!({ "message": "internal server error" }));
            let (status, body) = exchange(&mut connection, "/members/named/ada");
            assert_eq!((status.as_str(), body), ("HTTP/1.1 200 OK", json!({ "name": "ada" })));
        }
    });
    exchanges.await.expect("no panic");
    serving.abort();
}

#[tokio::test]
async fn a_client_can_call_it_without_a_socket() {
    let service = tower::ServiceBuilder::new().map_err(|never: Infallible| never).service(library(&Arc::default()));
    let client = Client::builder().access_token("t").build_with(service).expect("valid settings");
    assert_eq!(client.members().show("ada").await.expect("a response").name.as_deref(), Some("ada"));
    let Err(error) = client.members().show("panic").await else { panic!("the handler panics") };
    assert_eq!(error.documented().copied(), Some(members::ShowError::InternalServerError));
}

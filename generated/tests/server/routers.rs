//! The router among a user's own: merged, nested, layered; its own answers where there is no route; panics.

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
use pm2_api::{AnyToken, Client, Context, Error, HandlerResult, Server, bucket, user};
use serde_json::{Value, json};

use crate::common::{Ada, answer, json};

/// Counts its calls; one of its methods fails as no stub should.
#[derive(Default)]
struct Counter(AtomicUsize);

impl user::UserServer<Ada> for Counter {
    async fn show(&self, context: Context<()>, id: String) -> HandlerResult<user::ShowResponse, user::ShowError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        assert_ne!(id, "panic", "a secret of the stub");
        let email = context.extensions().get::<&str>().map(|text| (*text).to_owned());
        Ok(user::ShowResponse { username: Some(id), email, ..Default::default() }.into())
    }
}

impl bucket::BucketServer<Ada> for Counter {
    async fn retrieve_all(
        &self,
        _context: Context<Ada>,
    ) -> HandlerResult<Vec<pm2_api::types::Bucket>, bucket::RetrieveAllError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(Vec::new().into())
    }
}

fn generated(counter: &Arc<Counter>) -> Router {
    Server::new(AnyToken(Ada))
        .with(user::endpoints(Arc::clone(counter)))
        .with(bucket::endpoints(Arc::clone(counter)))
        .into_router()
}

async fn ask(router: &Router, method: &str, uri: &str) -> (StatusCode, HeaderMap, String) {
    let request = Request::builder().method(method).uri(uri).header("authorization", "Bearer t").body(Body::empty());
    let (status, headers, body) = answer(router.clone(), request.expect("a request")).await;
    (status, headers, String::from_utf8(body.to_vec()).expect("text"))
}

async fn own_not_found() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "own 404")
}

#[tokio::test]
async fn one_stub_serves_several_namespaces() {
    let counter = Arc::new(Counter::default());
    let router = generated(&counter);
    assert_eq!(ask(&router, "GET", "/api/users/show/ada").await.0, StatusCode::OK);
    assert_eq!(ask(&router, "GET", "/api/bucket").await.0, StatusCode::OK);
    assert_eq!(counter.0.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn what_is_not_there_is_told_in_the_shape_of_all_errors() {
    let router = generated(&Arc::default());
    for uri in ["/", "/api/nowhere", "/api/users/show/a/b", "/api/users/show", "//api/users/show/ada"] {
        let (status, headers, body) = ask(&router, "GET", uri).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{uri}");
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(json(body.as_bytes()), json!({ "msg": "there is no such route" }));
    }
    let (status, headers, body) = ask(&router, "PATCH", "/api/users/show/ada").await;
    assert_eq!((status, &headers["allow"]), (StatusCode::METHOD_NOT_ALLOWED, &"GET,HEAD".parse().expect("a value")));
    assert_eq!(json(body.as_bytes()), json!({ "msg": "the route has no such method" }));
    let (status, _, body) = ask(&router, "HEAD", "/api/users/show/ada").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn it_merges_with_routes_beside_its_own() {
    let own = || {
        Router::new()
            .route("/api/users/me", get(|| async { "me" }))
            .route("/api/users/show/{id}", post(|Path(id): Path<String>| async move { format!("own {id}") }))
            .route("/api/users/show/{name}/photo", get(|Path(name): Path<String>| async move { name }))
            .route("/health", get(|| async { "well" }))
    };
    for router in [own().merge(generated(&Arc::default())), generated(&Arc::default()).merge(own())] {
        for (method, uri, expected) in [
            ("GET", "/api/users/me", "me"),
            ("POST", "/api/users/show/ada", "own ada"),
            ("GET", "/api/users/show/ada/photo", "ada"),
            ("GET", "/health", "well"),
            ("GET", "/api/users/show/ada", r#"{"username":"ada"}"#),
        ] {
            let (status, _, body) = ask(&router, method, uri).await;
            assert_eq!((status, body.as_str()), (StatusCode::OK, expected), "{method} {uri}");
        }
        let (status, headers, _) = ask(&router, "PUT", "/api/users/show/ada").await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
        let allow = headers["allow"].to_str().expect("text");
        assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
        assert_eq!(ask(&router, "GET", "/nowhere").await.0, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_fallback_of_the_users_takes_the_place_of_ours() {
    let own = || Router::new().route("/own", get(|| async { "own" })).fallback(own_not_found);
    for router in [
        own().merge(generated(&Arc::default())),
        generated(&Arc::default()).merge(own()),
        generated(&Arc::default()).fallback(own_not_found),
        own().nest("/v1", generated(&Arc::default())),
    ] {
        let (status, _, body) = ask(&router, "GET", "/v1/nowhere").await;
        assert_eq!((status, body.as_str()), (StatusCode::NOT_FOUND, "own 404"));
    }
    let router = generated(&Arc::default()).method_not_allowed_fallback(|| async { StatusCode::IM_A_TEAPOT });
    assert_eq!(ask(&router, "PATCH", "/api/users/show/ada").await.0, StatusCode::IM_A_TEAPOT);
}

#[tokio::test]
async fn it_nests_below_a_prefix_even_one_with_a_parameter() {
    let router = Router::new().nest("/v1/{tenant}", generated(&Arc::default()));
    let (status, _, body) = ask(&router, "GET", "/v1/acme/api/users/show/a%2Fb").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, r#"{"username":"a/b"}"#));
    let (status, _, body) = ask(&router, "GET", "/v1/acme/api/users/show/%ff").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(json(body.as_bytes())["details"][0]["path"], "id");
    let router = Router::new().nest_service("/v1", generated(&Arc::default()));
    let (status, _, body) = ask(&router, "GET", "/v1/nowhere").await;
    assert_eq!((status, json(body.as_bytes())), (StatusCode::NOT_FOUND, json!({ "msg": "there is no such route" })));
}

#[tokio::test]
async fn layers_go_around_its_routes() {
    async fn mark(mut request: AxumRequest, next: Next) -> axum::response::Response {
        request.extensions_mut().insert("from a layer");
        let mut answer = next.run(request).await;
        answer.headers_mut().insert("x-layer", "seen".parse().expect("a value"));
        answer
    }
    let router = generated(&Arc::default()).layer(middleware::from_fn(mark)).layer(Extension(5_u8));
    let (status, headers, body) = ask(&router, "GET", "/api/users/show/ada").await;
    assert_eq!((status, &headers["x-layer"]), (StatusCode::OK, &"seen".parse().expect("a value")));
    assert_eq!(json(body.as_bytes())["email"], "from a layer");
    for (method, uri) in [("GET", "/nowhere"), ("PATCH", "/api/users/show/ada")] {
        assert_eq!(ask(&router, method, uri).await.1["x-layer"], "seen");
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
    let router: Router<App> = Router::new().route("/count", get(count)).merge(generated(&counter).with_state(()));
    let router: Router = router.with_state(App { counter });
    assert_eq!(ask(&router, "GET", "/api/users/show/ada").await.0, StatusCode::OK);
    assert_eq!(ask(&router, "GET", "/count").await.2, "1");
}

#[tokio::test]
async fn of_two_stubs_for_a_route_the_last_one_serves() {
    let (first, last) = (Arc::new(Counter::default()), Arc::new(Counter::default()));
    let router = Server::new(AnyToken(Ada))
        .with(user::endpoints(Arc::clone(&first)))
        .with(user::endpoints(Arc::clone(&last)))
        .into_router();
    ask(&router, "GET", "/api/users/show/ada").await;
    assert_eq!((first.0.load(Ordering::SeqCst), last.0.load(Ordering::SeqCst)), (0, 1));
}

/// One request on an open connection, and its answer.
fn exchange(connection: &mut TcpStream, path: &str) -> (String, Value) {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    connection.write_all(request.as_bytes()).expect("an open connection");
    let mut received = Vec::new();
    loop {
        let mut piece = [0; 1024];
        let length = connection.read(&mut piece).expect("an open connection");
        assert_ne!(length, 0, "the connection was closed");
        received.extend_from_slice(&piece[..length]);
        let text = String::from_utf8_lossy(&received).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && let Ok(body) = serde_json::from_str(body)
        {
            return (head.lines().next().unwrap_or_default().to_owned(), body);
        }
    }
}

#[tokio::test]
async fn a_panic_is_answered_and_the_connection_lives_on() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound port");
    let serving = tokio::spawn(axum::serve(listener, generated(&Arc::default())).into_future());
    let exchanges = tokio::task::spawn_blocking(move || {
        let mut connection = TcpStream::connect(address).expect("a server");
        for _ in 0..3 {
            let (status, body) = exchange(&mut connection, "/api/users/show/panic");
            assert_eq!(status, "HTTP/1.1 500 Internal Server Error");
            assert_eq!(body, json!({ "msg": "the server failed" }));
            let (status, body) = exchange(&mut connection, "/api/users/show/ada");
            assert_eq!((status.as_str(), body), ("HTTP/1.1 200 OK", json!({ "username": "ada" })));
        }
    });
    exchanges.await.expect("the server lives on");
    serving.abort();
}

#[tokio::test]
async fn a_client_can_go_through_it_without_a_socket() {
    let service = tower::ServiceBuilder::new().map_err(|never: Infallible| never).service(generated(&Arc::default()));
    let client = Client::builder().access_token("t").build_with(service).expect("sound settings");
    assert_eq!(client.user().show("ada").await.expect("an answer").username.as_deref(), Some("ada"));
    let Err(Error::Api(error)) = client.user().show("panic").await else { panic!("the stub panics") };
    assert_eq!(error.error(), Some(user::ShowError::InternalServerError));
}

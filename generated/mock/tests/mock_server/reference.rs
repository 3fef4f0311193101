//! The OpenAPI document and the page that shows it.

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::Value;

use crate::support::{Running, start};

async fn get(mock: &Running, path: &str) -> String {
    let (status, body) = mock.send_raw(Method::GET, path, "none", Bytes::new()).await;
    assert_eq!(status, StatusCode::OK, "{path}");
    String::from_utf8(body.to_vec()).expect("a text")
}

#[tokio::test]
async fn the_document_sends_its_readers_to_the_mock_itself() {
    let mock = start().await;
    let document: Value = serde_json::from_str(&get(&mock, "/openapi.json").await).expect("JSON");
    assert_eq!(document["servers"][0]["url"], "/");
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.values().flat_map(|path| path.as_object().expect("operations").values());
    let (mut count, mut with_servers) = (0, 0);
    for operation in operations {
        count += 1;
        with_servers += usize::from(operation.get("servers").is_some());
    }
    assert_eq!((count, with_servers), (158, 0));
}

#[tokio::test]
async fn the_page_and_all_that_it_loads_come_from_the_mock() {
    let mock = start().await;
    let page = get(&mock, "/docs/").await;
    let mut loaded = 0;
    for attribute in ["src=\"", "href=\""] {
        for place in page.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(!place.contains("//"), "{place} is elsewhere");
            assert!(!get_raw(&mock, place).await.is_empty(), "{place}");
            loaded += 1;
        }
    }
    assert!(loaded >= 5, "the page loads {loaded} files");
    let settings = get(&mock, "/docs/swagger-initializer.js").await;
    assert!(settings.contains("\"url\": \"/openapi.json\"") && !settings.contains("://"), "{settings}");
}

async fn get_raw(mock: &Running, place: &str) -> Bytes {
    let path = format!("/docs/{}", place.trim_start_matches("./"));
    let (status, body) = mock.send_raw(Method::GET, &path, "none", Bytes::new()).await;
    assert_eq!(status, StatusCode::OK, "{path}");
    body
}

#[tokio::test]
async fn the_browser_is_told_to_load_nothing_from_elsewhere() {
    let mock = start().await;
    let http = hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new()).build_http();
    let request = http::Request::get(format!("{}/docs/", mock.base())).body(http_body_util::Empty::<Bytes>::new());
    let answer = http.request(request.expect("a request")).await.expect("an answer");
    let policy = answer.headers()["content-security-policy"].to_str().expect("a text");
    assert!(policy.contains("default-src 'self'") && !policy.contains("http"), "{policy}");
}

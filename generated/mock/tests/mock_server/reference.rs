//! The OpenAPI document and the reference page.

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::Value;

use crate::support::{TestServer, start};

async fn get(server: &TestServer, path: &str) -> String {
    let (status, body) = server.send_raw(Method::GET, path, "none", Bytes::new()).await;
    assert_eq!(status, StatusCode::OK, "{path}");
    String::from_utf8(body.to_vec()).expect("a string")
}

#[tokio::test]
async fn the_document_names_the_mock_as_its_only_server() {
    let server = start().await;
    let document: Value = serde_json::from_str(&get(&server, "/openapi.json").await).expect("JSON");
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
async fn the_page_loads_all_files_from_the_mock() {
    let server = start().await;
    let page = get(&server, "/docs/").await;
    let mut loaded = 0;
    for attribute in ["src=\"", "href=\""] {
        for url in page.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(!url.contains("//"), "{url} is external");
            assert!(!get_raw(&server, url).await.is_empty(), "{url}");
            loaded += 1;
        }
    }
    assert!(loaded >= 5, "the page loads {loaded} files");
    let settings = get(&server, "/docs/swagger-initializer.js").await;
    assert!(settings.contains("\"url\": \"/openapi.json\"") && !settings.contains("://"), "{settings}");
}

async fn get_raw(server: &TestServer, url: &str) -> Bytes {
    let path = format!("/docs/{}", url.trim_start_matches("./"));
    let (status, body) = server.send_raw(Method::GET, &path, "none", Bytes::new()).await;
    assert_eq!(status, StatusCode::OK, "{path}");
    body
}

#[tokio::test]
async fn the_page_forbids_external_content() {
    let server = start().await;
    let http = hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new()).build_http();
    let request =
        http::Request::get(format!("{}/docs/", server.base_url())).body(http_body_util::Empty::<Bytes>::new());
    let response = http.request(request.expect("a request")).await.expect("a response");
    let policy = response.headers()["content-security-policy"].to_str().expect("a string");
    assert!(policy.contains("default-src 'self'") && !policy.contains("http"), "{policy}");
}

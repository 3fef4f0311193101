//! The OpenAPI document and the reference page.

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::Value;

use crate::support::{TestServer, start};
use pm2_mock::{DEMO_ACCESS_TOKEN, DEMO_REFRESH_TOKEN};

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

#[tokio::test]
async fn the_root_redirects_to_the_page() {
    let server = start().await;
    let http = hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new()).build_http();
    let request = http::Request::get(format!("{}/", server.base_url())).body(http_body_util::Empty::<Bytes>::new());
    let response = http.request(request.expect("a request")).await.expect("a response");
    assert_eq!(response.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(response.headers()["location"], "/docs/");
    assert!(get(&server, "/docs/").await.contains("swagger-ui"));
}

#[tokio::test]
async fn the_page_has_a_filter() {
    let server = start().await;
    let settings = get(&server, "/docs/swagger-initializer.js").await;
    assert!(settings.contains("\"filter\": true"), "{settings}");
}

#[tokio::test]
async fn the_document_shows_the_tokens_of_the_demo_user() {
    let server = start().await;
    let document: Value = serde_json::from_str(&get(&server, "/openapi.json").await).expect("JSON");
    let description = document["info"]["description"].as_str().expect("a description");
    assert!(description.contains(DEMO_ACCESS_TOKEN) && description.contains(DEMO_REFRESH_TOKEN), "{description}");
    let schemes = document["components"]["securitySchemes"].as_object().expect("schemes");
    for (name, scheme) in schemes {
        assert!(scheme["description"].as_str().is_some_and(|text| text.contains(DEMO_ACCESS_TOKEN)), "{name}");
    }
}

#[tokio::test]
async fn the_examples_of_path_parameters_and_bodies_lead_to_sample_data() {
    let server = start().await;
    let document: Value = serde_json::from_str(&get(&server, "/openapi.json").await).expect("JSON");
    let (mut sent, mut without_example) = (0, 0);
    for (template, operations) in document["paths"].as_object().expect("paths") {
        let Some(operation) = operations.get("get") else { continue };
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let mut path = template.clone();
        for parameter in parameters.iter().filter(|parameter| parameter["in"] == "path") {
            let Some(example) = parameter["example"].as_str() else { continue };
            path = path.replace(&format!("{{{}}}", parameter["name"].as_str().expect("a name")), example);
        }
        let needs_query =
            parameters.iter().any(|parameter| parameter["in"] == "query" && parameter["required"] == true);
        if path.contains('{') || needs_query {
            without_example += 1;
            continue;
        }
        let (status, body) = server.send_raw(Method::GET, &path, DEMO_ACCESS_TOKEN, Bytes::new()).await;
        // The bucket of the examples has no subscription.
        let is_missing = status == StatusCode::NOT_FOUND && path.contains("subscription");
        assert!(status.is_success() || is_missing, "{path}: {status} {body:?}");
        sent += usize::from(path != *template);
    }
    assert!(sent >= 20 && without_example <= 15, "{sent} routes sent, {without_example} without examples");

    let operation = &document["paths"]["/api/oauth/token"]["post"];
    let body = &operation["requestBody"]["content"]["application/json"]["example"];
    assert_eq!(body["refresh_token"], DEMO_REFRESH_TOKEN);
}

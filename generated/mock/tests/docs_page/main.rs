//! Opens the reference page of the mock server in a browser and tries out a call.

use std::collections::BTreeSet;
use std::time::Duration;

use pm2_mock::{DEMO_ACCESS_TOKEN, Mock};
use serde_json::Value;
use tokio::time::timeout;

mod browser;

use browser::{Page, Programs};

/// The maximum duration of the whole test.
const LIMIT: Duration = Duration::from_secs(90);

const DOCUMENT: &str = include_str!("../../../openapi.json");

#[tokio::test]
async fn the_page_lists_all_namespaces_and_sends_calls_with_and_without_a_token() {
    let Some(programs) = Programs::find() else { return };
    let mock = Mock::builder().start().await.expect("a free port");
    let (page, driver) = Page::open(&programs).await;
    // A separate task, so that the browser is closed even if the test panics.
    let mut visit = tokio::spawn(visit(page.clone(), mock.url()));
    let outcome = timeout(LIMIT, &mut visit).await;
    visit.abort();
    page.close().await;
    drop(driver);
    mock.stop().await;
    match outcome.expect("the test takes too long") {
        Ok(()) => {}
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

async fn visit(page: Page, base: String) {
    page.goto(&format!("{base}/docs")).await;
    page.find(".opblock-tag").await;
    assert_eq!(shown_namespaces(&page).await, namespaces());
    assert_eq!(page.console_errors().await, [""; 0]);

    page.find(".operation-filter-input").await;
    assert!(page.text(".info").await.contains(DEMO_ACCESS_TOKEN));

    page.click("[data-tag='user']").await;
    page.click("#operations-user-user_retrieve .opblock-summary-control").await;
    page.click("#operations-user-user_retrieve .try-out__btn").await;

    let (status, body) = call(&page).await;
    assert_eq!(status, "401", "{body}");
    assert!(!body.contains("demo"), "{body}");
    // The browser logs the rejected request.
    let errors = page.console_errors().await;
    assert!(matches!(&errors[..], [one] if one.contains("/api/users/isLogged") && one.contains("401")), "{errors:?}");

    authorize(&page, DEMO_ACCESS_TOKEN).await;
    page.click("#operations-user-user_retrieve .btn-clear").await;
    let (status, body) = call(&page).await;
    assert_eq!(status, "200", "{body}");
    let user: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(user["username"], "demo");
    assert_eq!(page.console_errors().await, [""; 0]);

    let requested = page.requested_urls().await;
    let origin = format!("{base}/");
    let external: Vec<_> =
        requested.iter().filter(|url| !url.starts_with(&origin) && !url.starts_with("data:")).collect();
    assert!(external.is_empty(), "{external:?}");
    for path in ["docs/", "openapi.json", "api/users/isLogged"] {
        assert!(requested.contains(&format!("{origin}{path}")), "{path} is not among {requested:?}");
    }
}

/// Returns the namespaces of the OpenAPI document.
fn namespaces() -> BTreeSet<String> {
    let document: Value = serde_json::from_str(DOCUMENT).expect("JSON");
    let tags = document["tags"].as_array().expect("tags");
    tags.iter().map(|tag| tag["name"].as_str().expect("a name").to_owned()).collect()
}

/// Returns the namespaces that the page shows.
async fn shown_namespaces(page: &Page) -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    for heading in page.all(".opblock-tag").await {
        assert!(heading.is_displayed().await.expect("an element"));
        let text = heading.text().await.expect("a string");
        // The description follows on the next line.
        shown.insert(text.lines().next().unwrap_or_default().to_owned());
    }
    shown
}

/// Enters a token in the dialog of the page.
async fn authorize(page: &Page, token: &str) {
    page.click(".auth-wrapper .authorize").await;
    page.write("#auth-bearer-value", token).await;
    page.click("form:has(#auth-bearer-value) .authorize").await;
    page.click(".modal-ux .close-modal").await;
    page.find(".auth-wrapper .authorize.locked").await;
}

/// Sends the call that is open on the page and returns the displayed status code and body of the response.
async fn call(page: &Page) -> (String, String) {
    page.click("#operations-user-user_retrieve .execute").await;
    let status = page.text("#operations-user-user_retrieve .live-responses-table tbody .response-col_status").await;
    let body = page.text("#operations-user-user_retrieve .live-responses-table tbody .highlight-code code").await;
    (status, body)
}

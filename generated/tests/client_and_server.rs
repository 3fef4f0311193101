//! The client and the server of this crate, as a program that depends on it uses them.

use std::sync::Arc;

use axum::Router;
use pm2_api::{Client, Context, FixedTokens, HandlerResult, JsonObject, Server, Service, bucket, types, user};

/// The user that a token belongs to.
#[derive(Debug, Clone, PartialEq)]
struct Ada;

struct Handlers;

impl user::UserServer<Ada> for Handlers {
    async fn show(&self, context: Context<()>, id: String) -> HandlerResult<user::ShowResponse, user::ShowError> {
        if id != "ada" {
            return Err(user::ShowError::NotFound.into());
        }
        let agent = context.headers()["user-agent"].to_str().expect("ASCII").to_owned();
        let other = JsonObject::from_iter([("agent".to_owned(), agent.into())]);
        Ok(user::ShowResponse { username: Some(id), other, ..Default::default() }.into())
    }
}

impl bucket::BucketServer<Ada> for Handlers {
    async fn retrieve_all(&self, context: Context<Ada>) -> HandlerResult<Vec<types::Bucket>, bucket::RetrieveAllError> {
        assert_eq!(context.principal, Ada);
        Ok(vec![types::Bucket { name: Some("production".to_owned()), ..Default::default() }].into())
    }
}

fn router() -> Router {
    let handlers = Arc::new(Handlers);
    Server::new(FixedTokens::new([("t0ken", Ada)]))
        .with(user::endpoints(Arc::clone(&handlers)))
        .with(bucket::endpoints(handlers))
        .into_router()
}

/// Calls every handler, and one operation without a handler.
async fn call_all(client: &Client) {
    let shown = client.user().show("ada").await.expect("a response");
    assert_eq!(shown.username.as_deref(), Some("ada"));
    assert_eq!(shown.other["agent"], concat!("pm2-api/", env!("CARGO_PKG_VERSION")));
    let error = client.user().show("grace").await.expect_err("404");
    assert_eq!(error.to_string(), "user.show (GET /api/users/show/grace) returned 404 Not Found: Not Found");
    assert_eq!(error.documented(), Some(&user::ShowError::NotFound));
    let buckets = client.bucket().retrieve_all().await.expect("a response").checked().expect("no mismatch");
    assert_eq!(buckets[0].name.as_deref(), Some("production"));
    let error = client.user().retrieve().await.expect_err("501");
    assert_eq!(error.response().and_then(|response| response.message()), Some("user.retrieve is not implemented"));
}

#[tokio::test]
async fn a_router_is_the_transport_of_a_client() {
    call_all(&Client::builder().access_token("t0ken").build_with(router()).expect("valid settings")).await;
}

#[tokio::test]
async fn a_client_calls_a_server_with_its_own_transport_and_with_reqwest() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound port"));
    tokio::spawn(axum::serve(listener, router()).into_future());
    let builder = Client::builder().base_urls(url).access_token("t0ken");
    call_all(&builder.clone().build().expect("valid settings")).await;
    let reqwest = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
    call_all(&builder.build_with_reqwest(reqwest.expect("a client")).expect("valid settings")).await;
}

#[test]
fn each_service_has_the_documented_base_url() {
    let client = Client::builder().build().expect("valid settings");
    assert_eq!(client.base_url(Service::Api), "https://app.keymetrics.io");
    assert_eq!(client.base_url(Service::Oauth), "https://id.keymetrics.io");
}

#[test]
fn setters_convert_their_values_and_leave_other_fields_out() {
    let body = user::UpdateBody::new().username("ada");
    assert_eq!(serde_json::to_value(&body).expect("JSON"), serde_json::json!({ "username": "ada" }));
    let other = JsonObject::from_iter([("agent".to_owned(), "x".into())]);
    let user = types::User::new().username("grace".to_owned()).other(other);
    assert_eq!(serde_json::to_value(&user).expect("JSON"), serde_json::json!({ "username": "grace", "agent": "x" }));
}

#[test]
fn string_enums_convert_from_and_to_strings() {
    use bucket::alert::AlertOptionsOperator as Operator;
    for (value, expected) in [(">", Operator::Above), ("~", Operator::Other("~".to_owned()))] {
        let operator = Operator::from(value);
        assert_eq!(operator, expected);
        assert_eq!((operator.as_str(), format!("{operator:>2}")), (value, format!(" {value}")));
        assert_eq!((value.parse(), Operator::from(value.to_owned())), (Ok(operator.clone()), operator.clone()));
        assert_eq!(serde_json::to_value(&operator).expect("JSON"), value);
    }
    let options = bucket::alert::AlertOptions::new().operator(">").threshold(500);
    assert_eq!((options.operator, options.threshold), (Some(Operator::Above), Some(500.0)));
}

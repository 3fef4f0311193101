//! Creates an alert on a metric, shows all alerts of the bucket, and deletes the new one.
//!
//! `PM2_REFRESH_TOKEN=… cargo run --example manage_alerts -- BUCKET_ID`

mod setup;

use std::error::Error;

use pm2_api::bucket::alert::{
    AlertAction, AlertOptions, AlertOptionsAct, AlertOptionsOperator, AlertScope, AlertType, CreateBody, GetError,
};
use pm2_api::{Client, JsonObject, Nothing, Response};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let bucket = std::env::args().nth(1).ok_or("which bucket? give its id")?;
    let client = setup::client()?;
    let id = create(&client, &bucket).await?;
    println!("created {id}");
    for alert in objects(&client.bucket().alert().list(&bucket).await?)? {
        println!("  {} {}", text(&alert, "_id"), text(&alert, "name"));
    }
    client.bucket().alert().delete(&bucket, &id).await?;
    println!("deleted {id}");
    match client.bucket().alert().get(&bucket, &id).await {
        Ok(_) => Err("the alert is still there".into()),
        // The bucket has no such alert any more; any other failure says nothing about the alert.
        Err(pm2_api::Error::Api(api)) if api.error() == Some(GetError::NotFound) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// An alert that sends an e-mail when requests take longer than half a second.
async fn create(client: &Client, bucket: &str) -> Result<String, Box<dyn Error>> {
    let mail = AlertAction { r#type: Some("email".to_owned()), params: Some(JsonObject::new()) };
    let slow = AlertOptions {
        operator: Some(AlertOptionsOperator::Above),
        threshold: Some(500.0),
        act: Some(AlertOptionsAct::First),
        timerange: Some(60.0),
    };
    let scope = AlertScope { apps: Some(vec!["api".to_owned()]), ..AlertScope::default() };
    let body = CreateBody::new("slow requests", AlertType::Metric, "HTTP mean latency", slow, scope, vec![mail]);
    let created = client.bucket().alert().create(bucket, &body).await?;
    let alert = objects(&created)?.pop().unwrap_or_default();
    match text(&alert, "_id") {
        "" => Err("the service did not say which id the alert has".into()),
        id => Ok(id.to_owned()),
    }
}

/// The documentation does not say what these answers hold, so they are read as JSON: one object or a list of them.
fn objects(answer: &Response<Nothing>) -> Result<Vec<JsonObject>, Box<dyn Error>> {
    Ok(match answer.json()? {
        Value::Array(items) => items.into_iter().filter_map(object).collect(),
        one => object(one).into_iter().collect(),
    })
}

fn object(value: Value) -> Option<JsonObject> {
    match value {
        Value::Object(fields) => Some(fields),
        _ => None,
    }
}

fn text<'a>(fields: &'a JsonObject, name: &str) -> &'a str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

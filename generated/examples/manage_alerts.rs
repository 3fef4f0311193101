//! Creates an alert on a metric, lists all alerts of the bucket and deletes the new alert.
//!
//! ```sh
//! PM2_REFRESH_TOKEN=... cargo run --example manage_alerts -- BUCKET_ID
//! ```

mod setup;

use std::error::Error;

use pm2_api::JsonObject;
use pm2_api::bucket::alert::{
    Alert, AlertAction, AlertOptions, AlertOptionsAct, AlertOptionsOperator, AlertScope, AlertType, CreateBody,
};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let bucket = std::env::args().nth(1).ok_or("missing argument: BUCKET_ID")?;
    let client = setup::client_from_env()?;
    let alerts = client.bucket().alert();

    // The documentation does not describe this body, so it is a JSON value.
    let created = alerts.create(&bucket, &slow_requests()).await?;
    let id = created["_id"].as_str().ok_or("the alert has no ID")?;
    println!("created {id}");

    let listed = alerts.list(&bucket).await?.into_inner();
    for alert in serde_json::from_value::<Vec<Alert>>(listed)? {
        let id = alert.other.get("_id").and_then(Value::as_str).unwrap_or("(no ID)");
        println!("  {id} {}", alert.name.as_deref().unwrap_or("(no name)"));
    }

    alerts.delete(&bucket, id).await?;
    println!("deleted {id}");

    match alerts.get(&bucket, id).await {
        Ok(_) => Err("the alert still exists".into()),
        Err(error) if error.is_not_found() => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Returns an alert that sends an email when requests take longer than 500 ms on average.
fn slow_requests() -> CreateBody {
    let email = AlertAction { r#type: Some("email".to_owned()), params: Some(JsonObject::new()), ..Default::default() };
    let options = AlertOptions {
        operator: Some(AlertOptionsOperator::Above),
        threshold: Some(500.0),
        act: Some(AlertOptionsAct::First),
        timerange: Some(60.0),
        ..Default::default()
    };
    let scope = AlertScope { apps: Some(vec!["api".to_owned()]), ..Default::default() };
    CreateBody::new("slow requests", AlertType::Metric, "HTTP mean latency", options, scope, vec![email])
}

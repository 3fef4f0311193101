//! Creates an alert on a metric, lists all alerts of the bucket and deletes the new alert.
//!
//! ```sh
//! PM2_REFRESH_TOKEN=... cargo run --example manage_alerts -- BUCKET_ID
//! ```

mod setup;

use std::error::Error;

use pm2_api::JsonObject;
use pm2_api::bucket::alert::{
    AlertAction, AlertOptions, AlertOptionsAct, AlertOptionsOperator, AlertScope, AlertType, CreateBody,
};
use serde::Deserialize;

/// The fields of an alert that this example uses.
///
/// The documentation does not describe the bodies of these responses, so they are [`serde_json::Value`]. A program can
/// deserialize a type of its own from them.
#[derive(Deserialize)]
struct Alert {
    #[serde(rename = "_id")]
    id: String,
    name: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let bucket = std::env::args().nth(1).ok_or("missing argument: BUCKET_ID")?;
    let client = setup::client_from_env()?;
    let alerts = client.bucket().alert();

    let created = alerts.create(&bucket, &slow_requests()).await?;
    let created: Alert = serde_json::from_value(created.into_inner())?;
    println!("created {}", created.id);

    let listed = alerts.list(&bucket).await?;
    for alert in serde_json::from_value::<Vec<Alert>>(listed.into_inner())? {
        println!("  {} {}", alert.id, alert.name);
    }

    alerts.delete(&bucket, &created.id).await?;
    println!("deleted {}", created.id);

    match alerts.get(&bucket, &created.id).await {
        Ok(_) => Err("the alert still exists".into()),
        Err(error) if error.is_not_found() => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Returns an alert that sends an email when requests take longer than 500 ms on average.
fn slow_requests() -> CreateBody {
    let email = AlertAction { r#type: Some("email".to_owned()), params: Some(JsonObject::new()) };
    let options = AlertOptions {
        operator: Some(AlertOptionsOperator::Above),
        threshold: Some(500.0),
        act: Some(AlertOptionsAct::First),
        timerange: Some(60.0),
    };
    let scope = AlertScope { apps: Some(vec!["api".to_owned()]), ..Default::default() };
    CreateBody::new("slow requests", AlertType::Metric, "HTTP mean latency", options, scope, vec![email])
}

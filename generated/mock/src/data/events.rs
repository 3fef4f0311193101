//! Custom events.

use std::collections::BTreeSet;

use pm2_api::data::events;
use pm2_api::{Context, HandlerResult, JsonObject};
use serde_json::{Value, json};

use super::super::{Caller, Service};
use super::{is_wanted, objects, page, places, series};

impl events::EventsServer<Caller> for Service {
    async fn delete_all(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<Value>, events::DeleteAllError> {
        self.in_bucket(&context, &id, |bucket| {
            bucket.events.clear();
            Ok(Vec::new())
        })
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        body: events::RetrieveBody,
    ) -> HandlerResult<Vec<JsonObject>, events::RetrieveError> {
        self.in_bucket(&context, &id, |bucket| {
            let text = |event: &JsonObject, field: &str| {
                event.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
            };
            let found = bucket.events.iter().filter(|event| {
                text(event, "name") == body.event_name
                    && is_wanted(&text(event, "app_name"), body.app_name.as_deref())
                    && is_wanted(&text(event, "server_name"), body.server_name.as_deref())
            });
            let number = |given: Option<f64>| given.map(|given| given as i64);
            Ok(page(found.cloned(), number(body.offset), number(body.limit), 100))
        })
    }

    async fn retrieve_histogram(
        &self,
        context: Context<Caller>,
        id: String,
        body: events::RetrieveHistogramBody,
    ) -> HandlerResult<Vec<Vec<Value>>, events::RetrieveHistogramError> {
        self.in_bucket(&context, &id, |bucket| {
            let has_any = bucket.events.iter().any(|event| event.get("name") == Some(&json!(body.event_name)));
            let points = if has_any { series(&bucket.id, &body.event_name) } else { Vec::new() };
            Ok(points.into_iter().map(|(at, value)| vec![json!(at), json!(value.floor())]).collect())
        })
    }

    async fn retrieve_metadatas(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<JsonObject>, events::RetrieveMetadatasError> {
        self.in_bucket(&context, &id, |bucket| {
            let of = |app: &str| {
                let own = bucket.events.iter().filter(|event| event.get("app_name") == Some(&json!(app)));
                own.filter_map(|event| event.get("name").and_then(Value::as_str)).collect::<BTreeSet<_>>()
            };
            let apps: BTreeSet<&str> = places(bucket, None, None).iter().map(|place| place.app).collect();
            Ok(objects(apps.into_iter().map(|app| json!({ "app_name": app, "events": of(app) }))))
        })
    }
}

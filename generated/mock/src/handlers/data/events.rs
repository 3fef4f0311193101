//! Custom events, log lines and notifications.

use std::collections::BTreeSet;

use pm2_api::data::{events, logs, notifications};
use pm2_api::{Context, HandlerResult, JsonObject};
use serde_json::{Value, json};

use crate::handlers::filters::{matches_filter, paginate, to_objects};
use crate::service::{Caller, Service};
use crate::state::bucket::Process;
use crate::state::sample_data::{sample_time, time_series};

/// The log lines of each process.
const LOG_LINES: [&str; 4] = ["server started", "GET /orders 200 12ms", "POST /orders 201 31ms", "GET /health 200 1ms"];

impl events::EventsServer<Caller> for Service {
    async fn delete_all(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<Value>, events::DeleteAllError> {
        self.update_bucket(&context, &id, |bucket| {
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
        self.read_bucket(&context, &id, |bucket| {
            let matches = |event: &&JsonObject| {
                string_field(event, "name") == body.event_name
                    && matches_filter(string_field(event, "app_name"), body.app_name.as_deref())
                    && matches_filter(string_field(event, "server_name"), body.server_name.as_deref())
            };
            let (from, size) = (body.offset.map(|offset| offset as i64), body.limit.map(|limit| limit as i64));
            Ok(paginate(bucket.events.iter().filter(matches).cloned(), from, size, 100))
        })
    }

    async fn retrieve_histogram(
        &self,
        context: Context<Caller>,
        id: String,
        body: events::RetrieveHistogramBody,
    ) -> HandlerResult<Vec<Vec<Value>>, events::RetrieveHistogramError> {
        self.read_bucket(&context, &id, |bucket| {
            if !bucket.events.iter().any(|event| string_field(event, "name") == body.event_name) {
                return Ok(Vec::new());
            }
            let points = time_series(&bucket.id, &body.event_name).into_iter();
            Ok(points.map(|(at, value)| vec![json!(at), json!(value.floor())]).collect())
        })
    }

    async fn retrieve_metadatas(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<JsonObject>, events::RetrieveMetadatasError> {
        self.read_bucket(&context, &id, |bucket| {
            let event_names = |app: &str| {
                let events = bucket.events.iter().filter(|event| string_field(event, "app_name") == app);
                events.map(|event| string_field(event, "name")).collect::<BTreeSet<_>>()
            };
            let apps: BTreeSet<&str> = bucket.processes(None, None).iter().map(|process| process.app).collect();
            Ok(to_objects(apps.into_iter().map(|app| json!({ "app_name": app, "events": event_names(app) }))))
        })
    }
}

impl logs::LogsServer<Caller> for Service {
    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        body: logs::RetrieveBody,
    ) -> HandlerResult<Vec<Value>, logs::RetrieveError> {
        self.read_bucket(&context, &id, |bucket| {
            let processes = bucket.processes(body.server_name.as_deref(), body.app_name.as_deref());
            let lines = processes.into_iter().flat_map(|Process { server, app, pm_id }| {
                (0..).zip(LOG_LINES).map(move |(minute, line)| {
                    json!({
                        "at": sample_time(minute), "server": server, "app": app,
                        "pm_id": pm_id, "type": "out", "data": line,
                    })
                })
            });
            Ok(paginate(lines, body.from, body.size, 100))
        })
    }

    async fn retrieve_histogram(
        &self,
        context: Context<Caller>,
        id: String,
        body: logs::RetrieveHistogramBody,
    ) -> HandlerResult<Vec<Value>, logs::RetrieveHistogramError> {
        self.read_bucket(&context, &id, |bucket| {
            let app = body.app_name.unwrap_or_default();
            let points = time_series(&bucket.id, &format!("logs of {app}")).into_iter();
            Ok(points.map(|(at, value)| json!({ "key_as_string": at, "doc_count": value.floor() })).collect())
        })
    }
}

impl notifications::NotificationsServer<Caller> for Service {
    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        body: notifications::ListBody,
    ) -> HandlerResult<Vec<JsonObject>, notifications::ListError> {
        self.read_bucket(&context, &id, |bucket| {
            let matches =
                |notification: &&JsonObject| matches_filter(string_field(notification, "type"), body.r#type.as_deref());
            Ok(paginate(bucket.notifications.iter().filter(matches).cloned(), body.from, body.size, 20))
        })
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        notification: String,
    ) -> HandlerResult<JsonObject, notifications::RetrieveError> {
        self.read_bucket(&context, &id, |bucket| bucket.notifications.get(&notification).cloned())
    }
}

/// Returns a string field of an object, or an empty string.
fn string_field<'a>(object: &'a JsonObject, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

//! Custom events, log lines and notifications.

use std::collections::BTreeSet;

use pm2_api::data::events::{self, Event};
use pm2_api::data::logs::{self, LogLine};
use pm2_api::data::notifications;
use pm2_api::{Context, HandlerResult, JsonObject};
use serde_json::{Value, json};

use crate::handlers::filters::{matches_filter, paginate, to_objects};
use crate::service::{Caller, Service};
use crate::state::random::sample_time;
use crate::state::sample_data::time_series;

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
    ) -> HandlerResult<Vec<Event>, events::RetrieveError> {
        self.read_bucket(&context, &id, |bucket| {
            let matches = |event: &&Event| {
                let process = event.process.clone().unwrap_or_default();
                event.name.as_deref() == Some(&body.event_name)
                    && matches_filter(process.name.as_deref().unwrap_or_default(), body.app_name.as_deref())
                    && matches_filter(process.server.as_deref().unwrap_or_default(), body.server_name.as_deref())
            };
            Ok(paginate(bucket.events.iter().filter(matches).cloned(), body.offset, body.limit, 100))
        })
    }

    async fn retrieve_histogram(
        &self,
        context: Context<Caller>,
        id: String,
        body: events::RetrieveHistogramBody,
    ) -> HandlerResult<Vec<Vec<Value>>, events::RetrieveHistogramError> {
        self.read_bucket(&context, &id, |bucket| {
            if !bucket.events.iter().any(|event| event.name.as_deref() == Some(&body.event_name)) {
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
                let is_of_app =
                    |event: &&Event| event.process.as_ref().and_then(|process| process.name.as_deref()) == Some(app);
                bucket
                    .events
                    .iter()
                    .filter(is_of_app)
                    .filter_map(|event| event.name.as_deref())
                    .collect::<BTreeSet<_>>()
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
    ) -> HandlerResult<Vec<LogLine>, logs::RetrieveError> {
        self.read_bucket(&context, &id, |bucket| {
            let processes = bucket.processes(body.server_name.as_deref(), body.app_name.as_deref());
            let lines = processes.into_iter().flat_map(|process| {
                (0..).zip(LOG_LINES).map(move |(minute, line)| LogLine {
                    at: Some(json!(sample_time(minute))),
                    data: Some(line.to_owned()),
                    log_type: Some("out".to_owned()),
                    process: Some(process.to_ref()),
                    ..Default::default()
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

//! What happened to processes.

use pm2_api::data::processes;
use pm2_api::{Context, HandlerResult, JsonObject};
use serde_json::json;

use super::super::seed::time;
use super::super::{Caller, Service};
use super::{objects, places};

impl processes::ProcessesServer<Caller> for Service {
    async fn retrieve_deployments(
        &self,
        context: Context<Caller>,
        id: String,
        body: processes::RetrieveDeploymentsBody,
    ) -> HandlerResult<Vec<JsonObject>, processes::RetrieveDeploymentsError> {
        self.in_bucket(&context, &id, |bucket| {
            let places = places(bucket, body.server_name.as_deref(), body.app_name.as_deref());
            Ok(objects(places.iter().map(
                |place| json!({ "at": time(0), "server": place.server, "app": place.app, "revision": "6f1ed002ab55" }),
            )))
        })
    }

    async fn retrieve_events(
        &self,
        context: Context<Caller>,
        id: String,
        body: processes::RetrieveEventsBody,
    ) -> HandlerResult<Vec<JsonObject>, processes::RetrieveEventsError> {
        self.in_bucket(&context, &id, |bucket| {
            let places = places(bucket, body.server_name.as_deref(), body.app_name.as_deref());
            let events = places.iter().flat_map(|place| {
                ["start", "online"].map(|event| {
                    json!({
                        "at": time(0), "server": place.server, "app": place.app,
                        "pm_id": place.pm_id, "event": event,
                    })
                })
            });
            Ok(objects(events))
        })
    }
}

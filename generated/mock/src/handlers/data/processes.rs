//! Servers and their processes: status, events, deployments, dependencies and outliers.

use pm2_api::data::dependencies;
use pm2_api::data::outliers::{self, Outlier, OutlierMeta};
use pm2_api::data::processes::{self, ProcessEvent};
use pm2_api::data::status::{self, ServerStatus};
use pm2_api::{Context, HandlerResult, JsonObject};
use serde_json::{Value, json};

use crate::handlers::filters::to_objects;
use crate::service::{Caller, Service};
use crate::state::bucket::Process;
use crate::state::random::sample_time;

impl status::StatusServer<Caller> for Service {
    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<ServerStatus>, status::RetrieveError> {
        self.read_bucket(&context, &id, |bucket| Ok(bucket.servers.clone()))
    }

    async fn retrieve_blacklisted(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<ServerStatus>, status::RetrieveBlacklistedError> {
        // The mock server blacklists no server.
        self.read_bucket(&context, &id, |_| Ok(Vec::new()))
    }
}

impl processes::ProcessesServer<Caller> for Service {
    async fn retrieve_deployments(
        &self,
        context: Context<Caller>,
        id: String,
        body: processes::RetrieveDeploymentsBody,
    ) -> HandlerResult<Vec<JsonObject>, processes::RetrieveDeploymentsError> {
        self.read_bucket(&context, &id, |bucket| {
            let deployment = |process: Process<'_>| {
                let Process { server, app, .. } = process;
                json!({ "at": sample_time(0), "server": server, "app": app, "revision": "6f1ed002ab55" })
            };
            let processes = bucket.processes(body.server_name.as_deref(), body.app_name.as_deref());
            Ok(to_objects(processes.into_iter().map(deployment)))
        })
    }

    async fn retrieve_events(
        &self,
        context: Context<Caller>,
        id: String,
        body: processes::RetrieveEventsBody,
    ) -> HandlerResult<Vec<ProcessEvent>, processes::RetrieveEventsError> {
        self.read_bucket(&context, &id, |bucket| {
            let events = |process: Process<'_>| {
                ["start", "online"].map(|event| ProcessEvent {
                    event: Some(event.to_owned()),
                    manually: Some(false),
                    at: Some(json!(sample_time(0))),
                    process: Some(process.to_ref()),
                    ..Default::default()
                })
            };
            let processes = bucket.processes(body.server_name.as_deref(), body.app_name.as_deref());
            Ok(processes.into_iter().flat_map(events).collect())
        })
    }
}

impl dependencies::DependenciesServer<Caller> for Service {
    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        body: dependencies::RetrieveBody,
    ) -> HandlerResult<Vec<Value>, dependencies::RetrieveError> {
        self.read_bucket(&context, &id, |bucket| {
            let packages = json!([{ "name": "express", "version": "4.21.2" }, { "name": "pg", "version": "8.13.1" }]);
            let dependencies =
                |process: Process<'_>| json!({ "server": process.server, "app": process.app, "packages": packages });
            let processes = bucket.processes(body.server_name.as_deref(), Some(&body.app_name));
            Ok(processes.into_iter().map(dependencies).collect())
        })
    }
}

impl outliers::OutliersServer<Caller> for Service {
    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        body: outliers::RetrieveBody,
    ) -> HandlerResult<Vec<Outlier>, outliers::RetrieveError> {
        self.read_bucket(&context, &id, |bucket| {
            let statistics = OutlierMeta {
                value: Some(975.0),
                min: Some(4.0),
                max: Some(975.0),
                count: Some(120),
                ..Default::default()
            };
            let outlier = |process: &Process<'_>| Outlier {
                meta: Some(statistics.clone()),
                process: Some(process.to_ref()),
                ..Default::default()
            };
            let processes = bucket.processes(body.server_name.as_deref(), body.app_name.as_deref());
            Ok(processes.iter().filter(|process| process.pm_id == 0).map(outlier).collect())
        })
    }
}

//! The packages that an application depends on.

use pm2_api::data::dependencies;
use pm2_api::{Context, HandlerResult};
use serde_json::{Value, json};

use super::super::{Caller, Service};
use super::places;

impl dependencies::DependenciesServer<Caller> for Service {
    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        body: dependencies::RetrieveBody,
    ) -> HandlerResult<Vec<Value>, dependencies::RetrieveError> {
        self.in_bucket(&context, &id, |bucket| {
            let places = places(bucket, body.server_name.as_deref(), Some(&body.app_name));
            let packages = json!([{ "name": "express", "version": "4.21.2" }, { "name": "pg", "version": "8.13.1" }]);
            let of =
                |place: super::Place<'_>| json!({ "server": place.server, "app": place.app, "packages": packages });
            Ok(places.into_iter().map(of).collect())
        })
    }
}

//! Exceptions: the same as issues, in an older form.

use pm2_api::data::exceptions;
use pm2_api::data::issues::Issue;
use pm2_api::{Context, HandlerError, HandlerResult, JsonObject, Nothing};
use serde_json::{Value, json};

use super::super::things::fields;
use super::super::{Caller, Service};
use super::{is_wanted, objects};

impl exceptions::ExceptionsServer<Caller> for Service {
    async fn delete(
        &self,
        context: Context<Caller>,
        id: String,
        body: exceptions::DeleteBody,
    ) -> HandlerResult<Vec<Value>, exceptions::DeleteError> {
        self.in_bucket(&context, &id, |bucket| {
            if body == exceptions::DeleteBody::default() {
                return Err(HandlerError::new(
                    exceptions::DeleteError::BadRequest,
                    "nothing says which ones to delete",
                ));
            }
            let mut deleted = Vec::new();
            bucket.issues.retain(|identifier, issue| {
                let goes = is_wanted(identifier, body.identifier.as_deref())
                    && is_of(issue, body.server_name.as_deref(), body.app_name.as_deref());
                deleted.extend(goes.then(|| json!(issue)));
                !goes
            });
            Ok(deleted)
        })
    }

    async fn delete_all(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Nothing, exceptions::DeleteAllError> {
        self.in_bucket(&context, &id, |bucket| {
            bucket.issues.clear();
            Ok(Nothing)
        })
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        body: exceptions::RetrieveBody,
    ) -> HandlerResult<Vec<JsonObject>, exceptions::RetrieveError> {
        self.in_bucket(&context, &id, |bucket| {
            let found = bucket.issues.values();
            let found = found.filter(|issue| is_of(issue, body.server_name.as_deref(), body.app_name.as_deref()));
            Ok(found.map(fields).collect())
        })
    }

    async fn retrieve_summary(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<JsonObject>, exceptions::RetrieveSummaryError> {
        self.in_bucket(&context, &id, |bucket| {
            let summary = |issue: &Issue| {
                let last = issue.last.as_ref();
                json!({
                    "server_name": last.and_then(|last| last.server.clone()),
                    "app_name": last.and_then(|last| last.app.clone()),
                    "count": issue.count,
                })
            };
            Ok(objects(bucket.issues.values().map(summary)))
        })
    }
}

/// True for an issue that occurred last on this server, in this application; each may be any.
pub fn is_of(issue: &Issue, server: Option<&str>, app: Option<&str>) -> bool {
    let last = issue.last.as_ref();
    let is = |name: Option<&String>, wanted| is_wanted(name.map_or("", String::as_str), wanted);
    is(last.and_then(|last| last.server.as_ref()), server) && is(last.and_then(|last| last.app.as_ref()), app)
}

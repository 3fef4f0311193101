//! Issues and their occurrences. Exceptions are an older representation of the same data.

use std::collections::BTreeMap;

use pm2_api::data::exceptions::{self, Exception, ExceptionData};
use pm2_api::data::issues::{self, Issue, IssueOccurrence, SummaryPathAggregateBy as AggregateBy};
use pm2_api::types::ProcessRef;
use pm2_api::{Context, HandlerError, HandlerResult, JsonObject};
use serde_json::{Value, json};

use crate::handlers::filters::{matches_filter, paginate};
use crate::response::{documented_error, to_object};
use crate::service::{Caller, Service};
use crate::state::random::Random;
use crate::state::sample_data::time_series;

impl issues::IssuesServer<Caller> for Service {
    async fn delete(
        &self,
        context: Context<Caller>,
        id: String,
        identifier: String,
    ) -> HandlerResult<Vec<Value>, issues::DeleteError> {
        self.update_bucket(&context, &id, |bucket| match bucket.issues.remove(&identifier) {
            Some(issue) => Ok(vec![json!(issue)]),
            None => Err(HandlerError::new(issues::DeleteError::BadRequest, "there is no such issue")),
        })
    }

    async fn delete_all(
        &self,
        context: Context<Caller>,
        id: String,
        query: issues::DeleteAllQuery,
    ) -> HandlerResult<(), issues::DeleteAllError> {
        self.update_bucket(&context, &id, |bucket| {
            bucket.issues.retain(|_, issue| !occurred_on(issue, None, query.app_name.as_deref()));
            Ok(())
        })
    }

    async fn find_occurences(
        &self,
        context: Context<Caller>,
        id: String,
        body: issues::FindOccurencesBody,
    ) -> HandlerResult<Vec<IssueOccurrence>, issues::FindOccurencesError> {
        self.read_bucket(&context, &id, |bucket| {
            let mut occurrences = Vec::new();
            for (identifier, issue) in &bucket.issues {
                if matches_filter(identifier, body.identifier.as_deref()) {
                    let ids = occurrence_ids(identifier, issue).into_iter();
                    let ids = ids.filter(|id| matches_filter(id, body.occurrence_id.as_deref()));
                    occurrences.extend(ids.map(|id| {
                        let other = to_object(&json!({ "_id": id, "identifier": identifier }));
                        IssueOccurrence { other, ..issue.last.clone().unwrap_or_default() }
                    }));
                }
            }
            Ok(paginate(occurrences.into_iter(), None, body.limit, 10))
        })
    }

    async fn get_replay(
        &self,
        context: Context<Caller>,
        id: String,
        _uuid: String,
    ) -> HandlerResult<issues::GetReplayResponse, issues::GetReplayError> {
        // The sample data contains no recordings.
        self.read_bucket(&context, &id, |_| Ok(issues::GetReplayResponse::default()))
    }

    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        body: issues::ListBody,
    ) -> HandlerResult<Vec<Issue>, issues::ListError> {
        self.read_bucket(&context, &id, |bucket| {
            let matches = |issue: &&Issue| occurred_on(issue, body.server_name.as_deref(), body.app_name.as_deref());
            Ok(bucket.issues.values().filter(matches).cloned().collect())
        })
    }

    async fn list_occurences_for_identifier(
        &self,
        context: Context<Caller>,
        id: String,
        identifier: String,
        query: issues::ListOccurencesForIdentifierQuery,
    ) -> HandlerResult<Vec<String>, issues::ListOccurencesForIdentifierError> {
        self.read_bucket(&context, &id, |bucket| {
            let issue = bucket.issues.get(&identifier);
            let ids = issue.map(|issue| occurrence_ids(&identifier, issue)).unwrap_or_default();
            Ok(paginate(ids.into_iter(), query.from, None, 100))
        })
    }

    async fn retrieve_histogram(
        &self,
        context: Context<Caller>,
        id: String,
        body: issues::RetrieveHistogramBody,
    ) -> HandlerResult<Vec<Value>, issues::RetrieveHistogramError> {
        self.read_bucket(&context, &id, |bucket| {
            let matches = |(identifier, issue): (&String, &Issue)| {
                matches_filter(identifier, body.identifier.as_deref())
                    && occurred_on(issue, None, body.app_name.as_deref())
            };
            if !bucket.issues.iter().any(matches) {
                return Ok(Vec::new());
            }
            let points = time_series(&bucket.id, "issues").into_iter();
            Ok(points.map(|(at, value)| json!({ "key_as_string": at, "doc_count": value.floor() })).collect())
        })
    }

    async fn search(
        &self,
        context: Context<Caller>,
        id: String,
        body: issues::SearchBody,
    ) -> HandlerResult<Vec<JsonObject>, issues::SearchError> {
        self.read_bucket(&context, &id, |bucket| {
            let matches = |issue: &&Issue| {
                let message = issue.last.as_ref().and_then(|last| last.message.as_deref());
                message.is_some_and(|message| message.contains(&body.message))
            };
            Ok(bucket.issues.values().filter(matches).map(to_object).collect())
        })
    }

    async fn summary(
        &self,
        context: Context<Caller>,
        id: String,
        aggregate_by: AggregateBy,
    ) -> HandlerResult<Vec<Value>, issues::SummaryError> {
        self.read_bucket(&context, &id, |bucket| {
            let mut counts = BTreeMap::<String, i64>::new();
            for issue in bucket.issues.values() {
                let last = issue.last.clone().unwrap_or_default();
                let key = match &aggregate_by {
                    AggregateBy::Servers => last.server,
                    AggregateBy::Apps => last.app,
                    AggregateBy::Initiators => Some("nodejs".to_owned()),
                    AggregateBy::Sources => last.callsite,
                    AggregateBy::Other(_) => {
                        let message = "issues can be aggregated by `servers`, `apps`, `initiators` or `sources`";
                        return Err(documented_error(&[400], message));
                    }
                };
                *counts.entry(key.unwrap_or_default()).or_default() += issue.count.unwrap_or_default();
            }
            Ok(counts.into_iter().map(|(key, count)| json!({ "key": key, "count": count })).collect())
        })
    }
}

impl exceptions::ExceptionsServer<Caller> for Service {
    async fn delete(
        &self,
        context: Context<Caller>,
        id: String,
        body: exceptions::DeleteBody,
    ) -> HandlerResult<Vec<Exception>, exceptions::DeleteError> {
        self.update_bucket(&context, &id, |bucket| {
            if body == exceptions::DeleteBody::default() {
                let message = "the request must contain at least one filter";
                return Err(HandlerError::new(exceptions::DeleteError::BadRequest, message));
            }
            let mut deleted = Vec::new();
            bucket.issues.retain(|identifier, issue| {
                let matches = matches_filter(identifier, body.identifier.as_deref())
                    && occurred_on(issue, body.server_name.as_deref(), body.app_name.as_deref());
                deleted.extend(matches.then(|| exception(identifier, issue)));
                !matches
            });
            Ok(deleted)
        })
    }

    async fn delete_all(&self, context: Context<Caller>, id: String) -> HandlerResult<(), exceptions::DeleteAllError> {
        self.update_bucket(&context, &id, |bucket| {
            bucket.issues.clear();
            Ok(())
        })
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        body: exceptions::RetrieveBody,
    ) -> HandlerResult<Vec<Exception>, exceptions::RetrieveError> {
        self.read_bucket(&context, &id, |bucket| {
            let matches = |(_, issue): &(&String, &Issue)| {
                occurred_on(issue, body.server_name.as_deref(), body.app_name.as_deref())
            };
            Ok(bucket.issues.iter().filter(matches).map(|(identifier, issue)| exception(identifier, issue)).collect())
        })
    }

    async fn retrieve_summary(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<BTreeMap<String, BTreeMap<String, i64>>, exceptions::RetrieveSummaryError> {
        self.read_bucket(&context, &id, |bucket| {
            let mut summary = BTreeMap::<String, BTreeMap<String, i64>>::new();
            for issue in bucket.issues.values() {
                let last = issue.last.clone().unwrap_or_default();
                let apps = summary.entry(last.server.unwrap_or_default()).or_default();
                *apps.entry(last.app.unwrap_or_default()).or_default() += issue.count.unwrap_or_default();
            }
            Ok(summary)
        })
    }
}

/// Returns an issue as the older routes represent it.
fn exception(identifier: &str, issue: &Issue) -> Exception {
    let last = issue.last.clone().unwrap_or_default();
    let process = ProcessRef { server: last.server.clone(), name: last.app, ..Default::default() };
    Exception {
        identifier: Some(identifier.to_owned()),
        count: issue.count,
        at: last.at,
        infected_servers: Some(last.server.into_iter().collect()),
        data: Some(ExceptionData { message: last.message, callsite: last.callsite, ..Default::default() }),
        process: Some(process),
        ..Default::default()
    }
}

/// Returns the ids of the last ten occurrences of an issue, or of fewer if it counts fewer.
fn occurrence_ids(identifier: &str, issue: &Issue) -> Vec<String> {
    let mut random = Random::with_name(0, identifier);
    let count = usize::try_from(issue.count.unwrap_or_default()).unwrap_or_default();
    std::iter::repeat_with(|| random.id()).take(count.min(10)).collect()
}

/// Returns `true` if the last occurrence of an issue was on this server and in this application, where they are given.
fn occurred_on(issue: &Issue, server: Option<&str>, app: Option<&str>) -> bool {
    let Some(last) = &issue.last else { return server.is_none() && app.is_none() };
    matches_filter(last.server.as_deref().unwrap_or_default(), server)
        && matches_filter(last.app.as_deref().unwrap_or_default(), app)
}

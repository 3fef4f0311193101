//! Issues and their occurrences.

use pm2_api::data::issues::{self, Issue, SummaryPathAggregateBy as By};
use pm2_api::{Context, HandlerError, HandlerResult, JsonObject, Nothing};
use serde_json::{Value, json};

use super::super::things::fields;
use super::super::{Caller, Service, refuse};
use super::exceptions::is_of;
use super::{is_wanted, objects, page, series};

impl issues::IssuesServer<Caller> for Service {
    async fn delete(
        &self,
        context: Context<Caller>,
        id: String,
        identifier: String,
    ) -> HandlerResult<Vec<Value>, issues::DeleteError> {
        self.in_bucket(&context, &id, |bucket| match bucket.issues.remove(&identifier) {
            Some(issue) => Ok(vec![json!(issue)]),
            None => Err(HandlerError::new(issues::DeleteError::BadRequest, "there is no such issue")),
        })
    }

    async fn delete_all(
        &self,
        context: Context<Caller>,
        id: String,
        query: issues::DeleteAllQuery,
    ) -> HandlerResult<Nothing, issues::DeleteAllError> {
        self.in_bucket(&context, &id, |bucket| {
            bucket.issues.retain(|_, issue| !is_of(issue, None, query.app_name.as_deref()));
            Ok(Nothing)
        })
    }

    async fn find_occurences(
        &self,
        context: Context<Caller>,
        id: String,
        body: issues::FindOccurencesBody,
    ) -> HandlerResult<Vec<JsonObject>, issues::FindOccurencesError> {
        self.in_bucket(&context, &id, |bucket| {
            let wanted = |identifier: &str| is_wanted(identifier, body.identifier.as_deref());
            let found = bucket.issues.iter().filter(|(identifier, _)| wanted(identifier));
            let occurrences = found.flat_map(|(identifier, issue)| {
                let of_issue = occurrences(identifier, issue).into_iter();
                of_issue.map(move |id| json!({ "_id": id, "identifier": identifier, "occurrence": issue.last }))
            });
            let occurrences = occurrences.filter(|found| match (&body.occurrence_id, &found["_id"]) {
                (Some(wanted), id) => *id == json!(wanted),
                (None, _) => true,
            });
            Ok(page(objects(occurrences).into_iter(), None, body.limit.map(|limit| limit as i64), 10))
        })
    }

    async fn get_replay(
        &self,
        context: Context<Caller>,
        id: String,
        _uuid: String,
    ) -> HandlerResult<issues::GetReplayResponse, issues::GetReplayError> {
        // Nothing that is seeded has a recording.
        self.in_bucket(&context, &id, |_| Ok(issues::GetReplayResponse::default()))
    }

    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        body: issues::ListBody,
    ) -> HandlerResult<Vec<Issue>, issues::ListError> {
        self.in_bucket(&context, &id, |bucket| {
            let found = bucket.issues.values();
            let found = found.filter(|issue| is_of(issue, body.server_name.as_deref(), body.app_name.as_deref()));
            Ok(found.cloned().collect())
        })
    }

    async fn list_occurences_for_identifier(
        &self,
        context: Context<Caller>,
        id: String,
        identifier: String,
        query: issues::ListOccurencesForIdentifierQuery,
    ) -> HandlerResult<Vec<String>, issues::ListOccurencesForIdentifierError> {
        self.in_bucket(&context, &id, |bucket| {
            let issue = bucket.issues.get(&identifier);
            let all = issue.map(|issue| occurrences(&identifier, issue)).unwrap_or_default();
            Ok(page(all.into_iter(), query.from.map(|from| from as i64), None, 100))
        })
    }

    async fn retrieve_histogram(
        &self,
        context: Context<Caller>,
        id: String,
        body: issues::RetrieveHistogramBody,
    ) -> HandlerResult<Vec<Value>, issues::RetrieveHistogramError> {
        self.in_bucket(&context, &id, |bucket| {
            let found = bucket.issues.iter().filter(|(identifier, issue)| {
                is_wanted(identifier, body.identifier.as_deref()) && is_of(issue, None, body.app_name.as_deref())
            });
            let points = if found.count() == 0 { Vec::new() } else { series(&bucket.id, "issues") };
            Ok(points
                .into_iter()
                .map(|(at, value)| json!({ "key_as_string": at, "doc_count": value.floor() }))
                .collect())
        })
    }

    async fn search(
        &self,
        context: Context<Caller>,
        id: String,
        body: issues::SearchBody,
    ) -> HandlerResult<Vec<JsonObject>, issues::SearchError> {
        self.in_bucket(&context, &id, |bucket| {
            let says = |issue: &&Issue| {
                let message = issue.last.as_ref().and_then(|last| last.message.as_deref());
                message.is_some_and(|message| message.contains(&body.message))
            };
            Ok(bucket.issues.values().filter(says).map(fields).collect())
        })
    }

    async fn summary(
        &self,
        context: Context<Caller>,
        id: String,
        aggregate_by: By,
    ) -> HandlerResult<Vec<Value>, issues::SummaryError> {
        self.in_bucket(&context, &id, |bucket| {
            let mut counts = std::collections::BTreeMap::<String, i64>::new();
            for issue in bucket.issues.values() {
                let last = issue.last.clone().unwrap_or_default();
                let key = match &aggregate_by {
                    By::Servers => last.server,
                    By::Apps => last.app,
                    By::Initiators => Some("nodejs".to_owned()),
                    By::Sources => last.callsite,
                    By::Other(_) => {
                        return Err(refuse(&[400], "issues are counted by servers, apps, initiators or sources"));
                    }
                };
                *counts.entry(key.unwrap_or_default()).or_default() += issue.count.unwrap_or_default();
            }
            Ok(counts.into_iter().map(|(key, count)| json!({ "key": key, "count": count })).collect())
        })
    }
}

/// The ids of an issue's occurrences: as many as it counts, the ten latest.
fn occurrences(identifier: &str, issue: &Issue) -> Vec<String> {
    let mut ids = super::Ids::of(0, identifier);
    let count = usize::try_from(issue.count.unwrap_or_default()).unwrap_or_default();
    std::iter::repeat_with(|| ids.id()).take(count.min(10)).collect()
}

//! Transactions.

use std::collections::BTreeMap;

use pm2_api::data::transactions;
use pm2_api::{Context, HandlerResult, JsonObject};
use serde_json::{Value, json};

use super::super::ids::Ids;
use super::super::state::Bucket;
use super::super::{Caller, Service};
use super::{places, series};

/// By server and by application.
type Summary = BTreeMap<String, BTreeMap<String, JsonObject>>;

impl transactions::TransactionsServer<Caller> for Service {
    async fn delete(
        &self,
        context: Context<Caller>,
        id: String,
        query: transactions::DeleteQuery,
    ) -> HandlerResult<Summary, transactions::DeleteError> {
        self.in_bucket(&context, &id, |bucket| {
            let deleted = summary(bucket, query.server_name.as_deref(), query.app_name.as_deref());
            for (server, apps) in &deleted {
                bucket.without_transactions.extend(apps.keys().map(|app| (server.clone(), app.clone())));
            }
            Ok(deleted)
        })
    }

    async fn retrieve_histogram(
        &self,
        context: Context<Caller>,
        id: String,
        body: transactions::RetrieveHistogramBody,
    ) -> HandlerResult<Vec<Value>, transactions::RetrieveHistogramError> {
        self.in_bucket(&context, &id, |bucket| {
            let has_any = !summary(bucket, body.server_name.as_deref(), body.app_name.as_deref()).is_empty();
            let points = if has_any { series(&bucket.id, "transactions") } else { Vec::new() };
            Ok(points.into_iter().map(|(at, value)| json!([at, value])).collect())
        })
    }

    async fn retrieve_summary(
        &self,
        context: Context<Caller>,
        id: String,
        body: transactions::RetrieveSummaryBody,
    ) -> HandlerResult<Summary, transactions::RetrieveSummaryError> {
        self.in_bucket(&context, &id, |bucket| {
            Ok(summary(bucket, body.server_name.as_deref(), body.app_name.as_deref()))
        })
    }
}

/// The transactions that are left.
fn summary(bucket: &Bucket, server: Option<&str>, app: Option<&str>) -> Summary {
    let mut summary = Summary::new();
    for place in places(bucket, server, app) {
        let key = (place.server.to_owned(), place.app.to_owned());
        if !bucket.without_transactions.contains(&key) {
            let mut ids = Ids::of(0, &format!("{}/{}", place.server, place.app));
            let routes = json!([{ "path": "/orders", "meter": ids.between(0.1, 9.0), "mean": ids.between(1.0, 90.0) }]);
            let transactions = JsonObject::from_iter([("routes".to_owned(), routes)]);
            summary.entry(key.0).or_default().insert(key.1, transactions);
        }
    }
    summary
}

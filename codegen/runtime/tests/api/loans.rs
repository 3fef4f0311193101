//! Operations of `loans`, which only the server tests use: defaults, numbers in the query, an enum in the path and a
//! body that is an array of objects.

#[cfg(feature = "server")]
use std::sync::Arc;

#[cfg(feature = "server")]
use routegen_runtime::server::{BodyArg, Context, Endpoints, HandlerFuture, QueryArg, Routes};
use routegen_runtime::{Auth, JsonObject, Method, NoDocumentedError, Operation};
use serde::{Deserialize, Serialize};

use super::Service;

pub static HISTORY: Operation = Operation {
    api: &super::API,
    id: "loans.history",
    method: Method::GET,
    path: "/branches/{branch}/loans/{loan}/history",
    service: Service::Branch.id(),
    base_url_parameter: Some(0),
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: true,
    success: 200,
};
pub static SEARCH: Operation = Operation {
    api: &super::API,
    id: "loans.search",
    method: Method::POST,
    path: "/branches/{branch}/loans",
    service: Service::Branch.id(),
    base_url_parameter: Some(0),
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: true,
    success: 200,
};
pub static STATISTICS: Operation = Operation {
    api: &super::API,
    id: "loans.statistics",
    method: Method::POST,
    path: "/branches/{branch}/loans/statistics",
    service: Service::Branch.id(),
    base_url_parameter: Some(0),
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: true,
    success: 200,
};
pub static SUMMARY: Operation = Operation {
    api: &super::API,
    id: "loans.summary",
    method: Method::GET,
    path: "/branches/{branch}/loans/summary/{groupBy}",
    service: Service::Branch.id(),
    base_url_parameter: Some(0),
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: true,
    success: 200,
};

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct HistoryQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_after: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchBody {
    #[serde(default = "SearchBody::default_limit", skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
    #[serde(default = "SearchBody::default_offset", skip_serializing_if = "Option::is_none")]
    pub offset: Option<f64>,
    pub title: String,
}

impl SearchBody {
    pub fn new(title: impl Into<String>) -> Self {
        Self { limit: None, offset: None, title: title.into() }
    }

    fn default_limit() -> Option<f64> {
        Some(100.0)
    }

    fn default_offset() -> Option<f64> {
        Some(0.0)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatisticsBody {
    pub queries: Vec<StatisticsQuery>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StatisticsQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupBy {
    Books,
    Members,
    Other(String),
}

routegen_runtime::impl_string_enum!(request GroupBy { Books("books"), Members("members"); Other });

#[cfg(feature = "server")]
pub trait LoansServer<P: Send + 'static>: Send + Sync + 'static {
    fn history(
        &self,
        context: Context<P>,
        branch: String,
        loan: String,
        query: HistoryQuery,
    ) -> impl HandlerFuture<Vec<JsonObject>, NoDocumentedError> {
        context.not_implemented((branch, loan, query))
    }

    fn search(
        &self,
        context: Context<P>,
        branch: String,
        body: SearchBody,
    ) -> impl HandlerFuture<Vec<JsonObject>, NoDocumentedError> {
        context.not_implemented((branch, body))
    }

    fn statistics(
        &self,
        context: Context<P>,
        branch: String,
        body: StatisticsBody,
    ) -> impl HandlerFuture<Vec<JsonObject>, NoDocumentedError> {
        context.not_implemented((branch, body))
    }

    fn summary(
        &self,
        context: Context<P>,
        branch: String,
        group_by: GroupBy,
    ) -> impl HandlerFuture<JsonObject, NoDocumentedError> {
        context.not_implemented((branch, group_by))
    }
}

#[cfg(feature = "server")]
pub fn endpoints<P: Send + 'static, S: LoansServer<P>>(service: Arc<S>) -> Endpoints<P> {
    Routes::new(service)
        .json(&HISTORY, |service, call, (branch, loan, QueryArg(query))| async move {
            S::history(&service, call.required()?, branch, loan, query).await
        })
        .json(&SEARCH, |service, call, (branch, BodyArg(body))| async move {
            S::search(&service, call.required()?, branch, body).await
        })
        .json(&STATISTICS, |service, call, (branch, BodyArg(body))| async move {
            S::statistics(&service, call.required()?, branch, body).await
        })
        .json(&SUMMARY, |service, call, (branch, group_by)| async move {
            S::summary(&service, call.required()?, branch, group_by).await
        })
        .into_endpoints()
}

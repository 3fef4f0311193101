//! Operations of `branches`: base URL discovery, and a file that also takes its token from the query.

#[cfg(feature = "server")]
use std::sync::Arc;

#[cfg(feature = "client")]
use routegen_runtime::client::{Call, Client};
#[cfg(feature = "server")]
use routegen_runtime::server::{Context, Endpoints, HandlerFuture, Routes};
use routegen_runtime::{Auth, Download, JsonObject, Method, NoDocumentedError, Operation};
use serde::{Deserialize, Serialize};

use super::Service;

pub static DOWNLOAD: Operation = Operation {
    api: &super::API,
    id: "branches.download",
    method: Method::GET,
    path: "/branches/{branch}/scans/{file}",
    service: Service::Branch.id(),
    base_url_parameter: Some(0),
    auth: Auth::Required,
    token_in_query: true,
    is_idempotent: true,
    success: 200,
};
pub static FIND: Operation = Operation {
    api: &super::API,
    id: "branches.find",
    method: Method::GET,
    path: "/branches/{branch}",
    service: Service::Main.id(),
    base_url_parameter: None,
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: true,
    success: 200,
};
pub static HOURS: Operation = Operation {
    api: &super::API,
    id: "branches.openingHours",
    method: Method::GET,
    path: "/branches/{branch}/hours",
    service: Service::Branch.id(),
    base_url_parameter: Some(0),
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: true,
    success: 200,
};

#[cfg(feature = "client")]
pub struct BranchesClient<'a>(pub(super) &'a Client);

#[cfg(feature = "client")]
impl BranchesClient<'_> {
    pub fn download(&self, branch: &str, file: &str) -> Call<Download, DownloadError> {
        self.0.request(&DOWNLOAD).path(branch).path(file).call()
    }

    pub fn hours(&self, branch: &str) -> Call<Hours, NoDocumentedError> {
        self.0.request(&HOURS).path(branch).call()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DownloadError {
    InternalServerError,
}

routegen_runtime::impl_route_error!(DownloadError { InternalServerError(500, "the documented error 500") });

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Hours {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<String>,
    #[serde(flatten)]
    pub other: JsonObject,
}

#[cfg(feature = "server")]
pub trait BranchesServer<P: Send + 'static>: Send + Sync + 'static {
    fn download(
        &self,
        context: Context<P>,
        branch: String,
        file: String,
    ) -> impl HandlerFuture<Download, DownloadError> {
        context.not_implemented((branch, file))
    }

    fn find(&self, context: Context<P>, branch: String) -> impl HandlerFuture<JsonObject, NoDocumentedError> {
        context.not_implemented(branch)
    }

    fn hours(&self, context: Context<P>, branch: String) -> impl HandlerFuture<Hours, NoDocumentedError> {
        context.not_implemented(branch)
    }
}

#[cfg(feature = "server")]
pub fn endpoints<P: Send + 'static, S: BranchesServer<P>>(service: Arc<S>) -> Endpoints<P> {
    Routes::new(service)
        .file(&DOWNLOAD, |service, call, (branch, file)| async move {
            S::download(&service, call.required()?, branch, file).await
        })
        .json(&FIND, |service, call, (branch,)| async move { S::find(&service, call.required()?, branch).await })
        .json(&HOURS, |service, call, (branch,)| async move { S::hours(&service, call.required()?, branch).await })
        .into_endpoints()
}

//!
use pm2_api::data::profiling;
use pm2_api::{Context, Download, JsonObject, Nothing, Reply};
use serde_json::Value;

use super::super::{Caller, Mock, empty};

impl profiling::ProfilingServer<Caller> for Mock {
    async fn delete(
        &self,
        context: Context<Caller>,
        id: String,
        _filename: String,
    ) -> Reply<Nothing, profiling::DeleteError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn download(
        &self,
        context: Context<Caller>,
        id: String,
        _filename: String,
    ) -> Reply<Download, profiling::DownloadError> {
        self.in_bucket(&context, &id, |_| Ok(Download::new(Vec::new())))
    }

    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        _body: profiling::ListBody,
    ) -> Reply<profiling::ProfilingList, profiling::ListError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        _filename: String,
    ) -> Reply<profiling::Profiling, profiling::RetrieveError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}

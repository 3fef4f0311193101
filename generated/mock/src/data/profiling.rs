//! Profiles and heap dumps.

use pm2_api::data::profiling::{self, Profiling, ProfilingList, ProfilingListData};
use pm2_api::{Context, Download, HandlerError, HandlerResult, Nothing, RouteError};
use serde_json::json;

use super::super::state::Bucket;
use super::super::things::fields;
use super::super::{Caller, Service, refuse};
use super::{is_among, is_wanted, page};

impl profiling::ProfilingServer<Caller> for Service {
    async fn delete(
        &self,
        context: Context<Caller>,
        id: String,
        filename: String,
    ) -> HandlerResult<Nothing, profiling::DeleteError> {
        self.in_bucket(&context, &id, |bucket| {
            find::<profiling::DeleteError>(bucket, &filename)?;
            bucket.profilings.retain(|known| known.filename.as_deref() != Some(&filename));
            Ok(Nothing)
        })
    }

    async fn download(
        &self,
        context: Context<Caller>,
        id: String,
        filename: String,
    ) -> HandlerResult<Download, profiling::DownloadError> {
        self.in_bucket(&context, &id, |bucket| {
            let found = find::<profiling::DownloadError>(bucket, &filename)?;
            // A CPU profile without a sample, as the tools that show it take it.
            let profile =
                json!({ "nodes": [], "startTime": 0, "endTime": found.duration, "samples": [], "timeDeltas": [] });
            Ok(Download::new(profile.to_string()))
        })
    }

    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        body: profiling::ListBody,
    ) -> HandlerResult<ProfilingList, profiling::ListError> {
        self.in_bucket(&context, &id, |bucket| {
            let is_listed = |known: &&ProfilingListData| {
                let process = known.process.clone().unwrap_or_default();
                is_wanted(known.r#type.as_deref().unwrap_or_default(), body.r#type.as_deref())
                    && is_among(process.server.as_deref().unwrap_or_default(), body.servers.as_deref())
                    && is_among(process.name.as_deref().unwrap_or_default(), body.apps.as_deref())
            };
            let listed = bucket.profilings.iter().filter(is_listed).cloned();
            Ok(ProfilingList { data: Some(page(listed, body.from, body.size, 20)), ..Default::default() })
        })
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        filename: String,
    ) -> HandlerResult<Profiling, profiling::RetrieveError> {
        self.in_bucket(&context, &id, |bucket| {
            let found = find::<profiling::RetrieveError>(bucket, &filename)?;
            let mut other = fields(found);
            other.retain(|name, _| name != "filename" && name != "type");
            Ok(Profiling { filename: found.filename.clone(), r#type: found.r#type.clone(), other })
        })
    }
}

fn find<'b, E: RouteError>(bucket: &'b Bucket, filename: &str) -> Result<&'b ProfilingListData, HandlerError<E>> {
    let found = bucket.profilings.iter().find(|known| known.filename.as_deref() == Some(filename));
    found.ok_or_else(|| refuse(&[404, 400], "there is no such file"))
}

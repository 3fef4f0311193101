//! CPU profiles, heap profiles and heap dumps.

use pm2_api::data::profiling::{self, Profiling, ProfilingList};
use pm2_api::{Context, Download, HandlerError, HandlerResult, RouteError};
use serde_json::json;

use crate::handlers::filters::{matches_any, matches_filter, paginate};
use crate::response::documented_error;
use crate::service::{Caller, Service};
use crate::state::bucket::Bucket;

impl profiling::ProfilingServer<Caller> for Service {
    async fn delete(
        &self,
        context: Context<Caller>,
        id: String,
        filename: String,
    ) -> HandlerResult<(), profiling::DeleteError> {
        self.update_bucket(&context, &id, |bucket| {
            find(bucket, &filename)?;
            bucket.profiles.retain(|profile| profile.filename.as_deref() != Some(&filename));
            Ok(())
        })
    }

    async fn download(
        &self,
        context: Context<Caller>,
        id: String,
        filename: String,
    ) -> HandlerResult<Download, profiling::DownloadError> {
        self.read_bucket(&context, &id, |bucket| {
            let duration = find(bucket, &filename)?.duration;
            // A CPU profile without samples, in the format of Chrome's developer tools.
            let file = json!({ "nodes": [], "startTime": 0, "endTime": duration, "samples": [], "timeDeltas": [] });
            Ok(Download::new(file.to_string()))
        })
    }

    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        body: profiling::ListBody,
    ) -> HandlerResult<ProfilingList, profiling::ListError> {
        self.read_bucket(&context, &id, |bucket| {
            let matches = |profile: &&Profiling| {
                let process = profile.process.clone().unwrap_or_default();
                matches_filter(profile.r#type.as_deref().unwrap_or_default(), body.r#type.as_deref())
                    && matches_any(process.server.as_deref().unwrap_or_default(), body.servers.as_deref())
                    && matches_any(process.name.as_deref().unwrap_or_default(), body.apps.as_deref())
            };
            let profiles = bucket.profiles.iter().filter(matches).cloned();
            Ok(ProfilingList { data: Some(paginate(profiles, body.from, body.size, 20)), ..Default::default() })
        })
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        filename: String,
    ) -> HandlerResult<Profiling, profiling::RetrieveError> {
        self.read_bucket(&context, &id, |bucket| find(bucket, &filename).cloned())
    }
}

fn find<'b, E: RouteError>(bucket: &'b Bucket, filename: &str) -> Result<&'b Profiling, HandlerError<E>> {
    let profile = bucket.profiles.iter().find(|profile| profile.filename.as_deref() == Some(filename));
    profile.ok_or_else(|| documented_error(&[404, 400], "there is no such file"))
}

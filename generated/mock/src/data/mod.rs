//! What servers have reported: kept where it can be deleted, otherwise made up from the names of what is asked for.

use pm2_api::JsonObject;
use serde_json::Value;

use super::ids::Ids;
use super::seed::time;
use super::state::Bucket;

mod dependencies;
mod events;
mod exceptions;
mod issues;
mod logs;
mod metrics;
mod notifications;
mod outliers;
mod processes;
mod profiling;
mod status;
mod traces;
mod transactions;

/// A process on a server.
pub struct Place<'b> {
    server: &'b str,
    app: &'b str,
    pm_id: i64,
}

/// The processes of a bucket; of one server or of one name alone, where that is wanted.
pub fn places<'b>(bucket: &'b Bucket, server: Option<&str>, app: Option<&str>) -> Vec<Place<'b>> {
    let mut places = Vec::new();
    for status in &bucket.servers {
        let on_server = status.server_name.as_deref().unwrap_or_default();
        let processes = status.data.iter().flat_map(|data| data.process.iter().flatten());
        for process in processes {
            let (app, pm_id) = (process.name.as_deref().unwrap_or_default(), process.pm_id.unwrap_or_default());
            places.push(Place { server: on_server, app, pm_id });
        }
    }
    places.retain(|place| is_wanted(place.server, server) && is_wanted(place.app, app));
    places
}

/// True where anything is wanted, or just this.
fn is_wanted(name: &str, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| wanted == name)
}

/// True where anything is wanted, or this among others.
fn is_among(name: &str, wanted: Option<&[String]>) -> bool {
    wanted.is_none_or(|wanted| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name))
}

/// An hour of a metric, minute by minute: time and value.
pub fn series(of: &str, metric: &str) -> Vec<(String, f64)> {
    let mut ids = Ids::of(60, &format!("{of}/{metric}"));
    let level = ids.between(20.0, 200.0);
    (0..60).map(|minute| (time(minute).to_string(), ids.between(0.8 * level, 1.2 * level))).collect()
}

/// The entries from one on, as many as are wanted.
fn page<T>(all: impl Iterator<Item = T>, from: Option<i64>, size: Option<i64>, usual: usize) -> Vec<T> {
    let number = |given: Option<i64>, usual| given.and_then(|given| usize::try_from(given).ok()).unwrap_or(usual);
    all.skip(number(from, 0)).take(number(size, usual)).collect()
}

fn objects(values: impl IntoIterator<Item = Value>) -> Vec<JsonObject> {
    values.into_iter().filter_map(|value| value.as_object().cloned()).collect()
}

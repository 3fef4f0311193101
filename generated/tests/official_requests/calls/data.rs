//! The operations on the data that servers report.

use super::{Entry, send};

pub const CALLS: &[Entry] = &[
    ("data.dependencies.retrieve", |c, a| send(c.data().dependencies().retrieve(a.at(0)?, &a.at(1)?))),
    ("data.events.retrieve", |c, a| send(c.data().events().retrieve(a.at(0)?, &a.at(1)?))),
    ("data.events.retrieveMetadatas", |c, a| send(c.data().events().retrieve_metadatas(a.at(0)?))),
    ("data.events.retrieveHistogram", |c, a| send(c.data().events().retrieve_histogram(a.at(0)?, &a.at(1)?))),
    ("data.events.deleteAll", |c, a| send(c.data().events().delete_all(a.at(0)?))),
    ("data.exceptions.retrieve", |c, a| send(c.data().exceptions().retrieve(a.at(0)?, &a.at(1)?))),
    ("data.exceptions.retrieveSummary", |c, a| send(c.data().exceptions().retrieve_summary(a.at(0)?))),
    ("data.exceptions.deleteAll", |c, a| send(c.data().exceptions().delete_all(a.at(0)?))),
    ("data.exceptions.delete", |c, a| send(c.data().exceptions().delete(a.at(0)?, &a.at(1)?))),
    ("data.issues.list", |c, a| send(c.data().issues().list(a.at(0)?, &a.at(1)?))),
    ("data.issues.listOccurencesForIdentifier", |c, a| {
        send(c.data().issues().list_occurences_for_identifier(
            a.at(0)?,
            a.at(1)?,
            &a.query(2, &["from", "search_after"])?,
        ))
    }),
    ("data.issues.getReplay", |c, a| send(c.data().issues().get_replay(a.at(0)?, a.at(1)?))),
    ("data.issues.retrieveHistogram", |c, a| send(c.data().issues().retrieve_histogram(a.at(0)?, &a.at(1)?))),
    ("data.issues.findOccurences", |c, a| send(c.data().issues().find_occurences(a.at(0)?, &a.at(1)?))),
    ("data.issues.search", |c, a| send(c.data().issues().search(a.at(0)?, &a.at(1)?))),
    ("data.issues.summary", |c, a| send(c.data().issues().summary(a.at(0)?, &a.at(1)?))),
    ("data.issues.deleteAll", |c, a| send(c.data().issues().delete_all(a.at(0)?, &a.query(1, &["app_name"])?))),
    ("data.issues.delete", |c, a| send(c.data().issues().delete(a.at(0)?, a.at(1)?))),
    ("data.logs.retrieve", |c, a| send(c.data().logs().retrieve(a.at(0)?, &a.at(1)?))),
    ("data.logs.retrieveHistogram", |c, a| send(c.data().logs().retrieve_histogram(a.at(0)?, &a.at(1)?))),
    ("data.metrics.retrieveAggregations", |c, a| send(c.data().metrics().retrieve_aggregations(a.at(0)?, &a.at(1)?))),
    ("data.metrics.retrieveHistogram", |c, a| send(c.data().metrics().retrieve_histogram(a.at(0)?, &a.at(1)?))),
    ("data.metrics.retrieveList", |c, a| send(c.data().metrics().retrieve_list(a.at(0)?, &a.at(1)?))),
    ("data.metrics.retrieveMetadatas", |c, a| send(c.data().metrics().retrieve_metadatas(a.at(0)?, &a.at(1)?))),
    ("data.notifications.list", |c, a| send(c.data().notifications().list(a.at(0)?, &a.at(1)?))),
    ("data.notifications.retrieve", |c, a| send(c.data().notifications().retrieve(a.at(0)?, a.at(1)?))),
    ("data.outliers.retrieve", |c, a| send(c.data().outliers().retrieve(a.at(0)?, &a.at(1)?))),
    ("data.processes.retrieveEvents", |c, a| send(c.data().processes().retrieve_events(a.at(0)?, &a.at(1)?))),
    ("data.processes.retrieveDeployments", |c, a| send(c.data().processes().retrieve_deployments(a.at(0)?, &a.at(1)?))),
    ("data.profiling.retrieve", |c, a| send(c.data().profiling().retrieve(a.at(0)?, a.at(1)?))),
    ("data.profiling.download", |c, a| send(c.data().profiling().download(a.at(0)?, a.at(1)?))),
    ("data.profiling.list", |c, a| send(c.data().profiling().list(a.at(0)?, &a.at(1)?))),
    ("data.profiling.delete", |c, a| send(c.data().profiling().delete(a.at(0)?, a.at(1)?))),
    ("data.status.retrieve", |c, a| send(c.data().status().retrieve(a.at(0)?))),
    ("data.status.retrieveBlacklisted", |c, a| send(c.data().status().retrieve_blacklisted(a.at(0)?))),
    ("data.traces.list", |c, a| send(c.data().traces().list(a.at(0)?, &a.at(1)?))),
    ("data.traces.retrieve", |c, a| send(c.data().traces().retrieve(a.at(0)?, a.at(1)?))),
    ("data.traces.getServices", |c, a| send(c.data().traces().get_services(a.at(0)?))),
    ("data.traces.getTags", |c, a| send(c.data().traces().get_tags(a.at(0)?))),
    ("data.traces.getHistogramByTag", |c, a| send(c.data().traces().get_histogram_by_tag(a.at(0)?, &a.at(1)?))),
    ("data.traces.getTagsValue", |c, a| send(c.data().traces().get_tags_value(a.at(0)?, &a.at(1)?))),
    ("data.traces.getDurationAvg", |c, a| send(c.data().traces().get_duration_avg(a.at(0)?, &a.at(1)?))),
    ("data.transactions.retrieveHistogram", |c, a| {
        send(c.data().transactions().retrieve_histogram(a.at(0)?, &a.at(1)?))
    }),
    ("data.transactions.retrieveSummary", |c, a| send(c.data().transactions().retrieve_summary(a.at(0)?, &a.at(1)?))),
    ("data.transactions.delete", |c, a| {
        send(c.data().transactions().delete(a.at(0)?, &a.query(1, &["app_name", "server_name"])?))
    }),
];

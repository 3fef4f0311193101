//! Captures what a `tracing` subscriber receives: spans with their fields, and the text of spans, events and log records.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// A span with all fields that were recorded.
#[derive(Debug, Clone, Default)]
pub struct CapturedSpan {
    pub target: String,
    pub fields: BTreeMap<String, String>,
    /// The index of the parent span.
    pub parent: Option<usize>,
}

/// Everything that was received since [`Capture::start`].
#[derive(Clone, Default)]
pub struct Capture(Arc<Mutex<Received>>);

#[derive(Default)]
struct Received {
    spans: Vec<CapturedSpan>,
    text: String,
}

/// The index of a span in [`Received::spans`]. The registry reuses its own ids.
struct Index(usize);

impl Capture {
    /// Captures everything that this thread reports, at the most verbose level, until the guard is dropped.
    pub fn start() -> (Self, tracing::subscriber::DefaultGuard) {
        // Some dependencies use the `log` crate, whose logger can be set once per process.
        let _ = tracing_log::LogTracer::init();
        // Without a global subscriber, an event is disabled for the whole process if a thread without a subscriber is the
        // first one to report it. Only the first call can set it.
        let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry());
        let capture = Self::default();
        let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(capture.clone()));
        (capture, guard)
    }

    pub fn spans(&self) -> Vec<CapturedSpan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).spans.clone()
    }

    /// Returns the only span of that operation.
    pub fn span(&self, operation: &str) -> CapturedSpan {
        let spans = self.spans();
        let mut found = spans.iter().filter(|span| span.fields.get("operation").is_some_and(|name| name == operation));
        match (found.next(), found.next()) {
            (Some(span), None) => span.clone(),
            _ => panic!("not one span of `{operation}`: {spans:#?}"),
        }
    }

    pub fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).text.clone()
    }

    fn record(&self, index: Option<usize>, label: &str, record: impl FnOnce(&mut Fields)) {
        let mut fields = Fields::default();
        record(&mut fields);
        let mut received = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(received.text, "{label} {:?}", fields.0).expect("a string accepts all text");
        if let Some(span) = index.and_then(|index| received.spans.get_mut(index)) {
            span.fields.extend(fields.0);
        }
    }
}

#[derive(Default)]
struct Fields(BTreeMap<String, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Capture {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).expect("a span of the registry");
        let parent = span.parent().and_then(|parent| parent.extensions().get::<Index>().map(|index| index.0));
        let index = {
            let mut received = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let target = attributes.metadata().target().to_owned();
            received.spans.push(CapturedSpan { target, parent, ..CapturedSpan::default() });
            received.spans.len() - 1
        };
        span.extensions_mut().insert(Index(index));
        self.record(Some(index), attributes.metadata().name(), |fields| attributes.record(fields));
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).expect("a span of the registry");
        let index = span.extensions().get::<Index>().map(|index| index.0);
        self.record(index, "record", |fields| record.record(fields));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.record(None, event.metadata().target(), |fields| event.record(fields));
    }
}

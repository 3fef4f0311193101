//! What a subscriber is told: every span with its fields, and all text of spans, events and log records.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// A span as it was when it was last heard of.
#[derive(Debug, Clone, Default)]
pub struct SeenSpan {
    pub target: String,
    pub fields: BTreeMap<String, String>,
    /// The place of the span that it belongs to.
    pub parent: Option<usize>,
}

/// Everything that was told since [`Capture::start`].
#[derive(Clone, Default)]
pub struct Capture(Arc<Mutex<Told>>);

#[derive(Default)]
struct Told {
    spans: Vec<SeenSpan>,
    text: String,
}

/// The place of a span in [`Told::spans`]; the registry uses ids again.
struct Place(usize);

impl Capture {
    /// Listens to all that this thread does, at the finest level, for as long as the guard lives.
    pub fn start() -> (Self, tracing::subscriber::DefaultGuard) {
        // Dependencies that use `log`; it can be set once in a process.
        let _ = tracing_log::LogTracer::init();
        let capture = Self::default();
        let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(capture.clone()));
        (capture, guard)
    }

    pub fn spans(&self) -> Vec<SeenSpan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).spans.clone()
    }

    /// The one span of that operation.
    pub fn span(&self, operation: &str) -> SeenSpan {
        let is_its = |span: &&SeenSpan| span.fields.get("operation").is_some_and(|name| name == operation);
        let spans = self.spans();
        let found: Vec<_> = spans.iter().filter(is_its).collect();
        assert_eq!(found.len(), 1, "{operation}: {spans:#?}");
        found[0].clone()
    }

    pub fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).text.clone()
    }

    fn tell(&self, place: Option<usize>, what: &str, record: impl FnOnce(&mut Fields)) {
        let mut fields = Fields::default();
        record(&mut fields);
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(told.text, "{what} {:?}", fields.0).expect("a text takes everything");
        if let Some(span) = place.and_then(|place| told.spans.get_mut(place)) {
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
        let parent = span.parent().and_then(|parent| parent.extensions().get::<Place>().map(|place| place.0));
        let place = {
            let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let target = attributes.metadata().target().to_owned();
            told.spans.push(SeenSpan { target, parent, ..SeenSpan::default() });
            told.spans.len() - 1
        };
        span.extensions_mut().insert(Place(place));
        self.tell(Some(place), attributes.metadata().name(), |fields| attributes.record(fields));
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).expect("a span of the registry");
        let place = span.extensions().get::<Place>().map(|place| place.0);
        self.tell(place, "record", |fields| record.record(fields));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.tell(None, event.metadata().target(), |fields| event.record(fields));
    }
}

//! One run of a task at a time, however many wait for what comes of it.

use std::future::Future;

use tokio::sync::watch;
use tracing::Instrument;

/// A task under way. It runs to its end even where nobody waits any more: a token that the service has handed out must
/// not be lost because a caller has given up.
pub(super) struct Flight<T>(watch::Receiver<Option<T>>);

impl<T> Clone for Flight<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Clone + Send + Sync + 'static> Flight<T> {
    pub(super) fn launch(task: impl Future<Output = T> + Send + 'static) -> Self {
        let (outcome, waiting) = watch::channel(None);
        let task = async move {
            outcome.send_replace(Some(task.await));
        };
        tokio::spawn(task.in_current_span());
        Self(waiting)
    }

    /// What came of it; nothing where it was stopped with the runtime that it ran on.
    pub(super) async fn landed(mut self) -> Option<T> {
        self.0.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone())
    }

    /// False where it is over, or was stopped.
    pub(super) fn is_under_way(&self) -> bool {
        self.0.has_changed().is_ok() && self.0.borrow().is_none()
    }
}

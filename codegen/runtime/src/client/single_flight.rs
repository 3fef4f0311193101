//! Runs a task once for all callers that wait for its result.

use std::future::Future;

use tokio::sync::watch;
use tracing::Instrument;

/// A handle to a spawned task. Clones wait for the same result.
///
/// The task completes even if no caller waits for it anymore. Otherwise a token that the service has issued could be lost
/// when a call is dropped.
pub(super) struct SingleFlight<T>(watch::Receiver<Option<T>>);

impl<T> Clone for SingleFlight<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Clone + Send + Sync + 'static> SingleFlight<T> {
    pub(super) fn spawn(task: impl Future<Output = T> + Send + 'static) -> Self {
        let (sender, receiver) = watch::channel(None);
        let task = async move {
            sender.send_replace(Some(task.await));
        };
        tokio::spawn(task.in_current_span());
        Self(receiver)
    }

    /// Waits for the result. Returns `None` if the task was stopped together with its runtime.
    pub(super) async fn join(mut self) -> Option<T> {
        self.0.wait_for(Option::is_some).await.ok().and_then(|result| result.clone())
    }

    /// Returns `false` if the task has finished or was stopped.
    pub(super) fn is_running(&self) -> bool {
        self.0.has_changed().is_ok() && self.0.borrow().is_none()
    }
}

//! The body of an answer of which the documentation says nothing.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

/// No body that is documented. What the service sent all the same is in [`Response::json`](crate::Response::json).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Nothing;

impl<'de> Deserialize<'de> for Nothing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

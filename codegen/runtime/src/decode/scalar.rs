//! Decodes scalars that are encoded in another way than in plain JSON.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, MapAccess, Visitor};
use serde_json::Number;

use super::error::{Reason, ValueError};
#[cfg(feature = "server")]
use super::state::Encoding;
use super::state::{Expected, State};
use crate::JsonType;

/// Visits a number that is encoded as a map. The feature `arbitrary_precision` of serde_json does that, and any crate of a
/// program can enable it. Without that feature, a map is never a number.
pub(super) fn visit_number<'de, V: Visitor<'de>>(
    visitor: V,
    entries: impl MapAccess<'de, Error = ValueError>,
) -> Result<V::Value, ValueError> {
    let Ok(number) = Number::deserialize(MapAccessDeserializer::new(entries)) else {
        return Err(ValueError::Mismatch(Reason::Type(JsonType::Object)));
    };
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(number), _, _) => visitor.visit_i64(number),
        (None, Some(number), _) => visitor.visit_u64(number),
        (None, None, Some(number)) => visitor.visit_f64(number),
        (None, None, None) => Err(ValueError::Mismatch(Reason::OutOfRange)),
    }
}

/// Visits a string.
#[cfg(not(feature = "server"))]
pub(super) fn visit_str<'de, V: Visitor<'de>>(
    visitor: V,
    value: &str,
    _: Expected,
    _: bool,
    _: &State,
) -> Result<V::Value, ValueError> {
    visitor.visit_str(value)
}

/// Visits a string, or a scalar that is encoded as a string. An empty string counts as absent if a boolean or a number is
/// expected and optional.
#[cfg(feature = "server")]
pub(super) fn visit_str<'de, V: Visitor<'de>>(
    visitor: V,
    value: &str,
    expected: Expected,
    is_optional: bool,
    state: &State,
) -> Result<V::Value, ValueError> {
    if state.encoding == Encoding::Json {
        return visitor.visit_str(value);
    }
    let is_absent = is_optional && value.is_empty();
    let mismatch = Err(ValueError::Mismatch(Reason::Type(JsonType::String)));
    match expected {
        Expected::Boolean => match value.parse() {
            Ok(parsed) => visitor.visit_bool(parsed),
            Err(_) if is_absent => visitor.visit_bool(false),
            Err(_) => mismatch,
        },
        Expected::Integer => match value.parse() {
            Ok(parsed) => visitor.visit_i64(parsed),
            Err(_) if is_absent => visitor.visit_i64(0),
            Err(_) => mismatch,
        },
        Expected::Number => match value.parse() {
            Ok(parsed) => visitor.visit_f64(parsed),
            Err(_) if is_absent => visitor.visit_f64(0.0),
            Err(_) => mismatch,
        },
        Expected::String | Expected::Array | Expected::Map | Expected::Struct(_) => visitor.visit_str(value),
    }
}

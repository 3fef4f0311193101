//! Scalars that are not what they are in plain JSON.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, MapAccess, Visitor};
use serde_json::Number;

use super::error::{Reason, Stop};
#[cfg(feature = "server")]
use super::state::Expected;
use crate::JsonType;

/// Visits a number that comes as a map, as it does with the feature `arbitrary_precision` of serde_json, which any crate of a
/// program can turn on. Without that feature a map is never a number.
pub(super) fn visit_number<'de, V: Visitor<'de>>(
    visitor: V,
    entries: impl MapAccess<'de, Error = Stop>,
) -> Result<V::Value, Stop> {
    let Ok(number) = Number::deserialize(MapAccessDeserializer::new(entries)) else {
        return Err(Stop::Mismatch(Reason::Type(JsonType::Object)));
    };
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(number), _, _) => visitor.visit_i64(number),
        (None, Some(number), _) => visitor.visit_u64(number),
        (None, None, Some(number)) => visitor.visit_f64(number),
        (None, None, None) => Err(Stop::Mismatch(Reason::OutOfRange)),
    }
}

/// Visits a scalar that is written as a string. An empty string counts as absent where a number is wanted, and as itself
/// where a string is.
#[cfg(feature = "server")]
pub(super) fn visit_text<'de, V: Visitor<'de>>(
    visitor: V,
    expected: Expected,
    text: &str,
    is_optional: bool,
) -> Result<V::Value, Stop> {
    let is_absent = is_optional && text.is_empty();
    let wrong = Err(Stop::Mismatch(Reason::Type(JsonType::String)));
    match expected {
        Expected::Boolean => match text.parse() {
            Ok(value) => visitor.visit_bool(value),
            Err(_) if is_absent => visitor.visit_bool(false),
            Err(_) => wrong,
        },
        Expected::Integer => match text.parse() {
            Ok(value) => visitor.visit_i64(value),
            Err(_) if is_absent => visitor.visit_i64(0),
            Err(_) => wrong,
        },
        Expected::Number => match text.parse() {
            Ok(value) => visitor.visit_f64(value),
            Err(_) if is_absent => visitor.visit_f64(0.0),
            Err(_) => wrong,
        },
        Expected::String | Expected::Array | Expected::Map | Expected::Struct(_) => visitor.visit_str(text),
    }
}

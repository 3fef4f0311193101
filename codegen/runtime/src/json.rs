//! Serializes values as JSON, with whole numbers as integers.

use std::cell::Cell;
use std::io;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// The largest number up to which every integer has its own `f64`: 2^53.
const MAX_EXACT_INTEGER: f64 = 9_007_199_254_740_992.0;

/// The maximum size of a buffer that a thread keeps, in bytes.
const MAX_RETAINED: usize = 64 * 1024;

thread_local! {
    /// A buffer that is reused, so that it does not grow step by step for every value.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Serializes a value.
///
/// # Errors
/// If the value cannot be serialized: a map has keys that are not strings, or the type's own code returns an error.
pub(crate) fn to_bytes(value: &(impl Serialize + ?Sized)) -> Result<Bytes, serde_json::Error> {
    // While a value serializes another one, or a thread ends, no buffer is available; a new one takes its place.
    let mut buffer = BUFFER.try_with(Cell::take).unwrap_or_default();
    buffer.clear();
    value.serialize(&mut Serializer::with_formatter(&mut buffer, WholeNumbers))?;
    if buffer.capacity() > MAX_RETAINED {
        return Ok(buffer.into());
    }
    let json = Bytes::copy_from_slice(&buffer);
    // A failure means that the thread ends, so that the buffer is not needed anymore.
    let _ = BUFFER.try_with(|retained| retained.set(buffer));
    Ok(json)
}

/// Writes `7.0` as `7`. JSON has one type of number, but services that are not written in JavaScript distinguish the two.
struct WholeNumbers;

impl Formatter for WholeNumbers {
    fn write_f64<W: io::Write + ?Sized>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        if value.fract() == 0.0 && value.abs() <= MAX_EXACT_INTEGER {
            #[allow(clippy::cast_possible_truncation, reason = "the value is whole and in the range of i64")]
            return self.write_i64(writer, value as i64);
        }
        serde_json::ser::CompactFormatter.write_f64(writer, value)
    }
}

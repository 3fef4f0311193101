//! Types into JSON, with whole numbers written as such.

use std::io;

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// Every whole number up to here, and none beyond, has one `f64` of its own.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// A value as JSON.
///
/// # Errors
/// Where it cannot be written: a map has keys that are no text, or a type's own code refuses.
pub(super) fn to_vec(value: &(impl Serialize + ?Sized)) -> Result<Vec<u8>, serde_json::Error> {
    let mut written = Vec::with_capacity(128);
    value.serialize(&mut Serializer::with_formatter(&mut written, WholeNumbers))?;
    Ok(written)
}

/// Writes `7.0` as `7`. JSON has one kind of number; services that are not written in JavaScript tell the two apart.
struct WholeNumbers;

impl Formatter for WholeNumbers {
    fn write_f64<W: io::Write + ?Sized>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        if value.fract() == 0.0 && value.abs() <= LARGEST_WHOLE {
            #[allow(clippy::cast_possible_truncation, reason = "it is whole and in the range of i64")]
            return self.write_i64(writer, value as i64);
        }
        serde_json::ser::CompactFormatter.write_f64(writer, value)
    }
}

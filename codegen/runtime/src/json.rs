//! Types into JSON, with whole numbers written as such.

use std::cell::Cell;
use std::io;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// Every whole number up to here, and none beyond, has one `f64` of its own.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// How many bytes a thread keeps for writing.
const KEPT: usize = 64 * 1024;

thread_local! {
    /// Room to write in, so that it is not asked for, piece after piece, for every value.
    static ROOM: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A value as JSON.
///
/// # Errors
/// Where it cannot be written: a map has keys that are no text, or a type's own code refuses.
pub(super) fn to_bytes(value: &(impl Serialize + ?Sized)) -> Result<Bytes, serde_json::Error> {
    // A value that writes another one while it is written, or a thread at its end, finds no room here and makes its own.
    let mut room = ROOM.try_with(Cell::take).unwrap_or_default();
    room.clear();
    value.serialize(&mut Serializer::with_formatter(&mut room, WholeNumbers))?;
    if room.capacity() > KEPT {
        return Ok(room.into());
    }
    let written = Bytes::copy_from_slice(&room);
    // Where it is not kept, the next value makes room again.
    let _ = ROOM.try_with(|kept| kept.set(room));
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

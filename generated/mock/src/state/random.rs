//! Reproducible IDs, tokens and sample values.

use pm2_api::{Secret, Timestamp};

/// A pseudo-random number generator (SplitMix64).
///
/// Its numbers, and the tokens made of them, are predictable. That is a feature of a mock server and unsuitable elsewhere.
#[derive(Clone, Default)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a generator whose numbers depend on a seed and a name.
    pub fn with_name(seed: u64, name: &str) -> Self {
        // FNV-1a
        let hash = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325 ^ seed, hash))
    }

    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number between `min` and `max`, rounded to two decimals.
    pub fn between(&mut self, min: f64, max: f64) -> f64 {
        let unit = (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        ((min + unit * (max - min)) * 100.0).round() / 100.0
    }

    /// Returns an id of 24 hexadecimal digits.
    pub fn id(&mut self) -> String {
        format!("{:016x}{:08x}", self.next_u64(), self.next_u64() >> 32)
    }

    /// Returns a token of 64 hexadecimal digits.
    pub fn token(&mut self) -> Secret {
        let words: [u64; 4] = std::array::from_fn(|_| self.next_u64());
        words.map(|word| format!("{word:016x}")).concat().into()
    }
}

/// Returns the time that is this many minutes after the start of 2026. Sample data does not depend on the current time.
pub fn sample_time(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + minutes * 60).unwrap_or_default()
}

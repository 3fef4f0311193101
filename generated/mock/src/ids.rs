//! Ids, tokens and sample values: all of them follow from a seed.

use pm2_api::Secret;

/// A source of numbers that look random and are the same for the same seed (SplitMix64). Its tokens are for a mock.
#[derive(Clone, Default)]
pub struct Ids(u64);

impl Ids {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A source of its own for what goes by a name.
    pub fn of(seed: u64, name: &str) -> Self {
        // FNV-1a
        let hash = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325 ^ seed, hash))
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `least` on and below `most`, with two decimals.
    pub fn between(&mut self, least: f64, most: f64) -> f64 {
        let unit = (self.number() >> 11) as f64 / (1_u64 << 53) as f64;
        ((least + unit * (most - least)) * 100.0).round() / 100.0
    }

    /// An id: 24 hexadecimal digits.
    pub fn id(&mut self) -> String {
        format!("{:016x}{:08x}", self.number(), self.number() >> 32)
    }

    /// A token: 64 hexadecimal digits.
    pub fn token(&mut self) -> Secret {
        let words: [u64; 4] = std::array::from_fn(|_| self.number());
        words.map(|word| format!("{word:016x}")).concat().into()
    }
}

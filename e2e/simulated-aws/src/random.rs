//! Deterministic identifiers and jitter: the same seed and the same calls give the same sequence.

use std::time::Duration;

/// Hashes a name with FNV-1a, for identifiers that a scenario does not spell out.
#[must_use]
pub fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Finalises a counter into well-mixed bits, the output function of `SplitMix64`.
const fn mix(state: u64) -> u64 {
    let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Sixteen hexadecimal digits derived from a name, as in the ARNs of load balancers and rules.
#[must_use]
pub fn hex16(name: &str) -> String {
    format!("{:016x}", mix(hash(name)))
}

/// The identifier of a task set, `ecs-svc/` and 19 digits, derived from a number.
#[must_use]
pub fn task_set_id(number: u64) -> String {
    const SMALLEST: u64 = 1_000_000_000_000_000_000;
    format!("ecs-svc/{}", SMALLEST + mix(number) % (8 * SMALLEST))
}

/// A seeded generator (`SplitMix64`).
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    /// A generator whose sequence depends on the seed alone.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// The next number in `0.0..1.0`.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit into an f64 exactly")]
    pub fn fraction(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Thirty-two hexadecimal digits, the identifier of a task.
    pub fn hex32(&mut self) -> String {
        format!("{:016x}{:016x}", self.bits(), self.bits())
    }

    /// A UUID-shaped identifier.
    pub fn uuid(&mut self) -> String {
        let hex = self.hex32();
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    /// `duration`, longer or shorter by at most the share `spread`.
    pub fn jitter(&mut self, duration: Duration, spread: f64) -> Duration {
        let factor = 1.0 + spread * (2.0 * self.fraction() - 1.0);
        duration.mul_f64(factor.max(0.0))
    }
}

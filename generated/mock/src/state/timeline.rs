//! Sample values that change over time.
//!
//! Each value depends on its name and its time only. A value of the past is therefore the same whenever it is read, and
//! equal times give equal values.

use std::f64::consts::TAU;

use pm2_api::Timestamp;

use super::random::Random;

/// How often the current value of a metric changes, in seconds.
const TICK: i64 = 5;
const MINUTE: i64 = 60;
/// The length of a time series, in minutes.
pub const SERIES_MINUTES: i64 = 60;

/// The sample values as they are at a certain time.
#[derive(Clone, Copy)]
pub struct Timeline {
    /// The current time in seconds.
    now: i64,
}

impl Timeline {
    pub fn at(now: Timestamp) -> Self {
        Self { now: now.as_second() }
    }

    pub fn now(self) -> Timestamp {
        timestamp(self.now)
    }

    /// Returns the time that is this many minutes after the start of the last hour.
    pub fn minute(self, minute: i64) -> Timestamp {
        timestamp(self.current_minute() + (minute + 1 - SERIES_MINUTES) * MINUTE)
    }

    fn current_minute(self) -> i64 {
        self.now - self.now.rem_euclid(MINUTE)
    }

    /// Returns the current value of a metric, about which it moves up and down.
    pub fn value(self, metric: &str, min: f64, max: f64) -> f64 {
        value_at(metric, self.now.div_euclid(TICK) * TICK, min, max)
    }

    /// Returns the last hour of a metric with a value per minute, oldest first.
    pub fn series(self, metric: &str) -> Vec<(String, f64)> {
        let point = |minute| {
            let at = self.minute(minute);
            (at.to_string(), value_at(metric, at.as_second(), 20.0, 200.0))
        };
        (0..SERIES_MINUTES).map(point).collect()
    }

    /// Returns the times at which a process was restarted within the last hour, oldest first.
    pub fn restarts(self, process: &str) -> Vec<Timestamp> {
        let mut random = Random::with_name(0, &format!("restarts of {process}"));
        let period = random.between(10.0, 25.0) as i64 * MINUTE;
        let last = self.now - (self.now + random.between(0.0, 600.0) as i64).rem_euclid(period);
        let count = SERIES_MINUTES * MINUTE / period;
        (0..count).rev().map(|number| timestamp(last - number * period)).collect()
    }
}

/// Returns a value that moves around a level between `min` and `max`: a slow wave and some noise.
fn value_at(metric: &str, second: i64, min: f64, max: f64) -> f64 {
    let mut random = Random::with_name(0, metric);
    let (level, period) = (random.between(min, max), random.between(600.0, 2400.0));
    let wave = 0.15 * (second as f64 / period * TAU).sin();
    let noise = Random::with_name(second as u64, metric).between(-0.05, 0.05);
    (level * (1.0 + wave + noise) * 100.0).round() / 100.0
}

fn timestamp(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(if second < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timeline {
        Timeline::at(timestamp(1_767_225_600 + second))
    }

    #[test]
    fn a_series_ends_now_and_keeps_its_past_values() {
        let (now, later) = (at(59).series("cpu"), at(10 * 60).series("cpu"));
        assert_eq!((now.len(), now[59].0.as_str()), (60, "2026-01-01T00:00:00Z"));
        assert_eq!(now[10..], later[..50]);
        assert_ne!(now, later);
        assert_ne!(at(0).series("memory"), at(0).series("cpu"));
        assert!(now.iter().all(|(_, value)| (15.0..=241.0).contains(value)), "{now:?}");
    }

    #[test]
    fn a_value_changes_every_five_seconds() {
        let value = |second| at(second).value("cpu", 10.0, 60.0);
        assert_eq!(value(0), value(4));
        assert_ne!(value(4), value(5));
    }

    #[test]
    fn restarts_move_into_the_past() {
        for process in ["api", "worker", "frontend", "x"] {
            let mut before = at(0).restarts(process);
            for second in 1..10_000 {
                let restarts = at(second).restarts(process);
                let (first, last) = (restarts[0].as_second(), restarts[restarts.len() - 1].as_second());
                let now = at(second).now;
                assert!(restarts.len() >= 2 && last <= now && first > now - 3600 && restarts.is_sorted());
                if restarts != before {
                    assert_eq!((restarts[restarts.len() - 2], last), (before[before.len() - 1], now));
                }
                before = restarts;
            }
        }
    }

    #[test]
    fn extreme_times_are_no_error() {
        for now in [Timestamp::MIN, Timestamp::MAX] {
            let timeline = Timeline::at(now);
            assert_eq!(timeline.series("cpu").len(), 60);
            assert!(timeline.value("cpu", 0.0, 1.0).is_finite() && timeline.restarts("api").len() >= 2);
        }
    }
}

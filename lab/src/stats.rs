//! What is made of the measured times: percentiles over all of them, and ratios round by round.
//!
//! Two programs are compared within a round, where they met the same machine; the spread of the
//! ratios over the rounds says how much of a difference can be believed.

use std::time::Duration;

use hdrhistogram::Histogram;

/// The longest time that is told from longer ones, in nanoseconds: a minute.
const LONGEST: u64 = 60_000_000_000;

/// The times of one contender.
#[derive(Debug)]
pub(crate) struct Samples {
    all: Histogram<u64>,
    round: Histogram<u64>,
    /// The P50 of each finished round, in nanoseconds.
    medians: Vec<f64>,
}

impl Default for Samples {
    fn default() -> Self {
        // With bounds: a histogram that grows would not grow for a saturating record.
        let empty = || Histogram::new_with_bounds(1, LONGEST, 3).expect("valid bounds");
        Samples {
            all: empty(),
            round: empty(),
            medians: Vec::new(),
        }
    }
}

impl Samples {
    /// Adds one time.
    pub(crate) fn record(&mut self, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.all.saturating_record(nanos);
        self.round.saturating_record(nanos);
    }

    /// Ends a round.
    pub(crate) fn end_round(&mut self) {
        if !self.round.is_empty() {
            self.medians.push(self.round.value_at_quantile(0.5) as f64);
            self.round.reset();
        }
    }

    /// How many times there are.
    pub(crate) fn len(&self) -> u64 {
        self.all.len()
    }

    /// The P50 of each round, in microseconds.
    pub(crate) fn medians(&self) -> Vec<f64> {
        self.medians.iter().map(|nanos| nanos / 1e3).collect()
    }

    /// The time below which `quantile` of them are, in microseconds.
    pub(crate) fn at(&self, quantile: f64) -> f64 {
        self.all.value_at_quantile(quantile) as f64 / 1e3
    }

    /// How many times there are in each of `count` buckets between `low` and `high`
    /// microseconds, on a logarithmic scale.
    pub(crate) fn buckets(&self, low: f64, high: f64, count: usize) -> Vec<u64> {
        let edge = |index: usize| low * (high / low).powf(index as f64 / count as f64) * 1e3;
        let between = |index| {
            let (from, to) = (edge(index) as u64, edge(index + 1) as u64);
            self.all.count_between(from, to.saturating_sub(1).max(from))
        };
        (0..count).map(between).collect()
    }

    /// The longest time, in microseconds.
    pub(crate) fn max(&self) -> f64 {
        self.all.max() as f64 / 1e3
    }

    /// The ratios to `floor`, round by round.
    pub(crate) fn ratio(&self, floor: &Samples) -> Option<Spread> {
        Spread::of_ratios(&self.medians, &floor.medians)
    }
}

/// A median and the quartiles around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    /// The lower quartile.
    pub(crate) low: f64,
    /// The median.
    pub(crate) median: f64,
    /// The upper quartile.
    pub(crate) high: f64,
}

impl Spread {
    /// The ratios to `floor`, round by round.
    pub(crate) fn of_ratios(mine: &[f64], floor: &[f64]) -> Option<Self> {
        let ratios = mine.iter().zip(floor);
        Self::of(ratios.map(|(mine, floor)| mine / floor).collect())
    }

    /// Orders `values`; there is no spread of none.
    pub(crate) fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        Some(Spread {
            low: quantile(&values, 0.25)?,
            median: quantile(&values, 0.5)?,
            high: quantile(&values, 0.75)?,
        })
    }
}

/// Interpolates between the two of the sorted `values` around `share` of them.
fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let place = share * values.len().checked_sub(1)? as f64;
    let (below, above) = (
        values[place.floor() as usize],
        values[place.ceil() as usize],
    );
    Some(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::{Samples, Spread};
    use std::time::Duration;

    #[test]
    fn spread_is_the_quartiles() {
        let spread = Spread::of(vec![5.0, 1.0, 3.0, 2.0, 4.0]);
        let expected = Spread {
            low: 2.0,
            median: 3.0,
            high: 4.0,
        };
        assert_eq!(spread, Some(expected));
        assert_eq!(Spread::of(Vec::new()), None);
        let even = Spread::of(vec![1.0, 2.0]).expect("not empty");
        assert!((even.median - 1.5).abs() < 1e-9);
    }

    #[test]
    fn ratio_compares_within_a_round() {
        let (mut floor, mut other) = (Samples::default(), Samples::default());
        for micros in [10, 1000] {
            floor.record(Duration::from_micros(micros));
            other.record(Duration::from_micros(2 * micros));
            floor.end_round();
            other.end_round();
        }
        let ratio = other.ratio(&floor).expect("two rounds");
        assert!((ratio.median - 2.0).abs() < 0.01, "{ratio:?}");
        assert!((ratio.high - ratio.low).abs() < 0.01, "{ratio:?}");
    }
}

//! Distributions as a line of blocks in the terminal.
//!
//! Times are on a logarithmic scale, which all rows share.

use super::latency::Measured;

const WIDTH: usize = 46;
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Draws a row for each contender, under each other, and the scale beneath.
pub(crate) fn histogram(rows: &[Measured]) -> String {
    let rows: Vec<_> = rows.iter().filter(|row| row.samples.len() > 0).collect();
    let low = rows
        .iter()
        .map(|row| row.samples.at(0.001))
        .fold(f64::MAX, f64::min);
    let high = rows
        .iter()
        .map(|row| row.samples.at(0.995))
        .fold(0.0, f64::max);
    if rows.is_empty() || low <= 0.0 || high <= low {
        return String::new();
    }
    let mut text = String::new();
    for row in rows {
        let counts = row.samples.buckets(low, high, WIDTH);
        text += &format!("{:<30.30} {}\n", row.contender.name, bar(&counts));
    }
    let middle = (low * high).sqrt();
    let left = format!("{low:.1} µs");
    let right = format!("{high:.0} µs");
    text += &format!(
        "{:30} {left:<18}{:^10}{right:>18}\n",
        "",
        format!("{middle:.0} µs")
    );
    text
}

fn bar(counts: &[u64]) -> String {
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let block = |&count: &u64| match count {
        0 => BLOCKS[0],
        count => BLOCKS[1 + (count * 7 / most) as usize],
    };
    counts.iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn bar_shows_a_single_one_and_fills_the_most() {
        assert_eq!(bar(&[0, 1, 50, 100]), " ▁▄█");
    }
}

//! Percentile plots as SVG, written by hand: no library draws two axes and some lines in less.
//!
//! Across, percentiles are on the scale on which every further nine takes the same room; up, times
//! are logarithmic.

use std::fmt::Write as _;

use super::stats::Samples;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 460.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 230.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;
/// The last percentile drawn has so many nines.
const NINES: f64 = 4.0;
/// Colours that can be told apart with any colour vision (Okabe and Ito).
pub(crate) const COLOURS: [&str; 8] = [
    "#000000", "#e69f00", "#56b4e9", "#009e73", "#d55e00", "#0072b2", "#cc79a7", "#999999",
];

/// A line of the plot.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub(crate) name: &'a str,
    pub(crate) samples: &'a Samples,
}

/// Draws the lines under a title.
pub(crate) fn percentiles(title: &str, note: &str, lines: &[Line<'_>]) -> String {
    let low = lines
        .iter()
        .map(|line| line.samples.at(0.0))
        .fold(f64::MAX, f64::min)
        .max(0.1);
    let high = lines
        .iter()
        .map(|line| line.samples.at(1.0 - 10f64.powf(-NINES)))
        .fold(low * 2.0, f64::max);
    let scale = Scale {
        low: low.log10(),
        high: high.log10(),
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
    );
    text(&mut svg, LEFT, 20.0, "start", title);
    text(&mut svg, LEFT, HEIGHT - 8.0, "start", note);
    scale.axes(&mut svg);
    for (index, line) in lines.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        scale.draw(&mut svg, line, colour);
        let y = TOP + 16.0 * (index as f64 + 0.5);
        let x = WIDTH - RIGHT + 12.0;
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{}\" width=\"14\" height=\"4\" fill=\"{colour}\"/>",
            y - 6.0
        );
        text(&mut svg, x + 20.0, y, "start", line.name);
    }
    svg + "</svg>\n"
}

/// Where a quantile and a time are on the plot.
#[derive(Clone, Copy, Debug)]
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn x(self, nines: f64) -> f64 {
        LEFT + nines / NINES * (WIDTH - LEFT - RIGHT)
    }

    fn y(self, micros: f64) -> f64 {
        let share = (micros.max(0.1).log10() - self.low) / (self.high - self.low);
        HEIGHT - BOTTOM - share.clamp(0.0, 1.0) * (HEIGHT - TOP - BOTTOM)
    }

    fn axes(self, svg: &mut String) {
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        for (nines, label) in [
            (0.0, "0"),
            (std::f64::consts::LOG10_2, "50"),
            (1.0, "90"),
            (2.0, "99"),
            (3.0, "99.9"),
            (4.0, "99.99 %"),
        ] {
            let x = self.x(nines);
            rule(svg, [x, TOP, x, bottom]);
            text(svg, x, bottom + 16.0, "middle", label);
        }
        let decades = self.low.floor() as i32..=self.high.ceil() as i32;
        for micros in
            decades.flat_map(|decade| [1.0, 2.0, 5.0].map(|step| step * 10f64.powi(decade)))
        {
            if (self.low..=self.high).contains(&micros.log10()) {
                rule(svg, [LEFT, self.y(micros), right, self.y(micros)]);
                text(
                    svg,
                    LEFT - 6.0,
                    self.y(micros) + 4.0,
                    "end",
                    &format!("{micros} µs"),
                );
            }
        }
    }

    fn draw(self, svg: &mut String, line: &Line<'_>, colour: &str) {
        let _ = write!(
            svg,
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" points=\""
        );
        for step in 0..=200 {
            let nines = NINES * f64::from(step) / 200.0;
            let micros = line.samples.at(1.0 - 10f64.powf(-nines));
            let _ = write!(svg, "{:.1},{:.1} ", self.x(nines), self.y(micros));
        }
        svg.push_str("\"/>\n");
    }
}

fn rule(svg: &mut String, [x1, y1, x2, y2]: [f64; 4]) {
    let _ = writeln!(
        svg,
        "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"#ddd\"/>"
    );
}

/// Writes a line of text at a place, `start`, `middle` or `end` of it being there.
pub(crate) fn text(svg: &mut String, x: f64, y: f64, anchor: &str, text: &str) {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
    );
}

#[cfg(test)]
mod tests {
    use super::{Line, percentiles};
    use crate::stats::Samples;
    use std::time::Duration;

    #[test]
    fn plot_has_a_line_for_each_and_escapes_names() {
        let mut samples = Samples::default();
        samples.record(Duration::from_micros(10));
        samples.record(Duration::from_micros(20));
        let samples = &samples;
        let lines = ["a<b", "c&d"].map(|name| Line { name, samples });
        let svg = percentiles("title", "note", &lines);
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert!(
            svg.contains(">a&lt;b<") && svg.contains(">c&amp;d<"),
            "{svg}"
        );
        assert!(
            svg.trim_end().ends_with("</svg>") && !svg.contains("NaN"),
            "{svg}"
        );
    }
}

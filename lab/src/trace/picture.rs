//! A few keys as SVG: their stages, and what ran on the reader's processor meanwhile.
//!
//! Each key has a scale of its own: a spike is a hundred times as long as what is usual.

use std::fmt::Write as _;

use super::cause;
use super::key::{Key, Point};
use super::meanwhile;
use crate::svg::{COLOURS, text};
use crate::table::brief;

const WIDTH: f64 = 860.0;
const LEFT: f64 = 16.0;
const ROOM: f64 = WIDTH - 2.0 * LEFT;
/// The height of one key: a heading, two lanes, and a gap.
const ROW: f64 = 78.0;
const TOP: f64 = 34.0;
/// The height of the legend.
const LEGEND: f64 = 48.0;
/// A piece narrower than this, in pixels, has no room for its name.
const NAMED: f64 = 60.0;
const IDLE: &str = "#eeeeee";
const READER: &str = "#56b4e9";
const OTHER: &str = "#e69f00";

/// Draws the keys, each under its heading.
pub(super) fn draw(title: &str, note: &str, keys: &[(String, &Key)]) -> String {
    let height = TOP + ROW * keys.len() as f64 + LEGEND;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"white\"/>\n"
    );
    text(&mut svg, LEFT, 18.0, "start", title);
    for (index, (heading, key)) in keys.iter().enumerate() {
        row(&mut svg, TOP + ROW * index as f64, heading, key);
    }
    legend(&mut svg, height - LEGEND + 4.0);
    text(&mut svg, LEFT, height - 6.0, "start", note);
    svg + "</svg>\n"
}

fn row(svg: &mut String, y: f64, heading: &str, key: &Key) {
    let Some((begin, end)) = key.ends() else {
        return;
    };
    let total = (end - begin).max(1) as f64;
    let x = |at: u64| LEFT + at.saturating_sub(begin) as f64 / total * ROOM;
    let (most, nanos) = cause::most(&cause::split(key));
    let heading = format!(
        "{heading}: {}, {} {:.0} %",
        brief(end - begin),
        most.name(),
        100.0 * nanos as f64 / total
    );
    text(svg, LEFT, y + 12.0, "start", &heading);
    let mut at = begin;
    for (point, took) in key.stages() {
        let name = format!("{} {}", point.name().replace('_', " "), brief(took));
        piece(
            svg,
            (x(at), x(at + took), y + 18.0),
            COLOURS[point as usize % 8],
            &name,
        );
        at += took;
    }
    let Some(cpu) = key.cpu() else {
        return;
    };
    for (span, nanos) in meanwhile::spans(&key.events, cpu, begin, end)
        .iter()
        .map(|span| (span, span.nanos()))
    {
        let colour = match span.thread {
            0 => IDLE,
            thread if thread == key.reader => READER,
            _ => OTHER,
        };
        let name = match span.is_idle() {
            true => "idle".to_owned(),
            false => span.name.to_string(),
        };
        let name = format!("{name} {}", brief(nanos));
        piece(svg, (x(span.from), x(span.to), y + 42.0), colour, &name);
    }
}

/// Draws a rectangle with its name in it, if there is room.
fn piece(svg: &mut String, (from, to, y): (f64, f64, f64), colour: &str, name: &str) {
    let width = (to - from).max(0.4);
    let _ = writeln!(
        svg,
        "<rect x=\"{from:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"20\" fill=\"{colour}\" \
         fill-opacity=\".6\"/>"
    );
    if width > NAMED.max(name.chars().count() as f64 * 5.6) {
        text(svg, from + 4.0, y + 14.0, "start", name);
    }
}

fn legend(svg: &mut String, y: f64) {
    let stages = Point::ALL
        .into_iter()
        .filter(|&point| point != Point::Written);
    for (index, point) in stages.enumerate() {
        let x = LEFT + (index % 4) as f64 * ROOM / 4.0;
        let y = y + (index / 4) as f64 * 14.0;
        let colour = COLOURS[point as usize % 8];
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.0}\" y=\"{y:.0}\" width=\"10\" height=\"10\" fill=\"{colour}\" fill-opacity=\".6\"/>"
        );
        text(svg, x + 14.0, y + 9.0, "start", point.stage());
    }
}

#[cfg(test)]
mod tests {
    use super::draw;
    use crate::trace::event::{Event, Kind};
    use crate::trace::key::{Key, Point};

    #[test]
    fn picture_has_a_piece_for_each_stage_and_each_thread() {
        let switch = Event {
            thread: 7,
            name: "reader".into(),
            ..Event::new(40_000, Kind::Switch)
        };
        let mut key = Key::new(vec![switch]);
        key.reader = 7;
        for (point, at) in [
            (Point::Queued, 0),
            (Point::On, 40_000),
            (Point::Read, 90_000),
        ] {
            key.set(point, Some(at));
        }
        let svg = draw("a < b", "note", &[("slowest".to_owned(), &key)]);
        assert!(
            svg.contains("a &lt; b") && svg.contains("slowest: 90.0 µs"),
            "{svg}"
        );
        assert!(
            svg.contains(">idle 40.0 µs<") && svg.contains(">reader 50.0 µs<"),
            "{svg}"
        );
        assert!(
            svg.trim_end().ends_with("</svg>") && !svg.contains("NaN"),
            "{svg}"
        );
    }
}

//! The program that dies, as a program of its own: a test cannot be built so that panics abort.

mod ends;
mod program;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, way] = &arguments[..] {
        assert_eq!(flag, "--die");
        program::die(way);
    }
}

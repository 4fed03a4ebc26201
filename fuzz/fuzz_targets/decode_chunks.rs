//! Any chunking gives the same events. The first bytes choose the options and the cuts.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use ttyring::decode::Decoder;

fuzz_target!(|input: &[u8]| {
    let [options, limit, chunk, cut, bytes @ ..] = input else {
        return;
    };
    let mut decoder = Decoder::new();
    decoder.settings.c1_controls = options & 1 != 0;
    decoder.settings.pixels = options & 2 != 0;
    decoder.settings.utf8_mouse = options & 8 != 0;
    decoder.settings.erase = (options & 16 != 0).then_some(0x08);
    decoder.settings.set_terminal(["", "linux", "konsole"][usize::from(options >> 5) % 3]);
    if options & 4 != 0 {
        decoder.settings.paste_limit = u64::from(*limit);
    }
    (0..limit & 3).for_each(|_| decoder.expect_cursor_position());
    let whole = common::decode(decoder.clone(), std::iter::once(bytes));
    let chunk = usize::from(*chunk).max(1);
    assert_eq!(common::decode(decoder.clone(), bytes.chunks(1)), whole);
    assert_eq!(common::decode(decoder.clone(), bytes.chunks(chunk)), whole);
    let (first, second) = bytes.split_at(usize::from(*cut).min(bytes.len()));
    assert_eq!(common::decode(decoder, [first, second].into_iter()), whole);
});

//! Any chunking gives the same events. The first bytes choose the options and the cuts.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use ttyring::decode::{Decoder, Expected, Options};

fuzz_target!(|input: &[u8]| {
    let [options, limit, chunk, cut, bytes @ ..] = input else {
        return;
    };
    let options = Options::new()
        .c1_controls(options & 1 != 0)
        .pixels(options & 2 != 0)
        .paste_limit(if options & 4 != 0 {
            u64::from(*limit)
        } else {
            1 << 20
        });
    let mut decoder = Decoder::with_options(options);
    (0..limit & 3).for_each(|_| decoder.expect(Expected::CursorPosition));
    let whole = common::decode(decoder.clone(), std::iter::once(bytes));
    let chunk = usize::from(*chunk).max(1);
    assert_eq!(common::decode(decoder.clone(), bytes.chunks(1)), whole);
    assert_eq!(common::decode(decoder.clone(), bytes.chunks(chunk)), whole);
    let (first, second) = bytes.split_at(usize::from(*cut).min(bytes.len()));
    assert_eq!(common::decode(decoder, [first, second].into_iter()), whole);
});

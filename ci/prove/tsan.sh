#!/usr/bin/env bash
# The two-thread tests of the ring under ThreadSanitizer, with a standard library that is
# instrumented as well: without that, every lock and channel in it is a false alarm.
#
# The compiler is Debian's rustc-web, which comes with the sources of its standard library; the
# sanitizer's runtime is that of clang 19, linked whole, since the compiler brings none.
. "$(dirname "$0")/../lib.sh"
set -x
runtime=/usr/lib/llvm-19/lib/clang/19/lib/linux/libclang_rt.tsan-x86_64.a
if ! [ -x /usr/bin/rustc ] || ! [ -e "$runtime" ]; then
    packages rustc-web cargo-web rust-web-src libclang-rt-19-dev
fi
link="-Wl,--whole-archive,$runtime,--no-whole-archive,--export-dynamic"
export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=target/tsan
export RUSTFLAGS="-Zsanitizer=thread -Zexternal-clangrt -Zpre-link-args=$link -Clink-arg=-lm -Clink-arg=-lc"
export TSAN_OPTIONS="halt_on_error=1"
/usr/bin/cargo test -Zbuild-std --target x86_64-unknown-linux-gnu --manifest-path ci/prove/ring/Cargo.toml --test stress_ring

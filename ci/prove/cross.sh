# Sourced by the scripts that build for systems without a machine at hand: rustup's standard libraries,
# Debian's compiler with the source of its own for the systems that have none there, and Zig as the
# linker.

. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

out=$PWD/target/cross
mkdir -p "$out"

# Nothing of it is debugged, and half of the time would go into what a debugger reads.
export CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 CARGO_TERM_COLOR=never

install_compiler() {
    local library=/usr/lib/rustlib/src/rust/library
    if [ -x /usr/bin/rustc ] && [ -d "$library" ]; then
        return
    fi
    packages rustc-web cargo-web rust-web-src
}

# The compiler in /usr/bin stays beside rustup's; features of nightly are needed for -Zbuild-std.
use_compiler() {
    export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 PATH=/usr/bin:$PATH CARGO_TARGET_DIR=$out/source
}

# One version, so that a later one changes the result when this line does.
install_linker() {
    if [ ! -d "$out/zig/ziglang" ]; then
        python3 -m pip install -q --disable-pip-version-check --target "$out/zig" ziglang==0.17.1
    fi
}

# linker TRIPLE ZIG-TARGET: names Zig as the linker of a target. Zig brings libSystem as a stub that
# lists the symbols of every version, so that a symbol that is not there does not link. libiconv,
# which std names and does not use, is not in it.
linker() {
    local wrapper=$out/linker-$1
    cat >"$wrapper" <<EOF
#!/usr/bin/env python3
import os, sys
sys.path.insert(0, "$out/zig")
dropped = ("-liconv", "-arch")
arguments, skip = [], False
for argument in sys.argv[1:]:
    if skip:
        skip = False
    elif argument in dropped:
        skip = argument == "-arch"
    elif not argument.startswith("-mmacosx-version-min="):
        arguments.append(argument)
zig = os.path.join("$out/zig/ziglang", "zig")
os.execv(zig, [zig, "cc", "-target", "$2", *arguments])
EOF
    chmod +x "$wrapper"
    local name=${1^^}
    export "CARGO_TARGET_${name//-/_}_LINKER=$wrapper"
}

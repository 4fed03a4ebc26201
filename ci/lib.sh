# Sourced by the scripts of ci/: strictness, the repository's root as the working directory, and how a
# script gets what is missing.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# packages NAME…: installs Debian's packages.
packages() {
    local sudo=()
    [ "$(id -u)" = 0 ] || sudo=(sudo)
    # A lock held by another run is waited for.
    local get=(${sudo[@]+"${sudo[@]}"} env DEBIAN_FRONTEND=noninteractive
        apt-get -qq -o DPkg::Lock::Timeout=120)
    command -v apt-get >/dev/null || {
        echo "missing here, without apt-get to install them: $*" >&2
        return 1
    }
    "${get[@]}" update >/dev/null
    "${get[@]}" install -y --no-install-recommends "$@" >/dev/null
}

# needs TOOL [PACKAGE…]: installs the packages, or one of the tool's name, unless the tool is there.
needs() {
    local tool=$1
    shift
    command -v "$tool" >/dev/null || packages "${@:-$tool}"
}

# add_target TRIPLE: rustup's standard library for a target.
add_target() {
    rustup target list --installed | grep -qx "$1" || rustup target add "$1"
}

# built KIND NAME CARGO-ARGUMENT…: builds a test or bench and prints the path of its binary; what does
# not compile is told on standard error.
built() {
    local kind=$1 name=$2
    shift 2
    cargo "$kind" --quiet --no-run "--$kind" "$name" \
        --message-format=json-render-diagnostics "$@" |
        sed -n 's/.*"name":"'"$name"'".*"executable":"\([^"]*\)".*/\1/p' | tail -n 1
}

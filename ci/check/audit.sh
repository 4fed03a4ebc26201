#!/usr/bin/env bash
# The dependencies: licences, sources, forbidden crates, and known advisories (cargo-deny, deny.toml).
# Advisories need RustSec's database: from its origin, or from a clone that ADVISORY_DB names. With
# neither, that part says SKIPPED; with AUDIT=required it fails instead. Builds cargo-deny once, about 3 min.
. "$(dirname "$0")/../lib.sh"

command -v cargo-deny >/dev/null || cargo install --quiet --locked cargo-deny --version '^0.20'

# The workspace's root is a package: without --workspace the members' own dependencies are not looked at.
deny() { cargo deny --workspace --log-level warn "$@"; }

deny check --hide-inclusion-graph bans licenses sources

if [ -n "${ADVISORY_DB:-}" ]; then
  # Another origin for the same database; cargo-deny clones it with git.
  export GIT_CONFIG_COUNT=1
  export GIT_CONFIG_KEY_0="url.file://$ADVISORY_DB.insteadOf"
  export GIT_CONFIG_VALUE_0="https://github.com/RustSec/advisory-db"
fi
if reason=$(cargo deny --workspace fetch db 2>&1); then
  deny check --hide-inclusion-graph advisories
elif [ "${AUDIT:-}" = required ]; then
  echo "$reason" >&2
  exit 1
else
  echo "SKIPPED advisories: the database cannot be fetched: $(tail -n 1 <<<"$reason")"
fi

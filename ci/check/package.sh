#!/usr/bin/env bash
# Each package carries both licences, the same as the workspace's, a README, keywords and categories,
# and builds from what it carries alone. Takes about two minutes.
. "$(dirname "$0")/../lib.sh"
packages=()
for package in ttyring:. ttyring-platform:platform ttyring-cli:cli ttyring-lab:lab \
  ttyring-crossterm:compat/crossterm ttyring-ratatui:compat/ratatui; do
  name=${package%:*} folder=${package#*:}
  packages+=(-p "$name")
  files=$(cargo package --list -p "$name" --allow-dirty)
  for file in LICENSE-APACHE LICENSE-MIT README.md; do
    if ! grep -qxF "$file" <<<"$files"; then
      echo "package: $name is without $file" >&2
      exit 1
    fi
  done
  cmp LICENSE-APACHE "$folder/LICENSE-APACHE"
  cmp LICENSE-MIT "$folder/LICENSE-MIT"
  grep -q '^readme = "README.md"$' "$folder/Cargo.toml"
  for field in description keywords categories license repository rust-version; do
    if ! grep -qE "^$field(\.workspace)? = " "$folder/Cargo.toml"; then
      echo "package: $name does not say its $field" >&2
      exit 1
    fi
  done
  echo "$name: $(wc -l <<<"$files") files, both licences and a README among them"
done
# Together, since none of them is in the registry under this version yet.
cargo package --quiet --allow-dirty "${packages[@]}" 2>&1 | { grep -v '^warning: ignoring ' || true; }

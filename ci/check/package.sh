#!/usr/bin/env bash
# Each package carries both licences, the same as the workspace's, and a README. Takes a few seconds.
. "$(dirname "$0")/../lib.sh"
for package in ttyring:. ttyring-platform:platform ttyring-cli:cli ttyring-lab:lab; do
  name=${package%:*} folder=${package#*:}
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
  echo "$name: $(wc -l <<<"$files") files, both licences and a README among them"
done

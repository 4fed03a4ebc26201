#!/usr/bin/env bash
# The import arrows of docs/architecture.md: each module names only what its row allows.
set -euo pipefail
cd "$(dirname "$0")/.."
python3 ci/layers.py

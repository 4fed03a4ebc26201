#!/usr/bin/env bash
# The import arrows of docs/architecture.md: each module names only what its row allows, and no two
# files of the tools import each other in a circle.
. "$(dirname "$0")/../lib.sh"
python3 ci/check/layers.py
python3 ci/check/circles.py

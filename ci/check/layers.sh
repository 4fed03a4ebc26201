#!/usr/bin/env bash
# The structure: each module names only what its row of docs/architecture.md allows, no two files import
# each other in a circle, and no file is larger than CONTRIBUTING.md says.
. "$(dirname "$0")/../lib.sh"
python3 ci/check/layers.py
python3 ci/check/circles.py
python3 ci/check/sizes.py

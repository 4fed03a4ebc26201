#!/usr/bin/env bash
# Explores the interleavings of the ring and of the terminal's custody with loom; then weakens each
# ordering, fence, second look and sequence of their protocols in turn and demands that a model fails.
# They are listed in ci/prove/mutants/ring.toml and custody.toml, and switched in a copy: one build
# serves all. Prints the mutant, the time, and which model caught it.
#
# Bounds: three preemptions, one more than the weakest mutant needs; capacities of one and two, where
# every wrap-around and every full and empty ring is a step away. Each mutant has a process of its
# own: a failed model leaves nothing behind for the next.
. "$(dirname "$0")/../lib.sh"
exec python3 ci/prove/loom.py

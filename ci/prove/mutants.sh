#!/usr/bin/env bash
# Breaks the code one piece at a time, and demands that a test notices: at least nine of ten mutants of
# ci/prove/mutants/*.toml have to be caught. All of them are compiled at once into a copy, each behind a
# switch that an environment variable sets, so that there is one build for each run.
#
# A full run takes some 20 minutes on two cores; a sample of 40, for CI, less than 5 with the build.
# The sample is another one for each commit; --seed repeats one.
#
# usage: ci/prove/mutants.sh [--sample COUNT] [--seed TEXT] [--area NAME] [TEXT]
#        with TEXT, the mutants in whose name or file it stands
. "$(dirname "$0")/../lib.sh"
exec python3 ci/prove/mutants.py "$@"

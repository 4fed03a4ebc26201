#!/usr/bin/env bash
# Breaks the code one piece at a time, and demands that a test notices: at least nine of ten mutants of
# ci/prove/mutants/*.toml have to be caught. All of them are compiled at once into a copy, each behind a
# switch that an environment variable sets, so that there is one build for each run.
#
# A full run takes some 12 minutes on two cores, 3 of them for the build. CI runs a sample, another
# one for each commit; --seed repeats one. --learn writes down which test has noticed which mutant.
#
# usage: ci/prove/mutants.sh [--sample COUNT] [--seed TEXT] [--area NAME] [--learn] [TEXT]
#        with TEXT, the mutants in whose name or file it stands
. "$(dirname "$0")/../lib.sh"
exec python3 ci/prove/mutants.py "$@"

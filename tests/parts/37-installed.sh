#!/usr/bin/env bash
# title: the installed program works away from the sources
# after: build-gcc
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
prefix=$CHECK/installed
rm -rf "$prefix"
claim "cmake --install installs" cmake --install "$GCC" --prefix "$prefix"
cd / || exit 1
claim "the installed program explains itself" \
    sh -c "'$prefix/bin/runqueue' --help | grep -q 'run'"
claim "the scenarios come with it, and run" \
    sh -c "'$prefix/bin/runqueue' hash \"\$(find '$prefix/share/runqueue/scenarios' \
        -name '*.json' ! -name schema.json | sort | head -n 1)\""

#!/usr/bin/env bash
# title: a newer Emscripten (Debian 13's, in a folder of its own) builds page and node tests
# long: yes
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" -eq 0 ] || die "This part makes a root folder, so it must run as root."
command -v mmdebstrap >/dev/null || step "Installing mmdebstrap" \
    apt-get -q -y --no-install-recommends install mmdebstrap || exit 1
# shellcheck disable=SC2016  # apt's format
mirror=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(COMPONENT)' |
    sed -n 's/^Debian \(.*\) main$/\1/p' | grep -v security | head -n 1)
room=$CHECK/trixie
if [ ! -e "$room/ready" ]; then
    rm -rf "$room"
    step "Making a Debian 13 with Emscripten" mmdebstrap --variant=apt --mode=root \
        --include=emscripten,binaryen,cmake,ninja-build,nlohmann-json3-dev,libcli11-dev \
        --include=libxxhash-dev,doctest-dev,xz-utils,ca-certificates \
        trixie "$room" "$mirror" || exit 1
    touch "$room/ready"
fi
rm -rf "$room/opt/runqueue"
mkdir -p "$room/opt/runqueue" "$room/root/.cache/runqueue"
git archive HEAD | tar -x -C "$room/opt/runqueue"
cp -R "${XDG_CACHE_HOME:-$HOME/.cache}/runqueue/src" "$room/root/.cache/runqueue/"
inside() {
    env -i HOME=/root PATH=/usr/bin:/bin:/usr/sbin:/sbin \
        chroot "$room" sh -c "cd /opt/runqueue && $*"
}
step "Newer Emscripten: configuring" inside "cmake --preset wasm -G Ninja" || exit 1
step "Newer Emscripten: building" inside "nice cmake --build build/wasm -j $JOBS" || exit 1
count 1 0
claim "the unit tests pass in node" inside "node build/wasm/tests/runqueue_tests.js"
RUNQUEUE_SITE=$room/opt/runqueue/build/wasm/site
export RUNQUEUE_SITE
claim "the browser tests pass" node --test tests/browser/*_test.mjs

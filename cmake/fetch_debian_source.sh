#!/bin/sh
# fetch_debian_source.sh PACKAGE VERSION SUITE SHA256 FOLDER
#
# Unpacks the upstream sources of a Debian source package into FOLDER without touching the
# system's package configuration: apt works from a private one, whose mirror is the one that this
# machine uses already. SHA256 is that of the upstream archive inside the source package.
# Exit code 3: this machine has no Debian mirror.
set -eu
package=$1 version=$2 suite=$3 sha256=$4 folder=$5

command -v apt-get >/dev/null 2>&1 || exit 3
# shellcheck disable=SC2016  # the format is apt's to expand
mirror=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(COMPONENT)' 2>/dev/null |
         sed -n 's/^Debian \(.*\) main$/\1/p' | grep -v security | head -n 1)
[ -n "$mirror" ] || exit 3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/download" "$work/sources"
keys=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb-src [signed-by=$keys] $mirror $suite main" >"$work/sources.list"

private_apt() {
    apt-get -qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$work/lists" -o Dir::State::status=/dev/null \
        -o Dir::Cache="$work/cache" -o Acquire::Languages=none -o Acquire::Retries=2 \
        -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 \
        -o APT::Sandbox::User="$(id -un)" "$@"
}
private_apt update
cd "$work/download"
private_apt source --download-only --only-source "$package=$version"

archive=$(find . -name '*.orig.tar.*' ! -name '*.asc' | head -n 1)
echo "$sha256  $archive" | sha256sum --check --quiet -
tar -xf "$archive" -C "$work/sources" --strip-components=1
mkdir -p "$(dirname "$folder")"
rm -rf "$folder.part"
cp -R "$work/sources" "$folder.part"
rm -rf "$folder"
mv "$folder.part" "$folder"

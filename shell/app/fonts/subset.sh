#!/usr/bin/env bash
# Makes the font subsets beside this file from Debian's fonts-inter and fonts-jetbrains-mono.
# Run by hand when the set of characters changes; needs fonttools and brotli.
# The results are committed.
set -eu
cd "$(dirname "$0")"
signs="U+0020-007E,U+00A0,U+00B5,U+00B7,U+00D7,U+0394,U+2013,U+2019,U+201C,U+201D,U+2026"
signs="$signs,U+2190-2193,U+2212,U+2264,U+2265"
inter=/usr/share/fonts/opentype/inter
mono=/usr/share/fonts/truetype/jetbrains-mono
subset() {
  pyftsubset "$1" --unicodes="$signs" --no-hinting --desubroutinize --name-IDs='0,1,2,13,14' \
    --layout-features="$2" --output-file="$3" ${4:+--flavor=$4}
}
subset $inter/Inter-Medium.otf kern,tnum,ccmp inter-medium.otf
subset $inter/Inter-SemiBold.otf kern,tnum,ccmp inter-semibold.otf
subset $mono/JetBrainsMono-Regular.ttf kern jetbrains-mono.ttf
subset $inter/Inter-Regular.otf kern,tnum,ccmp inter-regular.woff2 woff2
# Letters with accents, drawn by every canvas font: fetched after the first picture.
signs="U+00A1-00B4,U+00B6,U+00B8-00D6,U+00D8-00FF,U+0152,U+0153,U+0160,U+0161,U+0178,U+017D,U+017E"
subset $inter/Inter-Medium.otf kern,ccmp inter-accents.otf
ls -l

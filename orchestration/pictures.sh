#!/usr/bin/env bash
# Makes the pictures of the documents: the analyzer's page of the sample data set, and the monitor in the terminal and
# in the browser, from recordings.
#
# Usage: orchestration/pictures.sh
#
# Writes docs/pictures/analyzer-html.png, monitor-web.png, monitor-web-dark.png, monitor-analytics.png,
# monitor-analytics-dark.png and monitor-terminal.svg. Needs Chromium, but no server: the recordings are
# crates/monitor/tests/replays/steps.jsonl and analytics.jsonl.
#
# Exit codes: 0 made · 1 a picture is missing or too big · 2 something is not installed

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/lib.sh"
help_if_asked "$@"
(($# == 0)) || refuse_argument "$1"
PICTURES=$REPO/docs/pictures
MOST_BYTES=400000
command -v cargo >/dev/null || die 2 'Rust is missing: install it from https://rustup.rs'
CHROMIUM=$(command -v chromium || command -v chromium-browser) ||
  die 2 'Chromium is missing: apt-get install chromium'
WORK=$(mktemp -d)
trap 'rm -rf -- "$WORK"' EXIT
mkdir -p -- "$PICTURES"
cd -- "$REPO"

note "the analyzer's page, in Chromium"
cargo run --quiet --locked -p analyzer -- "$REPO/data/sample" --quiet --html "$WORK/sample.html" >"$WORK/log" 2>&1 ||
  die 1 "no page: $(tail -n 20 -- "$WORK/log")"
"$CHROMIUM" --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync \
  --disable-dev-shm-usage --hide-scrollbars --user-data-dir="$WORK/profile" --window-size=1150,1335 \
  --screenshot="$PICTURES/analyzer-html.png" "file://$WORK/sample.html" >"$WORK/log" 2>&1 ||
  die 1 "no picture: $(tail -n 20 -- "$WORK/log")"

note "the monitor's page, in Chromium"
MONITOR_PICTURES=$WORK cargo test --quiet --locked -p monitor --test monitor pictures -- --ignored >"$WORK/log" 2>&1 ||
  die 1 "the page gives no picture: $(tail -n 20 -- "$WORK/log")"
for picture in "$WORK"/*.png.base64; do
  base64 --decode -- "$picture" >"$PICTURES/$(basename -- "$picture" .base64)"
done

note 'the terminal'
MONITOR_PICTURES=1 cargo test --quiet --locked -p monitor --bin monitor terminal::picture >"$WORK/log" 2>&1 ||
  die 1 "the terminal gives no picture: $(tail -n 20 -- "$WORK/log")"

for picture in "$PICTURES"/*; do
  size=$(stat -c %s -- "$picture")
  ((size <= MOST_BYTES)) || die 1 "$picture has $size bytes, more than $MOST_BYTES"
  note "${picture#"$REPO/"}: $size bytes"
done

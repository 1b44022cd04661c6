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
LESSON=$REPO/crates/monitor/tests/replays/steps.jsonl
SALES=$REPO/crates/monitor/tests/replays/analytics.jsonl
MOST_BYTES=250000
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

# shown RECORDING: the monitor's page at the end of a recording; sets MONITOR and ADDRESS.
shown() {
  "${CARGO_TARGET_DIR:-target}/debug/monitor" --web --listen 127.0.0.1:0 --replay "$1" --speed 1000000 \
    2>"$WORK/address" &
  MONITOR=$!
  trap 'kill "$MONITOR" 2>/dev/null; rm -rf -- "$WORK"' EXIT
  until ADDRESS=$(grep -o 'http://.*' "$WORK/address"); do
    kill -0 "$MONITOR" || die 1 "no page: $(cat "$WORK/address")"
  done
}

# page_picture NAME HEIGHT SCHEME TAB: SCHEME is 1 for light, 0 for dark.
page_picture() {
  "$CHROMIUM" --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync \
    --disable-dev-shm-usage --hide-scrollbars --user-data-dir="$WORK/profile" --window-size="1280,$2" \
    --blink-settings="preferredColorScheme=$3" --force-prefers-reduced-motion --timeout=5000 \
    --screenshot="$PICTURES/$1.png" "$ADDRESS$4" >"$WORK/log" 2>&1 || die 1 "no picture: $(tail -n 20 -- "$WORK/log")"
}

note "the monitor's page, in Chromium"
cargo build --quiet --locked -p monitor
# The moment at which everything is on its way.
head -n 8 -- "$LESSON" >"$WORK/moving.jsonl"
shown "$WORK/moving.jsonl"
page_picture monitor-web 1256 1 ''
page_picture monitor-web-dark 1256 0 ''
kill "$MONITOR"
shown "$SALES"
page_picture monitor-analytics 1640 1 '#analytics'
page_picture monitor-analytics-dark 1640 0 '#analytics'
kill "$MONITOR"

note 'the terminal'
MONITOR_PICTURES=1 cargo test --quiet --locked -p monitor --bin monitor terminal::picture >"$WORK/log" 2>&1 ||
  die 1 "the terminal gives no picture: $(tail -n 20 -- "$WORK/log")"

for picture in "$PICTURES"/*; do
  size=$(stat -c %s -- "$picture")
  ((size <= MOST_BYTES)) || die 1 "$picture has $size bytes, more than $MOST_BYTES"
  note "${picture#"$REPO/"}: $size bytes"
done

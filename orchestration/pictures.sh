#!/usr/bin/env bash
# Makes the pictures of the documents: the analyzer's page of the sample data set, and the monitor in the terminal and
# in the browser, from a recording.
#
# Usage: orchestration/pictures.sh
#
# Writes docs/pictures/analyzer-html.png, monitor-web.png, monitor-web-dark.png and monitor-terminal.svg. Needs
# Chromium, but no server: the recording is crates/monitor/tests/replays/steps.jsonl.
#
# Exit codes: 0 made · 1 a picture is missing or too big · 2 something is not installed

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/lib.sh"
help_if_asked "$@"
(($# == 0)) || refuse_argument "$1"
PICTURES=$REPO/docs/pictures
LESSON=$REPO/crates/monitor/tests/replays/steps.jsonl
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

note "the monitor's page, in Chromium"
# The moment at which everything is on its way.
head -n 8 -- "$LESSON" >"$WORK/moving.jsonl"
cargo build --quiet --locked -p monitor
"${CARGO_TARGET_DIR:-target}/debug/monitor" --web --listen 127.0.0.1:0 --replay "$WORK/moving.jsonl" --speed 1000000 \
  2>"$WORK/address" &
MONITOR=$!
trap 'kill "$MONITOR" 2>/dev/null; rm -rf -- "$WORK"' EXIT
until ADDRESS=$(grep -o 'http://.*' "$WORK/address"); do
  kill -0 "$MONITOR" || die 1 "no page: $(cat "$WORK/address")"
done
for name in monitor-web:1 monitor-web-dark:0; do
  "$CHROMIUM" --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync \
    --disable-dev-shm-usage --hide-scrollbars --user-data-dir="$WORK/profile" --window-size=1280,1216 \
    --blink-settings="preferredColorScheme=${name#*:}" --force-prefers-reduced-motion --timeout=5000 \
    --screenshot="$PICTURES/${name%:*}.png" "$ADDRESS" \
    >"$WORK/log" 2>&1 || die 1 "no picture: $(tail -n 20 -- "$WORK/log")"
done

note 'the terminal'
MONITOR_PICTURES=1 cargo test --quiet --locked -p monitor --bin monitor terminal::picture >"$WORK/log" 2>&1 ||
  die 1 "the terminal gives no picture: $(tail -n 20 -- "$WORK/log")"

for picture in "$PICTURES"/*; do
  size=$(stat -c %s -- "$picture")
  ((size <= MOST_BYTES)) || die 1 "$picture has $size bytes, more than $MOST_BYTES"
  note "${picture#"$REPO/"}: $size bytes"
done

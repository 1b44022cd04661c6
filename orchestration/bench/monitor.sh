#!/usr/bin/env bash
# Measures the monitor's page under load: browsers that watch, clients that never finish their question, and one more.
#
# Usage: orchestration/bench/monitor.sh [BROWSERS [SLOW]]
#
#   BROWSERS   that follow /api/events (default: 200)
#   SLOW       connections that send half a question and wait (default: 1000)
#
# Prints how long a normal client waits (100 questions: median and longest), what the browsers got, and the peak of the
# monitor's memory. Shows a recorded lesson twice as fast as it was; needs no server.
#
# Exit codes: 0 measured · 2 usage or configuration · 5 the monitor does not answer

set -euo pipefail
# shellcheck source=../lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/../lib.sh"
# shellcheck source=../build.sh
source "$REPO/orchestration/build.sh"
help_if_asked "$@"
BROWSERS=${1-200} SLOW=${2-1000}
[[ $BROWSERS =~ ^[1-9][0-9]{0,2}$ && $SLOW =~ ^[0-9]{1,4}$ && $# -le 2 ]] || die 2 'usage: monitor.sh [BROWSERS [SLOW]]'
LESSON=$REPO/crates/monitor/tests/replays/lesson.jsonl
QUESTIONS=100 PORT=${MONITOR_PORT:-18090}
build_tools
ulimit -n "$((SLOW + 100))" 2>/dev/null || die 2 "cannot open $SLOW connections: ulimit -n is $(ulimit -n)"
WORK=$(mktemp -d)
MONITOR='' WATCHERS=''

clean() {
  for process in $WATCHERS $MONITOR; do kill "$process" 2>/dev/null || true; done
  wait
  rm -rf -- "$WORK"
}

# ask PATH: one question of a normal client; prints the seconds that it took.
ask() { curl -sS --noproxy '*' -o /dev/null --max-time 30 -w '%{time_total}\n' "http://127.0.0.1:$PORT$1"; }

# watch: all browsers, in one process.
watch() {
  local urls=() number
  for ((number = 0; number < BROWSERS; number++)); do
    urls+=(-o "$WORK/events.$number" "http://127.0.0.1:$PORT/api/events")
  done
  exec curl --silent --no-progress-meter -N --noproxy '*' --parallel --parallel-immediate --parallel-max 300 \
    "${urls[@]}"
}

# saw TEXT: how many of the browsers have got it.
saw() { { grep -lF -- "$1" "$WORK"/events.* 2>/dev/null || true; } | wc -l; }

# until_all_saw TEXT: waits for it, a minute at most.
until_all_saw() {
  local end=$((SECONDS + 60))
  while (($(saw "$1") < BROWSERS && SECONDS < end)); do sleep 0.2; done
}

# go_slow: connections whose question never ends; the files stay open as long as this shell.
go_slow() {
  local number file
  for ((number = 0; number < SLOW; number++)); do
    exec {file}<>"/dev/tcp/127.0.0.1/$PORT" && printf 'GET / HTTP/1.1\r\nHost: loc' >&"$file"
  done 2>/dev/null
}

trap clean EXIT
(ulimit -n 1024 && exec "$ECOM_BIN_DIR/monitor" --quiet --web --listen "127.0.0.1:$PORT" --replay "$LESSON" --speed 2) &
MONITOR=$!
for ((try = 0; try < 100; try++)); do
  ask /api/snapshot >/dev/null 2>&1 && break
  kill -0 "$MONITOR" 2>/dev/null || die 5 'the monitor has ended: see above'
  sleep 0.1
done
watch &
WATCHERS=$!
until_all_saw 'event: snapshot'
go_slow
for ((question = 0; question < QUESTIONS; question++)); do ask /api/snapshot; done >"$WORK/unsorted"
sort -n -- "$WORK/unsorted" >"$WORK/times"
until_all_saw '"verdict":"complete"'
GOT=$(saw '"verdict":"complete"')
read -r _ PEAK _ < <(grep VmHWM "/proc/$MONITOR/status")

awk -v browsers="$BROWSERS" -v slow="$SLOW" -v peak="$PEAK" -v got="$GOT" '{ time[NR] = $1 } END {
  printf "%d browsers that watch, %d connections that never finish\n", browsers, slow
  printf "  %-42s %8.1f ms\n", "a normal client waits, median of " NR, time[int((NR + 1) / 2)] * 1e3
  printf "  %-42s %8.1f ms   (wanted: below 200)\n", "a normal client waits, longest", time[NR] * 1e3
  printf "  %-42s %8d\n", "browsers that saw the end of the lesson", got
  printf "  %-42s %8.1f MiB  (wanted: below 64)\n", "peak of the monitor'"'"'s memory", peak / 1024
}' "$WORK/times"

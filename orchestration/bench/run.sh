#!/usr/bin/env bash
# Measures the tools: each one against a peer that does a part of its work, side by side in one run.
#
# Usage: orchestration/bench/run.sh [--rows N]
#
#   --rows N   transactions in the data set, all of which each tool reads (default: 1000000, about 1 GB of disk in
#              var/bench with all that is made)
#
# Prints one table: tool, peer, rows, seconds of both, ratio, goal, and the peak of the tool's memory. The seconds are
# medians of BENCH_ROUNDS (default: 3) rounds in which tool and peer take turns. A peer that is not installed is named
# as skipped, a goal that is missed is marked. csv.sh, logs.sh, streamer.sh, consumer.sh and loader.sh measure one part
# each.
#
# Starts MySQL and Kafka natively if they are not up: the plain client reads files of this machine. Fills a database and
# topics of its own, and removes them.
#
# Exit codes: 0 measured · 2 usage or configuration · else the code of what failed

set -euo pipefail
# shellcheck source=../stack/stack.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/../stack/stack.sh"
# shellcheck source=../build.sh
source "$REPO/orchestration/build.sh"
help_if_asked "$@"
BENCH_ROWS=1000000
while (($#)); do
  case $1 in
    --rows)
      [[ ${2-} =~ ^[1-9][0-9]{2,8}$ ]] || die 2 '--rows: a number from 100 to 999999999'
      BENCH_ROWS=$2 && shift
      ;;
    *) refuse_argument "$1" ;;
  esac
  shift
done
[[ $STACK == native ]] ||
  die 2 'this measures the native servers: run it with STACK=native and an ECOM_VAR_DIR of its own'
HOME_OF_BENCH=$REPO/orchestration/bench DATA=$ECOM_VAR_DIR/bench/data.$$

bench_packages() {
  [[ -x /usr/bin/time ]] || echo time
  command -v kcat >/dev/null || echo kcat
  command -v python3 >/dev/null || echo python3
}

clean() { rm -rf -- "$DATA" "$DATA".*; }

# parts: one data set, once with every transaction in the real-time part, and once with all in the historical one.
parts() {
  tool data-gen --transactions "$BENCH_ROWS" --customers 200000 --products 5000 --out-dir "$DATA" --quiet >/dev/null
  tool analyzer "$DATA" --plan "$DATA.plan/plan.toml" --quiet >/dev/null
  local ratio
  for ratio in 0 1; do
    mkdir -- "$DATA.$ratio"
    cp -- "$DATA.plan/plan.toml" "$DATA.$ratio"
    tool splitter --plan "$DATA.$ratio/plan.toml" --out-dir "$DATA.$ratio" --ratio "$ratio" --quiet >/dev/null
  done
}

# bring_up_stores: the servers that are measured.
bring_up_stores() {
  # shellcheck disable=SC2034 # for start_all
  SERVERS=(mysql kafka)
  claim_engine
  start_all
}

require_packages bench_packages
build_tools
trap clean EXIT
"$HOME_OF_BENCH/csv.sh" --rows "$BENCH_ROWS"
export BENCH_HEADED=yes
parts
"$HOME_OF_BENCH/logs.sh" "$DATA.0"
# In a shell of its own, which holds the lock only as long as this takes.
(with_lock stack 300 bring_up_stores)
grant_databases_beside
"$HOME_OF_BENCH/streamer.sh" "$DATA.0"
"$HOME_OF_BENCH/consumer.sh" "$DATA.0"
"$HOME_OF_BENCH/loader.sh" "$DATA.1"

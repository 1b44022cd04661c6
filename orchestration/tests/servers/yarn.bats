#!/usr/bin/env bats
# The analysis on YARN, in containers: its results are those of the local run. orchestration/test.sh runs this after the
# pipeline's tests on containers, with the data set that they leave.

bats_require_minimum_version 1.5.0

setup_file() {
  [[ -n ${ECOM_TEST_STACK-} && ${STACK-} == docker ]] ||
    skip 'SKIPPED: needs containers with a data set: run orchestration/test.sh'
}

setup() { cd -- "$BATS_TEST_DIRNAME/../../.."; }

lake() { "${ECOM_BIN_DIR:-target/debug}/lake" "$@"; }
# results FOLDER: a file of each result, with its lines.
results() {
  local name
  mkdir -p "$1"
  lake walk /user/analytics | cut -f 3 | grep '/part-[^/]*$' | grep -v '/sales/' | while read -r path; do
    name=${path%/*}
    lake cat "$path" >>"$1/${name##*/}"
  done
}

@test "on YARN, every value of every result is the same" {
  results "$BATS_TEST_TMPDIR/local"
  ./orchestration/stack/up --yarn
  ANALYTICS_MASTER=yarn ./orchestration/analytics.sh --force
  docker exec "$COMPOSE_PROJECT_NAME-resourcemanager-1" yarn application -list -appStates FINISHED |
    grep -E 'SPARK.*FINISHED.*SUCCEEDED'
  results "$BATS_TEST_TMPDIR/yarn"
  [[ $(ls "$BATS_TEST_TMPDIR/yarn" | wc -l) -ge 10 ]]
  diff -r "$BATS_TEST_TMPDIR/local" "$BATS_TEST_TMPDIR/yarn"
}

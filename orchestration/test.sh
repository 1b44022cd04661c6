#!/usr/bin/env bash
# Runs all tests: lints, unit tests, the tools' tests, the wrappers' tests, and everything on real servers, as private
# processes and as containers. Prints the seconds of each stage and the twenty slowest tests at the end.
#
# Usage: orchestration/test.sh [--quick]
#
#   --quick   leave the real servers out; tests that need them print SKIPPED
#
# Installs what is missing where it may. The tests have private servers on free loopback ports, with their own state;
# they are gone at the end, and the stack of run_pipeline.sh is not touched. The containers need a Docker daemon, or
# root to start one; without it their tests print SKIPPED.
#
# Exit codes: 0 all passed · 1 some failed · 2 something is missing

set -euo pipefail
# shellcheck source=stack/stack.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/stack/stack.sh"
# shellcheck source=build.sh
source "$REPO/orchestration/build.sh"
# shellcheck source=tests/tell.sh
source "$REPO/orchestration/tests/tell.sh"
# shellcheck source=tests/lints.sh
source "$REPO/orchestration/tests/lints.sh"
# shellcheck source=tests/private_servers.sh
source "$REPO/orchestration/tests/private_servers.sh"
# shellcheck source=tests/docker_servers.sh
source "$REPO/orchestration/tests/docker_servers.sh"
help_if_asked "$@"
QUICK=
for argument in "$@"; do
  [[ $argument == --quick ]] || refuse_argument "$argument"
  QUICK=yes
done

OUTPUT=$(mktemp -d)
LOG=$OUTPUT/log

# The servers' packages too: their start, in the background, must not meet another apt-get.
missing_test_packages() {
  local name
  for name in bats shellcheck shfmt kcat; do
    command -v "$name" >/dev/null || echo "$name"
  done
  # Without it the campaign of failing system calls prints SKIPPED.
  command -v strace >/dev/null || ! can_install strace || echo strace
  # Without it the tests of the web page print SKIPPED.
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || ! can_install chromium || echo chromium
  missing_build_packages
  [[ -n $QUICK ]] || missing_packages
}

# install_duckdb: the second opinion on the analysis, in a folder of its own.
install_duckdb() {
  python3 -m venv "$OUTPUT/duckdb" && "$OUTPUT/duckdb/bin/pip" install --quiet --disable-pip-version-check duckdb==1.4.5
}

# input_cases: data sets beside the checkout, each with its right reading.
input_cases() {
  local cases=$REPO/../shared/cases
  stage 'Input cases'
  if [[ -f $cases/check.py ]] && command -v python3 >/dev/null; then
    check 'analyzer and splitter read every input case right' python3 "$cases/check.py" "$ECOM_BIN_DIR"
    tail -n 1 -- "$LOG"
  else
    skip 'the input cases: shared/cases beside the checkout and python3 are needed'
  fi
}

# begin_waiting: what mostly waits for downloads and servers, in the background of the lints and the build.
begin_waiting() {
  begin linters install_linters
  [[ -z $QUICK ]] || return 0
  begin duckdb install_duckdb
  prepare_docker "$OUTPUT/docker"
  choose_servers "$OUTPUT"
  begin servers "$STACK_HOME/up"
}

# tests_beside_each_other: the wrappers' tests take one core, and the Rust tests often wait for a server.
tests_beside_each_other() {
  local code=0
  begin wrappers bats --tap --timing "$REPO"/orchestration/tests/*.bats
  stage 'Rust tests'
  rust_tests
  stage 'The rest of the wrapper tests'
  finish wrappers >"$LOG" || code=$?
  cat -- "$LOG"
  count_shell_tests "$code" 'the wrapper tests'
}

# fault_campaigns OPTION…: their short form; the table is shown.
fault_campaigns() {
  stage 'Fault campaigns'
  check 'campaigns of faults' "$REPO/orchestration/faults.sh" "$@"
  grep -aE 'SKIPPED|with 95 % confidence' -- "$LOG" || true
}

# second_opinion: for the tests on both engines.
second_opinion() {
  if finish duckdb; then
    export ECOM_DUCKDB=$OUTPUT/duckdb/bin/python
  else
    skip 'the second opinion on the analysis: DuckDB cannot be installed'
  fi
}

# native_tests: the servers as processes.
native_tests() {
  stage 'The pipeline on native servers'
  shell_tests "$REPO"/orchestration/tests/servers/{stack,sqoop,pipeline,live,monitor}.bats
  fault_campaigns
  end_servers
  unset ECOM_TEST_STACK
}

trap 'end_jobs; end_servers; end_containers; rm -rf -- "$OUTPUT"' EXIT

require_packages missing_test_packages
cd -- "$REPO"
begin_waiting
stage 'Lints'
lints
stage 'Build'
# With their tests: alone, the tools would be built with other features of their dependencies, and so all of it twice.
cargo test --workspace --locked --no-run
export ECOM_BIN_DIR=${CARGO_TARGET_DIR:-$REPO/target}/debug
if [[ -z $QUICK ]]; then
  stage 'Waiting for the servers'
  servers_ready || die 1 'the servers of the tests do not start: see above'
else
  # The default password file belongs to servers; a tool refuses a file that it is told of and that does not exist.
  unset MYSQL_PASSWORD_FILE
fi
tests_beside_each_other
input_cases
if [[ -z $QUICK ]]; then
  export ECOM_REPORTS_DIR=$OUTPUT/reports
  second_opinion
  begin_containers
  native_tests
  finish_containers
else
  fault_campaigns --without-servers
  skip 'the tests on real servers (--quick)'
fi
summary

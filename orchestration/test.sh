#!/usr/bin/env bash
# Runs all tests: lints, unit tests, the tools' tests, the wrappers' tests, and everything on real servers, as private
# processes and as containers.
#
# Usage: orchestration/test.sh [--quick]
#
#   --quick   leave the real servers out; what needs them says SKIPPED
#
# Installs what is missing where it may. The servers of the tests are private ones on free loopback ports with their own
# state, gone at the end; the stack of run_pipeline.sh is not touched. The containers need a Docker daemon, or root to start
# one; else their tests say SKIPPED.
#
# Exit codes: 0 all passed · 1 some failed · 2 something is missing

set -euo pipefail
# shellcheck source=stack/stack.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/stack/stack.sh"
# shellcheck source=build.sh
source "$REPO/orchestration/build.sh"
# shellcheck source=tests/tell.sh
source "$REPO/orchestration/tests/tell.sh"
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

missing_test_packages() {
  local name
  for name in bats shellcheck shfmt kcat; do
    command -v "$name" >/dev/null || echo "$name"
  done
  # Without it the tests of the web page say SKIPPED.
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || ! can_install chromium || echo chromium
  missing_build_packages
}

shell_files() { git -C "$REPO" ls-files -co --exclude-standard orchestration .ci | xargs -I{} grep -lE '^#!.*\b(ba)?sh|shellcheck shell=' -- "$REPO/{}"; }
documents() { RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --locked; }
# links_no CRATE DEPENDENCY: the crate must be free of that dependency.
links_no() { ! cargo tree --quiet --locked -p "$1" -e normal -i "$2" 2>/dev/null | grep -q .; }
# stands_alone CRATE: of the workspace it uses itself and the library.
stands_alone() { ! cargo tree --quiet --locked -p "$1" -e normal --prefix none | grep -F "($REPO/" | grep -vE "^($1|ecom-core) "; }

lints() {
  local crate
  printf '== Lints\n'
  check 'cargo fmt' cargo fmt --check
  check 'clippy' cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
  check 'cargo doc' documents
  mapfile -t files < <(shell_files)
  check 'shellcheck' shellcheck "${files[@]}"
  check 'shfmt' shfmt -d "${files[@]}"
  for crate in analyzer splitter schema-gen data-gen log-gen mysql-loader; do
    check "$crate does not link librdkafka" links_no "$crate" rdkafka
  done
  for crate in analyzer splitter schema-gen data-gen log-gen topic-admin streamer consumer; do
    check "$crate does not link a MySQL driver" links_no "$crate" mysql_async
  done
  for crate in analyzer splitter schema-gen data-gen log-gen mysql-loader topic-admin streamer consumer; do
    check "$crate does not link reqwest" links_no "$crate" reqwest
  done
  for crate in crates/*/; do
    crate=${crate#crates/}
    check "${crate%/} depends on no other tool" stands_alone "${crate%/}"
  done
}

# input_cases: data sets beside the checkout, each with its right reading.
input_cases() {
  local cases=$REPO/../shared/cases
  printf '\n== Input cases\n'
  if [[ -f $cases/check.py ]] && command -v python3 >/dev/null; then
    check 'analyzer and splitter read every input case right' python3 "$cases/check.py" "$ECOM_BIN_DIR"
    tail -n 1 -- "$LOG"
  else
    skip 'the input cases: shared/cases beside the checkout and python3 are needed'
  fi
}

# native_tests: the servers as processes.
native_tests() {
  shell_tests "$REPO"/orchestration/tests/servers/{stack,sqoop,pipeline,monitor}.bats
  end_servers
  unset ECOM_TEST_STACK
}

trap 'end_servers; end_containers; rm -rf -- "$OUTPUT"' EXIT

require_packages missing_test_packages
cd -- "$REPO"
[[ -n $QUICK ]] || prepare_docker "$OUTPUT/docker"
lints
# With their tests: alone, the tools would be built with other features of their dependencies, and so all of it twice.
cargo test --workspace --locked --no-run
export ECOM_BIN_DIR=${CARGO_TARGET_DIR:-$REPO/target}/debug
if [[ -z $QUICK ]]; then
  printf '\n== Servers\n'
  start_servers "$OUTPUT" || die 1 'the servers of the tests do not start: see above'
fi
rust_tests
input_cases
shell_tests "$REPO"/orchestration/tests/*.bats
if [[ -z $QUICK ]]; then
  export ECOM_REPORTS_DIR=$OUTPUT/reports
  native_tests
  container_tests
else
  skip 'the tests on real servers (--quick)'
fi
((${#BROKEN[@]} == 0)) || printf '\nFailed: %s' "${BROKEN[@]}"
printf '\n%d passed, %d failed, %d skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
((FAILED == 0 && PASSED > 0 && ${#BROKEN[@]} == 0))

# shellcheck shell=bash
# How test.sh runs tests of each kind, counts them and tells how they went. LOG is the file for what the last ones said.

PASSED=0 FAILED=0 SKIPPED=0 BROKEN=()

# check TITLE COMMAND…: one test that is a whole command; its output is shown when it fails.
check() {
  printf '%s … ' "$1"
  if "${@:2}" >"$LOG" 2>&1; then
    PASSED=$((PASSED + 1)) && echo ok
  else
    FAILED=$((FAILED + 1)) && BROKEN+=("$1") && echo FAILED && cat -- "$LOG"
  fi
}

# skip WHAT: says that a test could not run, and why.
skip() { SKIPPED=$((SKIPPED + 1)) && echo "SKIPPED: $1"; }

# count PATTERN: sums the first number of every match in the log.
count() { { grep -aoE "$1" "$LOG" || true; } | awk '{ sum += $1 } END { print sum + 0 }'; }

# broken PATTERN OTHERWISE: notes what failed, by the names that the pattern leaves of the log's lines; where it finds none,
# the whole.
broken() {
  local names
  mapfile -t names < <(sed -nE "s/$1/\\1/p" -- "$LOG" | sort -u)
  BROKEN+=("${names[@]:-$2}")
}

# rust_tests: shows what matters of cargo's output, all of it after a failure.
rust_tests() {
  local code=0
  printf '\n== Rust tests\n'
  cargo test --workspace --locked --no-fail-fast -- --show-output >"$LOG" 2>&1 || code=$?
  if ((code == 0)); then
    grep -aE '^ +(Running|Doc-tests)|^test result|SKIPPED' -- "$LOG" || true
  else
    cat -- "$LOG" && broken '^test (.*) \.\.\. FAILED$' 'Rust tests'
  fi
  PASSED=$((PASSED + $(count '[0-9]+ passed'))) FAILED=$((FAILED + $(count '[0-9]+ failed')))
  SKIPPED=$((SKIPPED + $(grep -ac 'SKIPPED' -- "$LOG" || true)))
  # A build that fails counts no test.
  ((code == 0)) || (($(count '[0-9]+ failed') > 0)) || FAILED=$((FAILED + 1))
}

# shell_tests FILE…: the wrappers' tests.
shell_tests() {
  local code=0
  printf '\n== %s\n' "${*#"$REPO/"}"
  bats --tap "$@" 2>&1 | tee -- "$LOG" || code=$?
  PASSED=$((PASSED + $(grep -acE '^ok ' -- "$LOG" || true))) FAILED=$((FAILED + $(grep -acE '^not ok ' -- "$LOG" || true)))
  ((code == 0)) || broken '^not ok [0-9]+ (.*)$' "${*#"$REPO/"}"
  ((code == 0)) || grep -aqE '^not ok ' -- "$LOG" || FAILED=$((FAILED + 1))
  local skipped
  skipped=$(grep -acE '^ok .* # skip' -- "$LOG" || true)
  PASSED=$((PASSED - skipped)) SKIPPED=$((SKIPPED + skipped))
}

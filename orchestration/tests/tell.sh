# shellcheck shell=bash
# How test.sh runs tests of each kind, counts and times them, and prints the result. OUTPUT is a folder for their files;
# LOG holds the output of the last ones.

PASSED=0 FAILED=0 SKIPPED=0 BROKEN=()
# What each stage took, "seconds title", and the process group of each background job that has not been waited for.
STAGES=() STAGE='' STAGE_BEGAN=0
declare -A JOBS=()

# stage TITLE: ends the stage before and prints the heading of this one.
stage() {
  end_stage
  STAGE=$1 STAGE_BEGAN=$SECONDS
  printf '\n== %s\n' "$1"
}

end_stage() {
  [[ -z $STAGE ]] || STAGES+=("$((SECONDS - STAGE_BEGAN)) $STAGE")
  STAGE=''
}

# begin NAME COMMAND…: runs a job in the background, in a process group of its own; `finish NAME` waits for it.
begin() {
  set -m
  (
    code=0 began=$SECONDS
    "${@:2}" || code=$?
    echo "$code $((SECONDS - began))" >"$OUTPUT/$1.code"
  ) </dev/null >"$OUTPUT/$1.log" 2>&1 &
  JOBS[$1]=$!
  set +m
}

# finish NAME: waits for the job, prints its output, and returns its exit code. The job has written it down: bash may
# have forgotten a job whose number the system has given to another child since.
finish() {
  local code seconds
  wait "${JOBS[$1]}" 2>/dev/null || true
  unset "JOBS[$1]"
  cat -- "$OUTPUT/$1.log"
  [[ -e $OUTPUT/$1.code ]] || { echo "$1 was killed" && return 1; }
  read -r code seconds <"$OUTPUT/$1.code"
  STAGES+=("$seconds $1, in the background")
  return "$code"
}

# end_jobs: kills the jobs that nobody has waited for.
end_jobs() {
  local name
  for name in "${!JOBS[@]}"; do
    [[ -e $OUTPUT/$name.code ]] || kill -- "-${JOBS[$name]}" 2>/dev/null || true
    wait "${JOBS[$name]}" 2>/dev/null || true
  done
  JOBS=()
}

# check TITLE COMMAND…: one test that is a whole command; its output is shown when it fails.
check() {
  printf '%s … ' "$1"
  if "${@:2}" >"$LOG" 2>&1; then
    PASSED=$((PASSED + 1)) && echo ok
  else
    FAILED=$((FAILED + 1)) && BROKEN+=("$1") && echo FAILED && cat -- "$LOG"
  fi
}

# skip WHAT: counts a test that cannot run, and prints why.
skip() { SKIPPED=$((SKIPPED + 1)) && echo "SKIPPED: $1"; }

# count PATTERN: sums the first number of every match in the log.
count() { { grep -aoE "$1" "$LOG" || true; } | awk '{ sum += $1 } END { print sum + 0 }'; }

# broken PATTERN OTHERWISE: remembers the names of failed tests that the pattern finds in the log, or OTHERWISE.
broken() {
  local names
  mapfile -t names < <(sed -nE "s/$1/\\1/p" -- "$LOG" | sort -u)
  BROKEN+=("${names[@]:-$2}")
}

# rust_tests: prints the summary lines of cargo's output, or all of it after a failure. With RUSTC_BOOTSTRAP the test
# binaries accept --report-time on a stable toolchain. Only they get it: if cargo did, it would build everything anew.
rust_tests() {
  local code=0
  cargo test --workspace --locked --no-fail-fast --lib --bins --tests \
    --config "target.'cfg(all())'.runner = ['env', 'RUSTC_BOOTSTRAP=1']" \
    -- --show-output -Z unstable-options --report-time >"$LOG" 2>&1 || code=$?
  if ((code == 0)); then
    grep -aE '^ +Running|^test result|SKIPPED' -- "$LOG" || true
  else
    cat -- "$LOG" && broken '^test (.*) \.\.\. FAILED.*$' 'Rust tests'
  fi
  sed -nE 's/^test (.*) \.\.\. [^<]*<([0-9.]+)s>$/\2 \1/p' -- "$LOG" >>"$OUTPUT/times"
  PASSED=$((PASSED + $(count '[0-9]+ passed'))) FAILED=$((FAILED + $(count '[0-9]+ failed')))
  SKIPPED=$((SKIPPED + $(grep -ac 'SKIPPED' -- "$LOG" || true)))
  # A build that fails counts no test.
  ((code == 0)) || (($(count '[0-9]+ failed') > 0)) || FAILED=$((FAILED + 1))
}

# shell_tests FILE…: the wrappers' tests.
shell_tests() {
  local code=0
  bats --tap --timing "$@" 2>&1 | tee -- "$LOG" || code=$?
  count_shell_tests "$code" "${*#"$REPO/"}"
}

# count_shell_tests CODE FILES: counts what bats wrote to the log.
count_shell_tests() {
  local skipped
  sed -nE 's/^(not )?ok [0-9]+ (.*) in ([0-9]+)ms( # skip.*)?$/\3 \2/p' -- "$LOG" |
    awk '{ seconds = $1 / 1000; sub(/^[^ ]+ /, ""); printf "%.3f %s\n", seconds, $0 }' >>"$OUTPUT/times"
  PASSED=$((PASSED + $(grep -acE '^ok ' -- "$LOG" || true)))
  FAILED=$((FAILED + $(grep -acE '^not ok ' -- "$LOG" || true)))
  (($1 == 0)) || broken '^not ok [0-9]+ (.*) in [0-9]+ms$' "$2"
  (($1 == 0)) || grep -aqE '^not ok ' -- "$LOG" || FAILED=$((FAILED + 1))
  skipped=$(grep -acE '^ok .* # skip' -- "$LOG" || true)
  PASSED=$((PASSED - skipped)) SKIPPED=$((SKIPPED + skipped))
}

# summary: what took how long, what failed, and the counts; fails unless all tests passed.
summary() {
  end_stage
  printf '\n== Seconds of each stage, %d in all\n' "$SECONDS"
  printf '%s\n' "${STAGES[@]}" | awk '{ seconds = $1; sub(/^[^ ]+ /, ""); printf "%7d  %s\n", seconds, $0 }'
  printf '\n== The twenty slowest tests, in seconds\n'
  sort -rn -- "$OUTPUT/times" | awk 'NR <= 20 { seconds = $1; sub(/^[^ ]+ /, ""); printf "%7.1f  %s\n", seconds, $0 }'
  ((${#BROKEN[@]} == 0)) || printf '\nFailed: %s' "${BROKEN[@]}"
  printf '\n%d passed, %d failed, %d skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
  ((FAILED == 0 && PASSED > 0 && ${#BROKEN[@]} == 0))
}

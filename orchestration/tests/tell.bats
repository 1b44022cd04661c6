#!/usr/bin/env bats
# How test.sh counts, times and names the tests that it runs.
# shellcheck disable=SC2016 # code for an inner shell

bats_require_minimum_version 1.5.0

setup() {
  T=$BATS_TEST_TMPDIR TELL=$BATS_TEST_DIRNAME/tell.sh
  export T TELL
  mkdir "$T/bin"
}

# tells CODE: the counters after that code, on one line, then the names of what failed. A bats within this one finds its
# own parts only in a clean environment.
tells() {
  run env -i PATH="$T/bin:${PATH//"${BATS_LIBEXEC:-none}:"/}" T="$T" TELL="$TELL" bash -euo pipefail -c '
    source "$TELL"; REPO=$T OUTPUT=$T LOG=$T/log
    '"$1"'
    printf "counted: %d passed, %d failed, %d skipped\n" "$PASSED" "$FAILED" "$SKIPPED"
    ((${#BROKEN[@]} == 0)) || printf "broken: %s\n" "${BROKEN[@]}"'
  [ "$status" -eq 0 ]
}

# stand_in_cargo CODE LINE…: prints the lines and ends with the code.
stand_in_cargo() {
  printf '%s\n' "${@:2}" >"$T/cargo.says"
  printf '#!/bin/bash\ncat "$T/cargo.says"\nexit %d\n' "$1" >"$T/bin/cargo"
  chmod +x "$T/bin/cargo"
}

@test "a check that fails is named, with what it said" {
  tells 'check "this works" true; check "this does not" bash -c "echo the cause; false"'
  [[ $output == *'this works … ok'*'this does not … FAILED'*'the cause'* ]]
  [[ $output == *$'counted: 1 passed, 1 failed, 0 skipped\nbroken: this does not' ]]
}

@test "each wrapper test that fails is named, not the files that ran with it" {
  printf '%s\n' '@test "good" { true; }' '@test "left out" { skip "no reason"; }' >"$T/one.bats"
  printf '%s\n' '@test "bad" { false; }' '@test "worse: 1/2" { false; }' >"$T/two.bats"
  tells 'shell_tests "$T/one.bats" "$T/two.bats"'
  [[ $output == *$'counted: 1 passed, 2 failed, 1 skipped\nbroken: bad\nbroken: worse: 1/2' ]]
}

@test "a file of wrapper tests that cannot be read is a failure" {
  tells 'shell_tests "$T/none.bats"'
  [[ $output == *$'counted: 0 passed, 1 failed, 0 skipped\nbroken: none.bats' ]]
}

@test "each Rust test that fails is named" {
  stand_in_cargo 101 'test adds ... ok <0.001s>' 'test cli::takes ... FAILED <0.200s>' \
    'test result: FAILED. 1 passed; 1 failed; 0 ignored' 'test other ... ok <0.001s>' \
    'test result: ok. 1 passed; 0 failed; 0 ignored'
  tells rust_tests
  [[ $output == *$'counted: 2 passed, 1 failed, 0 skipped\nbroken: cli::takes' ]]
}

@test "Rust tests that cannot be built are a failure" {
  stand_in_cargo 101 'error: could not compile `ecom-core`'
  tells rust_tests
  [[ $output == *$'counted: 0 passed, 1 failed, 0 skipped\nbroken: Rust tests' ]]
}

@test "a Rust test that prints SKIPPED counts as skipped" {
  stand_in_cargo 0 'test reads ... ok <0.001s>' 'SKIPPED: this user reads every file' \
    'test result: ok. 1 passed; 0 failed; 0 ignored'
  tells rust_tests
  [[ $output == *'counted: 1 passed, 0 failed, 1 skipped' ]]
}

@test "the summary lists the seconds of each stage and the slowest tests of both kinds" {
  stand_in_cargo 0 'test reads: a file ... ok <2.500s>' 'test slow - should panic ... ok <61.000s>' \
    'test result: ok. 2 passed; 0 failed; 0 ignored'
  printf '%s\n' '@test "waits" { sleep 0.2; }' >"$T/one.bats"
  tells 'stage "The first"; rust_tests; stage "The second"; shell_tests "$T/one.bats"; summary'
  [[ $output == *$'\n== The first\n'*$'\n== The second\n'*$' in all\n'*' The first'*' The second'* ]]
  [[ $output == *$'The twenty slowest tests, in seconds\n   61.0  slow - should panic\n    2.5  reads: a file\n'* ]]
  [[ $output == *$'\n    0.'[2-9]'  waits'* ]]
  [[ $output == *$'\n3 passed, 0 failed, 0 skipped\n'* ]]
}

@test "the summary fails when a test failed, and when there was none" {
  tells 'check "this does not work" false; if summary; then echo green; fi'
  [[ $output == *$'Failed: this does not work\n0 passed, 1 failed, 0 skipped\n'* && $output != *green* ]]
  tells 'if summary; then echo green; fi'
  [[ $output == *$'0 passed, 0 failed, 0 skipped\n'* && $output != *green* ]]
}

@test "a job in the background gives its output and its exit code, though bash has forgotten it" {
  tells 'job() { echo "its output"; return "$1"; }
    begin good job 0; begin bad job 5
    wait
    finish good
    code=0; finish bad || code=$?
    echo "code $code"
    printf "%s\n" "${STAGES[@]}"'
  [[ $output == *$'its output\nits output\ncode 5\n0 good, in the background\n0 bad, in the background\n'* ]]
}

@test "a job that was killed has failed" {
  tells 'begin long sleep 60; kill -KILL -- "-${JOBS[long]}"; if finish long; then echo green; fi'
  [[ $output == *'long was killed'* && $output != *green* ]]
}

@test "jobs that nobody waited for end with the run, and what they started" {
  tells 'job() { sleep 61 & echo "$!" >"$T/child"; wait; }
    begin long job
    until [[ -s $T/child ]]; do sleep 0.05; done
    end_jobs
    for ((try = 0; try < 100; try++)); do kill -0 "$(<"$T/child")" 2>/dev/null || break; sleep 0.05; done
    ((try < 100)) && echo gone'
  [[ $output == *gone* ]]
}

#!/usr/bin/env bats
# What test.sh counts and names of the tests that it ran.
# shellcheck disable=SC2016 # code for an inner shell

bats_require_minimum_version 1.5.0

setup() {
  T=$BATS_TEST_TMPDIR TELL=$BATS_TEST_DIRNAME/tell.sh
  export T TELL
  mkdir "$T/bin"
}

# tells CODE: what the counters hold after that code, one line, then the names of what failed. A bats within this one finds
# its own parts only in a clean environment.
tells() {
  run env -i PATH="$T/bin:${PATH//"${BATS_LIBEXEC:-none}:"/}" T="$T" TELL="$TELL" bash -euo pipefail -c 'source "$TELL"; REPO=$T LOG=$T/log
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
  stand_in_cargo 101 'test adds ... ok' 'test cli::takes ... FAILED' 'test result: FAILED. 1 passed; 1 failed; 0 ignored' \
    'test other ... ok' 'test result: ok. 1 passed; 0 failed; 0 ignored'
  tells rust_tests
  [[ $output == *$'counted: 2 passed, 1 failed, 0 skipped\nbroken: cli::takes' ]]
}

@test "Rust tests that cannot be built are a failure" {
  stand_in_cargo 101 'error: could not compile `ecom-core`'
  tells rust_tests
  [[ $output == *$'counted: 0 passed, 1 failed, 0 skipped\nbroken: Rust tests' ]]
}

@test "a Rust test that says SKIPPED counts as one" {
  stand_in_cargo 0 'test reads ... ok' 'SKIPPED: this user reads every file' 'test result: ok. 1 passed; 0 failed; 0 ignored'
  tells rust_tests
  [[ $output == *'counted: 1 passed, 0 failed, 1 skipped' ]]
}

#!/usr/bin/env bats
# The judges and figures of faults.sh: a harness that finds nothing must be able to find something.
# shellcheck disable=SC1090,SC1091,SC2034,SC2153 # parts and variables of the harness

bats_require_minimum_version 1.5.0

setup() {
  REPO=$BATS_TEST_DIRNAME/../..
  source "$REPO/orchestration/stack/process.sh"
  for part in run world file_tools; do source "$REPO/orchestration/faults/$part.sh"; done
  WORLD=$BATS_TEST_TMPDIR ROOM=$BATS_TEST_TMPDIR/room
  mkdir -p "$ROOM/reports"
  echo 'CREATE TABLE a' >"$ROOM/create_tables.sql"
  declare -gA GOLDEN=([schema_gen]=$(digest))
  SUBJECT=schema_gen WHY='' PATIENCE=0
  : >"$WORLD/said.err"
}

# fails COMMAND…: it must fail, and leave a reason.
fails() { ! "$@" && [[ -n $WHY ]]; }

@test "the bound is that of Clopper and Pearson" {
  [ "$(bound 300 0)" = 0.99 ]
  [ "$(bound 1000 0)" = 0.3 ]
  [ "$(bound 100 3)" = 7.6 ]
  [ "$(bound 3 3)" = 100 ]
}

@test "the same seed draws the same fault, another trial another one" {
  seed_trial kills 7 && draw 1000000 && first=$DRAWN
  seed_trial kills 8 && draw 1000000 && [ "$DRAWN" != "$first" ]
  seed_trial kills 7 && draw 1000000 && [ "$DRAWN" = "$first" ]
}

@test "half a file under its final name is a violation, under a hidden name it is none" {
  half
  echo 'CREATE' >"$ROOM/.create_tables.sql.partial"
  half
  echo 'CREATE' >"$ROOM/create_tables.sql"
  fails half
  [[ $WHY == half-visible:*create_tables.sql ]]
}

@test "a missing file, a changed one and a leftover are violations once a run has ended with 0" {
  whole
  echo x >"$ROOM/reports/run.json"
  whole
  echo x >"$ROOM/.create_tables.sql.partial"
  fails whole
  rm "$ROOM/.create_tables.sql.partial" "$ROOM/create_tables.sql"
  fails whole
}

@test "an exit code that no document lists is a violation, and so is a success that did nothing" {
  declare -A CODES=()
  for CODE in 0 1 2 3 4 5 6 7 130 143; do documented; done
  for CODE in 101 134 139 137; do fails documented; done
  rm "$ROOM/create_tables.sql"
  CODE=5
  judged
  CODE=0
  fails judged
}

@test "a second run that does not finish the job is a violation" {
  INPUT=/dev/null
  COMMAND=(true)
  complete
  COMMAND=(false)
  fails complete
  COMMAND=(rm "$ROOM/create_tables.sql")
  fails complete
}

@test "a campaign counts what met its fault, and says how to see a violation again" {
  trial_odd() {
    (($1 % 3)) || return "$NOT_MET"
    (($1 != 4)) || because 'it broke'
  }
  missing_odd() { :; }
  KEPT=$BATS_TEST_TMPDIR SEED=5 TRIAL='' LONG='' WITHOUT_SERVERS='' MINUTES=10
  campaign odd 6 >"$BATS_TEST_TMPDIR/out"
  [ "$TRIALS" = 6 ] && [ "$VIOLATIONS" = 1 ]
  grep -qF 'VIOLATION in odd, trial 4' "$BATS_TEST_TMPDIR/out"
  grep -qF 'faults.sh --seed 5 --only odd --trial 4' "$BATS_TEST_TMPDIR/out"
  run -7 summary
}

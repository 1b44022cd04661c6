#!/usr/bin/env bats
# Compares the reports of both engines about the same data sets. orchestration/test.sh runs this after the pipeline's
# tests on both.

setup_file() {
  [[ -n ${ECOM_REPORTS_DIR-} ]] || skip 'SKIPPED: needs the reports of both engines: run orchestration/test.sh'
}

@test "the final reports of both engines differ in times and addresses only" {
  ls "$ECOM_REPORTS_DIR"/native/sample.{json,table} "$ECOM_REPORTS_DIR"/docker/sample.{json,table}
  [ "$(grep -c '✓ TIME$' "$ECOM_REPORTS_DIR/docker/sample.table")" -gt 10 ]
  diff -r "$ECOM_REPORTS_DIR/native" "$ECOM_REPORTS_DIR/docker"
}

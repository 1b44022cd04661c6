# shellcheck shell=bash
# Shared by the tests that run on the servers of either engine: crashes, and the reports for a comparison.

# crash_servers: kills all four with -9; with Docker, also the containers of Sqoop and Flume.
crash_servers() {
  local name
  for name in mysql kafka namenode datanode sqoop flume; do
    if [[ $STACK == docker ]]; then
      docker kill "$COMPOSE_PROJECT_NAME-$name-1"
    elif [[ $name != sqoop && $name != flume ]]; then
      kill -KILL "$(cut -d ' ' -f 1 "$ECOM_VAR_DIR/stack/run/$name.pid")"
    fi
  done
}

# container_ids: the ids of the containers, with Docker.
container_ids() {
  [[ $STACK != docker ]] ||
    docker ps --quiet --no-trunc --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" | sort
}

# keep_report DATA_SET OUTPUT: keeps the proof's report and the tables of a run in ECOM_REPORTS_DIR, without times,
# addresses and folders, to compare the engines.
keep_report() {
  [[ -n ${ECOM_REPORTS_DIR-} ]] || return 0
  mkdir -p "$ECOM_REPORTS_DIR/$STACK"
  sed -E -e 's/"(started|ended)": "[^"]*"/"\1": "TIME"/' -e 's/"seconds": [0-9.e-]+/"seconds": TIME/' \
    -e 's/(localhost|127\.0\.0\.1):[0-9]+/ADDRESS/g' -e "s|$ECOM_VAR_DIR|VAR|g" \
    "$ECOM_VAR_DIR/runs/$1/reports/reconciler.json" >"$ECOM_REPORTS_DIR/$STACK/$1.json"
  sed -nE '/^HOP /,/^✓ .*: every (record|number) /p' "$2" |
    sed -E 's/([✓✗]) +[0-9.]+( s)?$/\1 TIME/' | tr -s ' ' >"$ECOM_REPORTS_DIR/$STACK/$1.table"
}
